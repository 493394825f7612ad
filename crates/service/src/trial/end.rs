//! The end of a trial: confirmed by who began it, from inside; rolled back by anybody who may change the same, or by the clock.
//! Each is one transaction with its entry, and of two at once one wins.

use stagedoor_core::audit::{AuditBatch, Event, Field, Outcome, Target};
use stagedoor_core::id::TrialId;
use stagedoor_core::trial::{NotConfirmed, RollBack, Stands, Trial, TrialKind, TrialState};
use stagedoor_store::WriteTx;
use stagedoor_store::db::Executor;
use stagedoor_store::trial::{self, KeptTrial};

use super::kinds::{beyond_passkeys, permitted, same_world, settle, unproven, worlds};
use crate::error::ServiceError;
use crate::in_force::Rules;
use crate::op::StaffOp;
use crate::recorder::{Acting, Story};
use crate::retry::again;
use crate::state::Service;
use crate::system::fresh_id;
use crate::visitor::Visitor;

const OVER: &str = "This trial is over.";
const NOT_THEIRS: &str = "Only who began a trial confirms it. You can roll it back.";
const OUTSIDE: &str =
    "Under this change your own request would not pass. Confirm it from inside, or let it roll back.";
const LEANING: &str = "Another change is on trial, and this one lets you or any super admin in only by what becomes of that. Confirm that one first, or roll it back.";
const IMPOSSIBLE: &str = "What this would lead to is not possible any more: no super admin could get in, or the configuration has changed. It was rolled back.";

/// Confirms a trial: what is tried stays.
///
/// # Errors
/// Denied, for one by the very change; not found; conflict when it is over, was begun by somebody else, would lock everybody
/// out, stands only by another trial, or nobody has shown that people can sign in under it.
pub async fn confirm(op: &StaffOp, id: &str) -> Result<(), ServiceError> {
    // Another trial may end, or begin, at the same moment.
    again(|| confirm_once(op, id)).await
}

async fn confirm_once(op: &StaffOp, id: &str) -> Result<(), ServiceError> {
    op.service().look_at_rules().await?;
    let (kept, story) = asked(op, id, Event::TrialConfirm).await?;
    let rules = op.service().rules().await?;
    let Some(stands) = standing(op, &mut op.service().db().reader(), &rules, &kept).await? else {
        return refuse(op, kept).await;
    };
    let ended = match kept.trial.confirm(op.staff().id, stands, op.now()) {
        Ok(ended) => ended,
        Err(why) => return Err(failed(op, story, why).await),
    };
    if let Some(why) = unproven(op, &kept).await? {
        return Err(failed(op, story, NotConfirmed::Unproven(why)).await);
    }
    let batch = op.record(story).await?;
    op.service().end_trial(op, kept, ended, batch).await
}

/// How the caller stands in what a trial would leave, whatever becomes of the others; `None` where nobody could get in and undo
/// it, or the configuration does not allow it any more.
async fn standing(
    op: &StaffOp,
    ex: &mut impl Executor,
    rules: &Rules,
    kept: &KeptTrial,
) -> Result<Option<Stands>, ServiceError> {
    let worlds = match worlds(op, ex, rules, kept).await {
        Ok(worlds) if worlds.is_closed() => return Ok(None),
        Ok(worlds) => worlds,
        Err(ServiceError::Invalid(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    if kept.trial.kind == TrialKind::GuardPolicies
        && beyond_passkeys(op.service(), ex, &worlds.meanwhile)
            .await?
            .is_some()
    {
        return Ok(None);
    }
    Ok(Some(worlds.stands(op, kept.trial.kind.action())))
}

/// Rolls a trial back: what was kept holds again.
///
/// # Errors
/// Denied; not found; conflict when it is over.
pub async fn roll_back(op: &StaffOp, id: &str) -> Result<(), ServiceError> {
    let (kept, story) = asked(op, id, Event::TrialRollBack).await?;
    roll(op, kept, story, RollBack::ByHand).await
}

async fn roll(op: &StaffOp, kept: KeptTrial, mut story: Story, why: RollBack) -> Result<(), ServiceError> {
    let rolled = kept.trial.roll_back(why, op.now());
    let ended = rolled.map_err(|_| ServiceError::Conflict(OVER))?;
    story.facts.insert(Field::Why, why.as_str().to_owned());
    let batch = op.record(story).await?;
    op.service().end_trial(op, kept, ended, batch).await
}

/// What cannot be confirmed any more is not left to the clock.
async fn refuse(op: &StaffOp, kept: KeptTrial) -> Result<(), ServiceError> {
    let story = about(Event::TrialRollBack, &kept);
    roll(op, kept, story, RollBack::Refused).await?;
    Err(ServiceError::Conflict(IMPOSSIBLE))
}

/// Finds a trial, once it is clear that the caller may change what it changes.
async fn asked(op: &StaffOp, id: &str, event: Event) -> Result<(KeptTrial, Story), ServiceError> {
    let found = match id.parse::<TrialId>() {
        Ok(id) => trial::find(&mut op.service().db().reader(), id).await?,
        Err(_) => None,
    };
    let kind = found
        .as_ref()
        .map_or(TrialKind::NetworkRules, |kept| kept.trial.kind);
    let mut story = found
        .as_ref()
        .map_or_else(|| Story::new(event), |kept| about(event, kept));
    // The reason is the one it was begun with.
    let reason = found.as_ref().map_or(UNKNOWN, |kept| kept.reason.as_str());
    let (verdicts, _) = permitted(op, kind, story.clone(), reason).await?;
    story.verdicts = Some(verdicts);
    match found {
        Some(kept) => Ok((kept, story)),
        None => Err(op.nothing_there(event, None).await),
    }
}

const UNKNOWN: &str = "no such trial";

fn about(event: Event, kept: &KeptTrial) -> Story {
    let mut story = Story::new(event);
    story.target = Some(Target::Other("trial", kept.trial.kind.label().to_owned()));
    story.facts.insert(Field::Trial, kept.trial.id.to_string());
    story.reason = Some(kept.reason.clone());
    story
}

/// Writes down why a trial was not confirmed, then gives the error to return.
async fn failed(op: &StaffOp, mut story: Story, why: NotConfirmed) -> ServiceError {
    let (code, words) = match why {
        NotConfirmed::Over => ("trial_over", OVER),
        NotConfirmed::NotTheirs => ("not_theirs", NOT_THEIRS),
        NotConfirmed::Outside => ("outside", OUTSIDE),
        NotConfirmed::Leaning => ("leans_on_a_trial", LEANING),
        NotConfirmed::Unproven(why) => (why.code(), why.explain()),
    };
    story.outcome = Outcome::Failed(code);
    op.refused_with(story, ServiceError::Conflict(words)).await
}

/// Whether the change can stay by what the transaction itself finds of everything else.
async fn still_inside(op: &StaffOp, tx: &mut WriteTx, kept: &KeptTrial) -> Result<(), ServiceError> {
    let rules = Rules::read(tx).await?;
    match standing(op, tx, &rules, kept).await? {
        Some(Stands::Inside) => Ok(()),
        _ => Err(ServiceError::Moved),
    }
}

impl Service {
    async fn end_trial(
        &self,
        op: &StaffOp,
        kept: KeptTrial,
        ended: Trial,
        batch: AuditBatch,
    ) -> Result<(), ServiceError> {
        let (op, by) = (op.clone(), op.staff().id);
        self.db()
            .write(move |mut tx| {
                let (op, kept, batch) = (op.clone(), kept.clone(), batch.clone());
                Box::pin(async move {
                    if !trial::end(&mut tx, &ended, Some(by)).await? {
                        return Err(ServiceError::Conflict(OVER));
                    }
                    if matches!(ended.state, TrialState::Confirmed { .. }) {
                        same_world(op.service(), &mut tx, &kept).await?;
                        still_inside(&op, &mut tx, &kept).await?;
                        settle(&mut tx, &kept).await?;
                    }
                    Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
                })
            })
            .await
    }

    /// Writes down that trials rolled back whose time has come. Nothing waits for it: they are not in force any more.
    ///
    /// # Errors
    /// When the database cannot be used; the rest is tried again the next time.
    pub async fn end_trials(&self) -> Result<(), ServiceError> {
        // A round is a look, too: what strangers are told is a second old at most.
        self.look_at_rules().await?;
        let now = self.now();
        for kept in trial::pending(&mut self.db().reader()).await? {
            if let Ok(ended) = kept.trial.roll_back(RollBack::ByTime, now) {
                self.end_lapsed(&kept, ended).await?;
            }
        }
        Ok(())
    }

    async fn end_lapsed(&self, kept: &KeptTrial, ended: Trial) -> Result<(), ServiceError> {
        let now = self.now();
        let visitor = Visitor::new(fresh_id(self.rng(), now), None, "");
        let mut story = about(Event::TrialRollBack, kept);
        story
            .facts
            .insert(Field::Why, RollBack::ByTime.as_str().to_owned());
        let batch = self.record(&visitor, &Acting::itself(), story, now).await?;
        let written = self
            .db()
            .write(move |mut tx| {
                let batch = batch.clone();
                Box::pin(async move {
                    if !trial::end(&mut tx, &ended, None).await? {
                        return Err(ServiceError::Moved);
                    }
                    Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
                })
            })
            .await;
        match written {
            // Another process, or somebody, was faster.
            Err(ServiceError::Moved) => Ok(()),
            other => other,
        }
    }
}
