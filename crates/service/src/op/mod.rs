//! One call of a signed-in member of staff: who they are, the facts around the call, and the way to a permit.
//!
//! An op is made for each request from the session row itself, so that a revoked session is refused by the very next
//! one. [`StaffOp::require`] is the policy enforcement point: it asks the core, and records a refusal before it
//! returns it.

mod enforce;
mod open;

use std::sync::{Arc, OnceLock};

use stagedoor_core::action::{Action, Effect, Held, WhileReading};
use stagedoor_core::assurance::ProvenFactor;
use stagedoor_core::decide::{decide, post_holds};
use stagedoor_core::decision::{Decision, Reason};
use stagedoor_core::error::{ApiError, Code};
use stagedoor_core::guard::{DeviceFact, GrantFact, IdentityFact, PersonKind, ProviderTrust, Verdicts};
use stagedoor_core::guard_policy::{Caller, Guard, SessionRule};
use stagedoor_core::id::{RequestId, StepUpId, TenantId};
use stagedoor_core::narrowed::{Reach, View};
use stagedoor_core::provider::ProviderKind;
use stagedoor_core::request::{Facts, Policy, Principal, Request, StaffFacts};
use stagedoor_core::resource::{Platform, Resource, ResourceFacts};
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::step_up::{CallDigest, Proof};
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::tenant::Leave;
use stagedoor_core::time::Timestamp;
use stagedoor_store::provider::Provider;
use stagedoor_store::session::{self, StaffSession};
use stagedoor_store::staff::Staff;

pub(crate) use open::{SeenFrom, Standing};

use crate::error::ServiceError;
use crate::proxy::Assertion;
use crate::recorder::Person;
use crate::state::Service;
use crate::step_up::{Asking, Incoming};
use crate::visitor::Visitor;

/// A call of a signed-in member of staff. Cheap to clone.
#[derive(Clone)]
pub struct StaffOp(Arc<StaffCall>);

#[derive(Clone)]
struct StaffCall {
    service: Service,
    visitor: Visitor,
    staff: Staff,
    own: (StaffRole, Scope),
    session: StaffSession,
    provider: Option<Provider>,
    live_visits: u32,
    policy: Arc<Policy>,
    now: Timestamp,
    verdicts: OnceLock<Verdicts>,
    asking: Option<Asking>,
}

/// What a provider says of a person, in a request with which a proxy may have said something, too.
pub(crate) fn identity_of(
    vouched: Option<(&Provider, DeviceFact)>,
    staff: &Staff,
    said: &Assertion,
) -> Option<IdentityFact> {
    vouched.map(|(provider, device)| IdentityFact {
        provider: provider.trust,
        device: device_now(provider, device, said),
        // Whether the person is of the workforce was verified when the session began, from the provider's own claims;
        // emptied lists deny from then on.
        person: if is_another(provider, staff, said) {
            PersonKind::Another
        } else if provider.rules.tell_anybody(&provider.email_domains) {
            PersonKind::Workforce
        } else {
            PersonKind::Outsider
        },
    })
}

/// What is said of the device: what was when the session began, unless the proxy that vouched for it says it anew.
fn device_now(provider: &Provider, began: DeviceFact, said: &Assertion) -> DeviceFact {
    match said.vouched() {
        Some(vouched) if provider.kind != ProviderKind::Oidc => provider.rules.device(vouched.claims.all()),
        _ => began,
    }
}

/// Whether the proxy that vouched for the session vouches for somebody else now.
fn is_another(provider: &Provider, staff: &Staff, said: &Assertion) -> bool {
    let own = staff.identity.as_ref().map(|(_, subject)| subject.as_str());
    provider.kind != ProviderKind::Oidc
        && said
            .vouched()
            .is_some_and(|vouched| Some(vouched.subject()) != own)
}

impl StaffOp {
    /// The service.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.0.service
    }

    /// Who calls, with the role and the tenants that their session is narrowed to: what is listed for them is listed by these.
    #[must_use]
    pub fn staff(&self) -> &Staff {
        &self.0.staff
    }

    /// The role of their account, whatever the session is viewed as: what guards them, it guards by this one.
    #[must_use]
    pub fn own_role(&self) -> StaffRole {
        self.0.own.0
    }

    /// The role of their account with the sub-role that narrows it.
    #[must_use]
    pub fn own_post(&self) -> (StaffRole, Option<&SubRoleName>) {
        (self.0.own.0, self.0.staff.sub_role.as_ref())
    }

    /// All that the console may be viewed as by them at most.
    pub(crate) fn own_view(&self) -> View {
        let (role, sub_role) = self.own_post();
        View {
            role,
            sub_role: sub_role.cloned(),
        }
    }

    /// What the session may be viewed as from here.
    #[must_use]
    pub fn views(&self) -> Vec<View> {
        let narrowed = &self.0.session.narrowed;
        narrowed.views(&self.own_view(), &self.0.policy.sub_roles)
    }

    /// The tenants of their account, whatever the session is narrowed to.
    #[must_use]
    pub fn own_scope(&self) -> &Scope {
        &self.0.own.1
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &StaffSession {
        &self.0.session
    }

    /// The policy that was in force when the call began: all of it is decided by this one.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.0.policy
    }

    /// The request.
    #[must_use]
    pub fn visitor(&self) -> &Visitor {
        &self.0.visitor
    }

    /// The request's id, to quote to whoever runs this.
    #[must_use]
    pub fn request_id(&self) -> RequestId {
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
        let public = error.public(self.0.visitor.request);
        let asked = self.challenge().filter(|_| public.code == Code::StepUpRequired);
        let refused = match error {
            ServiceError::Denied(decision) => decision.reason(),
            _ => None,
        };
        let message = match (refused, &self.0.staff.sub_role) {
            (Some(reason @ (Reason::SubRoleNarrower | Reason::SubRoleUnknown)), Some(name)) => {
                format!("{} Your sub-role: {name}.", reason.explain())
            }
            _ => public.message,
        };
        ApiError {
            message,
            step_up_id: asked.map(|id| id.to_string()),
            ..public
        }
    }

    /// The same person, about to make this very call: should it need a fresh proof, it is asked for one.
    #[must_use]
    pub fn with_call(self, incoming: Incoming) -> Self {
        self.changed(|call| call.asking = Some(Asking::new(incoming)))
    }

    /// The call with the fresh proof that it brought. A proof for another call counts for nothing.
    #[must_use]
    pub fn with_proof(self, proof: Proof) -> Self {
        self.changed(|call| {
            if let Some(asking) = &mut call.asking {
                asking.proof = Some(Arc::new(proof));
            }
        })
    }

    fn changed(self, change: impl FnOnce(&mut StaffCall)) -> Self {
        let mut call = Arc::unwrap_or_clone(self.0);
        call.verdicts = OnceLock::new();
        change(&mut call);
        Self(Arc::new(call))
    }

    /// What the call was asked to prove a passkey for, when it was challenged.
    #[must_use]
    pub fn challenge(&self) -> Option<StepUpId> {
        self.0.asking.as_ref().and_then(Asking::asked)
    }

    /// Which call this is.
    pub(crate) fn call(&self) -> Option<CallDigest> {
        self.0.asking.as_ref().map(|asking| asking.digest)
    }

    /// Its method and path.
    pub(crate) fn operation(&self) -> Option<&str> {
        self.0.asking.as_ref().map(Asking::operation)
    }

    /// The fresh proof for exactly this call, by the step-up that it comes from.
    fn fresh(&self) -> Option<(StepUpId, ProvenFactor)> {
        let asking = self.0.asking.as_ref()?;
        let proof = asking.proof.as_ref()?;
        Some((proof.id(), proof.factor_for(&asking.digest)?))
    }

    /// The factor that counts for this call.
    fn factor(&self) -> ProvenFactor {
        self.fresh().map_or(self.0.session.factor, |(_, factor)| factor)
    }

    fn principal(&self) -> Principal<'_> {
        let staff = &self.0.staff;
        Principal::Staff(StaffFacts {
            id: staff.id,
            role: self.0.own.0,
            sub_role: staff.sub_role.as_ref(),
            scope: &self.0.own.1,
            account: staff.account(),
            acknowledged: staff.acknowledged.as_deref(),
            narrowed: &self.0.session.narrowed,
        })
    }

    fn identity(&self) -> Option<IdentityFact> {
        let call = &self.0;
        let vouched = call
            .provider
            .as_ref()
            .map(|one| (one, call.session.vouched.device));
        identity_of(vouched, &call.staff, &call.visitor.assertion)
    }

    /// What is said of the device of this call.
    #[must_use]
    pub fn device(&self) -> DeviceFact {
        self.identity().map_or(DeviceFact::Unclaimed, |fact| fact.device)
    }

    fn facts(&self) -> Facts {
        let call = &self.0;
        Facts {
            now: call.now,
            address: call.visitor.address,
            proxy: call.visitor.assertion.fact(),
            identity: self.identity(),
            factor: Some(self.factor()),
            session: call.session.state.fact(call.session.started),
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

    /// What the core would say under another policy, for changes that are to be tried.
    pub(crate) fn would_under(&self, policy: &Policy, action: Action, resource: ResourceFacts) -> Decision {
        let request = Request {
            principal: self.principal(),
            action,
            resource,
            facts: self.facts(),
        };
        decide(policy, &request)
    }

    /// How the person's role holds a permission in this session, somewhere: for lists of permissions, never for a decision.
    #[must_use]
    pub fn holds(&self, action: Action) -> Option<Held> {
        let held = post_holds(&self.0.policy, self.own_post(), action)?;
        let row = action.declaration();
        let reads = self.0.session.narrowed.reach == Reach::Reads;
        if reads && row.effect == Effect::Write && row.reading == WhileReading::Refused {
            return None;
        }
        let Some(view) = &self.0.session.narrowed.view else {
            return Some(held);
        };
        // A view holds no more than one's own, so that what it holds is what is left.
        post_holds(&self.0.policy, (view.role, view.sub_role.as_ref()), action).map(|viewed| match held {
            Held::OwnOnly => held,
            Held::Fully | Held::WithGrant => viewed,
        })
    }

    /// The declaration that guards an action of this person, as it is in force.
    #[must_use]
    pub fn guard(&self, action: Action) -> Guard {
        Guard::of(&self.0.policy, Caller::Staff(self.own_role()), action)
    }

    /// How long the person's session may be.
    #[must_use]
    pub fn session_rule(&self) -> SessionRule {
        SessionRule::of(&self.0.policy, self.own_role())
    }

    /// Every decision is timed, for the figure on the pages.
    fn timed<T>(&self, decide: impl FnOnce(&Policy) -> T) -> T {
        let service = &self.0.service;
        let before = service.clock().monotonic();
        let decided = decide(&self.0.policy);
        service
            .decisions()
            .note(service.clock().monotonic().saturating_sub(before));
        decided
    }

    /// The guardrails of this call, for the six glyphs.
    #[must_use]
    pub fn verdicts(&self) -> Verdicts {
        *self
            .0
            .verdicts
            .get_or_init(|| self.would(Action::TenantList, Platform.facts()).verdicts)
    }

    /// Whether the call's session still runs, by its row as it is now: for answers that are still being sent.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn session_still_runs(&self) -> Result<bool, ServiceError> {
        let service = self.service();
        let found = session::find_by_id(&mut service.db().reader(), self.session().id).await?;
        Ok(found.is_some_and(|session| {
            let whose = (self.own_role(), self.staff().ends_for(session.started));
            service.session_runs(&session, whose, service.now())
        }))
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
