//! What waits for the program's own hand: ends that have come and are not written down, rows that nobody can use any more.
//!
//! Only counted here, for the System page; the jobs that do the work read their own lists.

use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::session_list::{Life, StaffClocks, StaffFilter};
use crate::statement::{Executor, Query, statements};

statements! {
    STAFF_SESSIONS = "SELECT count(*) AS depth, min(staff_session.last_seen_at) AS oldest FROM staff_session";
    MEMBER_SESSIONS = "SELECT count(*) AS depth, min(last_seen_at) AS oldest FROM tenant_session WHERE ended_at IS NULL AND reference IS NOT NULL AND (ends_at <= $1 OR last_seen_at <= $2)";
    VISITS = "SELECT count(*) AS depth, min(last_seen_at) AS oldest FROM impersonation WHERE ended_at IS NULL AND (ends_at <= $1 OR last_seen_at <= $2)";
    CONSENT_REQUESTS = "SELECT count(*) AS depth, min(until_at) AS oldest FROM consent_request WHERE over_at IS NULL AND until_at <= $1";
    SIGN_INS = "SELECT count(*) AS depth, min(expires_at) AS oldest FROM sign_in WHERE expires_at <= $1";
    HANDOFFS = "SELECT count(*) AS depth, min(expires_at) AS oldest FROM handoff WHERE expires_at <= $1";
    ALERTS = "SELECT count(*) AS depth, min(raised_at) AS oldest FROM alert_delivery WHERE state IN ('queued', 'failed')";
    ALERTS_FAILED = "SELECT count(*) AS depth, min(raised_at) AS oldest FROM alert_delivery WHERE state = 'failed'";
    ALERTS_GIVEN_UP = "SELECT count(*) AS depth, min(raised_at) AS oldest FROM alert_delivery WHERE state = 'given_up' AND raised_at > $1";
    FLASHES = "SELECT count(*) AS depth, min(expires_at) AS oldest FROM flash WHERE expires_at <= $1";
}

/// How much waits, and since when the oldest of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many rows.
    pub depth: u64,
    /// The oldest one's moment.
    pub oldest: Option<Timestamp>,
}

async fn waiting(ex: &mut impl Executor, query: Query) -> Result<Waiting, Error> {
    let row = query.fetch_one(ex).await?;
    Ok(Waiting {
        depth: row.count("depth")?,
        oldest: row.time_opt("oldest")?,
    })
}

/// Staff sessions whose end has come, by the clocks of whose they are.
///
/// # Errors
/// When the database cannot be read.
pub async fn staff_sessions(ex: &mut impl Executor, clocks: StaffClocks) -> Result<Waiting, Error> {
    let filter = StaffFilter {
        life: Some(Life::Due),
        ..StaffFilter::everybody(clocks)
    };
    let select = STAFF_SESSIONS.select().filter(filter.conditions());
    waiting(ex, select.query()).await
}

/// Sessions of tenants' people whose end has come.
///
/// # Errors
/// When the database cannot be read.
pub async fn member_sessions(
    ex: &mut impl Executor,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Waiting, Error> {
    waiting(ex, MEMBER_SESSIONS.bind(now).bind(idle_since)).await
}

/// Visits whose clocks have run out.
///
/// # Errors
/// When the database cannot be read.
pub async fn visits(ex: &mut impl Executor, now: Timestamp, idle_since: Timestamp) -> Result<Waiting, Error> {
    waiting(ex, VISITS.bind(now).bind(idle_since)).await
}

/// Questions to owners that nobody answered, or used, in time.
///
/// # Errors
/// When the database cannot be read.
pub async fn consent_requests(ex: &mut impl Executor, now: Timestamp) -> Result<Waiting, Error> {
    waiting(ex, CONSENT_REQUESTS.bind(now)).await
}

/// Sign-ins that were not finished in time.
///
/// # Errors
/// When the database cannot be read.
pub async fn sign_ins(ex: &mut impl Executor, now: Timestamp) -> Result<Waiting, Error> {
    waiting(ex, SIGN_INS.bind(now)).await
}

/// Handoff codes that nobody used in time.
///
/// # Errors
/// When the database cannot be read.
pub async fn handoffs(ex: &mut impl Executor, now: Timestamp) -> Result<Waiting, Error> {
    waiting(ex, HANDOFFS.bind(now)).await
}

/// Messages that nobody came back to see.
///
/// # Errors
/// When the database cannot be read.
pub async fn flashes(ex: &mut impl Executor, now: Timestamp) -> Result<Waiting, Error> {
    waiting(ex, FLASHES.bind(now)).await
}

/// Alerts that have not left yet, by e-mail or to the webhook.
///
/// # Errors
/// When the database cannot be read.
pub async fn alerts(ex: &mut impl Executor) -> Result<Waiting, Error> {
    waiting(ex, ALERTS.into()).await
}

/// Of these, those whose last try failed.
///
/// # Errors
/// When the database cannot be read.
pub async fn alerts_failed(ex: &mut impl Executor) -> Result<Waiting, Error> {
    waiting(ex, ALERTS_FAILED.into()).await
}

/// Deliveries of alerts raised since that were given up.
///
/// # Errors
/// When the database cannot be read.
pub async fn alerts_given_up(ex: &mut impl Executor, since: Timestamp) -> Result<Waiting, Error> {
    waiting(ex, ALERTS_GIVEN_UP.bind(since)).await
}
