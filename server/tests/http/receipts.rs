//! Receipts over HTTP: what proves an entry to whoever may read it, and to nobody else.

use stagedoor_core::audit::export::{ExportCheck, ExportFault, ExportProved};
use stagedoor_core::audit::note::{Note, NoteKey};
use stagedoor_core::view::receipt::{ReceiptView, Standing};

use crate::support::{House, STAFF, tenant};

/// An entry's receipt, as a program reads it.
fn read(body: &serde_json::Value) -> ReceiptView {
    serde_json::from_value(body.clone()).unwrap()
}

/// Whether the receipt proves its entry by its own keys.
fn prove(view: &ReceiptView) -> stagedoor_core::audit::receipt::Proved {
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
    let proved = prove(&view);
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
        prove(&view).checkpoint.origin,
        format!("admin.stagedoor.test/audit/{acme}")
    );
    assert_eq!(owner.get(&path(&platforms)).await.status, 404);
}

/// The file of an export, line by line.
fn check(file: &str, kept: &[Note]) -> Result<ExportProved, ExportFault> {
    let mut lines = file.lines();
    let mut check = ExportCheck::begin(lines.next().unwrap(), None, kept)?;
    lines.try_for_each(|line| check.line(line))?;
    check.finish()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_proves_each_of_its_entries() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    house.service.run_due().await.unwrap();
    kim.get(&format!("{STAFF}/audit")).await;
    let url = format!("{STAFF}/api/admin/audit-logs/export?format=jsonl");
    let file = kim.get(&url).await.text;
    let proved = check(&file, &[]).unwrap();
    // The read of the page, and the export's own entry, have no place yet.
    assert!(proved.entries > 200 && proved.waiting == 1, "{proved:?}");
    let lines: Vec<&str> = file.lines().collect();
    let without = [&lines[..7], &lines[8..]].concat().join("\n");
    assert_eq!(check(&without, &[]), Err(ExportFault::Bytes));

    // A choice of entries is proved by the same checkpoint.
    house.service.run_due().await.unwrap();
    let note: String = house
        .db
        .raw_fetch("SELECT note FROM audit_head WHERE scope = 'platform'")
        .await
        .unwrap()[0]
        .get("note")
        .unwrap();
    let file = kim.get(&format!("{url}&q=action:impersonation.*")).await.text;
    let proved = check(&file, &[note.parse().unwrap()]).unwrap();
    assert!(
        proved.entries > 10 && (proved.waiting, proved.kept) == (0, 1),
        "{proved:?}"
    );

    // A tenant's own log in the same way; and people prove nothing.
    let mut owner = house.inside("val@acme.com").await;
    house.service.run_due().await.unwrap();
    let url = format!("{}/api/tenant/audit-logs/export?format=jsonl", tenant("acme"));
    let proved = check(&owner.get(&url).await.text, &[]).unwrap();
    assert!(
        proved
            .checkpoint
            .origin
            .starts_with("admin.stagedoor.test/audit/org_"),
        "{proved:?}"
    );
    let people = format!("{STAFF}/api/admin/tenants/acme/users/export?format=jsonl");
    assert_eq!(
        check(&kim.get(&people).await.text, &[]),
        Err(ExportFault::Manifest)
    );
}
