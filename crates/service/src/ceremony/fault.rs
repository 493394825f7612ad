//! Why an authenticator's answer is refused: a code for the audit, one for each thing that is verified. To the person all
//! of them read the same.

use stagedoor_core::id::PasskeyId;
use webauthn_rs::prelude::WebauthnError;

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No ceremony of this kind is under way here: it was never begun, took too long, or was answered already.
    NotUnderWay,
    /// It cannot be read as what it should be, is cut short, or has something behind its end.
    Malformed,
    /// It was made for another ceremony than this kind.
    Type,
    /// It answers another challenge.
    Challenge,
    /// It was made for a page of another origin.
    Origin,
    /// It was made inside a page of another origin.
    CrossOrigin,
    /// It was made for another relying party.
    RelyingParty,
    /// Nobody was there.
    UserAbsent,
    /// Whoever was there was not verified.
    UserUnverified,
    /// What it says of being backed up cannot be, or is not what the passkey said before.
    Backup,
    /// The credential is not named as it should be, or is none.
    Credential,
    /// It is none of the person's passkeys in use.
    Unknown,
    /// It is said to be another person's.
    UserHandle,
    /// An extension that was not asked for would change what is verified.
    Extension,
    /// The signature does not verify.
    Signature,
    /// The key is of an algorithm that was not offered, or is none of its algorithm.
    Algorithm,
    /// The attestation does not hold.
    Attestation,
    /// It may leave its device, and policy asks for one that cannot.
    Synced,
    /// Policy asks for one that its maker vouches for, and this maker is not on the list, or did not.
    Unattested,
    /// The credential is registered already.
    Registered,
    /// The passkey was revoked or used elsewhere while its answer was looked at.
    Raced,
    /// It verifies, but its counter did not advance: there may be two of this passkey.
    Copied(PasskeyId),
}

impl Fault {
    /// The stable code that the audit stores.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotUnderWay => "passkey_not_under_way",
            Self::Malformed => "passkey_malformed",
            Self::Type => "passkey_wrong_type",
            Self::Challenge => "passkey_wrong_challenge",
            Self::Origin => "passkey_wrong_origin",
            Self::CrossOrigin => "passkey_cross_origin",
            Self::RelyingParty => "passkey_wrong_relying_party",
            Self::UserAbsent => "passkey_user_absent",
            Self::UserUnverified => "passkey_user_unverified",
            Self::Backup => "passkey_backup_state",
            Self::Credential => "passkey_no_credential",
            Self::Unknown => "passkey_unknown",
            Self::UserHandle => "passkey_of_another",
            Self::Extension => "passkey_extension",
            Self::Signature => "passkey_wrong_signature",
            Self::Algorithm => "passkey_algorithm",
            Self::Attestation => "passkey_attestation",
            Self::Synced => "passkey_not_device_bound",
            Self::Unattested => "passkey_unattested",
            Self::Registered => "passkey_registered_already",
            Self::Raced => "passkey_raced",
            Self::Copied(_) => "passkey_copied",
        }
    }

    /// What the person is told where it is only that policy asks for another passkey, so that they bring one.
    pub(crate) const fn asks_for_another(self) -> Option<&'static str> {
        match self {
            Self::Synced => Some(
                "Policy asks your role for a passkey that cannot leave its device, and this one can be synchronised between devices. Nothing was registered; use a security key, or a passkey that stays on this device.",
            ),
            Self::Unattested => Some(
                "Policy asks your role for a passkey whose maker vouches for it, of a model on this installation's list. Nothing was registered; use such a security key, and let the browser show its make and model.",
            ),
            _ => None,
        }
    }

    /// What the library found wrong with a registration whose maker has to vouch for it.
    pub(super) fn of_attested(error: &WebauthnError) -> Self {
        use WebauthnError as E;
        match (error, Self::of_registration(error)) {
            (E::CredentialMayNotBeHardwareBound, _) => Self::Synced,
            (_, Self::Attestation) => Self::Unattested,
            (_, other) => other,
        }
    }

    /// What the library found wrong with a registration.
    pub(super) fn of_registration(error: &WebauthnError) -> Self {
        use WebauthnError as E;
        match error {
            E::CredentialExcludedFromRequest | E::CredentialAlreadyExists => Self::Registered,
            E::CredentialAlteredAlgFromRequest
            | E::CredentialInsecureCryptography
            | E::COSEKeyInvalidAlgorithm
            | E::COSEKeyInvalidType
            | E::COSEKeyInvalidCBORValue
            | E::COSEKeyEDUnsupported
            | E::COSEKeyECDSAXYInvalid
            | E::COSEKeyRSANEInvalid
            | E::COSEKeyECDSAInvalidCurve
            | E::EcdsaPointInvalid
            | E::RsaParametersInvalid => Self::Algorithm,
            other => Self::of_either(other).unwrap_or(Self::Attestation),
        }
    }

    /// What the library found wrong with a use.
    pub(super) fn of_use(error: &WebauthnError, used: PasskeyId) -> Self {
        use WebauthnError as E;
        match error {
            E::CredentialPossibleCompromise => Self::Copied(used),
            E::CredentialNotFound => Self::Unknown,
            E::AuthenticationFailure | E::SignatureInvalid => Self::Signature,
            other => Self::of_either(other).unwrap_or(Self::Malformed),
        }
    }

    fn of_either(error: &WebauthnError) -> Option<Self> {
        use WebauthnError as E;
        Some(match error {
            E::InvalidClientDataType => Self::Type,
            E::MismatchedChallenge => Self::Challenge,
            E::InvalidRPOrigin => Self::Origin,
            E::CredentialCrossOrigin => Self::CrossOrigin,
            E::InvalidRPIDHash => Self::RelyingParty,
            E::UserNotPresent => Self::UserAbsent,
            E::UserNotVerified => Self::UserUnverified,
            E::CredentialMayNotBeHardwareBound | E::CredentialBackupEligibilityInconsistent => Self::Backup,
            E::MissingAttestationCredentialData => Self::Credential,
            E::ParseBase64Failure(_)
            | E::ParseCBORFailure(_)
            | E::ParseJSONFailure(_)
            | E::ParseNOMFailure
            | E::ParseInsufficientBytesAvailable => Self::Malformed,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_is_a_fault_too() {
        assert_eq!(
            Fault::of_registration(&WebauthnError::TrustFailure),
            Fault::Attestation
        );
        let id = stagedoor_core::id::Id::new(1, 2);
        assert_eq!(Fault::of_use(&WebauthnError::TrustFailure, id), Fault::Malformed);
        assert_eq!(
            Fault::of_use(&WebauthnError::CredentialPossibleCompromise, id),
            Fault::Copied(id)
        );
    }
}
