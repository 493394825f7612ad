//! A passkey's challenge that commits to a call (decision 31).
//!
//! webauthn-rs draws its own random challenge and keeps it in a state that serialises. The drawn bytes stay as the random
//! part; what commits to the call takes their place, in the state and in what the browser is asked. The one place that
//! knows how the library's JSON looks; the tests below pin it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use stagedoor_core::step_up::{CallDigest, bind};

use crate::ceremony::Begun;
use crate::error::ServiceError;

const IN_STATE: &str = "/ast/challenge";
const IN_OPTIONS: &str = "/publicKey/challenge";

/// A ceremony whose challenge commits to a call.
pub(super) struct Bound {
    /// The ceremony.
    pub(super) begun: Begun,
    /// The random bytes in the challenge.
    pub(super) random: [u8; 32],
}

fn unknown_shape() -> ServiceError {
    ServiceError::Internal("the state of a passkey's ceremony looks unlike the pinned library's".to_owned())
}

fn challenge(json: &Value, at: &str) -> Option<[u8; 32]> {
    let text = json.pointer(at)?.as_str()?;
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

fn put(json: &mut Value, at: &str, challenge: &[u8; 32]) -> Option<()> {
    *json.pointer_mut(at)? = Value::String(URL_SAFE_NO_PAD.encode(challenge));
    Some(())
}

/// Binds a ceremony to a call.
pub(super) fn bound(mut begun: Begun, call: &CallDigest) -> Result<Bound, ServiceError> {
    let mut state: Value = serde_json::from_slice(&begun.state).map_err(|_| unknown_shape())?;
    let random = challenge(&state, IN_STATE)
        .filter(|random| challenge(&begun.options, IN_OPTIONS).as_ref() == Some(random))
        .ok_or_else(unknown_shape)?;
    let committed = bind(&random, call);
    put(&mut state, IN_STATE, &committed)
        .and_then(|()| put(&mut begun.options, IN_OPTIONS, &committed))
        .ok_or_else(unknown_shape)?;
    begun.state = serde_json::to_vec(&state).map_err(|_| unknown_shape())?;
    Ok(Bound { begun, random })
}

/// Whether the state of a ceremony commits to a call, with the random bytes that were kept.
pub(super) fn is_bound(state: &[u8], random: &[u8; 32], call: &CallDigest) -> bool {
    serde_json::from_slice(state)
        .ok()
        .and_then(|state: Value| challenge(&state, IN_STATE))
        .is_some_and(|committed| committed == bind(random, call))
}

#[cfg(test)]
mod tests {
    use stagedoor_core::step_up::CallDigest;
    use webauthn_authenticator_rs::WebauthnAuthenticator;
    use webauthn_authenticator_rs::softpasskey::SoftPasskey;
    use webauthn_rs::prelude::{Passkey, PasskeyAuthentication, PublicKeyCredential, Url, Uuid};
    use webauthn_rs::{Webauthn, WebauthnBuilder};

    use super::*;

    fn call(byte: u8) -> CallDigest {
        CallDigest::from_stored(&[byte; 32]).unwrap()
    }

    fn site() -> (Webauthn, Url) {
        let origin = Url::parse("https://admin.stagedoor.test").unwrap();
        let builder = WebauthnBuilder::new("admin.stagedoor.test", &origin).unwrap();
        (builder.build().unwrap(), origin)
    }

    fn registered(site: &Webauthn, origin: &Url, key: &mut SoftPasskey) -> Passkey {
        let (options, state) = site
            .start_passkey_registration(Uuid::from_u128(1), "kim@acme-corp.example", "Kim", None)
            .unwrap();
        let made = key.do_registration(origin.clone(), options).unwrap();
        site.finish_passkey_registration(&made, &state).unwrap()
    }

    fn begun(site: &Webauthn, passkey: &Passkey) -> Begun {
        let (options, state) = site
            .start_passkey_authentication(std::slice::from_ref(passkey))
            .unwrap();
        Begun {
            options: serde_json::to_value(options).unwrap(),
            state: serde_json::to_vec(&state).unwrap(),
        }
    }

    fn answered(key: &mut SoftPasskey, origin: &Url, begun: &Begun) -> PublicKeyCredential {
        let options = serde_json::from_value(begun.options.clone()).unwrap();
        key.do_authentication(origin.clone(), options).unwrap()
    }

    #[test]
    fn the_library_accepts_the_bound_challenge_and_no_other() {
        let (site, origin) = site();
        let mut key = SoftPasskey::new(true);
        let passkey = registered(&site, &origin, &mut key);
        let bound = bound(begun(&site, &passkey), &call(1)).unwrap();
        let proof = answered(&mut key, &origin, &bound.begun);
        let verified = |state: &[u8]| {
            let state: PasskeyAuthentication = serde_json::from_slice(state).unwrap();
            site.finish_passkey_authentication(&proof, &state).is_ok()
        };
        assert!(verified(&bound.begun.state));
        let mut other: Value = serde_json::from_slice(&bound.begun.state).unwrap();
        put(&mut other, IN_STATE, &bind(&bound.random, &call(2))).unwrap();
        assert!(
            !verified(&serde_json::to_vec(&other).unwrap()),
            "signed for another call"
        );
        put(&mut other, IN_STATE, &bound.random).unwrap();
        assert!(
            !verified(&serde_json::to_vec(&other).unwrap()),
            "the library's own challenge is gone"
        );
    }

    #[test]
    fn a_state_says_which_call_it_is_for() {
        let (site, origin) = site();
        let mut key = SoftPasskey::new(true);
        let passkey = registered(&site, &origin, &mut key);
        let plain = begun(&site, &passkey);
        assert!(!is_bound(&plain.state, &[0; 32], &call(1)));
        let bound = bound(plain, &call(1)).unwrap();
        assert!(is_bound(&bound.begun.state, &bound.random, &call(1)));
        assert!(!is_bound(&bound.begun.state, &bound.random, &call(2)));
        assert!(!is_bound(&bound.begun.state, &[0; 32], &call(1)));
    }

    /// The shape that `bound` relies on. A version of the library that looks otherwise is refused here, not in use.
    #[test]
    fn the_library_keeps_its_challenge_where_it_is_looked_for() {
        let (site, origin) = site();
        let mut key = SoftPasskey::new(true);
        let passkey = registered(&site, &origin, &mut key);
        let begun = begun(&site, &passkey);
        let state: Value = serde_json::from_slice(&begun.state).unwrap();
        assert_eq!(state.as_object().unwrap().keys().collect::<Vec<_>>(), ["ast"]);
        assert_eq!(challenge(&state, IN_STATE), challenge(&begun.options, IN_OPTIONS));
        assert!(challenge(&state, IN_STATE).is_some(), "{state}");
        let elsewhere = Begun {
            options: begun.options,
            state: br#"{"state":{"challenge":"AAAA"}}"#.to_vec(),
        };
        assert!(matches!(
            bound(elsewhere, &call(1)),
            Err(ServiceError::Internal(_))
        ));
    }
}
