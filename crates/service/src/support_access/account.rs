//! The account of a visit: what was seen, changed and refused, told from the tenant's own log of it.
//!
//! Nothing is kept beside the log for this: what stands here is what the entries say, and no more.

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::SupportView;
use stagedoor_core::audit::sentence::Reader;
use stagedoor_core::audit::{Event, Record};
use stagedoor_core::id::ImpersonationId;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::portal::{ViewedLine, VisitAccount, VisitSums};
use stagedoor_store::audit::{self, AuditFilter, Stored};
use stagedoor_store::impersonation;

use super::lines::Names;
use crate::error::ServiceError;
use crate::tenant_op::{TenantOp, VisitCaller};

/// Entries that are told of one visit; half an hour of it seldom has more.
const ENTRIES: u32 = 1_000;

/// The account of one visit to the caller's tenant, live while it runs.
///
/// # Errors
/// Denied; not found for a visit to another tenant.
pub async fn account(op: &TenantOp, id: ImpersonationId) -> Result<VisitAccount, ServiceError> {
    op.require::<SupportView>()?;
    let service = op.service();
    let found = impersonation::find(&mut service.db().reader(), id).await?;
    let visit = found
        .filter(|visit| visit.tenant == op.tenant().id)
        .ok_or(ServiceError::NotFound)?;
    let told = told(op, id).await?;
    let mut line = Names::default().visit_line(op, &visit).await?;
    line.done = told.sums();
    let running = match VisitCaller::load(service, visit, op.now()).await? {
        Some(caller) => caller.over(service.policy(), op.tenant(), op.now()),
        None => None,
    };
    if let (None, Some(why)) = (&line.ended, running) {
        // Over by a clock or a choice, and not written down yet.
        line.ended = Some((op.now(), why.told_to_tenant().to_owned()));
    }
    op.looked_at("Account of a visit", told.entries());
    Ok(VisitAccount {
        may_end: line.ended.is_none() && op.would(Action::VisitEndByTenant).is_permit(),
        visit: line,
        viewed: told.viewed,
        changed: service.lines(&told.changed, Reader::Tenant).await?,
        refused: service.lines(&told.refused, Reader::Tenant).await?,
        cut: told.cut,
        now: op.now(),
    })
}

/// What was done in a visit so far, in numbers.
pub(super) async fn sums(op: &TenantOp, id: ImpersonationId) -> Result<VisitSums, ServiceError> {
    Ok(told(op, id).await?.sums())
}

/// What the entries of a visit say.
#[derive(Default)]
struct Told {
    viewed: Vec<ViewedLine>,
    changed: Vec<Stored>,
    refused: Vec<Stored>,
    cut: bool,
}

impl Told {
    fn sums(&self) -> VisitSums {
        VisitSums {
            pages: self.viewed.iter().map(|line| line.times).sum(),
            rows: self.viewed.iter().map(|line| line.rows).sum(),
            changes: self.changed.len() as u64,
            refused: self.refused.len() as u64,
        }
    }

    fn entries(&self) -> usize {
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
}

async fn told(op: &TenantOp, id: ImpersonationId) -> Result<Told, ServiceError> {
    let mut filter = AuditFilter::log(op.tenant().id.to_string());
    filter.impersonation = Some(id.to_string());
    let rows = audit::list(&mut op.service().db().reader(), &filter, None, ENTRIES).await?;
    let mut told = Told {
        cut: rows.len() == ENTRIES as usize,
        ..Told::default()
    };
    for row in rows {
        let record = Record::parse(&row.canonical)
            .map_err(|error| ServiceError::Internal(format!("{}: {error}", row.id)))?;
        let is_visitors = record.actor.kind == "platform_staff_impersonating";
        match (record.outcome.as_str(), Event::from_name(&record.event)) {
            ("success", Some(Event::ImpersonationView)) => {
                for read in &record.reads {
                    told.note_view(&read.what, read.rows, record.at);
                }
            }
            ("success", Some(Event::ImpersonationStart | Event::ImpersonationEnd)) => {}
            ("success", _) if is_visitors => told.changed.push(row),
            ("success", _) => {}
            _ => told.refused.push(row),
        }
    }
    Ok(told)
}
