//! Staff sessions. The row is read on every request, so that an end is effective with the next one.

use stagedoor_core::assurance::ProvenFactor;
use stagedoor_core::guard::DeviceFact;
use stagedoor_core::id::{PasskeyId, ProviderId, SessionId, StaffId, TrialId};
use stagedoor_core::narrowed::Narrowed;
use stagedoor_core::secret::ReferenceDigest;
use stagedoor_core::session::{SessionEnd, SessionState};
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::db::{Executor, Row};
use crate::session_list::address_key;
use crate::statement::statements;
use crate::tx::WriteTx;
use crate::value::Value;

/// What [`session`] reads of a row: every statement that finds staff sessions by themselves selects just this.
macro_rules! session_columns {
    () => {
        "id, staff_id, provider_id, factor, factor_level, factor_at, started_at, ends_at, last_seen_at, ended_at, ended_why, trial_id, narrowed_tenant, narrowed_reach, viewing_as, device"
    };
}
pub(crate) use session_columns;

statements! {
    FIND = concat!("SELECT ", session_columns!(), " FROM staff_session WHERE reference = $1");
    FIND_BY_ID = concat!("SELECT ", session_columns!(), " FROM staff_session WHERE id = $1");
    OF_STAFF = concat!("SELECT ", session_columns!(), " FROM staff_session WHERE staff_id = $1 AND ended_at IS NULL ORDER BY started_at, id");
    ROTATIONS = "SELECT rotations, rotated_at, passkey_id FROM staff_session WHERE id = $1";
    INSERT = "INSERT INTO staff_session (id, reference, staff_id, provider_id, factor, factor_at, passkey_id, started_at, ends_at, last_seen_at, address, agent, address_key, trial_id, narrowed_tenant, narrowed_reach, viewing_as, factor_level, device) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    TOUCH = "UPDATE staff_session SET last_seen_at = $2 WHERE id = $1 AND ended_at IS NULL AND last_seen_at < $2";
    PROOFS = "SELECT id, passkey_id FROM staff_session WHERE staff_id = $1 AND ended_at IS NULL ORDER BY started_at, id";
    RENEW = "UPDATE staff_session SET factor = $2, factor_at = $3, passkey_id = $4, factor_level = $5 WHERE id = $1 AND ended_at IS NULL";
    ROTATE = "UPDATE staff_session SET reference = $2, rotations = rotations + 1, rotated_at = $3 WHERE id = $1 AND reference = $4 AND ended_at IS NULL";
    VOUCHED_UNDER = "SELECT count(*) AS sessions FROM staff_session WHERE trial_id = $1";
    NARROW = "UPDATE staff_session SET narrowed_tenant = $2, narrowed_reach = $3, viewing_as = $4 WHERE id = $1 AND ended_at IS NULL AND coalesce(narrowed_tenant, '') = $5 AND narrowed_reach = $6 AND coalesce(viewing_as, '') = $7";
    END = "UPDATE staff_session SET ended_at = $2, ended_why = $3, id_token = NULL WHERE id = $1 AND ended_at IS NULL";
}

/// A staff session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffSession {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub staff: StaffId,
    /// The provider that vouched.
    pub provider: ProviderId,
    /// The factor that was proved last.
    pub factor: ProvenFactor,
    /// When it started.
    pub started: Timestamp,
    /// Where it is in its life.
    pub state: SessionState,
    /// Under what the provider vouched.
    pub vouched: Vouched,
    /// What it is narrowed to.
    pub narrowed: Narrowed,
}

/// Under what a provider vouched for a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Vouched {
    /// The trial of its settings; `None` where they were those that are kept.
    pub trial: Option<TrialId>,
    /// What it said of the device.
    pub device: DeviceFact,
}

impl Vouched {
    pub(crate) fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            trial: row.parse_opt("trial_id")?,
            // Older than the column: nothing was asked.
            device: match row.get::<Option<String>>("device")? {
                None => DeviceFact::Unclaimed,
                Some(name) => DeviceFact::from_name(&name).ok_or_else(|| row.corrupt("device"))?,
            },
        })
    }
}

pub(crate) fn session(row: &Row) -> Result<StaffSession, Error> {
    let ended: Option<Timestamp> = row.time_opt("ended_at")?;
    let why: Option<SessionEnd> = row.parse_opt("ended_why")?;
    let state = match ended.zip(why) {
        Some((at, why)) => SessionState::Ended { at, why },
        None => SessionState::Active {
            until: row.time("ends_at")?,
            last_seen: row.time("last_seen_at")?,
        },
    };
    Ok(StaffSession {
        id: row.parse("id")?,
        staff: row.parse("staff_id")?,
        provider: row.parse("provider_id")?,
        factor: ProvenFactor {
            kind: row.parse("factor")?,
            level: row.parse("factor_level")?,
            at: row.time("factor_at")?,
        },
        started: row.time("started_at")?,
        state,
        vouched: Vouched::read(row)?,
        narrowed: Narrowed {
            tenant: row.parse_opt("narrowed_tenant")?,
            reach: row.parse("narrowed_reach")?,
            view: row.parse_opt("viewing_as")?,
        },
    })
}

/// The session behind a reference.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(
    ex: &mut impl Executor,
    reference: &ReferenceDigest,
) -> Result<Option<StaffSession>, Error> {
    FIND.bind(reference.as_bytes().as_slice())
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(session)
        .transpose()
}

/// A session by id.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_by_id(ex: &mut impl Executor, id: SessionId) -> Result<Option<StaffSession>, Error> {
    FIND_BY_ID
        .bind(id)
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(session)
        .transpose()
}

/// What is known of a session beside its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotations {
    /// How often its reference was changed since it began.
    pub count: u64,
    /// When it was changed last.
    pub last: Option<Timestamp>,
    /// The passkey that was proved last, where that is known.
    pub passkey: Option<PasskeyId>,
}

/// How often the reference of a session was changed, and by which passkey it is held now. `None` where there is no such session.
///
/// # Errors
/// When the database cannot be read.
pub async fn rotations(ex: &mut impl Executor, id: SessionId) -> Result<Option<Rotations>, Error> {
    let row = ROTATIONS.bind(id).fetch_optional(ex).await?;
    row.map(|row| {
        Ok(Rotations {
            count: row.count("rotations")?,
            last: row.time_opt("rotated_at")?,
            passkey: row.parse_opt("passkey_id")?,
        })
    })
    .transpose()
}

/// A session to store.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The session.
    pub session: StaffSession,
    /// The digest of what the browser holds.
    pub reference: ReferenceDigest,
    /// The passkey it was proved with; `None` for another factor, or where that is not known.
    pub passkey: Option<PasskeyId>,
    /// The address it started from.
    pub address: String,
    /// The agent it started with.
    pub agent: String,
}

/// Stores a session.
///
/// # Errors
/// When the database cannot be written, or the session has ended already.
pub async fn insert(tx: &mut WriteTx, new: &NewSession) -> Result<(), Error> {
    let session = &new.session;
    let SessionState::Active { until, last_seen } = session.state else {
        return Err(Error::Conflict {
            constraint: "staff_session.running".to_owned(),
        });
    };
    INSERT
        .bind(session.id)
        .bind(new.reference.as_bytes().as_slice())
        .bind(session.staff)
        .bind(session.provider)
        .bind(session.factor.kind.as_str())
        .bind(session.factor.at)
        .bind(Value::text_opt(new.passkey))
        .bind(session.started)
        .bind(until)
        .bind(last_seen)
        .bind(new.address.as_str())
        .bind(new.agent.as_str())
        .bind(address_key(&new.address))
        .bind(Value::text_opt(session.vouched.trial))
        .bind(Value::text_opt(session.narrowed.tenant))
        .bind(session.narrowed.reach.as_str())
        .bind(Value::text_opt(session.narrowed.view.as_ref()))
        .bind(session.factor.level.as_str())
        .bind(session.vouched.device.as_str())
        .execute(tx)
        .await?;
    Ok(())
}

/// Notes activity; it never goes back, and never wakes an ended session.
///
/// # Errors
/// When the database cannot be written.
pub async fn touch(tx: &mut WriteTx, id: SessionId, at: Timestamp) -> Result<(), Error> {
    TOUCH.bind(id).bind(at).execute(tx).await?;
    Ok(())
}

/// Which passkey each session of a person that has not been ended was proved with last, where that is known.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_proofs(
    ex: &mut impl Executor,
    staff: StaffId,
) -> Result<Vec<(SessionId, Option<PasskeyId>)>, Error> {
    let rows = PROOFS.bind(staff).fetch_all(ex).await?;
    rows.iter()
        .map(|row| Ok((row.parse("id")?, row.parse_opt("passkey_id")?)))
        .collect()
}

/// Notes that a factor was proved again, and with which passkey where it is one. `false` when the session has ended.
///
/// # Errors
/// When the database cannot be written.
pub async fn renew(
    tx: &mut WriteTx,
    id: SessionId,
    factor: ProvenFactor,
    passkey: Option<PasskeyId>,
) -> Result<bool, Error> {
    let renewed = RENEW.bind(id).bind(factor.kind.as_str()).bind(factor.at);
    let renewed = renewed.bind(Value::text_opt(passkey)).bind(factor.level.as_str());
    Ok(renewed.execute(tx).await? == 1)
}

/// Gives a session another reference; the former one leads nowhere from then on. `false` when the session has ended, or the
/// former one is not its reference any more: of two calls that came with one reference, one alone is told the next.
///
/// # Errors
/// When the database cannot be written.
pub async fn rotate(
    tx: &mut WriteTx,
    id: SessionId,
    (former, next): (&ReferenceDigest, &ReferenceDigest),
    at: Timestamp,
) -> Result<bool, Error> {
    let rotated = ROTATE.bind(id).bind(next.as_bytes().as_slice()).bind(at);
    let rotated = rotated.bind(former.as_bytes().as_slice());
    Ok(rotated.execute(tx).await? == 1)
}

/// Narrows a session from what it was read to be. `false` when it has ended, or was narrowed otherwise meanwhile.
///
/// # Errors
/// `Conflict` with `staff_session_never_wider` for what is wider; when the database cannot be written.
pub async fn narrow(
    tx: &mut WriteTx,
    id: SessionId,
    (before, after): (&Narrowed, &Narrowed),
) -> Result<bool, Error> {
    let text = |value: Option<String>| value.unwrap_or_default();
    let narrowed = NARROW
        .bind(id)
        .bind(Value::text_opt(after.tenant))
        .bind(after.reach.as_str())
        .bind(Value::text_opt(after.view.as_ref()))
        .bind(text(before.tenant.map(|tenant| tenant.to_string())))
        .bind(before.reach.as_str())
        .bind(text(before.view.as_ref().map(ToString::to_string)));
    Ok(narrowed.execute(tx).await? == 1)
}

/// Ends a session. `false` when it had ended already.
///
/// # Errors
/// When the database cannot be written.
pub async fn end(tx: &mut WriteTx, id: SessionId, at: Timestamp, why: SessionEnd) -> Result<bool, Error> {
    Ok(END.bind(id).bind(at).bind(why.as_str()).execute(tx).await? == 1)
}

/// The sessions of a person that have not been ended.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_of_staff(ex: &mut impl Executor, staff: StaffId) -> Result<Vec<StaffSession>, Error> {
    OF_STAFF
        .bind(staff)
        .fetch_all(ex)
        .await?
        .iter()
        .map(session)
        .collect()
}

/// How many sessions began under the trial of a provider's settings, whether or not they still run.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_vouched_under(ex: &mut impl Executor, trial: TrialId) -> Result<u64, Error> {
    VOUCHED_UNDER.bind(trial).fetch_one(ex).await?.count("sessions")
}
