//! One call on a tenant's host: of a person of the tenant in their own name, or of staff on a visit. Nobody is both.
//!
//! What a visit reads accumulates here; [`TenantOp::finish`] commits its pair of entries before the first byte of the
//! answer leaves, so that nothing was seen that is not recorded (decision 13). One pair a call, denied ones included. Of
//! the tenant's own people only refusals and changes are recorded.

mod admit;
mod member;
mod visit;

use std::sync::{Arc, Mutex, PoisonError};

use stagedoor_core::action::kind::VisitEndOwn;
use stagedoor_core::action::{Action, ActionKind, Effect};
use stagedoor_core::actor::Actor;
use stagedoor_core::audit::{AuditBatch, Event, Field, Outcome, Read};
use stagedoor_core::decide;
use stagedoor_core::decision::Decision;
use stagedoor_core::error::ApiError;
use stagedoor_core::permit::{Permit, Refused, authorize};
use stagedoor_core::request::{Facts, Principal, Request};
use stagedoor_core::resource::{Resource, ResourceFacts, Space};
use stagedoor_core::role::TenantRole;
use stagedoor_core::session::SessionState;
use stagedoor_core::time::Timestamp;
use stagedoor_store::membership::Membership;
use stagedoor_store::tenant::Tenant;
use stagedoor_store::tenant_session::TenantSession;
use stagedoor_store::{impersonation, tenant_session};

pub use admit::{TenantCaller, TenantCookies, VisitOver};
pub use member::MemberCaller;
pub(crate) use member::{member_facts, member_person, session_facts};
pub use visit::VisitCaller;

use crate::error::ServiceError;
use crate::impersonation::visit_story;
use crate::op::person;
use crate::recorder::{Acting, Marks, Story};
use crate::state::Service;
use crate::visitor::Visitor;

/// A call on a tenant's host. Cheap to clone.
#[derive(Clone)]
pub struct TenantOp(Arc<TenantCall>);

struct TenantCall {
    service: Service,
    visitor: Visitor,
    tenant: Tenant,
    caller: Caller,
    path: String,
    now: Timestamp,
    told: Mutex<Told>,
}

/// Who calls.
pub enum Caller {
    /// Staff, in somebody's place.
    Visit(Box<VisitCaller>),
    /// A person of the tenant, in their own name.
    Member(Box<MemberCaller>),
}

/// What the call will tell the audit.
#[derive(Default)]
struct Told {
    reads: Vec<Read>,
    refused: Option<(Action, Decision)>,
    decision: Option<Decision>,
}

impl TenantOp {
    fn new(service: &Service, visitor: Visitor, tenant: Tenant, caller: Caller, path: &str) -> Self {
        Self(Arc::new(TenantCall {
            service: service.clone(),
            visitor,
            tenant,
            caller,
            path: path.chars().take(200).collect(),
            now: service.now(),
            told: Mutex::default(),
        }))
    }

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

    /// Who calls.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.0.caller
    }

    /// The visit, when staff call.
    #[must_use]
    pub fn visit(&self) -> Option<&VisitCaller> {
        match &self.0.caller {
            Caller::Visit(visit) => Some(visit),
            Caller::Member(_) => None,
        }
    }

    /// The caller's own session, when a person of the tenant calls.
    #[must_use]
    pub fn session(&self) -> Option<&TenantSession> {
        match &self.0.caller {
            Caller::Visit(_) => None,
            Caller::Member(member) => Some(&member.session),
        }
    }

    /// The person it is shown as; `None` as the tenant's administrator.
    #[must_use]
    pub fn member(&self) -> Option<&Membership> {
        match &self.0.caller {
            Caller::Visit(visit) => visit.member.as_ref(),
            Caller::Member(caller) => Some(&caller.member),
        }
    }

    /// What messages and cursors of this caller belong to: the visit's or the session's id.
    #[must_use]
    pub fn owner_key(&self) -> String {
        match &self.0.caller {
            Caller::Visit(visit) => visit.visit.id.to_string(),
            Caller::Member(caller) => caller.session.id.to_string(),
        }
    }

    /// The session behind the call: the person's own, or that of the staff member who visits.
    #[must_use]
    pub fn session_key(&self) -> String {
        match &self.0.caller {
            Caller::Visit(visit) => visit.visit.session.to_string(),
            Caller::Member(caller) => caller.session.id.to_string(),
        }
    }

    /// The role inside.
    #[must_use]
    pub fn role(&self) -> TenantRole {
        match &self.0.caller {
            Caller::Visit(visit) => visit.role(),
            Caller::Member(caller) => caller.member.role,
        }
    }

    /// The request.
    #[must_use]
    pub fn visitor(&self) -> &Visitor {
        &self.0.visitor
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
        match &call.caller {
            Caller::Visit(visit) => visit.principal(&call.tenant, call.now),
            Caller::Member(member) => member.principal(&call.tenant),
        }
    }

    fn facts(&self) -> Facts {
        let call = &self.0;
        match &call.caller {
            Caller::Visit(visit) => visit.facts(Some(&call.visitor), call.now),
            Caller::Member(member) => member.facts(call.now),
        }
    }

    fn space(&self) -> Space {
        Space {
            tenant: self.0.tenant.id,
        }
    }

    /// What the core would say of the tenant's inside as a whole, for pages that hide or explain.
    #[must_use]
    pub fn would(&self, action: Action) -> Decision {
        self.would_on(action, self.space().facts())
    }

    /// What the core would say, for pages that hide or explain. It records nothing and permits nothing.
    #[must_use]
    pub fn would_on(&self, action: Action, resource: ResourceFacts) -> Decision {
        decide(
            &self.0.service.policy(),
            &Request {
                principal: self.principal(),
                action,
                resource,
                facts: self.facts(),
            },
        )
    }

    /// Asks for the right to one action inside this tenant. The refusal stands in the call's entries.
    ///
    /// # Errors
    /// Denied.
    pub fn require<A: ActionKind<Resource = Space, Owes = ()>>(&self) -> Result<Permit<A>, ServiceError> {
        self.require_on::<A>(&self.space())
    }

    /// Asks for the right to one action on one thing of this tenant. The refusal stands in the call's entries.
    ///
    /// # Errors
    /// Denied.
    pub fn require_on<A: ActionKind<Owes = ()>>(
        &self,
        resource: &A::Resource,
    ) -> Result<Permit<A>, ServiceError> {
        match authorize::<A>(&self.0.service.policy(), self.principal(), self.facts(), resource) {
            Ok(granted) => {
                self.told(|told| told.decision = Some(*granted.decision()));
                Ok(granted.discharge(()))
            }
            Err(Refused { decision }) => {
                self.told(|told| told.refused = Some((A::ACTION, decision)));
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
        match &self.0.caller {
            Caller::Visit(caller) => Acting {
                actor: Actor::OnBehalf {
                    subject: crate::impersonation::represented(&caller.visit),
                    act: caller.visit.staff,
                    session: caller.visit.session,
                    grant: caller.visit.id,
                },
                person: Some(person(&caller.standing.staff)),
                subject: caller.member.as_ref().map(member_person),
                marks: Marks::of(&caller.standing.staff, self.0.now)
                    .in_session(&caller.standing.session.narrowed),
            },
            Caller::Member(caller) => Acting {
                actor: Actor::Member {
                    tenant: self.0.tenant.id,
                    member: caller.member.id,
                },
                person: Some(member_person(&caller.member)),
                subject: None,
                marks: Marks::none(),
            },
        }
    }

    pub(crate) async fn record(&self, mut story: Story) -> Result<AuditBatch, ServiceError> {
        story.session = story.session.or(self.session().map(|session| session.id));
        story.tenant = story.tenant.or(Some(self.0.tenant.id));
        self.0
            .service
            .record(&self.0.visitor, &self.acting(), story, self.0.now)
            .await
    }

    /// Whether the visit, or the person's session, still runs by its row as it is now: for answers that are still being sent.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn still_inside(&self) -> Result<bool, ServiceError> {
        let service = self.service();
        let ex = &mut service.db().reader();
        Ok(match &self.0.caller {
            Caller::Visit(caller) => {
                let found = impersonation::find(ex, caller.visit.id).await?;
                found.is_some_and(|visit| service.visit_runs(&visit, service.now()))
            }
            Caller::Member(caller) => {
                let found = tenant_session::find(ex, self.0.tenant.id, caller.session.id).await?;
                found.is_some_and(|session| matches!(session.state, SessionState::Active { until, .. } if service.now() < until))
            }
        })
    }

    /// Commits the entries of this call, if it owes any. Called before the first byte leaves.
    ///
    /// # Errors
    /// Unavailable: then nothing of the answer may leave.
    pub async fn finish(&self) -> Result<(), ServiceError> {
        let told = self.told(std::mem::take);
        let Some(story) = self.story_of(told) else {
            return Ok(());
        };
        let batch = self.record(story).await?;
        self.0.service.commit_only(batch).await
    }

    /// Of a visit, whatever reached authorization; of the tenant's own people, what was refused.
    fn story_of(&self, told: Told) -> Option<Story> {
        let refused = told.refused;
        let decision = refused.map(|(_, decision)| decision).or(told.decision)?;
        let tried = refused.map(|(action, _)| action);
        let mut story = match &self.0.caller {
            Caller::Visit(caller) => {
                // A try to change something is told as that; all else is a look.
                let changes = tried.filter(|action| action.declaration().effect == Effect::Write);
                let event = changes.map_or(Event::ImpersonationView, Action::event);
                visit_story(event, &caller.visit)
            }
            Caller::Member(_) => Story::new(tried?.event()),
        };
        story.outcome = decision.reason().map_or(Outcome::Success, Outcome::Denied);
        story.verdicts = Some(decision.verdicts);
        story.reads = told.reads;
        story.facts.insert(Field::Path, self.0.path.clone());
        Some(story)
    }
}
