//! The document around a page of the console or the portal, and how a request becomes one.
//!
//! There are no inline scripts and no inline styles. A page is drawn when all of its data is there, so its status and its
//! title are its own, and nothing moves afterwards.

use std::future::Future;
use std::pin::Pin;

use axum::body::Body;
use axum::response::Response;
use futures_util::StreamExt;
use http::Request;
use leptos::prelude::*;
use leptos_router::location::RequestUrl;

use crate::server::{Look, Theme, look};
use crate::ui::glyph_sprite;

/// What nearly every page needs of the fonts; the other faces load when a letter asks for them.
const FONTS: [&str; 2] = ["inter.woff2", "jetbrains-mono.woff2"];

/// Where a request leads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// The path: `/users`.
    pub path: String,
    /// What stands behind the question mark, still escaped; empty when there is nothing.
    pub query: String,
}

impl Address {
    /// Of the request that is being answered.
    #[must_use]
    pub fn current() -> Self {
        let url = use_context::<RequestUrl>().and_then(|url| url.parse().ok());
        url.map_or_else(Self::default, |url| Self {
            path: url.path().to_owned(),
            query: url.search().trim_start_matches('?').to_owned(),
        })
    }

    /// Path and query, as a form's `back` field wants them.
    #[must_use]
    pub fn back(&self) -> String {
        if self.query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, self.query)
        }
    }
}

/// A finished page.
pub struct Page {
    /// Its title, before the product's name: `Users · Acme`.
    pub title: String,
    /// As whom somebody acts here: the title and the icon of the tab say so.
    pub acting: Option<String>,
    /// Where it goes by itself, after so many seconds.
    pub refresh: Option<(u64, String)>,
    /// Whether there are islands in it, for which the browser's module is loaded.
    pub islands: Islands,
    /// What is in its body.
    pub body: AnyView,
}

/// Whether a page has islands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Islands {
    /// None: no WebAssembly is loaded.
    None,
    /// Some.
    Some,
}

impl Page {
    /// A page with islands.
    #[must_use]
    pub fn new(title: impl Into<String>, body: AnyView) -> Self {
        Self {
            title: title.into(),
            acting: None,
            refresh: None,
            islands: Islands::Some,
            body,
        }
    }

    /// The title of its tab.
    fn tab(&self) -> String {
        match &self.acting {
            Some(whom) => format!("▲ acting as {whom} · {} · Stagedoor", self.title),
            None => format!("{} · Stagedoor", self.title),
        }
    }
}

/// Which stylesheet a document wears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// The console's and the portal's, with its fonts.
    Console,
    /// The staff entrance's: small, with the system's font.
    Gate,
}

/// A document whose page is loaded first. `load` is given the request's address and runs within its context.
pub fn root<Load, Loading>(load: Load) -> impl IntoView
where
    Load: FnOnce(Address) -> Loading,
    Loading: Future<Output = Page> + Send + 'static,
{
    // The page itself is never hydrated, only its islands are.
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
    let loading = load(Address::current());
    Suspend::new(async move {
        let page = loading.await;
        document(Sheet::Console, page, &look())
    })
}

/// The document around a page.
pub fn document(sheet: Sheet, page: Page, look: &Look) -> impl IntoView + use<> {
    let theme = look.theme.map(|theme| match theme {
        Theme::Light => "light",
        Theme::Dark => "dark",
    });
    let icon = if page.acting.is_some() {
        "favicon-acting.svg"
    } else {
        "favicon.svg"
    };
    let refresh = page.refresh.as_ref().map(|(seconds, href)| {
        view! { <meta http-equiv="refresh" content=format!("{seconds};url={href}") /> }
    });
    let boot = (page.islands == Islands::Some).then(|| boot(look));
    let title = page.tab();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="robots" content="noindex" />
                {refresh}
                <title>{title}</title>
                <link rel="icon" type="image/svg+xml" href=look.assets.url(icon) />
                {stylesheet(sheet, look)}
                {boot}
            </head>
            <body>
                <a class="skip" href="#main">
                    "Skip to main content"
                </a>
                {glyph_sprite()}
                {page.body}
            </body>
        </html>
    }
}

fn stylesheet(sheet: Sheet, look: &Look) -> AnyView {
    let (name, fonts): (_, &[&str]) = match sheet {
        Sheet::Console => ("console.css", &FONTS),
        Sheet::Gate => ("gate.css", &[]),
    };
    let fonts = fonts
        .iter()
        .map(|font| {
            let href = look.assets.url(font);
            view! { <link rel="preload" r#as="font" type="font/woff2" href=href crossorigin="anonymous" /> }
        })
        .collect_view();
    view! {
        {fonts}
        <link rel="stylesheet" href=look.assets.url(name) />
    }
    .into_any()
}

/// The one script of a page with islands, and what it will ask for.
fn boot(look: &Look) -> AnyView {
    let (js, wasm) = (look.assets.url("stagedoor.js"), look.assets.url("stagedoor.wasm"));
    let nonce = look.nonce.clone();
    view! {
        <link rel="modulepreload" href=js.clone() nonce=nonce.clone() />
        <link rel="preload" r#as="fetch" type="application/wasm" href=wasm.clone() crossorigin="anonymous" />
        <script type="module" src=look.assets.url("boot.js") data-boot="" data-js=js data-wasm=wasm nonce=nonce></script>
    }
    .into_any()
}

/// Answers a request with a root of this crate. `context` provides what [`crate::server`] reads.
///
/// As `leptos_axum::render_app_async_with_context`, without the scripts that it appends for resources: there are none
/// here, and the pages carry no inline script at all.
pub fn render<Root>(
    context: impl Fn() + Clone + Send + 'static,
    root: impl FnOnce() -> Root + Send + 'static,
    request: Request<Body>,
) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>>
where
    Root: IntoView + 'static,
{
    leptos_axum::handle_response_inner(context, root, request, |view, _scripts, _streams| {
        Box::pin(async move {
            let html = view.to_html_stream_in_order().collect::<String>().await;
            Box::pin(futures_util::stream::once(async move { html })) as _
        })
    })
}
