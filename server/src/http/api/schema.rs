//! Schemas of the core's types, which know nothing of documentation: for `#[schema(schema_with = …)]`.

use stagedoor_core::alert::{Channel, State};
use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::audit::{Criticality, Retention};
use stagedoor_core::error::Code;
use stagedoor_core::guard::NetworkKind;
use stagedoor_core::risk::{Level, RiskKind, RiskState, RiskStep};
use stagedoor_core::role::{StaffRole, TenantRole};
use stagedoor_core::trial::TrialKind;
use stagedoor_core::view::directory::{MemberStatus, RiskLevel};
use stagedoor_core::view::policy::Ending;
use stagedoor_core::view::role::{Can, Mark};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    ArrayBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type,
};

fn words(about: &str, words: impl IntoIterator<Item = &'static str>) -> Schema {
    ObjectBuilder::new()
        .description(Some(about))
        .schema_type(Type::String)
        .enum_values(Some(words))
        .into()
}

/// A stable error code.
#[must_use]
pub fn code() -> Schema {
    words("A stable code.", Code::ALL.iter().map(|code| code.as_str()))
}

/// A role of staff.
#[must_use]
pub fn staff_role() -> Schema {
    words(
        "A role of staff.",
        StaffRole::ALL.iter().map(|role| role.as_str()),
    )
}

/// Roles of staff.
#[must_use]
pub fn staff_roles() -> Schema {
    ArrayBuilder::new()
        .description(Some("Roles of staff."))
        .items(RefOr::T(staff_role()))
        .into()
}

/// A role of staff, or `null`.
#[must_use]
pub fn staff_role_or_null() -> Schema {
    let words = StaffRole::ALL.iter().map(|role| Some(role.as_str()));
    words_or_null("The role of somebody made up. Either this or `person`.", words)
}

/// How a role holds a permission, or `null`.
#[must_use]
pub fn held_or_null() -> Schema {
    let about = "Whether the role holds the permission: `fully`, on what is its own, or with a break-glass grant. `null` \
                 where it does not.";
    words_or_null(about, ["fully", "own_only", "with_grant"].map(Some))
}

fn words_or_null(about: &str, words: impl IntoIterator<Item = Option<&'static str>>) -> Schema {
    ObjectBuilder::new()
        .schema_type([Type::String, Type::Null].into_iter().collect::<SchemaType>())
        .description(Some(about))
        .enum_values(Some(words.into_iter().chain([None])))
        .into()
}

/// What kind of way in a network is.
#[must_use]
pub fn network_kind() -> Schema {
    let about = "The company's own addresses, its VPN, or an identity-aware proxy.";
    words(about, NetworkKind::ALL.iter().map(|kind| kind.as_str()))
}

/// What is on trial.
#[must_use]
pub fn trial_kind() -> Schema {
    let about = "What is changed. Of each kind one change is on trial at a time.";
    words(about, TrialKind::ALL.iter().map(|kind| kind.as_str()))
}

/// How a simulated request ends.
#[must_use]
pub fn ending() -> Schema {
    words(
        "Allowed, a fresh proof is asked for, or refused.",
        Ending::ALL.map(Ending::as_str),
    )
}

/// What is known of where a passkey lives.
#[must_use]
pub fn passkey_level() -> Schema {
    let about = "It may be synchronised between devices, cannot leave its device, or a maker on the list vouches for it, besides.";
    words(about, PasskeyLevel::ALL.iter().map(|level| level.as_str()))
}

/// What a role holds of a permission.
#[must_use]
pub fn mark() -> Schema {
    let about = "Nothing, all of it, all of it with a break-glass grant, on what is its own, or what a policy setting \
                 gives.";
    words(about, Mark::ALL.map(Mark::as_str))
}

/// Whether somebody can do something.
#[must_use]
pub fn can() -> Schema {
    let about =
        "Whether they can: everywhere they reach, on what is their own, with a break-glass grant, or not.";
    words(about, Can::ALL.map(Can::as_str))
}

/// A role in a tenant.
#[must_use]
pub fn tenant_role() -> Schema {
    words(
        "A role in a tenant.",
        TenantRole::ALL.iter().map(|role| role.as_str()),
    )
}

/// How a membership stands.
#[must_use]
pub fn member_status() -> Schema {
    let about = "Seen within 15 minutes, not seen for longer, blocked for now, or over.";
    words(about, MemberStatus::ALL.map(MemberStatus::as_str))
}

/// What the risk rules say of somebody.
#[must_use]
pub fn risk() -> Schema {
    let about = "Whether a risk event about them is open.";
    words(
        about,
        [RiskLevel::Low, RiskLevel::Elevated].map(RiskLevel::as_str),
    )
}

/// How severe an alert is.
#[must_use]
pub fn alert_severity() -> Schema {
    words(
        "How severe it is: `routine` is a test.",
        [Criticality::Routine, Criticality::Notable, Criticality::Critical].map(Criticality::as_str),
    )
}

/// Where an alert stands with somebody.
#[must_use]
pub fn alert_standing() -> Schema {
    let about = "Whether it is acknowledged, and if not, whether that is too late.";
    words(about, ["waiting", "overdue", "acknowledged"])
}

/// How an alert leaves the house.
#[must_use]
pub fn alert_channel() -> Schema {
    words("How it leaves the house.", Channel::ALL.map(Channel::as_str))
}

/// Where a delivery is.
#[must_use]
pub fn delivery_state() -> Schema {
    let about = "Where it is: `failed` is tried again, `off` was not set up.";
    words(about, State::ALL.map(State::as_str))
}

/// What raised a risk event.
#[must_use]
pub fn risk_kind() -> Schema {
    words("What raised it.", RiskKind::ALL.map(RiskKind::as_str))
}

/// How high a risk is.
#[must_use]
pub fn risk_level() -> Schema {
    let about = "How high it is, by its score: under 30, under 60, under 85, or from there on.";
    words(about, Level::ALL.map(Level::as_str))
}

/// Where a risk event is in its life.
#[must_use]
pub fn risk_state() -> Schema {
    words("Where it is in its life.", RiskState::ALL.map(RiskState::as_str))
}

/// What somebody does about a risk event.
#[must_use]
pub fn risk_step() -> Schema {
    words("What is done about it.", RiskStep::ALL.map(RiskStep::as_str))
}

/// How urgent something is, or how well.
#[must_use]
pub fn tone() -> Schema {
    let about =
        "How urgent it is: `danger` at once, `warn` soon, `info` to know; the others say nothing of it.";
    words(about, ["danger", "warn", "info", "ok", "accent", "neutral"])
}

/// How a guardrail stands.
#[must_use]
pub fn guard_standing() -> Schema {
    let about = "`open` is not evaluated, or not asked for.";
    words(about, ["passed", "failed", "open"])
}

/// What decided which address a request comes from.
#[must_use]
pub fn address_rule() -> Schema {
    let about = "What decided the address: the peer itself, the first forwarded address that is no trusted proxy, the \
                 farthest proxy, or nothing, where what was forwarded is no address or no peer is known.";
    words(
        about,
        [
            "peer",
            "first_stranger",
            "farthest_proxy",
            "unreadable",
            "unknown",
        ],
    )
}

/// Whose log an entry stands in.
#[must_use]
pub fn log_scope() -> Schema {
    words("Whose log it stands in.", ["platform", "tenant"])
}

/// How something went.
#[must_use]
pub fn outcome() -> Schema {
    words("How it went.", ["success", "denied", "failed"])
}

/// What kind of actor.
#[must_use]
pub fn actor_kind() -> Schema {
    let about = "What kind of actor: staff, staff in somebody's place, a tenant's own people, the program, a stranger.";
    words(
        about,
        [
            "platform_staff",
            "platform_staff_impersonating",
            "tenant_user",
            "system",
            "anonymous",
        ],
    )
}

/// How long an entry is kept before it may age out.
#[must_use]
pub fn retention() -> Schema {
    words(
        "How long it is kept before it may age out.",
        [Retention::Platform, Retention::Tenant].map(Retention::as_str),
    )
}

/// A point in time: RFC 3339, UTC, microseconds.
#[must_use]
pub fn time() -> Schema {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("RFC 3339, UTC, microseconds."))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .examples(["2026-11-21T12:14:00.000000Z"])
        .into()
}

/// The same, or `null`.
#[must_use]
pub fn time_or_null() -> Schema {
    ObjectBuilder::new()
        .schema_type([Type::String, Type::Null].into_iter().collect::<SchemaType>())
        .description(Some("RFC 3339, UTC, microseconds; `null` when it never was."))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .into()
}

/// A role in a tenant, or `null`.
#[must_use]
pub fn tenant_role_or_null() -> Schema {
    let words = TenantRole::ALL.iter().map(|role| Some(role.as_str()));
    ObjectBuilder::new()
        .schema_type([Type::String, Type::Null].into_iter().collect::<SchemaType>())
        .description(Some("A role in a tenant; `null` once the membership has ended."))
        .enum_values(Some(words.chain([None])))
        .into()
}

macro_rules! ids {
    ($($name:ident $(or $or_null:ident)? = $prefix:literal, $about:literal;)+) => {
        $(
            #[doc = $about]
            #[must_use]
            pub fn $name() -> Schema {
                id(Type::String.into(), $prefix, $about)
            }

            $(
                #[doc = concat!($about, " Or `null`.")]
                #[must_use]
                pub fn $or_null() -> Schema {
                    let kinds = [Type::String, Type::Null].into_iter().collect();
                    id(kinds, $prefix, concat!($about, " `null` where there is none."))
                }
            )?
        )+
    };
}

fn id(kind: SchemaType, prefix: &str, about: &str) -> Schema {
    ObjectBuilder::new()
        .schema_type(kind)
        .description(Some(about))
        .pattern(Some(format!("^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$")))
        .into()
}

ids! {
    staff_id = "stf", "The id of a member of staff.";
    session_id or session_id_or_null = "ses", "The id of a session.";
    passkey_id = "pky", "The id of a passkey.";
    tenant_id or tenant_id_or_null = "org", "The id of a tenant.";
    user_id = "usr", "The id of a person in a tenant.";
    impersonation_id or impersonation_id_or_null = "imp", "The id of an impersonation.";
    consent_request_id = "cst", "The id of a question to a tenant's owner.";
    alert_id = "ntf", "The id of an alert.";
    risk_id = "rsk", "The id of a risk event.";
    event_id = "evt", "The id of an audit entry.";
    request_id = "req", "The id of a request.";
    network_rule_id or network_rule_id_or_null = "net", "The id of a network rule.";
    trial_id = "trl", "The id of a change on trial.";
    step_up_id = "sup", "The id of a fresh proof for one call.";
}
