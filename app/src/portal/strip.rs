//! The owner's calm notice: who of platform support is here, as whom, why, until when, and End now.

use leptos::prelude::*;
use stagedoor_core::view::grouped;
use stagedoor_core::view::portal::{PortalFrame, VisitLine, VisitSums};

use crate::islands::LeftClock;
use crate::routes::{PortalPage, tenant};
use crate::server::Look;
use crate::ui::{Act, Icon, icon, link_button, post_button};

/// A notice for each visit that runs; nothing where none does, or the reader may not end any.
pub(super) fn strip(frame: &PortalFrame, _look: &Look) -> impl IntoView + use<> {
    frame
        .inside
        .iter()
        .map(|visit| {
            let href = PortalPage::Visit(visit.id).href();
            view! {
                <section class="strip" aria-label="Platform support is here">
                    {icon(Icon::Eye)}
                    <p>
                        <b>"Platform support is here now."</b>
                        " "
                        {who_acts(visit)}
                        ", "
                        {visit.mode.clone()}
                        ", "
                        <LeftClock
                            until_us=visit.until.micros()
                            now_us=frame.now.micros()
                            again_href=tenant::SUPPORT_ACCESS.to_owned()
                        />
                        " left: "
                        {why(visit)}
                        ". "
                        {done_words(visit.done)}
                        "."
                    </p>
                    {link_button(Act::Small, href, "See the visit")}
                    {end_button(Act::SmallDanger, visit, tenant::SUPPORT_ACCESS)}
                </section>
            }
        })
        .collect_view()
}

/// `Kim Moreno acts as rod@acme.com`; of a visit that is over, `acted`.
pub(super) fn who_acts(visit: &VisitLine) -> String {
    let acts = if visit.ended.is_some() { "acted" } else { "acts" };
    let whom = visit.as_whom.as_deref().unwrap_or("an administrator");
    format!("{} {acts} as {whom}", visit.staff)
}

/// `“Webhook page shows 500 after plan change”, ticket #4218`.
pub(super) fn why(visit: &VisitLine) -> String {
    match &visit.ticket {
        Some(ticket) => format!("“{}”, ticket {ticket}", visit.reason),
        None => format!("“{}”", visit.reason),
    }
}

/// `6 pages viewed, nothing changed`.
pub(super) fn done_words(done: VisitSums) -> String {
    let pages = match done.pages {
        0 => "Nothing viewed yet".to_owned(),
        1 => "1 page viewed".to_owned(),
        many => format!("{} pages viewed", grouped(many)),
    };
    let changes = match done.changes {
        0 => "nothing changed".to_owned(),
        1 => "1 change".to_owned(),
        many => format!("{} changes", grouped(many)),
    };
    match done.refused {
        0 => format!("{pages}, {changes}"),
        refused => format!("{pages}, {changes}, {} refused", grouped(refused)),
    }
}

/// The one-button form that ends a visit from the tenant's side.
pub(super) fn end_button(act: Act, visit: &VisitLine, back: &str) -> AnyView {
    let label = format!("End now: the visit of {}", visit.staff);
    let hidden = vec![
        ("impersonation_id", visit.id.to_string()),
        ("back", back.to_owned()),
    ];
    post_button(act, tenant::END_VISIT, hidden, ("End now", Some(label)), None)
}
