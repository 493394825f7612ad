//! Every page of a directory, whatever is asked for and in whatever order, is found through an index that fits.

use stagedoor_core::id::{Id, MemberId, TenantId};
use stagedoor_core::role::TenantRole;
use stagedoor_core::view::directory::{DirectorySort, RiskLevel};
use stagedoor_store::membership::{DirectoryFilter, DirectoryKey, FactorWish, Statuses, plans};
use stagedoor_store::testing::TestDb;

use super::families::NOON;

const SORTS: [(DirectorySort, &str); 3] = [
    (DirectorySort::Name, "membership_by_name"),
    (DirectorySort::LastSeen, "membership_by_seen"),
    (DirectorySort::Role, "membership_by_role"),
];

fn shapes(tenant: TenantId) -> Vec<(&'static str, DirectoryFilter)> {
    let everybody = DirectoryFilter::everybody(tenant);
    let status = |active, idle, revoked| {
        let wanted = Statuses {
            active,
            idle,
            revoked,
            ..Statuses::default()
        };
        Some((wanted, NOON))
    };
    let word = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    vec![
        ("everybody", everybody.clone()),
        (
            "a role",
            DirectoryFilter {
                roles: vec![TenantRole::Owner],
                ..everybody.clone()
            },
        ),
        (
            "two roles at risk",
            DirectoryFilter {
                roles: vec![TenantRole::Owner, TenantRole::Admin],
                risks: vec![RiskLevel::Elevated],
                ..everybody.clone()
            },
        ),
        (
            "active",
            DirectoryFilter {
                statuses: status(true, false, false),
                ..everybody.clone()
            },
        ),
        (
            "idle or revoked",
            DirectoryFilter {
                statuses: status(false, true, true),
                ..everybody.clone()
            },
        ),
        (
            "no factor",
            DirectoryFilter {
                factors: Some(FactorWish {
                    none: true,
                    ..FactorWish::default()
                }),
                ..everybody.clone()
            },
        ),
        (
            "seen",
            DirectoryFilter {
                seen_since: Some(NOON),
                ..everybody.clone()
            },
        ),
        (
            "a word",
            DirectoryFilter {
                words: word(&["zoe"]),
                ..everybody.clone()
            },
        ),
        (
            "words and a role",
            DirectoryFilter {
                words: word(&["ana", "person7"]),
                roles: vec![TenantRole::Member],
                ..everybody.clone()
            },
        ),
        (
            "chosen by hand",
            DirectoryFilter {
                ids: Some(vec![MemberId::new(1, 1), MemberId::new(2, 2)]),
                ..everybody
            },
        ),
    ]
}

fn keys(sort: DirectorySort) -> [Option<DirectoryKey>; 2] {
    let id = MemberId::new(1, 1);
    let behind = match sort {
        DirectorySort::Name => DirectoryKey::Name("m".to_owned(), id),
        DirectorySort::LastSeen => DirectoryKey::LastSeen(7, id),
        DirectorySort::Role => DirectoryKey::Role(2, id),
    };
    [None, Some(behind)]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_people_goes_through_its_index() {
    let db = TestDb::sqlite().await;
    for (name, filter) in shapes(TenantId::new(1, 1)) {
        for (sort, index) in SORTS {
            for after in keys(sort) {
                for (way, steps) in plans(&db, &filter, sort, after).await.unwrap() {
                    let words = format!("{name}, {way}, {sort:?}:\n{}", steps.join("\n"));
                    assert!(!words.contains("SCAN membership"), "{words}");
                    let sorted = words.contains("TEMP B-TREE FOR ORDER BY");
                    let fits = match way.as_str() {
                        "page along" => words.contains(index) && !sorted,
                        "page by word" | "count by word" => {
                            words.contains("SEARCH membership_token USING")
                                && words.contains("(tenant_id=? AND token>? AND token<?)")
                                && words.contains(
                                    "SEARCH membership USING INDEX sqlite_autoindex_membership_1 (id=?)",
                                )
                        }
                        _ if filter.ids.is_some() => words.contains("sqlite_autoindex_membership_1 (id=?)"),
                        _ => {
                            words.contains("membership_by_facet (tenant_id=? AND facet=?")
                                || words.contains("(tenant_id=? AND last_seen_at>?")
                        }
                    };
                    assert!(fits, "{words}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_scans_nobody_either() {
    let db = TestDb::postgres().await;
    for (name, filter) in shapes(TenantId::new(1, 1)) {
        for (sort, _) in SORTS {
            for (way, steps) in plans(&db, &filter, sort, None).await.unwrap() {
                let words = format!("{name}, {way}, {sort:?}:\n{}", steps.join("\n"));
                assert!(
                    words.contains("Index") || words.contains("One-Time Filter: false"),
                    "{words}"
                );
            }
        }
    }
}
