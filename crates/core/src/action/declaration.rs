//! What a row of the table of actions declares, in types. None of it decides; [`crate::decide`] reads it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Action;
use crate::guard::GuardSet;
use crate::resource::{Resource, ResourceKind};

/// Whose action it is. Staff and tenants share none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Staff on the staff host.
    Staff,
    /// People of a tenant (and impersonating staff) on the tenant's host.
    Tenant,
}

/// Whether an action changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It only looks.
    Read,
    /// It changes something.
    Write,
}

/// What a role holds of a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    No,
    /// All of it.
    Yes,
    /// All of it where the policy's setting says so.
    ByPolicy,
    /// On what is one's own.
    Own,
}

/// How a role of staff holds a permission, with the policy's setting looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// Wherever the person's scope reaches.
    Fully,
    /// On what is one's own.
    OwnOnly,
    /// With a break-glass grant only.
    WithGrant,
}

/// What impersonating staff may do of a tenant's action (spec 02 step 5, 04's table).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhileImpersonated {
    /// As the represented role may; what writes, only once escalated.
    Allowed,
    /// In every mode, for it only takes away.
    Always,
    /// Never, in any mode.
    Never,
}

/// What a session that is narrowed to reads may do of an action that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhileReading {
    /// Nothing.
    Refused,
    /// All of it: it only takes away, or proves again who one is.
    Allowed,
}

/// Whether an action needs two people (spec 03).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Danger {
    /// It does not.
    Ordinary,
    /// It needs an approved break-glass grant.
    BreakGlass,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Declaration {
    /// The action's name, which is the permission's and the event's.
    pub name: &'static str,
    /// What it is for, in a line.
    pub about: &'static str,
    /// Whose action it is.
    pub audience: Audience,
    /// What it acts upon.
    pub resource: ResourceKind,
    /// Whether it changes anything.
    pub effect: Effect,
    /// The cells of the matrix, in the order of the audience's roles.
    pub cells: &'static [Cell],
    /// Whether it needs two people.
    pub danger: Danger,
    /// The guardrails it requires of staff, in their own name or visiting.
    pub guards: GuardSet,
    /// The guardrails it requires of a tenant's own people. Network, provider and passkey are staff's: the tenant's own
    /// sign-in policy takes their place. What is not a tenant's action requires all of staff's, and so refuses them.
    pub members: GuardSet,
    /// What impersonating staff may do of it.
    pub impersonated: WhileImpersonated,
    /// What a session that is narrowed to reads may do of it, where it changes something.
    pub reading: WhileReading,
    /// The oldest proof of the factor that will do, where that is less than the policy allows; `None` leaves it to the policy
    /// and its guard policies. What says so changes what proves who one is, and takes a passkey alone.
    pub factor_within: Option<Duration>,
}

/// A type that stands for one action.
pub trait ActionKind {
    /// The action.
    const ACTION: Action;
    /// What it acts upon.
    type Resource: Resource;
    /// What must be brought before a grant becomes a permit.
    type Owes;
}
