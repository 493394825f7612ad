//! Alerts to super admins: raised with the entry that causes them, in its transaction and by nothing else; acknowledged by each
//! recipient; and the outbox, whose rows are tried by one at a time.
//!
//! No name and no address is kept here. A delivery may be made twice, never not at all.

use stagedoor_core::alert::{Cause, Channel, DUE, If, Next, State};
use stagedoor_core::audit::{Criticality, Event};
use stagedoor_core::id::{AlertId, EventId, StaffId};
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::row::Row;
use crate::statement::{Executor, statements};
use crate::tx::WriteTx;

statements! {
    IS_SUPER = "SELECT count(*) AS found FROM staff WHERE id = $1 AND (role = 'super_admin' OR term_role = 'super_admin' OR former_role = 'super_admin')";
    RAISE = "INSERT INTO alert (id, entry_id, event, severity, about_id, raised_at, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    RECIPIENTS = "INSERT INTO alert_recipient (alert_id, staff_id, raised_at) SELECT $1, id, $2 FROM staff WHERE (CASE WHEN term_role_until > $2 THEN term_role ELSE role END) = 'super_admin' AND state = 'active'";
    LETTERS = "INSERT INTO alert_delivery (alert_id, channel, recipient, state, tries, raised_at, next_at) SELECT $1, 'email', id, 'queued', 0, $2, $2 FROM staff WHERE ((CASE WHEN term_role_until > $2 THEN term_role ELSE role END) = 'super_admin' AND state = 'active') OR id = $3";
    CALL = "INSERT INTO alert_delivery (alert_id, channel, recipient, state, tries, raised_at, next_at) VALUES ($1, 'webhook', '', 'queued', 0, $2, $2)";
    INBOX = "SELECT alert.id, alert.entry_id, alert.event, alert.severity, alert.about_id, alert.raised_at, alert.due_at, alert_recipient.acknowledged_at FROM alert_recipient JOIN alert ON alert.id = alert_recipient.alert_id WHERE alert_recipient.staff_id = $1 AND (CASE WHEN alert_recipient.acknowledged_at IS NULL THEN 0 ELSE 1 END, -alert_recipient.raised_at, alert_recipient.alert_id) > ($2, $3, $4) ORDER BY CASE WHEN alert_recipient.acknowledged_at IS NULL THEN 0 ELSE 1 END, -alert_recipient.raised_at, alert_recipient.alert_id LIMIT $5";
    FIND = "SELECT alert.id, alert.entry_id, alert.event, alert.severity, alert.about_id, alert.raised_at, alert.due_at, alert_recipient.acknowledged_at FROM alert_recipient JOIN alert ON alert.id = alert_recipient.alert_id WHERE alert_recipient.staff_id = $1 AND alert.id = $2";
    GET = "SELECT id, entry_id, event, severity, about_id, raised_at, due_at, due_at AS acknowledged_at FROM alert WHERE id = $1";
    TOLD = "SELECT alert_recipient.staff_id, alert_recipient.acknowledged_at, staff.display_name FROM alert_recipient JOIN staff ON staff.id = alert_recipient.staff_id WHERE alert_recipient.alert_id = $1 ORDER BY staff.display_name, staff.id";
    DELIVERIES = "SELECT alert_id, channel, recipient, state, tries, raised_at, next_at, settled_at, last_error FROM alert_delivery WHERE alert_id = $1 ORDER BY channel, recipient";
    COUNT = "SELECT count(*) AS waiting, count(CASE WHEN raised_at <= $2 THEN 1 END) AS overdue FROM alert_recipient WHERE staff_id = $1 AND acknowledged_at IS NULL";
    ACKNOWLEDGE = "UPDATE alert_recipient SET acknowledged_at = $3 WHERE alert_id = $1 AND staff_id = $2 AND acknowledged_at IS NULL";
    OPEN = "SELECT alert_id, channel, recipient, state, tries, raised_at, next_at, settled_at, last_error FROM alert_delivery WHERE channel = $1 AND state IN ('queued', 'failed') AND next_at <= $2 ORDER BY next_at, alert_id, recipient LIMIT $3";
    TAKE = "UPDATE alert_delivery SET tries = tries + 1, next_at = $5 WHERE alert_id = $1 AND channel = $2 AND recipient = $3 AND tries = $4 AND state IN ('queued', 'failed') AND next_at <= $6";
    SETTLE = "UPDATE alert_delivery SET state = $5, next_at = coalesce($6, next_at), settled_at = $7, last_error = $8 WHERE alert_id = $1 AND channel = $2 AND recipient = $3 AND tries = $4 AND state IN ('queued', 'failed')";
}

/// An alert, as one of its recipients has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// The entry that tells of it.
    pub entry: EventId,
    /// What happened, by its name.
    pub event: String,
    /// How severe it is, by its name.
    pub severity: String,
    /// The account it is about.
    pub about: Option<StaffId>,
    /// When it was raised.
    pub raised: Timestamp,
    /// Until when it is to be acknowledged.
    pub due: Timestamp,
    /// When this recipient acknowledged it.
    pub acknowledged: Option<Timestamp>,
}

/// A recipient, and whether they acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Who.
    pub staff: StaffId,
    /// Their name.
    pub name: String,
    /// When they acknowledged it.
    pub acknowledged: Option<Timestamp>,
}

/// A row of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Of which alert.
    pub alert: AlertId,
    /// How.
    pub channel: Channel,
    /// To whom; `None` for the webhook.
    pub recipient: Option<StaffId>,
    /// Where it is.
    pub state: State,
    /// How often it was tried.
    pub tries: u64,
    /// When the alert was raised.
    pub raised: Timestamp,
    /// Not tried before.
    pub next: Timestamp,
    /// When it was last said how it went.
    pub settled: Option<Timestamp>,
    /// Why the last try failed.
    pub error: Option<String>,
}

/// How many alerts wait for somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Not acknowledged.
    pub waiting: u64,
    /// Of these, too late.
    pub overdue: u64,
}

/// Where a page of an inbox ended: whether it was acknowledged, when it was raised, and its id.
pub type InboxKey = (i64, i64, AlertId);

impl Alert {
    /// The key of a page that ends with it.
    #[must_use]
    pub fn key(&self) -> InboxKey {
        let done = i64::from(self.acknowledged.is_some());
        (done, -self.raised.micros(), self.id)
    }
}

fn alert(row: &Row) -> Result<Alert, Error> {
    Ok(Alert {
        id: row.parse("id")?,
        entry: row.parse("entry_id")?,
        event: row.get("event")?,
        severity: row.get("severity")?,
        about: row.parse_opt("about_id")?,
        raised: row.time("raised_at")?,
        due: row.time("due_at")?,
        acknowledged: row.time_opt("acknowledged_at")?,
    })
}

fn delivery(row: &Row) -> Result<Delivery, Error> {
    let recipient: String = row.get("recipient")?;
    let recipient = match recipient.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| row.corrupt("recipient"))?),
    };
    Ok(Delivery {
        alert: row.parse("alert_id")?,
        channel: row.parse("channel")?,
        recipient,
        state: row.parse("state")?,
        tries: row.count("tries")?,
        raised: row.time("raised_at")?,
        next: row.time("next_at")?,
        settled: row.time_opt("settled_at")?,
        error: row.get("last_error")?,
    })
}

/// Raises an alert with its recipients and its deliveries, where its condition holds. Called for each entry that is committed, in
/// its transaction.
///
/// # Errors
/// When the database cannot be written.
pub(crate) async fn raise(tx: &mut WriteTx, cause: &Cause, at: Timestamp) -> Result<(), Error> {
    if let If::SuperAdmin(staff) = cause.only
        && IS_SUPER.bind(staff).fetch_one(tx).await?.count("found")? == 0
    {
        return Ok(());
    }
    let id = cause.alert();
    RAISE
        .bind(id)
        .bind(cause.entry)
        .bind(cause.event.name())
        .bind(severity(cause.severity()))
        .bind(cause.about)
        .bind(at)
        .bind(at.plus(DUE))
        .execute(tx)
        .await?;
    RECIPIENTS.bind(id).bind(at).execute(tx).await?;
    let concerned = cause.concerned.map(|staff| staff.to_string()).unwrap_or_default();
    LETTERS.bind(id).bind(at).bind(concerned).execute(tx).await?;
    CALL.bind(id).bind(at).execute(tx).await?;
    Ok(())
}

const fn severity(criticality: Criticality) -> &'static str {
    criticality.as_str()
}

/// A page of somebody's alerts from behind a key: those that wait first, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn inbox(
    ex: &mut impl Executor,
    staff: StaffId,
    after: Option<InboxKey>,
    limit: u32,
) -> Result<Vec<Alert>, Error> {
    let (done, raised, id) = match after {
        Some((done, raised, id)) => (done, raised, id.to_string()),
        None => (-1, 0, String::new()),
    };
    let page = INBOX.bind(staff).bind(done).bind(raised).bind(id).bind(limit);
    page.fetch_all(ex).await?.iter().map(alert).collect()
}

/// One alert, as one of its recipients has it; `None` for everybody else.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(ex: &mut impl Executor, staff: StaffId, id: AlertId) -> Result<Option<Alert>, Error> {
    let found = FIND.bind(staff).bind(id).fetch_optional(ex).await?;
    found.as_ref().map(alert).transpose()
}

/// One alert as such, for whoever delivers it.
///
/// # Errors
/// When the database cannot be read.
pub async fn get(ex: &mut impl Executor, id: AlertId) -> Result<Option<Alert>, Error> {
    let found = GET.bind(id).fetch_optional(ex).await?;
    let found = found.as_ref().map(alert).transpose()?;
    Ok(found.map(|alert| Alert {
        acknowledged: None,
        ..alert
    }))
}

/// Everybody who is to acknowledge an alert, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn recipients(ex: &mut impl Executor, id: AlertId) -> Result<Vec<Recipient>, Error> {
    let rows = TOLD.bind(id).fetch_all(ex).await?;
    rows.iter()
        .map(|row| {
            Ok(Recipient {
                staff: row.parse("staff_id")?,
                name: row.get("display_name")?,
                acknowledged: row.time_opt("acknowledged_at")?,
            })
        })
        .collect()
}

/// Every delivery of an alert.
///
/// # Errors
/// When the database cannot be read.
pub async fn deliveries(ex: &mut impl Executor, id: AlertId) -> Result<Vec<Delivery>, Error> {
    let rows = DELIVERIES.bind(id).fetch_all(ex).await?;
    rows.iter().map(delivery).collect()
}

/// How many alerts wait for somebody.
///
/// # Errors
/// When the database cannot be read.
pub async fn count(ex: &mut impl Executor, staff: StaffId, now: Timestamp) -> Result<Waiting, Error> {
    let row = COUNT.bind(staff).bind(now.minus(DUE)).fetch_one(ex).await?;
    Ok(Waiting {
        waiting: row.count("waiting")?,
        overdue: row.count("overdue")?,
    })
}

/// Takes note of an alert. `false` when this person has already, or was never told.
///
/// # Errors
/// When the database cannot be written.
pub async fn acknowledge(
    tx: &mut WriteTx,
    id: AlertId,
    staff: StaffId,
    at: Timestamp,
) -> Result<bool, Error> {
    Ok(ACKNOWLEDGE.bind(id).bind(staff).bind(at).execute(tx).await? == 1)
}

/// Deliveries of a channel that may be tried now, the longest waiting first.
///
/// # Errors
/// When the database cannot be read.
pub async fn open(
    ex: &mut impl Executor,
    channel: Channel,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Delivery>, Error> {
    let rows = OPEN.bind(channel.as_str()).bind(now).bind(limit);
    rows.fetch_all(ex).await?.iter().map(delivery).collect()
}

/// Takes a delivery for a try, until a time: its number goes up by one. `false` when somebody else was faster.
///
/// # Errors
/// When the database cannot be written.
pub async fn take(
    tx: &mut WriteTx,
    delivery: &Delivery,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, Error> {
    let taken = TAKE
        .bind(delivery.alert)
        .bind(delivery.channel.as_str())
        .bind(name(delivery))
        .bind(number(delivery.tries))
        .bind(until)
        .bind(now);
    Ok(taken.execute(tx).await? == 1)
}

/// Says how a try went, by its number. `false` when it was taken by somebody else meanwhile.
///
/// # Errors
/// When the database cannot be written.
pub async fn settle(
    tx: &mut WriteTx,
    (delivery, tries): (&Delivery, u64),
    next: Next,
    (at, error): (Timestamp, Option<&str>),
) -> Result<bool, Error> {
    let settled = SETTLE
        .bind(delivery.alert)
        .bind(delivery.channel.as_str())
        .bind(name(delivery))
        .bind(number(tries))
        .bind(next.state.as_str())
        .bind(next.again)
        .bind(at)
        .bind(error);
    Ok(settled.execute(tx).await? == 1)
}

fn name(delivery: &Delivery) -> String {
    delivery
        .recipient
        .map(|staff| staff.to_string())
        .unwrap_or_default()
}

fn number(tries: u64) -> i64 {
    i64::try_from(tries).unwrap_or(i64::MAX)
}

/// The event of an alert, of those that this program knows.
#[must_use]
pub fn event(alert: &Alert) -> Option<Event> {
    Event::from_name(&alert.event)
}
