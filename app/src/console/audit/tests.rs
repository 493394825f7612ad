//! The Audit log, drawn from plain views: what is said of the log as a whole, and how its lines and their proofs look.

use stagedoor_core::audit::sentence::Part;
use stagedoor_core::view::audit::AuditLine;
use stagedoor_core::view::{Page, Tone};

use super::*;
use crate::console::testing::{around, html, now};
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
    }
}

fn critical() -> AuditLine {
    AuditLine {
        critical: true,
        ..line(Icon::Critical, Tone::Danger)
    }
}

fn view(items: Vec<AuditLine>) -> AuditView {
    AuditView {
        query: String::new(),
        query_error: None,
        chips: Vec::new(),
        all: Total::Exact(items.len() as u64),
        matching: Total::Exact(items.len() as u64),
        kept_days: 365,
        signed_at: None,
        bars: Vec::new(),
        page: Page { items, next: None },
        now: now(),
    }
}

fn drawn(view: &AuditView, query: &AuditQuery) -> String {
    html(|| audit_page(view, StaffRole::Security, &around("/audit"), query))
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
