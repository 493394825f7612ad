//! What an authenticator's answer says, read a second time: the verification steps of WebAuthn Level 3 §7.1 and §7.2 that
//! the library does not take, or takes more loosely than they are written.
//!
//! The library compares origins as addresses, so that other writings of one pass; asks whether a page was framed in a
//! registration only; knows neither `topOrigin` nor whose passkey an answer says it is; and reads past what stands behind
//! an end. All of it is refused here, before the library looks. Challenge, signature, counter and attestation are its own.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::cbor;
use super::fault::Fault;

/// The flags of authenticator data (§6.1).
const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;
const EXTENDED: u8 = 0x80;
/// Where authenticator data's fixed part ends: the RP id's hash, the flags, the counter.
const FIXED: usize = 37;
/// Longest credential id (§7.1 step 25).
const CREDENTIAL_ID_MAX: usize = 1023;

/// What an answer must have been made for.
pub(super) struct Expected<'a> {
    /// The exact origin, as browsers write it.
    pub(super) origin: &'a str,
    /// The relying party's id.
    pub(super) rp_id: &'a str,
}

/// What authenticator data say.
#[derive(Debug, Clone, Copy)]
pub(super) struct AuthenticatorData<'a> {
    flags: u8,
    /// The credential that was made, where one was.
    pub(super) credential: Option<Credential<'a>>,
}

/// A credential as it was made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Credential<'a> {
    /// What made it, as it says itself.
    pub(super) aaguid: &'a [u8],
    /// Its id.
    pub(super) id: &'a [u8],
    /// Its public key, in COSE.
    key: &'a [u8],
}

impl AuthenticatorData<'_> {
    /// Whether it may be backed up.
    pub(super) const fn backup_eligible(&self) -> bool {
        self.flags & BACKUP_ELIGIBLE != 0
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> Result<&'a str, Fault> {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .ok_or(Fault::Malformed)
}

fn decoded(value: &Value, pointer: &str) -> Result<Vec<u8>, Fault> {
    URL_SAFE_NO_PAD
        .decode(text(value, pointer)?)
        .map_err(|_| Fault::Malformed)
}

/// The id of the credential that an answer says it is from, in both its writings.
pub(super) fn credential_id(answer: &Value) -> Result<Vec<u8>, Fault> {
    if text(answer, "/type")? != "public-key" {
        return Err(Fault::Malformed);
    }
    let id = decoded(answer, "/rawId")?;
    if text(answer, "/id")? != URL_SAFE_NO_PAD.encode(&id) {
        return Err(Fault::Credential);
    }
    Ok(id)
}

/// The steps on client data: what for, and for which page (§7.1 steps 5–11, §7.2 steps 8–14).
fn check_client_data(answer: &Value, kind: &str, expected: &Expected<'_>) -> Result<(), Fault> {
    let bytes = decoded(answer, "/response/clientDataJSON")?;
    let data: Value = serde_json::from_slice(&bytes).map_err(|_| Fault::Malformed)?;
    if text(&data, "/type")? != kind {
        return Err(Fault::Type);
    }
    if text(&data, "/origin")? != expected.origin {
        return Err(Fault::Origin);
    }
    match data.get("crossOrigin") {
        None | Some(Value::Bool(false)) => {}
        Some(_) => return Err(Fault::CrossOrigin),
    }
    // It stands there for framed pages only, whatever else they say.
    if data.get("topOrigin").is_some() {
        return Err(Fault::CrossOrigin);
    }
    Ok(())
}

/// Authenticator data to their last byte.
fn authenticator_data(bytes: &[u8]) -> Option<AuthenticatorData<'_>> {
    let flags = *bytes.get(32)?;
    let mut rest = bytes.get(FIXED..)?;
    let mut credential = None;
    if flags & ATTESTED != 0 {
        let (aaguid, behind) = rest.split_at_checked(16)?;
        let (digits, behind) = behind.split_first_chunk::<2>()?;
        let (id, behind) = behind.split_at_checked(usize::from(u16::from_be_bytes(*digits)))?;
        let (key, behind) = behind.split_at_checked(cbor::length(behind)?)?;
        credential = Some(Credential { aaguid, id, key });
        rest = behind;
    }
    if flags & EXTENDED != 0 {
        let length = cbor::length(rest)?;
        cbor::members(&rest[..length])?;
        rest = &rest[length..];
    }
    rest.is_empty().then_some(AuthenticatorData { flags, credential })
}

/// The steps on authenticator data: for whom, and who was there (§7.1 steps 14–18, §7.2 steps 15–19).
fn check_authenticator_data<'a>(
    bytes: &'a [u8],
    expected: &Expected<'_>,
) -> Result<AuthenticatorData<'a>, Fault> {
    let data = authenticator_data(bytes).ok_or(Fault::Malformed)?;
    let checks = [
        (
            bytes[..32] == *Sha256::digest(expected.rp_id),
            Fault::RelyingParty,
        ),
        (data.flags & USER_PRESENT != 0, Fault::UserAbsent),
        (data.flags & USER_VERIFIED != 0, Fault::UserUnverified),
        // What is backed up must be able to be.
        (
            data.flags & BACKED_UP == 0 || data.backup_eligible(),
            Fault::Backup,
        ),
    ];
    match checks.into_iter().find(|(holds, _)| !holds) {
        Some((_, fault)) => Err(fault),
        None => Ok(data),
    }
}

/// An extension that would move the relying party's id was never asked for.
fn check_extensions(answer: &Value) -> Result<(), Fault> {
    let results = answer
        .get("extensions")
        .or_else(|| answer.get("clientExtensionResults"));
    match results.and_then(|results| results.get("appid")) {
        None | Some(Value::Bool(false)) => Ok(()),
        Some(_) => Err(Fault::Extension),
    }
}

/// What a registration made, once our steps of §7.1 hold. Returns the AAGUID, where it says one.
pub(super) fn check_registration(
    answer: &Value,
    expected: &Expected<'_>,
    known: &[&[u8]],
) -> Result<Option<[u8; 16]>, Fault> {
    let id = credential_id(answer)?;
    check_client_data(answer, "webauthn.create", expected)?;
    check_extensions(answer)?;
    let object = decoded(answer, "/response/attestationObject")?;
    let members = cbor::members(&object).ok_or(Fault::Malformed)?;
    let member = |key: &[u8]| {
        members
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, item)| *item)
    };
    let data = member(b"\x68authData")
        .and_then(cbor::bytes)
        .ok_or(Fault::Malformed)?;
    let data = check_authenticator_data(data, expected)?;
    let credential = data.credential.ok_or(Fault::Credential)?;
    if credential.id != id || id.is_empty() || id.len() > CREDENTIAL_ID_MAX {
        return Err(Fault::Credential);
    }
    if known.contains(&credential.id) {
        return Err(Fault::Registered);
    }
    check_key(credential.key)?;
    // An attestation that vouches for nothing has nothing in it (§8.7).
    let (format, statement) = (member(b"\x63fmt"), member(b"\x67attStmt"));
    if format == Some(b"\x64none") && statement != Some(b"\xa0") {
        return Err(Fault::Attestation);
    }
    let aaguid = <[u8; 16]>::try_from(credential.aaguid).map_err(|_| Fault::Malformed)?;
    Ok((aaguid != [0; 16]).then_some(aaguid))
}

/// The curve is the algorithm's own, which the library leaves open (§5.8.5).
fn check_key(key: &[u8]) -> Result<(), Fault> {
    let members = cbor::members(key).ok_or(Fault::Malformed)?;
    let number = |label: i64| {
        let found = members.iter().find(|(name, _)| cbor::int(name) == Some(label));
        found.and_then(|(_, item)| cbor::int(item))
    };
    // kty, alg, and crv for the two on curves: ES256, ES384, RS256.
    match (number(1), number(3), number(-1)) {
        (Some(2), Some(-7), Some(1)) | (Some(2), Some(-35), Some(2)) | (Some(3), Some(-257), _) => Ok(()),
        _ => Err(Fault::Algorithm),
    }
}

/// Our steps of §7.2 on the use of a passkey of a person, whose handle is what registrations were begun with.
pub(super) fn check_use(
    answer: &Value,
    expected: &Expected<'_>,
    handle: &[u8],
    backup_eligible: bool,
) -> Result<(), Fault> {
    match answer.pointer("/response/userHandle") {
        None | Some(Value::Null) => {}
        Some(_) if decoded(answer, "/response/userHandle")? == handle => {}
        Some(_) => return Err(Fault::UserHandle),
    }
    check_client_data(answer, "webauthn.get", expected)?;
    check_extensions(answer)?;
    let data = decoded(answer, "/response/authenticatorData")?;
    let data = check_authenticator_data(&data, expected)?;
    if data.credential.is_some() {
        return Err(Fault::Malformed);
    }
    // Whether it may be backed up was settled when it was made (step 18).
    if data.backup_eligible() != backup_eligible {
        return Err(Fault::Backup);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x41x\x22\x41y";

    fn made(flags: u8) -> Vec<u8> {
        let mut data = vec![7; 32];
        data.push(flags);
        data.extend([0, 0, 0, 1]);
        data.extend([3; 16]);
        data.extend([0, 2, 8, 9]);
        data.extend(KEY);
        data
    }

    #[test]
    fn authenticator_data_are_read_to_their_last_byte() {
        let whole = made(0x45);
        let credential = authenticator_data(&whole).unwrap().credential.unwrap();
        assert_eq!(
            (credential.aaguid, credential.id, credential.key),
            ([3; 16].as_slice(), [8, 9].as_slice(), KEY)
        );
        for end in 0..whole.len() {
            assert!(authenticator_data(&whole[..end]).is_none(), "cut at {end}");
        }
        assert!(authenticator_data(&[whole.as_slice(), &[0]].concat()).is_none());
        assert!(
            authenticator_data(&made(0x05)).is_none(),
            "a credential that is not announced"
        );
        let extended = [made(0xc5).as_slice(), b"\xa1\x61a\x01"].concat();
        assert!(authenticator_data(&extended).unwrap().credential.is_some());
        assert!(
            authenticator_data(&made(0xc5)).is_none(),
            "extensions that are not there"
        );
        let list = [made(0xc5).as_slice(), b"\x81\x01"].concat();
        assert!(authenticator_data(&list).is_none(), "extensions are a map");
    }

    #[test]
    fn a_key_is_on_the_curve_of_its_algorithm() {
        assert_eq!(check_key(KEY), Ok(()));
        for (at, other) in [(2, 1), (4, 0x27), (6, 2)] {
            let mut key = KEY.to_vec();
            key[at] = other;
            assert_eq!(check_key(&key), Err(Fault::Algorithm), "byte {at}");
        }
    }
}
