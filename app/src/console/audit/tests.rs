//! The Audit log, drawn from plain views: what is said of the log as a whole, and how its lines and their proofs look.

use stagedoor_core::audit::sentence::Part;
use stagedoor_core::view::Tone;
use stagedoor_core::view::audit::AuditLine;

use super::*;
use crate::console::testing::{around, audit_view as view, html, now};
use crate::routes::columns::{AuditColumn, Shown};
use crate::ui::Icon;

fn line(icon: Icon, tone: Tone) -> AuditLine {
    AuditLine {
        id: "evt_01k9w000000000000000000010".to_owned(),
        at: now(),
        icon: icon.name().to_owned(),
        tone,
        impersonation: false,
        critical: false,
        sentence: vec![Part::Strong("kim".to_owned()), Part::Plain("did it".to_owned())],
        tags: Vec::new(),
        guards: Vec::new(),
        diff: Vec::new(),
        facts: Vec::new(),
        asked: None,
    }
}

fn critical() -> AuditLine {
    AuditLine {
        critical: true,
        ..line(Icon::Critical, Tone::Danger)
    }
}

fn drawn(view: &AuditView, query: &AuditQuery) -> String {
    html(|| audit_page(view, &around("/audit"), query))
}

#[test]
fn a_critical_entry_has_a_picture_with_a_name() {
    let page = drawn(&view(vec![critical()]), &AuditQuery::default());
    for words in [
        r#"role="img" aria-label="Critical" title="Critical: worth waking somebody" class="ic danger""#,
        Icon::Critical.path(),
        r#"<span aria-hidden="true" class="tag danger">critical</span>"#,
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    let bare = AuditQuery {
        cols: Some(Shown::<AuditColumn>::named([])),
        ..AuditQuery::default()
    };
    let page = drawn(&view(vec![critical()]), &bare);
    assert!(
        page.contains(r#"aria-label="Critical""#),
        "with whatever columns: {page}"
    );
    assert!(!page.contains(">critical<"), "{page}");
}

#[test]
fn whatever_else_has_the_same_box_and_no_name() {
    for (icon, tone, class) in [
        (Icon::Ban, Tone::Danger, "ic danger"),
        (Icon::Building, Tone::Neutral, "ic"),
        (Icon::Fingerprint, Tone::Ok, "ic ok"),
    ] {
        let page = drawn(&view(vec![line(icon, tone)]), &AuditQuery::default());
        assert!(page.contains(&format!(r#"<span class="{class}"><svg"#)), "{page}");
        assert!(!page.to_lowercase().contains("critical"), "{page}");
    }
}

#[test]
fn the_lead_says_how_long_ago_the_log_was_signed() {
    let nothing = AuditQuery::default();
    assert!(!drawn(&view(Vec::new()), &nothing).contains("Last checkpoint"));
    for (seconds, words) in [(0, "0 s"), (4, "4 s"), (150, "2 min"), (7_300, "2 h")] {
        let signed = AuditView {
            signed_at: Some(now().minus(std::time::Duration::from_secs(seconds))),
            ..view(vec![critical()])
        };
        let page = drawn(&signed, &nothing);
        let lead = format!("kept 365 days. Last checkpoint {words} ago. Times are in UTC.");
        assert!(page.contains(&lead), "{lead} in {page}");
    }
    // Another machine signed it, whose clock is ahead of this one's.
    let ahead = AuditView {
        signed_at: Some(now().plus(std::time::Duration::from_secs(3))),
        ..view(Vec::new())
    };
    assert!(drawn(&ahead, &nothing).contains("Last checkpoint 0 s ago."));
}

#[test]
fn the_card_of_a_proof_has_a_place_for_all_that_the_script_says() {
    let page = drawn(&view(vec![critical()]), &AuditQuery::default());
    let id = "evt_01k9w000000000000000000010";
    assert!(page.contains(&format!(r#"data-proof="/api/admin/audit-logs/{id}/receipt""#)));
    let (_, template) = page
        .split_once(r#"<template data-proof-of="proved""#)
        .expect("a template");
    let (template, _) = template.split_once("</template>").expect("its end");
    for place in ["leaf", "root", "path", "checkpoint", "witness"] {
        assert!(
            template.contains(&format!(r#"data-is="{place}""#)),
            "{place} in {template}"
        );
    }
    // Where no witness is configured the script takes the whole row away, and no other.
    assert_eq!(
        template.matches(r#"data-with="witness""#).count(),
        2,
        "{template}"
    );
    assert_eq!(template.matches("data-with").count(), 2, "{template}");
    assert!(
        template.contains(r#"<dt data-with="witness">Witness</dt>"#),
        "{template}"
    );
    assert!(!page.contains("data-witnessed"), "{page}");
    let witnessed = AuditView {
        witnessed: true,
        ..view(vec![critical()])
    };
    let page = drawn(&witnessed, &AuditQuery::default());
    assert!(page.contains("data-witnessed"), "its row has room: {page}");
}
