//! Schemas of the core's types, which know nothing of documentation: for `#[schema(schema_with = …)]`.

use stagedoor_core::audit::Retention;
use stagedoor_core::error::Code;
use stagedoor_core::role::{StaffRole, TenantRole};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};

fn words(words: impl IntoIterator<Item = &'static str>) -> Schema {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words))
        .into()
}

/// A stable error code.
#[must_use]
pub fn code() -> Schema {
    words(Code::ALL.iter().map(|code| code.as_str()))
}

/// A role of staff.
#[must_use]
pub fn staff_role() -> Schema {
    words(StaffRole::ALL.iter().map(|role| role.as_str()))
}

/// A role in a tenant.
#[must_use]
pub fn tenant_role() -> Schema {
    words(TenantRole::ALL.iter().map(|role| role.as_str()))
}

/// Whose log an entry stands in.
#[must_use]
pub fn log_scope() -> Schema {
    words(["platform", "tenant"])
}

/// How something went.
#[must_use]
pub fn outcome() -> Schema {
    words(["success", "denied", "failed"])
}

/// What kind of actor.
#[must_use]
pub fn actor_kind() -> Schema {
    words([
        "platform_staff",
        "platform_staff_impersonating",
        "tenant_user",
        "system",
        "anonymous",
    ])
}

/// How long an entry is kept before it may age out.
#[must_use]
pub fn retention() -> Schema {
    words([Retention::Platform, Retention::Tenant].map(Retention::as_str))
}

/// A point in time: RFC 3339, UTC, microseconds.
#[must_use]
pub fn time() -> Schema {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .examples(["2026-11-21T12:14:00.000000Z"])
        .into()
}

/// The same, or `null`.
#[must_use]
pub fn time_or_null() -> Schema {
    ObjectBuilder::new()
        .schema_type([Type::String, Type::Null].into_iter().collect::<SchemaType>())
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .into()
}

/// A role in a tenant, or `null`.
#[must_use]
pub fn tenant_role_or_null() -> Schema {
    let words = TenantRole::ALL.iter().map(|role| Some(role.as_str()));
    ObjectBuilder::new()
        .schema_type([Type::String, Type::Null].into_iter().collect::<SchemaType>())
        .enum_values(Some(words.chain([None])))
        .into()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $(or $or_null:ident)? = $prefix:literal;)+) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $name() -> Schema {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .pattern(Some(concat!("^", $prefix, "_[0-7][0-9a-hjkmnp-tv-z]{25}$")))
                    .into()
            }
            $(
                /// The same, or `null`.
                #[must_use]
                pub fn $or_null() -> Schema {
                    ObjectBuilder::new()
                        .schema_type([Type::String, Type::Null].into_iter().collect::<SchemaType>())
                        .pattern(Some(concat!("^", $prefix, "_[0-7][0-9a-hjkmnp-tv-z]{25}$")))
                        .into()
                }
            )?
        )+
    };
}

ids! {
    /// The id of a member of staff.
    staff_id = "stf";
    /// The id of a session.
    session_id or session_id_or_null = "ses";
    /// The id of a tenant.
    tenant_id or tenant_id_or_null = "org";
    /// The id of a person in a tenant.
    user_id = "usr";
    /// The id of an impersonation.
    impersonation_id or impersonation_id_or_null = "imp";
    /// The id of a question to a tenant's owner.
    consent_request_id = "cst";
    /// The id of an audit entry.
    event_id = "evt";
    /// The id of a request.
    request_id = "req";
}
