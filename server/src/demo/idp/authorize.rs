//! The authorization endpoint: who are you today? Nobody is asked for a password, so it exists in the demo alone.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::codes::Issued;
use super::request::{Ask, Asked, Refusal};
use super::session::Session;
use super::{Idp, page};

type Asking = Result<Form<Ask>, FormRejection>;

/// GET and POST: the page with one button per person.
pub(super) async fn ask(State(idp): State<Idp>, asking: Asking) -> Response {
    let Ok(Form(ask)) = asking else { return malformed() };
    match ask.check(&idp) {
        Ok(asked) => page::choose(idp.config(), &asked, &ask.pairs()),
        Err(refusal) => refuse(&idp, refusal),
    }
}

/// POST from that page: the request again, and who was chosen.
pub(super) async fn choose(State(idp): State<Idp>, asking: Asking) -> Response {
    let Ok(Form(ask)) = asking else { return malformed() };
    let asked = match ask.check(&idp) {
        Ok(asked) => asked,
        Err(refusal) => return refuse(&idp, refusal),
    };
    let person = ask.person.as_deref().and_then(|subject| idp.person(subject));
    let Some(person) = person else {
        return page::problem(StatusCode::BAD_REQUEST, "Nobody of that name is known here.");
    };
    answer(&idp, asked, &person.subject)
}

/// 303 to the client with a fresh code.
fn answer(idp: &Idp, asked: Asked<'_>, subject: &str) -> Response {
    let (code, sid) = (idp.reference(), idp.reference().expose());
    idp.sessions().insert(Session {
        sid: sid.clone(),
        subject: subject.to_owned(),
        client: asked.client.id.clone(),
    });
    let issued = Issued {
        client: asked.client.id.clone(),
        redirect_uri: asked.redirect.registered().to_owned(),
        nonce: asked.nonce,
        challenge: asked.challenge,
        subject: subject.to_owned(),
        sid,
        at: idp.now(),
    };
    idp.codes().insert(&code, issued);
    let location = asked
        .redirect
        .with(&idp.config().issuer, &[("code", &code.expose())]);
    Redirect::to(location.as_str()).into_response()
}

fn refuse(idp: &Idp, refusal: Refusal) -> Response {
    match refusal {
        Refusal::Shown(why) => page::problem(StatusCode::BAD_REQUEST, why),
        Refusal::Sent {
            redirect,
            error,
            description,
        } => {
            let answer = [("error", error), ("error_description", description)];
            Redirect::to(redirect.with(&idp.config().issuer, &answer).as_str()).into_response()
        }
    }
}

fn malformed() -> Response {
    page::problem(
        StatusCode::BAD_REQUEST,
        "The request is malformed, or names a parameter twice.",
    )
}
