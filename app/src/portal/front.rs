//! The front page for a role that has no room of its own: what it is, and why there is so little.

use leptos::prelude::*;
use stagedoor_core::view::portal::PortalFrame;

use super::rooms::{Room, closed};
use crate::ui::{Icon, State, page_head, state};

/// The page.
pub(crate) fn front_page(frame: &PortalFrame) -> AnyView {
    let role = frame.role.label();
    let tenant = &frame.tenant.name;
    let lead = format!(
        "You look at {tenant} as {}, with the role {role}.",
        frame.person.name
    );
    let why = closed(Room::Members.action(), frame).map_or_else(String::new, |_| {
        "Members and the audit log are for other roles. ".to_owned()
    });
    let shown = State {
        icon: Icon::Eye,
        title: format!("{tenant} shows little to the role {role}"),
        text: format!(
            "{why}This is all that somebody with the role {role} finds here, so it is all that you see."
        ),
    };
    view! {
        {page_head(tenant.clone(), lead, ())}
        <div class="card">{state(shown, ())}</div>
    }
    .into_any()
}
