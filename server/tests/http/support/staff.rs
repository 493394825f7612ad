//! What super admins do about staff by the API, and what the log tells of it.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use stagedoor_core::time::Timestamp;
use stagedoor_service::testing::NOON;

use super::{Answer, Browser, STAFF, sentences};

/// Why staff are changed.
pub(crate) const WHY: &str = "Moves to another team";
/// In microseconds.
pub(crate) const HOUR: i64 = 3_600_000_000;

/// A moment so many microseconds after the house's clock began, as the API writes it.
pub(crate) fn moment(micros: i64) -> String {
    Timestamp::from_micros(NOON.micros() + micros).to_string()
}

impl Browser {
    /// The id of somebody on staff, by the beginning of their name or address.
    pub(crate) async fn staff_id(&mut self, short: &str) -> String {
        let list = self.get_json(&format!("{STAFF}/api/admin/staff?q={short}")).await;
        let found = list.json()["items"][0]["id"].as_str().map(str::to_owned);
        found.unwrap_or_else(|| panic!("nobody: {}", list.text))
    }

    /// Somebody on staff, as their own page tells of them.
    pub(crate) async fn staff_member(&mut self, id: &str) -> Value {
        let answer = self.get_json(&format!("{STAFF}/api/admin/staff/{id}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    }

    /// Changes somebody on staff.
    pub(crate) async fn change_staff(&mut self, id: &str, mut body: Value) -> Answer {
        body["reason"] = json!(WHY);
        let at = format!("{STAFF}/api/admin/staff/{id}");
        self.send_json(Method::PATCH, &at, &body).await
    }

    /// The sentences of a page of the platform's log, newest first.
    pub(crate) async fn log(&mut self, query: &str) -> Vec<String> {
        let answer = self
            .get_json(&format!("{STAFF}/api/admin/audit-logs?{query}"))
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        sentences(&answer)
    }
}
