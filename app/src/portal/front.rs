//! The front page: what the reader may do here, and what is for others, with the reason.

use leptos::prelude::*;
use stagedoor_core::view::grouped;
use stagedoor_core::view::portal::{ConsentView, FrontView, PortalFrame};

use super::frame::clock;
use super::rooms::{Room, closed};
use crate::server::Look;
use crate::ui::{Clock, Icon, icon, page_head};

/// The page.
pub(crate) fn front_page(frame: &PortalFrame, view: &FrontView, look: &Look) -> AnyView {
    let clock = clock(look, frame.now);
    let role = frame.role.label();
    let tenant = frame.tenant.name.clone();
    let lead = match frame.banner {
        Some(_) => format!(
            "You look at {tenant} as {}, with the role {role}.",
            frame.person.name
        ),
        None => format!(
            "You are signed in as {}, with the role {role}.",
            frame.person.email
        ),
    };
    let rooms = Room::ALL
        .map(|room| way(room, frame, view, &clock))
        .collect_view();
    view! {
        {page_head(tenant, lead, ())}
        <section class="card" aria-labelledby="what">
            <h2 class="sect" id="what">
                "What you may do here"
            </h2>
            <ul>{rooms}</ul>
        </section>
    }
    .into_any()
}

fn way(room: Room, frame: &PortalFrame, view: &FrontView, clock: &Clock) -> AnyView {
    let label = room.label();
    let (picture, words) = match closed(room.action(), frame) {
        Some(why) => (Icon::Lock, why),
        None => (room.icon(), about(room, frame, view, clock)),
    };
    let open = closed(room.action(), frame).is_none();
    let name = if open {
        let href = room.page().href();
        view! { <a class="link" href=href>{label}</a> }.into_any()
    } else {
        view! { <b>{label}</b> }.into_any()
    };
    view! {
        <li class="row">
            <span class="tbox">{icon(picture)}</span>
            <div class="min-w-0 flex-1">
                <div>{name}</div>
                <div class="small muted">{words}</div>
            </div>
        </li>
    }
    .into_any()
}

fn about(room: Room, frame: &PortalFrame, view: &FrontView, clock: &Clock) -> String {
    match room {
        Room::Members => match frame.members {
            Some(1) => "1 person belongs here.".to_owned(),
            Some(count) => format!("{} people belong here.", grouped(count)),
            None => "Who belongs here.".to_owned(),
        },
        Room::Sessions => sessions(view, clock),
        Room::Audit => {
            "Everything that happened here in the last 90 days, platform support included.".to_owned()
        }
        Room::Support => support(frame, view, clock),
    }
}

fn sessions(view: &FrontView, clock: &Clock) -> String {
    let count = match view.own_sessions {
        0 => return "Where people are signed in.".to_owned(),
        1 => "You are signed in once".to_owned(),
        many => format!("You are signed in {} times", grouped(many)),
    };
    match view.until {
        Some(until) => format!("{count}; this session ends at {} at the latest.", clock.hm(until)),
        None => format!("{count}."),
    }
}

fn support(frame: &PortalFrame, view: &FrontView, clock: &Clock) -> String {
    let choice = match view.consent {
        None => "Who of platform support may visit".to_owned(),
        Some(ConsentView::Off) => "Closed: platform support cannot come in".to_owned(),
        Some(ConsentView::Ask) => "Platform support asks before each visit".to_owned(),
        Some(ConsentView::Window { until }) if until > frame.now => {
            format!("Open until {}", clock.exact(until))
        }
        Some(ConsentView::Window { .. }) => "Closed: the window is over".to_owned(),
        Some(ConsentView::On) => "Open: platform support may come in for a reason, and is seen".to_owned(),
    };
    match frame.support {
        Some(0) | None => format!("{choice}."),
        Some(1) => format!("{choice}. One thing there needs a look."),
        Some(many) => format!("{choice}. {} things there need a look.", grouped(many)),
    }
}
