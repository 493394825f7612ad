//! One person of a tenant, as staff may know them. Looking is told to the tenant, like a look into its directory, and to
//! the platform's log, whose latest entries about the person are shown.

use stagedoor_core::action::kind::{RiskView, TenantViewDirectory};
use stagedoor_core::action::{Action, ActionKind};
use stagedoor_core::audit::sentence::Reader;
use stagedoor_core::audit::{Event, Field, Read, Target};
use stagedoor_core::guard::Verdicts;
use stagedoor_core::id::MemberId;
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::event::AuditEvent;
use stagedoor_core::view::person::{PersonPage, RiskLine};
use stagedoor_store::audit::{self, AuditFilter, Stored};
use stagedoor_store::membership::{self, Membership};
use stagedoor_store::person;
use stagedoor_store::session_list::{self, HeldByMember, MemberFilter};
use stagedoor_store::tenant::{self, Tenant};

use crate::audit::everything;
use crate::directory::offer;
use crate::directory::row::member_row as directory_row;
use crate::error::ServiceError;
use crate::frame::label;
use crate::impersonation::find_tenant;
use crate::op::StaffOp;
use crate::recorder::Story;
use crate::sessions::{live_of, member_row};

/// Sessions that are shown; the rest are on the Sessions page.
const SESSIONS: u32 = 6;
/// Entries that are shown of each kind; the rest are in the audit log.
const ENTRIES: u32 = 5;
const RISKS: u32 = 5;

/// The slug of the tenant that a person belongs to, for an address that does not name it.
///
/// # Errors
/// Not found for a person who is unknown, or of a tenant that is hidden.
pub async fn tenant_of(op: &StaffOp, id: &str) -> Result<String, ServiceError> {
    let ex = &mut op.service().db().reader();
    let tenant = match id.parse::<MemberId>() {
        Ok(id) => person::tenant_of(ex, id).await?,
        Err(_) => None,
    };
    let found = match tenant {
        Some(id) => tenant::find(ex, id).await?,
        None => None,
    };
    match found {
        Some(tenant) if op.knows(tenant.id) => Ok(tenant.slug),
        hidden => {
            let hidden = hidden.map(|tenant| tenant.id);
            Err(op.nothing_there(Event::TenantViewDirectory, hidden).await)
        }
    }
}

/// A person's page.
///
/// # Errors
/// Not found for a tenant or a person who is unknown or hidden; denied.
pub async fn page(op: &StaffOp, tenant: &str, id: &str) -> Result<PersonPage, ServiceError> {
    let known = Known::read(op, tenant, id).await?;
    let service = op.service();
    let acted = service.lines(&known.acted, Reader::Platform).await?;
    let concerned = service.lines(&known.concerned, Reader::Platform).await?;
    known.page(op, (acted, concerned)).await
}

/// The same with all fields of the entries, for the API.
///
/// # Errors
/// As [`page`].
pub async fn page_in_fields(
    op: &StaffOp,
    tenant: &str,
    id: &str,
) -> Result<PersonPage<AuditEvent>, ServiceError> {
    let known = Known::read(op, tenant, id).await?;
    let service = op.service();
    let acted = service.events(&known.acted, Reader::Platform).await?;
    let concerned = service.events(&known.concerned, Reader::Platform).await?;
    known.page(op, (acted, concerned)).await
}

/// What was read of a person, once the reading is recorded.
struct Known {
    tenant: Tenant,
    member: Membership,
    joined: Timestamp,
    sessions: Vec<HeldByMember>,
    acted: Vec<Stored>,
    concerned: Vec<Stored>,
}

impl Known {
    async fn read(op: &StaffOp, tenant: &str, id: &str) -> Result<Self, ServiceError> {
        let tenant = find_tenant(op, tenant).await?;
        let permit = op
            .require::<TenantViewDirectory>(&tenant.target())
            .await?
            .discharge(());
        let ex = &mut op.service().db().reader();
        let found = match id.parse::<MemberId>() {
            Ok(id) => membership::find(ex, tenant.id, id).await?,
            Err(_) => None,
        };
        let Some(member) = found else {
            return Err(op.nothing_there(Event::TenantViewDirectory, None).await);
        };
        let id = member.id;
        let joined = person::joined(ex, tenant.id, id).await?;
        let filter = MemberFilter {
            life: None,
            ..live_of(op, &tenant, Some(id))
        };
        let sessions = session_list::members(ex, &filter, None, SESSIONS).await?;
        let acted = entries(op, &tenant, |filter| filter.actors = Some(vec![id.to_string()])).await?;
        let concerned = entries(op, &tenant, |filter| filter.targets = Some(vec![id.to_string()])).await?;
        let told = (acted.len() + concerned.len()) as u64;
        let verdicts = permit.decision().verdicts;
        record_look(op, &tenant, id, verdicts, (sessions.len() as u64, told)).await?;
        Ok(Self {
            tenant,
            member,
            joined: joined.ok_or(ServiceError::NotFound)?,
            sessions,
            acted,
            concerned,
        })
    }

    async fn page<E>(
        self,
        op: &StaffOp,
        (acted, concerned): (Vec<E>, Vec<E>),
    ) -> Result<PersonPage<E>, ServiceError> {
        let id = self.member.id;
        Ok(PersonPage {
            person: directory_row(&self.member, op.now()),
            joined: self.joined,
            sessions: self.sessions.iter().map(|row| member_row(op, row)).collect(),
            risks: risks(op, &self.tenant, id).await?,
            acted,
            concerned,
            offer: offer(op, &self.tenant, Some(id)).await?,
            tenant: label(&self.tenant),
            now: op.now(),
        })
    }
}

/// The latest entries of the platform's log that the reader may see.
async fn entries(
    op: &StaffOp,
    tenant: &Tenant,
    narrow: impl FnOnce(&mut AuditFilter),
) -> Result<Vec<Stored>, ServiceError> {
    if !op.would(Action::AuditReadTenant, Platform.facts()).is_permit() {
        return Ok(Vec::new());
    }
    let mut filter = everything(op);
    filter.tenant = Some(tenant.id.to_string());
    narrow(&mut filter);
    let rows = audit::list(&mut op.service().db().reader(), &filter, None, ENTRIES).await?;
    Ok(rows)
}

async fn risks(op: &StaffOp, tenant: &Tenant, id: MemberId) -> Result<Option<Vec<RiskLine>>, ServiceError> {
    if !op.would(RiskView::ACTION, Platform.facts()).is_permit() {
        return Ok(None);
    }
    let found = person::risks(&mut op.service().db().reader(), tenant.id, id, RISKS).await?;
    let lines = found.into_iter().map(|risk| RiskLine {
        cause: risk.cause,
        level: risk.level,
        state: risk.state,
        raised: risk.raised,
    });
    Ok(Some(lines.collect()))
}

/// A pair for the look into the directory, and one entry for the look into the log.
async fn record_look(
    op: &StaffOp,
    tenant: &Tenant,
    id: MemberId,
    verdicts: Verdicts,
    (sessions, entries): (u64, u64),
) -> Result<(), ServiceError> {
    let read = |what: &str, rows| Read {
        what: what.to_owned(),
        rows,
    };
    let mut look = Story::new(Event::TenantViewDirectory);
    look.tenant = Some(tenant.id);
    look.target = Some(Target::Tenant(tenant.id));
    look.verdicts = Some(verdicts);
    look.reads = vec![read("User", 1), read("Sessions", sessions)];
    look.facts.insert(Field::User, id.to_string());
    let mut log = Story::new(Event::AuditRead);
    log.tenant = Some(tenant.id);
    log.verdicts = Some(verdicts);
    log.reads = vec![read("Audit log of one user", entries)];
    let batch = op.record(look).await?.and_all(op.record(log).await?);
    op.service().commit_only(batch).await
}
