//! A house behind a proxy of some kind, which signs with a key of its own.

use std::net::SocketAddr;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use stagedoor_core::id::ProviderId;
use stagedoor_core::provider::ProxyKind;
use stagedoor_core::request::Toggle;
use stagedoor_server::layer::address::Proxies;
use stagedoor_server::router;
use stagedoor_service::ProxySettings;
use stagedoor_service::declared::DeclaredProvider;
use stagedoor_store::testing::TestDb;

use super::super::provider::{Hostile, Plan, Reply, Signer, message};
use crate::support::{Answer, Browser, House, STAFF};

pub(super) const AUDIENCE: &str = "32eafc7626e737873a3a2ce2a3e8a7d5";

/// A key that a proxy signs with.
pub(super) enum Key {
    Rsa(RsaKeyPair),
    Curve(Signer),
}

impl Key {
    fn of(kind: ProxyKind, name: &'static str) -> Self {
        match kind {
            ProxyKind::CloudflareAccess => Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap()),
            ProxyKind::GoogleIap | ProxyKind::Pomerium => Self::Curve(Signer::new(name)),
        }
    }

    pub(super) const fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RS256",
            Self::Curve(_) => "ES256",
        }
    }

    /// The public half, as bytes that somebody could take for a secret.
    pub(super) fn public(&self) -> Vec<u8> {
        match self {
            Self::Rsa(pair) => pair.public_key().as_ref().to_vec(),
            Self::Curve(signer) => signer.point.clone(),
        }
    }

    pub(super) fn jwk(&self, kid: &str) -> Value {
        let mut key = match self {
            Self::Rsa(pair) => {
                // The two whole numbers of RFC 8017, section A.1.1: 256 bytes behind a zero, and 65537.
                let der = pair.public_key().as_ref();
                json!({ "kty": "RSA", "alg": "RS256", "n": URL_SAFE_NO_PAD.encode(&der[9..265]), "e": "AQAB" })
            }
            Self::Curve(signer) => signer.jwk(),
        };
        key["kid"] = json!(kid);
        key["use"] = json!("sig");
        key
    }

    pub(super) fn token(&self, header: &str, claims: &str) -> String {
        match self {
            Self::Curve(signer) => signer.token(header, claims),
            Self::Rsa(pair) => {
                let message = message(header, claims);
                let mut signature = vec![0; pair.public_modulus_len()];
                let random = SystemRandom::new();
                pair.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature)
                    .unwrap();
                format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
            }
        }
    }
}

/// A house behind a proxy, which vouches for Kim.
pub(super) struct Scene {
    pub(super) house: House,
    pub(super) proxy: ProxySettings,
    pub(super) keys: Hostile,
    pub(super) own: Key,
    pub(super) foreign: Key,
    pub(super) id: ProviderId,
    app: axum::Router,
}

/// What an assertion says.
pub(super) struct Said {
    pub(super) now: i64,
    pub(super) header: Value,
    pub(super) claims: Value,
}

impl Said {
    pub(super) fn parts(&self) -> (String, String) {
        (self.header.to_string(), self.claims.to_string())
    }
}

fn settings(kind: ProxyKind, keys: &str) -> ProxySettings {
    let issuer = match kind {
        ProxyKind::CloudflareAccess => "https://acme.cloudflareaccess.com",
        ProxyKind::GoogleIap => "https://cloud.google.com/iap",
        ProxyKind::Pomerium => "admin.stagedoor.test",
    };
    ProxySettings {
        kind,
        name: kind.label().to_owned(),
        issuer: issuer.to_owned(),
        audience: AUDIENCE.to_owned(),
        types: vec!["app".to_owned(), "org".to_owned()],
        keys: format!("{keys}/jwks"),
        sign_out: format!("{STAFF}{}", kind.sign_out()),
        identity: Toggle::On,
        email_domains: vec!["acme-corp.example".to_owned()],
        managed_claim: "device_ok".to_owned(),
        administrators: vec!["named-at-the-proxy".to_owned()],
    }
}

impl Scene {
    /// No address is enough here: only the proxy lets anybody in.
    pub(super) async fn new(kind: ProxyKind) -> Self {
        let keys = Hostile::start().await;
        let proxy = settings(kind, &keys.issuer);
        let declared = proxy.clone();
        let house = House::with(TestDb::sqlite().await, move |settings| {
            settings.proxy = Some(declared);
            settings.policy.proxy = Toggle::On;
            settings.policy.networks.clear();
        })
        .await;
        let one = DeclaredProvider::of_proxy(&proxy).unwrap();
        house.service.declare_providers(&[one]).await.unwrap();
        let known = stagedoor_store::provider::list(&mut house.service.db().reader()).await;
        let mut known = known.unwrap().into_iter();
        let id = known.find(|one| one.issuer == proxy.issuer).unwrap().id;
        let kim = format!("UPDATE staff SET provider_id = '{id}' WHERE email LIKE 'kim@%'");
        house.db.raw_execute(&kim).await.unwrap();
        let mut edge = house.edge();
        edge.proxies = Proxies::new(vec!["127.0.0.0/8".parse().unwrap()]);
        let scene = Self {
            app: router::app(&edge, Vec::new()),
            own: Key::of(kind, "own"),
            foreign: Key::of(kind, "own"),
            house,
            proxy,
            keys,
            id,
        };
        scene.publish(&[scene.own.jwk("own")]);
        scene
    }

    pub(super) fn publish(&self, keys: &[Value]) {
        self.publish_as(self.keys.keys(keys));
    }

    pub(super) fn publish_as(&self, keys: Reply) {
        let nothing = Reply::json(&json!({}));
        self.keys.plan(Plan {
            discovery: nothing.clone(),
            keys,
            token: nothing,
        });
    }

    /// Everything as the honest proxy says it.
    pub(super) fn honest(&self) -> Said {
        let now = self.house.service.now().micros() / 1_000_000;
        let mut claims = json!({
            "iss": self.proxy.issuer, "aud": AUDIENCE, "sub": "demo-kim", "email": "kim@acme-corp.example",
            "iat": now, "exp": now + 300,
        });
        if self.proxy.kind == ProxyKind::CloudflareAccess {
            claims["aud"] = json!([AUDIENCE]);
            claims["type"] = json!("app");
            claims["nbf"] = json!(now);
        }
        Said {
            now,
            header: json!({ "alg": self.own.algorithm(), "kid": "own" }),
            claims,
        }
    }

    pub(super) fn token(&self, said: &Said) -> String {
        let (header, claims) = said.parts();
        self.own.token(&header, &claims)
    }

    /// A browser behind the proxy, which says these lines of its requests.
    pub(super) fn browser(&self, lines: &[(&'static str, String)]) -> Browser {
        let mut browser = self.house.browser().sent_to(&self.app);
        browser.headers = lines.to_vec();
        browser
    }

    /// The same, for whom the honest proxy vouches.
    pub(super) fn vouched(&self) -> Browser {
        let line = (self.proxy.kind.header(), self.token(&self.honest()));
        self.browser(&[line])
    }

    pub(super) async fn start(&self, browser: &mut Browser) -> Answer {
        let start = format!("{STAFF}/sign-in/start?provider={}", self.id);
        browser.get(&start).await
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

/// A peer that is no proxy of ours.
pub(super) fn stranger() -> SocketAddr {
    "203.0.113.9:40000".parse().unwrap()
}
