//! What of a member of staff is to change, as the API reads it: what is left out stays, and `null` is an answer of its own.

use serde::Deserialize;
use stagedoor_core::role::StaffRole;
use stagedoor_core::time::Timestamp;
use stagedoor_service::staff::Patch;
use utoipa::ToSchema;

use crate::http::api::schema;
use crate::http::input::given;

/// What of somebody is to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StaffChange)]
pub struct PatchBody {
    /// Another name.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    /// Another role: `super_admin`, `support`, `security` or `read_only`. Their sessions end.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "support")]
    role: Option<StaffRole>,
    /// A sub-role of it; `null` is the whole role, as is another role with none named. Their sessions end.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 40, example = "support_l1")]
    sub_role: Option<Option<String>>,
    /// Until when role and sub-role are given; then what they have for good is in force again. `null` is for good, as is a role
    /// or sub-role without it.
    #[serde(default, deserialize_with = "given")]
    #[schema(schema_with = schema::time_or_null, required = false)]
    role_until: Option<Option<Timestamp>>,
    /// Other tenants, by id or slug; `null` is all of them. Their sessions end.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>, max_items = 200)]
    tenants: Option<Option<Vec<String>>>,
    /// Until when these are given; then those that they have for good are in force again. `null` is for good.
    #[serde(default, deserialize_with = "given")]
    #[schema(schema_with = schema::time_or_null, required = false)]
    tenants_until: Option<Option<Timestamp>>,
    /// Another end; `null` makes the account permanent.
    #[serde(default, deserialize_with = "given")]
    #[schema(schema_with = schema::time_or_null, required = false)]
    temporary_until: Option<Option<Timestamp>>,
    /// Why.
    #[schema(min_length = 10, max_length = 500)]
    reason: String,
}

impl PatchBody {
    /// The change, and why.
    pub(super) fn read(self) -> (Patch, String) {
        let patch = Patch {
            name: self.name,
            role: self.role,
            sub_role: self.sub_role,
            role_until: self.role_until,
            tenants: self.tenants,
            tenants_until: self.tenants_until,
            until: self.temporary_until,
        };
        (patch, self.reason)
    }
}

/// Why something is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StaffReason)]
pub struct ReasonBody {
    /// Why.
    #[schema(min_length = 10, max_length = 500)]
    pub(super) reason: String,
}
