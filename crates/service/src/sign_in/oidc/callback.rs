//! What a provider sends back through the browser, read of the address as it came. Whatever it is, it can be read: what is wrong
//! with it is for the sign-in to refuse and to write down, never for the edge to answer.

use stagedoor_core::id::ProviderId;
use url::form_urlencoded;

/// What the provider sent back through the browser.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Callback {
    /// The code, when it said yes.
    pub(super) code: Option<String>,
    /// Our `state`.
    pub(super) state: Option<String>,
    /// The issuer (RFC 9207).
    pub(super) iss: Option<String>,
    /// The error, when it said no.
    pub(super) error: Option<String>,
    /// Whether one of them stands there more than once (RFC 6749, section 3.1), so that nobody knows which is meant.
    pub(super) ambiguous: bool,
    /// Whose redirect address it came to; `None` for the one that several share.
    pub(super) at: Option<ProviderId>,
}

impl Callback {
    /// Reads the query of the address that the browser was sent back to: the one of a provider, or the one that several share.
    #[must_use]
    pub fn read(query: &str, at: Option<ProviderId>) -> Self {
        let mut callback = Self {
            at,
            ..Self::default()
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = match &*name {
                "code" => &mut callback.code,
                "state" => &mut callback.state,
                "iss" => &mut callback.iss,
                "error" => &mut callback.error,
                _ => continue,
            };
            callback.ambiguous |= place.replace(value.into_owned()).is_some();
        }
        callback
    }
}
