//! Revoking all sessions that match a filter: those of staff, or those of one tenant's people.
//!
//! Who asks says how many they saw: when another number matches by then, nothing is done. It is one transaction, each session
//! with its own entry. More than a few at once are another action, which takes two people (spec 03). The session that asks is
//! left out unless it is said that it is meant, too.

use std::collections::BTreeMap;

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::{SessionView, TenantViewDirectory};
use stagedoor_core::audit::AuditBatch;
use stagedoor_core::decision::Decision;
use stagedoor_core::id::{MemberId, SessionId, StaffId};
use stagedoor_core::input::FieldError;
use stagedoor_core::resource::{AnySession, Platform, Resource, SessionTarget};
use stagedoor_core::session::{REVOKED_AT_ONCE, revoking};
use stagedoor_core::view::Total;
use stagedoor_core::view::session::{RevokeMany, revoke_words};
use stagedoor_store::session_list::{self, HeldByStaff, Life, MemberFilter, StaffFilter};
use stagedoor_store::tenant::Tenant;
use stagedoor_store::{membership, staff};

use super::filter::Asked as Query;
use super::record_look;
use super::revoke::{AT_ONCE, Asked, Revoked, end_staff_told, end_told, with_visits};
use super::row::VisitsBySession;
use crate::error::ServiceError;
use crate::impersonation::find_tenant;
use crate::op::StaffOp;
use crate::query;
use crate::retry::again;

const NONE: &str = "No session that runs matches.";
const MOVED: &str = "Another number of sessions matches by now. Look again before you revoke them.";

/// Whether the session that asks is meant, too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OwnSession {
    /// It is left out.
    #[default]
    Kept,
    /// It ends with the others.
    Included,
}

/// Which sessions.
#[derive(Debug, Clone, Default)]
pub struct Among {
    /// Whose people, by id or slug; `None` is staff.
    pub tenant: Option<String>,
    /// The filter, in the words of the list's search box. Something must be asked for.
    pub q: String,
    /// Whether the caller's own session is meant, too.
    pub own: OwnSession,
}

impl Among {
    fn asked(&self) -> Result<Query, ServiceError> {
        let wrong = |message: String| ServiceError::field(FieldError::new("q", message));
        let terms = query::parse(&self.q).map_err(wrong)?;
        if terms.is_empty() {
            return Err(wrong("Say which sessions, for example older:2h.".to_owned()));
        }
        let asked = Query::read(&terms).map_err(wrong)?;
        match asked.life {
            Some(Life::Live) => Ok(asked),
            _ => Err(wrong(
                "Only sessions that run can be revoked: leave state out.".to_owned(),
            )),
        }
    }
}

/// Staff sessions that match, the caller's own told apart.
struct OfStaff {
    rows: Vec<HeldByStaff>,
    total: Total,
    own: bool,
}

impl OfStaff {
    async fn read(op: &StaffOp, filter: &StaffFilter, own: OwnSession) -> Result<Self, ServiceError> {
        let ex = &mut op.service().db().reader();
        let mut rows = session_list::staff(ex, filter, None, AT_ONCE + 1).await?;
        let total = session_list::count_staff(ex, filter).await?;
        let mine = StaffFilter {
            id: Some(op.session().id),
            ..filter.clone()
        };
        let matches = session_list::count_staff(ex, &mine).await?.floor() > 0;
        if own == OwnSession::Included || !matches {
            return Ok(Self {
                rows,
                total,
                own: matches,
            });
        }
        rows.retain(|row| row.session.id != op.session().id);
        Ok(Self {
            rows,
            total: match total {
                Total::Exact(many) => Total::Exact(many.saturating_sub(1)),
                more => more,
            },
            own: matches,
        })
    }

    fn ids(&self) -> Vec<SessionId> {
        self.rows.iter().map(|row| row.session.id).collect()
    }

    /// Whose they are, each with theirs.
    fn by_owner(&self) -> BTreeMap<StaffId, Vec<SessionId>> {
        let mut owners: BTreeMap<StaffId, Vec<SessionId>> = BTreeMap::new();
        for row in &self.rows {
            owners.entry(row.session.staff).or_default().push(row.session.id);
        }
        owners
    }
}

fn of(owner: StaffId) -> AnySession {
    AnySession::OfStaff(SessionTarget { id: None, owner })
}

/// What a dialog says before they are revoked. A look at a tenant's people is told to the tenant.
///
/// # Errors
/// Not found for a tenant that is unknown or hidden; denied; invalid for a filter that cannot be read, asks for nothing, or for
/// what has ended.
pub async fn about_many(op: &StaffOp, among: &Among) -> Result<RevokeMany, ServiceError> {
    match among.tenant.as_deref().filter(|tenant| !tenant.is_empty()) {
        Some(tenant) => about_people(op, tenant, among).await,
        None => about_staff(op, among).await,
    }
}

async fn about_staff(op: &StaffOp, among: &Among) -> Result<RevokeMany, ServiceError> {
    op.require::<SessionView>(&Platform).await?.discharge(());
    let found = OfStaff::read(op, &among.asked()?.of_staff(op).await?, among.own).await?;
    let owners = found.by_owner();
    let visits = VisitsBySession::read(op).await?;
    let each = owners
        .keys()
        .map(|owner| op.would(Action::SessionRevoke, of(*owner).facts()));
    let many = op.would(Action::SessionRevokeMany, of(op.staff().id).facts());
    Ok(RevokeMany {
        query: among.q.clone(),
        sessions: found.total,
        people: owners.len() as u64,
        visits: found.ids().iter().map(|id| visits.of(*id)).sum(),
        own: found.own,
        limit: REVOKED_AT_ONCE,
        refused: refused(found.total, each, many),
    })
}

async fn about_people(op: &StaffOp, tenant: &str, among: &Among) -> Result<RevokeMany, ServiceError> {
    let tenant = find_tenant(op, tenant).await?;
    let permit = op
        .require::<TenantViewDirectory>(&tenant.target())
        .await?
        .discharge(());
    let (filter, total) = of_people(op, &tenant, among).await?;
    let rows = session_list::members(&mut op.service().db().reader(), &filter, None, AT_ONCE).await?;
    record_look(op, &tenant, permit.decision().verdicts, rows.len()).await?;
    let people: std::collections::BTreeSet<MemberId> =
        rows.iter().map(|row| row.held.session.member).collect();
    let target = AnySession::OfTenant(tenant.id).facts();
    let one = op.would(Action::SessionRevoke, target);
    let many = op.would(Action::SessionRevokeMany, target);
    Ok(RevokeMany {
        query: among.q.clone(),
        sessions: total,
        people: people.len() as u64,
        visits: 0,
        own: false,
        limit: REVOKED_AT_ONCE,
        refused: refused(total, std::iter::once(one), many),
    })
}

async fn of_people(
    op: &StaffOp,
    tenant: &Tenant,
    among: &Among,
) -> Result<(MemberFilter, Total), ServiceError> {
    let filter = among.asked()?.of_tenant(op, tenant);
    let total = session_list::count_members(&mut op.service().db().reader(), &filter).await?;
    Ok((filter, total))
}

/// Why it would be refused, in the words of the first refusal.
fn refused(total: Total, each: impl Iterator<Item = Decision>, many: Decision) -> Option<String> {
    let denied = |decision: Decision| decision.reason().map(|reason| reason.explain().to_owned());
    let first = each.into_iter().find_map(denied);
    match revoking(total.floor()) {
        Action::SessionRevokeMany => first.or_else(|| denied(many)),
        _ => first,
    }
}

/// Revokes them all: as many as the caller saw, or none.
///
/// # Errors
/// Not found for a tenant that is unknown or hidden; denied, for more than a few without a grant; invalid for a filter that
/// cannot be read, asks for nothing, or for what has ended, and for a reason that is too short; conflict when another number
/// matches, or none.
pub async fn revoke_many(
    op: &StaffOp,
    among: &Among,
    seen: u64,
    reason: &str,
) -> Result<Revoked, ServiceError> {
    again(|| async {
        match among.tenant.as_deref().filter(|tenant| !tenant.is_empty()) {
            Some(tenant) => revoke_people(op, tenant, among, (seen, reason)).await,
            None => revoke_staff(op, among, (seen, reason)).await,
        }
    })
    .await
}

/// The same, for somebody who had to type what they mean.
///
/// # Errors
/// As [`revoke_many`]; invalid for other words than those that were asked for.
pub async fn revoke_many_typed(
    op: &StaffOp,
    among: &Among,
    (seen, typed): (u64, &str),
    reason: &str,
) -> Result<Revoked, ServiceError> {
    let words = revoke_words(seen);
    if typed.trim() != words {
        let message = format!("Type “{words}” to go on.");
        return Err(ServiceError::field(FieldError::new("confirm", message)));
    }
    revoke_many(op, among, seen, reason).await
}

/// That as many match as were seen, and few enough to be written at once.
fn as_seen(total: Total, seen: u64) -> Result<(), ServiceError> {
    let most = u64::from(AT_ONCE);
    match total {
        Total::Exact(0) => Err(ServiceError::Conflict(NONE)),
        Total::Exact(many) if many == seen && many <= most => Ok(()),
        Total::Exact(many) if many == seen => {
            let message = format!("More than {most} sessions match. Narrow the filter.");
            Err(ServiceError::field(FieldError::new("q", message)))
        }
        _ => Err(ServiceError::Conflict(MOVED)),
    }
}

async fn revoke_staff(
    op: &StaffOp,
    among: &Among,
    (seen, reason): (u64, &str),
) -> Result<Revoked, ServiceError> {
    let found = OfStaff::read(op, &among.asked()?.of_staff(op).await?, among.own).await?;
    let many = found.total.floor();
    if revoking(many) == Action::SessionRevokeMany {
        Asked::of_many(op, of(op.staff().id), many).await?;
    }
    let mut owners = found.by_owner();
    if owners.is_empty() {
        // Whoever may revoke nothing at all does not even learn that none matches.
        owners.insert(op.staff().id, Vec::new());
    }
    let (mut asked, mut names) = (Vec::new(), Vec::new());
    for (owner, ids) in owners {
        let person = staff::find(&mut op.service().db().reader(), owner, op.now())
            .await?
            .ok_or(ServiceError::NotFound)?;
        let target = SessionTarget { id: None, owner };
        asked.push((Asked::of_staff(op, &person, target, reason).await?, ids));
        names.push(person.name);
    }
    as_seen(found.total, seen)?;
    let mut batch: Option<AuditBatch> = None;
    for (asked, ids) in &asked {
        batch = told(op, asked, ids, batch).await?;
    }
    let ids = found.ids();
    let batch = with_visits(op, batch.ok_or(ServiceError::Conflict(NONE))?, &ids).await?;
    let revoked = Revoked {
        name: named(&names),
        sessions: ids.len() as u64,
        visits: batch
            .visits_of(stagedoor_core::audit::Event::ImpersonationEnd)
            .len() as u64,
        own: ids.contains(&op.session().id),
    };
    end_staff_told(op, ids, None, batch).await?;
    Ok(revoked)
}

async fn revoke_people(
    op: &StaffOp,
    tenant: &str,
    among: &Among,
    (seen, reason): (u64, &str),
) -> Result<Revoked, ServiceError> {
    let tenant = find_tenant(op, tenant).await?;
    let asked = Asked::of_people(op, &tenant, reason).await?;
    let (filter, total) = of_people(op, &tenant, among).await?;
    if revoking(total.floor()) == Action::SessionRevokeMany {
        Asked::of_many(op, AnySession::OfTenant(tenant.id), total.floor()).await?;
    }
    as_seen(total, seen)?;
    let ex = &mut op.service().db().reader();
    let mut owners: BTreeMap<MemberId, Vec<SessionId>> = BTreeMap::new();
    for row in session_list::members(ex, &filter, None, AT_ONCE).await? {
        let session = row.held.session;
        owners.entry(session.member).or_default().push(session.id);
    }
    let mut batch: Option<AuditBatch> = None;
    let mut names = Vec::new();
    for (owner, ids) in &owners {
        let member = membership::find(ex, tenant.id, *owner).await?;
        let member = member.ok_or(ServiceError::Moved)?;
        batch = told(op, &asked.about(&member), ids, batch).await?;
        names.push(member.name);
    }
    let ids: Vec<SessionId> = owners.into_values().flatten().collect();
    let revoked = Revoked {
        name: named(&names),
        sessions: ids.len() as u64,
        visits: 0,
        own: false,
    };
    end_told(op, tenant.id, ids, batch.ok_or(ServiceError::Moved)?).await?;
    Ok(revoked)
}

/// The entries so far with those of one person's sessions.
async fn told(
    op: &StaffOp,
    asked: &Asked,
    ids: &[SessionId],
    mut batch: Option<AuditBatch>,
) -> Result<Option<AuditBatch>, ServiceError> {
    for id in ids {
        let one = asked.told(op, *id).await?;
        batch = Some(match batch {
            Some(before) => before.and_all(one),
            None => one,
        });
    }
    Ok(batch)
}

/// Whose sessions they were, in words: a name, or how many people.
fn named(names: &[String]) -> String {
    match names {
        [one] => one.clone(),
        many => format!("{} people", many.len()),
    }
}
