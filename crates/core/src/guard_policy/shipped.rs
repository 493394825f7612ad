//! The guard policies that come with the program (spec 01 "Per role"). They hold under every configuration: nothing that is
//! declared takes one of them away.

use std::borrow::Cow;

use super::{ActionSet, Factors, GuardPolicy, Narrowing, StaffRoles};
use crate::action::Action;
use crate::assurance::FactorKind;
use crate::role::StaffRole;
use crate::time::hours;

/// All of them.
pub(super) static SHIPPED: [GuardPolicy; 2] = [
    GuardPolicy {
        name: Cow::Borrowed("super_admin"),
        about: Cow::Borrowed(
            "Super admins prove a passkey, and their sessions end after four hours at the latest.",
        ),
        roles: StaffRoles::of(&[StaffRole::SuperAdmin]),
        actions: ActionSet::ALL,
        narrowing: Narrowing {
            factors: Some(Factors::of(&[FactorKind::Passkey])),
            session_ttl: Some(hours(4)),
            ..Narrowing::NOTHING
        },
    },
    GuardPolicy {
        name: Cow::Borrowed("administration"),
        about: Cow::Borrowed(
            "Changes to staff, policies, networks and providers need a proof of the last hour.",
        ),
        roles: StaffRoles::ALL,
        actions: ActionSet::of(&[
            Action::PlatformManageStaff,
            Action::PolicyWrite,
            Action::NetworkWrite,
            Action::IdpWrite,
        ]),
        narrowing: Narrowing {
            max_age: Some(hours(1)),
            ..Narrowing::NOTHING
        },
    },
];

/// Whether one of them has this name.
pub(super) fn has(name: &str) -> bool {
    SHIPPED.iter().any(|policy| policy.name == name)
}
