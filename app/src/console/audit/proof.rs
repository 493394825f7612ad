//! The card of an opened entry that proves it. The server draws it with the receipt as a file; where scripts run, `proof.js` checks the
//! receipt by the core's own code and fills one of the templates in its place. The console and a tenant's own log draw the same.

use leptos::prelude::*;
use stagedoor_core::view::audit::AuditView;

use crate::server::Look;
use crate::ui::{Icon, icon};

/// Where the receipt of an entry of the platform's log is.
#[must_use]
pub fn receipt_of_platform(id: &str) -> String {
    format!("/api/admin/audit-logs/{id}/receipt")
}

/// Where the receipt of an entry of a tenant's own log is.
#[must_use]
pub fn receipt_of_tenant(id: &str) -> String {
    format!("/api/tenant/audit-logs/{id}/receipt")
}

/// The card of one entry: where its receipt is, and where the entry stands alone.
pub(super) fn card(receipt: String, link: String) -> AnyView {
    let href = receipt.clone();
    view! {
        <section class="card" data-proof=receipt data-link=link>
            <h3>"Proof"</h3>
            <p class="small muted">
                "The receipt proves that this entry stands in the signed log. "
                <span class="mono">"stagedoor audit verify --receipt FILE"</span> " checks it without this site."
            </p>
            <p class="mt-[8px]">{download(href)}</p>
        </section>
    }
    .into_any()
}

fn download(href: String) -> AnyView {
    view! {
        <a class="btn sm" href=href download="receipt.json" data-receipt="">
            {icon(Icon::Download)}
            "Receipt"
        </a>
    }
    .into_any()
}

/// What the cards of a page are filled from, once a page, and the script that does it. Where there are witnesses, the
/// stylesheet keeps room for their row.
pub fn templates(log: &str, view: &AuditView, zone: &str, look: &Look) -> AnyView {
    let witnessed = view.witnessed.then_some("");
    let (js, wasm) = (look.assets.url("prover.js"), look.assets.url("prover.wasm"));
    view! {
        {proved(log, zone, witnessed)}
        {waits()}
        {refused()}
        {failed()}
        <script
            type="module"
            src=look.assets.url("proof.js")
            data-prover=""
            data-js=js
            data-wasm=wasm
            nonce=look.nonce.clone()
        ></script>
    }
    .into_any()
}

fn proved(log: &str, zone: &str, witnessed: Option<&'static str>) -> AnyView {
    view! {
        <template data-proof-of="proved" data-zone=zone.to_owned() data-witnessed=witnessed>
            <h3>{icon(Icon::Check)} "Proof, checked in this browser"</h3>
            <dl class="kv">
                <dt>"Log"</dt>
                <dd>{log.to_owned()}</dd>
                <dt>"Leaf"</dt>
                <dd class="mono" data-is="leaf"></dd>
                <dt>"Root"</dt>
                <dd class="mono" data-is="root"></dd>
                <dt>"Path"</dt>
                <dd data-is="path"></dd>
                <dt>"Checkpoint"</dt>
                <dd class="mono" data-is="checkpoint"></dd>
                <dt data-with="witness">"Witness"</dt>
                <dd data-with="witness" data-is="witness"></dd>
            </dl>
            <p class="mt-[8px] flex flex-wrap gap-[6px] items-center">
                <button type="button" class="btn sm" data-copy-receipt="">
                    {icon(Icon::Copy)}
                    "Copy receipt"
                </button>
                {download(String::new())}
                <a class="btn sm" data-link="">
                    {icon(Icon::Pivot)}
                    "Link"
                </a>
                <span class="small muted" role="status" data-copied=""></span>
            </p>
        </template>
    }
    .into_any()
}

fn waits() -> AnyView {
    view! {
        <template data-proof-of="waits">
            <h3>{icon(Icon::Clock)} "Proof"</h3>
            <p class="small muted" role="status">
                "This entry was written a moment ago. It gets its place in the log within a second."
            </p>
        </template>
    }
    .into_any()
}

fn refused() -> AnyView {
    view! {
        <template data-proof-of="refused">
            <h3 class="danger">{icon(Icon::Warning)} "This entry is not proved"</h3>
            <p class="small" role="alert">
                "Checked in this browser: " <span data-is="why"></span>
                ". Tell whoever keeps this installation, and keep the receipt: the log may have been changed."
            </p>
            <p class="mt-[8px]">{download(String::new())}</p>
        </template>
    }
    .into_any()
}

fn failed() -> AnyView {
    view! {
        <template data-proof-of="failed">
            <h3>"Proof"</h3>
            <p class="small" role="alert">
                "It could not be checked here: " <span data-is="why"></span>
            </p>
            <p class="mt-[8px]">{download(String::new())}</p>
        </template>
    }
    .into_any()
}
