//! What stands around every console page: the session and its clocks, the tenants in scope, the numbers of the
//! navigation.
//!
//! It is made for each page, so nothing here is counted without a bound.

use stagedoor_core::action::kind::TenantList;
use stagedoor_core::resource::Platform;
use stagedoor_core::role::StaffRole;
use stagedoor_core::session::SessionState;
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::view::frame::{ConsoleFrame, Countdown, GuardView, NavCounts, PersonView, TenantLabel};
use stagedoor_store::tenant::Tenant;
use stagedoor_store::tenant_list::{self, TenantFilter};
use stagedoor_store::{session_list, tenant};

use crate::alerts;
use crate::error::ServiceError;
use crate::impersonation::count_running;
use crate::narrow::narrowed_view;
use crate::op::StaffOp;
use crate::risk;
use crate::sessions;
use crate::trial;

/// Most tenants in the scope switch.
const TENANTS_SHOWN: u32 = 50;

/// Longest text that tenants are looked for with.
const TEXT_MAX: usize = 80;

/// A tenant as a label.
pub(crate) fn label(tenant: &Tenant) -> TenantLabel {
    TenantLabel {
        id: tenant.id,
        slug: tenant.slug.clone(),
        name: tenant.name.clone(),
    }
}

/// The console's frame around a page, with the tenant that the page is scoped to.
///
/// # Errors
/// When the database cannot be used. A slug that is unknown or hidden scopes to nothing: the page says so itself.
pub async fn console(op: &StaffOp, slug: Option<&str>) -> Result<ConsoleFrame, ServiceError> {
    // Every role holds it, so that what is asked here is whether all guardrails hold for this call.
    let permit = op.require::<TenantList>(&Platform).await?.discharge(());
    let service = op.service();
    let ex = &mut service.db().reader();
    let chosen = match slug.filter(|slug| !slug.is_empty()) {
        Some(slug) => tenant::find_by_slug(ex, slug)
            .await?
            .filter(|tenant| op.knows(tenant.id)),
        None => None,
    };
    let tenants = tenant::list(ex, &op.staff().scope, TENANTS_SHOWN).await?;
    let staff = op.staff();
    let flash = service.take_flash(&op.session().id.to_string()).await?;
    Ok(ConsoleFrame {
        person: PersonView {
            name: staff.name.clone(),
            email: staff.email.clone(),
            role: role_words(op.own_post()),
        },
        role: staff.role,
        offers: op.offers(),
        narrowed: narrowed_view(op).await?,
        installation: service.settings().installation.clone(),
        host: service.settings().origins.staff_authority().to_owned(),
        network: op.let_in_by(op.policy()).map(|(name, _)| name),
        guards: GuardView::six(&permit.decision().verdicts, op.own_post().1),
        session: countdown(op),
        counts: counts(op, chosen.as_ref()).await?,
        tenant: chosen.as_ref().map(label),
        tenants: tenants.iter().map(label).collect(),
        trials: trial::pending(op).await?,
        flash,
    })
}

/// The first tenants of the person's scope, by name, that have a word of their name beginning with a text: for the palette.
///
/// # Errors
/// Denied; unavailable when the database is.
pub async fn find_tenants(
    op: &StaffOp,
    beginning: &str,
    limit: u32,
) -> Result<Vec<TenantLabel>, ServiceError> {
    op.require::<TenantList>(&Platform).await?.discharge(());
    let beginning: String = beginning.trim().chars().take(TEXT_MAX).collect();
    let ex = &mut op.service().db().reader();
    let found = tenant::search(ex, &op.staff().scope, &beginning, limit).await?;
    Ok(found.iter().map(label).collect())
}

/// A person's role for people, with the sub-role that narrows it.
pub(crate) fn role_words((role, sub_role): (StaffRole, Option<&SubRoleName>)) -> String {
    match sub_role {
        Some(name) => format!("{}, {name}", role.label()),
        None => role.label().to_owned(),
    }
}

pub(crate) fn countdown(op: &StaffOp) -> Countdown {
    let (now, rule) = (op.now(), op.session_rule());
    let session = op.session();
    let until = match session
        .state
        .narrowed(session.started, rule.ttl, op.staff().ends_for(session.started))
    {
        SessionState::Active { until, .. } => until,
        SessionState::Ended { .. } => now,
    };
    // This very request is activity.
    let idle_until = now.plus(rule.idle).min(until);
    Countdown {
        now,
        until,
        idle_until,
    }
}

/// The numbers beside the navigation. Each is counted through an index, and none beyond the cap.
async fn counts(op: &StaffOp, chosen: Option<&Tenant>) -> Result<NavCounts, ServiceError> {
    let ex = &mut op.service().db().reader();
    let (users, sessions) = match chosen {
        Some(tenant) => {
            let people = sessions::live_of(op, tenant, None);
            let live = session_list::count_members(ex, &people).await?.floor();
            (Some(op.service().people_of(tenant.id).await?), live)
        }
        None => (None, sessions::count_live(op).await?),
    };
    let tenants = TenantFilter::of(op.staff().scope.clone());
    Ok(NavCounts {
        users,
        sessions: Some(sessions),
        tenants: Some(tenant_list::count(ex, &tenants).await?.floor()),
        alerts: alerts::waiting(op).await?.map(|count| count.waiting),
        risks: risk::count_open(op).await?,
        impersonations: Some(count_running(op).await?),
    })
}
