//! Why a token is refused: a reason of its own for each, which the audit keeps and no stranger is told.

/// Why a token from outside is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFault {
    /// It is longer than any honest one.
    TooLarge,
    /// It is not three parts of base64url.
    Malformed,
    /// Its header is no JSON object that we understand, or asks for what we do not know (`crit`).
    Header,
    /// Its algorithm is none that its issuer is known to sign with.
    Algorithm,
    /// Its `typ` says that it is a token of another kind.
    OtherKind,
    /// The issuer's keys could not be fetched.
    KeysUnreachable,
    /// The issuer has no such key for signatures.
    KeyUnknown,
    /// Several keys might be meant.
    KeyAmbiguous,
    /// The signature does not fit.
    Signature,
    /// Its claims are no JSON object, or one of them stands there twice.
    Claims,
    /// `iss` is absent, wrongly typed or another's.
    Issuer,
    /// `aud` is absent, wrongly typed, or not ours alone.
    Audience,
    /// `azp` is wrongly typed or names somebody else.
    AuthorizedParty,
    /// `exp` is absent or wrongly typed.
    Expiry,
    /// It has expired.
    Expired,
    /// `nbf` is wrongly typed or has not come yet.
    NotYet,
    /// `iat` is absent or wrongly typed.
    IssuedAt,
    /// It was issued in the future.
    IssuedInFuture,
    /// It was issued too long ago.
    Stale,
    /// `nonce` is absent or wrongly typed.
    NonceAbsent,
    /// `nonce` is not the one that was sent.
    OtherNonce,
    /// `sub` is absent, wrongly typed, empty or too long.
    Subject,
    /// `sid` is wrongly typed, empty or too long.
    ProviderSession,
    /// `auth_time` is wrongly typed or lies in the future.
    AuthTime,
    /// `email` is absent, wrongly typed or no address.
    Email,
    /// `email_verified` is not `true`.
    EmailUnverified,
    /// `name` is wrongly typed or too long.
    Name,
    /// `events` does not say that it is a logout token, or says so of one that is none.
    Events,
    /// A logout token that names neither a session nor a person.
    Nobody,
    /// A logout token with a `nonce`.
    NonceForbidden,
    /// `jti` is absent, wrongly typed, empty or too long.
    Identifier,
    /// It was used before.
    Replayed,
    /// The identity-aware proxy in front said nothing.
    Absent,
    /// The request says what a proxy says more than once.
    Ambiguous,
    /// It is a program's, not a person's (`common_name`, an address that only programs have, or none).
    Service,
    /// `type` is absent, wrongly typed or none that is a person's.
    Type,
}

impl TokenFault {
    /// The stable code that the audit stores.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "token_too_large",
            Self::Malformed => "token_malformed",
            Self::Header => "token_header",
            Self::Algorithm => "token_algorithm",
            Self::OtherKind => "token_of_other_kind",
            Self::KeysUnreachable => "token_keys_unreachable",
            Self::KeyUnknown => "token_key_unknown",
            Self::KeyAmbiguous => "token_key_ambiguous",
            Self::Signature => "token_signature",
            Self::Claims => "token_claims",
            Self::Issuer => "token_issuer",
            Self::Audience => "token_audience",
            Self::AuthorizedParty => "token_authorized_party",
            Self::Expiry => "token_without_expiry",
            Self::Expired => "token_expired",
            Self::NotYet => "token_not_yet",
            Self::IssuedAt => "token_without_issued_at",
            Self::IssuedInFuture => "token_issued_in_future",
            Self::Stale => "token_stale",
            Self::NonceAbsent => "token_without_nonce",
            Self::OtherNonce => "wrong_nonce",
            Self::Subject => "token_subject",
            Self::ProviderSession => "token_session",
            Self::AuthTime => "token_auth_time",
            Self::Email => "token_email",
            Self::EmailUnverified => "token_email_unverified",
            Self::Name => "token_name",
            Self::Events => "token_events",
            Self::Nobody => "token_names_nobody",
            Self::NonceForbidden => "token_with_nonce",
            Self::Identifier => "token_identifier",
            Self::Replayed => "token_replayed",
            Self::Absent => "token_absent",
            Self::Ambiguous => "token_ambiguous",
            Self::Service => "token_of_service",
            Self::Type => "token_type",
        }
    }
}
