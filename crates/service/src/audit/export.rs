//! The platform's log, or a tenant's own, as a file: exactly the entries that the timeline would show for the query.

use stagedoor_core::action::kind::AuditExport;
use stagedoor_core::audit::sentence::Reader;
use stagedoor_core::audit::{Event, Read};
use stagedoor_core::id::EventId;
use stagedoor_core::input::FieldError;
use stagedoor_core::resource::Platform;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::audit::AuditRow;
use stagedoor_store::audit::{self, AuditFilter};
use stagedoor_store::db::ReadTx;

use super::everything;
use super::filter::read_terms;
use crate::error::ServiceError;
use crate::export::{self, Export, Format, Manifest, Pages};
use crate::op::StaffOp;
use crate::query;
use crate::recorder::Story;
use crate::state::Service;

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
    let service = op.service();
    let turn = service.exports().begin(&op.staff().id.to_string())?;
    let mut snapshot = service.db().snapshot().await?;
    let found = audit::count_up_to(&mut snapshot, &filter, export::ROWS_MAX + 1).await?;
    let manifest = Manifest::new(
        "audit",
        request.format,
        found,
        export::Asked {
            tenant: request.tenant.clone(),
            q: request.q.clone(),
            ..export::Asked::default()
        },
        op.now(),
    );
    let mut story = Story::new(Event::AuditExport);
    story.verdicts = Some(permit.decision().verdicts);
    story.reads.push(Read {
        what: "Audit log export".to_owned(),
        rows: manifest.rows,
    });
    manifest.tell(&mut story);
    let batch = op.record(story).await?;
    service.commit_only(batch).await?;
    let pages = AuditPages {
        service: service.clone(),
        snapshot,
        filter,
        reader: Reader::Platform,
        before: None,
    };
    Ok(Export::new(
        manifest,
        pages,
        turn,
        export::Holder::Staff(op.clone()),
    ))
}

async fn filter(op: &StaffOp, request: &ExportRequest) -> Result<AuditFilter, ServiceError> {
    let scoped = match request.tenant.as_deref().filter(|slug| !slug.is_empty()) {
        Some(slug) => Some(crate::impersonation::find_tenant(op, slug).await?),
        None => None,
    };
    let invalid = |message: String| ServiceError::field(FieldError::new("q", message));
    let terms = query::parse(&request.q).map_err(invalid)?;
    let read = read_terms(op, everything(op), scoped.as_ref(), &terms).await?;
    read.map_err(invalid)
}

/// The entries of an export, page by page, newest first.
pub struct AuditPages {
    pub(super) service: Service,
    pub(super) snapshot: ReadTx,
    pub(super) filter: AuditFilter,
    pub(super) reader: Reader,
    pub(super) before: Option<(Timestamp, EventId)>,
}

impl Pages for AuditPages {
    type Row = AuditRow;

    async fn next(&mut self, limit: u32) -> Result<Vec<AuditRow>, ServiceError> {
        let rows = audit::list(&mut self.snapshot, &self.filter, self.before, limit).await?;
        self.before = rows.last().map(|last| (last.at, last.id)).or(self.before);
        self.service.export_rows(&rows, self.reader).await
    }
}
