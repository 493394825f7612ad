//! What the pages say: what happened, where it stands, how it left; and a button only where there is something to do.

use stagedoor_core::audit::sentence::Part;
use stagedoor_core::id::Id;
use stagedoor_core::time::hours;
use stagedoor_core::view::Page;
use stagedoor_core::view::alert::{AlertView, DeliveryLine, RecipientLine};
use stagedoor_core::view::audit::AuditLine;

use super::one::alert_page;
use super::*;
use crate::console::testing::{around, html, kept_from, now};

fn alert(standing: &str) -> AlertRow {
    let acknowledged = (standing == "acknowledged").then(now);
    let line = |label: &str, words: &str| ChannelLine {
        label: label.to_owned(),
        words: words.to_owned(),
        tone: Tone::Ok,
    };
    AlertRow {
        id: Id::new(1, 2),
        cause: vec![
            Part::Strong("kim".to_owned()),
            Part::Plain("deactivated staff member ada".to_owned()),
        ],
        event: "admin.staff.deactivate".to_owned(),
        entry: "evt_1".to_owned(),
        severity: "critical".to_owned(),
        standing: standing.to_owned(),
        raised: now().minus(hours(2)),
        due: now().plus(hours(22)),
        acknowledged,
        channels: vec![line("E-mail", "sent"), line("Webhook", "not set up")],
    }
}

fn inbox(items: Vec<AlertRow>, (waiting, overdue): (u64, u64)) -> String {
    let view = AlertsView {
        waiting,
        overdue,
        first: 1,
        page: Page { items, next: None },
        now: now(),
    };
    html(|| alerts_page(&view, &around("/alerts"), &AlertsQuery::default()))
}

#[test]
fn a_row_says_what_happened_where_it_stands_and_how_it_left() {
    let drawn = inbox(vec![alert("waiting")], (1, 0));
    for words in [
        "deactivated staff member ada",
        "critical",
        "waiting",
        "sent",
        "not set up",
        "Acknowledge",
    ] {
        assert!(drawn.contains(words), "{words}: {drawn}");
    }
    assert!(drawn.contains("One waits for you."), "{drawn}");
    assert!(drawn.contains("in 22 h"), "{drawn}");
    let done = inbox(vec![alert("acknowledged")], (0, 0));
    assert!(
        !done.contains("acknowledge_alert"),
        "nothing is left to do: {done}"
    );
    assert!(inbox(vec![alert("overdue")], (3, 2)).contains("3 wait for you, 2 of them longer"));
}

#[test]
fn an_empty_inbox_says_what_will_be_there() {
    let drawn = inbox(Vec::new(), (0, 0));
    assert!(
        drawn.contains("No alerts") && drawn.contains("Send a test alert"),
        "{drawn}"
    );
}

#[test]
fn an_alert_tells_who_acknowledged_it_and_what_failed() {
    let view = AlertView {
        alert: alert("waiting"),
        about: "A member of staff was switched off for ever.".to_owned(),
        entry: None,
        recipients: vec![RecipientLine {
            id: Id::new(1, 4),
            name: "Sol Reyes".to_owned(),
            standing: "acknowledged".to_owned(),
            acknowledged: Some(now()),
        }],
        deliveries: vec![DeliveryLine {
            channel: "webhook".to_owned(),
            label: "Webhook".to_owned(),
            recipient: None,
            state: "failed".to_owned(),
            tries: 3,
            settled: Some(now()),
            next: Some(now()),
            error: Some("the receiver answered 500".to_owned()),
        }],
        now: now(),
    };
    let drawn = html(|| alert_page(&view, &around("/alerts/ntf_1"), &AlertsQuery::default()));
    for words in [
        "Sol Reyes",
        "tried 3 times",
        "the receiver answered 500",
        "It has left the log",
        "Acknowledge",
    ] {
        assert!(drawn.contains(words), "{words}: {drawn}");
    }
}

#[test]
fn an_alerts_entry_leads_to_the_log_for_who_may_read_it() {
    let view = AlertView {
        alert: alert("waiting"),
        about: String::new(),
        entry: Some(AuditLine {
            id: "evt_1".to_owned(),
            at: now(),
            icon: "user".to_owned(),
            tone: Tone::Neutral,
            impersonation: false,
            critical: false,
            sentence: vec![Part::Plain("kim deactivated ada".to_owned())],
            tags: Vec::new(),
            guards: Vec::new(),
            diff: Vec::new(),
            facts: Vec::new(),
            asked: None,
        }),
        recipients: Vec::new(),
        deliveries: Vec::new(),
        now: now(),
    };
    let drawn = |around: &Around| html(|| alert_page(&view, around, &AlertsQuery::default()));
    assert!(drawn(&around("/alerts/ntf_1")).contains("href=\"/audit?"));
    let kept = drawn(&kept_from("/alerts/ntf_1", &[Action::AuditReadTenant]));
    assert!(!kept.contains("/audit") && kept.contains("deactivated"), "{kept}");
}
