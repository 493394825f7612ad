//! A door without a row, or a row without a door, and rows that contradict the table of actions.

use std::collections::BTreeSet;

use leptos::server_fn::axum::server_fn_paths;
use stagedoor_app::routes;
use stagedoor_core::action::{Audience, Effect};
use stagedoor_server::demo::idp;
use stagedoor_server::router::{Behind, doors};

use super::row::Needs;
use super::table::rows;

type Name = (Behind, String, String);

fn named(behind: Behind, method: &str, path: &str) -> Name {
    (behind, method.to_owned(), path.to_owned())
}

/// The server functions that are linked into the program, by the host that their prefix names.
fn functions() -> Vec<Name> {
    server_fn_paths()
        .map(|(path, method)| {
            let behind = if path.starts_with("/api/fn/staff/") {
                Behind::StaffRooms
            } else if path.starts_with("/api/fn/tenant/") {
                Behind::TenantRooms
            } else {
                panic!("{path} is of neither host: give it a prefix")
            };
            named(behind, method.as_str(), path)
        })
        .collect()
}

fn every_door() -> BTreeSet<Name> {
    let routes = doors()
        .into_iter()
        .map(|(behind, door)| named(behind, &door.method, &door.path));
    let page = |behind| move |path: &&str| named(behind, "GET", path);
    routes
        .chain(routes::staff::PAGES.iter().map(page(Behind::StaffRooms)))
        .chain(routes::tenant::PAGES.iter().map(page(Behind::TenantRooms)))
        .chain(functions())
        .collect()
}

#[test]
fn every_door_has_a_row_and_every_row_a_door() {
    let rows: Vec<Name> = rows()
        .iter()
        .map(|row| named(row.behind, row.method.as_str(), row.path))
        .collect();
    let known: BTreeSet<Name> = rows.iter().cloned().collect();
    assert_eq!(known.len(), rows.len(), "a door has two rows");
    let doors = every_door();
    let missing: Vec<_> = doors.difference(&known).collect();
    assert!(
        missing.is_empty(),
        "doors without a row in table.rs: {missing:#?}"
    );
    let gone: Vec<_> = known.difference(&doors).collect();
    assert!(gone.is_empty(), "rows of table.rs without a door: {gone:#?}");
}

#[test]
fn every_server_function_stands_in_the_list_of_actions() {
    let actions: BTreeSet<&str> = routes::staff::ACTIONS
        .iter()
        .chain(routes::tenant::ACTIONS)
        .copied()
        .collect();
    let functions = functions();
    assert!(functions.len() >= 4, "the inventory is linked in: {functions:?}");
    for (behind, method, path) in functions {
        assert_eq!(method, "POST", "{path}: {behind:?}");
        assert!(
            actions.contains(path.as_str()),
            "{path} is not in app/src/routes.rs"
        );
    }
}

#[test]
fn rows_agree_with_the_table_of_actions() {
    for row in rows() {
        let action = match row.needs {
            Needs::Staff(action) | Needs::Inside(action) => action,
            Needs::OwnSession | Needs::OwnVisit => {
                assert_eq!(row.behind, Behind::StaffRooms, "{row}");
                continue;
            }
            Needs::Anybody => {
                let room = matches!(row.behind, Behind::StaffRooms | Behind::TenantRooms);
                assert!(!room, "{row} is behind a session: say what it needs");
                continue;
            }
        };
        let declared = action.declaration();
        let audience = match row.behind {
            Behind::StaffRooms => Audience::Staff,
            Behind::TenantRooms => Audience::Tenant,
            _ => panic!("{row} needs a permission and is open to anybody"),
        };
        assert_eq!(declared.audience, audience, "{row}");
        assert_eq!(
            declared.effect == Effect::Write,
            row.mutates(),
            "{row}: {}",
            declared.name
        );
    }
}

#[test]
fn the_demo_provider_has_the_doors_of_the_protocol_and_no_others() {
    let doors: Vec<String> = idp::every_door()
        .into_iter()
        .map(|door| format!("{} {}", door.method, door.path))
        .collect();
    let known = [
        "GET /",
        "GET /.well-known/openid-configuration",
        "GET /jwks",
        "GET /authorize",
        "POST /authorize",
        "POST /authorize/continue",
        "POST /token",
        "GET /logout",
        "POST /logout",
        "POST /sign-out",
        "GET /mail",
        "GET /idp.css",
        "GET /favicon.svg",
    ];
    assert_eq!(doors, known);
}
