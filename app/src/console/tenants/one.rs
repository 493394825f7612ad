//! One tenant's own page: how it stands, who was inside, and what may be done with the whole of it.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::tenant::TenantState;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::tenant::TenantView;
use stagedoor_core::view::{Total, grouped};
use stagedoor_service::StaffOp;
use stagedoor_service::tenants::{self, TenantRequest};

use super::dialog::{rename_dialog, state_dialog};
use super::{consent, standing, visited};
use crate::console::Content;
use crate::console::refused::unless_refused;
use crate::console::visits::past_table;
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{
    AuditQuery, ConsolePage, StaffSessionsQuery, TenantQuery, TenantsQuery, UsersQuery, VisitsQuery,
};
use crate::ui::{Act, Icon, State, Tab, icon, link_button, page_head, pager, state, tabs};

/// The tab of visits.
const VISITS: &str = "visits";

/// Loads the page.
pub(crate) async fn load_one(
    op: &StaffOp,
    flash: Option<&Flash>,
    around: &Around,
    (id, query): (&str, &TenantQuery),
) -> Result<Content, AppError> {
    let request = TenantRequest {
        tenant: id.to_owned(),
        cursor: query.cursor.clone(),
    };
    let view = tenants::page(op, &request)
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    let closed = href(id, without_dialog(query));
    let change = |to, closed| {
        unless_refused(around, Action::TenantSuspend, closed, |closed| {
            let offer = view.offer.filter(|offer| offer.to == to)?;
            Some(state_dialog(&view, offer, flash, (&around.back, closed)))
        })
    };
    let dialog = match query.act.as_deref() {
        Some("suspend") => change(TenantState::Suspended, closed),
        Some("restore") => change(TenantState::Active, closed),
        Some("rename") => unless_refused(around, Action::TenantUpdate, closed, |closed| {
            let draw = || rename_dialog(&view, flash, (&around.back, closed));
            view.may_rename.then(draw)
        }),
        _ => None,
    };
    Ok(Content {
        title: format!("{} · Tenants", view.tenant.label.name),
        main: tenant_page(&view, around, (id, query)),
        dialog,
    })
}

fn href(id: &str, query: TenantQuery) -> String {
    ConsolePage::Tenant(id.to_owned(), query).href()
}

fn without_dialog(query: &TenantQuery) -> TenantQuery {
    TenantQuery {
        act: None,
        ..query.clone()
    }
}

/// Draws the page.
#[must_use]
pub(super) fn tenant_page(view: &TenantView, around: &Around, (id, query): (&str, &TenantQuery)) -> AnyView {
    let list = ConsolePage::Tenants(TenantsQuery {
        tenant: query.tenant.clone(),
        ..TenantsQuery::default()
    });
    let slug = view.tenant.label.slug.clone();
    let lead = view! { <span class="mono">{slug}</span> " " {standing(view.tenant.state)} };
    let body = if query.tab.as_deref() == Some(VISITS) {
        visits(view, around, (id, query))
    } else {
        overview(view, around)
    };
    view! {
        <nav class="crumb" aria-label="Where this is">
            <a href=list.href()>"Tenants"</a>
            {icon(Icon::ChevronRight)}
            <span>{view.tenant.label.name.clone()}</span>
        </nav>
        {page_head(view.tenant.label.name.clone(), lead, acts(view, (id, query)))}
        {parts(view, around, (id, query))}
        {body}
    }
    .into_any()
}

fn acts(view: &TenantView, (id, query): (&str, &TenantQuery)) -> AnyView {
    let open = |act: &str| {
        href(
            id,
            TenantQuery {
                act: Some(act.to_owned()),
                ..query.clone()
            },
        )
    };
    let rename = view
        .may_rename
        .then(|| link_button(Act::Plain, open("rename"), "Rename"));
    let change = view.offer.map(|offer| match offer.to {
        TenantState::Suspended => link_button(Act::Danger, open("suspend"), "Suspend"),
        TenantState::Active => link_button(Act::Primary, open("restore"), "Restore"),
    });
    view! { <div class="acts">{rename} {change}</div> }.into_any()
}

/// The parts of the page, and the other rooms scoped to this tenant.
fn parts(view: &TenantView, around: &Around, (id, query): (&str, &TenantQuery)) -> AnyView {
    let slug = Some(view.tenant.label.slug.clone());
    let tab = |name: Option<&str>| {
        let part = TenantQuery {
            tenant: query.tenant.clone(),
            tab: name.map(str::to_owned),
            ..TenantQuery::default()
        };
        href(id, part)
    };
    let on_visits = query.tab.as_deref() == Some(VISITS);
    let mut all = vec![Tab {
        label: "Overview".to_owned(),
        href: tab(None),
        current: !on_visits,
    }];
    if view.visits.is_some() {
        all.push(Tab {
            label: "Visits".to_owned(),
            href: tab(Some(VISITS)),
            current: on_visits,
        });
    }
    if view.may_look_inside {
        let users = ConsolePage::Users(UsersQuery {
            tenant: slug.clone(),
            ..UsersQuery::default()
        });
        let sessions = ConsolePage::Sessions(StaffSessionsQuery {
            tenant: slug.clone(),
            ..StaffSessionsQuery::default()
        });
        for (label, page) in [("Directory", users), ("Sessions", sessions)] {
            all.push(Tab {
                label: label.to_owned(),
                href: page.href(),
                current: false,
            });
        }
    }
    if around.may(Action::AuditReadTenant) {
        let log = ConsolePage::Audit(AuditQuery {
            tenant: slug,
            ..AuditQuery::default()
        });
        all.push(Tab {
            label: "Audit log".to_owned(),
            href: log.href(),
            current: false,
        });
    }
    tabs("Parts of this tenant", all)
}

fn overview(view: &TenantView, around: &Around) -> AnyView {
    let (tenant, clock) = (&view.tenant, &around.clock);
    let suspended = (tenant.state == TenantState::Suspended).then(|| {
        view! {
            <div class="note danger mb-4" role="status">
                {icon(Icon::Ban)}
                <p>
                    <b>"Suspended. "</b>
                    "Nobody signs in to this tenant and nobody visits it, until it is restored."
                </p>
            </div>
        }
    });
    let live = match view.live {
        0 => "nobody".to_owned(),
        1 => "1 visit".to_owned(),
        many => format!("{} visits", grouped(many)),
    };
    view! {
        {suspended}
        <div class="grid md:grid-cols-2 gap-3 items-start">
            <section class="card" aria-labelledby="facts">
                <h2 class="sect" id="facts">
                    "This tenant"
                </h2>
                <dl class="kv p-[14px]">
                    <dt>"Members"</dt>
                    <dd class="num">{tenant.members.to_string()}</dd>
                    <dt>"Signed in"</dt>
                    <dd class="num">{signed_in(&view.sessions)}</dd>
                    <dt>"Created"</dt>
                    <dd class="num">{clock.exact(tenant.created)}</dd>
                    <dt>"Slug"</dt>
                    <dd class="mono">{tenant.label.slug.clone()}</dd>
                    <dt>"Id"</dt>
                    <dd class="mono">{tenant.label.id.to_string()}</dd>
                </dl>
            </section>
            <section class="card" aria-labelledby="support">
                <h2 class="sect" id="support">
                    "Support access"
                </h2>
                <dl class="kv p-[14px]">
                    <dt>"Owner's choice"</dt>
                    <dd>{consent(&tenant.consent, clock)}</dd>
                    <dt>"Inside now"</dt>
                    <dd>{live}</dd>
                    <dt>"Last visit"</dt>
                    <dd>{visited(tenant, clock)}</dd>
                </dl>
                <div class="px-[14px] pb-[14px]">
                    <div class="note">
                        {icon(Icon::Lock)}
                        <p>
                            "The owner alone chooses, in the tenant's own portal. Nothing lets staff change it."
                        </p>
                    </div>
                </div>
            </section>
        </div>
    }
    .into_any()
}

/// How many sessions of its people run.
pub(super) fn signed_in(sessions: &Total) -> String {
    match sessions.to_string().as_str() {
        "0" => "nobody".to_owned(),
        "1" => "1 session".to_owned(),
        many => format!("{many} sessions"),
    }
}

fn visits(view: &TenantView, around: &Around, (id, query): (&str, &TenantQuery)) -> AnyView {
    let Some(page) = &view.visits else {
        let hidden = State {
            icon: Icon::Lock,
            title: "Visits are not shown to your role".to_owned(),
            text: "A super admin can tell you who may see them.".to_owned(),
        };
        return view! { <section class="card">{state(hidden, ())}</section> }.into_any();
    };
    let to = |cursor: Option<String>| {
        href(
            id,
            TenantQuery {
                cursor,
                ..without_dialog(query)
            },
        )
    };
    let body = if page.items.is_empty() {
        let none = State {
            icon: Icon::Mask,
            title: "No visit yet".to_owned(),
            text: "When staff act as somebody here, the visit stays in this list with its account."
                .to_owned(),
        };
        state(none, ())
    } else {
        past_table(&page.items, around, query.tenant.as_deref(), "Visits")
    };
    let first = query.cursor.is_some().then(|| to(None));
    let next = page.next.clone().map(|next| to(Some(next)));
    let all = ConsolePage::Visits(VisitsQuery {
        tenant: Some(view.tenant.label.slug.clone()),
        ..VisitsQuery::default()
    });
    view! {
        <section class="card" aria-labelledby="visits">
            <h2 class="sect" id="visits">
                "Visits of staff"
                <span class="spacer"></span>
                {link_button(Act::Small, all.href(), "In Impersonations")}
            </h2>
            {body}
            {pager(first, next, "Older visits")}
        </section>
    }
    .into_any()
}
