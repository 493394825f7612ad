//! Identifiers that carry their kind.
//!
//! An id is a [TypeID](https://github.com/jetify-com/typeid): a prefix that names the kind, an underscore, and the 26
//! lower-case Crockford base32 characters of a UUIDv7 (RFC 9562). Each kind is a type of its own, so that swapping a
//! staff id for a session id does not compile. Nothing here draws randomness: the caller brings the time and the bits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const TEXT_LEN: usize = 26;

/// Text that is no id of the expected kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id of the form {prefix}_ followed by 26 characters")]
pub struct BadId {
    /// The prefix that was expected.
    pub prefix: &'static str,
}

/// A UUIDv7 (RFC 9562, section 5.7) from milliseconds since the epoch and 74 random bits (the rest of `random` is ignored).
#[must_use]
pub const fn uuid_v7(millis: u64, random: u128) -> u128 {
    let time = (millis as u128 & 0xffff_ffff_ffff) << 80;
    let rand_a = ((random >> 64) & 0x0fff) << 64;
    let rand_b = random & 0x3fff_ffff_ffff_ffff;
    time | (0x7 << 76) | rand_a | (0b10 << 62) | rand_b
}

fn encode(value: u128, out: &mut String) {
    for position in (0..TEXT_LEN).rev() {
        let digit = (value >> (position * 5)) & 0x1f;
        out.push(ALPHABET[digit as usize] as char);
    }
}

fn decode(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    // The first character holds the two bits that 26 × 5 has over 128: above 7 it would overflow.
    if bytes.len() != TEXT_LEN || bytes[0] > b'7' {
        return None;
    }
    bytes.iter().try_fold(0u128, |value, byte| {
        let digit = ALPHABET.iter().position(|letter| letter == byte)?;
        Some((value << 5) | digit as u128)
    })
}

/// What every kind of id has in common.
pub trait Id: Copy + Eq + Ord + fmt::Display + FromStr<Err = BadId> {
    /// The prefix without its underscore.
    const PREFIX: &'static str;

    /// Makes an id from a UUIDv7.
    fn from_uuid(uuid: u128) -> Self;

    /// The UUID inside.
    fn as_uuid(self) -> u128;

    /// Makes an id from milliseconds since the epoch and random bits.
    #[must_use]
    fn new(millis: u64, random: u128) -> Self {
        Self::from_uuid(uuid_v7(millis, random))
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(u128);

            impl Id for $name {
                const PREFIX: &'static str = $prefix;

                fn from_uuid(uuid: u128) -> Self {
                    Self(uuid)
                }

                fn as_uuid(self) -> u128 {
                    self.0
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    let mut text = String::with_capacity($prefix.len() + 1 + TEXT_LEN);
                    text.push_str(concat!($prefix, "_"));
                    encode(self.0, &mut text);
                    f.write_str(&text)
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::Display::fmt(self, f)
                }
            }

            impl FromStr for $name {
                type Err = BadId;

                fn from_str(text: &str) -> Result<Self, BadId> {
                    text.strip_prefix(concat!($prefix, "_"))
                        .and_then(decode)
                        .map(Self)
                        .ok_or(BadId { prefix: $prefix })
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                    text.parse().map_err(serde::de::Error::custom)
                }
            }
        )+

        /// Every prefix in use, without its underscore.
        pub const PREFIXES: &[&str] = &[$($prefix),+];
    };
}

ids! {
    /// A member of staff.
    StaffId = "stf";
    /// A session, of staff or of a tenant's person.
    SessionId = "ses";
    /// A tenant. The wire calls it an organisation, hence the prefix.
    TenantId = "org";
    /// A person's membership in one tenant: what a tenant and staff see as "the user".
    MemberId = "usr";
    /// The one account behind a person's memberships. It never leaves the store and the service.
    AccountId = "acc";
    /// An impersonation: one visit of one member of staff to one tenant.
    ImpersonationId = "imp";
    /// An audit entry.
    EventId = "evt";
    /// A passkey.
    PasskeyId = "pky";
    /// An identity provider.
    ProviderId = "idp";
    /// A sign-in that has not become a session yet.
    SignInId = "sgn";
    /// An invitation.
    InvitationId = "inv";
    /// A break-glass request.
    BreakGlassId = "bgr";
    /// A risk event.
    RiskId = "rsk";
    /// A question to a tenant's owner, whether staff may visit.
    ConsentRequestId = "cst";
    /// A fresh proof for one call, asked for and given.
    StepUpId = "sup";
    /// A network rule that is kept in the database.
    NetworkRuleId = "net";
    /// A change on trial.
    TrialId = "trl";
    /// An alert to super admins.
    AlertId = "ntf";
    /// One HTTP request.
    RequestId = "req";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_matches_the_typeid_specification() {
        // From the specification's valid.yml: "valid-uuidv7".
        let uuid = 0x0189_0a5d_ac96_774b_bcce_b302_099a_8057_u128;
        assert_eq!(
            StaffId::from_uuid(uuid).to_string(),
            "stf_01h455vb4pex5vsknk084sn02q"
        );
        assert_eq!(
            "stf_01h455vb4pex5vsknk084sn02q".parse(),
            Ok(StaffId::from_uuid(uuid))
        );
    }

    #[test]
    fn version_and_variant_bits_are_those_of_rfc_9562() {
        let uuid = uuid_v7(u64::MAX, u128::MAX);
        assert_eq!((uuid >> 76) & 0xf, 7);
        assert_eq!((uuid >> 62) & 0b11, 0b10);
    }

    #[test]
    fn foreign_prefixes_and_malformed_text_are_refused() {
        let good = StaffId::new(1, 2).to_string();
        assert!(SessionId::from_str(&good).is_err());
        for bad in [
            "",
            "stf_",
            "stf",
            &good.to_uppercase(),
            &good[..good.len() - 1],
            "stf_81h455vb4pex5vsknk084sn02q",
            "stf_01h455vb4pex5vsknk084sn02é",
        ] {
            assert!(StaffId::from_str(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn prefixes_are_unique() {
        let mut sorted = PREFIXES.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), PREFIXES.len());
    }
}
