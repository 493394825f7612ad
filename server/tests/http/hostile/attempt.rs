//! One sign-in through the hostile provider: everything honest, until a row of a table changes something.

use http::StatusCode;
use serde_json::{Value, json};
use stagedoor_core::id::ProviderId;
use stagedoor_core::provider::ProviderKind;
use stagedoor_core::request::Policy;
use stagedoor_service::declared::DeclaredProvider;
use stagedoor_store::testing::TestDb;
use url::Url;

use super::provider::{Hostile, Plan, Reply};
use crate::support::{Answer, Browser, House, STAFF};

/// A house that trusts the provider, which vouches for Kim.
pub(super) struct Scene {
    pub(super) house: House,
    pub(super) hostile: Hostile,
    pub(super) id: ProviderId,
}

/// What the provider and the browser will say.
pub(super) struct Attempt {
    /// Seconds since the epoch.
    pub(super) now: i64,
    pub(super) discovery: Value,
    pub(super) keys: Vec<Value>,
    pub(super) header: Value,
    pub(super) claims: Value,
    /// Instead of what follows from the above.
    pub(super) replies: Replies,
    /// The `token_type` that it comes with.
    pub(super) token_type: Option<String>,
    /// What becomes of the signed token.
    pub(super) forge: fn(&Scene, &Self) -> String,
    /// Where the browser is sent back to: where the provider was asked to, once it was asked.
    pub(super) to: String,
    /// The parameters of the callback.
    pub(super) back: Vec<(&'static str, String)>,
}

/// Whole answers that a row plans.
#[derive(Default)]
pub(super) struct Replies {
    pub(super) discovery: Option<Reply>,
    pub(super) keys: Option<Reply>,
    pub(super) token: Option<Reply>,
}

/// Signed with the provider's own key.
pub(super) fn honestly(scene: &Scene, attempt: &Attempt) -> String {
    let own = &scene.hostile.own;
    own.token(&attempt.header.to_string(), &attempt.claims.to_string())
}

impl Scene {
    pub(super) async fn new() -> Self {
        Self::under(|_| {}).await
    }

    /// Under a policy of its own.
    pub(super) async fn under(change: impl FnOnce(&mut Policy)) -> Self {
        let house = House::under(TestDb::sqlite().await, change).await;
        let hostile = Hostile::start().await;
        house
            .service
            .declare_providers(&[DeclaredProvider {
                kind: ProviderKind::Oidc,
                name: "Hostile".to_owned(),
                issuer: hostile.issuer.clone(),
                client_id: "console".to_owned(),
                client_secret: None,
                email_domains: vec!["acme-corp.example".to_owned()],
                managed_claim: "managed".to_owned(),
            }])
            .await
            .unwrap();
        let known = stagedoor_store::provider::list(&mut house.service.db().reader()).await;
        let known = known
            .unwrap()
            .into_iter()
            .find(|one| one.issuer == hostile.issuer);
        let id = known.unwrap().id;
        let kim = format!("UPDATE staff SET provider_id = '{id}' WHERE email LIKE 'kim@%'");
        house.db.raw_execute(&kim).await.unwrap();
        Self { house, hostile, id }
    }

    /// Everything as an honest provider has it, but for the answer's parameters, which the browser learns on its way.
    pub(super) fn honest(&self) -> Attempt {
        let now = self.house.service.now().micros() / 1_000_000;
        Attempt {
            now,
            discovery: self.hostile.discovery(),
            keys: vec![self.hostile.own.jwk()],
            header: json!({ "alg": "ES256", "kid": "own", "typ": "JWT" }),
            claims: json!({
                "iss": self.hostile.issuer, "aud": "console", "sub": "demo-kim", "iat": now, "exp": now + 300,
                "auth_time": now, "email": "kim@acme-corp.example", "email_verified": true, "name": "Kim Moreno",
                "sid": "there-1",
            }),
            replies: Replies::default(),
            token_type: Some("Bearer".to_owned()),
            forge: honestly,
            to: String::new(),
            back: Vec::new(),
        }
    }

    /// Goes to the provider and back. What `change` changes is changed when nonce and state are known, and what concerns
    /// the way there before.
    pub(super) async fn walk(&self, browser: &mut Browser, change: &dyn Fn(&mut Attempt)) -> Answer {
        let mut attempt = self.honest();
        change(&mut attempt);
        self.plan(&attempt);
        let start = format!("{STAFF}/sign-in/start?provider={}", self.id);
        let away = browser.get(&start).await;
        if away.status != StatusCode::SEE_OTHER {
            return away;
        }
        let asked = Url::parse(away.to()).unwrap();
        let sent = |name: &str| {
            let mut pairs = asked.query_pairs();
            let found = pairs.find(|(key, _)| key == name);
            found
                .unwrap_or_else(|| panic!("no {name} in {asked}"))
                .1
                .into_owned()
        };
        let mut attempt = self.honest();
        attempt.claims["nonce"] = json!(sent("nonce"));
        attempt.to = sent("redirect_uri");
        attempt.back = vec![
            ("code", "the-code".to_owned()),
            ("state", sent("state")),
            ("iss", self.hostile.issuer.clone()),
        ];
        change(&mut attempt);
        self.plan(&attempt);
        let mut back = Url::parse(&attempt.to).unwrap();
        back.query_pairs_mut().extend_pairs(&attempt.back);
        browser.get(back.as_str()).await
    }

    fn plan(&self, attempt: &Attempt) {
        let token = (attempt.forge)(self, attempt);
        let mut tokens = json!({ "access_token": "x", "expires_in": 300, "id_token": token });
        if let Some(kind) = &attempt.token_type {
            tokens["token_type"] = json!(kind);
        }
        let Replies {
            discovery,
            keys,
            token,
        } = &attempt.replies;
        self.hostile.plan(Plan {
            discovery: discovery
                .clone()
                .unwrap_or_else(|| Reply::json(&attempt.discovery)),
            keys: keys.clone().unwrap_or_else(|| self.hostile.keys(&attempt.keys)),
            token: token.clone().unwrap_or_else(|| Reply::json(&tokens)),
        });
    }

    /// The reasons that the audit keeps of a request: event, outcome, code.
    pub(super) async fn reasons(&self, answer: &Answer) -> Vec<(String, String, String)> {
        let request = answer.headers["x-request-id"].to_str().unwrap();
        let sql = format!(
            "SELECT event, outcome, coalesce(code, '') AS code FROM audit_entry WHERE request_id = '{request}' ORDER BY at, id"
        );
        let rows = self.house.db.raw_fetch(&sql).await.unwrap();
        let cell = |row: &stagedoor_store::row::Row, name: &str| row.get::<String>(name).unwrap();
        rows.iter()
            .map(|row| (cell(row, "event"), cell(row, "outcome"), cell(row, "code")))
            .collect()
    }
}
