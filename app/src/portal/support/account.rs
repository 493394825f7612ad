//! The account of one visit: who, why, when; then all that was viewed, changed and refused.

use leptos::prelude::*;
use stagedoor_core::view::portal::{VisitAccount, VisitLine};

use super::super::frame::clock;
use super::super::strip::{done_words, end_button, who_acts};
use super::mode_tone;
use crate::account::{told, viewed};
use crate::islands::LeftClock;
use crate::routes::{AuditQuery, PortalPage, SupportQuery};
use crate::server::Look;
use crate::ui::{Act, Clock, Icon, icon, link_button, page_head, tag};

/// The page.
pub(crate) fn account_page(view: &VisitAccount, look: &Look) -> AnyView {
    let clock = clock(look, view.now);
    let visit = &view.visit;
    let here = PortalPage::Visit(visit.id).href();
    let end = view.may_end.then(|| end_button(Act::Danger, visit, &here));
    let support = PortalPage::Support(SupportQuery::default()).href();
    let log = PortalPage::Audit(AuditQuery {
        q: format!("impersonation:{}", visit.id),
        ..AuditQuery::default()
    })
    .href();
    let acts = view! {
        {link_button(Act::Plain, log, "In the audit log")}
        {end}
    };
    let cut = view.cut.then(|| {
        view! {
            <p class="note">
                {icon(Icon::Info)}
                <span>"There is more in the audit log than is told here."</span>
            </p>
        }
    });
    view! {
        <nav class="crumb" aria-label="Where this is">
            <a href=support>"Support access"</a>
            {icon(Icon::ChevronRight)}
            <span>"Account of a visit"</span>
        </nav>
        {page_head(who_acts(visit), format!("{}.", done_words(visit.done)), acts)}
        <div class="col">
            <div class="stack">
                {cut}
                {viewed(&view.viewed, &clock)}
                {told("changed", ("What was changed", "Nothing was changed"), &view.changed, &clock, Some(&search))}
                {told("refused", ("What was refused", "Nothing was refused"), &view.refused, &clock, Some(&search))}
            </div>
            {facts(visit, view, &clock, &here)}
        </div>
    }
    .into_any()
}

/// The tenant's own log, by a query.
fn search(q: &str) -> String {
    PortalPage::Audit(AuditQuery {
        q: q.to_owned(),
        ..AuditQuery::default()
    })
    .href()
}

fn facts(visit: &VisitLine, view: &VisitAccount, clock: &Clock, here: &str) -> AnyView {
    let whom = visit
        .as_whom
        .clone()
        .unwrap_or_else(|| "an administrator".to_owned());
    let stands = match &visit.ended {
        Some((at, why)) => view! { {format!("{}: {why}", clock.exact(*at))} }.into_any(),
        None => view! {
            "runs, "
            <LeftClock until_us=visit.until.micros() now_us=view.now.micros() again_href=here.to_owned() />
            " left"
        }
        .into_any(),
    };
    view! {
        <section class="card" aria-labelledby="about">
            <h2 class="sect" id="about">
                "About this visit"
            </h2>
            <dl class="kv p-[14px]">
                <dt>"Who"</dt>
                <dd>{visit.staff.clone()}</dd>
                <dt>"As whom"</dt>
                <dd>{format!("{whom}, role {}", visit.role.label())}</dd>
                <dt>"Mode"</dt>
                <dd>{tag(mode_tone(&visit.mode), visit.mode.clone())}</dd>
                <dt>"Why"</dt>
                <dd>{visit.reason.clone()}</dd>
                <dt>"Ticket"</dt>
                <dd>{visit.ticket.clone().unwrap_or_else(|| "none".to_owned())}</dd>
                <dt>"Began"</dt>
                <dd class="num">{clock.exact(visit.from)}</dd>
                <dt>{if visit.ended.is_some() { "Ended" } else { "Now" }}</dt>
                <dd class="num">{stands}</dd>
                <dt>"Visit"</dt>
                <dd class="mono">{visit.id.to_string()}</dd>
            </dl>
        </section>
    }
    .into_any()
}
