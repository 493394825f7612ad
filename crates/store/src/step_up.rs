//! Calls that need a fresh proof: kept for the session that made them, and taken once by `DELETE … RETURNING`. What is told of
//! a call, and the state of its challenge, come sealed and are not read here.

use stagedoor_core::assurance::{FactorKind, ProvenFactor};
use stagedoor_core::id::{SessionId, StepUpId};
use stagedoor_core::step_up::{CallDigest, StepUp, StepUpState};
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::db::{Executor, Row};
use crate::statement::statements;
use crate::tx::WriteTx;

statements! {
    INSERT = "INSERT INTO step_up (id, session_id, call, state, told, ceremony, random, asked_at, proved_at, expires_at, factor, factor_level) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    TRIM = "DELETE FROM step_up WHERE session_id = $1 AND id NOT IN (SELECT id FROM step_up WHERE session_id = $1 ORDER BY asked_at DESC, id DESC LIMIT $2)";
    FIND = "SELECT id, session_id, call, state, told, ceremony, random, asked_at, proved_at, expires_at, factor, factor_level FROM step_up WHERE id = $1 AND session_id = $2";
    BEGIN = "UPDATE step_up SET state = 'begun', ceremony = $3, random = $4, expires_at = $5 WHERE id = $1 AND session_id = $2 AND state <> 'proved' AND expires_at > $6";
    TAKE = "DELETE FROM step_up WHERE id = $1 AND session_id = $2 RETURNING id, session_id, call, state, told, ceremony, random, asked_at, proved_at, expires_at, factor, factor_level";
    TAKE_BEGUN = "DELETE FROM step_up WHERE id = $1 AND session_id = $2 AND state = 'begun' RETURNING id, session_id, call, state, told, ceremony, random, asked_at, proved_at, expires_at, factor, factor_level";
    EXPIRE = "DELETE FROM step_up WHERE expires_at <= $1";
}

/// Most calls of one session that wait for a proof; of more, the oldest are forgotten.
pub const MOST: u32 = 16;

/// A call that needs a fresh proof, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptStepUp {
    /// Where it is in its life.
    pub step_up: StepUp,
    /// What is told of the call, sealed.
    pub told: Vec<u8>,
    /// The state of the challenge that is out, sealed.
    pub ceremony: Option<Vec<u8>>,
    /// The random bytes that bind the last challenge to the call.
    pub random: Option<[u8; 32]>,
    /// When the call was challenged.
    pub asked: Timestamp,
}

const fn state_name(state: StepUpState) -> &'static str {
    match state {
        StepUpState::Asked => "asked",
        StepUpState::Begun => "begun",
        StepUpState::Proved(_) => "proved",
    }
}

fn state(row: &Row) -> Result<StepUpState, Error> {
    let name: String = row.get("state")?;
    match (name.as_str(), row.time_opt("proved_at")?) {
        ("asked", None) => Ok(StepUpState::Asked),
        ("begun", None) => Ok(StepUpState::Begun),
        ("proved", Some(at)) => Ok(StepUpState::Proved(ProvenFactor {
            // What was proved before there was a choice is a passkey's, of which nothing more is known.
            kind: row.parse_opt("factor")?.unwrap_or(FactorKind::Passkey),
            level: row.parse_opt("factor_level")?.unwrap_or_default(),
            at,
        })),
        _ => Err(row.corrupt("state")),
    }
}

fn kept(row: &Row) -> Result<KeptStepUp, Error> {
    let call: Vec<u8> = row.get("call")?;
    let random: Option<Vec<u8>> = row.get("random")?;
    let random = random.map(|bytes| bytes.try_into().map_err(|_| row.corrupt("random")));
    Ok(KeptStepUp {
        step_up: StepUp {
            id: row.parse("id")?,
            session: row.parse("session_id")?,
            call: CallDigest::from_stored(&call).ok_or_else(|| row.corrupt("call"))?,
            state: state(row)?,
            until: row.time("expires_at")?,
        },
        told: row.get("told")?,
        ceremony: row.get("ceremony")?,
        random: random.transpose()?,
        asked: row.time("asked_at")?,
    })
}

/// Keeps a call, and forgets the oldest of the same session that are more than [`MOST`].
///
/// # Errors
/// When the database cannot be written.
pub async fn insert(tx: &mut WriteTx, new: &KeptStepUp) -> Result<(), Error> {
    let step_up = &new.step_up;
    let (factor, proved) = match step_up.state {
        StepUpState::Proved(factor) => (Some(factor), Some(factor.at)),
        StepUpState::Asked | StepUpState::Begun => (None, None),
    };
    INSERT
        .bind(step_up.id)
        .bind(step_up.session)
        .bind(step_up.call.as_bytes().as_slice())
        .bind(state_name(step_up.state))
        .bind(new.told.as_slice())
        .bind(new.ceremony.clone())
        .bind(new.random.map(|bytes| bytes.to_vec()))
        .bind(new.asked)
        .bind(proved)
        .bind(step_up.until)
        .bind(factor.map(|factor| factor.kind.as_str().to_owned()))
        .bind(factor.map(|factor| factor.level.as_str().to_owned()))
        .execute(tx)
        .await?;
    TRIM.bind(step_up.session).bind(MOST).execute(tx).await?;
    Ok(())
}

/// A call of a session.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(
    ex: &mut impl Executor,
    id: StepUpId,
    session: SessionId,
) -> Result<Option<KeptStepUp>, Error> {
    let row = FIND.bind(id).bind(session).fetch_optional(ex).await?;
    row.as_ref().map(kept).transpose()
}

/// A challenge that goes out for a call.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// Its state, sealed.
    pub ceremony: Vec<u8>,
    /// What binds it to the call.
    pub random: [u8; 32],
    /// When it is over.
    pub until: Timestamp,
}

/// Notes the challenge that is out; a former one is void. `false` when the call is gone, over or proved by now.
///
/// # Errors
/// When the database cannot be written.
pub async fn begin(
    tx: &mut WriteTx,
    id: StepUpId,
    session: SessionId,
    challenge: &Challenge,
    now: Timestamp,
) -> Result<bool, Error> {
    let begun = BEGIN
        .bind(id)
        .bind(session)
        .bind(challenge.ceremony.as_slice())
        .bind(challenge.random.as_slice())
        .bind(challenge.until)
        .bind(now);
    Ok(begun.execute(tx).await? == 1)
}

/// Takes a call of a session, over or not: whoever comes second finds nothing.
///
/// # Errors
/// When the database cannot be written.
pub async fn take(tx: &mut WriteTx, id: StepUpId, session: SessionId) -> Result<Option<KeptStepUp>, Error> {
    let row = TAKE.bind(id).bind(session).fetch_optional(tx).await?;
    row.as_ref().map(kept).transpose()
}

/// Takes a call of a session whose challenge is out, over or not; one that is asked or proved stays where it is.
///
/// # Errors
/// When the database cannot be written.
pub async fn take_begun(
    tx: &mut WriteTx,
    id: StepUpId,
    session: SessionId,
) -> Result<Option<KeptStepUp>, Error> {
    let row = TAKE_BEGUN.bind(id).bind(session).fetch_optional(tx).await?;
    row.as_ref().map(kept).transpose()
}

/// Removes what is over.
///
/// # Errors
/// When the database cannot be written.
pub async fn expire(tx: &mut WriteTx, now: Timestamp) -> Result<u64, Error> {
    EXPIRE.bind(now).execute(tx).await
}
