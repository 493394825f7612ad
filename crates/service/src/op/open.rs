//! From a cookie to the call behind it: the session row as it is now, the person, their provider.

use std::sync::{Arc, OnceLock};

use stagedoor_core::action::Action;
use stagedoor_core::audit::AuditBatch;
use stagedoor_core::decide;
use stagedoor_core::decision::Outcome;
use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::narrowed::View;
use stagedoor_core::request::{Facts, Principal, Request};
use stagedoor_core::resource::{Platform, Resource, ResourceFacts, SessionTarget};
use stagedoor_core::secret::{Reference, ReferenceDigest};
use stagedoor_core::session::SessionState;
use stagedoor_core::time::Timestamp;
use stagedoor_store::impersonation;
use stagedoor_store::provider::{self, Provider};
use stagedoor_store::session::{self, StaffSession};
use stagedoor_store::staff::{self, Staff};
use stagedoor_store::visiting;

use super::{StaffCall, StaffOp};
use crate::error::ServiceError;
use crate::state::Service;
use crate::visitor::Visitor;

/// A person of staff with everything a decision wants to know, whether they act in their own name or another's.
pub(crate) struct Standing {
    pub(crate) staff: Staff,
    pub(crate) session: StaffSession,
    pub(crate) provider: Option<Provider>,
    pub(crate) live_visits: u32,
}

/// From which side somebody of staff is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SeenFrom {
    /// Their own.
    Staff,
    /// The tenants': only while they are inside one.
    Tenants,
}

impl Service {
    /// Loads who is behind a session row, with the activity that is not written yet.
    pub(crate) async fn standing(
        &self,
        mut session: StaffSession,
        now: Timestamp,
        from: SeenFrom,
    ) -> Result<Standing, ServiceError> {
        if let SessionState::Active { until, last_seen } = session.state {
            let last_seen = self.touches().latest_session(session.id, last_seen);
            session.state = SessionState::Active { until, last_seen };
        }
        let ex = &mut self.db().reader();
        let staff = match from {
            SeenFrom::Staff => staff::find(ex, session.staff, now).await?,
            SeenFrom::Tenants => visiting::find_staff(ex, session.staff, now).await?,
        };
        let staff = staff.ok_or(ServiceError::NotFound)?;
        session.factor = self.factor_now(&session, from).await?;
        // What began while something was given for a time ends with it, as with the account.
        session.state = session.state.until_at_most(staff.ends_for(session.started));
        let idle_since = now.minus(self.policy().visit_idle);
        let (live_visits, epoch) = impersonation::live_and_epoch(ex, staff.id, now, idle_since).await?;
        self.look_at_rules_of(epoch).await?;
        // Behind the look: what is read here is at least as new as what is tried.
        let kept = match from {
            SeenFrom::Staff => provider::find(ex, session.provider).await?,
            SeenFrom::Tenants => visiting::find_provider(ex, session.provider).await?,
        };
        let provider = match kept {
            Some(kept) => Some(self.vouching(kept, &session, now).await?),
            None => None,
        };
        Ok(Standing {
            staff,
            session,
            provider,
            live_visits,
        })
    }

    /// The provider of a session as it is in force. Its word counts for nothing where it was given under settings that were
    /// rolled back.
    async fn vouching(
        &self,
        kept: Provider,
        session: &StaffSession,
        now: Timestamp,
    ) -> Result<Provider, ServiceError> {
        let provider = self.rules().await?.provider(kept, now)?;
        if self.still_vouched(session.vouched, &provider).await? {
            return Ok(provider);
        }
        Ok(Provider {
            trust: ProviderTrust::Untrusted,
            ..provider
        })
    }

    /// The call behind a staff session cookie.
    ///
    /// # Errors
    /// Denied when there is no session, or it no longer holds; unavailable when the database is.
    pub async fn staff_op(&self, visitor: Visitor, cookie: Option<&str>) -> Result<StaffOp, ServiceError> {
        let now = self.now();
        let Some(reference) = cookie.and_then(Reference::parse) else {
            return Err(self.no_session(&visitor, now).await);
        };
        let Some(session) = session::find(&mut self.db().reader(), &reference.digest()).await? else {
            return Err(self.no_session(&visitor, now).await);
        };
        let op = self.call_in(visitor, (session, reference.digest()), now).await?;
        // Only whether the session holds is asked here; each action asks for what it needs itself.
        let own = SessionTarget {
            id: Some(op.0.session.id),
            owner: op.0.staff.id,
        };
        let decision = op.would(Action::SessionViewOwn, own.facts());
        if !decision.is_permit() {
            return Err(ServiceError::Denied(decision));
        }
        op.is_who_the_proxy_says(decision).await?;
        // Asked of what everybody may do with their own session, so that no rule for a part of the console is in it.
        let renewal = op.would(Action::SessionRenew, own.facts());
        if op.visitor().keeps_alive(&renewal.verdicts) {
            self.touches().session(op.0.session.id, now);
        }
        Ok(op)
    }

    /// A call in a session, by the row as it is now.
    async fn call_in(
        &self,
        visitor: Visitor,
        (session, reference): (StaffSession, ReferenceDigest),
        now: Timestamp,
    ) -> Result<StaffOp, ServiceError> {
        let Standing {
            mut staff,
            session,
            provider,
            live_visits,
        } = self.standing(session, now, SeenFrom::Staff).await?;
        let own = (staff.role, staff.scope.clone());
        staff.role = session.narrowed.role(own.0);
        let service = self.clone();
        let (policy, verdicts) = (service.policy(), OnceLock::new());
        let most = View {
            role: own.0,
            sub_role: staff.sub_role.clone(),
        };
        staff.scope = session.narrowed.scope((&most, &own.1), &policy.sub_roles);
        Ok(StaffOp(Arc::new(StaffCall {
            service,
            visitor,
            staff,
            own,
            session,
            reference,
            provider,
            live_visits,
            policy,
            now,
            verdicts,
            asking: None,
        })))
    }

    /// Strangers cost no look at the database: the rules are those that this process knows.
    async fn no_session(&self, visitor: &Visitor, now: Timestamp) -> ServiceError {
        if let Err(error) = self.rules().await {
            return error;
        }
        let facts = Facts {
            address: visitor.address,
            proxy: visitor.assertion.fact(),
            ..Facts::unknown(now)
        };
        let resource = Platform.facts();
        let request = Request {
            principal: Principal::Anonymous,
            action: Action::TenantList,
            resource,
            facts,
        };
        ServiceError::Denied(decide(&self.policy(), &request))
    }

    /// Commits entries that go with no other change.
    pub(crate) async fn commit_only(&self, batch: AuditBatch) -> Result<(), ServiceError> {
        self.db()
            .write(move |tx| {
                let batch = batch.clone();
                Box::pin(async move { Ok::<_, ServiceError>(tx.commit(batch, ()).await?) })
            })
            .await
    }
}

impl StaffOp {
    /// Whether what this call was permitted may go on, for answers that are still being sent: the rules, the provider, the
    /// session and the person are read again, and the session must reach as far as when the call began. A proof that has
    /// grown too old since then does not break off what was begun in time.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn may_go_on(
        &self,
        action: Action,
        resource: ResourceFacts,
    ) -> Result<bool, ServiceError> {
        let service = self.service();
        let Some(session) = session::find_by_id(&mut service.db().reader(), self.session().id).await? else {
            return Ok(false);
        };
        let call = service
            .call_in(self.visitor().clone(), (session, self.reference()), service.now())
            .await?;
        let reaches_as_far = call.session().narrowed == self.session().narrowed
            && call.own_post() == self.own_post()
            && call.own_scope() == self.own_scope();
        Ok(reaches_as_far && !matches!(call.would(action, resource).outcome, Outcome::Deny(_)))
    }
}
