//! What the Network page shows, and what its dialogs ask for.

use std::net::Ipv4Addr;

use stagedoor_core::id::{Id, NetworkRuleId};
use stagedoor_core::view::network::OutsideLine;

use super::super::testing::{around, html, now};
use super::*;

fn line(id: Option<u128>, name: &str) -> RuleLine {
    RuleLine {
        id: id.map(|number| NetworkRuleId::new(1, number)),
        name: name.to_owned(),
        kind: "vpn".to_owned(),
        range: "198.51.100.0/24".to_owned(),
        note: String::new(),
        created: id.map(|_| now()),
    }
}

fn view() -> NetworkView {
    NetworkView {
        rules: vec![line(None, "corporate"), line(Some(1), "vpn-berlin")],
        trusted_proxies: Vec::new(),
        address: Some(Ipv4Addr::new(198, 51, 100, 7).into()),
        let_in_by: Some(("vpn-berlin".to_owned(), Some("198.51.100.0/24".to_owned()))),
        pending: None,
        may_write: true,
    }
}

fn drawn(view: &NetworkView) -> String {
    html(|| network_page(view, &around("/network"), &NetworkQuery::default()))
}

#[test]
fn a_rule_of_the_file_is_shown_and_not_changed() {
    let drawn = drawn(&view());
    assert_eq!(drawn.matches("act=change").count(), 1, "{drawn}");
    assert!(drawn.contains("configuration file"));
    assert!(drawn.contains("vpn-berlin") && drawn.contains("198.51.100.7"));
}

#[test]
fn who_may_not_change_the_rules_is_offered_nothing() {
    let reader = NetworkView {
        may_write: false,
        ..view()
    };
    let drawn = drawn(&reader);
    assert!(
        !drawn.contains("act=add") && !drawn.contains("act=remove"),
        "{drawn}"
    );
    let asked = NetworkQuery {
        act: Some("add".to_owned()),
        ..NetworkQuery::default()
    };
    assert_eq!(opened(&reader, &asked), None);
    assert!(opened(&view(), &asked).is_some());
}

#[test]
fn a_preview_says_who_would_not_get_in_and_asks_whoever_is_among_them() {
    let told = NetworkPreview {
        name: "vpn-berlin".to_owned(),
        changes: vec![("range".to_owned(), Some("198.51.100.0/24".to_owned()), None)],
        warnings: Vec::new(),
        address: Some(Ipv4Addr::new(198, 51, 100, 7).into()),
        passes: false,
        let_in_by: None,
        refused: None,
        outside: Some(vec![OutsideLine {
            name: "<Kim>".to_owned(),
            address: "198.51.100.7".to_owned(),
            seen: now(),
            live: true,
        }]),
    };
    let draw = |told: &NetworkPreview| {
        html(|| {
            dialog::preview(
                told,
                &NetworkQuery::default(),
                None,
                &around("/").clock,
                ("/network", String::new()),
            )
        })
    };
    let drawn = draw(&told);
    assert!(drawn.contains("name=\"elsewhere\""), "{drawn}");
    assert!(
        drawn.contains("&lt;Kim&gt;") && drawn.contains("signed in now"),
        "{drawn}"
    );
    let inside = NetworkPreview {
        passes: true,
        let_in_by: Some("corporate".to_owned()),
        outside: Some(Vec::new()),
        ..told
    };
    let drawn = draw(&inside);
    assert!(
        !drawn.contains("name=\"elsewhere\"") && drawn.contains("let in by corporate"),
        "{drawn}"
    );
}
