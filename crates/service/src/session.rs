//! Ending sessions: by their owner, or because their time has come. Visits bound to a session end with it.

use stagedoor_core::action::kind::StaffSignOut;
use stagedoor_core::actor::Actor;
use stagedoor_core::audit::{AuditBatch, Event, Field, Target};
use stagedoor_core::guard_policy::SessionRule;
use stagedoor_core::id::SessionId;
use stagedoor_core::impersonation::VisitEnd;
use stagedoor_core::resource::SessionTarget;
use stagedoor_core::session::{SessionEnd, SessionState};
use stagedoor_core::time::Timestamp;
use stagedoor_store::session::{self, StaffSession};
use stagedoor_store::staff;

use crate::error::ServiceError;
use crate::impersonation::end_told_visits;
use crate::op::{StaffOp, person};
use crate::recorder::{Acting, Story};
use crate::retry::again;
use crate::state::Service;
use crate::visitor::Visitor;

/// Signs the caller out: the session and its visits end at once.
///
/// # Errors
/// Denied when the session has ended already; unavailable when nothing could be written.
pub async fn sign_out(op: &StaffOp) -> Result<(), ServiceError> {
    // A visit may end at the same moment by another hand.
    again(|| sign_out_once(op)).await
}

async fn sign_out_once(op: &StaffOp) -> Result<(), ServiceError> {
    let own = SessionTarget {
        id: Some(op.session().id),
        owner: op.staff().id,
    };
    let permit = op.require::<StaffSignOut>(&own).await?.discharge(());
    let mut story = Story::new(Event::StaffSignOut);
    story.verdicts = Some(permit.decision().verdicts);
    story.target = Some(Target::Session(op.session().id));
    let batch = op.record(story).await?;
    let ends = op
        .service()
        .visit_ends_of_session(op.visitor(), &op.acting(), op.session().id, op.now())
        .await?;
    let batch = ends.into_iter().fold(batch, AuditBatch::and_all);
    op.service()
        .end_session(op.session().id, op.now(), SessionEnd::SignedOut, batch)
        .await
}

impl Service {
    pub(crate) async fn end_session(
        &self,
        id: SessionId,
        now: Timestamp,
        why: SessionEnd,
        batch: AuditBatch,
    ) -> Result<(), ServiceError> {
        self.db()
            .write(move |mut tx| {
                let batch = batch.clone();
                Box::pin(async move {
                    if !session::end(&mut tx, id, now, why).await? {
                        return Err(ServiceError::Conflict("This session has ended already."));
                    }
                    end_told_visits(&mut tx, &batch, now, VisitEnd::SessionEnded).await?;
                    Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
                })
            })
            .await
    }

    /// Writes down the ends of sessions whose time has come. Their requests are refused already; this makes the end
    /// an event, and ends their visits. It goes by the platform's own clocks: a session that a guard policy ends earlier is
    /// refused earlier, and written down here.
    ///
    /// # Errors
    /// When the database cannot be used; the rest is tried again the next time.
    pub async fn expire_sessions(&self) -> Result<(), ServiceError> {
        let now = self.now();
        let idle = self.policy().session_idle;
        let due = session::list_due(&mut self.db().reader(), now, now.minus(idle)).await?;
        for session in due {
            if let Some(why) = self.current(&session).due(now, idle) {
                again(|| self.expire_session(&session, why, now)).await?;
            }
        }
        Ok(())
    }

    /// Where a session is in its life, with the activity that is not written yet.
    fn current(&self, session: &StaffSession) -> SessionState {
        match session.state {
            SessionState::Active { until, last_seen } => SessionState::Active {
                until,
                last_seen: self.touches().latest_session(session.id, last_seen),
            },
            ended @ SessionState::Ended { .. } => ended,
        }
    }

    /// Whether a session runs and its clocks do, by the platform's rule.
    pub(crate) fn session_runs(&self, session: &StaffSession, now: Timestamp) -> bool {
        let policy = self.policy();
        let rule = SessionRule {
            ttl: policy.session_ttl,
            idle: policy.session_idle,
        };
        self.session_runs_by(rule, session, now)
    }

    /// Whether a session runs and its clocks do, by the rule of whose it is.
    pub(crate) fn session_runs_by(&self, rule: SessionRule, session: &StaffSession, now: Timestamp) -> bool {
        let state = self.current(session);
        let young = now.since(session.started) < rule.ttl;
        matches!(state, SessionState::Active { .. }) && young && state.due(now, rule.idle).is_none()
    }

    async fn expire_session(
        &self,
        session: &StaffSession,
        why: SessionEnd,
        now: Timestamp,
    ) -> Result<(), ServiceError> {
        let Some(owner) = staff::find(&mut self.db().reader(), session.staff).await? else {
            return Ok(());
        };
        let visitor = Visitor::new(crate::system::fresh_id(self.rng(), now), None, "");
        let acting = Acting {
            actor: Actor::System,
            person: None,
            subject: None,
        };
        let mut story = Story::new(Event::StaffSignOut);
        story.session = Some(session.id);
        story.target = Some(Target::Staff(owner.id));
        story.target_person = Some(person(&owner));
        story.facts.insert(Field::Why, why.as_str().to_owned());
        let batch = self.record(&visitor, &acting, story, now).await?;
        let ends = self
            .visit_ends_of_session(&visitor, &acting, session.id, now)
            .await?;
        let batch = ends.into_iter().fold(batch, AuditBatch::and_all);
        match self.end_session(session.id, now, why, batch).await {
            // Another process was faster.
            Err(ServiceError::Conflict(_)) => Ok(()),
            other => other,
        }
    }
}
