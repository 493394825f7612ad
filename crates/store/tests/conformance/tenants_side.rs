//! The tenants' side: what a process that serves tenants' hosts alone may do with the database, by its role and by the store.

use std::collections::BTreeSet;

use stagedoor_core::id::SessionId;
use stagedoor_core::session::SessionState;
use stagedoor_core::time::Timestamp;
use stagedoor_store::{conformance, flash, session, side, staff, visiting};

use super::families::{new_session, new_tenant, write};
use super::*;

/// A visit that nobody has ended, made by hand: what mints one asks for a permit.
async fn visit(db: &TestDb, session: SessionId, number: u64) -> String {
    let tenant = new_tenant(db, number).await;
    let id = format!("imp_{number}");
    db.raw_execute(&format!(
        "INSERT INTO impersonation (id, staff_id, session_id, tenant_id, role, mode, reason, started_at, ends_at, last_seen_at) \
         SELECT '{id}', staff_id, id, '{tenant}', 'admin', 'read_only', 'side', started_at, ends_at, started_at \
         FROM staff_session WHERE id = '{session}'"
    ))
    .await
    .unwrap();
    id
}

conformance! {
    async fn staff_are_seen_only_while_they_are_inside_and_without_what_opens_doors(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let at = held.started;
        let tenants = db.tenants().await;
        tenants.keep_to_tenants();
        let ex = &mut tenants.reader();
        assert_eq!(visiting::find_session(ex, held.id).await.unwrap(), None);
        assert_eq!(visiting::find_name(ex, held.staff).await.unwrap(), None);

        let id = visit(db, held.id, 1).await;
        assert_eq!(visiting::find_session(ex, held.id).await.unwrap(), Some(held.clone()));
        let known = staff::find(&mut db.reader(), held.staff, at).await.unwrap().unwrap();
        assert_eq!(visiting::find_staff(ex, held.staff, at).await.unwrap(), Some(known.clone()));
        let provider = visiting::find_provider(ex, held.provider).await.unwrap().unwrap();
        assert_eq!(provider.client_secret, None);

        db.raw_execute(&format!("UPDATE impersonation SET ended_at = 1, ended_why = 'ended' WHERE id = '{id}'"))
            .await
            .unwrap();
        assert_eq!(visiting::find_session(ex, held.id).await.unwrap(), None);
        assert_eq!(visiting::find_staff(ex, held.staff, at).await.unwrap(), None);
        assert_eq!(visiting::find_name(ex, held.staff).await.unwrap(), Some(known.name));
    }

    async fn what_is_out_of_its_reach_is_refused_before_the_database_is_asked(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let tenants = db.tenants().await;
        tenants.keep_to_tenants();
        let refused = |error: Error| matches!(error, Error::Refused { code, .. } if code == "42501");
        assert!(refused(session::find_by_id(&mut tenants.reader(), held.id).await.unwrap_err()));
        let mut snapshot = tenants.snapshot().await.unwrap();
        let found = staff::find(&mut snapshot, held.staff, held.started).await;
        assert!(refused(found.unwrap_err()));
        drop(snapshot);
        let touched = write(&tenants, move |tx| {
            Box::pin(async move { session::touch(tx, held.id, held.started).await })
        });
        assert!(refused(touched.await.unwrap_err()));
        let told = tenants
            .write(|tx| Box::pin(async move { tx.commit(batch(9), ()).await }))
            .await;
        told.unwrap();
    }

    async fn a_call_inside_a_tenant_keeps_the_session_behind_it_alive(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let id = visit(db, held.id, 1).await;
        let later = Timestamp::from_micros(held.started.micros() + 7);
        db.raw_execute(&format!("UPDATE impersonation SET last_seen_at = {} WHERE id = '{id}'", later.micros()))
            .await
            .unwrap();
        let state = session::find_by_id(&mut db.reader(), held.id).await.unwrap().unwrap().state;
        assert!(
            matches!(state, SessionState::Active { last_seen, .. } if last_seen == later),
            "{state:?}"
        );
    }
}

/// Of every table and view that the tenants' side has no business with, the role may read and change nothing; of the rest it may do
/// what is listed and no more.
#[tokio::test(flavor = "multi_thread")]
async fn the_role_of_the_tenants_side_has_no_right_on_staff_tables() {
    let db = TestDb::postgres().await;
    let tenants = db.tenants().await;
    let out: BTreeSet<&str> = side::out_of_reach().collect();
    assert!(out.len() > 20, "{out:?}");
    for table in out {
        let text: &'static str = Box::leak(format!("SELECT 1 AS n FROM {table} LIMIT 1").into_boxed_str());
        let read = fetch(&mut tenants.reader(), text, vec![]).await;
        assert!(
            matches!(&read, Err(Error::Refused { code, .. }) if code == "42501"),
            "{table}: {read:?}"
        );
    }
    for sql in [
        "UPDATE audit_entry SET outcome = 'denied'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "DELETE FROM audit_personal",
        "DELETE FROM audit_queue",
        "INSERT INTO audit_leaf SELECT * FROM audit_leaf",
        "UPDATE audit_head SET size = 0",
        "DELETE FROM subject_key",
        "UPDATE staff SET role = 'super_admin'",
        "DELETE FROM staff_session",
        "UPDATE impersonation SET ends_at = ends_at + 1",
        "UPDATE tenant SET state = 'active'",
        "UPDATE guard_policy SET name = 'x'",
        "UPDATE visiting_staff SET role = 'super_admin'",
        "DROP VIEW visiting_staff",
        "CREATE TABLE mine (id BIGINT)",
        "ALTER TABLE audit_entry DISABLE ROW LEVEL SECURITY",
    ] {
        let tried = tenants
            .write(move |mut tx| {
                Box::pin(async move {
                    execute(&mut tx, sql, Vec::new()).await?;
                    tx.commit(batch(1), ()).await
                })
            })
            .await;
        let refused = matches!(&tried, Err(Error::Refused { code, .. }) if code == "42501");
        assert!(refused, "{sql}: {tried:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_role_of_the_tenants_side_sees_no_row_of_the_platform() {
    let db = TestDb::postgres().await;
    let tenants = db.tenants().await;
    let (_, held) = new_session(&db).await;
    let owner = held.id.to_string();
    put(&db, &owner).await.unwrap();
    db.write(|tx| Box::pin(async move { tx.commit(batch(5), ()).await }))
        .await
        .unwrap();
    let sql = "SELECT count(*) AS n FROM audit_entry";
    assert_eq!(count(&db, sql, vec![]).await, 1);
    assert_eq!(
        count(&tenants, sql, vec![]).await,
        0,
        "it adds entries, and reads none of these"
    );
    for sql in [
        "SELECT count(event_id) AS n FROM audit_queue",
        "SELECT count(*) AS n FROM audit_head",
        "SELECT count(*) AS n FROM flash",
    ] {
        assert_eq!(count(&tenants, sql, vec![]).await, 0, "{sql}");
    }
    assert!(flash::waits(&mut db.reader(), &owner).await.unwrap());
    assert!(
        put(&tenants, &owner).await.is_err(),
        "no message to staff from here"
    );
}

async fn put(db: &Db, owner: &str) -> Result<(), Error> {
    let owner = owner.to_owned();
    write(db, move |tx| {
        let owner = owner.clone();
        Box::pin(async move { flash::put(tx, &owner, "{}", Timestamp::from_micros(i64::MAX)).await })
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_more_than_the_tenants_side_needs_is_told_from_it() {
    let db = TestDb::postgres().await;
    assert_eq!(
        db.tenants().await.beyond_tenants().await.unwrap(),
        Vec::<String>::new()
    );
    let serving = db.serving().await.beyond_tenants().await.unwrap();
    for what in [
        "SELECT on staff",
        "UPDATE on staff_session",
        "UPDATE on every column of tenant",
        "the staff's rows of audit_entry",
    ] {
        assert!(serving.iter().any(|found| found == what), "{what}: {serving:?}");
    }
    assert!(
        !db.beyond_tenants().await.unwrap().is_empty(),
        "the owner may everything"
    );
    let tenants = db.tenants().await;
    let role = tenants_role(&tenants).await;
    db.raw_execute(&format!("GRANT SELECT (email) ON staff TO {role}"))
        .await
        .unwrap();
    assert_eq!(tenants.beyond_tenants().await.unwrap(), ["SELECT on staff"]);
    db.grant(&role).await.unwrap();
    db.write(|tx| Box::pin(async move { tx.commit(batch(5), ()).await }))
        .await
        .unwrap();
    let sql = "SELECT count(*) AS n FROM audit_entry";
    assert_eq!(
        count(&tenants, sql, vec![]).await,
        1,
        "it serves both sides now, and sees both"
    );
}

async fn tenants_role(db: &Db) -> String {
    let rows = fetch(&mut db.reader(), "SELECT current_user::text AS role", vec![]).await;
    rows.unwrap()[0].get("role").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_has_no_roles_to_find_too_wide() {
    let db = TestDb::sqlite().await;
    assert!(db.beyond_tenants().await.unwrap().is_empty());
    assert!(db.grant_tenants("stagedoor").await.is_err());
}
