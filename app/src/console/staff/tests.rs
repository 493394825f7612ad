//! The Staff pages, drawn from plain views: what each row says, what is offered, and what is said instead.

use stagedoor_core::role::StaffRole;
use stagedoor_core::time::hours;
use stagedoor_core::view::duties::ContactShown;
use stagedoor_core::view::frame::FlashKind;
use stagedoor_core::view::staff::{PostLine, StaffOffers, StaffPage, TaskLine, TermLine};
use stagedoor_core::view::{Page, Total};

use super::*;
use crate::console::testing::{self, html, now};

fn around() -> Around {
    testing::around("/staff")
}

fn person(role: StaffRole, state: &str) -> StaffRow {
    StaffRow {
        id: "stf_01k9w000000000000000000010".parse().expect("an id"),
        name: "Jess <Park>".to_owned(),
        email: "jess@acme-corp.example".to_owned(),
        role,
        sub_role: (state == "active").then(|| "support_l1".to_owned()),
        sub_role_known: true,
        role_term: (state == "active").then(|| TermLine {
            until: now().plus(hours(2)),
            why: "While <Rob> is away".to_owned(),
            back_to: PostLine {
                role: StaffRole::ReadOnly,
                sub_role: None,
            },
        }),
        state: state.to_owned(),
        scope: ScopeLine::Only {
            known: Vec::new(),
            hidden: 2,
        },
        scope_term: None,
        until: Some(now().plus(hours(24))),
        token_until: None,
        passkeys: 2,
        signed_in: None,
        created: now().minus(hours(48)),
        own: false,
        named: false,
        owes_duties: false,
    }
}

fn list(items: Vec<StaffRow>, warning: Option<&str>) -> StaffListView {
    StaffListView {
        query: String::new(),
        query_error: None,
        chips: Vec::new(),
        matching: Total::Exact(items.len() as u64),
        first: 1,
        page: Page { items, next: None },
        super_admins: 1,
        warning: warning.map(str::to_owned),
        may_manage: warning.is_some(),
        sub_roles: Vec::new(),
        now: now(),
    }
}

fn page(offers: Option<StaffOffers>) -> StaffPage {
    StaffPage {
        row: person(StaffRole::Support, "active"),
        justification: "Joins the support team".to_owned(),
        contact: ContactShown::Nothing,
        deactivated: None,
        tasks: vec![TaskLine {
            task: "review_audit".to_owned(),
            about: "Go through what the person did".to_owned(),
            steps: vec!["Those of the last 30 days".to_owned()],
            entries: Some("actor:stf_01k9w000000000000000000010 since:90d".to_owned()),
            due: now().minus(hours(1)),
            done: None,
        }],
        passkeys: Vec::new(),
        sessions: Vec::new(),
        history: Vec::new(),
        offers,
        sub_roles: vec![PostLine {
            role: StaffRole::Support,
            sub_role: Some("support_l1".to_owned()),
        }],
        now: now(),
    }
}

fn open() -> StaffOffers {
    StaffOffers {
        access: Ok(()),
        reissue: Err("This person is enrolled.".to_owned()),
        reset: Ok(()),
        deactivate: Ok(()),
    }
}

fn drawn(view: &StaffPage, token: Option<&str>) -> String {
    let query = StaffQuery::default();
    html(|| one::member_page(view, token.map(str::to_owned), &around(), ("stf_1", &query)))
}

#[test]
fn a_row_says_who_somebody_is_and_until_when() {
    let items = vec![
        person(StaffRole::Support, "active"),
        person(StaffRole::SuperAdmin, "deactivated"),
    ];
    let drawn = html(|| staff_page(&list(items, Some("Only one.")), &around(), &StaffQuery::default()));
    for words in [
        "Jess &lt;Park&gt;",
        "2 that you may not know of",
        "2 passkeys",
        "22 Nov, 12:14",
        "was super admin",
        "support_l1",
        "until 21 Nov",
        "never",
        "Only one.",
        "act=invite",
    ] {
        assert!(drawn.contains(words), "{words} in {drawn}");
    }
    assert!(
        !drawn.contains("style="),
        "the content security policy refuses it"
    );
}

#[test]
fn who_may_only_look_is_offered_nothing() {
    let drawn_list = html(|| staff_page(&list(Vec::new(), None), &around(), &StaffQuery::default()));
    assert!(!drawn_list.contains("act=invite"), "{drawn_list}");
    let alone = drawn(&page(None), None);
    assert!(!alone.contains("act="), "{alone}");
    assert!(alone.contains("overdue"), "{alone}");
    assert!(
        alone.contains("then read only again: While &lt;Rob&gt; is away"),
        "{alone}"
    );
}

#[test]
fn what_a_rule_forbids_is_said_in_its_place() {
    let offered = drawn(&page(Some(open())), None);
    for act in ["act=change", "act=reset", "act=deactivate", "act=review_audit"] {
        assert!(offered.contains(act), "{act} in {offered}");
    }
    assert!(!offered.contains("act=reissue"), "{offered}");
    let own = StaffOffers {
        access: Err("no".to_owned()),
        reset: Err("no".to_owned()),
        deactivate: Err("Ask another super admin.".to_owned()),
        ..open()
    };
    let refused = drawn(&page(Some(own)), None);
    assert!(refused.contains("Ask another super admin."), "{refused}");
    assert!(!refused.contains("act=change") && !refused.contains("act=deactivate"));
}

#[test]
fn a_token_stands_on_the_page_that_was_handed_it_and_on_no_other() {
    let shown = drawn(&page(Some(open())), Some("sd-token-1"));
    assert!(
        shown.contains("sd-token-1") && shown.contains("another channel than e-mail"),
        "{shown}"
    );
    assert!(!drawn(&page(Some(open())), None).contains("Enrollment token"));
}

#[test]
fn a_dialog_keeps_what_was_typed_and_says_what_is_wrong() {
    let flash = Flash {
        kind: FlashKind::Error,
        message: "Check the fields.".to_owned(),
        fields: [("reason".to_owned(), "Say why.".to_owned())].into(),
        values: [
            ("reason".to_owned(), "<i>short".to_owned()),
            ("role".to_owned(), "security".to_owned()),
        ]
        .into(),
        ..Flash::default()
    };
    let view = page(Some(open()));
    let place = ("/staff/stf_1?act=change", "/staff/stf_1".to_owned());
    let asked = html(|| dialog::change(&view, Some(&flash), &around().clock, place));
    for words in [
        "Change Jess &lt;Park&gt;",
        "&lt;i&gt;short",
        "Say why.",
        "2026-11-22",
        "until_was",
        "sub_role_was",
        "falls back by itself: to read only, and to 2 that you may not know of",
        "Role only until the end of",
    ] {
        assert!(asked.contains(words), "{words} in {asked}");
    }
    let place = ("/staff/stf_1?act=deactivate", "/staff/stf_1".to_owned());
    let asked = html(|| dialog::deactivate(&view, None, place));
    assert!(
        asked.contains("Deactivate Jess &lt;Park&gt;?") && asked.contains("For ever"),
        "{asked}"
    );
}
