//! What is acted upon, reduced to the facts a decision needs. A fact that is not known is absent, and what is absent
//! denies.

use crate::id::{ImpersonationId, MemberId, PasskeyId, SessionId, StaffId, TenantId};
use crate::tenant::{Consent, TenantState};

/// The kind of a resource; each action names exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceKind {
    /// The platform as a whole.
    Platform,
    /// A tenant, as staff see it from outside.
    Tenant,
    /// A staff session.
    Session,
    /// An impersonation.
    Visit,
    /// The inside of one tenant.
    Space,
    /// A person of a tenant, with their sessions there.
    Person,
    /// A passkey of a member of staff, or all of theirs.
    Passkey,
}

/// How a tenant stands towards visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenantStanding {
    /// Whether it is in use.
    pub state: TenantState,
    /// Its owner's choice.
    pub consent: Consent,
}

/// The facts of one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceFacts {
    /// Its kind.
    pub kind: ResourceKind,
    /// The tenant it belongs to; `None` for the platform's own.
    pub tenant: Option<TenantId>,
    /// The member of staff it belongs to, where it belongs to one.
    pub owner: Option<StaffId>,
    /// The person of the tenant it belongs to, where it belongs to one.
    pub person: Option<MemberId>,
    /// How its tenant stands towards visits, where that matters.
    pub standing: Option<TenantStanding>,
}

impl ResourceFacts {
    pub(crate) const fn of(kind: ResourceKind) -> Self {
        Self {
            kind,
            tenant: None,
            owner: None,
            person: None,
            standing: None,
        }
    }
}

/// A value that an action can be authorized on.
pub trait Resource {
    /// Its kind.
    const KIND: ResourceKind;

    /// The facts for the decision.
    fn facts(&self) -> ResourceFacts;
}

/// The platform as a whole.
#[derive(Debug, Clone, Copy)]
pub struct Platform;

impl Resource for Platform {
    const KIND: ResourceKind = ResourceKind::Platform;

    fn facts(&self) -> ResourceFacts {
        ResourceFacts::of(Self::KIND)
    }
}

/// A tenant, as staff see it from outside.
#[derive(Debug, Clone, Copy)]
pub struct TenantTarget {
    /// Which tenant.
    pub id: TenantId,
    /// How it stands towards visits.
    pub standing: TenantStanding,
}

impl Resource for TenantTarget {
    const KIND: ResourceKind = ResourceKind::Tenant;

    fn facts(&self) -> ResourceFacts {
        ResourceFacts {
            tenant: Some(self.id),
            standing: Some(self.standing),
            ..ResourceFacts::of(Self::KIND)
        }
    }
}

/// A member of staff's passkey.
#[derive(Debug, Clone, Copy)]
pub struct PasskeyTarget {
    /// Which one; `None` for all of them, or for one that is about to be.
    pub id: Option<PasskeyId>,
    /// Whose it is.
    pub owner: StaffId,
}

impl Resource for PasskeyTarget {
    const KIND: ResourceKind = ResourceKind::Passkey;

    fn facts(&self) -> ResourceFacts {
        ResourceFacts {
            owner: Some(self.owner),
            ..ResourceFacts::of(Self::KIND)
        }
    }
}

/// A staff session.
#[derive(Debug, Clone, Copy)]
pub struct SessionTarget {
    /// Which session; `None` for one that is about to start.
    pub id: Option<SessionId>,
    /// Whose it is.
    pub owner: StaffId,
}

impl Resource for SessionTarget {
    const KIND: ResourceKind = ResourceKind::Session;

    fn facts(&self) -> ResourceFacts {
        ResourceFacts {
            owner: Some(self.owner),
            ..ResourceFacts::of(Self::KIND)
        }
    }
}

/// A session that staff may want to end: one of staff, or one of a tenant's people. The latter is nobody's own on staff.
#[derive(Debug, Clone, Copy)]
pub enum AnySession {
    /// A staff session, or all of one person's.
    OfStaff(SessionTarget),
    /// A session on a tenant's host.
    OfTenant(TenantId),
}

impl Resource for AnySession {
    const KIND: ResourceKind = ResourceKind::Session;

    fn facts(&self) -> ResourceFacts {
        match self {
            Self::OfStaff(target) => target.facts(),
            Self::OfTenant(tenant) => ResourceFacts {
                tenant: Some(*tenant),
                ..ResourceFacts::of(Self::KIND)
            },
        }
    }
}

/// An impersonation.
#[derive(Debug, Clone, Copy)]
pub struct VisitTarget {
    /// Which one.
    pub id: ImpersonationId,
    /// Whose visit it is.
    pub staff: StaffId,
    /// Where.
    pub tenant: TenantId,
}

impl Resource for VisitTarget {
    const KIND: ResourceKind = ResourceKind::Visit;

    fn facts(&self) -> ResourceFacts {
        ResourceFacts {
            tenant: Some(self.tenant),
            owner: Some(self.staff),
            ..ResourceFacts::of(Self::KIND)
        }
    }
}

/// The inside of one tenant.
#[derive(Debug, Clone, Copy)]
pub struct Space {
    /// Which tenant.
    pub tenant: TenantId,
}

impl Resource for Space {
    const KIND: ResourceKind = ResourceKind::Space;

    fn facts(&self) -> ResourceFacts {
        ResourceFacts {
            tenant: Some(self.tenant),
            ..ResourceFacts::of(Self::KIND)
        }
    }
}

/// A person of a tenant, with their sessions there.
#[derive(Debug, Clone, Copy)]
pub struct PersonTarget {
    /// Which tenant.
    pub tenant: TenantId,
    /// Who; `None` is everybody of it.
    pub person: Option<MemberId>,
}

impl Resource for PersonTarget {
    const KIND: ResourceKind = ResourceKind::Person;

    fn facts(&self) -> ResourceFacts {
        ResourceFacts {
            tenant: Some(self.tenant),
            person: self.person,
            ..ResourceFacts::of(Self::KIND)
        }
    }
}
