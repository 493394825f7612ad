//! The session of a tenant's person: it starts under a fresh reference, and ends once.

use stagedoor_core::action::kind::UserSignOut;
use stagedoor_core::actor::Actor;
use stagedoor_core::assurance::TenantFactor;
use stagedoor_core::audit::{AuditBatch, Event, Field, Target};
use stagedoor_core::decision::Decision;
use stagedoor_core::id::SessionId;
use stagedoor_core::resource::PersonTarget;
use stagedoor_core::secret::Reference;
use stagedoor_core::session::{SessionEnd, SessionState};
use stagedoor_core::time::Timestamp;
use stagedoor_store::membership;
use stagedoor_store::password::{self, Claimed};
use stagedoor_store::tenant::Tenant;
use stagedoor_store::tenant_session::{self, TenantSession};

use super::sign_in_story;
use crate::error::ServiceError;
use crate::recorder::{Acting, Marks, Story};
use crate::state::Service;
use crate::system::{fresh_id, fresh_reference};
use crate::tenant_op::{TenantOp, member_person};
use crate::visitor::Visitor;

/// A person has arrived.
#[derive(Debug)]
pub struct TenantArrival {
    /// What the browser's cookie holds.
    pub reference: Reference,
    /// The session's absolute end.
    pub until: Timestamp,
}

impl Service {
    /// Starts the session: the tries are forgotten, the browser's former session of this tenant ends.
    pub(super) async fn enter_member(
        &self,
        visitor: &Visitor,
        tenant: &Tenant,
        claimed: &Claimed,
        former: Option<Reference>,
        decision: &Decision,
    ) -> Result<TenantArrival, ServiceError> {
        let now = self.now();
        let until = now.plus(self.policy().member_session_ttl);
        let reference = fresh_reference(self.rng());
        let session = TenantSession {
            id: fresh_id(self.rng(), now),
            tenant: tenant.id,
            member: claimed.member.id,
            factor: TenantFactor::Password,
            started: now,
            state: SessionState::start(now, self.policy().member_session_ttl),
            last_seen: now,
            address: visitor.address_text(),
            agent: visitor.agent.clone(),
        };
        let acting = Acting {
            actor: Actor::Member {
                tenant: tenant.id,
                member: claimed.member.id,
            },
            person: Some(member_person(&claimed.member)),
            subject: None,
            marks: Marks::none(),
        };
        let mut story = sign_in_story(tenant);
        story.verdicts = Some(decision.verdicts);
        story.session = Some(session.id);
        let mut batch = self.record(visitor, &acting, story, now).await?;
        let replaced = self.replaced(visitor, tenant, former, now).await?;
        if let Some((_, end)) = &replaced {
            batch = batch.and_all(end.clone());
        }
        let (digest, account) = (reference.digest(), claimed.account);
        let replaced = replaced.map(|(id, _)| id);
        self.db()
            .write(move |mut tx| {
                let (session, batch) = (session.clone(), batch.clone());
                Box::pin(async move {
                    password::forget_attempts(&mut tx, account).await?;
                    if let Some(id) = replaced {
                        tenant_session::end(&mut tx, session.tenant, id, now, SessionEnd::Replaced).await?;
                    }
                    tenant_session::insert(&mut tx, &session, &digest).await?;
                    membership::touch(&mut tx, session.tenant, session.member, now).await?;
                    Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
                })
            })
            .await?;
        Ok(TenantArrival { reference, until })
    }

    /// The browser's former session here, and the entry of its end.
    async fn replaced(
        &self,
        visitor: &Visitor,
        tenant: &Tenant,
        former: Option<Reference>,
        now: Timestamp,
    ) -> Result<Option<(SessionId, AuditBatch)>, ServiceError> {
        let Some(former) = former else { return Ok(None) };
        let ex = &mut self.db().reader();
        let found = tenant_session::find_by_reference(ex, tenant.id, &former.digest()).await?;
        let Some(session) = found.filter(|session| matches!(session.state, SessionState::Active { .. }))
        else {
            return Ok(None);
        };
        let story = self.session_end_story(&session, SessionEnd::Replaced).await?;
        let batch = self.record(visitor, &nobody(), story, now).await?;
        Ok(Some((session.id, batch)))
    }

    /// What the entry of an end says that the person did not ask for.
    async fn session_end_story(
        &self,
        session: &TenantSession,
        why: SessionEnd,
    ) -> Result<Story, ServiceError> {
        let mut story = Story::new(Event::UserSignOut);
        story.tenant = Some(session.tenant);
        story.target = Some(Target::Member(session.member));
        let member = membership::find(&mut self.db().reader(), session.tenant, session.member).await?;
        story.target_person = member.as_ref().map(member_person);
        story.facts.insert(Field::Why, why.as_str().to_owned());
        story.facts.insert(Field::Session, session.id.to_string());
        Ok(story)
    }

    pub(crate) async fn end_member_session(
        &self,
        session: &TenantSession,
        why: SessionEnd,
        batch: AuditBatch,
    ) -> Result<(), ServiceError> {
        let (tenant, id, now) = (session.tenant, session.id, self.now());
        self.db()
            .write(move |mut tx| {
                let batch = batch.clone();
                Box::pin(async move {
                    if !tenant_session::end(&mut tx, tenant, id, now, why).await? {
                        return Err(ServiceError::Conflict("This session has ended already."));
                    }
                    Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
                })
            })
            .await
    }

    /// Writes down the ends of sessions on tenants' hosts whose time has come. Their requests are refused already.
    ///
    /// # Errors
    /// When the database cannot be used; the rest is tried again the next time.
    pub async fn expire_member_sessions(&self) -> Result<(), ServiceError> {
        let (now, idle) = (self.now(), self.policy().member_session_idle);
        let due = tenant_session::list_due(&mut self.db().reader(), now, now.minus(idle)).await?;
        for session in due {
            if let Some(why) = self.member_state(&session).due(now, idle) {
                self.expire_member_session(&session, why).await?;
            }
        }
        Ok(())
    }

    /// Where a session is in its life, with the activity that is not written yet.
    fn member_state(&self, session: &TenantSession) -> SessionState {
        match session.state {
            SessionState::Active { until, last_seen } => SessionState::Active {
                until,
                last_seen: self.touches().latest_member(session.id, last_seen),
            },
            ended @ SessionState::Ended { .. } => ended,
        }
    }

    /// Whether a session runs and its clocks do.
    pub(crate) fn member_session_runs(&self, session: &TenantSession, now: Timestamp) -> bool {
        let state = self.member_state(session);
        let due = state.due(now, self.policy().member_session_idle);
        matches!(state, SessionState::Active { .. }) && due.is_none()
    }

    async fn expire_member_session(
        &self,
        session: &TenantSession,
        why: SessionEnd,
    ) -> Result<(), ServiceError> {
        let now = self.now();
        let visitor = Visitor::new(fresh_id(self.rng(), now), None, "");
        let story = self.session_end_story(session, why).await?;
        let batch = self.record(&visitor, &nobody(), story, now).await?;
        match self.end_member_session(session, why, batch).await {
            // Another process, or the person, was faster.
            Err(ServiceError::Conflict(_)) => Ok(()),
            other => other,
        }
    }
}

/// The program itself.
fn nobody() -> Acting {
    Acting::itself()
}

/// Signs the caller out on a tenant's host.
///
/// # Errors
/// Denied; conflict when the session has ended already; unavailable when nothing could be written.
pub async fn sign_out(op: &TenantOp) -> Result<(), ServiceError> {
    let own = PersonTarget {
        tenant: op.tenant().id,
        person: op.member().map(|member| member.id),
    };
    // A visit is refused here, and its refusal recorded: it ends by its own button, in the banner.
    let permit = op.require_on::<UserSignOut>(&own)?;
    let session = op.session().ok_or(ServiceError::NotFound)?;
    let mut story = Story::new(Event::UserSignOut);
    story.verdicts = Some(permit.decision().verdicts);
    let batch = op.record(story).await?;
    op.service()
        .end_member_session(session, SessionEnd::SignedOut, batch)
        .await
}
