//! What people do in a browser: sign in by either entrance, answer a ceremony, begin a visit and enter.

use http::StatusCode;
use serde_json::{Value, json};
use url::Url;

use super::{Answer, Browser, STAFF, tenant};

impl Browser {
    /// To the provider: the address it is sent to.
    pub(crate) async fn leave_for_the_provider(&mut self) -> Url {
        let entrance = self.get(&format!("{STAFF}/sign-in")).await;
        let start = entrance
            .text
            .split("href=\"")
            .find_map(|rest| rest.strip_prefix("/sign-in/start"))
            .unwrap_or_else(|| panic!("no way to the provider: {} {}", entrance.status, entrance.text));
        let start = start.split('"').next().unwrap().replace("&amp;", "&");
        let away = self.get(&format!("{STAFF}/sign-in/start{start}")).await;
        Url::parse(away.to()).unwrap()
    }

    /// Chooses a person at the provider: the address of the callback.
    pub(crate) async fn choose(&mut self, asked: &Url, short: &str) -> Url {
        let subject = format!("demo-{short}");
        let pairs: Vec<(String, String)> = asked.query_pairs().into_owned().collect();
        let mut fields: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        fields.push(("person", &subject));
        let issuer = self.issuer.clone();
        let answer = self
            .post_form(&format!("{issuer}/authorize/continue"), &fields)
            .await;
        Url::parse(answer.to()).unwrap()
    }

    /// Through the provider, up to the passkey.
    pub(crate) async fn identify(&mut self, short: &str) {
        let asked = self.leave_for_the_provider().await;
        let back = self.choose(&asked, short).await;
        let answer = self.get(back.as_str()).await;
        assert_eq!(answer.to(), format!("{STAFF}/sign-in"), "{}", answer.text);
    }

    /// Begins the ceremony: what the server asks for.
    pub(crate) async fn begin(&mut self) -> Value {
        self.post_json(&format!("{STAFF}/sign-in/passkey/begin"), &json!({}))
            .await
            .json()
    }

    /// Answers a ceremony with this browser's passkey.
    pub(crate) fn prove(&mut self, options: &Value) -> Value {
        self.prove_at(STAFF, options)
    }

    /// The same, as a page of some origin would.
    pub(crate) fn prove_at(&mut self, origin: &str, options: &Value) -> Value {
        if options["publicKey"]["user"].is_object() {
            self.passkey.make(origin, options).sealed()
        } else {
            self.passkey.answer(origin, options).sealed()
        }
    }

    pub(crate) async fn finish(&mut self, credential: &Value) -> Answer {
        self.post_json(&format!("{STAFF}/sign-in/passkey/finish"), credential)
            .await
    }

    pub(crate) async fn sign_in(&mut self, short: &str) {
        self.identify(short).await;
        let options = self.begin().await;
        let credential = self.prove(&options);
        let answer = self.finish(&credential).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }

    /// Acknowledges the responsibilities, as somebody new does.
    pub(crate) async fn acknowledge(&mut self) {
        let own = format!("{STAFF}/api/admin/me/responsibilities");
        let version = self.get_json(&own).await.json()["version"].clone();
        let body = json!({ "version": version, "contact": "+49 30 901820" });
        let answer = self.post_json(&own, &body).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    }

    /// Fills in a tenant's entrance.
    pub(crate) async fn enter(&mut self, slug: &str, email: &str, password: &str) -> Answer {
        let fields = [("email", email), ("password", password)];
        self.post_form(&format!("{}/sign-in", tenant(slug)), &fields)
            .await
    }

    /// The id of a person of a tenant, by address.
    pub(crate) async fn member(&mut self, slug: &str, email: &str) -> String {
        let list = self
            .get_json(&format!("{STAFF}/api/admin/tenants/{slug}/users?q={email}"))
            .await;
        list.json()["items"][0]["id"]
            .as_str()
            .unwrap_or_else(|| panic!("nobody: {}", list.text))
            .to_owned()
    }

    /// Begins a visit as somebody of Acme.
    pub(crate) async fn mint(&mut self, email: &str) -> Answer {
        let user = self.member("acme", email).await;
        let body = json!({ "reason": "Webhook page shows 500 after plan change", "ticket_ref": "#4218", "user_id": user });
        self.post_json(&format!("{STAFF}/api/admin/tenants/acme/impersonate"), &body)
            .await
    }

    /// Goes on to the tenant's host: the last address before the cookie, which carries the code.
    pub(crate) async fn reach_the_door(&mut self, minted: &Answer) -> String {
        let landing = self.get(minted.json()["handoff_url"].as_str().unwrap()).await;
        let bounce = self.get(landing.to()).await;
        bounce.to().to_owned()
    }

    /// Begins a visit and enters.
    pub(crate) async fn visit(&mut self, email: &str) -> String {
        let minted = self.mint(email).await;
        assert_eq!(minted.status, StatusCode::CREATED, "{}", minted.text);
        let door = self.reach_the_door(&minted).await;
        let inside = self.get(&door).await;
        assert_eq!(inside.to(), format!("{}/", tenant("acme")), "{}", inside.text);
        minted.json()["impersonation_id"].as_str().unwrap().to_owned()
    }
}
