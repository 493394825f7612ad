//! Rules as they are written, one by one and as a set.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use proptest::prelude::*;

use super::*;
use crate::id::Id;

fn draft(range: &str) -> RuleDraft {
    RuleDraft {
        name: "office".to_owned(),
        kind: "corp_ip".to_owned(),
        range: range.to_owned(),
        ..RuleDraft::default()
    }
}

fn own(number: u128, name: &str, range: &str) -> OwnRule {
    OwnRule {
        id: NetworkRuleId::new(1, number),
        name: name.to_owned(),
        kind: NetworkKind::Vpn,
        range: range.parse().expect("a range"),
        note: String::new(),
        created: Timestamp::from_micros(1),
    }
}

#[test]
fn a_range_has_one_form() {
    let told = |text: &str| read_range(text).map(|range| range.to_string());
    assert_eq!(told(" 203.0.113.0/24 ").as_deref(), Ok("203.0.113.0/24"));
    assert_eq!(told("203.0.113.9").as_deref(), Ok("203.0.113.9/32"));
    assert_eq!(told("2001:DB8:0::/32").as_deref(), Ok("2001:db8::/32"));
    assert_eq!(told("::ffff:10.1.0.0/112").as_deref(), Ok("10.1.0.0/16"));
    assert_eq!(told("::ffff:10.1.0.9").as_deref(), Ok("10.1.0.9/32"));
    for wrong in [
        "",
        "office",
        "203.0.113.0/33",
        "203.0.113/24",
        "10.0.0.1/8",
        "010.0.0.0/8",
        "10.0.0.0/08",
        "10.0.0.0/+8",
    ] {
        assert_eq!(told(wrong).map_err(|error| error.field), Err("range"), "{wrong}");
    }
    let meant = read_range("10.1.2.3/16").expect_err("bits behind the prefix");
    assert!(
        meant.message.ends_with("Did you mean 10.1.0.0/16?"),
        "{}",
        meant.message
    );
}

#[test]
fn what_is_too_wide_is_refused_or_asked_about() {
    let told = |range: &str, wide| {
        let draft = RuleDraft { wide, ..draft(range) };
        draft.check().map(drop).map_err(|error| error.field)
    };
    for never in [
        "0.0.0.0/0",
        "::/0",
        "::ffff:0:0/96",
        "127.0.0.1",
        "126.0.0.0/7",
        "::1",
        "::/16",
    ] {
        assert_eq!(told(never, Wide::Meant), Err("range"), "{never}");
    }
    for asked in ["10.0.0.0/7", "2000::/15"] {
        assert_eq!(told(asked, Wide::Unasked), Err("confirm_wide"), "{asked}");
        assert_eq!(told(asked, Wide::Meant), Ok(()), "{asked}");
    }
    for fine in ["10.0.0.0/8", "2001::/16", "192.0.2.1"] {
        assert_eq!(told(fine, Wide::Unasked), Ok(()), "{fine}");
    }
}

#[test]
fn what_is_not_right_is_refused_by_the_name_of_its_field() {
    let wrong = [
        (
            "name",
            RuleDraft {
                name: "  ".to_owned(),
                ..draft("192.0.2.1")
            },
        ),
        (
            "name",
            RuleDraft {
                name: "<b>".to_owned(),
                ..draft("192.0.2.1")
            },
        ),
        (
            "name",
            RuleDraft {
                name: "x".repeat(65),
                ..draft("192.0.2.1")
            },
        ),
        (
            "note",
            RuleDraft {
                note: "two\nlines".to_owned(),
                ..draft("192.0.2.1")
            },
        ),
        (
            "kind",
            RuleDraft {
                kind: "proxy".to_owned(),
                ..draft("192.0.2.1")
            },
        ),
    ];
    for (field, draft) in wrong {
        assert_eq!(draft.check().expect_err(field).field, field, "{draft:?}");
    }
}

#[test]
fn a_set_has_each_name_and_each_range_once_and_not_too_many() {
    let declared = [own(0, "corporate", "198.51.100.0/24").rule()];
    let told = |own: &[OwnRule]| check_set(&declared, own).map_err(|error| error.field);
    let (a, b) = (own(1, "a", "192.0.2.0/25"), own(2, "b", "192.0.2.128/25"));
    assert_eq!(told(&[a.clone(), b.clone()]), Ok(()));
    assert_eq!(told(&[a.clone(), own(3, "A", "203.0.113.0/24")]), Err("name"));
    assert_eq!(told(&[own(3, "Corporate", "203.0.113.0/24")]), Err("name"));
    assert_eq!(told(&[a.clone(), own(3, "c", "192.0.2.0/25")]), Err("range"));
    assert_eq!(told(&[own(3, "c", "198.51.100.0/24")]), Err("range"));
    let many: Vec<OwnRule> = (0..=200_u32)
        .map(|number| {
            own(
                number.into(),
                &format!("r{number}"),
                &format!("10.0.{number}.0/24"),
            )
        })
        .collect();
    assert_eq!(told(&many[..200]), Ok(()));
    assert_eq!(told(&many), Err("rules"));
}

#[test]
fn an_overlap_is_told() {
    let others = [
        own(1, "a", "10.0.0.0/8").rule(),
        own(2, "b", "192.0.2.0/24").rule(),
    ];
    let told = |range: &str| overlaps(range.parse().expect("a range"), &others).len();
    assert_eq!(
        (told("10.1.0.0/16"), told("192.0.0.0/16"), told("203.0.113.0/24")),
        (1, 1, 0)
    );
}

proptest! {
    /// Written in whatever order, a set is kept in one form, and read back as it was.
    #[test]
    fn a_set_is_kept_in_one_form(ranges in prop::collection::vec((any::<u32>(), 8_u8..=32), 0..8), turn in any::<prop::sample::Index>()) {
        let rules: Vec<OwnRule> = ranges
            .iter()
            .zip(1..)
            .map(|((bits, length), number)| {
                let range = Ipv4Net::new_assert(Ipv4Addr::from(*bits), *length).trunc();
                own(number, &format!("r{number}"), &range.to_string())
            })
            .collect();
        let mut turned = rules.clone();
        if !turned.is_empty() {
            turned.rotate_left(turn.index(rules.len()));
        }
        prop_assert_eq!(canonical(&rules), canonical(&turned));
        let read: Vec<OwnRule> = serde_json::from_str(&canonical(&turned)).expect("what was written is read");
        prop_assert_eq!(read, rules);
    }

    /// No text makes it panic, and what is read is written as it is compared.
    #[test]
    fn whatever_is_read_is_in_its_one_form(text in "[0-9a-f:./]{0,24}") {
        if let Ok(range) = read_range(&text) {
            prop_assert_eq!(range, range.trunc());
            prop_assert_eq!(read_range(&range.to_string()), Ok(range));
        }
    }
}
