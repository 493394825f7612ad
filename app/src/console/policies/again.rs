//! The ways to the simulator from a real request: an entry of the log, and one's own request on Who am I. They fill its form with
//! what is known, and the page answers at once; what nobody kept stands as it should be, for whoever asks to change. They change
//! nothing and are offered to nobody who may not ask.

use stagedoor_core::action::Action;
use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::guard::DeviceFact;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::audit::AskedThen;
use stagedoor_core::view::whoami::WhoAmI;

use crate::routes::{ConsolePage, PoliciesQuery};

/// Facts that every guardrail likes.
pub(super) fn good_facts() -> PoliciesQuery {
    let text = |text: &str| text.to_owned();
    PoliciesQuery {
        owner: text("own"),
        identity: text("workforce"),
        factor: text("passkey"),
        factor_age: text("10"),
        session: text("live"),
        session_age: text("30"),
        idle: text("1"),
        grant: text("none"),
        ..PoliciesQuery::default()
    }
}

/// From an entry: who asked for what, of which tenant, from where, and when.
pub(in crate::console) fn of_entry(asked: &AskedThen, at: Timestamp) -> String {
    let known = |fact: &Option<String>| fact.clone().unwrap_or_default();
    href(PoliciesQuery {
        person: asked.person.clone(),
        action: asked.action.clone(),
        target: known(&asked.tenant),
        address: known(&asked.address),
        at: at.to_string(),
        ..good_facts()
    })
}

/// From one's own request, with the ages of one's own session.
pub(in crate::console) fn of_own(view: &WhoAmI, now: Timestamp) -> String {
    let ago = |at: Timestamp| (now.since(at).as_secs() / 60).to_string();
    let session = &view.session;
    let level = session.passkey.filter(|level| *level > PasskeyLevel::Any);
    let told = DeviceFact::from_name(&session.managed).filter(|device| *device != DeviceFact::Unclaimed);
    href(PoliciesQuery {
        person: view.id.to_string(),
        action: Action::TenantList.name().to_owned(),
        address: view
            .request
            .address
            .map_or_else(String::new, |address| address.to_string()),
        device: told.map_or_else(String::new, |device| device.as_str().to_owned()),
        factor: session.factor.clone(),
        level: level.map_or_else(String::new, |level| level.as_str().to_owned()),
        factor_age: ago(session.factor_at),
        session_age: ago(session.started),
        idle: "0".to_owned(),
        ..good_facts()
    })
}

fn href(query: PoliciesQuery) -> String {
    ConsolePage::Policies(Box::new(query)).href()
}
