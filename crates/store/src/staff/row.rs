//! A member of staff from their row and from the tenants that stand in other tables, as they are at a moment: what was given for a
//! time and is past its end has fallen back already.

use stagedoor_core::id::{Id as _, ProviderId, StaffId, TenantId};
use stagedoor_core::role::Scope;
use stagedoor_core::staff::{Post, StaffState, Term};
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::time::Timestamp;

use super::{Lapse, Lapses, Staff};
use crate::Error;
use crate::db::{Executor, Row};
use crate::statement::{Statement, statements};

statements! {
    SCOPE = "SELECT tenant_id FROM staff_scope WHERE staff_id = $1 ORDER BY tenant_id";
    TERM_SCOPE = "SELECT tenant_id FROM staff_term_scope WHERE staff_id = $1 ORDER BY tenant_id";
}

/// A member of staff from their row.
pub(super) async fn staff(ex: &mut impl Executor, row: &Row, now: Timestamp) -> Result<Staff, Error> {
    let id: StaffId = row.parse("id")?;
    let listed = |kind: String| kind != "all";
    let base = match listed(row.get("scope")?) {
        false => Scope::All,
        true => scope(ex, &SCOPE, id).await?,
    };
    let over = match row.get::<Option<String>>("term_scope")?.map(listed) {
        None => None,
        Some(false) => Some(Scope::All),
        Some(true) => Some(scope(ex, &TERM_SCOPE, id).await?),
    };
    with_scope(row, base, over, now)
}

/// A member of staff from their row as they are at a moment, with their scopes, which stand in other tables.
pub(crate) fn with_scope(
    row: &Row,
    scope: Scope,
    over: Option<Scope>,
    now: Timestamp,
) -> Result<Staff, Error> {
    let post = Post {
        role: row.parse("role")?,
        sub_role: sub_role(row, "sub_role")?,
    };
    let (post, post_lapse) = lapse(post, post_term(row)?, now);
    let scope_term = match over {
        Some(held) => Some(Term {
            held,
            until: row.time("term_scope_until")?,
            why: row.get("term_scope_why")?,
        }),
        None => None,
    };
    let (scope, scope_lapse) = lapse(scope, scope_term, now);
    let state = match row.parse("state")? {
        StaffState::Claimed { .. } => StaffState::Claimed {
            until: row.time_opt("claimed_until")?,
        },
        state => state,
    };
    let provider: Option<ProviderId> = row.parse_opt("provider_id")?;
    let subject: Option<String> = row.get("subject")?;
    Ok(Staff {
        id: row.parse("id")?,
        email: row.get("email")?,
        name: row.get("display_name")?,
        role: post.role,
        sub_role: post.sub_role,
        state,
        identity: provider.zip(subject),
        scope,
        account_until: row.time_opt("account_until")?,
        acknowledged: row.get("responsibilities")?,
        lapses: Lapses {
            post: post_lapse,
            scope: scope_lapse,
        },
    })
}

/// What is in force at a moment, and what of it falls back.
fn lapse<T: Clone>(base: T, term: Option<Term<T>>, now: Timestamp) -> (T, Option<Lapse<T>>) {
    let Some(Term { held, until, why }) = term else {
        return (base, None);
    };
    let in_force = match now < until {
        true => held.clone(),
        false => base.clone(),
    };
    let lapse = Lapse {
        held,
        until,
        why,
        back_to: base,
    };
    (in_force, Some(lapse))
}

/// The role that is given for a time, where one is.
pub(crate) fn post_term(row: &Row) -> Result<Option<Term<Post>>, Error> {
    let Some(role) = row.parse_opt("term_role")? else {
        return Ok(None);
    };
    Ok(Some(Term {
        held: Post {
            role,
            sub_role: sub_role(row, "term_sub_role")?,
        },
        until: row.time("term_role_until")?,
        why: row.get("term_role_why")?,
    }))
}

fn sub_role(row: &Row, column: &'static str) -> Result<Option<SubRoleName>, Error> {
    row.parse_opt(column)
}

async fn scope(ex: &mut impl Executor, tenants: &Statement, id: StaffId) -> Result<Scope, Error> {
    let rows = tenants.bind(id).fetch_all(ex).await?;
    let tenants = rows
        .iter()
        .map(|row| row.parse::<TenantId>("tenant_id"))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Scope::only(tenants))
}

/// The person of a row, or nobody, by the same statements: who stands outside does not learn from the work who there is.
pub(super) async fn evenly(
    ex: &mut impl Executor,
    row: Option<Row>,
    now: Timestamp,
) -> Result<Option<Staff>, Error> {
    let id = match &row {
        Some(row) => row.parse("id")?,
        None => StaffId::new(0, 0),
    };
    let listed = scope(ex, &SCOPE, id).await?;
    let listed_over = scope(ex, &TERM_SCOPE, id).await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let of = |kind: String, listed| match kind.as_str() {
        "all" => Scope::All,
        _ => listed,
    };
    let base = of(row.get("scope")?, listed);
    let over = row.get::<Option<String>>("term_scope")?;
    let over = over.map(|kind| of(kind, listed_over));
    with_scope(&row, base, over, now).map(Some)
}
