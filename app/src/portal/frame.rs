//! The portal's frame: the banner, the sidebar, the message of the last form, and the page.

use std::time::Duration;

use leptos::prelude::*;
use stagedoor_core::view::portal::{PortalFrame, VisitBanner};

use super::banner::banner;
use super::rooms::{Room, ways};
use super::strip::strip;
use crate::layout::Page;
use crate::routes::tenant;
use crate::server::Look;
use crate::ui::{Clock, Icon, flash_note, icon, person_foot, sidebar};

/// What is set into the frame.
pub(crate) struct Opened {
    /// The page's name.
    pub(crate) title: &'static str,
    /// The room it is, if it is one.
    pub(crate) room: Option<Room>,
    /// The page.
    pub(crate) main: AnyView,
}

/// The finished page.
pub(crate) fn portal_page(frame: &PortalFrame, opened: Opened, look: &Look) -> Page {
    let visit = frame.banner.as_ref();
    Page {
        acting: visit.map(|visit| visit.as_whom.clone().unwrap_or_else(|| visit.tenant.clone())),
        refresh: visit.map(|visit| (leaves_in(visit).as_secs(), tenant::VISIT_OVER.to_owned())),
        ..Page::new(
            format!("{} · {}", opened.title, frame.tenant.name),
            body(frame, opened, look),
        )
    }
}

/// When the page leaves the tenant without any help of WebAssembly: as soon as the visit is certainly over.
fn leaves_in(visit: &VisitBanner) -> Duration {
    visit.until.since(visit.now) + Duration::from_secs(1)
}

fn body(frame: &PortalFrame, opened: Opened, look: &Look) -> AnyView {
    let banner = frame
        .banner
        .as_ref()
        .map(|visit| banner(visit, &clock(look, visit.now)));
    // Support access itself has more to tell of who is here.
    let notice = (opened.room != Some(Room::Support)).then(|| strip(frame, look));
    view! {
        {banner}
        <div class="frame">
            {sidebar("Portal", brand(&frame.tenant.name), ways(frame, opened.room), foot(frame))}
            <main class="main" id="main" tabindex="-1">
                {frame.flash.as_ref().map(flash_note)}
                {notice}
                {opened.main}
            </main>
        </div>
    }
    .into_any()
}

/// Who is here; a person of the tenant can sign out, a visit ends in its banner.
fn foot(frame: &PortalFrame) -> impl IntoView + use<> {
    let out = frame.banner.is_none().then(|| {
        view! {
            <form method="post" action=tenant::SIGN_OUT>
                <button class="nav">{icon(Icon::SignOut)} "Sign out"</button>
            </form>
        }
    });
    view! {
        <div class="mt-auto">{out} {person_foot(&frame.person.name, &frame.person.role)}</div>
    }
}

/// What times are told by.
pub(super) fn clock(look: &Look, now: stagedoor_core::time::Timestamp) -> Clock {
    Clock {
        now,
        zone: look.zone.clone(),
        zone_name: look.zone_name.clone(),
    }
}

fn brand(tenant: &str) -> impl IntoView + use<> {
    let letter: String = tenant
        .chars()
        .find(|c| c.is_alphanumeric())
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    view! {
        <span class="logo" aria-hidden="true">
            {letter}
        </span>
        <span class="truncate">{tenant.to_owned()}</span>
    }
}
