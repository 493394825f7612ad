//! The account of one visit: who, as whom, why and when; then all that was viewed, changed and refused, from the log.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::view::grouped;
use stagedoor_core::view::visit::{AccountView, VisitSums, VisitView};
use stagedoor_service::{ServiceError, StaffOp, impersonation};

use super::rows::{end, lasted, left, mode, place};
use crate::account::{told, viewed};
use crate::console::Content;
use crate::console::audit::Pivot;
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{AuditQuery, ConsolePage, VisitsQuery, enter_visit};
use crate::ui::{Act, Icon, icon, link_button, page_head};

/// Loads the page.
pub(crate) async fn load_one(
    op: &StaffOp,
    around: &Around,
    (id, query): (&str, &VisitsQuery),
) -> Result<Content, AppError> {
    let account = match id.parse() {
        Ok(id) => impersonation::account(op, id).await,
        Err(_) => Err(ServiceError::NotFound),
    };
    let view = account.map_err(|error| AppError::from(op.public(&error)))?;
    Ok(Content {
        title: format!("Visit of {} · {}", view.visit.staff.name, view.visit.tenant.name),
        main: account_page(&view, around, query),
        dialog: None,
    })
}

/// Draws the page.
#[must_use]
pub(super) fn account_page(view: &AccountView, around: &Around, query: &VisitsQuery) -> AnyView {
    let visit = &view.visit;
    let list = ConsolePage::Visits(VisitsQuery {
        tenant: query.tenant.clone(),
        ..VisitsQuery::default()
    });
    let pivot = |q: &str| {
        let log = AuditQuery {
            tenant: query.tenant.clone(),
            q: q.to_owned(),
            ..AuditQuery::default()
        };
        ConsolePage::Audit(log).href()
    };
    let open = visit
        .own
        .then(|| link_button(Act::Plain, enter_visit(visit.id), "Open"));
    let pivot: Option<Pivot<'_>> = if around.may(Action::AuditReadTenant) {
        Some(&pivot)
    } else {
        None
    };
    let log = pivot.map(|pivot| {
        let href = pivot(&format!("impersonation:{}", visit.id));
        link_button(Act::Plain, href, "In the audit log")
    });
    let acts = view! {
        <div class="acts">
            {open}
            {log}
            {end(visit, around)}
        </div>
    };
    let cut = view.cut.then(|| {
        view! {
            <p class="note">
                {icon(Icon::Info)}
                <span>"There is more in the audit log than is told here."</span>
            </p>
        }
    });
    let clock = &around.clock;
    view! {
        <nav class="crumb" aria-label="Where this is">
            <a href=list.href()>"Impersonations"</a>
            {icon(Icon::ChevronRight)}
            <span>"Account of a visit"</span>
        </nav>
        {page_head(format!("{} {}", visit.staff.name, place(visit)), sums(view.sums), acts)}
        <div class="col">
            <div class="stack">
                {cut}
                {viewed(&view.viewed, clock)}
                {told("changed", ("What was changed", "Nothing was changed"), &view.changed, clock, pivot)}
                {told("refused", ("What was refused", "Nothing was refused"), &view.refused, clock, pivot)}
            </div>
            {facts(visit, around)}
        </div>
    }
    .into_any()
}

/// `3 pages viewed with 112 records, nothing changed, 1 attempt refused.`
fn sums(done: VisitSums) -> String {
    let count = |number: u64, one: &str, many: &str| {
        format!("{} {}", grouped(number), if number == 1 { one } else { many })
    };
    let viewed = match done.pages {
        0 => "Nothing viewed".to_owned(),
        pages => format!(
            "{} viewed with {}",
            count(pages, "page", "pages"),
            count(done.rows, "record", "records")
        ),
    };
    let changed = match done.changes {
        0 => "nothing changed".to_owned(),
        changes => count(changes, "change", "changes"),
    };
    let refused = match done.refused {
        0 => "nothing refused".to_owned(),
        refused => format!("{} refused", count(refused, "attempt", "attempts")),
    };
    format!("{viewed}, {changed}, {refused}.")
}

fn facts(visit: &VisitView, around: &Around) -> AnyView {
    let clock = &around.clock;
    let window = format!("{} → {}", clock.hm(visit.started), clock.hm(visit.until));
    let stands = match &visit.ended {
        Some(ended) => view! {
            {format!("{}, after {}", clock.exact(ended.at), lasted(visit, ended))}
            <span class="muted">": " {ended.why.clone()}</span>
        }
        .into_any(),
        None => view! { "runs, " {left(visit, around)} " left" }.into_any(),
    };
    let whom = visit
        .as_whom
        .clone()
        .unwrap_or_else(|| "the tenant's administrator".to_owned());
    view! {
        <section class="card" aria-labelledby="about">
            <h2 class="sect" id="about">
                "About this visit"
            </h2>
            <dl class="kv p-[14px]">
                <dt>"Who"</dt>
                <dd>{visit.staff.name.clone()} " " <span class="faint small">{visit.staff.email.clone()}</span></dd>
                <dt>"As whom"</dt>
                <dd>{whom}</dd>
                <dt>"Role inside"</dt>
                <dd>{visit.role.label()}</dd>
                <dt>"Tenant"</dt>
                <dd>{visit.tenant.name.clone()}</dd>
                <dt>"Mode"</dt>
                <dd>{mode(visit)}</dd>
                <dt>"Reason"</dt>
                <dd>{visit.reason.clone()}</dd>
                <dt>"Ticket"</dt>
                <dd>{visit.ticket.clone().unwrap_or_else(|| "none".to_owned())}</dd>
                <dt>"Window"</dt>
                <dd class="num">{window}</dd>
                <dt>"Began"</dt>
                <dd class="num">{clock.exact(visit.started)}</dd>
                <dt>{if visit.ended.is_some() { "Ended" } else { "Now" }}</dt>
                <dd class="num">{stands}</dd>
                <dt>"Visit"</dt>
                <dd class="mono">{visit.id.to_string()}</dd>
            </dl>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_reads_as_a_sentence() {
        let done = VisitSums {
            pages: 3,
            rows: 112,
            changes: 0,
            refused: 1,
        };
        assert_eq!(
            sums(done),
            "3 pages viewed with 112 records, nothing changed, 1 attempt refused."
        );
        assert_eq!(
            sums(VisitSums::default()),
            "Nothing viewed, nothing changed, nothing refused."
        );
    }
}
