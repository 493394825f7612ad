//! Suspending, restoring and renaming a tenant: each for both logs, in the transaction that makes it true.

use stagedoor_core::action::kind::{TenantSuspend, TenantUpdate};
use stagedoor_core::audit::{AuditBatch, Change, Event, Field, Target};
use stagedoor_core::impersonation::VisitEnd;
use stagedoor_core::input::{FieldError, Justification, TicketRef, has_unseen};
use stagedoor_core::session::SessionEnd;
use stagedoor_core::tenant::TenantState;
use stagedoor_core::view::frame::TenantLabel;
use stagedoor_store::tenant::{self, Tenant};
use stagedoor_store::{impersonation, session_list, tenant_session};

use crate::error::ServiceError;
use crate::frame::label;
use crate::impersonation::{end_told_visits, find_tenant};
use crate::op::StaffOp;
use crate::recorder::Story;
use crate::retry::again;
use crate::sessions::live_of;

/// Most characters of a tenant's name.
const NAME_MAX: usize = 80;

/// A tenant as it is after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The tenant.
    pub tenant: TenantLabel,
    /// Its state.
    pub state: TenantState,
    /// How many visits ended with it.
    pub visits: u64,
}

/// Closes a tenant for a time: its people's sessions and the visits inside end at once, and nobody signs in.
///
/// # Errors
/// Not found for a tenant that is unknown or hidden; denied; invalid for a reason that is too short; conflict when it is
/// suspended already.
pub async fn suspend(
    op: &StaffOp,
    tenant: &str,
    reason: &str,
    ticket: &str,
) -> Result<Changed, ServiceError> {
    again(|| set_state(op, tenant, TenantState::Suspended, (reason, ticket))).await
}

/// Opens a suspended tenant again. What ended stays ended; its people sign in anew.
///
/// # Errors
/// As [`suspend`].
pub async fn restore(
    op: &StaffOp,
    tenant: &str,
    reason: &str,
    ticket: &str,
) -> Result<Changed, ServiceError> {
    again(|| set_state(op, tenant, TenantState::Active, (reason, ticket))).await
}

async fn set_state(
    op: &StaffOp,
    tenant: &str,
    to: TenantState,
    (reason, ticket): (&str, &str),
) -> Result<Changed, ServiceError> {
    let tenant = find_tenant(op, tenant).await?;
    let mut story = story(&tenant, event(to));
    story.reason = Some(reason.trim().chars().take(500).collect::<String>()).filter(|text| !text.is_empty());
    let granted = op
        .require_about::<TenantSuspend>(&tenant.target(), story.clone())
        .await?;
    let (reason, ticket) = match (Justification::parse(reason), TicketRef::parse(ticket)) {
        (Ok(reason), Ok(ticket)) => (reason, ticket),
        (reason, ticket) => {
            let wrong = [reason.err(), ticket.err()].into_iter().flatten().collect();
            return Err(ServiceError::Invalid(wrong));
        }
    };
    if tenant.standing.state == to {
        return Err(ServiceError::Conflict(match to {
            TenantState::Suspended => "This tenant is suspended already.",
            TenantState::Active => "This tenant is not suspended.",
        }));
    }
    let permit = granted.discharge(reason);
    story.verdicts = Some(permit.decision().verdicts);
    story.reason = Some(permit.owed().as_str().to_owned());
    story.ticket = ticket.map(|ticket| ticket.as_str().to_owned());
    story.changes.push(Change {
        field: "state".to_owned(),
        before: Some(tenant.standing.state.as_str().to_owned()),
        after: Some(to.as_str().to_owned()),
    });
    let batch = match to {
        TenantState::Active => op.record(story).await?,
        TenantState::Suspended => closing(op, &tenant, story).await?,
    };
    let visits = batch.visits_of(Event::ImpersonationEnd).len() as u64;
    write(op, &tenant, to, batch).await?;
    Ok(Changed {
        tenant: label(&tenant),
        state: to,
        visits,
    })
}

const fn event(to: TenantState) -> Event {
    match to {
        TenantState::Suspended => Event::TenantSuspend,
        TenantState::Active => Event::TenantRestore,
    }
}

fn story(tenant: &Tenant, event: Event) -> Story {
    let mut story = Story::new(event);
    story.tenant = Some(tenant.id);
    story.target = Some(Target::Tenant(tenant.id));
    story
}

/// The entries of a suspension: its own pair, and a pair for each visit that ends with it.
async fn closing(op: &StaffOp, tenant: &Tenant, mut story: Story) -> Result<AuditBatch, ServiceError> {
    let ex = &mut op.service().db().reader();
    let running = session_list::count_members(ex, &live_of(op, tenant, None)).await?;
    story.facts.insert(Field::Sessions, running.to_string());
    let visits = impersonation::list_running_in(ex, tenant.id).await?;
    let mut batch = op.record(story).await?;
    for visit in visits {
        let end = op
            .service()
            .visit_end_story(&visit, VisitEnd::TenantSuspended)
            .await?;
        batch = batch.and_all(op.record(end).await?);
    }
    Ok(batch)
}

async fn write(
    op: &StaffOp,
    tenant: &Tenant,
    to: TenantState,
    batch: AuditBatch,
) -> Result<(), ServiceError> {
    let (id, now) = (tenant.id, op.now());
    op.service()
        .db()
        .write(move |mut tx| {
            let batch = batch.clone();
            Box::pin(async move {
                if !tenant::set_state(&mut tx, id, to).await? {
                    return Err(ServiceError::Moved);
                }
                if to == TenantState::Suspended {
                    end_told_visits(&mut tx, &batch, now, VisitEnd::TenantSuspended).await?;
                    if !impersonation::list_running_in(&mut tx, id).await?.is_empty() {
                        // Somebody went in between the look and the write.
                        return Err(ServiceError::Moved);
                    }
                    tenant_session::end_of_tenant(&mut tx, id, now, SessionEnd::TenantSuspended).await?;
                }
                Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
            })
        })
        .await
}

/// Gives a tenant another name. Its slug never changes.
///
/// # Errors
/// Not found for a tenant that is unknown or hidden; denied; invalid for a name that is empty, too long or the same.
pub async fn rename(op: &StaffOp, tenant: &str, name: &str) -> Result<Changed, ServiceError> {
    again(|| rename_once(op, tenant, name)).await
}

async fn rename_once(op: &StaffOp, tenant: &str, name: &str) -> Result<Changed, ServiceError> {
    let found = find_tenant(op, tenant).await?;
    let mut story = story(&found, Event::TenantUpdate);
    let granted = op
        .require_about::<TenantUpdate>(&found.target(), story.clone())
        .await?;
    let name = checked_name(name)?;
    if name == found.name {
        return Err(ServiceError::Conflict("This is the tenant's name already."));
    }
    let permit = granted.discharge(());
    story.verdicts = Some(permit.decision().verdicts);
    story.changes.push(Change {
        field: "name".to_owned(),
        before: Some(found.name.clone()),
        after: Some(name.clone()),
    });
    let batch = op.record(story).await?;
    let (id, from, to) = (found.id, found.name.clone(), name.clone());
    op.service()
        .db()
        .write(move |mut tx| {
            let (from, to, batch) = (from.clone(), to.clone(), batch.clone());
            Box::pin(async move {
                if !tenant::rename(&mut tx, id, &from, &to).await? {
                    return Err(ServiceError::Moved);
                }
                Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
            })
        })
        .await?;
    Ok(Changed {
        tenant: TenantLabel {
            name,
            ..label(&found)
        },
        state: found.standing.state,
        visits: 0,
    })
}

fn checked_name(name: &str) -> Result<String, ServiceError> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > NAME_MAX || has_unseen(name) {
        let message = format!("Use 1 to {NAME_MAX} characters on one line, none of them unseen.");
        return Err(ServiceError::field(FieldError::new("name", message)));
    }
    Ok(name.to_owned())
}
