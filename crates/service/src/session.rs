//! Ending sessions: by their owner, or because their time has come. Visits bound to a session end with it.

use stagedoor_core::action::kind::StaffSignOut;
use stagedoor_core::audit::{AuditBatch, Event, Field, Target};
use stagedoor_core::guard_policy::SessionRule;
use stagedoor_core::id::SessionId;
use stagedoor_core::impersonation::VisitEnd;
use stagedoor_core::resource::SessionTarget;
use stagedoor_core::role::StaffRole;
use stagedoor_core::session::{SessionEnd, SessionState};
use stagedoor_core::time::Timestamp;
use stagedoor_store::session::{self, StaffSession};
use stagedoor_store::session_list::{self, Life, RoleClock, StaffClocks, StaffFilter};
use stagedoor_store::{WriteTx, staff};

use crate::error::ServiceError;
use crate::impersonation::end_told_visits;
use crate::op::{StaffOp, person};
use crate::recorder::{Acting, Story};
use crate::retry::again;
use crate::state::Service;
use crate::visitor::Visitor;

/// Most ends that are written down at a time; the rest come next.
const EXPIRED_AT_ONCE: u32 = 100;

/// Signs the caller out: the session and its visits end at once.
///
/// # Errors
/// Denied when the session has ended already; unavailable when nothing could be written.
pub async fn sign_out(op: &StaffOp) -> Result<(), ServiceError> {
    // A visit may end at the same moment by another hand.
    again(|| sign_out_once(op)).await
}

/// What somebody hears whose session ended while their call was under way.
pub(crate) const SESSION_OVER: &str = "Your session has ended. Nothing was changed.";

/// Looks once more, in the write itself, whether the session still runs that a call was opened with: whoever was thrown out in
/// between leaves nothing behind that could let them in again.
///
/// # Errors
/// Conflict when it has ended.
pub(crate) async fn still_runs(tx: &mut WriteTx, id: SessionId) -> Result<(), ServiceError> {
    let found = session::find_by_id(tx, id).await?;
    match found.map(|session| session.state) {
        Some(SessionState::Active { .. }) => Ok(()),
        _ => Err(ServiceError::Conflict(SESSION_OVER)),
    }
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

    /// Writes down the ends of sessions whose time has come, each by the clocks of whose it is. Their requests are refused
    /// already; this makes the end an event, and ends their visits.
    ///
    /// # Errors
    /// When the database cannot be used; the rest is tried again the next time.
    pub async fn expire_sessions(&self) -> Result<(), ServiceError> {
        let now = self.now();
        let filter = StaffFilter {
            life: Some(Life::Due),
            ..StaffFilter::everybody(self.staff_clocks(now))
        };
        for held in session_list::staff(&mut self.db().reader(), &filter, None, EXPIRED_AT_ONCE).await? {
            let whose = (held.role, held.stands_until);
            if let Some(why) = self.due(&held.session, whose, now) {
                again(|| self.expire_session(&held.session, why, now)).await?;
            }
        }
        Ok(())
    }

    /// By what clocks the sessions of each role run now.
    pub(crate) fn staff_clocks(&self, now: Timestamp) -> StaffClocks {
        let every = [
            StaffRole::SuperAdmin,
            StaffRole::Support,
            StaffRole::Security,
            StaffRole::ReadOnly,
        ];
        let policy = self.policy();
        let roles = every.map(|role| {
            let rule = SessionRule::of(&policy, role);
            RoleClock {
                role,
                begun_since: now.minus(rule.ttl),
                idle_since: now.minus(rule.idle),
            }
        });
        StaffClocks { now, roles }
    }

    /// Where a session is in its life, with the activity that is not written yet, by the clocks of whose it is: their role, and
    /// the end of their account.
    pub(crate) fn narrowed(
        &self,
        session: &StaffSession,
        (role, account_until): (StaffRole, Option<Timestamp>),
    ) -> SessionState {
        let ttl = SessionRule::of(&self.policy(), role).ttl;
        let state = match session.state {
            SessionState::Active { until, last_seen } => SessionState::Active {
                until,
                last_seen: self.touches().latest_session(session.id, last_seen),
            },
            ended @ SessionState::Ended { .. } => ended,
        };
        state.narrowed(session.started, ttl, account_until)
    }

    /// The end that the clocks of whose it is have reached, though nobody wrote it down yet.
    fn due(
        &self,
        session: &StaffSession,
        whose: (StaffRole, Option<Timestamp>),
        now: Timestamp,
    ) -> Option<SessionEnd> {
        let idle = SessionRule::of(&self.policy(), whose.0).idle;
        self.narrowed(session, whose).due(now, idle)
    }

    /// Whether a session runs and the clocks of whose it is do.
    pub(crate) fn session_runs(
        &self,
        session: &StaffSession,
        whose: (StaffRole, Option<Timestamp>),
        now: Timestamp,
    ) -> bool {
        let active = matches!(session.state, SessionState::Active { .. });
        active && self.due(session, whose, now).is_none()
    }

    async fn expire_session(
        &self,
        session: &StaffSession,
        why: SessionEnd,
        now: Timestamp,
    ) -> Result<(), ServiceError> {
        let Some(owner) = staff::find(&mut self.db().reader(), session.staff, now).await? else {
            return Ok(());
        };
        let visitor = Visitor::new(crate::system::fresh_id(self.rng(), now), None, "");
        let acting = Acting::itself();
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
