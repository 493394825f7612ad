//! The list of staff, filtered and paged. An installation has few: all are read, and none beyond the page leaves.

use stagedoor_core::action::kind::StaffView;
use stagedoor_core::id::{StaffId, TenantId};
use stagedoor_core::input::{FieldError, normalise, search_tokens};
use stagedoor_core::resource::Platform;
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::staff::{Named, SUPER_ADMINS, StaffState};
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::staff::{PostLine, ScopeLine, StaffListView, StaffRow, TermLine};
use stagedoor_core::view::{Page, Total};
use stagedoor_store::staff_list::{self, Listed};
use stagedoor_store::tenant::{self, Tenant};

use super::ask::may_manage;
use crate::cursor::CursorPlace;
use crate::directory::{LIMIT_DEFAULT, LIMIT_MAX};
use crate::error::ServiceError;
use crate::frame::label;
use crate::op::StaffOp;
use crate::query::{self, Term, chips, values};

/// What the list was asked for.
#[derive(Debug, Clone, Default)]
pub struct StaffRequest {
    /// The query.
    pub q: String,
    /// The cursor of a former page.
    pub cursor: Option<String>,
    /// Rows a page; none is the default.
    pub limit: Option<u32>,
}

/// What a query wishes.
#[derive(Debug, Clone, Default)]
struct Wish {
    words: Vec<String>,
    roles: Vec<StaffRole>,
    sub_roles: Vec<SubRoleName>,
    states: Vec<&'static str>,
    temporary: Option<bool>,
}

const STATES: [&str; 4] = ["invited", "claimed", "active", "deactivated"];

impl Wish {
    fn read(terms: &[Term]) -> Result<Self, String> {
        let mut wish = Self::default();
        for term in terms {
            match term.key.as_deref() {
                None => wish.words.push(normalise(&term.text)),
                Some("role") => {
                    let known = "super_admin, support, security or read_only";
                    wish.roles = values(term, |value| value.parse().ok(), known)?;
                }
                Some("sub_role") => {
                    let read = |value: &str| SubRoleName::parse(value).ok();
                    wish.sub_roles = values(term, read, "the name of one, such as support_l1")?;
                }
                Some("state") => {
                    let read = |value: &str| STATES.into_iter().find(|state| *state == value);
                    wish.states = values(term, read, "invited, claimed, active or deactivated")?;
                }
                Some("account") => {
                    let read = |value: &str| match value {
                        "temporary" => Some(true),
                        "permanent" => Some(false),
                        _ => None,
                    };
                    wish.temporary = values(term, read, "temporary or permanent")?.first().copied();
                }
                Some(key) => {
                    return Err(format!(
                        "{key}: is not known here. Use role, sub_role, state or account."
                    ));
                }
            }
        }
        Ok(wish)
    }

    fn admits(&self, listed: &Listed) -> bool {
        let staff = &listed.staff;
        let tokens = search_tokens(&staff.name, &staff.email);
        let id = staff.id.to_string();
        let worded =
            |word: &String| *word == id || tokens.iter().any(|token| token.starts_with(word.as_str()));
        self.words.iter().all(worded)
            && (self.roles.is_empty() || self.roles.contains(&role(listed)))
            && (self.sub_roles.is_empty()
                || staff
                    .sub_role
                    .as_ref()
                    .is_some_and(|own| self.sub_roles.contains(own)))
            && (self.states.is_empty() || self.states.contains(&staff.state.as_str()))
            && self
                .temporary
                .is_none_or(|temporary| temporary == staff.account_until.is_some())
    }
}

/// The role somebody has, or had.
fn role(listed: &Listed) -> StaffRole {
    let former = listed
        .deactivated
        .as_ref()
        .and_then(|deactivated| deactivated.role);
    former.unwrap_or(listed.staff.role)
}

/// The Staff page.
///
/// # Errors
/// Denied; invalid for a cursor that cannot be read. A query that cannot be read is shown with what is wrong.
pub async fn view(op: &StaffOp, request: &StaffRequest) -> Result<StaffListView, ServiceError> {
    op.require::<StaffView>(&Platform).await?.discharge(());
    let read = query::parse(&request.q).and_then(|terms| Ok((Wish::read(&terms)?, chips(&terms))));
    let (wish, chips, query_error) = match read {
        Ok((wish, chips)) => (wish, chips, None),
        Err(message) => (Wish::default(), Vec::new(), Some(message)),
    };
    let service = op.service();
    let place = CursorPlace {
        route: "staff",
        filter: request.q.clone(),
        person: op.staff().id.to_string(),
    };
    let (after, first) = place.after::<(String, StaffId)>(service, request.cursor.as_deref())?;
    let limit = request.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
    let all = staff_list::list(&mut service.db().reader(), op.now()).await?;
    let super_admins = all.iter().filter(|listed| listed.staff.holds_the_floor()).count() as u64;
    let matching: Vec<Listed> = all.into_iter().filter(|listed| wish.admits(listed)).collect();
    let total = Total::from_capped(matching.len() as u64);
    let mut rows: Vec<Listed> = matching
        .into_iter()
        .filter(|listed| after.as_ref().is_none_or(|after| key(listed) > *after))
        .take(limit as usize + 1)
        .collect();
    let next = place.cut(service, &mut rows, (limit, first), key)?;
    Ok(StaffListView {
        query: request.q.clone(),
        query_error,
        chips,
        matching: total,
        first,
        page: Page {
            items: staff_rows(op, &rows).await?,
            next,
        },
        super_admins,
        warning: warning(super_admins),
        may_manage: may_manage(op),
        sub_roles: sub_roles(op),
        now: op.now(),
    })
}

/// The same for an API, where nobody looks at what is wrong with a query.
///
/// # Errors
/// As [`view`]; invalid for a query that cannot be read.
pub async fn list(op: &StaffOp, request: &StaffRequest) -> Result<StaffListView, ServiceError> {
    let view = view(op, request).await?;
    match view.query_error {
        Some(message) => Err(ServiceError::field(FieldError::new("q", message))),
        None => Ok(view),
    }
}

fn key(listed: &Listed) -> (String, StaffId) {
    (normalise(&listed.staff.email), listed.staff.id)
}

/// What is wrong with a number of super admins, if anything.
fn warning(super_admins: u64) -> Option<String> {
    let (least, most) = (SUPER_ADMINS.start(), SUPER_ADMINS.end());
    if super_admins < *least {
        let have = match super_admins {
            0 => "No super admin is".to_owned(),
            1 => "Only one super admin is".to_owned(),
            some => format!("Only {some} super admins are"),
        };
        Some(format!(
            "{have} enrolled for good and of all tenants. Have {least} to {most}, so that one who is away locks nobody out."
        ))
    } else if super_admins > *most {
        Some(format!(
            "{super_admins} super admins are enrolled for good and of all tenants. Have {least} to {most}: each can change everything."
        ))
    } else {
        None
    }
}

/// Rows as pages and the API show them, with the tenants that the reader may know.
pub(super) async fn staff_rows(op: &StaffOp, rows: &[Listed]) -> Result<Vec<StaffRow>, ServiceError> {
    let mut ids: Vec<TenantId> = rows
        .iter()
        .flat_map(|listed| {
            let back = listed.staff.lapses.scope.as_ref().map(|lapse| &lapse.back_to);
            [Some(&listed.staff.scope), back]
        })
        .filter_map(|scope| match scope {
            Some(Scope::Only(ids)) => Some(ids.iter().copied()),
            Some(Scope::All) | None => None,
        })
        .flatten()
        .filter(|id| op.knows(*id))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let most = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let tenants = match ids.is_empty() {
        true => Vec::new(),
        false => tenant::list(&mut op.service().db().reader(), &Scope::only(ids), most).await?,
    };
    let mut all = Vec::with_capacity(rows.len());
    for listed in rows {
        all.push(staff_row(op, listed, &tenants).await?);
    }
    Ok(all)
}

/// Which tenants a scope reaches, as far as the reader may know of them.
pub(crate) fn scope_line(scope: &Scope, tenants: &[Tenant]) -> ScopeLine {
    match scope {
        Scope::All => ScopeLine::All,
        Scope::Only(ids) => {
            let known = tenants.iter().filter(|tenant| ids.contains(&tenant.id));
            let known: Vec<_> = known.map(label).collect();
            ScopeLine::Only {
                hidden: (ids.len() - known.len()) as u64,
                known,
            }
        }
    }
}

fn post_line(role: StaffRole, sub_role: Option<&SubRoleName>) -> PostLine {
    PostLine {
        role,
        sub_role: sub_role.map(ToString::to_string),
    }
}

/// The sub-roles that somebody can be given, each with its role.
pub(super) fn sub_roles(op: &StaffOp) -> Vec<PostLine> {
    let all = op.policy().sub_roles.iter();
    all.map(|one| post_line(one.of(), Some(one.name()))).collect()
}

async fn staff_row(op: &StaffOp, listed: &Listed, tenants: &[Tenant]) -> Result<StaffRow, ServiceError> {
    let staff = &listed.staff;
    let runs = |until: Timestamp| op.now() < until;
    let post = staff.lapses.post.as_ref().filter(|lapse| runs(lapse.until));
    let scope = staff.lapses.scope.as_ref().filter(|lapse| runs(lapse.until));
    let sub_roles = &op.policy().sub_roles;
    let known = |name: &SubRoleName| sub_roles.find(staff.role, name).is_some();
    Ok(StaffRow {
        id: staff.id,
        name: staff.name.clone(),
        email: staff.email.clone(),
        role: role(listed),
        sub_role: staff.sub_role.as_ref().map(ToString::to_string),
        sub_role_known: staff.sub_role.as_ref().is_none_or(known),
        role_term: post.map(|lapse| TermLine {
            until: lapse.until,
            why: lapse.why.clone(),
            back_to: post_line(lapse.back_to.role, lapse.back_to.sub_role.as_ref()),
        }),
        state: staff.state.as_str().to_owned(),
        scope: scope_line(&staff.scope, tenants),
        scope_term: scope.map(|lapse| TermLine {
            until: lapse.until,
            why: lapse.why.clone(),
            back_to: scope_line(&lapse.back_to, tenants),
        }),
        until: staff.account_until,
        token_until: listed.token_until.filter(|until| *until > op.now()),
        passkeys: listed.passkeys,
        signed_in: listed.signed_in,
        created: listed.created,
        own: staff.id == op.staff().id,
        named: op.service().named(staff).await? == Named::InFile,
        owes_duties: staff.state == StaffState::Active
            && !op
                .policy()
                .responsibilities
                .are_acknowledged(staff.acknowledged.as_deref()),
    })
}
