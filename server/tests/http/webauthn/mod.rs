//! Each verification step that WebAuthn Level 3 asks of a relying party (§7.1, §7.2), with answers that are right but for one
//! thing. Each is refused with its reason in the audit, stores nothing, and has used up its ceremony; the same answer
//! unchanged is taken.

mod attested;
mod copied;
mod doors;
pub(crate) mod levels;
mod origins;
mod registration;
mod uses;

use http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, House, STAFF};

/// A change of one thing.
type Change<T> = fn(&mut T);

/// Somebody who is signed in, and whose answers are looked at.
struct Trial {
    house: House,
    kim: Browser,
}

fn api(path: &str) -> String {
    format!("{STAFF}/api/admin/session/{path}")
}

impl Trial {
    async fn new() -> Self {
        let house = House::new().await;
        let kim = house.signed_in("kim").await;
        Self { house, kim }
    }

    /// Begins a registration inside the session.
    async fn registration(&mut self) -> Value {
        // So that each entry has a moment of its own.
        self.house.later(1);
        let begun = self.kim.post_json(&api("passkeys/begin"), &json!({})).await;
        assert_eq!(begun.status, StatusCode::OK, "{}", begun.text);
        begun.json()
    }

    async fn register(&mut self, credential: &Value) -> Answer {
        let body = json!({ "name": "Drawer", "credential": credential });
        self.kim.post_json(&api("passkeys"), &body).await
    }

    /// Begins a use inside the session.
    async fn renewal(&mut self) -> Value {
        self.house.later(1);
        let begun = self.kim.post_json(&api("renew/begin"), &json!({})).await;
        assert_eq!(begun.status, StatusCode::OK, "{}", begun.text);
        begun.json()
    }

    async fn renew(&mut self, credential: &Value) -> Answer {
        let body = json!({ "credential": credential });
        self.kim.post_json(&api("renew"), &body).await
    }

    /// A column of text of the rows that a query finds.
    async fn texts(&self, sql: &str) -> Vec<String> {
        let rows = self.house.db.raw_fetch(sql).await.unwrap();
        rows.iter().map(|row| row.get("text").unwrap()).collect()
    }

    /// What a proof could have changed.
    async fn proofs(&self) -> Vec<String> {
        let keys = "SELECT id || passkey || coalesce(last_used_at, 0) || coalesce(copied_at, 0) AS text FROM staff_passkey ORDER BY id";
        let sessions =
            "SELECT id || factor_at || coalesce(passkey_id, '') AS text FROM staff_session ORDER BY id";
        [self.texts(keys).await, self.texts(sessions).await].concat()
    }

    /// The latest entry's event and code.
    async fn told(&self) -> (String, String) {
        let sql = "SELECT event || ' ' || coalesce(code, '') AS text FROM audit_entry ORDER BY at DESC, id DESC LIMIT 1";
        let text = self.texts(sql).await.remove(0);
        let (event, code) = text.split_once(' ').unwrap();
        (event.to_owned(), code.to_owned())
    }

    /// The refusal is told with its reason, nothing was stored, and the ceremony is over.
    async fn refused(&self, answer: &Answer, before: &[String], (event, code): (&str, &str), what: &str) {
        assert_eq!(answer.status, StatusCode::CONFLICT, "{what}: {}", answer.text);
        assert_eq!(answer.code(), "CONFLICT", "{what}");
        assert_eq!(self.told().await, (event.to_owned(), code.to_owned()), "{what}");
        assert_eq!(self.proofs().await, before, "{what}: something was stored");
        let left = self
            .texts("SELECT session_id AS text FROM session_ceremony")
            .await;
        assert!(left.is_empty(), "{what}: the ceremony is still there");
    }
}
