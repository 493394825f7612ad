//! Staff on a tenant's host, in somebody's place: what the core is told of them, and why they are no longer let in.
//!
//! The same question is asked on each request and by the job that writes ends down, so that a visit is refused for the
//! very reason that its end is recorded with.

use stagedoor_core::action::Action;
use stagedoor_core::decide;
use stagedoor_core::decision::Reason;
use stagedoor_core::guard::{GrantFact, Guardrail, Verdict};
use stagedoor_core::impersonation::{VisitEnd, VisitState};
use stagedoor_core::request::{Facts, Policy, Principal, Request, StaffFacts, TenantOpen, VisitFacts};
use stagedoor_core::resource::{Resource, Space};
use stagedoor_core::role::TenantRole;
use stagedoor_core::tenant::TenantState;
use stagedoor_core::time::Timestamp;
use stagedoor_store::impersonation::Visit;
use stagedoor_store::membership::{self, MemberState, Membership};
use stagedoor_store::tenant::Tenant;
use stagedoor_store::visiting;

use crate::error::ServiceError;
use crate::op::{SeenFrom, Standing, Word, identity_of};
use crate::proxy::Assertion;
use crate::state::Service;
use crate::visitor::Visitor;

/// A visit, with everything a decision wants to know of it.
pub struct VisitCaller {
    /// The visit, with the activity that is not written yet.
    pub(crate) visit: Visit,
    /// The person it stands in for; `None` in the tenant's administrator's place, or when they are gone.
    pub(crate) member: Option<Membership>,
    /// Who really acts, and their staff session.
    pub(crate) standing: Standing,
    /// Whether the browser also holds a sign-in of a person of the tenant, which is set aside meanwhile.
    pub(crate) sets_aside: Option<String>,
}

impl VisitCaller {
    /// Loads what stands behind a visit that nobody has ended; `None` where somebody has. Staff are looked at as the tenants' side may.
    pub(crate) async fn load(
        service: &Service,
        mut visit: Visit,
        now: Timestamp,
    ) -> Result<Option<Self>, ServiceError> {
        if let VisitState::Live { until, last_seen } = visit.state {
            visit.state = VisitState::Live {
                until,
                last_seen: service.touches().latest_visit(visit.id, last_seen),
            };
        }
        let ex = &mut service.db().reader();
        let Some(session) = visiting::find_session(ex, visit.session).await? else {
            return Ok(None);
        };
        let member = match visit.member {
            Some(id) => membership::find(ex, visit.tenant, id).await?,
            None => None,
        };
        let standing = match service.standing(session, now, SeenFrom::Tenants).await {
            Err(ServiceError::NotFound) => return Ok(None),
            other => other?,
        };
        Ok(Some(Self {
            visit,
            member,
            standing,
            sets_aside: None,
        }))
    }

    /// The role inside: what was lent at the mint, or less where the person has become less since.
    pub(crate) fn role(&self) -> TenantRole {
        let lent = self.visit.role;
        self.member
            .as_ref()
            .map_or(lent, |member| member.role.impersonated().max(lent))
    }

    pub(crate) fn principal(&self, tenant: &Tenant, now: Timestamp) -> Principal<'_> {
        let staff = &self.standing.staff;
        Principal::OnBehalf {
            staff: StaffFacts {
                id: staff.id,
                role: staff.role,
                sub_role: staff.sub_role.as_ref(),
                scope: &staff.scope,
                account: staff.account(),
                acknowledged: staff.acknowledged.as_deref(),
                narrowed: &self.standing.session.narrowed,
            },
            visit: VisitFacts {
                id: self.visit.id,
                staff: self.visit.staff,
                tenant: self.visit.tenant,
                person: self.visit.member,
                role: self.role(),
                mode: self.visit.mode,
                standing: self.visit.state.standing(),
                tenant_open: match self.closed_by(tenant, now) {
                    None => TenantOpen::Open,
                    Some(_) => TenantOpen::Closed,
                },
            },
        }
    }

    pub(crate) fn facts(&self, visitor: Option<&Visitor>, now: Timestamp) -> Facts {
        let silent = Assertion::Silent;
        let said = visitor.map_or(&silent, |visitor| &visitor.assertion);
        let standing = &self.standing;
        let word = standing
            .provider
            .as_ref()
            .map(|one| Word::of(one, &standing.session));
        Facts {
            address: visitor.and_then(|visitor| visitor.address),
            proxy: said.fact(),
            identity: identity_of(word, &standing.staff, (said, SeenFrom::Tenants)),
            factor: Some(self.standing.session.factor),
            session: self.standing.session.state.fact(self.standing.session.started),
            grant: GrantFact::None,
            live_visits: self.standing.live_visits,
            ..Facts::unknown(now)
        }
    }

    /// What of the tenant's closes the door on it: its state, its owner's choice, the person.
    fn closed_by(&self, tenant: &Tenant, now: Timestamp) -> Option<VisitEnd> {
        let person_active = match (self.visit.member, &self.member) {
            (None, _) => true,
            (Some(_), Some(member)) => member.state == MemberState::Active,
            (Some(_), None) => false,
        };
        if tenant.standing.state != TenantState::Active {
            Some(VisitEnd::TenantSuspended)
        } else if !tenant.standing.consent.admits(self.visit.leave(), now) {
            Some(VisitEnd::ConsentWithdrawn)
        } else if !person_active {
            Some(VisitEnd::PersonGone)
        } else {
            None
        }
    }

    /// Why it is not admitted any more, whether or not somebody wrote that down. Network, provider and factor end no visit:
    /// the call is refused by the decision itself.
    pub(crate) fn over(&self, policy: &Policy, tenant: &Tenant, now: Timestamp) -> Option<VisitEnd> {
        if let VisitState::Ended { why, .. } = self.visit.state {
            return Some(why);
        }
        if let Some(why) = self.visit.state.due(now, policy.visit_idle) {
            return Some(why);
        }
        let space = Space { tenant: tenant.id };
        let request = Request {
            principal: self.principal(tenant, now),
            action: Action::PortalView,
            resource: space.facts(),
            facts: self.facts(None, now),
        };
        let verdicts = decide(policy, &request).verdicts;
        match (verdicts.get(Guardrail::Session), verdicts.get(Guardrail::Authz)) {
            (Verdict::Fail(Reason::VisitEnded), _) => self.closed_by(tenant, now),
            (Verdict::Fail(_), _) => Some(VisitEnd::SessionEnded),
            (_, Verdict::Fail(Reason::VisitNotAllowed)) => Some(VisitEnd::RoleLost),
            _ => None,
        }
    }
}
