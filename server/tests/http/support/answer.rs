//! What comes back of a call, read as the tests want it.

use http::StatusCode;
use serde_json::Value;

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) location: Option<String>,
    pub(crate) headers: http::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub(crate) fn code(&self) -> String {
        self.json()["error"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    pub(crate) fn field(&self, name: &str) -> String {
        self.json()["error"]["fields"][name]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// What a refused body is told of this field, in which it is wrong.
    #[track_caller]
    pub(crate) fn refused_at(&self, field: &str) -> String {
        let told = self.field(field);
        let is_refused = self.status == StatusCode::UNPROCESSABLE_ENTITY && !told.is_empty();
        assert!(is_refused, "{field}: {} {}", self.status, self.text);
        told
    }

    /// The body without the request's id, which differs on every call.
    pub(crate) fn without_request(&self) -> Value {
        let mut body = self.json();
        body["error"]["request_id"] = Value::Null;
        body
    }

    pub(crate) fn to(&self) -> &str {
        self.location
            .as_deref()
            .unwrap_or_else(|| panic!("no redirect: {} {}", self.status, self.text))
    }
}

/// The sentences of a page of an audit log, newest first.
pub(crate) fn sentences(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let items = body["items"]
        .as_array()
        .unwrap_or_else(|| panic!("no items: {}", answer.text));
    items.iter().map(sentence).collect()
}

fn sentence(line: &Value) -> String {
    line["sentence"].as_str().unwrap().to_owned()
}
