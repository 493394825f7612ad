//! The page of one's own passkeys: what it offers when, and what it never says.

use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::time::{Timestamp, minutes};
use stagedoor_core::view::passkey::{AppView, CodesStanding, CodesView, PasskeyRow, PasskeysView};

use super::*;
use crate::console::testing::{around, html, kept_from};
use crate::server::Assets;

fn now() -> Timestamp {
    Timestamp::from_micros(1_795_262_400_000_000)
}

fn passkey(number: u32, name: &str) -> PasskeyRow {
    PasskeyRow {
        id: format!("pky_01k9w00000000000000000000{number}")
            .parse()
            .expect("an id"),
        name: name.to_owned(),
        maker: (number == 1).then(|| "YubiKey 5".to_owned()),
        model: (number == 1).then(|| "cb69481e-8ff7-4039-93ec-0a2729a154a8".to_owned()),
        attestation: None,
        level: PasskeyLevel::DeviceBound,
        serves: true,
        current: number == 1,
        other_sessions: u64::from(number),
        created: now().minus(minutes(90)),
        last_used: None,
        synced: Some(false),
        copied: None,
    }
}

fn view(items: Vec<PasskeyRow>, fresh: bool) -> PasskeysView {
    PasskeysView {
        items,
        asked: PasskeyLevel::Any,
        fresh_until: fresh.then(|| now().plus(minutes(4))),
        fresh_for_seconds: 600,
        codes: CodesView {
            app_allowed: true,
            app: None,
            standing: CodesStanding::Open,
            recovery_left: 2,
            recovery_few: true,
        },
        now: now(),
    }
}

fn page(view: &PasskeysView) -> String {
    page_in(view, &around("/passkeys"))
}

fn page_in(view: &PasskeysView, around: &Around) -> String {
    let look = Look::new(None, None, "n0nce".to_owned(), Assets::default());
    html(|| passkeys_page(view, around, (&PasskeysQuery::default(), None), &look))
}

#[test]
fn with_a_fresh_proof_another_one_is_offered_and_each_can_go() {
    let drawn = page(&view(vec![passkey(1, "Laptop & co"), passkey(2, "Drawer")], true));
    for words in [
        "Laptop &amp; co",
        "one device only",
        "data-passkey=\"register\"",
        "data-next=\"/passkeys\" disabled",
        "data-begin=\"/api/admin/session/passkeys/begin\"",
        "data-passkey-name",
        "nonce=\"n0nce\"",
        "href=\"/passkeys?revoke=pky_01k9w000000000000000000001\"",
        "aria-label=\"Rename Drawer\"",
    ] {
        assert!(drawn.contains(words), "{words} in {drawn}");
    }
    assert!(!drawn.contains("authenticate"), "one ceremony at a time");
    assert!(
        !drawn.contains("style="),
        "the content security policy refuses it"
    );
}

#[test]
fn the_last_one_has_no_way_to_be_revoked() {
    let drawn = page(&view(vec![passkey(1, "Laptop")], true));
    assert!(!drawn.contains("revoke="), "{drawn}");
    assert!(drawn.contains("Add a second"), "{drawn}");
}

#[test]
fn with_an_old_proof_a_new_one_comes_first() {
    let drawn = page(&view(vec![passkey(1, "Laptop"), passkey(2, "Drawer")], false));
    assert!(drawn.contains("data-passkey=\"authenticate\""), "{drawn}");
    assert!(
        drawn.contains("data-finish=\"/api/admin/session/renew\""),
        "{drawn}"
    );
    assert!(drawn.contains("within the last 10 min"), "{drawn}");
    assert!(!drawn.contains("data-passkey-name"), "{drawn}");
}

#[test]
fn an_app_and_recovery_codes_are_offered_with_a_fresh_proof_where_policy_allows_them() {
    let mut own = view(vec![passkey(1, "Laptop")], true);
    let drawn = page(&own);
    for words in [
        "action=\"/api/fn/staff/begin_app\"",
        "href=\"/passkeys?recovery=new\"",
        "2 of 10 are left",
    ] {
        assert!(drawn.contains(words), "{words} in {drawn}");
    }
    own.codes.app_allowed = false;
    assert!(!page(&own).contains("begin_app"), "policy does not allow it");
    own.codes.app = Some(AppView {
        created: now(),
        last_used: None,
    });
    own.codes.standing = CodesStanding::Locked;
    let drawn = page(&own);
    assert!(
        drawn.contains("href=\"/passkeys?app=remove\""),
        "what is there can go: {drawn}"
    );
    assert!(drawn.contains("locked"), "{drawn}");
    own.fresh_until = None;
    let drawn = page(&own);
    assert!(
        !drawn.contains("app=remove") && !drawn.contains("recovery=new"),
        "{drawn}"
    );
}

#[test]
fn codes_are_shown_as_text_in_a_list() {
    let drawn = codes::shown(vec!["ABCD-EFGH-IJKL-MNOP".to_owned()]).to_html();
    assert!(drawn.contains("ABCD-EFGH-IJKL-MNOP"), "{drawn}");
    assert!(!drawn.contains("style="), "{drawn}");
}

#[test]
fn one_below_the_level_stays_listed_and_says_that_it_lets_nobody_in() {
    let mut own = view(vec![passkey(1, "Phone"), passkey(2, "Drawer")], true);
    assert!(!page(&own).contains("not allowed"));
    own.asked = PasskeyLevel::Attested;
    own.items[0].serves = false;
    own.items[0].synced = Some(true);
    own.items[1].attestation = Some("packed".to_owned());
    own.items[1].level = PasskeyLevel::Attested;
    let drawn = page(&own);
    for words in [
        "not allowed",
        "This one lets nobody in any more.",
        "Policy asks your role for a passkey that cannot leave its device and whose maker",
        "one device only, attested",
        "The maker vouches for it: packed",
        "/passkeys?revoke=pky_01k9w000000000000000000001",
    ] {
        assert!(drawn.contains(words), "{words} in {drawn}");
    }
    assert!(
        !drawn.contains("revoke=pky_01k9w000000000000000000002"),
        "the only one that policy lets in: {drawn}"
    );
}

#[test]
fn a_session_that_only_reads_is_told_so_instead_of_offered_anything() {
    let changes = [
        Action::PasskeyRename,
        Action::PasskeyRevoke,
        Action::PasskeyRegister,
        Action::TotpEnrol,
        Action::TotpRemove,
        Action::RecoveryRenew,
    ];
    let around = kept_from("/passkeys", &changes);
    let items = vec![passkey(1, "Laptop"), passkey(2, "Drawer")];
    let drawn = page_in(&view(items, true), &around);
    assert!(drawn.contains("narrowed to reads"), "{drawn}");
    for offered in ["rename=", "revoke=", "data-passkey=", "<form", "recovery=new"] {
        assert!(!drawn.contains(offered), "{offered} in {drawn}");
    }
}
