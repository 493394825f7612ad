//! The two schemas are one: same tables, columns, nullability, kinds of type, keys and indexes.

use std::collections::{BTreeMap, BTreeSet};

use stagedoor_store::bulk::indexes as bulk_indexes;

use super::*;

/// A column: its kind of type and whether it may be null.
pub(super) type Columns = BTreeMap<(String, String), (String, bool)>;
/// An index: its table, whether it is unique, whether it is partial, and its columns in order.
pub(super) type Indexes = BTreeMap<String, (String, bool, bool, Vec<String>)>;

/// SQLite has one more uniqueness: PostgreSQL's table is to be partitioned by time, and a unique index would need it.
const UNIQUE_IN_SQLITE_ONLY: &str = "audit_entry_by_id";

const SQLITE_COLUMNS: &str = "
    SELECT t.name AS tab, c.name AS col, c.type AS kind, c.\"notnull\" AS required
    FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '_sqlx%'";

const POSTGRES_COLUMNS: &str = "
    SELECT table_name::text AS tab, column_name::text AS col, data_type::text AS kind, is_nullable = 'NO' AS required
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'
        AND table_name IN (SELECT tablename FROM pg_tables WHERE schemaname = 'public')";

const SQLITE_INDEXES: &str = "
    SELECT t.name AS tab,
        CASE i.origin WHEN 'pk' THEN t.name || ' primary key' WHEN 'u' THEN t.name || ' unique' ELSE i.name END AS idx,
        i.\"unique\" AS is_unique, i.partial AS is_partial, x.seqno AS position, coalesce(x.name, '(expression)') AS col
    FROM sqlite_schema t JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) x
    WHERE t.type = 'table' AND t.name NOT LIKE '_sqlx%' ORDER BY tab, idx, position";

const POSTGRES_INDEXES: &str = "
    SELECT t.relname::text AS tab,
        CASE WHEN i.indisprimary THEN t.relname || ' primary key' ELSE x.relname::text END AS idx,
        i.indisunique AS is_unique, i.indpred IS NOT NULL AS is_partial, k.ord AS position,
        coalesce(a.attname::text, '(expression)') AS col
    FROM pg_index i
        JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_class x ON x.oid = i.indexrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
        CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, ord)
        LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
    WHERE t.relname NOT LIKE '\\_sqlx%' ORDER BY tab, idx, position";

/// PostgreSQL text columns in an index whose order is not that of bytes.
const POSTGRES_COLLATIONS: &str = "
    SELECT t.relname || '.' || a.attname AS col
    FROM pg_index i
        JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
        CROSS JOIN LATERAL unnest(i.indkey) AS k (attnum)
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
        JOIN pg_collation c ON c.oid = a.attcollation
    WHERE c.collname <> 'C' AND t.relname NOT LIKE '\\_sqlx%'";

/// Yes or no is an integer in SQLite, which has no other type for it.
fn kind(declared: &str) -> String {
    match declared {
        "INTEGER" | "bigint" | "boolean" => "whole number",
        "TEXT" | "text" => "text",
        "BLOB" | "bytea" => "bytes",
        other => other,
    }
    .to_owned()
}

async fn columns(db: &TestDb, sql: &str) -> Columns {
    let rows = db.raw_fetch(sql).await.unwrap();
    rows.iter()
        .map(|row| {
            let declared: String = row.get("kind").unwrap();
            let place = (row.get("tab").unwrap(), row.get("col").unwrap());
            (place, (kind(&declared), row.get("required").unwrap()))
        })
        .collect()
}

async fn indexes(db: &TestDb, sql: &str) -> Indexes {
    let mut found = Indexes::new();
    for row in db.raw_fetch(sql).await.unwrap() {
        let head = (
            row.get("tab").unwrap(),
            row.get("is_unique").unwrap(),
            row.get("is_partial").unwrap(),
            Vec::new(),
        );
        let index = found.entry(row.get("idx").unwrap()).or_insert(head);
        index.3.push(row.get("col").unwrap());
    }
    found
}

/// All columns and indexes of a database, in words that both engines share.
pub(super) async fn shape(db: &TestDb) -> (Columns, Indexes) {
    let (of_columns, of_indexes) = match db.engine_name() {
        "sqlite" => (SQLITE_COLUMNS, SQLITE_INDEXES),
        _ => (POSTGRES_COLUMNS, POSTGRES_INDEXES),
    };
    (columns(db, of_columns).await, indexes(db, of_indexes).await)
}

#[tokio::test]
async fn the_schemas_are_the_same() {
    let (sqlite, postgres) = (TestDb::sqlite().await, TestDb::postgres().await);
    let ((left, mut left_indexes), (right, right_indexes)) = (shape(&sqlite).await, shape(&postgres).await);
    assert_eq!(left, right);
    if let Some(index) = left_indexes.get_mut(UNIQUE_IN_SQLITE_ONLY) {
        index.1 = false;
    }
    assert_eq!(left_indexes, right_indexes);
    // A unique expression has no column that a conflict could name.
    assert!(
        left_indexes
            .values()
            .all(|index| !index.1 || !index.3.contains(&"(expression)".to_owned()))
    );
}

#[tokio::test]
async fn every_sqlite_table_is_strict() {
    let db = TestDb::sqlite().await;
    let sql = "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlx%'";
    assert_eq!(db.raw_fetch(sql).await.unwrap().len(), 0);
}

#[tokio::test]
async fn indexed_text_is_ordered_by_its_bytes() {
    let db = TestDb::postgres().await;
    let rows = db.raw_fetch(POSTGRES_COLLATIONS).await.unwrap();
    let wrong: BTreeSet<String> = rows.iter().map(|row| row.get("col").unwrap()).collect();
    assert_eq!(wrong, BTreeSet::new());
}

#[tokio::test]
async fn sqlite_runs_with_the_settings_that_durability_needs() {
    let db = TestDb::sqlite().await;
    let settings: Result<Vec<i64>, Error> = db
        .write(|mut tx| {
            Box::pin(async move {
                let sql = "SELECT s.synchronous AS s, f.foreign_keys AS f, r.recursive_triggers AS r, (SELECT journal_mode = 'wal' FROM pragma_journal_mode) AS w FROM pragma_synchronous s, pragma_foreign_keys f, pragma_recursive_triggers r";
                let row = fetch(&mut tx, sql, vec![]).await?.remove(0);
                let settings = ["s", "f", "r", "w"].map(|name| row.get(name).unwrap());
                done(tx, settings.to_vec()).await
            })
        })
        .await;
    assert_eq!(settings, Ok(vec![2, 1, 1, 1]));
}

async fn drop_indexes(db: &TestDb) {
    db.write(|mut tx| {
        Box::pin(async move {
            bulk_indexes::drop_indexes(&mut tx).await?;
            done(tx, ()).await
        })
    })
    .await
    .unwrap();
}

async fn what_seeding_drops_comes_back(db: TestDb, sql: &str) {
    let before = indexes(&db, sql).await;
    drop_indexes(&db).await;
    let dropped = before.len() - indexes(&db, sql).await.len();
    for which in 0..bulk_indexes::COUNT {
        db.write(move |mut tx| {
            Box::pin(async move {
                bulk_indexes::make_index(&mut tx, which).await?;
                done(tx, ()).await
            })
        })
        .await
        .unwrap();
    }
    assert_eq!(
        (bulk_indexes::COUNT, indexes(&db, sql).await),
        (dropped, before.clone())
    );

    drop_indexes(&db).await;
    db.migrate().await.unwrap();
    assert_eq!(indexes(&db, sql).await, before, "whoever was killed meanwhile");
}

#[tokio::test]
async fn indexes_that_seeding_drops_come_back_on_sqlite() {
    what_seeding_drops_comes_back(TestDb::sqlite().await, SQLITE_INDEXES).await;
}

#[tokio::test]
async fn indexes_that_seeding_drops_come_back_on_postgresql() {
    what_seeding_drops_comes_back(TestDb::postgres().await, POSTGRES_INDEXES).await;
}
