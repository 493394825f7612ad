//! The platform's log, or a tenant's own, as a file: exactly the entries that the timeline would show for the query.

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::{AuditExport, TenantAuditExport};
use stagedoor_core::audit::export::EntryProof;
use stagedoor_core::audit::sentence::Reader;
use stagedoor_core::audit::{Event, Read};
use stagedoor_core::id::EventId;
use stagedoor_core::input::FieldError;
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::event::AuditEvent;
use stagedoor_store::audit::{self, AuditFilter};
use stagedoor_store::db::ReadTx;

use super::everything;
use super::filter::{plain_terms, read_terms};
use crate::error::ServiceError;
use crate::export::{self, Asked, Asker, Export, Format, Holder, Manifest, Pages, Turn};
use crate::op::StaffOp;
use crate::query;
use crate::recorder::Story;
use crate::state::Service;
use crate::tenant_op::TenantOp;

/// What is to be exported.
#[derive(Debug, Clone)]
pub struct ExportRequest {
    /// The tenant that the console is scoped to, by slug or id.
    pub tenant: Option<String>,
    /// The query, as on the page.
    pub q: String,
    /// The form of the file.
    pub format: Format,
}

/// Exports what the caller may read of the platform's log: no `admin.*` for those who may not see it there.
///
/// The matching entries are counted, the export is recorded with that number, and the rows are read, all of one snapshot;
/// see [`crate::export`].
///
/// # Errors
/// Denied; not found for a tenant that is unknown or hidden; invalid for a query that cannot be read; too many at a time.
pub async fn export(op: &StaffOp, request: &ExportRequest) -> Result<Export<AuditPages>, ServiceError> {
    let permit = op.require::<AuditExport>(&Platform).await?.discharge(());
    let filter = filter(op, request).await?;
    let mut story = Story::new(Event::AuditExport);
    story.verdicts = Some(permit.decision().verdicts);
    let prepared = Prepared::new(op.service(), Asker::Staff(op.staff().id), filter, request).await?;
    let batch = op.record(prepared.tell(story)).await?;
    op.service().commit_only(batch).await?;
    let holder = Holder::Staff {
        op: op.clone(),
        action: Action::AuditExport,
        resource: Platform.facts(),
    };
    Ok(prepared.export(Reader::Platform, holder))
}

/// Exports a tenant's own log, where the caller's role may: never to a visit, in any mode.
///
/// # Errors
/// Denied, which stands in the call's own entries; invalid for a query that cannot be read; too many at a time.
pub async fn export_of_tenant(
    op: &TenantOp,
    request: &ExportRequest,
) -> Result<Export<AuditPages>, ServiceError> {
    let permit = op.require::<TenantAuditExport>()?;
    let all = AuditFilter::log(op.tenant().id.to_string());
    let terms = query::parse(&request.q).map_err(invalid_query)?;
    let filter = plain_terms(all, &terms, op.now()).map_err(invalid_query)?;
    let mut story = Story::new(Event::TenantAuditExport);
    story.tenant = Some(op.tenant().id);
    story.verdicts = Some(permit.decision().verdicts);
    let prepared = Prepared::new(op.service(), Asker::Tenant(op.tenant().id), filter, request).await?;
    let batch = op.record(prepared.tell(story)).await?;
    op.service().commit_only(batch).await?;
    Ok(prepared.export(Reader::Tenant, Holder::Tenant(op.clone())))
}

/// A turn taken and rows counted: all that an export is, but for its record.
struct Prepared {
    manifest: Manifest,
    turn: Turn,
    service: Service,
    snapshot: ReadTx,
    filter: AuditFilter,
}

impl Prepared {
    async fn new(
        service: &Service,
        asker: Asker,
        filter: AuditFilter,
        request: &ExportRequest,
    ) -> Result<Self, ServiceError> {
        let turn = service.exports().begin(asker)?;
        let mut snapshot = service.db().snapshot().await?;
        let found = audit::count_up_to(&mut snapshot, &filter, export::ROWS_MAX + 1).await?;
        let asked = Asked {
            tenant: request.tenant.clone(),
            q: request.q.clone(),
            ..Asked::default()
        };
        let mut manifest = Manifest::new("audit", request.format, found, asked, service.now());
        if request.format == Format::JsonLines {
            manifest.proof = service.log_proof(&mut snapshot, &filter.scope).await?;
        }
        Ok(Self {
            manifest,
            turn,
            service: service.clone(),
            snapshot,
            filter,
        })
    }

    fn tell(&self, mut story: Story) -> Story {
        story.reads.push(Read {
            what: "Audit log export".to_owned(),
            rows: self.manifest.rows,
        });
        self.manifest.tell(&mut story);
        story
    }

    fn export(self, reader: Reader, holder: Holder) -> Export<AuditPages> {
        let pages = AuditPages {
            service: self.service,
            snapshot: self.snapshot,
            filter: self.filter,
            reader,
            before: None,
            proves: self.manifest.proof.is_some(),
        };
        Export::new(self.manifest, pages, self.turn, holder)
    }
}

fn invalid_query(message: String) -> ServiceError {
    ServiceError::field(FieldError::new("q", message))
}

async fn filter(op: &StaffOp, request: &ExportRequest) -> Result<AuditFilter, ServiceError> {
    let scoped = match request.tenant.as_deref().filter(|slug| !slug.is_empty()) {
        Some(slug) => Some(crate::impersonation::find_tenant(op, slug).await?),
        None => None,
    };
    let terms = query::parse(&request.q).map_err(invalid_query)?;
    let read = read_terms(op, everything(op), scoped.as_ref(), &terms).await?;
    read.map_err(invalid_query)
}

/// The entries of an export, page by page, newest first.
pub struct AuditPages {
    service: Service,
    snapshot: ReadTx,
    filter: AuditFilter,
    reader: Reader,
    before: Option<(Timestamp, EventId)>,
    /// Whether the file can hold proofs.
    proves: bool,
}

/// An entry on its way into a file.
#[derive(Debug, Clone)]
pub struct ExportedEvent {
    /// What its reader may know of it.
    pub event: AuditEvent,
    /// What proves it; `None` where it has no place yet, or the file holds no proofs.
    pub proof: Option<EntryProof>,
}

impl Pages for AuditPages {
    type Row = ExportedEvent;

    async fn next(&mut self, limit: u32) -> Result<Vec<ExportedEvent>, ServiceError> {
        let rows = audit::list(&mut self.snapshot, &self.filter, self.before, limit).await?;
        self.before = rows.last().map(|last| (last.at, last.id)).or(self.before);
        let proofs = if self.proves {
            let (service, log) = (&self.service, &self.filter.scope);
            service.entry_proofs(&mut self.snapshot, log, &rows).await?
        } else {
            vec![None; rows.len()]
        };
        let events = self.service.events(&rows, self.reader).await?;
        let exported = events.into_iter().zip(proofs);
        Ok(exported
            .map(|(event, proof)| ExportedEvent { event, proof })
            .collect())
    }
}
