//! Receipts over HTTP: what proves an entry to whoever may read it, and to nobody else.

use stagedoor_core::audit::note::NoteKey;
use stagedoor_core::view::receipt::{ReceiptView, Standing};

use crate::support::{House, STAFF, tenant};

/// An entry's receipt, as a program reads it.
fn read(body: &serde_json::Value) -> ReceiptView {
    serde_json::from_value(body.clone()).unwrap()
}

/// Whether the receipt proves its entry by its own keys.
fn check(view: &ReceiptView) -> stagedoor_core::audit::receipt::Proved {
    let keys: Vec<NoteKey> = view.keys.iter().map(|key| key.key.parse().unwrap()).collect();
    let proved = view.receipt.as_ref().unwrap().check(&keys).unwrap();
    assert_eq!(proved.record.id, view.id);
    proved
}

async fn newest(house: &House, scope: &str) -> String {
    let sql = format!(
        "SELECT id FROM audit_entry WHERE scope = '{scope}' AND event NOT LIKE 'admin.%' ORDER BY at DESC, id DESC LIMIT 1"
    );
    house.db.raw_fetch(&sql).await.unwrap()[0].get("id").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_waits_and_then_is_proved() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let id = newest(&house, "platform").await;
    let path = format!("/api/admin/audit-logs/{id}/receipt");
    let view = read(&kim.get(&format!("{STAFF}{path}")).await.json());
    assert_eq!((view.standing, view.receipt.is_none()), (Standing::Waits, true));

    house.service.run_due().await.unwrap();
    let view = read(&kim.get(&format!("{STAFF}{path}")).await.json());
    assert_eq!(view.standing, Standing::Proved);
    let proved = check(&view);
    assert_eq!(proved.checkpoint.origin, "admin.stagedoor.test/audit/platform");
    assert!(proved.index < proved.checkpoint.size && proved.steps > 0);
    assert_eq!(view.keys[0].label, "master-key");

    // Looking at one is itself told.
    let read = "SELECT count(*) AS n FROM audit_entry WHERE event = 'admin.audit.read'";
    assert_eq!(house.db.raw_fetch(read).await.unwrap()[0].count("n").unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_is_for_those_who_may_read_its_entry() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    house.service.run_due().await.unwrap();
    kim.get(&format!("{STAFF}/audit")).await;
    let sql = "SELECT id FROM audit_entry WHERE event = 'admin.audit.read'";
    let admins: String = house.db.raw_fetch(sql).await.unwrap()[0].get("id").unwrap();
    let acme: String = house
        .db
        .raw_fetch("SELECT id FROM tenant WHERE slug = 'acme'")
        .await
        .unwrap()[0]
        .get("id")
        .unwrap();
    let (own, platforms) = (newest(&house, &acme).await, newest(&house, "platform").await);
    let path = |id: &str| format!("{STAFF}/api/admin/audit-logs/{id}/receipt");
    assert_eq!(kim.get(&path(&admins)).await.status, 200);
    assert_eq!(kim.get(&path(&own)).await.status, 404, "it is another log's");
    let mut jess = house.signed_in("jess").await;
    assert_eq!(
        jess.get(&path(&admins)).await.status,
        404,
        "support sees no admin.*"
    );
    assert_eq!(jess.get(&path("evt_none")).await.status, 404);

    let mut owner = house.inside("val@acme.com").await;
    let path = |id: &str| format!("{}/api/tenant/audit-logs/{id}/receipt", tenant("acme"));
    let view = read(&owner.get(&path(&own)).await.json());
    assert_eq!(
        check(&view).checkpoint.origin,
        format!("admin.stagedoor.test/audit/{acme}")
    );
    assert_eq!(owner.get(&path(&platforms)).await.status, 404);
}
