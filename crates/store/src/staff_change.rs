//! Changes to accounts of staff, each a compare-and-swap on what was read. That somebody who may manage staff always stays is
//! counted here, and kept by triggers whoever writes.

use stagedoor_core::id::StaffId;
use stagedoor_core::role::Scope;
use stagedoor_core::staff::{Access, Task};
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::staff::{self, Staff, lasting_super_admin};
use crate::statement::{Executor, statements};
use crate::tx::WriteTx;

statements! {
    COUNT_FLOOR = concat!("SELECT count(*) AS others FROM staff WHERE ", lasting_super_admin!(), " AND id <> $1");
    SET_ACCESS = "UPDATE staff SET role = $2, scope = $3, account_until = $4, sub_role = $5, term_role = $6, term_sub_role = $7, term_role_until = $8, term_role_why = $9, term_scope = $10, term_scope_until = $11, term_scope_why = $12 WHERE id = $1 AND role = $13 AND state = $14";
    RENAME = "UPDATE staff SET display_name = $2 WHERE id = $1 AND display_name = $3 AND state <> 'deactivated'";
    DEACTIVATE = "UPDATE staff SET state = 'deactivated', former_role = role, role = 'read_only', scope = 'listed', sub_role = NULL, term_role = NULL, term_sub_role = NULL, term_role_until = NULL, term_role_why = NULL, term_scope = NULL, term_scope_until = NULL, term_scope_why = NULL, claimed_until = NULL, enrolment_digest = NULL, enrolment_until = NULL, deactivated_at = $2, deactivated_why = $3 WHERE id = $1 AND role = $4 AND state = $5";
    FORGET_CONTACT = "DELETE FROM staff_backup_contact WHERE staff_id = $1";
    CLEAR_SCOPE = "DELETE FROM staff_scope WHERE staff_id = $1";
    ADD_SCOPE = "INSERT INTO staff_scope (staff_id, tenant_id) VALUES ($1, $2)";
    CLEAR_TERM_SCOPE = "DELETE FROM staff_term_scope WHERE staff_id = $1";
    ADD_TERM_SCOPE = "INSERT INTO staff_term_scope (staff_id, tenant_id) VALUES ($1, $2)";
    LAPSED = "SELECT id FROM staff WHERE (term_role_until <= $1 OR term_scope_until <= $1) AND state <> 'deactivated' ORDER BY id LIMIT 100";
    REVOKE_GRANTS = "UPDATE break_glass_request SET state = 'revoked' WHERE requester_id = $1 AND state IN ('pending', 'approved')";
    ENDED = "SELECT id FROM staff WHERE account_until IS NOT NULL AND account_until <= $1 AND state <> 'deactivated' ORDER BY account_until, id LIMIT 100";
    ADD_TASK = "INSERT INTO staff_task (staff_id, task, due_at) VALUES ($1, $2, $3)";
    ADD_LATER = "INSERT INTO staff_task (staff_id, task, due_at) SELECT id, $2, $3 FROM staff WHERE id = $1 AND state = 'deactivated' AND NOT EXISTS (SELECT 1 FROM staff_task AS other WHERE other.staff_id = $1 AND other.task = $2)";
    FINISH_TASK = "UPDATE staff_task SET done_at = $3, done_by = $4 WHERE staff_id = $1 AND task = $2 AND done_at IS NULL";
    OVERDUE = "SELECT staff_id, count(*) AS tasks, min(due_at) AS first_due FROM staff_task WHERE done_at IS NULL AND due_at <= $1 GROUP BY staff_id ORDER BY first_due, staff_id";
    TASKS = "SELECT task, due_at, done_at, done_by FROM staff_task WHERE staff_id = $1 ORDER BY due_at, task";
}

/// How many accounts beside this one are enrolled, permanent super admins who are limited to no tenants.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_floor_beside(ex: &mut impl Executor, id: StaffId) -> Result<u64, Error> {
    COUNT_FLOOR.bind(id).fetch_one(ex).await?.count("others")
}

/// Gives an account another role, sub-role, scope and end, and what is given over them for a time. `false` when its role or state is not what was read.
///
/// # Errors
/// `Conflict` with `staff_last_super_admin` when nobody would be left; `foreign key` for an unknown tenant.
pub async fn set_access(tx: &mut WriteTx, before: &Staff, to: &Access) -> Result<bool, Error> {
    let (post, scope) = (to.terms.post.as_ref(), to.terms.scope.as_ref());
    let name = |name: &SubRoleName| name.as_str().to_owned();
    let changed = SET_ACCESS
        .bind(before.id)
        .bind(to.role.as_str())
        .bind(kind(&to.scope))
        .bind(to.until)
        .bind(to.sub_role.as_ref().map(name))
        .bind(post.map(|term| term.held.role.as_str()))
        .bind(post.and_then(|term| term.held.sub_role.as_ref().map(name)))
        .bind(post.map(|term| term.until))
        .bind(post.map(|term| term.why.as_str()))
        .bind(scope.map(|term| kind(&term.held)))
        .bind(scope.map(|term| term.until))
        .bind(scope.map(|term| term.why.as_str()))
        .bind(before.access().role.as_str())
        .bind(before.state.as_str())
        .execute(tx)
        .await?;
    if changed != 1 {
        return Ok(false);
    }
    CLEAR_SCOPE.bind(before.id).execute(tx).await?;
    CLEAR_TERM_SCOPE.bind(before.id).execute(tx).await?;
    let over = scope.map(|term| &term.held);
    for (scope, add) in [(Some(&to.scope), &ADD_SCOPE), (over, &ADD_TERM_SCOPE)] {
        let Some(Scope::Only(tenants)) = scope else {
            continue;
        };
        for tenant in tenants {
            add.bind(before.id).bind(*tenant).execute(tx).await?;
        }
    }
    Ok(true)
}

fn kind(scope: &Scope) -> &'static str {
    match scope {
        Scope::All => "all",
        Scope::Only(_) => "listed",
    }
}

/// Gives somebody another name. `false` when it is not what was read.
///
/// # Errors
/// When the database cannot be written.
pub async fn rename(tx: &mut WriteTx, before: &Staff, name: &str) -> Result<bool, Error> {
    let renamed = RENAME.bind(before.id).bind(name).bind(before.name.as_str());
    Ok(renamed.execute(tx).await? == 1)
}

/// Why and when somebody is deactivated.
#[derive(Debug, Clone)]
pub struct Deactivation {
    /// When.
    pub at: Timestamp,
    /// Why, in words.
    pub why: String,
    /// What is left to do for people.
    pub tasks: Vec<Task>,
}

/// Switches an account off for ever: its role, tenants, token, backup contact and break-glass grants go, and its checklist begins. Sessions,
/// visits and passkeys are the caller's. `false` when its role or state is not what was read.
///
/// # Errors
/// `Conflict` with `staff_last_super_admin` when nobody would be left.
pub async fn deactivate(tx: &mut WriteTx, before: &Staff, how: &Deactivation) -> Result<bool, Error> {
    let changed = DEACTIVATE
        .bind(before.id)
        .bind(how.at)
        .bind(how.why.as_str())
        .bind(before.access().role.as_str())
        .bind(before.state.as_str())
        .execute(tx)
        .await?;
    if changed != 1 {
        return Ok(false);
    }
    CLEAR_SCOPE.bind(before.id).execute(tx).await?;
    FORGET_CONTACT.bind(before.id).execute(tx).await?;
    CLEAR_TERM_SCOPE.bind(before.id).execute(tx).await?;
    REVOKE_GRANTS.bind(before.id).execute(tx).await?;
    for task in &how.tasks {
        let due = task.due(how.at);
        ADD_TASK
            .bind(before.id)
            .bind(task.as_str())
            .bind(due)
            .execute(tx)
            .await?;
    }
    Ok(true)
}

/// Adds something to the checklist of somebody who is deactivated. `false` when they are not, or it is on it already.
///
/// # Errors
/// When the database cannot be written.
pub async fn add_task(tx: &mut WriteTx, (id, task): (StaffId, Task), due: Timestamp) -> Result<bool, Error> {
    let added = ADD_LATER.bind(id).bind(task.as_str()).bind(due);
    Ok(added.execute(tx).await? == 1)
}

/// Temporary accounts whose end has come and is not written yet: at most 100 at a time.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_ended(ex: &mut impl Executor, now: Timestamp) -> Result<Vec<Staff>, Error> {
    let mut all = Vec::new();
    for row in &ENDED.bind(now).fetch_all(ex).await? {
        all.extend(staff::find(ex, row.parse("id")?, now).await?);
    }
    Ok(all)
}

/// Accounts of which something was given for a time that is over, and that is not written yet: at most 100 at a time.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_lapsed(ex: &mut impl Executor, now: Timestamp) -> Result<Vec<Staff>, Error> {
    let mut all = Vec::new();
    for row in &LAPSED.bind(now).fetch_all(ex).await? {
        all.extend(staff::find(ex, row.parse("id")?, now).await?);
    }
    Ok(all)
}

/// One thing to do after a deactivation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTask {
    /// What.
    pub task: Task,
    /// By when.
    pub due: Timestamp,
    /// When it was done, and by whom.
    pub done: Option<(Timestamp, StaffId)>,
}

/// What is to do after somebody's deactivation, the most urgent first.
///
/// # Errors
/// When the database cannot be read.
pub async fn tasks(ex: &mut impl Executor, id: StaffId) -> Result<Vec<StoredTask>, Error> {
    let rows = TASKS.bind(id).fetch_all(ex).await?;
    rows.iter()
        .map(|row| {
            Ok(StoredTask {
                task: row.parse("task")?,
                due: row.time("due_at")?,
                done: row.time_opt("done_at")?.zip(row.parse_opt("done_by")?),
            })
        })
        .collect()
}

/// Somebody whose checklist is not done in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overdue {
    /// Whose.
    pub of: StaffId,
    /// How much of it is late.
    pub tasks: u64,
}

/// Whose checklists are late, by how long the first thing has waited.
///
/// # Errors
/// When the database cannot be read.
pub async fn overdue(ex: &mut impl Executor, now: Timestamp) -> Result<Vec<Overdue>, Error> {
    let rows = OVERDUE.bind(now).fetch_all(ex).await?;
    rows.iter()
        .map(|row| {
            Ok(Overdue {
                of: row.parse("staff_id")?,
                tasks: row.count("tasks")?,
            })
        })
        .collect()
}

/// Notes that something is done. `false` when it was already, or is not to be done.
///
/// # Errors
/// When the database cannot be written.
pub async fn finish_task(
    tx: &mut WriteTx,
    (of, task): (StaffId, Task),
    (at, by): (Timestamp, StaffId),
) -> Result<bool, Error> {
    let done = FINISH_TASK.bind(of).bind(task.as_str()).bind(at).bind(by);
    Ok(done.execute(tx).await? == 1)
}
