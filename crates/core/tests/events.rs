//! `docs/events.md` is the catalogue's own page: written from the table, and compared with it.
//!
//! `STAGEDOOR_BLESS=1 cargo tests --test events` writes it anew; read the difference. `cargo xtask test` reads the page to
//! learn which events there are, and which are awaited.

mod support;

use std::fmt::Write as _;

use stagedoor_core::action::Effect;
use stagedoor_core::audit::sentence::Reader;
use stagedoor_core::audit::{Criticality, Emission, Event, EventScope, Field, Outcome, Retention};
use stagedoor_core::decision::Reason;

use support::examples::{entry, names, tell};
use support::setting;

const HEAD: &str = "\
# Events

Every event that the audit logs can hold: the catalogue in `crates/core/src/audit/event/table.rs` as a page. It is written by
`STAGEDOOR_BLESS=1 cargo tests --test events`, never by hand, and a test compares the two.

- An event is named `noun.verb`, one name for tried and done; the outcome of an entry (`success`, `denied`, `failed`) says which.
  `admin.` covers administration, which not everybody who reads audit may see. `action:` in the search box of a log takes a
  name, or the beginning of one with a star: `action:impersonation.*`.
- A *change* is written down whenever it is done. A *look* is written down always when it is refused, and when it is done only
  where it reads people's data or a log.
- *both* as the log means a pair of entries in one transaction, the platform's and the tenant's. Whatever staff do while they
  visit a tenant stands in both, whichever log its event has.
- An entry is kept at least as long as its class says, before it may age out into an archive.
- *routine* is a day's work. *notable* changes what somebody may do, or lets data leave. *critical* is worth waking somebody:
  what was done carries the flag `critical`.
- An event that *alerts* tells every super admin at once, in the console, by e-mail and to the installation's webhook, and
  whoever it was done to by e-mail.
- The sentences are those of the platform's log (of the tenant's, for what stands there alone), about made-up people. What an
  entry does not know is left out, or said in general words.
- Facts stand beside what every entry has. None but those of its row ever do, `step_up` in whatever a fresh proof
  allowed, and `narrowed` and `viewing_as` in whatever was done in a narrowed session, and `sub_role` in whatever somebody with one did; what each holds stands in the last table.
";

const EMITTED: &str = "\
`cargo xtask test` fails when no test makes one of these changes be done, or one of these looks be written down.
";

const UNREFUSED: &str = "\
Nobody is refused these who gets as far as asking, and they are not written down when they are taken.
";

const AWAITED: &str = "\
Nothing emits these yet: what they tell of comes with a later version. The demo makes up a few of them, for its history. This
list may only shrink: `cargo xtask test` fails when one of these is written down.
";

const COLUMNS: &str = "\
| event | what | log | kept | criticality | alerts | when done | when only tried | facts |
|---|---|---|---|---|---|---|---|---|
";

#[test]
fn the_page_of_events_is_the_catalogue_s() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/events.md");
    let now = page();
    if setting("STAGEDOOR_BLESS").is_some() {
        std::fs::write(path, &now).expect("the page can be written");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(now, committed, "docs/events.md differs: read how, then bless it");
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    for (title, words, emission) in [
        ("Emitted", EMITTED, Emission::Emitted),
        ("Never refused", UNREFUSED, Emission::Unrefused),
        ("Awaited", AWAITED, Emission::Awaited),
    ] {
        let _ = write!(page, "\n## {title}\n\n{words}\n{COLUMNS}");
        let events = Event::ALL.iter().filter(|event| event.emission() == emission);
        events.for_each(|event| row(&mut page, *event));
    }
    page.push_str("\n## Facts\n\n| fact | on a page | what it holds |\n|---|---|---|\n");
    for field in Field::ALL {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} |",
            field.as_str(),
            field.label(),
            field.about()
        );
    }
    page
}

fn row(page: &mut String, event: Event) {
    let facts: Vec<_> = event
        .fields()
        .iter()
        .map(|field| format!("`{}`", field.as_str()))
        .collect();
    let weight = match event.criticality() {
        Criticality::Critical => "**critical**",
        other => other.as_str(),
    };
    let _ = writeln!(
        page,
        "| `{}` | {} | {} | {} | {weight} | {} | {} | {} | {} |",
        event.name(),
        what(event.effect()),
        log(event.scope()),
        kept(event),
        event.alerting().as_str(),
        example(event, Outcome::Success),
        example(event, Outcome::Denied(Reason::PermissionMissing)),
        facts.join(" "),
    );
}

fn what(effect: Effect) -> &'static str {
    match effect {
        Effect::Read => "look",
        Effect::Write => "change",
    }
}

fn log(scope: EventScope) -> &'static str {
    match scope {
        EventScope::Platform => "platform",
        EventScope::Tenant => "tenant",
        EventScope::Dual => "both",
    }
}

fn kept(event: Event) -> String {
    let days = |log| event.retention(log).days();
    match (event.scope(), days(Retention::Platform), days(Retention::Tenant)) {
        (EventScope::Platform, days, _) | (EventScope::Tenant, _, days) => format!("{days} days"),
        (EventScope::Dual, platform, tenant) if platform == tenant => format!("{platform} days"),
        (EventScope::Dual, platform, tenant) => format!("{platform} and {tenant} days"),
    }
}

fn example(event: Event, outcome: Outcome) -> String {
    let reader = match event.scope() {
        EventScope::Tenant => Reader::Tenant,
        EventScope::Platform | EventScope::Dual => Reader::Platform,
    };
    tell(entry(event, reader, outcome), &names(event, reader), reader)
}
