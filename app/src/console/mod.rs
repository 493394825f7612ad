//! The console's pages. Each loads a frame and a view by calls of the service, and is then a pure function of them.

pub mod alerts;
pub mod audit;
pub mod go;
pub mod narrow;
pub mod network;
pub mod overview;
pub mod passkeys;
pub mod policies;
pub mod providers;
pub(crate) mod refused;
pub mod risk;
pub mod roles;
pub mod sessions;
pub mod staff;
pub mod system;
pub mod tenants;
#[cfg(test)]
pub(crate) mod testing;
pub mod users;
pub mod visits;
pub mod whoami;

use leptos::prelude::*;
use stagedoor_core::error::Code;
use stagedoor_core::view::frame::ConsoleFrame;
use stagedoor_service::{ServiceError, frame};

use crate::error::{AppError, ErrorPage};
use crate::layout::console::Inside;
use crate::layout::document::Islands;
use crate::layout::{Address, Around, Page, console_frame};
use crate::routes::{ConsolePage, staff as addresses, stay};
use crate::server::{look, set_status, staff_op};
use crate::ui::Clock;

/// What a page puts into the frame.
pub(crate) struct Content {
    /// Its title.
    pub(crate) title: String,
    /// The page.
    pub(crate) main: AnyView,
    /// A dialog above it.
    pub(crate) dialog: Option<AnyView>,
}

/// The page that an address leads to.
pub async fn page(address: Address) -> Page {
    let open = ConsolePage::at(&address.path, &address.query);
    match framed(&address, open).await {
        Ok(page) => page,
        Err(error) => frameless(error, &address.back()),
    }
}

async fn framed(address: &Address, open: Option<ConsolePage>) -> Result<Page, AppError> {
    let op = staff_op().await?;
    let frame = match frame::console(&op, open.as_ref().and_then(ConsolePage::tenant)).await {
        Ok(frame) => frame,
        // Whoever is kept out, by the network for one, can still read how the server sees them.
        Err(ServiceError::Denied(_)) if matches!(open, Some(ConsolePage::WhoAmI(_))) => {
            return whoami::frameless(&op).await;
        }
        Err(error) => return Err(AppError::from(op.public(&error))),
    };
    let around = around(address, &frame);
    let content = match &open {
        Some(ConsolePage::Overview(_)) => overview::load(&op, &around).await,
        Some(ConsolePage::Users(query)) => users::load(&op, &frame, &around, query).await,
        Some(ConsolePage::Audit(query)) => audit::load(&op, &around, query).await,
        Some(ConsolePage::Go(query)) => go::load(&op, &frame, &around, query).await,
        Some(ConsolePage::User(id, list)) => users::load_one(&op, &frame, &around, (id, list)).await,
        Some(ConsolePage::Revoke(ids, list)) => users::load_revoke(&op, &frame, &around, (ids, list)).await,
        Some(ConsolePage::Sessions(query)) => sessions::load(&op, &frame, &around, query).await,
        Some(ConsolePage::Session(id, query)) => sessions::load_one(&op, &around, (id, query)).await,
        Some(ConsolePage::Visits(query)) => visits::load(&op, &around, query).await,
        Some(ConsolePage::Visit(id, query)) => visits::load_one(&op, &around, (id, query)).await,
        Some(ConsolePage::Alerts(query)) => alerts::load(&op, &around, query).await,
        Some(ConsolePage::Alert(id, query)) => alerts::load_one(&op, &around, (id, query)).await,
        Some(ConsolePage::Risks(query)) => risk::load(&op, &around, query).await,
        Some(ConsolePage::Risk(id, query)) => {
            risk::load_one(&op, frame.flash.as_ref(), &around, (id, query)).await
        }
        Some(ConsolePage::Tenants(query)) => tenants::load(&op, &around, query).await,
        Some(ConsolePage::Tenant(id, query)) => {
            tenants::load_one(&op, frame.flash.as_ref(), &around, (id, query)).await
        }
        Some(ConsolePage::Staff(query)) => staff::load(&op, frame.flash.as_ref(), &around, query).await,
        Some(ConsolePage::Colleague(id, query)) => {
            staff::load_one(&op, frame.flash.as_ref(), &around, (id, query)).await
        }
        Some(ConsolePage::Providers(query)) => {
            providers::load(&op, frame.flash.as_ref(), &around, query).await
        }
        Some(ConsolePage::Provider(id, query)) => {
            providers::load_one(&op, frame.flash.as_ref(), &around, (id, query)).await
        }
        Some(ConsolePage::Policies(query)) => policies::load(&op, &frame, &around, query).await,
        Some(ConsolePage::Network(query)) => network::load(&op, frame.flash.as_ref(), &around, query).await,
        Some(ConsolePage::Roles(query)) => roles::load(&op, &frame, query).await,
        Some(ConsolePage::System(_)) => system::load(&op, &around).await,
        Some(ConsolePage::Passkeys(query)) => passkeys::load(&op, &frame, &around, query).await,
        Some(ConsolePage::WhoAmI(_)) => whoami::load(&op, &around).await,
        Some(ConsolePage::Narrow(_)) => narrow::load(&op, &frame).await,
        None => Err(AppError::from(op.public(&ServiceError::NotFound))),
    };
    let content = content.unwrap_or_else(|error| failed(error, &around.back));
    let inside = Inside {
        open,
        main: content.main,
        dialog: content.dialog,
    };
    Ok(Page::new(content.title, console_frame(&frame, &around, inside)))
}

fn around(address: &Address, frame: &ConsoleFrame) -> Around {
    let look = look();
    let clock = Clock {
        now: frame.session.now,
        zone: look.zone,
        zone_name: look.zone_name,
    };
    Around {
        clock,
        theme: look.theme,
        back: address.back(),
        offers: frame.offers.clone(),
    }
}

/// Where an error leads: a page that wants a fresher passkey check, to the passkey and back to the page.
fn way_out(error: &AppError, back: &str, otherwise: &'static str) -> (String, &'static str) {
    match error.api().code {
        Code::StepUpRequired => (stay(back), "Use your passkey"),
        _ => (addresses::OVERVIEW.to_owned(), otherwise),
    }
}

/// An error inside the frame: the person stays where they are.
fn failed(error: AppError, back: &str) -> Content {
    let (href, label) = way_out(&error, back, "Back to the overview");
    Content {
        title: error.title().to_owned(),
        main: view! { <ErrorPage error=error back_href=href back_label=label /> }.into_any(),
        dialog: None,
    }
}

/// An error without a frame, which could not be made.
fn frameless(error: AppError, back: &str) -> Page {
    set_status(error.status());
    let (href, label) = way_out(&error, back, "Try again");
    let title = error.title().to_owned();
    let body = view! {
        <main class="main mx-auto max-w-[560px]" id="main" tabindex="-1">
            <ErrorPage error=error back_href=href back_label=label />
        </main>
    };
    Page {
        islands: Islands::None,
        ..Page::new(title, body.into_any())
    }
}

#[cfg(test)]
mod tests {
    use stagedoor_core::error::ApiError;

    use super::*;

    fn leads(code: Code) -> String {
        let error = AppError::from(ApiError::new(code, "", ""));
        way_out(&error, "/users?tenant=acme", "Try again").0
    }

    #[test]
    fn a_page_that_wants_the_passkey_leads_there_and_back() {
        assert_eq!(leads(Code::StepUpRequired), "/stay?back=%2Fusers%3Ftenant%3Dacme");
        assert_eq!(leads(Code::Forbidden), "/");
    }
}
