//! Somebody who is to become staff, as the API reads them, and the enrolment token of its answers: shown once, and never
//! to a log.

use serde::{Deserialize, Serialize};
use stagedoor_core::id::StaffId;
use stagedoor_core::role::StaffRole;
use stagedoor_core::time::Timestamp;
use stagedoor_service::staff::{Invited, Invitee, Verified};
use utoipa::ToSchema;

use crate::http::api::schema;

/// A token that is shown this once: it cannot be read again, only made anew.
#[derive(Serialize, ToSchema)]
#[schema(as = EnrollmentToken)]
pub(super) struct TokenBody {
    #[schema(schema_with = schema::staff_id)]
    id: StaffId,
    /// The token. Hand it over by another channel than the person's address.
    enrollment_token: String,
    #[schema(schema_with = schema::time)]
    enrollment_until: Timestamp,
    /// How many of their sessions ended.
    sessions_ended: u64,
}

impl From<Invited> for TokenBody {
    fn from(invited: Invited) -> Self {
        Self {
            id: invited.id,
            enrollment_token: invited.issued.expose(),
            enrollment_until: invited.issued.until,
            sessions_ended: invited.ended.sessions,
        }
    }
}

/// Somebody who is to become staff.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewStaff)]
pub struct NewBody {
    /// Their address at the identity provider. It is one person's, for ever.
    #[schema(max_length = 254)]
    email: String,
    /// Their name.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    #[schema(schema_with = schema::staff_role)]
    role: StaffRole,
    /// A sub-role of it; `null` or left out is the whole role.
    #[serde(default)]
    #[schema(max_length = 40, example = "support_l1")]
    sub_role: Option<String>,
    /// Until when role and sub-role are given, and then `read_only`; `null` or left out is for good.
    #[serde(default)]
    #[schema(schema_with = schema::time_or_null)]
    role_until: Option<Timestamp>,
    /// The tenants they reach, by id or slug; `null` or left out is all of them.
    #[serde(default)]
    #[schema(max_items = 200)]
    tenants: Option<Vec<String>>,
    /// Until when these are given, and then no tenant; `null` or left out is for good.
    #[serde(default)]
    #[schema(schema_with = schema::time_or_null)]
    tenants_until: Option<Timestamp>,
    /// When a temporary account ends by itself; `null` or left out makes it permanent.
    #[serde(default)]
    #[schema(schema_with = schema::time_or_null)]
    temporary_until: Option<Timestamp>,
    /// That you made sure who it is, by another way than e-mail.
    identity_verified: bool,
    /// Why they become staff.
    #[schema(min_length = 10, max_length = 500)]
    reason: String,
}

impl From<NewBody> for Invitee {
    fn from(body: NewBody) -> Self {
        Self {
            email: body.email,
            name: body.name,
            role: body.role,
            sub_role: body.sub_role,
            role_until: body.role_until,
            tenants: body.tenants,
            tenants_until: body.tenants_until,
            until: body.temporary_until,
            identity: match body.identity_verified {
                true => Verified::OutOfBand,
                false => Verified::Not,
            },
            reason: body.reason,
        }
    }
}
