//! Who acts, and in whose place: what an entry says of it. An actor is a record of what happened; what may happen is
//! decided by `Principal`.

use crate::id::{ImpersonationId, MemberId, SessionId, StaffId, TenantId};

/// Whom an impersonating member of staff stands in for. It cannot hold another impersonation: nesting does not compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Represented {
    /// One person of the tenant.
    Member {
        /// The person's tenant.
        tenant: TenantId,
        /// The person.
        member: MemberId,
    },
    /// The tenant as such, as its administrator would see it.
    Tenant(TenantId),
}

impl Represented {
    /// The tenant in either case.
    #[must_use]
    pub const fn tenant(self) -> TenantId {
        match self {
            Self::Member { tenant, .. } | Self::Tenant(tenant) => tenant,
        }
    }
}

/// Who really acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A member of staff, in their own name.
    Staff {
        /// The person.
        staff: StaffId,
        /// Their session, when it exists already.
        session: Option<SessionId>,
    },
    /// A member of staff in somebody's place (RFC 8693 `act`).
    OnBehalf {
        /// In whose place.
        subject: Represented,
        /// Who really acts.
        act: StaffId,
        /// The staff session that the visit is bound to.
        session: SessionId,
        /// The visit that allows it.
        grant: ImpersonationId,
    },
    /// A person of a tenant, in their own name.
    Member {
        /// Their tenant.
        tenant: TenantId,
        /// The person.
        member: MemberId,
    },
    /// The program itself, at a due time.
    System,
    /// Nobody known yet.
    Anonymous,
}

impl Actor {
    /// The name of the kind in the audit (`actor_type`).
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Staff { .. } => "platform_staff",
            Self::OnBehalf { .. } => "platform_staff_impersonating",
            Self::Member { .. } => "tenant_user",
            Self::System => "system",
            Self::Anonymous => "anonymous",
        }
    }

    /// The member of staff who acts, in their own name or another's.
    #[must_use]
    pub const fn staff(&self) -> Option<StaffId> {
        match self {
            Self::Staff { staff, .. } => Some(*staff),
            Self::OnBehalf { act, .. } => Some(*act),
            _ => None,
        }
    }
}
