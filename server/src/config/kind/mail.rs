//! The kind of a mail server's TLS.

use serde_json::{Value, json};
use stagedoor_service::alerts::Tls;

use super::{Kind, Raw};

const ALL: [(&str, Tls); 3] = [
    ("implicit", Tls::Implicit),
    ("starttls", Tls::StartTls),
    ("none", Tls::None),
];

impl Kind for Tls {
    fn words() -> String {
        "implicit, starttls or none".to_owned()
    }

    fn read(raw: &Raw) -> Option<Self> {
        let text = raw.text()?;
        ALL.iter().find(|(name, _)| *name == text).map(|(_, tls)| *tls)
    }

    fn show(&self) -> Value {
        let name = ALL.iter().find(|(_, tls)| tls == self).map(|(name, _)| *name);
        json!(name)
    }
}
