//! One call of a signed-in member of staff: who they are, the facts around the call, and the way to a permit.
//!
//! An op is made for each request from the session row itself, so that a revoked session is refused by the very next
//! one. [`StaffOp::require`] is the policy enforcement point: it asks the core, and records a refusal before it
//! returns it.

mod enforce;
mod facts;
mod open;
mod proof;
mod under;
mod would;

use std::sync::{Arc, OnceLock};

use stagedoor_core::error::{ApiError, Code};
use stagedoor_core::guard::{ProviderTrust, Verdicts};
use stagedoor_core::id::{RequestId, TenantId};
use stagedoor_core::narrowed::View;
use stagedoor_core::request::Policy;
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::secret::ReferenceDigest;
use stagedoor_core::staff::Access;
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::time::Timestamp;
use stagedoor_store::provider::Provider;
use stagedoor_store::session::StaffSession;
use stagedoor_store::staff::Staff;

pub(crate) use facts::{Word, identity_of};
pub(crate) use open::{SeenFrom, Standing};

use crate::error::ServiceError;
use crate::recorder::Person;
use crate::state::Service;
use crate::step_up::Asking;
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
    reference: ReferenceDigest,
    provider: Option<Provider>,
    live_visits: u32,
    policy: Arc<Policy>,
    now: Timestamp,
    verdicts: OnceLock<Verdicts>,
    asking: Option<Asking>,
}

impl StaffOp {
    /// The service.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.0.service
    }

    /// Who calls, with the role and the tenants that their sub-role and their session leave: what is listed for them is listed
    /// by these.
    #[must_use]
    pub fn staff(&self) -> &Staff {
        &self.0.staff
    }

    /// Who calls, as their row has them, whatever the session is narrowed to.
    pub(crate) fn own_staff(&self) -> Staff {
        let (role, scope) = self.0.own.clone();
        Staff {
            role,
            scope,
            ..self.0.staff.clone()
        }
    }

    /// What the session leaves of what their account gives: they give others no more.
    pub(crate) fn access(&self) -> Access {
        let narrowed = &self.0.session.narrowed;
        narrowed.access(&self.own_staff().access(), &self.policy().sub_roles, self.0.now)
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

    /// The tenants of their account, whatever their sub-role leaves and the session is narrowed to.
    #[must_use]
    pub fn own_scope(&self) -> &Scope {
        &self.0.own.1
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &StaffSession {
        &self.0.session
    }

    /// What the session's reference was when the call began: whoever gives it another has to have come by this one.
    pub(crate) fn reference(&self) -> ReferenceDigest {
        self.0.reference
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
        let message = match error {
            // What is hidden is not told of by the name of what hides it.
            ServiceError::Denied(decision) if decision.is_of_sub_role() && public.code != Code::NotFound => {
                decision.explain_to(self.0.staff.sub_role.as_ref())
            }
            _ => public.message,
        };
        ApiError {
            message,
            step_up_id: asked.map(|id| id.to_string()),
            guardrails: error.guardrails(self.0.staff.sub_role.as_ref()),
            ..public
        }
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
