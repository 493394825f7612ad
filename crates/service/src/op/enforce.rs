//! The policy enforcement point of staff: a permit, or a refusal that is written down before it is told.

use stagedoor_core::action::{Action, ActionKind};
use stagedoor_core::actor::Actor;
use stagedoor_core::audit::{AuditBatch, Event, Outcome, Target};
use stagedoor_core::decision::{self, Decision, Reason};
use stagedoor_core::error::Code;
use stagedoor_core::guard::{Guardrail, PersonKind, Verdict};
use stagedoor_core::id::TenantId;
use stagedoor_core::narrowed;
use stagedoor_core::permit::{Granted, Refused, authorize};
use stagedoor_core::request::Facts;
use stagedoor_core::resource::{Platform, Resource, ResourceFacts, ResourceKind};
use stagedoor_core::tenant::Leave;

use super::{StaffOp, person};
use crate::error::ServiceError;
use crate::recorder::{Acting, Marks, Story, TenantSees};
use crate::step_up::Told;

impl StaffOp {
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
                self.record_refusal((A::ACTION, decision), resource.facts(), story)
                    .await?;
                Err(ServiceError::Denied(decision))
            }
        }
    }

    /// Refuses a call with which the proxy names somebody else than the session is of, whatever it asks for.
    pub(super) async fn is_who_the_proxy_says(&self, decision: Decision) -> Result<(), ServiceError> {
        let said = self.facts().identity.map(|identity| identity.person);
        if said != Some(PersonKind::Another) {
            return Ok(());
        }
        let decision = Decision {
            outcome: decision::Outcome::Deny(Reason::IdentityOther),
            ..decision
        };
        let story = Story::new(Event::StaffSignIn);
        self.record_refusal((Action::StaffSignIn, decision), Platform.facts(), story)
            .await?;
        Err(ServiceError::Denied(decision))
    }

    async fn record_refusal(
        &self,
        (action, decision): (Action, Decision),
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
        let unreached = matches!(
            reason,
            Reason::OutOfScope | Reason::PermissionMissing | Reason::SubRoleNarrower | Reason::SubRoleUnknown
        );
        if unreached || narrowed::REASONS.contains(&reason) {
            story.tenant_sees = TenantSees::Nothing;
        }
        let challenged = matches!(decision.outcome, decision::Outcome::Challenge { .. });
        let asking = self
            .0
            .asking
            .as_ref()
            .filter(|asking| challenged && asking.asked().is_none());
        let kinds = self.guard(action).factor.kinds;
        let told = asking.map(|asking| (asking, Told::of(asking, &story, reason, kinds)));
        let batch = self.record(story).await?;
        match told {
            Some((asking, told)) => self.ask_step_up(asking, told, batch).await,
            None => self.0.service.commit_only(batch).await,
        }
    }

    /// Answers that there is nothing, and writes down that somebody asked. What is hidden and what does not exist are
    /// told apart in the platform's log alone: neither the answer nor the time it takes tells the caller.
    pub(crate) async fn nothing_there(&self, event: Event, hidden: Option<TenantId>) -> ServiceError {
        let mut story = Story::new(event);
        story.outcome = hidden.map_or(Outcome::Failed("not_found"), |tenant| {
            Outcome::Denied(self.hidden_by(tenant))
        });
        story.tenant = hidden;
        story.target = hidden.map(Target::Tenant);
        story.tenant_sees = TenantSees::Nothing;
        self.refused_with(story, ServiceError::NotFound).await
    }

    /// Why somebody may not know of a tenant: their account does not reach it, or their sub-role or their session leaves it out.
    fn hidden_by(&self, tenant: TenantId) -> Reason {
        let facts = ResourceFacts {
            kind: ResourceKind::Tenant,
            tenant: Some(tenant),
            owner: None,
            person: None,
            standing: None,
        };
        let decision = self.would(Action::TenantView, facts);
        match decision.verdicts.get(Guardrail::Authz) {
            Verdict::Fail(reason) if reason.code() == Code::NotFound => reason,
            _ => Reason::OutOfScope,
        }
    }

    /// Writes down how this call ended, then gives the error to return. That it could not be written down goes before it.
    pub(crate) async fn refused_with(&self, story: Story, error: ServiceError) -> ServiceError {
        let recorded = match self.record(story).await {
            Ok(batch) => self.0.service.commit_only(batch).await,
            Err(unwritten) => Err(unwritten),
        };
        recorded.err().unwrap_or(error)
    }

    /// The entries of a story of this call.
    pub(crate) async fn record(&self, story: Story) -> Result<AuditBatch, ServiceError> {
        self.0
            .service
            .record(&self.0.visitor, &self.acting(), story, self.0.now)
            .await
    }

    /// Who acts in this call, with the marks that all its entries bear.
    pub(crate) fn acting(&self) -> Acting {
        Acting {
            actor: Actor::Staff {
                staff: self.0.staff.id,
                session: Some(self.0.session.id),
            },
            person: Some(person(&self.0.staff)),
            subject: None,
            marks: Marks::of(&self.0.staff, self.0.now)
                .in_session(&self.0.session.narrowed)
                .with_proof(self.fresh().map(|(proof, _)| proof)),
        }
    }
}
