//! The inbox of the caller, and one alert of it. Looking at one is written down, for it shows a part of the log.

use std::collections::BTreeMap;

use stagedoor_core::action::kind::AlertView as AlertViewKind;
use stagedoor_core::alert::{Channel, Standing, State};
use stagedoor_core::audit::sentence::{Part, Reader};
use stagedoor_core::audit::{Event, Field, Read};
use stagedoor_core::id::{EventId, StaffId};
use stagedoor_core::resource::Platform;
use stagedoor_core::view::alert::{
    AlertRow, AlertView, AlertsView, ChannelLine, DeliveryLine, RecipientLine,
};
use stagedoor_core::view::audit::AuditLine;
use stagedoor_core::view::{Page, Tone};
use stagedoor_store::alert::{self, Alert, Delivery, InboxKey};
use stagedoor_store::audit::{self, AuditFilter};
use stagedoor_store::staff;

use crate::cursor::CursorPlace;
use crate::directory::{LIMIT_DEFAULT, LIMIT_MAX};
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::Story;
use crate::state::Service;

/// What of the inbox was asked for.
#[derive(Debug, Clone, Default)]
pub struct AlertsRequest {
    /// The cursor of a former page.
    pub cursor: Option<String>,
    /// Rows a page; none is the default.
    pub limit: Option<u32>,
}

/// The caller's alerts: what waits first, the newest first.
///
/// # Errors
/// Denied; invalid for a cursor that cannot be read.
pub async fn list(op: &StaffOp, request: &AlertsRequest) -> Result<AlertsView, ServiceError> {
    op.require::<AlertViewKind>(&Platform).await?.discharge(());
    let (service, me) = (op.service(), op.staff().id);
    let place = CursorPlace {
        route: "alerts",
        filter: String::new(),
        person: me.to_string(),
    };
    let (after, first) = place.after::<InboxKey>(service, request.cursor.as_deref())?;
    let limit = request.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
    let ex = &mut service.db().reader();
    let mut rows = alert::inbox(ex, me, after, limit + 1).await?;
    let next = place.cut(service, &mut rows, (limit, first), Alert::key)?;
    let waiting = alert::count(ex, me, op.now()).await?;
    let mut items = Vec::with_capacity(rows.len());
    let mut lines = service.causes(rows.iter().map(|row| row.entry)).await?;
    for one in &rows {
        let leaving = alert::deliveries(ex, one.id).await?;
        let line = lines.remove(&one.entry.to_string());
        items.push(row(op, one, line.as_ref(), &leaving));
    }
    Ok(AlertsView {
        waiting: waiting.waiting,
        overdue: waiting.overdue,
        first,
        page: Page { items, next },
        now: op.now(),
    })
}

/// One of the caller's alerts.
///
/// # Errors
/// Denied; not found for one that the caller was not told of.
pub async fn page(op: &StaffOp, id: &str) -> Result<AlertView, ServiceError> {
    let permit = op.require::<AlertViewKind>(&Platform).await?.discharge(());
    let found = find(op, Event::AlertView, id).await?;
    let service = op.service();
    let mut story = Story::new(Event::AlertView);
    story.facts.insert(Field::Alert, found.id.to_string());
    story.verdicts = Some(permit.decision().verdicts);
    let read = |what: &str| Read {
        what: what.to_owned(),
        rows: 1,
    };
    story.reads = vec![read("Alert"), read("Audit log")];
    let batch = op.record(story).await?;
    service.commit_only(batch).await?;
    let ex = &mut service.db().reader();
    let entry = service.causes([found.entry].into_iter()).await?;
    let entry = entry.into_values().next();
    let leaving = alert::deliveries(ex, found.id).await?;
    let told = alert::recipients(ex, found.id).await?;
    let recipients = told.into_iter().map(|one| RecipientLine {
        id: one.staff,
        name: one.name,
        standing: standing(one.acknowledged, &found, op).to_owned(),
        acknowledged: one.acknowledged,
    });
    Ok(AlertView {
        about: alert::event(&found).map_or_else(String::new, |event| event.about().to_owned()),
        recipients: recipients.collect(),
        deliveries: delivered(op, &leaving).await?,
        alert: row(op, &found, entry.as_ref(), &leaving),
        entry,
        now: op.now(),
    })
}

/// The caller's alert of an id. That nobody finds one is written down.
pub(super) async fn find(op: &StaffOp, event: Event, id: &str) -> Result<Alert, ServiceError> {
    let found = match id.parse() {
        Ok(id) => alert::find(&mut op.service().db().reader(), op.staff().id, id).await?,
        Err(_) => None,
    };
    match found {
        Some(found) => Ok(found),
        None => Err(op.nothing_there(event, None).await),
    }
}

impl Service {
    /// The entries that alerts were raised for, by their ids, as lines of the log.
    pub(super) async fn causes(
        &self,
        ids: impl Iterator<Item = EventId>,
    ) -> Result<BTreeMap<String, AuditLine>, ServiceError> {
        let mut rows = Vec::new();
        for id in ids {
            let filter = AuditFilter {
                id: Some(id.to_string()),
                ..AuditFilter::log("platform")
            };
            rows.extend(audit::list(&mut self.db().reader(), &filter, None, 1).await?);
        }
        let lines = self.lines(&rows, Reader::Platform).await?;
        Ok(lines.into_iter().map(|line| (line.id.clone(), line)).collect())
    }
}

fn row(op: &StaffOp, one: &Alert, line: Option<&AuditLine>, leaving: &[Delivery]) -> AlertRow {
    AlertRow {
        id: one.id,
        cause: cause(one, line),
        event: one.event.clone(),
        entry: one.entry.to_string(),
        severity: one.severity.clone(),
        standing: standing(one.acknowledged, one, op).to_owned(),
        raised: one.raised,
        due: one.due,
        acknowledged: one.acknowledged,
        channels: Channel::ALL
            .into_iter()
            .map(|channel| summary(channel, leaving))
            .collect(),
    }
}

/// What happened, in the words of the log; in those of the catalogue where the entry has left it.
pub(super) fn cause(one: &Alert, line: Option<&AuditLine>) -> Vec<Part> {
    match (line, alert::event(one)) {
        (Some(line), _) => line.sentence.clone(),
        (None, Some(event)) => vec![Part::Plain(event.about().to_owned())],
        (None, None) => vec![Part::Plain(one.event.clone())],
    }
}

fn standing(
    acknowledged: Option<stagedoor_core::time::Timestamp>,
    one: &Alert,
    op: &StaffOp,
) -> &'static str {
    Standing::of(acknowledged, one.due, op.now()).as_str()
}

/// How it goes with a channel: as well as with the worst of its deliveries.
fn summary(channel: Channel, leaving: &[Delivery]) -> ChannelLine {
    let own: Vec<&Delivery> = leaving.iter().filter(|one| one.channel == channel).collect();
    let count = |state: State| own.iter().filter(|one| one.state == state).count();
    let of = own.len();
    let (words, tone) = if count(State::GivenUp) > 0 {
        ("given up".to_owned(), Tone::Danger)
    } else if count(State::Failed) > 0 {
        ("failing, tried again".to_owned(), Tone::Warn)
    } else if count(State::Queued) > 0 {
        ("on its way".to_owned(), Tone::Info)
    } else if count(State::Off) == of {
        ("not set up".to_owned(), Tone::Neutral)
    } else {
        ("sent".to_owned(), Tone::Ok)
    };
    ChannelLine {
        label: channel.label().to_owned(),
        words,
        tone,
    }
}

async fn delivered(op: &StaffOp, leaving: &[Delivery]) -> Result<Vec<DeliveryLine>, ServiceError> {
    let mut lines = Vec::with_capacity(leaving.len());
    for one in leaving {
        lines.push(DeliveryLine {
            channel: one.channel.as_str().to_owned(),
            label: one.channel.label().to_owned(),
            recipient: match one.recipient {
                Some(id) => Some((id, name(op, id).await?)),
                None => None,
            },
            state: one.state.as_str().to_owned(),
            tries: one.tries,
            settled: one.settled,
            next: one.state.is_open().then_some(one.next),
            error: one.error.clone().filter(|_| one.state != State::Sent),
        });
    }
    Ok(lines)
}

async fn name(op: &StaffOp, id: StaffId) -> Result<String, ServiceError> {
    let found = staff::find(&mut op.service().db().reader(), id, op.now()).await?;
    Ok(found.map_or_else(String::new, |staff| staff.name))
}
