//! The kind of the identity-aware proxy in front.

use serde_json::{Value, json};
use stagedoor_core::provider::ProxyKind;

use super::{Kind, Raw};

/// Which proxy stands in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proxy(pub ProxyKind);

impl Kind for Proxy {
    fn words() -> String {
        "cloudflare_access, google_iap or pomerium".to_owned()
    }

    fn read(raw: &Raw) -> Option<Self> {
        ProxyKind::from_name(raw.text()?).map(Self)
    }

    fn show(&self) -> Value {
        json!(self.0.as_str())
    }
}
