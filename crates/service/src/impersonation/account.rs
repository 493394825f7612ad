//! The account of a visit (spec 02 "What was done, and what was seen"): told from the entries of its id, and nothing else.
//!
//! Nothing is kept beside the log for this. Staff read it from the platform's log, a tenant from its own; both are told by
//! the same [`told`], so that the two sides never read different stories.

use stagedoor_core::action::kind::ImpersonationView;
use stagedoor_core::audit::sentence::Reader;
use stagedoor_core::audit::{Event, Field, Read, Record, Target};
use stagedoor_core::id::ImpersonationId;
use stagedoor_core::resource::Platform;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::event::AuditEvent;
use stagedoor_core::view::visit::{AccountView, ViewedLine, VisitSums};
use stagedoor_store::audit::{self, AuditFilter, Stored};
use stagedoor_store::impersonation::{self, Visit};

use super::list::Names;
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::Story;
use crate::state::Service;

/// Entries that are told of one visit; half an hour of it seldom has more.
const ENTRIES: u32 = 1_000;

/// What the entries of a visit say.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) viewed: Vec<ViewedLine>,
    pub(crate) changed: Vec<Stored>,
    pub(crate) refused: Vec<Stored>,
    /// Whether there is more in the log.
    pub(crate) cut: bool,
}

impl Told {
    /// In numbers.
    pub(crate) fn sums(&self) -> VisitSums {
        VisitSums {
            pages: self.viewed.iter().map(|line| line.times).sum(),
            rows: self.viewed.iter().map(|line| line.rows).sum(),
            changes: self.changed.len() as u64,
            refused: self.refused.len() as u64,
        }
    }

    /// How many lines its reader sees.
    pub(crate) fn lines(&self) -> usize {
        self.viewed.len() + self.changed.len() + self.refused.len()
    }

    fn note_view(&mut self, what: &str, rows: u64, at: Timestamp) {
        match self.viewed.iter_mut().find(|line| line.what == what) {
            Some(line) => {
                line.times += 1;
                line.rows += rows;
                line.last = line.last.max(at);
            }
            None => self.viewed.push(ViewedLine {
                what: what.to_owned(),
                times: 1,
                rows,
                last: at,
            }),
        }
    }

    fn note(&mut self, row: Stored, record: &Record) {
        let is_visitors = record.actor.kind == "platform_staff_impersonating";
        match (record.outcome.as_str(), Event::from_name(&record.event)) {
            ("success", Some(Event::ImpersonationView)) => {
                for read in &record.reads {
                    self.note_view(&read.what, read.rows, record.at);
                }
            }
            ("success", Some(Event::ImpersonationStart | Event::ImpersonationEnd)) => {}
            ("success", _) if is_visitors => self.changed.push(row),
            ("success", _) => {}
            _ => self.refused.push(row),
        }
    }
}

/// What one log (`platform`, or a tenant's id) tells of a visit.
pub(crate) async fn told(service: &Service, log: String, id: ImpersonationId) -> Result<Told, ServiceError> {
    let mut filter = AuditFilter::log(log);
    filter.impersonation = Some(id.to_string());
    let rows = audit::list(&mut service.db().reader(), &filter, None, ENTRIES).await?;
    let mut told = Told {
        cut: rows.len() == ENTRIES as usize,
        ..Told::default()
    };
    for row in rows {
        let record = Record::parse(&row.canonical)
            .map_err(|error| ServiceError::Internal(format!("{}: {error}", row.id)))?;
        told.note(row, &record);
    }
    Ok(told)
}

/// The account of a visit, for staff. Reading it is an entry of its own, for it is a reading of the log.
///
/// # Errors
/// Denied; not found for a visit that is unknown, or to a tenant that is hidden.
pub async fn account(op: &StaffOp, id: ImpersonationId) -> Result<AccountView, ServiceError> {
    let (visit, told) = read(op, id).await?;
    let changed = op.service().lines(&told.changed, Reader::Platform).await?;
    let refused = op.service().lines(&told.refused, Reader::Platform).await?;
    view(op, &visit, told, (changed, refused)).await
}

/// The same with all fields of the entries, for the API.
///
/// # Errors
/// As [`account`].
pub async fn account_in_fields(
    op: &StaffOp,
    id: ImpersonationId,
) -> Result<AccountView<AuditEvent>, ServiceError> {
    let (visit, told) = read(op, id).await?;
    let changed = op.service().events(&told.changed, Reader::Platform).await?;
    let refused = op.service().events(&told.refused, Reader::Platform).await?;
    view(op, &visit, told, (changed, refused)).await
}

async fn view<E>(
    op: &StaffOp,
    visit: &Visit,
    told: Told,
    (changed, refused): (Vec<E>, Vec<E>),
) -> Result<AccountView<E>, ServiceError> {
    Ok(AccountView {
        visit: Names::read(op).await?.view(op, visit).await?,
        sums: told.sums(),
        changed,
        refused,
        viewed: told.viewed,
        cut: told.cut,
        now: op.now(),
    })
}

/// Reads a visit and what the platform's log tells of it, and records that somebody did.
async fn read(op: &StaffOp, id: ImpersonationId) -> Result<(Visit, Told), ServiceError> {
    let permit = op.require::<ImpersonationView>(&Platform).await?.discharge(());
    let service = op.service();
    let found = impersonation::find(&mut service.db().reader(), id).await?;
    let visit = match found {
        Some(visit) if op.knows(visit.tenant) => visit,
        hidden => {
            let hidden = hidden.map(|visit| visit.tenant);
            return Err(op.nothing_there(Event::ImpersonationList, hidden).await);
        }
    };
    let told = told(service, "platform".to_owned(), id).await?;
    let mut story = Story::new(Event::ImpersonationList);
    story.verdicts = Some(permit.decision().verdicts);
    story.tenant = Some(visit.tenant);
    story.target = Some(Target::Tenant(visit.tenant));
    // As a fact, not as the entry's visit: it would become part of the account itself.
    story.facts.insert(Field::Visit, id.to_string());
    story.reads.push(Read {
        what: "Account of a visit".to_owned(),
        rows: told.lines() as u64,
    });
    let batch = op.record(story).await?;
    service.commit_only(batch).await?;
    Ok((visit, told))
}
