//! Each door that changes something, in a session that is narrowed to reads: refused, whoever asks, and nothing changes. The
//! rows are those of the table, so that a new route cannot forget it.

use http::StatusCode;
use serde_json::json;
use stagedoor_core::action::{Effect, WhileReading};
use stagedoor_server::router::Behind;

use super::ground::{Ground, call};
use super::roles::refused_as_it_should;
use super::row::{Kind, Needs, Row};
use super::table::rows;
use crate::support::STAFF;

/// Whether a session that only reads is kept from it.
fn is_kept_from(row: &Row) -> bool {
    match row.needs {
        Needs::Staff(action) => {
            let declared = action.declaration();
            declared.effect == Effect::Write && declared.reading == WhileReading::Refused
        }
        _ => false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_only_reads_passes_no_door_that_changes_anything() {
    let mut ground = Ground::new().await;
    let (mut kim, _) = ground.person("kim").await;
    let narrow = format!("{STAFF}/api/admin/session/narrow");
    let narrowed = kim.post_json(&narrow, &json!({ "reads_only": true })).await;
    assert_eq!(narrowed.status, StatusCode::NO_CONTENT, "{}", narrowed.text);
    let mut kept_from = 0;
    for row in rows()
        .iter()
        .filter(|row| row.behind == Behind::StaffRooms && row.is_sent())
    {
        let kept = is_kept_from(row);
        // What a session may do to itself alone is tried as each role.
        if !kept && row.mutates() && row.needs != Needs::OwnSession {
            continue;
        }
        let ids = ground.ids(row).await;
        let before = ground.state(row).await;
        let answer = call(&mut kim, row, &ids).await;
        let left = ground.left(&answer).await;
        let told = format!("{row}: {} {} {left:?}", answer.status, answer.text);
        assert_eq!(before, ground.state(row).await, "it changed something: {told}");
        if kept {
            assert!(refused_as_it_should(row, &answer), "{told}");
            assert_eq!(
                left.iter().filter(|entry| entry.outcome != "success").count(),
                1,
                "{told}"
            );
            let because = answer.text.contains("narrowed to reads");
            assert!(row.kind() != Kind::Api || row.hides || because, "{told}");
            kept_from += 1;
        }
    }
    assert!(kept_from > 40, "{kept_from}");
}
