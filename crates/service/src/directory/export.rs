//! One tenant's directory as a file: exactly the people that the page shows for the query, or those chosen there by hand.

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::TenantViewDirectory;
use stagedoor_core::audit::{Event, Read, Target};
use stagedoor_core::id::MemberId;
use stagedoor_core::input::FieldError;
use stagedoor_core::resource::Resource;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::directory::{DirectorySort, MemberRow};
use stagedoor_store::db::ReadTx;
use stagedoor_store::membership::{self, DirectoryFilter, DirectoryKey};
use stagedoor_store::tenant::Tenant;

use super::filter::filter;
use super::row::member_row;
use super::{invalid_query, sort};
use crate::error::ServiceError;
use crate::export::{self, Asked, Asker, Export, Format, Holder, Manifest, Pages};
use crate::impersonation::find_tenant;
use crate::op::StaffOp;
use crate::query;
use crate::recorder::Story;

/// What is to be exported.
#[derive(Debug, Clone)]
pub struct ExportRequest {
    /// The tenant, by id or slug.
    pub tenant: String,
    /// The query, as on the page.
    pub q: String,
    /// The order, as on the page.
    pub sort: Option<String>,
    /// Only these of them, by id; none chooses nobody and means all.
    pub ids: Vec<String>,
    /// The form of the file.
    pub format: Format,
}

/// Most people that can be chosen by hand: as many as a page can hold.
const CHOSEN_MAX: usize = super::LIMIT_MAX as usize;

/// Exports a tenant's directory. The platform's log and the tenant's own get an entry with the number of rows.
///
/// The matching people are counted, the export is recorded with that number, and the rows are read, all of one snapshot;
/// see [`crate::export`].
///
/// # Errors
/// Not found for a tenant that is unknown or hidden; denied; invalid for a query, order or id that cannot be read; too
/// many at a time.
pub async fn export(op: &StaffOp, request: &ExportRequest) -> Result<Export<PeoplePages>, ServiceError> {
    let tenant = find_tenant(op, &request.tenant).await?;
    let permit = op
        .require_about::<TenantViewDirectory>(&tenant.target(), story(&tenant))
        .await?
        .discharge(());
    let (filter, sort) = asked_for(op, &tenant, request)?;
    let service = op.service();
    let turn = service.exports().begin(Asker::Staff(op.staff().id))?;
    let mut snapshot = service.db().snapshot().await?;
    let found = membership::count_up_to(&mut snapshot, &filter, export::ROWS_MAX + 1).await?;
    let asked = Asked {
        tenant: Some(tenant.slug.clone()),
        q: request.q.clone(),
        sort: Some(sort.as_str()),
        ids: request.ids.clone(),
    };
    let manifest = Manifest::new("users", request.format, found, asked, op.now());
    let mut story = story(&tenant);
    story.verdicts = Some(permit.decision().verdicts);
    story.reads.push(Read {
        what: "Directory export".to_owned(),
        rows: manifest.rows,
    });
    manifest.tell(&mut story);
    let batch = op.record(story).await?;
    service.commit_only(batch).await?;
    let pages = PeoplePages {
        snapshot,
        filter,
        sort,
        after: None,
        now: op.now(),
    };
    let holder = Holder::Staff {
        op: op.clone(),
        action: Action::TenantViewDirectory,
        resource: tenant.target().facts(),
    };
    Ok(Export::new(manifest, pages, turn, holder))
}

fn story(tenant: &Tenant) -> Story {
    let mut story = Story::new(Event::TenantExportDirectory);
    story.tenant = Some(tenant.id);
    story.target = Some(Target::Tenant(tenant.id));
    story
}

fn asked_for(
    op: &StaffOp,
    tenant: &Tenant,
    request: &ExportRequest,
) -> Result<(DirectoryFilter, DirectorySort), ServiceError> {
    let terms = query::parse(&request.q).map_err(invalid_query)?;
    let mut filter = filter(tenant, &terms, op.now()).map_err(invalid_query)?;
    if !request.ids.is_empty() {
        filter.ids = Some(chosen(&request.ids)?);
    }
    Ok((filter, sort(request.sort.as_deref())?))
}

fn chosen(ids: &[String]) -> Result<Vec<MemberId>, ServiceError> {
    let invalid = |message: String| ServiceError::field(FieldError::new("id", message));
    if ids.len() > CHOSEN_MAX {
        return Err(invalid(format!("Choose at most {CHOSEN_MAX} people.")));
    }
    ids.iter()
        .map(|id| {
            id.parse()
                .map_err(|_| invalid(format!("{id} is no id of a person.")))
        })
        .collect()
}

/// The people of an export, page by page, in the order of the list.
pub struct PeoplePages {
    snapshot: ReadTx,
    filter: DirectoryFilter,
    sort: DirectorySort,
    after: Option<DirectoryKey>,
    now: Timestamp,
}

impl Pages for PeoplePages {
    type Row = MemberRow;

    async fn next(&mut self, limit: u32) -> Result<Vec<MemberRow>, ServiceError> {
        let after = self.after.take();
        let rows = membership::list(&mut self.snapshot, &self.filter, self.sort, after, limit).await?;
        self.after = rows.last().map(|last| DirectoryKey::of(last, self.sort));
        Ok(rows.iter().map(|row| member_row(row, self.now)).collect())
    }
}
