//! The sub-roles that come with the program. Whoever declares one of the same name has theirs instead.

use std::borrow::Cow;

use super::{SubRole, SubRoleName};
use crate::action::Action;
use crate::guard_policy::ActionSet;
use crate::role::{Scope, StaffRole};

/// What `support_l1` keeps: looking, visiting, and ending what is one's own.
pub(super) const SUPPORT_L1: ActionSet = ActionSet::of(&[
    Action::TenantList,
    Action::TenantView,
    Action::TenantViewDirectory,
    Action::PlatformQueryUsers,
    Action::TenantImpersonate,
    Action::SessionView,
    Action::SessionRevoke,
    Action::ImpersonationView,
    Action::ImpersonationEndOther,
    Action::AuditReadTenant,
    Action::RiskView,
]);

/// What `support_l2` keeps: all of the role but making tenants and rotating their keys.
pub(super) const SUPPORT_L2: ActionSet = SUPPORT_L1.or(ActionSet::of(&[
    Action::TenantUpdate,
    Action::TenantSuspend,
    Action::TenantInviteAdmin,
    Action::TenantSetFlag,
    Action::AuditExport,
    Action::BreakGlassRequest,
]));

/// The sub-roles that come with the program.
pub(super) static SHIPPED: [SubRole; 2] = [
    SubRole {
        name: SubRoleName::shipped("support_l1"),
        about: Cow::Borrowed(
            "First line: looks at tenants and visits them, and changes nothing of a tenant's.",
        ),
        of: StaffRole::Support,
        permissions: SUPPORT_L1,
        tenants: Scope::All,
        visits: Some(1),
        visit_length: None,
    },
    SubRole {
        name: SubRoleName::shipped("support_l2"),
        about: Cow::Borrowed("Second line: all of support, but makes no tenants and rotates no keys."),
        of: StaffRole::Support,
        permissions: SUPPORT_L2,
        tenants: Scope::All,
        visits: None,
        visit_length: None,
    },
];
