//! Who is signed in here, and telling the applications when they no longer are (OpenID Connect RP-Initiated Logout 1.0 and
//! Back-Channel Logout 1.0). Kept in memory, a bounded number of them.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stagedoor_core::time::minutes;
use url::Url;

use super::{Idp, Notice, page};

/// How many are kept. The oldest makes room.
const SESSIONS_MAX: usize = 1_000;

/// Somebody is signed in at an application by this provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Session {
    /// What ID tokens and logout tokens call it.
    pub(super) sid: String,
    /// Who.
    pub(super) subject: String,
    /// Where.
    pub(super) client: String,
}

/// The sessions.
#[derive(Default)]
pub(super) struct Sessions(Mutex<VecDeque<Session>>);

impl Sessions {
    pub(super) fn insert(&self, session: Session) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= SESSIONS_MAX {
            all.pop_front();
        }
        all.push_back(session);
    }

    /// The subjects that are signed in somewhere, each once.
    pub(super) fn subjects(&self) -> Vec<String> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut subjects: Vec<String> = all.iter().map(|session| session.subject.clone()).collect();
        subjects.sort_unstable();
        subjects.dedup();
        subjects
    }

    /// Ends all of a person's.
    fn take(&self, subject: &str) -> Vec<Session> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (ended, kept): (VecDeque<_>, VecDeque<_>) =
            all.drain(..).partition(|session| session.subject == subject);
        *all = kept;
        ended.into()
    }
}

/// What an application asks when somebody signed out there.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Ask {
    client_id: Option<String>,
    post_logout_redirect_uri: Option<String>,
    state: Option<String>,
}

/// GET: somebody signed out at an application, which sends them here.
pub(super) async fn leave(State(idp): State<Idp>, ask: Result<Query<Ask>, QueryRejection>) -> Response {
    left(&idp, ask.map(|Query(ask)| ask).unwrap_or_default())
}

/// POST: the same, by a form.
pub(super) async fn leave_by_form(State(idp): State<Idp>, ask: Result<Form<Ask>, FormRejection>) -> Response {
    left(&idp, ask.map(|Form(ask)| ask).unwrap_or_default())
}

/// Back to where the application is registered to be returned to, else the page that says so. This provider asks who you
/// are each time, so that there is nothing else to end.
fn left(idp: &Idp, ask: Ask) -> Response {
    let client = ask.client_id.as_deref().and_then(|id| idp.client(id));
    let wanted = client.zip(ask.post_logout_redirect_uri);
    let registered = wanted.filter(|(client, uri)| client.post_logout_redirect_uris.contains(uri));
    let Some(mut uri) = registered.and_then(|(_, uri)| Url::parse(&uri).ok()) else {
        return page::signed_out(idp.config());
    };
    if let Some(state) = ask.state {
        uri.query_pairs_mut().append_pair("state", &state);
    }
    Redirect::to(uri.as_str()).into_response()
}

/// Who signs out here.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Person {
    person: String,
}

/// POST from the front page: signs a person out everywhere, and tells each application before it answers.
pub(super) async fn sign_out(
    State(idp): State<Idp>,
    asking: Result<Form<Person>, FormRejection>,
) -> Response {
    let Ok(Form(Person { person })) = asking else {
        return page::problem(StatusCode::BAD_REQUEST, "The request is malformed.");
    };
    for session in idp.sessions().take(&person) {
        let client = idp.client(&session.client);
        let Some(uri) = client.and_then(|client| client.backchannel_logout_uri.clone()) else {
            continue;
        };
        if let Ok(token) = logout_token(&idp, &session) {
            (idp.config().tell)(Notice { uri, token }).await;
        }
    }
    page::signed_out(idp.config())
}

/// What a logout token says (Back-Channel Logout 1.0, section 2.4).
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
    sid: &'a str,
    events: Value,
}

fn logout_token(idp: &Idp, session: &Session) -> Result<String, jsonwebtoken::errors::Error> {
    let seconds = |micros: i64| micros.div_euclid(1_000_000);
    let now = idp.now();
    idp.key().sign_as(
        "logout+jwt",
        &Claims {
            iss: &idp.config().issuer,
            sub: &session.subject,
            aud: &session.client,
            iat: seconds(now.micros()),
            exp: seconds(now.plus(minutes(2)).micros()),
            jti: idp.reference().expose(),
            sid: &session.sid,
            events: json!({ "http://schemas.openid.net/event/backchannel-logout": {} }),
        },
    )
}
