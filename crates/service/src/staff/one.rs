//! One member of staff's own page: who they are, what they hold, what happened to them, and what may be done.

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::StaffView;
use stagedoor_core::audit::sentence::Reader;
use stagedoor_core::audit::{Event, Field, Read};
use stagedoor_core::decision::Reason;
use stagedoor_core::id::StaffId;
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::staff::{StaffChange, StaffRefusal, nothing};
use stagedoor_core::view::audit::AuditLine;
use stagedoor_core::view::staff::{DeactivatedLine, Offer, StaffOffers, StaffPage, StaffPasskey, TaskLine};
use stagedoor_store::staff_list::{self, Listed};
use stagedoor_store::{audit, passkey, staff_change};

use super::ask::{account, acting, allowed, may_manage, way_without, words};
use super::list::{staff_rows, sub_roles};
use crate::audit::everything;
use crate::duties::shown_to_managers;
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::passkeys::maker;
use crate::recorder::Story;
use crate::sessions::latest_of_staff;

/// Entries that are shown; the rest are in the audit log.
const ENTRIES: u32 = 12;

/// A member of staff's page.
///
/// # Errors
/// Denied; not found.
pub async fn page(op: &StaffOp, id: &str) -> Result<StaffPage, ServiceError> {
    let permit = op.require::<StaffView>(&Platform).await?.discharge(());
    let ex = &mut op.service().db().reader();
    let all = staff_list::list(ex, op.now()).await?;
    let known = id.parse::<StaffId>().ok();
    let Some(listed) = all.into_iter().find(|listed| Some(listed.staff.id) == known) else {
        return Err(op.nothing_there(Event::StaffView, None).await);
    };
    let history = history(op, listed.staff.id).await?;
    if !history.is_empty() {
        let mut story = Story::new(Event::AuditRead);
        story.verdicts = Some(permit.decision().verdicts);
        story
            .facts
            .insert(Field::Query, format!("target:{}", listed.staff.id));
        story.reads.push(Read {
            what: "Audit log of one member of staff".to_owned(),
            rows: history.len() as u64,
        });
        let batch = op.record(story).await?;
        op.service().commit_only(batch).await?;
    }
    let rows = staff_rows(op, std::slice::from_ref(&listed)).await?;
    let row = rows.into_iter().next().ok_or(ServiceError::NotFound)?;
    let sees_sessions = op.would(Action::SessionView, Platform.facts()).is_permit();
    Ok(StaffPage {
        offers: offers(op, &listed).await?,
        tasks: tasks(op, row.id).await?,
        passkeys: passkeys(op, row.id).await?,
        sessions: match sees_sessions {
            true => latest_of_staff(op, row.id).await?,
            false => Vec::new(),
        },
        history,
        contact: shown_to_managers(op, row.id).await?,
        row,
        justification: listed.justification,
        deactivated: listed.deactivated.map(|deactivated| DeactivatedLine {
            at: deactivated.at,
            why: deactivated.why,
        }),
        sub_roles: sub_roles(op),
        now: op.now(),
    })
}

/// The latest entries about somebody that the reader may see.
async fn history(op: &StaffOp, id: StaffId) -> Result<Vec<AuditLine>, ServiceError> {
    if !op.would(Action::AuditReadTenant, Platform.facts()).is_permit() {
        return Ok(Vec::new());
    }
    let mut filter = everything(op);
    filter.targets = Some(vec![id.to_string()]);
    let rows = audit::list(&mut op.service().db().reader(), &filter, None, ENTRIES).await?;
    op.service().lines(&rows, Reader::Platform).await
}

async fn passkeys(op: &StaffOp, id: StaffId) -> Result<Vec<StaffPasskey>, ServiceError> {
    let kept = passkey::list_kept(&mut op.service().db().reader(), id).await?;
    let keys = kept.into_iter().map(|kept| StaffPasskey {
        id: kept.id,
        name: kept.name,
        maker: kept.aaguid.as_deref().and_then(maker::of).map(str::to_owned),
        created: kept.created,
        last_used: kept.last_used,
    });
    Ok(keys.collect())
}

async fn tasks(op: &StaffOp, id: StaffId) -> Result<Vec<TaskLine>, ServiceError> {
    let ex = &mut op.service().db().reader();
    let reads = op.would(Action::AuditReadTenant, Platform.facts()).is_permit();
    let mut lines = Vec::new();
    for stored in staff_change::tasks(ex, id).await? {
        let done = match stored.done {
            Some((at, by)) => {
                let by = stagedoor_store::staff::find(ex, by, op.now()).await?;
                Some((at, by.map_or_else(String::new, |by| by.name)))
            }
            None => None,
        };
        lines.push(TaskLine {
            task: stored.task.as_str().to_owned(),
            about: stored.task.explain().to_owned(),
            steps: stored.task.steps().iter().copied().map(str::to_owned).collect(),
            entries: stored
                .task
                .days_back()
                .filter(|_| reads)
                .map(|days| format!("actor:{id} since:{days}d")),
            due: stored.due,
            done,
        });
    }
    Ok(lines)
}

/// What the reader may do, each asked of the core; what it refuses is told in its words.
async fn offers(op: &StaffOp, listed: &Listed) -> Result<Option<StaffOffers>, ServiceError> {
    if !may_manage(op) {
        return Ok(None);
    }
    let service = op.service();
    let target = &listed.staff;
    let ex = &mut service.db().reader();
    let others = staff_change::count_floor_beside(ex, target.id).await?;
    let way = way_without(service, ex, (target, op.now())).await?;
    let (actor, named) = (acting(op), service.named(target).await?);
    let target = account(target, named);
    let offer = |change: &StaffChange| -> Offer {
        let answer = allowed((&actor, &target), change, (others, way, op.now()));
        answer.map(drop).map_err(|refusal| words(refusal).to_owned())
    };
    let least = match target.access == nothing() {
        true => StaffChange::Rename,
        false => StaffChange::Access(nothing()),
    };
    // Whether the last super admin, or way in, may be changed depends on what to; that is said when it is tried.
    let last = [
        StaffRefusal::Denied(Reason::LastSuperAdmin),
        StaffRefusal::LastWay,
    ]
    .map(words);
    let access = match offer(&least) {
        Err(refused) if last.contains(&refused.as_str()) => Ok(()),
        answer => answer,
    };
    Ok(Some(StaffOffers {
        access,
        reissue: offer(&StaffChange::Reissue),
        reset: offer(&StaffChange::Reset),
        deactivate: offer(&StaffChange::Deactivate),
    }))
}
