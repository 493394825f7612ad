//! A tenant's person in their own name: what the core is told of them.

use stagedoor_core::guard::SessionFact;
use stagedoor_core::request::{Facts, MemberFacts, Principal};
use stagedoor_core::session::SessionState;
use stagedoor_core::time::Timestamp;
use stagedoor_store::membership::{self, Membership};
use stagedoor_store::tenant::Tenant;
use stagedoor_store::tenant_session::{self, TenantSession};

use crate::error::ServiceError;
use crate::recorder::Person;
use crate::state::Service;

/// A person of the tenant with their session on its host.
pub struct MemberCaller {
    /// The person.
    pub(crate) member: Membership,
    /// Their session, with the activity that is not written yet.
    pub(crate) session: TenantSession,
}

impl MemberCaller {
    /// Who is behind a session's reference on this tenant's host; `None` when nobody is.
    pub(crate) async fn load(
        service: &Service,
        tenant: &Tenant,
        reference: &stagedoor_core::secret::ReferenceDigest,
    ) -> Result<Option<Self>, ServiceError> {
        let ex = &mut service.db().reader();
        let Some(mut session) = tenant_session::find_by_reference(ex, tenant.id, reference).await? else {
            return Ok(None);
        };
        if let SessionState::Active { until, last_seen } = session.state {
            session.state = SessionState::Active {
                until,
                last_seen: service.touches().latest_member(session.id, last_seen),
            };
        }
        let member = membership::find(ex, tenant.id, session.member).await?;
        Ok(member.map(|member| Self { member, session }))
    }

    pub(crate) fn principal(&self, tenant: &Tenant) -> Principal<'static> {
        Principal::Member(member_facts(&self.member, tenant))
    }

    pub(crate) fn facts(&self, now: Timestamp) -> Facts {
        session_facts(self.session.state.fact(self.session.started), now)
    }
}

/// What the core is told of a person of a tenant.
pub(crate) fn member_facts(member: &Membership, tenant: &Tenant) -> MemberFacts {
    MemberFacts {
        id: member.id,
        tenant: tenant.id,
        role: member.role,
        standing: member.state.into(),
        tenant_state: tenant.standing.state,
    }
}

/// Staff's facts are none of a tenant's people's: only the time and the session are told.
pub(crate) fn session_facts(session: SessionFact, now: Timestamp) -> Facts {
    Facts {
        session,
        ..Facts::unknown(now)
    }
}

/// A person of a tenant, as an entry may name them.
pub(crate) fn member_person(member: &Membership) -> Person {
    // Sentences name a tenant's person by address: it is what both sides know them by.
    Person {
        id: member.id.to_string(),
        name: member.name.clone(),
        email: member.email.clone(),
    }
}
