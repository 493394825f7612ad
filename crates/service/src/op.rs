//! One call of a signed-in member of staff: who they are, the facts around the call, and the way to a permit.
//!
//! An op is made for each request from the session row itself, so that a revoked session is refused by the very next
//! one. [`StaffOp::require`] is the policy enforcement point: it asks the core, and records a refusal before it
//! returns it.

use std::sync::{Arc, OnceLock};

use stagedoor_core::action::{Action, ActionKind, Audience, Cell};
use stagedoor_core::actor::Actor;
use stagedoor_core::audit::{AuditBatch, Event, Flag, Outcome, Target};
use stagedoor_core::decide;
use stagedoor_core::decision::{Decision, Reason};
use stagedoor_core::error::ApiError;
use stagedoor_core::guard::{GrantFact, IdentityFact, PersonKind, ProviderTrust, Verdicts};
use stagedoor_core::id::TenantId;
use stagedoor_core::permit::{Granted, Refused, authorize};
use stagedoor_core::request::{Facts, Policy, Principal, Request, StaffFacts, Toggle};
use stagedoor_core::resource::{Resource, ResourceFacts, SessionTarget};
use stagedoor_core::secret::Reference;
use stagedoor_core::session::SessionState;
use stagedoor_core::tenant::Leave;
use stagedoor_core::time::Timestamp;
use stagedoor_store::provider::{self, Provider};
use stagedoor_store::session::{self, StaffSession};
use stagedoor_store::staff::{self, Staff};
use stagedoor_store::{Db, impersonation};

use crate::error::ServiceError;
use crate::recorder::{Acting, Person, Story, TenantSees};
use crate::state::Service;
use crate::visitor::Visitor;

/// A call of a signed-in member of staff. Cheap to clone.
#[derive(Clone)]
pub struct StaffOp(Arc<StaffCall>);

struct StaffCall {
    service: Service,
    visitor: Visitor,
    staff: Staff,
    session: StaffSession,
    provider: Option<Provider>,
    live_visits: u32,
    now: Timestamp,
    verdicts: OnceLock<Verdicts>,
}

/// A person of staff with everything a decision wants to know, whether they act in their own name or another's.
pub(crate) struct Standing {
    pub(crate) staff: Staff,
    pub(crate) session: StaffSession,
    pub(crate) provider: Option<Provider>,
    pub(crate) live_visits: u32,
}

impl Service {
    /// Loads who is behind a session row, with the activity that is not written yet.
    pub(crate) async fn standing(
        &self,
        mut session: StaffSession,
        now: Timestamp,
    ) -> Result<Standing, ServiceError> {
        if let SessionState::Active { until, last_seen } = session.state {
            let last_seen = self.touches().latest_session(session.id, last_seen);
            session.state = SessionState::Active { until, last_seen };
        }
        let ex = &mut self.db().reader();
        let staff = staff::find(ex, session.staff)
            .await?
            .ok_or(ServiceError::NotFound)?;
        let provider = provider::find(ex, session.provider).await?;
        let idle_since = now.minus(self.policy().visit_idle);
        let live_visits = impersonation::count_live(ex, staff.id, now, idle_since).await?;
        Ok(Standing {
            staff,
            session,
            provider,
            live_visits,
        })
    }

    /// The call behind a staff session cookie.
    ///
    /// # Errors
    /// Denied when there is no session, or it no longer holds; unavailable when the database is.
    pub async fn staff_op(&self, visitor: Visitor, cookie: Option<&str>) -> Result<StaffOp, ServiceError> {
        let now = self.now();
        let Some(reference) = cookie.and_then(Reference::parse) else {
            return Err(self.no_session(&visitor, now));
        };
        let Some(session) = session::find(&mut self.db().reader(), &reference.digest()).await? else {
            return Err(self.no_session(&visitor, now));
        };
        let Standing {
            staff,
            session,
            provider,
            live_visits,
        } = self.standing(session, now).await?;
        let service = self.clone();
        let verdicts = OnceLock::new();
        let op = StaffOp(Arc::new(StaffCall {
            service,
            visitor,
            staff,
            session,
            provider,
            live_visits,
            now,
            verdicts,
        }));
        // Only whether the session holds is asked here; each action asks for what it needs itself.
        let own = SessionTarget {
            id: Some(op.0.session.id),
            owner: op.0.staff.id,
        };
        let decision = op.would(Action::SessionViewOwn, own.facts());
        if !decision.is_permit() {
            return Err(ServiceError::Denied(decision));
        }
        self.touches().session(op.0.session.id, now);
        Ok(op)
    }

    fn no_session(&self, visitor: &Visitor, now: Timestamp) -> ServiceError {
        let facts = Facts {
            address: visitor.address,
            ..Facts::unknown(now)
        };
        let resource = stagedoor_core::resource::Platform.facts();
        let request = Request {
            principal: Principal::Anonymous,
            action: Action::TenantList,
            resource,
            facts,
        };
        ServiceError::Denied(decide(self.policy(), &request))
    }

    /// Commits entries that go with no other change.
    pub(crate) async fn commit_only(&self, batch: AuditBatch) -> Result<(), ServiceError> {
        commit_only(self.db(), batch).await
    }
}

async fn commit_only(db: &Db, batch: AuditBatch) -> Result<(), ServiceError> {
    db.write(move |tx| {
        let batch = batch.clone();
        Box::pin(async move { Ok::<_, ServiceError>(tx.commit(batch, ()).await?) })
    })
    .await
}

pub(crate) fn identity_fact(provider: Option<&Provider>) -> Option<IdentityFact> {
    provider.map(|provider| IdentityFact {
        provider: provider.trust,
        // Whether the person is of the workforce was verified when the session began, from the provider's own claims;
        // an emptied list of domains denies from then on.
        person: if provider.email_domains.is_empty() {
            PersonKind::Outsider
        } else {
            PersonKind::Workforce
        },
    })
}

impl StaffOp {
    /// The service.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.0.service
    }

    /// Who calls.
    #[must_use]
    pub fn staff(&self) -> &Staff {
        &self.0.staff
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &StaffSession {
        &self.0.session
    }

    /// The request.
    #[must_use]
    pub fn visitor(&self) -> &Visitor {
        &self.0.visitor
    }

    /// The request's id, to quote to whoever runs this.
    #[must_use]
    pub fn request_id(&self) -> stagedoor_core::id::RequestId {
        self.0.visitor.request
    }

    /// The time of this call.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.now
    }

    /// The provider that vouched for the person, if it still exists.
    #[must_use]
    pub fn provider(&self) -> Option<&Provider> {
        self.0.provider.as_ref()
    }

    /// How many impersonations the person had when the call began.
    #[must_use]
    pub fn live_visits(&self) -> u32 {
        self.0.live_visits
    }

    /// The public form of an error of this call.
    #[must_use]
    pub fn public(&self, error: &ServiceError) -> ApiError {
        error.public(self.0.visitor.request)
    }

    fn principal(&self) -> Principal<'_> {
        let staff = &self.0.staff;
        Principal::Staff(StaffFacts {
            id: staff.id,
            role: staff.role,
            scope: &staff.scope,
            account: staff.account(),
        })
    }

    fn facts(&self) -> Facts {
        let call = &self.0;
        Facts {
            now: call.now,
            address: call.visitor.address,
            identity: identity_fact(call.provider.as_ref()),
            factor: Some(call.session.factor),
            session: call.session.state.fact(),
            grant: GrantFact::None,
            leave: Leave::Standing,
            live_visits: call.live_visits,
        }
    }

    /// What the core would say, for pages that hide or explain. It records nothing and permits nothing.
    #[must_use]
    pub fn would(&self, action: Action, resource: ResourceFacts) -> Decision {
        self.would_by_leave(action, resource, Leave::Standing)
    }

    /// The same, as if the owner had been asked.
    pub(crate) fn would_by_leave(&self, action: Action, resource: ResourceFacts, leave: Leave) -> Decision {
        let request = Request {
            principal: self.principal(),
            action,
            resource,
            facts: Facts {
                leave,
                ..self.facts()
            },
        };
        self.timed(|policy| decide(policy, &request))
    }

    /// Whether the person's role holds a permission at all, somewhere: for lists of permissions, never for a decision.
    #[must_use]
    pub fn holds(&self, action: Action) -> bool {
        let declaration = action.declaration();
        let cell = declaration.cells.get(self.0.staff.role as usize);
        let by_policy = self.0.service.policy().security_responds == Toggle::On;
        declaration.audience == Audience::Staff
            && match cell {
                Some(Cell::Yes | Cell::Own) => true,
                Some(Cell::ByPolicy) => by_policy,
                Some(Cell::No) | None => false,
            }
    }

    /// Every decision is timed, for the figure on the pages.
    fn timed<T>(&self, decide: impl FnOnce(&Policy) -> T) -> T {
        let service = &self.0.service;
        let before = service.clock().monotonic();
        let decided = decide(service.policy());
        service
            .decisions()
            .note(service.clock().monotonic().saturating_sub(before));
        decided
    }

    /// The guardrails of this call, for the six glyphs.
    #[must_use]
    pub fn verdicts(&self) -> Verdicts {
        *self.0.verdicts.get_or_init(|| {
            self.would(Action::TenantList, stagedoor_core::resource::Platform.facts())
                .verdicts
        })
    }

    /// Asks for the right to one action on one resource. A refusal is recorded before it is returned.
    ///
    /// # Errors
    /// Denied, or unavailable when the refusal could not be recorded.
    pub async fn require<A: ActionKind>(&self, resource: &A::Resource) -> Result<Granted<A>, ServiceError> {
        self.require_about::<A>(resource, Story::new(A::ACTION.event()))
            .await
    }

    /// The same, with what the entry of a refusal should tell beside the refusal itself.
    pub(crate) async fn require_about<A: ActionKind>(
        &self,
        resource: &A::Resource,
        story: Story,
    ) -> Result<Granted<A>, ServiceError> {
        self.require_by_leave::<A>(resource, story, Leave::Standing).await
    }

    /// The same, for a visit that the owner was asked about.
    pub(crate) async fn require_by_leave<A: ActionKind>(
        &self,
        resource: &A::Resource,
        story: Story,
        leave: Leave,
    ) -> Result<Granted<A>, ServiceError> {
        let facts = Facts {
            leave,
            ..self.facts()
        };
        match self.timed(|policy| authorize::<A>(policy, self.principal(), facts, resource)) {
            Ok(granted) => Ok(granted),
            Err(Refused { decision }) => {
                self.record_refusal(decision, resource.facts(), story).await?;
                Err(ServiceError::Denied(decision))
            }
        }
    }

    async fn record_refusal(
        &self,
        decision: Decision,
        resource: ResourceFacts,
        mut story: Story,
    ) -> Result<(), ServiceError> {
        let Some(reason) = decision.reason() else {
            return Ok(());
        };
        story.outcome = Outcome::Denied(reason);
        story.verdicts = Some(decision.verdicts);
        story.tenant = story.tenant.or(resource.tenant);
        if story.target.is_none() {
            story.target = resource.tenant.map(Target::Tenant);
        }
        if matches!(reason, Reason::OutOfScope | Reason::PermissionMissing) {
            story.tenant_sees = TenantSees::Nothing;
        }
        let batch = self.record(story).await?;
        self.0.service.commit_only(batch).await
    }

    /// Answers that there is nothing, and writes down that somebody asked. What is hidden and what does not exist are
    /// told apart in the platform's log alone: neither the answer nor the time it takes tells the caller.
    pub(crate) async fn nothing_there(&self, event: Event, hidden: Option<TenantId>) -> ServiceError {
        let mut story = Story::new(event);
        story.outcome = hidden.map_or(Outcome::Failed("not_found"), |_| {
            Outcome::Denied(Reason::OutOfScope)
        });
        story.tenant = hidden;
        story.target = hidden.map(Target::Tenant);
        story.tenant_sees = TenantSees::Nothing;
        let recorded = match self.record(story).await {
            Ok(batch) => self.0.service.commit_only(batch).await,
            Err(error) => Err(error),
        };
        recorded.err().unwrap_or(ServiceError::NotFound)
    }

    /// The entries of a story of this call.
    pub(crate) async fn record(&self, mut story: Story) -> Result<AuditBatch, ServiceError> {
        if self.0.staff.account_until.is_some() {
            story.flags.push(Flag::Temporary);
        }
        self.0
            .service
            .record(&self.0.visitor, &self.acting(), story, self.0.now)
            .await
    }

    pub(crate) fn acting(&self) -> Acting {
        Acting {
            actor: Actor::Staff {
                staff: self.0.staff.id,
                session: Some(self.0.session.id),
            },
            person: Some(person(&self.0.staff)),
            subject: None,
        }
    }

    /// Whether the call's session still runs, by its row as it is now: for answers that are still being sent.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn session_still_runs(&self) -> Result<bool, ServiceError> {
        let service = self.service();
        let found = session::find_by_id(&mut service.db().reader(), self.session().id).await?;
        Ok(found.is_some_and(|session| service.session_runs(&session, service.now())))
    }

    /// Whether the person may know of a tenant at all.
    #[must_use]
    pub fn knows(&self, tenant: TenantId) -> bool {
        self.0.staff.scope.contains(tenant)
    }
}

pub(crate) fn person(staff: &Staff) -> Person {
    Person {
        id: staff.id.to_string(),
        name: staff.name.clone(),
        email: staff.email.clone(),
    }
}

/// Whether a provider counts.
#[must_use]
pub(crate) fn trusted(provider: &Provider) -> bool {
    provider.trust == ProviderTrust::Trusted
}
