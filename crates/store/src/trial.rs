//! Trials: begun, ended once by compare-and-swap, never deleted. What is kept and what is tried come as text and are not read
//! here. Every change counts the epoch up, by which whoever keeps the rules in memory knows that they are others.

use stagedoor_core::id::{StaffId, TrialId};
use stagedoor_core::trial::{RollBack, Trial, TrialKind, TrialState};

use crate::Error;
use crate::row::Row;
use crate::statement::{Executor, statements};
use crate::tx::WriteTx;

statements! {
    INSERT = "INSERT INTO trial (id, kind, about, kept, tried, reason, staff_id, started_at, until_at, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending')";
    FIND = "SELECT id, kind, about, kept, tried, reason, staff_id, started_at, until_at, state, ended_at, ended_by, why FROM trial WHERE id = $1";
    PENDING = "SELECT id, kind, about, kept, tried, reason, staff_id, started_at, until_at, state, ended_at, ended_by, why FROM trial WHERE state = 'pending' ORDER BY kind";
    LATEST = "SELECT id, kind, about, kept, tried, reason, staff_id, started_at, until_at, state, ended_at, ended_by, why FROM trial WHERE kind IN ($1, $2, $3) ORDER BY started_at DESC, id DESC LIMIT $4";
    CONFIRM = "UPDATE trial SET state = 'confirmed', ended_at = $2, ended_by = $3 WHERE id = $1 AND state = 'pending' AND until_at > $2";
    ROLL_BACK = "UPDATE trial SET state = 'rolled_back', ended_at = $2, ended_by = $3, why = $4 WHERE id = $1 AND state = 'pending'";
    EPOCH = "SELECT epoch FROM in_force WHERE name = 'rules'";
    COUNT_UP = "UPDATE in_force SET epoch = epoch + 1 WHERE name = 'rules'";
}

/// A trial as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptTrial {
    /// Its life.
    pub trial: Trial,
    /// What it is about, in a line.
    pub about: String,
    /// What was kept when it began.
    pub old: String,
    /// What is tried.
    pub new: String,
    /// Why.
    pub reason: String,
    /// Who ended it, where somebody did.
    pub ended_by: Option<StaffId>,
}

fn state(row: &Row) -> Result<TrialState, Error> {
    let (name, why): (String, Option<RollBack>) = (row.get("state")?, row.parse_opt("why")?);
    match (name.as_str(), row.time_opt("ended_at")?, why) {
        ("pending", None, None) => Ok(TrialState::Pending),
        ("confirmed", Some(at), None) => Ok(TrialState::Confirmed { at }),
        ("rolled_back", Some(at), Some(why)) => Ok(TrialState::RolledBack { at, why }),
        _ => Err(row.corrupt("state")),
    }
}

fn kept(row: &Row) -> Result<KeptTrial, Error> {
    Ok(KeptTrial {
        trial: Trial {
            id: row.parse("id")?,
            kind: row.parse("kind")?,
            by: row.parse("staff_id")?,
            started: row.time("started_at")?,
            until: row.time("until_at")?,
            state: state(row)?,
        },
        about: row.get("about")?,
        old: row.get("kept")?,
        new: row.get("tried")?,
        reason: row.get("reason")?,
        ended_by: row.parse_opt("ended_by")?,
    })
}

/// Begins a trial.
///
/// # Errors
/// `Conflict` when one of its kind is pending.
pub async fn insert(tx: &mut WriteTx, new: &KeptTrial) -> Result<(), Error> {
    let trial = &new.trial;
    INSERT
        .bind(trial.id)
        .bind(trial.kind.as_str())
        .bind(new.about.as_str())
        .bind(new.old.as_str())
        .bind(new.new.as_str())
        .bind(new.reason.as_str())
        .bind(trial.by)
        .bind(trial.started)
        .bind(trial.until)
        .execute(tx)
        .await?;
    count_up(tx).await
}

/// One trial.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(ex: &mut impl Executor, id: TrialId) -> Result<Option<KeptTrial>, Error> {
    let row = FIND.bind(id).fetch_optional(ex).await?;
    row.as_ref().map(kept).transpose()
}

/// Those that nobody has ended, whether or not their time has come: at most one of a kind.
///
/// # Errors
/// When the database cannot be read.
pub async fn pending(ex: &mut impl Executor) -> Result<Vec<KeptTrial>, Error> {
    PENDING.fetch_all(ex).await?.iter().map(kept).collect()
}

/// The one of a kind that nobody has ended.
///
/// # Errors
/// When the database cannot be read.
pub async fn pending_of(ex: &mut impl Executor, kind: TrialKind) -> Result<Option<KeptTrial>, Error> {
    let all = pending(ex).await?;
    Ok(all.into_iter().find(|kept| kept.trial.kind == kind))
}

/// The latest of some kinds, newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn latest(
    ex: &mut impl Executor,
    (kinds, limit): (&[TrialKind], u32),
) -> Result<Vec<KeptTrial>, Error> {
    let [first, second, third] = TrialKind::EACH.map(|kind| match kinds.contains(&kind) {
        true => kind.as_str(),
        false => "",
    });
    let query = LATEST.bind(first).bind(second).bind(third).bind(limit);
    query.fetch_all(ex).await?.iter().map(kept).collect()
}

/// Writes down how a trial ended. `false` when it was over by then.
///
/// # Errors
/// When the database cannot be written.
pub async fn end(tx: &mut WriteTx, ended: &Trial, by: Option<StaffId>) -> Result<bool, Error> {
    let query = match ended.state {
        TrialState::Pending => return Ok(false),
        TrialState::Confirmed { at } => CONFIRM.bind(ended.id).bind(at).bind(by),
        TrialState::RolledBack { at, why } => ROLL_BACK.bind(ended.id).bind(at).bind(by).bind(why.as_str()),
    };
    let done = query.execute(tx).await? == 1;
    if done {
        count_up(tx).await?;
    }
    Ok(done)
}

/// What the rules in force have been counted up to.
///
/// # Errors
/// When the database cannot be read.
pub async fn epoch(ex: &mut impl Executor) -> Result<u64, Error> {
    EPOCH.fetch_one(ex).await?.count("epoch")
}

async fn count_up(tx: &mut WriteTx) -> Result<(), Error> {
    crate::statement::Query::from(COUNT_UP)
        .execute(tx)
        .await
        .map(drop)
}
