//! What goes wrong in a use case, and its one translation to the public error.

use std::collections::BTreeMap;

use stagedoor_core::decision::{Decision, Outcome, Reason};
use stagedoor_core::error::{ApiError, Code};
use stagedoor_core::guard::Verdict;
use stagedoor_core::id::RequestId;
use stagedoor_core::input::FieldError;
use stagedoor_core::provider::NotOurs;
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::view::frame::GuardView;

use crate::ceremony::Fault;
use crate::codes::CodeFault;
use crate::token::TokenFault;

/// Why a sign-in cannot go on. The audit knows which; most of them read the same to the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInFailure {
    /// No sign-in is under way in this browser, or it took too long.
    NotUnderWay,
    /// The answer's `state` is not the one we sent.
    WrongState,
    /// The provider said no, or is no longer trusted.
    Provider,
    /// The provider could not be reached.
    ProviderUnreachable,
    /// What the provider says of itself cannot be read, is another's, or leads to less protected places.
    Metadata,
    /// The answer names another issuer than the one that was asked (RFC 9207).
    OtherIssuer,
    /// The answer came to another redirect address than the provider's that was asked (RFC 9700, section 4.4).
    OtherAddress,
    /// The answer names no issuer, though this provider's answers do (RFC 9207).
    IssuerAbsent,
    /// The answer says something more than once.
    AnswerAmbiguous,
    /// The answer carries neither a code nor an error.
    CodeAbsent,
    /// The provider did not exchange the code.
    CodeRefused,
    /// What the provider gave for the code cannot be read.
    TokenAnswer,
    /// The provider's token is not believed.
    Token(TokenFault),
    /// The provider vouches for somebody who is not of the workforce, or who signed in there too weakly.
    NotOurs(NotOurs),
    /// Nobody on staff has this identity.
    UnknownPerson,
    /// The passkey did not verify, or its ceremony was over or used; what was wrong is for the audit alone.
    Passkey(Fault),
    /// On a tenant's host: address and password do not fit, or the account may not sign in. One answer for all.
    Credentials,
    /// On a tenant's host: the tenant is suspended.
    TenantSuspended,
    /// There is no such enrolment token, or it was used, replaced, or has expired.
    TokenUnknown,
    /// The token is for another address than the provider vouched for.
    TokenOfAnother,
    /// Too many tokens were tried in one sign-in.
    TokenTries,
    /// The session shall be narrowed to a tenant that its person does not reach, or that there is not.
    NoSuchTenant,
    /// The session shall be viewed as what is not narrower than what its person holds.
    NoSuchView,
    /// A one-time code does not let its person in; what was wrong is for the audit alone.
    OneTimeCode(CodeFault),
    /// A recovery code does not; likewise.
    RecoveryCode(CodeFault),
}

impl SignInFailure {
    /// The stable code that the audit stores.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotUnderWay => "sign_in_not_under_way",
            Self::WrongState => "wrong_state",
            Self::Provider => "provider_refused",
            Self::ProviderUnreachable => "provider_unreachable",
            Self::Metadata => "provider_metadata",
            Self::OtherIssuer => "other_issuer",
            Self::OtherAddress => "other_redirect_address",
            Self::IssuerAbsent => "issuer_absent",
            Self::AnswerAmbiguous => "answer_ambiguous",
            Self::CodeAbsent => "code_absent",
            Self::CodeRefused => "code_refused",
            Self::TokenAnswer => "token_answer_unreadable",
            Self::Token(fault) => fault.code(),
            Self::NotOurs(why) => why.code(),
            Self::UnknownPerson => "unknown_person",
            Self::Passkey(fault) => fault.code(),
            Self::Credentials => "wrong_credentials",
            Self::TenantSuspended => "tenant_suspended",
            Self::TokenUnknown => "enrollment_token_unknown",
            Self::TokenOfAnother => "enrollment_token_of_another",
            Self::TokenTries => "enrollment_token_tries",
            Self::NoSuchTenant => "narrowed_to_no_tenant",
            Self::NoSuchView => "narrowed_to_no_view",
            Self::OneTimeCode(fault) | Self::RecoveryCode(fault) => fault.code(),
        }
    }

    const fn explain(self) -> &'static str {
        match self {
            Self::NotUnderWay | Self::WrongState => {
                "This sign-in is over, or was started in another browser. Start again."
            }
            // One sentence for all: who tries tokens learns nothing from what is said of them.
            Self::Provider
            | Self::ProviderUnreachable
            | Self::Metadata
            | Self::OtherIssuer
            | Self::OtherAddress
            | Self::IssuerAbsent
            | Self::AnswerAmbiguous
            | Self::CodeAbsent
            | Self::CodeRefused
            | Self::TokenAnswer
            | Self::Token(_) => "The identity provider's answer could not be verified. Start again.",
            Self::NotOurs(_) => {
                "This is not a workforce account. Staff sign in with their corporate account."
            }
            Self::UnknownPerson => {
                "You are known to the identity provider, but not enrolled here. Ask a super admin for an enrollment token."
            }
            // The two read the same: who holds a token for somebody else learns nothing about it.
            Self::TokenUnknown | Self::TokenOfAnother => {
                "This token is not valid for you: it may be mistyped, used, replaced by a newer one, or older than 24 hours. Ask a super admin for a new one."
            }
            Self::TokenTries => "Too many tokens were tried. Start the sign-in again.",
            Self::NoSuchTenant => {
                "You did not come in: there is no tenant of this name that you reach. Change what the session shall be narrowed to, then use your passkey again."
            }
            Self::NoSuchView => {
                "You did not come in: the role that the session shall be viewed as is not narrower than what you hold. Change what the session shall be narrowed to, then use your passkey again."
            }
            Self::Passkey(fault) => match fault.asks_for_another() {
                Some(words) => words,
                None => "The passkey could not be verified. Try again, or start the sign-in again.",
            },
            Self::Credentials => {
                "This address and password do not fit together here. Check both. After several failures sign-in pauses for two minutes."
            }
            // One sentence, whatever is wrong: who guesses learns neither how near they are nor whether they are heard.
            Self::OneTimeCode(_) => {
                "This code does not let you in: it may be mistyped, too old, or used already. Wait for the next one. After several wrong codes none is looked at for two minutes; after many, a super admin must let you enrol again."
            }
            Self::RecoveryCode(_) => {
                "This recovery code does not let you in: it may be mistyped, or used already. After several wrong codes none is looked at for two minutes; after many, a super admin must let you enrol again."
            }
            Self::TenantSuspended => {
                "This organisation is suspended. Nobody can sign in until platform support restores it."
            }
        }
    }
}

/// What goes wrong in a use case.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The decision was not a permit.
    #[error("denied: {:?}", .0.reason())]
    Denied(Decision),
    /// A rule beyond the decision forbids it, e.g. one about staff accounts.
    #[error("refused: {}", .0.as_str())]
    Refused(Reason),
    /// There is no such thing, or it is hidden: the same answer.
    #[error("not found")]
    NotFound,
    /// Something typed is wrong.
    #[error("invalid input")]
    Invalid(Vec<FieldError>),
    /// The state does not allow it.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// Somebody else changed something between the look and the write; another try may go through.
    #[error("something else happened at the same time")]
    Moved,
    /// Too often, or too much at a time.
    #[error("too often: {message}")]
    TooOften {
        /// What to wait for.
        message: &'static str,
        /// Seconds after which another try makes sense.
        again_after_seconds: u64,
    },
    /// A sign-in cannot go on.
    #[error("sign-in failed: {}", .0.code())]
    SignIn(SignInFailure),
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] stagedoor_store::Error),
    /// Our own mistake, in words for the log.
    #[error("internal: {0}")]
    Internal(String),
}

impl ServiceError {
    /// An error about one field.
    #[must_use]
    pub fn field(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }

    /// Seconds to wait before the next try, when it was tried too often.
    #[must_use]
    pub const fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Self::TooOften {
                again_after_seconds, ..
            } => Some(*again_after_seconds),
            _ => None,
        }
    }

    /// Why it was denied, when it was.
    #[must_use]
    pub fn denied(&self) -> Option<Reason> {
        match self {
            Self::Denied(decision) => decision.reason(),
            Self::Refused(reason) => Some(*reason),
            _ => None,
        }
    }

    /// The public error. This is the one place where what went wrong becomes what is said, and the one place where
    /// it is logged.
    #[must_use]
    pub fn public(&self, request: RequestId) -> ApiError {
        let (code, message) = match self {
            Self::Denied(decision) => denied(decision),
            Self::Refused(reason) => (reason.code(), reason.told()),
            Self::NotFound => (Code::NotFound, Reason::OutOfScope.explain()),
            Self::Invalid(_) => (
                Code::Invalid,
                "Some of what was sent is not right. Nothing was changed.",
            ),
            Self::Conflict(message) => (Code::Conflict, *message),
            Self::Moved => (
                Code::Conflict,
                "Somebody else changed this at the same time. Look again, then retry.",
            ),
            Self::TooOften { message, .. } => (Code::RateLimited, *message),
            Self::SignIn(failure @ SignInFailure::UnknownPerson) => {
                (Code::EnrollmentRequired, failure.explain())
            }
            Self::SignIn(failure) => (Code::Unauthenticated, failure.explain()),
            Self::Store(error) => store(error),
            Self::Internal(_) => (
                Code::Internal,
                "Something went wrong on our side. Nothing was changed.",
            ),
        };
        match code {
            Code::Internal => tracing::error!(%request, error = ?self, "internal error"),
            Code::Unavailable => tracing::warn!(%request, error = ?self, "unavailable"),
            _ => tracing::debug!(%request, error = %self, code = code.as_str(), "refused"),
        }
        let (max_age_seconds, acr_values) = match self {
            Self::Denied(Decision {
                outcome: Outcome::Challenge { max_age, context, .. },
                ..
            }) => (Some(max_age.as_secs()), *context),
            _ => (None, None),
        };
        ApiError {
            fields: self.fields(),
            max_age_seconds,
            acr_values,
            ..ApiError::new(code, message, request.to_string())
        }
    }

    /// What the six guardrails said, for the person with this sub-role whom a decision refused. Nothing where one of them hides what it is about:
    /// that is to look like what there is not.
    #[must_use]
    pub fn guardrails(&self, sub_role: Option<&SubRoleName>) -> Vec<GuardView> {
        let hides = |verdict| matches!(verdict, Verdict::Fail(reason) if reason.code() == Code::NotFound);
        match self {
            Self::Denied(decision) if !decision.verdicts.iter().any(|(_, verdict)| hides(verdict)) => {
                GuardView::six(&decision.verdicts, sub_role)
            }
            _ => Vec::new(),
        }
    }

    /// The words for the field at fault, where a failed sign-in is a matter of one.
    pub(crate) const fn field_words(&self) -> Option<&'static str> {
        match self {
            Self::SignIn(failure @ (SignInFailure::TokenUnknown | SignInFailure::TokenOfAnother)) => {
                Some(failure.explain())
            }
            _ => None,
        }
    }

    fn fields(&self) -> BTreeMap<String, String> {
        match self {
            Self::Invalid(fields) => fields
                .iter()
                .map(|error| (error.field.to_owned(), error.message.clone()))
                .collect(),
            _ => BTreeMap::new(),
        }
    }
}

fn denied(decision: &Decision) -> (Code, &'static str) {
    match decision.reason() {
        Some(reason) => (reason.code(), reason.told()),
        // A permit is no error; should one come here, nothing was done.
        None => (
            Code::Internal,
            "Something went wrong on our side. Nothing was changed.",
        ),
    }
}

fn store(error: &stagedoor_store::Error) -> (Code, &'static str) {
    use stagedoor_store::Error;
    match error {
        Error::Conflict { .. } => (
            Code::Conflict,
            "Somebody else changed this at the same time. Look again, then retry.",
        ),
        Error::Busy => (
            Code::Unavailable,
            "Too much is going on just now. Nothing was changed; try again in a moment.",
        ),
        Error::Unavailable { .. } => (
            Code::Unavailable,
            "The database cannot be reached. Nothing was changed; try again in a moment.",
        ),
        _ => (
            Code::Internal,
            "Something went wrong on our side. Nothing was changed.",
        ),
    }
}
