//! The sentence of every event, done and refused, as the platform and as the tenant read it.
//!
//! Read the snapshot as English: it is all the words of the timeline.

mod support;

use std::fmt::Write as _;

use stagedoor_core::actor::{Actor, Represented};
use stagedoor_core::audit::sentence::{Names, Part, Reader, sentence};
use stagedoor_core::audit::{Entry, Event, EventScope, Field, LogScope, Outcome, Read, Target};
use stagedoor_core::decision::Reason;
use stagedoor_core::id::TenantId;

use support::examples::{entry, names, record, tell};
use support::{acme, id, jess, kim};

/// Whether an event ever stands on a reader's page.
fn stands_there(event: Event, reader: Reader) -> bool {
    match reader {
        Reader::Platform => true,
        Reader::Tenant => event.scope() != EventScope::Platform,
    }
}

const READERS: [(&str, Reader); 2] = [("platform", Reader::Platform), ("tenant", Reader::Tenant)];

/// The words of a verb, an outcome and a reader for every event.
fn catalogue(bare: bool) -> String {
    let mut text = String::new();
    for event in Event::ALL {
        let _ = writeln!(text, "{}", event.name());
        for (label, reader) in READERS {
            for (word, outcome) in [
                ("done", Outcome::Success),
                ("denied", Outcome::Denied(Reason::PermissionMissing)),
            ] {
                if stands_there(*event, reader) && !(bare && outcome == Outcome::Success) {
                    let mut entry = entry(*event, reader, outcome);
                    let mut names = names(*event, reader);
                    if bare {
                        strip(&mut entry, &mut names);
                    }
                    let _ = writeln!(text, "  {label:<8} {word:<6} {}", tell(entry, &names, reader));
                }
            }
        }
    }
    text
}

/// A refusal at the door: nothing is known but the tenant, if there was one.
fn strip(entry: &mut Entry, names: &mut Names) {
    entry.target = entry.tenant.map(Target::Tenant);
    entry.reads.clear();
    entry.facts.clear();
    (names.target, names.subject) = (None, None);
}

#[test]
fn every_event_reads_as_english() {
    insta::assert_snapshot!("catalogue", catalogue(false));
}

#[test]
fn every_refusal_at_the_door_reads_as_english() {
    insta::assert_snapshot!("refusals", catalogue(true));
}

fn visitor() -> Actor {
    let subject = Represented::Member {
        tenant: acme(),
        member: id(31),
    };
    Actor::OnBehalf {
        subject,
        act: kim(),
        session: id(41),
        grant: id(21),
    }
}

fn visit(event: Event, actor: Actor) -> Entry {
    let mut entry = Entry::new(id(1), LogScope::Tenant(acme()), event, actor, id(2));
    entry.tenant = Some(acme());
    entry.target = Some(Target::Member(id(31)));
    entry
}

fn known(actor: Option<&str>) -> Names {
    Names {
        actor: actor.map(str::to_owned),
        subject: None,
        target: Some("rod@acme.com".to_owned()),
        tenant: Some("Acme".to_owned()),
    }
}

#[test]
fn a_visit_reads_as_in_the_pictures() {
    let kim_of_staff = Actor::Staff {
        staff: kim(),
        session: None,
    };
    let start = || visit(Event::ImpersonationStart, kim_of_staff);
    assert_eq!(
        tell(start(), &known(Some("kim")), Reader::Platform),
        "kim started impersonation of rod@acme.com"
    );
    assert_eq!(
        tell(start(), &known(Some("Kim Moreno")), Reader::Tenant),
        "Kim Moreno started acting as rod@acme.com"
    );

    let mut view = visit(Event::ImpersonationView, visitor());
    view.reads = vec![Read {
        what: "Members".to_owned(),
        rows: 50,
    }];
    let names = Names {
        subject: Some("rod@acme.com".to_owned()),
        target: None,
        ..known(Some("Kim Moreno"))
    };
    assert_eq!(
        tell(view, &names, Reader::Tenant),
        "Kim Moreno viewed Members (50 records) as rod@acme.com"
    );
}

#[test]
fn the_end_of_a_visit_tells_who_ended_it() {
    let end = |actor, why: &str| {
        let mut entry = visit(Event::ImpersonationEnd, actor);
        entry.facts.insert(Field::Why, why.to_owned());
        entry
    };
    let tenant = |entry, name| tell(entry, &known(name), Reader::Tenant);
    assert_eq!(
        tenant(end(visitor(), "ended"), Some("Kim Moreno")),
        "Kim Moreno stopped acting as rod@acme.com"
    );
    let ada = Actor::Staff {
        staff: jess(),
        session: None,
    };
    assert_eq!(
        tenant(end(ada, "ended_by_staff"), Some("Ada Quist")),
        "Ada Quist ended the visit of platform support as rod@acme.com"
    );
    let val = Actor::Member {
        tenant: acme(),
        member: id(32),
    };
    assert_eq!(
        tenant(end(val, "ended_by_tenant"), Some("Val Marsh")),
        "Val Marsh ended the visit of platform support as rod@acme.com"
    );
    let expired = || end(Actor::System, "expired");
    assert_eq!(
        tenant(expired(), None),
        "Stagedoor ended the visit of platform support as rod@acme.com"
    );
    assert_eq!(
        tell(expired(), &known(None), Reader::Platform),
        "Stagedoor ended impersonation of rod@acme.com"
    );
}

#[test]
fn a_visit_to_nobody_in_particular_names_the_tenant() {
    let subject = Represented::Tenant(acme());
    let actor = Actor::OnBehalf {
        subject,
        act: kim(),
        session: id(41),
        grant: id(21),
    };
    let names = Names {
        target: None,
        ..known(Some("kim"))
    };
    let about = |event, tenant: TenantId| {
        let mut entry = visit(event, actor);
        entry.target = Some(Target::Tenant(tenant));
        entry
    };
    let start = || about(Event::ImpersonationStart, acme());
    assert_eq!(
        tell(start(), &names, Reader::Platform),
        "kim started impersonation of Acme"
    );
    assert_eq!(
        tell(start(), &names, Reader::Tenant),
        "kim started acting as an administrator"
    );
    let mut view = about(Event::ImpersonationView, acme());
    view.reads = vec![
        Read {
            what: "Member".to_owned(),
            rows: 1,
        },
        Read {
            what: "Sessions".to_owned(),
            rows: 0,
        },
    ];
    assert_eq!(
        tell(view, &names, Reader::Platform),
        "kim viewed Member, Sessions (1 record) in Acme"
    );
}

#[test]
fn a_stranger_at_the_door_is_told_apart_from_whom_they_claim_to_be() {
    let mut entry = Entry::new(
        id(1),
        LogScope::Tenant(acme()),
        Event::UserSignIn,
        Actor::Anonymous,
        id(2),
    );
    entry.outcome = Outcome::Failed("wrong_credentials");
    entry.target = Some(Target::Member(id(31)));
    entry.facts.insert(Field::Factor, "password".to_owned());
    assert_eq!(
        tell(entry, &known(None), Reader::Tenant),
        "Somebody unknown tried to sign in as rod@acme.com with a password"
    );
}

#[test]
fn what_is_erased_or_unknown_is_still_a_sentence() {
    let nobody = Names::default();
    let erased = visit(
        Event::ImpersonationStart,
        Actor::Staff {
            staff: kim(),
            session: None,
        },
    );
    assert_eq!(
        tell(erased, &nobody, Reader::Tenant),
        "Somebody started acting as somebody"
    );
    let mut stranger = Entry::new(
        id(1),
        LogScope::Platform,
        Event::StaffSignIn,
        Actor::Anonymous,
        id(2),
    );
    stranger.outcome = Outcome::Failed("not_workforce");
    stranger.facts.insert(Field::Provider, "Demo SSO".to_owned());
    assert_eq!(
        tell(stranger, &nobody, Reader::Platform),
        "Somebody unknown tried to sign in with Demo SSO"
    );
    let mut idle = Entry::new(
        id(1),
        LogScope::Tenant(acme()),
        Event::UserSignOut,
        Actor::System,
        id(2),
    );
    idle.target = Some(Target::Member(id(31)));
    assert_eq!(
        tell(idle, &known(None), Reader::Tenant),
        "Stagedoor ended a session of rod@acme.com"
    );
    let seeded = Entry::new(id(1), LogScope::Platform, Event::SystemSeed, Actor::System, id(2));
    assert_eq!(
        tell(seeded, &nobody, Reader::Platform),
        "Stagedoor seeded demo data"
    );
}

#[test]
fn an_event_of_a_later_version_shows_its_name() {
    let entry = Entry::new(id(1), LogScope::Platform, Event::TenantList, Actor::System, id(2));
    let mut later = record(entry);
    later.event = "tenant.merge".to_owned();
    let parts = sentence(&later, &Names::default(), Reader::Platform);
    assert_eq!(
        parts,
        [
            Part::Strong("Stagedoor".to_owned()),
            Part::Mono("tenant.merge".to_owned())
        ]
    );
}
