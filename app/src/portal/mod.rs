//! A tenant's portal: for its own people, and for impersonating staff, who see what the represented person would see,
//! below a red banner that cannot be dismissed.
//!
//! Whoever looks is on the tenant's host with that host's own cookies. Nothing here leads to a staff page, except the page
//! of a visit that is over.

mod audit;
mod banner;
mod frame;
mod front;
mod members;
mod over;
mod rooms;
mod sessions;
mod strip;
mod support;
#[cfg(test)]
mod tests;

use leptos::prelude::*;
use stagedoor_core::error::Code;
use stagedoor_core::id::ImpersonationId;
use stagedoor_core::view::portal::PortalFrame;
use stagedoor_service::audit::AuditRequest;
use stagedoor_service::portal::{self as service, MembersRequest};
use stagedoor_service::support_access::{self, SupportRequest};
use stagedoor_service::tenant_session::{self, SessionsRequest};
use stagedoor_service::{ServiceError, TenantOp};

pub use over::visit_over_page;

pub(crate) use audit::audit_page;
pub(crate) use frame::{Opened, portal_page};
pub(crate) use front::front_page;
pub(crate) use members::members_page;
pub(crate) use rooms::Room;
pub(crate) use sessions::sessions_page;
pub(crate) use support::{account_page, support_page};

use crate::error::{AppError, ErrorPage};
use crate::layout::{Address, Page};
use crate::routes::{AuditQuery, MembersQuery, PortalPage, SessionsQuery, SupportQuery, tenant};
use crate::server::{look, redirect_303, tenant_op};

/// What a path of the portal leads to.
pub async fn page(address: Address) -> Page {
    let op = match tenant_op().await {
        Ok(op) => op,
        Err(error) => return outside(error),
    };
    let frame = match service::frame(&op).await {
        Ok(frame) => frame,
        Err(error) => return outside(AppError::from(op.public(&error))),
    };
    // An address without a room is refused like any other: inside the frame.
    let opened = match open(&op, &frame, &address).await {
        Ok(opened) => opened,
        Err(error) => refused(&frame, &address, AppError::from(op.public(&error))),
    };
    portal_page(&frame, opened, &look())
}

async fn open(op: &TenantOp, frame: &PortalFrame, address: &Address) -> Result<Opened, ServiceError> {
    match address.path.as_str() {
        tenant::FRONT => front(op, frame).await,
        tenant::MEMBERS => members(op, frame, MembersQuery::parse(&address.query)).await,
        tenant::SESSIONS => sessions(op, frame, SessionsQuery::parse(&address.query)).await,
        tenant::AUDIT => audit(op, frame, AuditQuery::parse(&address.query)).await,
        tenant::SUPPORT_ACCESS => support(op, frame, SupportQuery::parse(&address.query)).await,
        path => match PortalPage::visit_at(path) {
            Some(id) => account(op, id).await,
            None => Err(ServiceError::NotFound),
        },
    }
}

/// A visitor who may list members starts there: that is what they came to look at. Everybody else starts at the front page.
async fn front(op: &TenantOp, frame: &PortalFrame) -> Result<Opened, ServiceError> {
    let main = if frame.banner.is_some() && frame.members.is_some() {
        redirect_303(&PortalPage::Members(MembersQuery::default()).href());
        ().into_any()
    } else {
        front_page(frame, &service::front(op).await?, &look())
    };
    Ok(Opened {
        title: "Home",
        room: None,
        main,
    })
}

async fn sessions(op: &TenantOp, frame: &PortalFrame, query: SessionsQuery) -> Result<Opened, ServiceError> {
    let request = SessionsRequest {
        user: query.user.clone(),
        cursor: query.cursor.clone(),
        limit: None,
    };
    let view = tenant_session::page(op, &request).await?;
    Ok(Opened {
        title: "Sessions",
        room: Some(Room::Sessions),
        main: sessions_page(frame, &view, &query, &look()),
    })
}

async fn support(op: &TenantOp, frame: &PortalFrame, query: SupportQuery) -> Result<Opened, ServiceError> {
    let request = SupportRequest {
        cursor: query.cursor.clone(),
    };
    let view = support_access::page(op, &request).await?;
    Ok(Opened {
        title: "Support access",
        room: Some(Room::Support),
        main: support_page(frame, &view, &query, &look()),
    })
}

async fn account(op: &TenantOp, id: ImpersonationId) -> Result<Opened, ServiceError> {
    let view = support_access::account(op, id).await?;
    Ok(Opened {
        title: "A visit of platform support",
        room: Some(Room::Support),
        main: account_page(&view, &look()),
    })
}

async fn members(op: &TenantOp, frame: &PortalFrame, query: MembersQuery) -> Result<Opened, ServiceError> {
    let request = MembersRequest {
        q: query.q,
        cursor: query.cursor,
        ..MembersRequest::default()
    };
    let view = service::members(op, &request).await?;
    Ok(Opened {
        title: "Members",
        room: Some(Room::Members),
        main: members_page(frame, &view, &look()),
    })
}

async fn audit(op: &TenantOp, frame: &PortalFrame, query: AuditQuery) -> Result<Opened, ServiceError> {
    let request = AuditRequest {
        q: query.q.clone(),
        cursor: query.cursor.clone(),
        ..AuditRequest::default()
    };
    let view = service::audit(op, &request).await?;
    Ok(Opened {
        title: "Audit log",
        room: Some(Room::Audit),
        main: audit_page(frame, &view, &query, &look()),
    })
}

/// A page that cannot be shown, inside the frame: a refusal names the rule of the tenant that hides it.
pub(crate) fn refused(frame: &PortalFrame, address: &Address, error: AppError) -> Opened {
    let room = Room::at(&address.path);
    let forbidden = error.api().code == Code::Forbidden;
    let why = room
        .filter(|_| forbidden)
        .and_then(|room| rooms::closed(room.action(), frame));
    let title = error.title();
    let back_label = format!("Back to {}", frame.tenant.name);
    let main = view! { <ErrorPage error why back_href=tenant::FRONT back_label /> };
    Opened {
        title,
        room,
        main: main.into_any(),
    }
}

/// A page that cannot even have its frame.
fn outside(error: AppError) -> Page {
    let title = error.title();
    let main = view! {
        <main class="main" id="main" tabindex="-1">
            <ErrorPage error back_href=tenant::FRONT back_label="Try again" />
        </main>
    };
    Page {
        islands: crate::layout::document::Islands::None,
        ..Page::new(title, main.into_any())
    }
}
