//! The public error: one code, one safe message, the fields at fault, the request's id (spec 08 "HTTP API").

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::decision::AuthenticationContext;
use crate::view::frame::GuardView;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $status:literal;)+) => {
        /// A stable code, upper snake case on the wire.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The code on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The HTTP status that goes with it.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }
        }
    };
}

codes! {
    /// Nobody is signed in, or no longer.
    Unauthenticated = "UNAUTHENTICATED", 401;
    /// A fresher or stronger factor is asked for (RFC 9470).
    StepUpRequired = "STEP_UP_REQUIRED", 401;
    /// The role does not allow it.
    Forbidden = "FORBIDDEN", 403;
    /// The person is known to the provider, but not enrolled.
    EnrollmentRequired = "ENROLLMENT_REQUIRED", 403;
    /// The person has not acknowledged their responsibilities as they stand now.
    ResponsibilitiesRequired = "RESPONSIBILITIES_REQUIRED", 403;
    /// The account is switched off.
    AccountDeactivated = "ACCOUNT_DEACTIVATED", 403;
    /// The address is not allowed.
    NetworkDenied = "NETWORK_DENIED", 403;
    /// The call comes from another site.
    OriginDenied = "ORIGIN_DENIED", 403;
    /// The owner does not let platform support in.
    ImpersonationBlocked = "IMPERSONATION_BLOCKED", 403;
    /// The owner is asked; nothing has begun yet.
    ConsentPending = "CONSENT_PENDING", 202;
    /// The visit may only look.
    ImpersonationReadOnly = "IMPERSONATION_READ_ONLY", 403;
    /// Two people must agree.
    BreakGlassRequired = "BREAK_GLASS_REQUIRED", 403;
    /// Nobody changes their own role, scope or end, and nobody deactivates themselves.
    SelfChangeForbidden = "SELF_CHANGE_FORBIDDEN", 403;
    /// There is no such thing, or it is hidden.
    NotFound = "NOT_FOUND", 404;
    /// There is no such method here.
    MethodNotAllowed = "METHOD_NOT_ALLOWED", 405;
    /// The request took too long to arrive.
    TooSlow = "REQUEST_TIMEOUT", 408;
    /// Something else happened in between, or the state does not allow it.
    Conflict = "CONFLICT", 409;
    /// Nobody would be left who can manage staff.
    LastSuperAdmin = "LAST_SUPER_ADMIN", 409;
    /// Too many live visits.
    ImpersonationLimit = "IMPERSONATION_LIMIT", 409;
    /// The body is too large.
    TooLarge = "TOO_LARGE", 413;
    /// The input is wrong; the fields say how.
    Invalid = "INVALID", 422;
    /// Too often.
    RateLimited = "RATE_LIMITED", 429;
    /// Our own mistake.
    Internal = "INTERNAL", 500;
    /// The database or the audit cannot be reached.
    Unavailable = "UNAVAILABLE", 503;
}

/// An error as the API and the pages show it. It never carries a secret, a statement or another person's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// The stable code.
    pub code: Code,
    /// What happened and what to do, for people.
    pub message: String,
    /// The request's id, to quote to whoever runs this.
    pub request_id: String,
    /// What is wrong with which field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// How fresh a factor must be, where a step-up is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_seconds: Option<u64>,
    /// How it must be proved, where a step-up is asked for that a code does not satisfy (RFC 9470).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr_values: Option<AuthenticationContext>,
    /// What to prove a passkey for before the same call is sent again, where a step-up is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_up_id: Option<String>,
    /// What each of the six guardrails said, in their fixed order, where a decision refused the call; nothing where it would tell
    /// of what is hidden.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guardrails: Vec<GuardView>,
}

impl ApiError {
    /// An error with nothing but its code, its words and the request's id.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>, request_id: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            request_id: request_id.into(),
            fields: BTreeMap::new(),
            max_age_seconds: None,
            acr_values: None,
            step_up_id: None,
            guardrails: Vec::new(),
        }
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}: {} ({})",
            self.code.as_str(),
            self.message,
            self.request_id
        )
    }
}

impl std::error::Error for ApiError {}
