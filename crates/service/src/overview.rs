//! What needs a person now. Every line is counted from the database; what is not there yet is not claimed.

use stagedoor_core::action::{Action, ActionKind, kind};
use stagedoor_core::guard::TotpFallback;
use stagedoor_core::resource::{Platform, Resource, VisitTarget};
use stagedoor_core::risk::{Level, RiskState};
use stagedoor_core::role::Scope;
use stagedoor_core::staff::SUPER_ADMINS;
use stagedoor_core::view::overview::{HygieneLine, Need, OverviewView, VisitRow};
use stagedoor_core::view::{Kpi, Tone, grouped};
use stagedoor_store::impersonation::Visit;
use stagedoor_store::risk::{Risk, RiskFilter};
use stagedoor_store::staff::{Staff, StaffState};
use stagedoor_store::{impersonation, membership, passkey, pending, risk, staff, staff_change, tenant};

use crate::alerts;
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::trend;

/// The Overview.
///
/// # Errors
/// Denied; unavailable when the database cannot be read.
pub async fn view(op: &StaffOp) -> Result<OverviewView, ServiceError> {
    op.require::<kind::TenantList>(&Platform).await?.discharge(());
    let all = staff::list(&mut op.service().db().reader(), op.now()).await?;
    Ok(OverviewView {
        first_name: op
            .staff()
            .name
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned(),
        needs: needs(op, &all).await?,
        kpis: kpis(op, &all).await?,
        inside: if may::<kind::ImpersonationView>(op) {
            Some(inside(op, &all).await?)
        } else {
            None
        },
        hygiene: if may::<kind::StaffView>(op) {
            Some(hygiene(op, &all).await?)
        } else {
            None
        },
        now: op.now(),
    })
}

fn may<A: ActionKind<Resource = Platform>>(op: &StaffOp) -> bool {
    op.would(A::ACTION, Platform.facts()).is_permit()
}

fn all_tenants(op: &StaffOp) -> bool {
    op.staff().scope == Scope::All
}

/// What waits for this person, most urgent first.
async fn needs(op: &StaffOp, all: &[Staff]) -> Result<Vec<Need>, ServiceError> {
    let mut needs: Vec<Need> = waiting_alerts(op).await?.into_iter().collect();
    needs.extend(open_requests(op).await?);
    needs.extend(open_risks(op).await?);
    needs.extend(open_invitations(op).await?);
    needs.extend(number_of_super_admins(op, all));
    needs.extend(unknown_sub_roles(op, all));
    needs.extend(overdue_checklists(op, all).await?);
    Ok(needs)
}

async fn waiting_alerts(op: &StaffOp) -> Result<Option<Need>, ServiceError> {
    let count = alerts::waiting(op).await?.unwrap_or_default();
    let noun = if count.waiting == 1 { "alert" } else { "alerts" };
    let late = match count.overdue {
        0 => "Acknowledge each within 24 hours".to_owned(),
        late if late == count.waiting => "Overdue: nobody should wait longer than 24 hours".to_owned(),
        late => format!("{late} of them overdue: acknowledge each within 24 hours"),
    };
    Ok((count.waiting > 0).then(|| Need {
        icon: "siren".to_owned(),
        tone: if count.overdue > 0 {
            Tone::Danger
        } else {
            Tone::Warn
        },
        title: format!("{} {noun} to acknowledge", count.waiting),
        detail: late,
        link: Some(("/alerts".to_owned(), "Open".to_owned())),
    }))
}

async fn open_requests(op: &StaffOp) -> Result<Vec<Need>, ServiceError> {
    if !all_tenants(op) || !may::<kind::BreakGlassVote>(op) {
        return Ok(Vec::new());
    }
    let now = op.now();
    let requests = pending::list_requests(&mut op.service().db().reader(), now, 5).await?;
    let need = |request: pending::OpenRequest| Need {
        icon: "siren".to_owned(),
        tone: Tone::Danger,
        title: format!(
            "Approve or deny: {}, {}",
            operation(&request.operation),
            request.tenant.as_deref().unwrap_or("platform")
        ),
        detail: format!(
            "{}, {} of {} approvals, ends in {} min",
            request.requester,
            request.approvals,
            request.quorum,
            request.expires.since(now).as_secs() / 60
        ),
        link: None,
    };
    Ok(requests.into_iter().map(need).collect())
}

async fn open_risks(op: &StaffOp) -> Result<Option<Need>, ServiceError> {
    if !may::<kind::RiskView>(op) {
        return Ok(None);
    }
    let open = RiskFilter {
        states: vec![RiskState::Open],
        ..RiskFilter::of(op.staff().scope.clone())
    };
    let ex = &mut op.service().db().reader();
    let total = risk::count(ex, &open).await?;
    let latest = risk::list(ex, &open, None, 3).await?;
    let about = |risk: &Risk| format!("{} for {}", risk.cause, risk.subject.detail());
    let causes: Vec<String> = latest.iter().map(about).collect();
    let noun = if total.floor() == 1 { "event" } else { "events" };
    let urgent = latest.iter().any(|risk| risk.level() >= Level::High);
    Ok((total.floor() > 0).then(|| Need {
        icon: "triangle-alert".to_owned(),
        tone: if urgent { Tone::Danger } else { Tone::Warn },
        title: format!("{total} open risk {noun}"),
        detail: causes.join(", "),
        link: Some(("/risk?q=status:open".to_owned(), "Open".to_owned())),
    }))
}

async fn open_invitations(op: &StaffOp) -> Result<Option<Need>, ServiceError> {
    if !all_tenants(op) || !op.would(Action::TenantCreate, Platform.facts()).is_permit() {
        return Ok(None);
    }
    let waiting = pending::count_invitations(&mut op.service().db().reader(), op.now()).await?;
    let noun = if waiting == 1 { "invitation" } else { "invitations" };
    Ok((waiting > 0).then(|| Need {
        icon: "mail-plus".to_owned(),
        tone: Tone::Info,
        title: format!("{waiting} {noun} not accepted yet"),
        detail: "They end by themselves after 48 hours".to_owned(),
        link: op
            .offered(Action::AuditReadTenant)
            .is_ok()
            .then(|| ("/audit?q=action:invitation.*".to_owned(), "Open".to_owned())),
    }))
}

fn number_of_super_admins(op: &StaffOp, all: &[Staff]) -> Option<Need> {
    let supers = super_admins(all);
    let noun = if supers == 1 { "admin" } else { "admins" };
    (may::<kind::StaffView>(op) && !SUPER_ADMINS.contains(&supers)).then(|| Need {
        icon: "shield-check".to_owned(),
        tone: Tone::Warn,
        title: format!("{supers} enrolled super {noun}"),
        detail: format!(
            "Keep {} to {} for good and of all tenants, so that one can be away and few can do everything",
            SUPER_ADMINS.start(),
            SUPER_ADMINS.end()
        ),
        link: None,
    })
}

/// Who has a sub-role that is not configured (any more): they are refused everything.
fn unknown_sub_roles(op: &StaffOp, all: &[Staff]) -> Option<Need> {
    let sub_roles = &op.policy().sub_roles;
    let lost = |staff: &&Staff| {
        let name = staff.sub_role.as_ref();
        let known = name.is_none_or(|name| sub_roles.find(staff.role, name).is_some());
        !known && staff.state != StaffState::Deactivated
    };
    let lost: Vec<&Staff> = all.iter().filter(lost).collect();
    let names: Vec<&str> = lost.iter().map(|staff| staff.name.as_str()).collect();
    let noun = if lost.len() == 1 {
        "person has"
    } else {
        "people have"
    };
    (may::<kind::StaffView>(op) && !lost.is_empty()).then(|| Need {
        icon: "shield-check".to_owned(),
        tone: Tone::Danger,
        title: format!("{} {noun} a sub-role that is not configured", lost.len()),
        detail: format!("They are refused everything: {}", names.join(", ")),
        link: Some(("/staff".to_owned(), "Open".to_owned())),
    })
}

/// What was to be done after people left, and is not: the link leads to whom it has waited for longest.
async fn overdue_checklists(op: &StaffOp, all: &[Staff]) -> Result<Option<Need>, ServiceError> {
    if !may::<kind::StaffView>(op) {
        return Ok(None);
    }
    let overdue = staff_change::overdue(&mut op.service().db().reader(), op.now()).await?;
    let Some(longest) = overdue.first() else {
        return Ok(None);
    };
    let tasks: u64 = overdue.iter().map(|one| one.tasks).sum();
    let noun = if tasks == 1 { "task" } else { "tasks" };
    let name = |id| {
        all.iter()
            .find(|staff| staff.id == id)
            .map(|staff| staff.name.as_str())
    };
    let names: Vec<&str> = overdue.iter().filter_map(|one| name(one.of)).collect();
    Ok(Some(Need {
        icon: "shield-check".to_owned(),
        tone: Tone::Danger,
        title: format!("{tasks} overdue {noun} after a deactivation"),
        detail: names.join(", "),
        link: Some((format!("/staff/{}", longest.of), "Open".to_owned())),
    }))
}

/// What a request is for, in words: the action's own, without the full stop.
fn operation(name: &str) -> String {
    let about = Action::from_name(name).map_or(name, |action| action.declaration().about.trim());
    let mut letters = about.trim_end_matches('.').chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}

/// Those who count for the floor.
fn super_admins(all: &[Staff]) -> u64 {
    all.iter().filter(|staff| staff.holds_the_floor()).count() as u64
}

fn in_use(all: &[Staff]) -> u64 {
    all.iter()
        .filter(|staff| staff.state != StaffState::Deactivated)
        .count() as u64
}

async fn kpis(op: &StaffOp, all: &[Staff]) -> Result<Vec<Kpi>, ServiceError> {
    let service = op.service();
    let signed_in = crate::sessions::count_people(op).await?;
    let days = crate::audit::visits_by_day(op).await?;
    let (before, week) = days.split_at(7);
    let (visits, visits_before) = (week.iter().sum::<u64>(), before.iter().sum::<u64>());
    let (denied, denied_before) = crate::audit::refusals(op).await?;
    let denied_now = denied.iter().sum::<u64>();
    Ok(vec![
        Kpi {
            label: "Staff signed in".to_owned(),
            value: grouped(signed_in),
            trend: format!("of {}", in_use(all)),
            spark: Vec::new(),
            tone: Tone::Accent,
        },
        Kpi {
            label: "Visits this week".to_owned(),
            value: grouped(visits),
            trend: trend::of_volume(visits, visits_before),
            spark: trend::spark(week),
            tone: Tone::Accent,
        },
        Kpi {
            label: "Denied calls, 24 h".to_owned(),
            value: grouped(denied_now),
            trend: trend::of_failures(denied_now, denied_before, "since yesterday"),
            spark: trend::spark(&denied),
            tone: Tone::Warn,
        },
        trend::decision_kpi(service.decisions().p99()),
    ])
}

async fn inside(op: &StaffOp, all: &[Staff]) -> Result<Vec<VisitRow>, ServiceError> {
    let service = op.service();
    let running = impersonation::list_running(&mut service.db().reader(), 50).await?;
    let mut rows = Vec::new();
    for visit in running
        .into_iter()
        .filter(|visit| service.visit_runs(visit, op.now()) && op.knows(visit.tenant))
    {
        rows.push(visit_row(op, all, &visit).await?);
    }
    Ok(rows)
}

async fn visit_row(op: &StaffOp, all: &[Staff], visit: &Visit) -> Result<VisitRow, ServiceError> {
    let ex = &mut op.service().db().reader();
    let tenant = tenant::find(ex, visit.tenant).await?;
    let as_whom = match visit.member {
        Some(member) => membership::find(ex, visit.tenant, member)
            .await?
            .map(|member| member.email),
        None => None,
    };
    let target = VisitTarget {
        id: visit.id,
        staff: visit.staff,
        tenant: visit.tenant,
    };
    Ok(VisitRow {
        id: visit.id,
        staff: all
            .iter()
            .find(|staff| staff.id == visit.staff)
            .map(|staff| staff.name.clone())
            .unwrap_or_default(),
        as_whom,
        tenant: tenant.map(|tenant| tenant.name).unwrap_or_default(),
        reason: visit.reason.clone(),
        ticket: visit.ticket.clone(),
        mode: visit.mode.as_str().replace('_', " "),
        until: visit.until,
        may_end: op.may(Action::ImpersonationEndOther, target.facts()),
        own: visit.session == op.session().id,
    })
}

async fn hygiene(op: &StaffOp, all: &[Staff]) -> Result<Vec<HygieneLine>, ServiceError> {
    let policy = op.policy();
    let owners = passkey::count_owners(&mut op.service().db().reader()).await?;
    let people = in_use(all);
    let supers = super_admins(all);
    let line = |label: &str, value: String, well: bool| HygieneLine {
        label: label.to_owned(),
        value,
        tone: if well { Tone::Ok } else { Tone::Warn },
    };
    let (hours, minutes) = (
        policy.session_ttl.as_secs() / 3600,
        policy.session_idle.as_secs() / 60,
    );
    let totp = policy.factor.totp == TotpFallback::Off;
    let mut networks: Vec<&str> = policy.networks.iter().map(|rule| rule.name.as_str()).collect();
    networks.dedup();
    Ok(vec![
        line(
            "Super admins",
            format!("{supers} enrolled, aim 2–5"),
            SUPER_ADMINS.contains(&supers),
        ),
        line(
            "Passkeys",
            format!("{owners} of {people} staff"),
            owners == people,
        ),
        line(
            "One-time passwords",
            if totp { "off" } else { "allowed as fallback" }.to_owned(),
            totp,
        ),
        line("Sessions", format!("{hours} h / {minutes} min"), true),
        line("Networks", networks.join(", "), !networks.is_empty()),
    ])
}
