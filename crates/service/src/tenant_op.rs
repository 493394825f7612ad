//! One call on a tenant's host: for now, always of impersonating staff.
//!
//! What the call reads accumulates here; [`TenantOp::finish`] commits the pair of entries before the first byte of the
//! answer leaves, so that nothing was seen that is not recorded (decision 13). One pair a call, denied ones included.

use std::sync::{Arc, Mutex, PoisonError};

use stagedoor_core::action::kind::VisitEndOwn;
use stagedoor_core::action::{Action, ActionKind};
use stagedoor_core::actor::Actor;
use stagedoor_core::audit::{AuditBatch, Event, Outcome, Read};
use stagedoor_core::decide;
use stagedoor_core::decision::{Decision, Reason};
use stagedoor_core::error::ApiError;
use stagedoor_core::guard::GrantFact;
use stagedoor_core::impersonation::{VisitEnd, VisitState};
use stagedoor_core::permit::{Permit, Refused, authorize};
use stagedoor_core::request::{Facts, Principal, Request, StaffFacts, TenantOpen, VisitFacts};
use stagedoor_core::resource::{Resource, ResourceFacts, Space};
use stagedoor_core::secret::Reference;
use stagedoor_core::tenant::TenantState;
use stagedoor_core::time::Timestamp;
use stagedoor_store::impersonation::{self, Visit};
use stagedoor_store::membership::{self, Membership};
use stagedoor_store::session;
use stagedoor_store::tenant::Tenant;

use crate::error::ServiceError;
use crate::impersonation::visit_story;
use crate::op::{Standing, identity_fact, person};
use crate::recorder::{Acting, Person, Story};
use crate::state::Service;
use crate::visitor::Visitor;

/// A call on a tenant's host. Cheap to clone.
#[derive(Clone)]
pub struct TenantOp(Arc<TenantCall>);

struct TenantCall {
    service: Service,
    visitor: Visitor,
    tenant: Tenant,
    visit: Visit,
    member: Option<Membership>,
    standing: Standing,
    path: String,
    now: Timestamp,
    told: Mutex<Told>,
}

/// What the call will tell the audit.
#[derive(Default)]
struct Told {
    reads: Vec<Read>,
    refused: Option<Decision>,
    decision: Option<Decision>,
}

/// Where a visit stands that is not admitted any more.
#[derive(Debug, Clone)]
pub struct VisitOver {
    /// Why it ended.
    pub why: VisitEnd,
}

/// Who is behind a cookie on a tenant's host.
pub enum TenantCaller {
    /// A running visit.
    Visit(TenantOp),
    /// A visit that is over: the page says so.
    Over(VisitOver),
    /// Nobody.
    Nobody,
}

impl Service {
    /// The call behind a visit's cookie, on one tenant's host.
    ///
    /// # Errors
    /// Unavailable when the database is.
    pub async fn tenant_op(
        &self,
        visitor: Visitor,
        tenant: Tenant,
        cookie: Option<&str>,
        path: &str,
    ) -> Result<TenantCaller, ServiceError> {
        let now = self.now();
        let Some(reference) = cookie.and_then(Reference::parse) else {
            return Ok(TenantCaller::Nobody);
        };
        let ex = &mut self.db().reader();
        let found = impersonation::find_by_reference(ex, &reference.digest()).await?;
        let Some(mut visit) = found.filter(|visit| visit.tenant == tenant.id) else {
            return Ok(TenantCaller::Nobody);
        };
        if let VisitState::Ended { why, .. } = visit.state {
            return Ok(TenantCaller::Over(VisitOver { why }));
        }
        if let VisitState::Live { until, last_seen } = visit.state {
            visit.state = VisitState::Live {
                until,
                last_seen: self.touches().latest_visit(visit.id, last_seen),
            };
        }
        let Some(session) = session::find_by_id(ex, visit.session).await? else {
            return Ok(TenantCaller::Nobody);
        };
        let member = match visit.member {
            Some(id) => membership::find(ex, tenant.id, id).await?,
            None => None,
        };
        let standing = self.standing(session, now).await?;
        let call = TenantCall {
            service: self.clone(),
            visitor,
            tenant,
            visit,
            member,
            standing,
            path: path.chars().take(200).collect(),
            now,
            told: Mutex::default(),
        };
        let op = TenantOp(Arc::new(call));
        match op.over() {
            Some(why) => Ok(TenantCaller::Over(VisitOver { why })),
            None => {
                self.touches().visit(op.0.visit.id, now);
                // An impersonated call is activity of the person behind it, too.
                self.touches().session(op.0.standing.session.id, now);
                Ok(TenantCaller::Visit(op))
            }
        }
    }
}

impl Service {
    /// Why the visit behind a cookie is over, for the page that says so; `None` when there is nothing to tell.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn why_over(
        &self,
        tenant: &Tenant,
        cookie: Option<&str>,
    ) -> Result<Option<VisitEnd>, ServiceError> {
        let Some(reference) = cookie.and_then(Reference::parse) else {
            return Ok(None);
        };
        let found = impersonation::find_by_reference(&mut self.db().reader(), &reference.digest()).await?;
        let Some(visit) = found.filter(|visit| visit.tenant == tenant.id) else {
            return Ok(None);
        };
        Ok(match visit.state {
            VisitState::Ended { why, .. } => Some(why),
            live @ VisitState::Live { .. } => live.due(self.now(), self.policy().visit_idle),
        })
    }
}

impl TenantOp {
    /// The service.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.0.service
    }

    /// The tenant.
    #[must_use]
    pub fn tenant(&self) -> &Tenant {
        &self.0.tenant
    }

    /// The visit.
    #[must_use]
    pub fn visit(&self) -> &Visit {
        &self.0.visit
    }

    /// The person it is shown as; `None` as the tenant's administrator.
    #[must_use]
    pub fn member(&self) -> Option<&Membership> {
        self.0.member.as_ref()
    }

    /// The name of the member of staff who visits.
    #[must_use]
    pub fn staff_name(&self) -> &str {
        &self.0.standing.staff.name
    }

    /// The time of this call.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.now
    }

    /// The public form of an error of this call.
    #[must_use]
    pub fn public(&self, error: &ServiceError) -> ApiError {
        error.public(self.0.visitor.request)
    }

    fn told<T>(&self, work: impl FnOnce(&mut Told) -> T) -> T {
        work(&mut self.0.told.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn principal(&self) -> Principal<'_> {
        let call = &self.0;
        let staff = &call.standing.staff;
        let standing = &call.tenant.standing;
        let open = standing.state == TenantState::Active && standing.consent.allows_at(call.now);
        Principal::OnBehalf {
            staff: StaffFacts {
                id: staff.id,
                role: staff.role,
                scope: &staff.scope,
                account: staff.account(),
            },
            visit: VisitFacts {
                id: call.visit.id,
                staff: call.visit.staff,
                tenant: call.visit.tenant,
                role: self.role(),
                mode: call.visit.mode,
                standing: call.visit.state.standing(),
                tenant_open: if open {
                    TenantOpen::Open
                } else {
                    TenantOpen::Closed
                },
            },
        }
    }

    /// The role inside: what was lent at the mint, or less where the person has become less since.
    #[must_use]
    pub fn role(&self) -> stagedoor_core::role::TenantRole {
        let lent = self.0.visit.role;
        self.0
            .member
            .as_ref()
            .map_or(lent, |member| member.role.impersonated().max(lent))
    }

    fn facts(&self) -> Facts {
        let call = &self.0;
        Facts {
            now: call.now,
            address: call.visitor.address,
            identity: identity_fact(call.standing.provider.as_ref()),
            factor: Some(call.standing.session.factor),
            session: call.standing.session.state.fact(),
            grant: GrantFact::None,
            live_visits: call.standing.live_visits,
        }
    }

    /// What the core would say, for pages that hide or explain.
    #[must_use]
    pub fn would(&self, action: Action) -> Decision {
        let resource: ResourceFacts = Space {
            tenant: self.0.tenant.id,
        }
        .facts();
        decide(
            self.0.service.policy(),
            &Request {
                principal: self.principal(),
                action,
                resource,
                facts: self.facts(),
            },
        )
    }

    /// Why this visit is not admitted any more, though nobody wrote it down yet.
    fn over(&self) -> Option<VisitEnd> {
        let call = &self.0;
        let policy = call.service.policy();
        if let Some(why) = call.visit.state.due(call.now, policy.visit_idle) {
            return Some(why);
        }
        match self.would(Action::PortalView).reason()? {
            Reason::VisitEnded if call.tenant.standing.state != TenantState::Active => {
                Some(VisitEnd::TenantSuspended)
            }
            Reason::VisitEnded => Some(VisitEnd::ConsentWithdrawn),
            Reason::VisitNotAllowed => Some(VisitEnd::RoleLost),
            reason if reason.guardrail() == Some(stagedoor_core::guard::Guardrail::Session) => {
                Some(VisitEnd::SessionEnded)
            }
            // Network, provider or factor: the visit lives, this call is refused by the decision itself.
            _ => None,
        }
    }

    /// Asks for the right to one action inside this tenant. The refusal stands in the call's pair of entries.
    ///
    /// # Errors
    /// Denied.
    pub fn require<A: ActionKind<Resource = Space, Owes = ()>>(&self) -> Result<Permit<A>, ServiceError> {
        let space = Space {
            tenant: self.0.tenant.id,
        };
        match authorize::<A>(self.0.service.policy(), self.principal(), self.facts(), &space) {
            Ok(granted) => {
                self.told(|told| told.decision = Some(*granted.decision()));
                Ok(granted.discharge(()))
            }
            Err(Refused { decision }) => {
                self.told(|told| told.refused = Some(decision));
                Err(ServiceError::Denied(decision))
            }
        }
    }

    /// Asks whether the visitor may end this visit. The end writes its own entries, so a permit leaves none of the call's.
    ///
    /// # Errors
    /// Denied; the refusal stands in the call's pair of entries.
    pub(crate) fn may_end(&self) -> Result<Decision, ServiceError> {
        let decision = *self.require::<VisitEndOwn>()?.decision();
        self.told(|told| told.decision = None);
        Ok(decision)
    }

    /// Notes what was looked at.
    pub(crate) fn looked_at(&self, what: &str, rows: usize) {
        self.told(|told| {
            told.reads.push(Read {
                what: what.to_owned(),
                rows: rows as u64,
            })
        });
    }

    pub(crate) fn acting(&self) -> Acting {
        let call = &self.0;
        Acting {
            actor: Actor::OnBehalf {
                subject: crate::impersonation::represented(&call.visit),
                act: call.visit.staff,
                session: call.visit.session,
                grant: call.visit.id,
            },
            person: Some(person(&call.standing.staff)),
            subject: call.member.as_ref().map(|member| Person {
                id: member.id.to_string(),
                name: member.name.clone(),
                email: member.email.clone(),
            }),
        }
    }

    pub(crate) async fn record(&self, story: Story) -> Result<AuditBatch, ServiceError> {
        self.0
            .service
            .record(&self.0.visitor, &self.acting(), story, self.0.now)
            .await
    }

    /// Whether the visit still runs, by its row as it is now: for answers that are still being sent.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn still_inside(&self) -> Result<bool, ServiceError> {
        let service = self.service();
        let found = impersonation::find(&mut service.db().reader(), self.0.visit.id).await?;
        Ok(found.is_some_and(|visit| service.visit_runs(&visit, service.now())))
    }

    /// Commits the pair of entries of this call, if it reached authorization. Called before the first byte leaves.
    ///
    /// # Errors
    /// Unavailable: then nothing of the answer may leave.
    pub async fn finish(&self) -> Result<(), ServiceError> {
        let told = self.told(std::mem::take);
        let decision = told.refused.or(told.decision);
        let Some(decision) = decision else { return Ok(()) };
        let mut story = visit_story(Event::ImpersonationView, &self.0.visit);
        story.outcome = told
            .refused
            .and_then(|decision| decision.reason())
            .map_or(Outcome::Success, Outcome::Denied);
        story.verdicts = Some(decision.verdicts);
        story.reads = told.reads;
        story.facts.insert("path", self.0.path.clone());
        let batch = self.record(story).await?;
        self.0.service.commit_only(batch).await
    }
}
