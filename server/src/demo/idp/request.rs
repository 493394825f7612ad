//! An authorization request, and what is wrong with it (RFC 6749, sections 4.1.1 and 4.1.2.1).
//!
//! Until client and redirect address are known to belong together nothing is sent anywhere: an error is shown to the
//! person. Later ones go back to the client.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use url::Url;

use super::{Client, Idp};

/// The parameters as they came. A repeated one does not parse (RFC 6749, section 3.1).
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Ask {
    client_id: Option<String>,
    redirect_uri: Option<String>,
    response_type: Option<String>,
    response_mode: Option<String>,
    scope: Option<String>,
    state: Option<String>,
    nonce: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
    prompt: Option<String>,
    request: Option<String>,
    request_uri: Option<String>,
    /// Whom the person chose on the page; not part of the protocol.
    pub(super) person: Option<String>,
}

/// A request in which everything is right.
pub(super) struct Asked<'a> {
    /// Who asks.
    pub(super) client: &'a Client,
    /// Where the answer goes.
    pub(super) redirect: Redirect,
    /// For the ID token.
    pub(super) nonce: String,
    /// SHA-256 of the PKCE verifier.
    pub(super) challenge: [u8; 32],
}

/// Where an answer goes, and the client's `state` that it carries back.
pub(super) struct Redirect {
    uri: Url,
    registered: String,
    state: Option<String>,
}

/// Why a request is refused.
pub(super) enum Refusal {
    /// Shown here, sent nowhere.
    Shown(&'static str),
    /// Sent back to the client.
    Sent {
        redirect: Box<Redirect>,
        error: &'static str,
        description: &'static str,
    },
}

impl Redirect {
    /// The address exactly as it is registered.
    pub(super) fn registered(&self) -> &str {
        &self.registered
    }

    /// Scheme, host and port: where a form's redirect must be allowed to lead.
    pub(super) fn origin(&self) -> String {
        self.uri.origin().ascii_serialization()
    }

    /// The address with an answer: its parameters, the client's `state`, and who answers (RFC 9207).
    pub(super) fn with(&self, issuer: &str, answer: &[(&str, &str)]) -> Url {
        let mut location = self.uri.clone();
        location
            .query_pairs_mut()
            .extend_pairs(answer)
            .extend_pairs(self.state.iter().map(|state| ("state", state)))
            .append_pair("iss", issuer);
        location
    }
}

impl Ask {
    /// The pairs with which the page's form asks once more. They are checked again when it is sent.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        [
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("response_type", &self.response_type),
            ("response_mode", &self.response_mode),
            ("scope", &self.scope),
            ("state", &self.state),
            ("nonce", &self.nonce),
            ("code_challenge", &self.code_challenge),
            ("code_challenge_method", &self.code_challenge_method),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.clone().map(|value| (name, value)))
        .collect()
    }

    /// Checks everything, in the order that decides where an error goes.
    pub(super) fn check<'a>(&self, idp: &'a Idp) -> Result<Asked<'a>, Refusal> {
        let client = self.client_id.as_deref().and_then(|id| idp.client(id));
        let client = client.ok_or(Refusal::Shown("The application that sent you is not known here."))?;
        let redirect = self.redirect(client).ok_or(Refusal::Shown(
            "The address to return to is not one that this application has registered.",
        ))?;
        match self.details() {
            Ok((nonce, challenge)) => Ok(Asked {
                client,
                redirect,
                nonce,
                challenge,
            }),
            Err((error, description)) => Err(Refusal::Sent {
                redirect: Box::new(redirect),
                error,
                description,
            }),
        }
    }

    fn redirect(&self, client: &Client) -> Option<Redirect> {
        let wanted = self.redirect_uri.as_ref()?;
        let registered = client.redirect_uris.iter().find(|uri| *uri == wanted)?;
        let uri = Url::parse(registered).ok()?;
        Some(Redirect {
            uri,
            registered: registered.clone(),
            state: self.state.clone(),
        })
    }

    /// The nonce and the challenge, or the error that the client gets.
    fn details(&self) -> Result<(String, [u8; 32]), (&'static str, &'static str)> {
        if self.request.is_some() {
            return Err(("request_not_supported", "request objects are not supported"));
        }
        if self.request_uri.is_some() {
            return Err(("request_uri_not_supported", "request objects are not supported"));
        }
        if self.response_type.as_deref() != Some("code") {
            return Err(("unsupported_response_type", "response_type must be code"));
        }
        if self.response_mode.as_deref().is_some_and(|mode| mode != "query") {
            return Err(("invalid_request", "response_mode must be query"));
        }
        if !self
            .scope
            .as_deref()
            .unwrap_or_default()
            .split(' ')
            .any(|scope| scope == "openid")
        {
            return Err(("invalid_scope", "scope must contain openid"));
        }
        if given(self.state.as_ref()).is_none() {
            return Err(("invalid_request", "state is required"));
        }
        let nonce = given(self.nonce.as_ref()).ok_or(("invalid_request", "nonce is required"))?;
        let challenge = self.challenge()?;
        // Nobody is ever signed in here, so that nothing can be answered without asking.
        if self.prompt.as_deref() == Some("none") {
            return Err(("login_required", "somebody has to be chosen"));
        }
        Ok((nonce.clone(), challenge))
    }

    /// PKCE (RFC 7636, section 4.3): required, and only as S256.
    fn challenge(&self) -> Result<[u8; 32], (&'static str, &'static str)> {
        if self.code_challenge_method.as_deref() != Some("S256") {
            return Err(("invalid_request", "code_challenge_method must be S256"));
        }
        let challenge = self.code_challenge.as_deref().unwrap_or_default();
        URL_SAFE_NO_PAD
            .decode(challenge)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or((
                "invalid_request",
                "code_challenge must be the base64url of a SHA-256",
            ))
    }
}

fn given(value: Option<&String>) -> Option<&String> {
    value.filter(|value| !value.is_empty())
}
