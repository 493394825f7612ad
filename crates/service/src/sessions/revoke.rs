//! Revoking sessions: one, or all that run of a person. Visits bound to a staff session end with it, in the same
//! transaction, and the next request of either is refused.
//!
//! Each revoked session has an entry of its own; one of a tenant's person has a pair, so that the tenant knows.

use std::collections::BTreeSet;

use stagedoor_core::action::kind::{SessionRevoke, SessionRevokeMany};
use stagedoor_core::audit::{AuditBatch, Event, Field, Target};
use stagedoor_core::decision::Decision;
use stagedoor_core::id::{MemberId, SessionId, StaffId, TenantId};
use stagedoor_core::impersonation::VisitEnd;
use stagedoor_core::input::Justification;
use stagedoor_core::resource::{AnySession, SessionTarget};
use stagedoor_core::session::SessionEnd;
use stagedoor_core::view::session::Holder;
use stagedoor_store::membership::{self, Membership};
use stagedoor_store::session::{self, StaffSession};
use stagedoor_store::staff::{self, Staff};
use stagedoor_store::tenant::Tenant;
use stagedoor_store::tenant_session::{self, TenantSession};
use stagedoor_store::{person, session_list, tenant};

use crate::error::ServiceError;
use crate::impersonation::end_told_visits;
use crate::op::{StaffOp, person as staff_person};
use crate::recorder::Story;
use crate::retry::again;
use crate::tenant_op::member_person;

/// Most sessions of a tenant's people that are revoked at once; no person has as many.
pub(super) const AT_ONCE: u32 = 500;
const OVER: &str = "This session has ended already.";
const NONE: &str = "No session of this person runs.";

/// What was revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// Whose.
    pub name: String,
    /// How many sessions.
    pub sessions: u64,
    /// How many visits ended with them.
    pub visits: u64,
    /// Whether the caller's own session was among them.
    pub own: bool,
}

/// Revokes one session, of staff or of a tenant's person.
///
/// # Errors
/// Not found for a session that is unknown or hidden; denied; invalid for a reason that is too short; conflict when it
/// has ended already.
pub async fn revoke(op: &StaffOp, id: SessionId, reason: &str) -> Result<Revoked, ServiceError> {
    again(|| revoke_once(op, id, reason)).await
}

async fn revoke_once(op: &StaffOp, id: SessionId, reason: &str) -> Result<Revoked, ServiceError> {
    let ex = &mut op.service().db().reader();
    if let Some(found) = session::find_by_id(ex, id).await? {
        let owner = staff::find(ex, found.staff, op.now())
            .await?
            .ok_or(ServiceError::NotFound)?;
        let target = SessionTarget {
            id: Some(id),
            owner: owner.id,
        };
        let granted = Asked::of_staff(op, &owner, target, reason).await?;
        if !op
            .service()
            .session_runs(&found, (owner.role, owner.ends_for(found.started)), op.now())
        {
            return Err(ServiceError::Conflict(OVER));
        }
        return end_staff(op, &owner, granted, vec![found], Whole::No).await;
    }
    let tenant = reached(op, Event::SessionRevoke, session_list::tenant_of(ex, id).await?).await?;
    let found = tenant_session::find(ex, tenant.id, id).await?;
    let found = found.ok_or(ServiceError::NotFound)?;
    let member = membership::find(ex, tenant.id, found.member).await?;
    let member = member.ok_or(ServiceError::NotFound)?;
    let granted = Asked::of_member(op, &tenant, &member, reason).await?;
    if !op.service().member_session_runs(&found, op.now()) {
        return Err(ServiceError::Conflict(OVER));
    }
    end_members(op, &tenant, &member, granted, vec![found]).await
}

/// The tenant that somebody belongs to, where the caller may know of it. `event` tells of one that is hidden or unknown.
pub(super) async fn reached(
    op: &StaffOp,
    event: Event,
    tenant: Option<TenantId>,
) -> Result<Tenant, ServiceError> {
    let found = match tenant {
        Some(id) => tenant::find(&mut op.service().db().reader(), id).await?,
        None => None,
    };
    match found {
        Some(tenant) if op.knows(tenant.id) => Ok(tenant),
        hidden => {
            let hidden = hidden.map(|tenant| tenant.id);
            Err(op.nothing_there(event, hidden).await)
        }
    }
}

/// Revokes all sessions of a person that run.
///
/// # Errors
/// Not found for a person who is unknown or hidden; denied; invalid for a reason that is too short; conflict when none
/// runs.
pub async fn revoke_all(op: &StaffOp, holder: Holder, reason: &str) -> Result<Revoked, ServiceError> {
    match holder {
        Holder::Staff(id) => again(|| revoke_all_of_staff(op, id, reason)).await,
        Holder::Member(id) => again(|| revoke_all_of_member(op, id, reason)).await,
    }
}

async fn revoke_all_of_staff(op: &StaffOp, id: StaffId, reason: &str) -> Result<Revoked, ServiceError> {
    let ex = &mut op.service().db().reader();
    let Some(owner) = staff::find(ex, id, op.now()).await? else {
        return Err(op.nothing_there(Event::SessionRevoke, None).await);
    };
    let target = SessionTarget { id: None, owner: id };
    let granted = Asked::of_staff(op, &owner, target, reason).await?;
    let open = session::list_of_staff(ex, id).await?;
    if open.is_empty() {
        return Err(ServiceError::Conflict(NONE));
    }
    end_staff(op, &owner, granted, open, Whole::Yes).await
}

async fn revoke_all_of_member(op: &StaffOp, id: MemberId, reason: &str) -> Result<Revoked, ServiceError> {
    let ex = &mut op.service().db().reader();
    let tenant = reached(op, Event::SessionRevoke, person::tenant_of(ex, id).await?).await?;
    let member = membership::find(ex, tenant.id, id).await?;
    let member = member.ok_or(ServiceError::NotFound)?;
    let granted = Asked::of_member(op, &tenant, &member, reason).await?;
    let filter = super::live_of(op, &tenant, Some(id));
    let open = session_list::members(ex, &filter, None, AT_ONCE).await?;
    if open.is_empty() {
        return Err(ServiceError::Conflict(NONE));
    }
    let open = open.into_iter().map(|row| row.held.session).collect();
    end_members(op, &tenant, &member, granted, open).await
}

/// What was allowed, and what each of its entries says.
pub(super) struct Asked {
    decision: Decision,
    story: Story,
}

impl Asked {
    pub(super) async fn of_staff(
        op: &StaffOp,
        owner: &Staff,
        target: SessionTarget,
        reason: &str,
    ) -> Result<Self, ServiceError> {
        let mut story = Story::new(Event::SessionRevoke);
        story.target = Some(Target::Staff(owner.id));
        story.target_person = Some(staff_person(owner));
        Self::ask(op, AnySession::OfStaff(target), story, reason).await
    }

    async fn of_member(
        op: &StaffOp,
        tenant: &Tenant,
        member: &Membership,
        reason: &str,
    ) -> Result<Self, ServiceError> {
        let mut story = Story::new(Event::SessionRevoke);
        story.tenant = Some(tenant.id);
        story.target = Some(Target::Member(member.id));
        story.target_person = Some(member_person(member));
        Self::ask(op, AnySession::OfTenant(tenant.id), story, reason).await
    }

    /// Asks to revoke more at once than one call may: it takes a break-glass grant.
    pub(super) async fn of_many(op: &StaffOp, target: AnySession, sessions: u64) -> Result<(), ServiceError> {
        let mut story = Story::new(Event::SessionRevoke);
        if let AnySession::OfTenant(tenant) = target {
            story.tenant = Some(tenant);
            story.target = Some(Target::Tenant(tenant));
        }
        story.facts.insert(Field::Sessions, sessions.to_string());
        let granted = op.require_about::<SessionRevokeMany>(&target, story).await?;
        granted.discharge(());
        Ok(())
    }

    /// Asks about several people of a tenant. Until it is said of whom ([`Self::about`]), it is about all of it.
    pub(super) async fn of_people(op: &StaffOp, tenant: &Tenant, reason: &str) -> Result<Self, ServiceError> {
        let mut story = Story::new(Event::SessionRevoke);
        story.tenant = Some(tenant.id);
        story.target = Some(Target::Tenant(tenant.id));
        Self::ask(op, AnySession::OfTenant(tenant.id), story, reason).await
    }

    /// The same, told of one person.
    pub(super) fn about(&self, member: &Membership) -> Self {
        let mut story = self.story.clone();
        story.target = Some(Target::Member(member.id));
        story.target_person = Some(member_person(member));
        Self {
            decision: self.decision,
            story,
        }
    }

    /// Why has to be said, except of one's own sessions; what is said is a reason.
    async fn ask(
        op: &StaffOp,
        target: AnySession,
        mut story: Story,
        reason: &str,
    ) -> Result<Self, ServiceError> {
        let typed: String = reason.trim().chars().take(500).collect();
        story.reason = Some(typed).filter(|text| !text.is_empty());
        let granted = op.require_about::<SessionRevoke>(&target, story.clone()).await?;
        let own = matches!(target, AnySession::OfStaff(of) if of.owner == op.staff().id);
        if !(own && reason.trim().is_empty()) {
            let reason = Justification::parse(reason).map_err(ServiceError::field)?;
            story.reason = Some(reason.as_str().to_owned());
        }
        let decision = *granted.discharge(()).decision();
        Ok(Self { decision, story })
    }

    /// The entries of one session's end.
    pub(super) async fn told(&self, op: &StaffOp, id: SessionId) -> Result<AuditBatch, ServiceError> {
        let mut story = self.story.clone();
        story.verdicts = Some(self.decision.verdicts);
        story.facts.insert(Field::Session, id.to_string());
        op.record(story).await
    }

    /// The entries of the ends of some sessions; there is at least one.
    async fn told_of(&self, op: &StaffOp, ids: &[SessionId]) -> Result<AuditBatch, ServiceError> {
        let (first, rest) = ids.split_first().ok_or(ServiceError::Conflict(NONE))?;
        let mut batch = self.told(op, *first).await?;
        for id in rest {
            batch = batch.and_all(self.told(op, *id).await?);
        }
        Ok(batch)
    }
}

/// Whether all of a person's sessions are meant, those included that began a moment ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whole {
    Yes,
    No,
}

async fn end_staff(
    op: &StaffOp,
    owner: &Staff,
    asked: Asked,
    sessions: Vec<StaffSession>,
    whole: Whole,
) -> Result<Revoked, ServiceError> {
    let ids: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
    let batch = with_visits(op, asked.told_of(op, &ids).await?, &ids).await?;
    let revoked = Revoked {
        name: owner.name.clone(),
        sessions: ids.len() as u64,
        visits: batch.visits_of(Event::ImpersonationEnd).len() as u64,
        own: ids.contains(&op.session().id),
    };
    let whose = (whole == Whole::Yes).then_some(owner.id);
    end_staff_told(op, ids, whose, batch).await?;
    Ok(revoked)
}

/// The entries with those of the ends of visits that run in these sessions.
pub(super) async fn with_visits(
    op: &StaffOp,
    mut batch: AuditBatch,
    ids: &[SessionId],
) -> Result<AuditBatch, ServiceError> {
    for id in ids {
        let ends = op
            .service()
            .visit_ends_of_session(op.visitor(), &op.acting(), *id, op.now())
            .await?;
        batch = ends.into_iter().fold(batch, AuditBatch::and_all);
    }
    Ok(batch)
}

/// Ends staff sessions with their entries: all of them, or none when one of them ended meanwhile. Where they are all of one
/// person's, somebody who signed in between the look and the write is not left out.
pub(super) async fn end_staff_told(
    op: &StaffOp,
    ids: Vec<SessionId>,
    all_of: Option<StaffId>,
    batch: AuditBatch,
) -> Result<(), ServiceError> {
    let now = op.now();
    op.service()
        .db()
        .write(move |mut tx| {
            let (ids, batch) = (ids.clone(), batch.clone());
            Box::pin(async move {
                if let Some(person) = all_of {
                    let open = session::list_of_staff(&mut tx, person).await?;
                    let open: BTreeSet<SessionId> = open.iter().map(|session| session.id).collect();
                    if open != ids.iter().copied().collect() {
                        return Err(ServiceError::Moved);
                    }
                }
                for id in &ids {
                    if !session::end(&mut tx, *id, now, SessionEnd::Revoked).await? {
                        return Err(ServiceError::Moved);
                    }
                }
                end_told_visits(&mut tx, &batch, now, VisitEnd::SessionEnded).await?;
                Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
            })
        })
        .await
}

async fn end_members(
    op: &StaffOp,
    tenant: &Tenant,
    member: &Membership,
    asked: Asked,
    sessions: Vec<TenantSession>,
) -> Result<Revoked, ServiceError> {
    let ids: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
    let batch = asked.told_of(op, &ids).await?;
    let revoked = Revoked {
        name: member.name.clone(),
        sessions: ids.len() as u64,
        visits: 0,
        own: false,
    };
    end_told(op, tenant.id, ids, batch).await?;
    Ok(revoked)
}

/// Ends sessions of a tenant's people with their entries: all of them, or none when one of them ended meanwhile.
pub(super) async fn end_told(
    op: &StaffOp,
    tenant: TenantId,
    ids: Vec<SessionId>,
    batch: AuditBatch,
) -> Result<(), ServiceError> {
    let now = op.now();
    op.service()
        .db()
        .write(move |mut tx| {
            let (ids, batch) = (ids.clone(), batch.clone());
            Box::pin(async move {
                for id in &ids {
                    if !tenant_session::end(&mut tx, tenant, *id, now, SessionEnd::Revoked).await? {
                        return Err(ServiceError::Moved);
                    }
                }
                Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
            })
        })
        .await?;
    Ok(())
}
