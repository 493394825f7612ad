//! The way out to the provider: which one, and the ID token that tells it which of its sessions is meant (`id_token_hint` of OpenID
//! Connect RP-Initiated Logout 1.0).
//!
//! The token is kept sealed with the session that came from it, and is gone with it; on its way out the browser carries it, sealed
//! as it was, for a minute. It opens for the client that it was made for alone, and signs nobody in.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use stagedoor_core::id::ProviderId;
use stagedoor_store::provider::Provider;
use stagedoor_store::provider_session;

use crate::crypto::Purpose;
use crate::op::StaffOp;
use crate::state::Service;

/// The longest ID token that is kept, in bytes: sealed it has to fit into a cookie. Without one a provider may ask the person.
pub const ID_TOKEN_MAX: usize = 2_600;

/// Whom somebody who signed out goes on to, and what tells it which session is meant. As text it is what their browser carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// The provider.
    pub provider: ProviderId,
    /// Its ID token, sealed, where it was kept.
    pub(crate) hint: Option<Vec<u8>>,
}

/// The text is no way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no way out")]
pub struct BadLeaving;

impl fmt::Display for Leaving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.hint {
            None => write!(f, "{}", self.provider),
            Some(sealed) => write!(f, "{}.{}", self.provider, URL_SAFE_NO_PAD.encode(sealed)),
        }
    }
}

impl FromStr for Leaving {
    type Err = BadLeaving;

    fn from_str(text: &str) -> Result<Self, BadLeaving> {
        let (provider, hint) = match text.split_once('.') {
            Some((provider, hint)) => (provider, Some(hint)),
            None => (text, None),
        };
        let hint = hint.map(|hint| URL_SAFE_NO_PAD.decode(hint)).transpose();
        Ok(Self {
            provider: provider.parse().map_err(|_| BadLeaving)?,
            hint: hint.map_err(|_| BadLeaving)?,
        })
    }
}

/// Where a session leads out to: asked before it ends.
pub async fn leaving(op: &StaffOp) -> Leaving {
    let kept = provider_session::token(&mut op.service().db().reader(), op.session().id).await;
    Leaving {
        provider: op.session().provider,
        // One signs out also where the hint cannot be read.
        hint: kept.ok().flatten(),
    }
}

/// Where a hint opens: at the provider and for the client that it was made for.
fn place(provider: &Provider) -> String {
    format!("{} {}", provider.id, provider.client_id)
}

impl Service {
    /// An ID token as it is kept; nothing of one that is too long.
    pub(super) fn sealed_hint(&self, provider: &Provider, token: &str) -> Option<Vec<u8>> {
        let key = self.vault().key(Purpose::IdToken);
        (token.len() <= ID_TOKEN_MAX)
            .then(|| key.seal(self.rng(), place(provider).as_bytes(), token.as_bytes()))
    }

    pub(super) fn open_hint(&self, provider: &Provider, sealed: &[u8]) -> Option<String> {
        let key = self.vault().key(Purpose::IdToken);
        let opened = key.open(place(provider).as_bytes(), sealed).ok()?;
        String::from_utf8(opened).ok()
    }
}

#[cfg(test)]
mod tests {
    use stagedoor_core::id::Id;

    use super::*;

    #[test]
    fn what_a_browser_carries_is_read_back_and_nothing_else_is() {
        let provider = ProviderId::new(1, 1);
        for hint in [None, Some(vec![1, 2, 255])] {
            let leaving = Leaving { provider, hint };
            assert_eq!(leaving.to_string().parse(), Ok(leaving));
        }
        for wrong in [
            "",
            "x",
            ".AQ",
            "idp_x.AQ",
            &format!("{provider}.?"),
            &format!("{provider}. "),
        ] {
            assert_eq!(wrong.parse::<Leaving>(), Err(BadLeaving), "{wrong}");
        }
        let longest = Leaving {
            provider,
            hint: Some(vec![0; ID_TOKEN_MAX + 64]),
        };
        assert!(longest.to_string().len() < 3_800, "it fits into a cookie");
    }
}
