//! Random edits of everything that a log is made of, one at a time: none gets by. `STAGEDOOR_SOAK_EDITS` sets how many.

use std::collections::BTreeMap;

use stagedoor_store::conformance;
use stagedoor_store::testing::TestDb;

use super::support::{assert_clean, verify};
use super::tamper::{TABLES, Victim};

/// A stream of numbers, the same each time.
struct Numbers(u64);

impl Numbers {
    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

fn edits() -> u64 {
    let asked = std::env::var("STAGEDOOR_SOAK_EDITS").ok();
    asked.map_or(40, |edits| edits.parse().unwrap())
}

/// A table's columns with their kinds, and how to name one of its rows.
struct Table {
    name: &'static str,
    columns: Vec<(String, String)>,
    rows: u64,
}

async fn tables(db: &TestDb) -> Vec<Table> {
    let sql = if db.engine_name() == "postgres" {
        "SELECT table_name::text AS tab, column_name::text AS col, data_type::text AS kind FROM information_schema.columns WHERE table_schema = 'public'"
    } else {
        "SELECT t.name AS tab, c.name AS col, c.type AS kind FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'"
    };
    let mut columns: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for row in db.raw_fetch(sql).await.unwrap() {
        let table = columns.entry(row.get("tab").unwrap()).or_default();
        table.push((row.get("col").unwrap(), row.get("kind").unwrap()));
    }
    let mut all = Vec::new();
    // Of a hold, the log tells what is held and not since when.
    for name in TABLES.into_iter().filter(|name| *name != "legal_hold") {
        let rows = db
            .raw_fetch(&format!("SELECT count(*) AS n FROM {name}"))
            .await
            .unwrap();
        all.push(Table {
            name,
            columns: columns.remove(name).unwrap(),
            rows: rows[0].count("n").unwrap(),
        });
    }
    all
}

/// What identifies a row of each table.
fn key(table: &str) -> &'static str {
    match table {
        "audit_entry" => "id",
        "audit_personal" => "event_id || slot",
        "audit_leaf" | "audit_queue" => "event_id",
        "audit_subtree" => "scope || '/' || level || '/' || place",
        "audit_head" => "scope",
        _ => "subject_id",
    }
}

/// One edit of one row, or of two.
fn edit(table: &Table, postgres: bool, numbers: &mut Numbers) -> String {
    let (name, key) = (table.name, key(table.name));
    let mut row = || {
        let at = numbers.below(table.rows);
        format!("(SELECT {key} FROM kept_{name} ORDER BY {key} LIMIT 1 OFFSET {at})")
    };
    let (one, two) = (row(), row());
    let (column, kind) = &table.columns[numbers.below(table.columns.len() as u64) as usize];
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    match numbers.below(8) {
        0 => format!("DELETE FROM {name} WHERE {key} = {one}"),
        1 => {
            // A copy under another name of its own.
            let (first, rest) = (own(name), names.iter().filter(|column| **column != own(name)));
            let rest: Vec<&str> = rest.copied().collect();
            format!(
                "INSERT INTO {name} ({first}, {0}) SELECT {first} || 'x', {0} FROM {name} WHERE {key} = {one}",
                rest.join(", ")
            )
        }
        2 | 3 => format!(
            "UPDATE {name} SET {column} = (SELECT {column} FROM kept_{name} WHERE {key} = {two}) WHERE {key} = {one}"
        ),
        _ => format!(
            "UPDATE {name} SET {column} = {} WHERE {key} = {one}",
            other(column, kind, postgres, numbers)
        ),
    }
}

/// The column that a copy of a row has for its own.
fn own(table: &str) -> &'static str {
    match table {
        "audit_entry" => "id",
        "audit_personal" | "audit_leaf" | "audit_queue" => "event_id",
        "audit_subtree" | "audit_head" => "scope",
        _ => "subject_id",
    }
}

/// Another value of a column: a byte changed, a number moved, nothing where something was.
fn other(column: &str, kind: &str, postgres: bool, numbers: &mut Numbers) -> String {
    let at = numbers.below(400);
    match kind {
        "INTEGER" | "bigint" => format!("coalesce({column}, 0) + {}", 1 + numbers.below(1 << 40)),
        "TEXT" | "text" => {
            let letter = char::from(b'a' + u8::try_from(numbers.below(26)).unwrap());
            // Somewhere inside, or at the end where it is shorter.
            format!(
                "substr(coalesce({column}, ''), 1, {at}) || '{letter}' || substr(coalesce({column}, ''), {})",
                at + 2
            )
        }
        _ if postgres => format!(
            "set_byte({column}, {at} % length({column}), (get_byte({column}, {at} % length({column})) + 1) % 256)"
        ),
        _ => format!(
            "CAST(substr({column}, 1, {at} % length({column})) || x'ff' || substr({column}, {at} % length({column}) + 2) AS BLOB)"
        ),
    }
}

/// Whether a table is not what it was.
async fn is_changed(db: &TestDb, table: &str) -> bool {
    let differ = format!(
        "SELECT (SELECT count(*) FROM (SELECT * FROM {table} EXCEPT SELECT * FROM kept_{table}) AS more) + \
         (SELECT count(*) FROM (SELECT * FROM kept_{table} EXCEPT SELECT * FROM {table}) AS less) AS n"
    );
    db.raw_fetch(&differ).await.unwrap()[0].count("n").unwrap() > 0
}

conformance! {
    async fn no_random_edit_gets_by(db: &TestDb) {
        let victim = Victim::new(db).await;
        let tables = tables(db).await;
        let postgres = db.engine_name() == "postgres";
        let mut numbers = Numbers(2026);
        let (mut reported, mut without_effect) = (0, 0);
        let wanted = edits();
        while reported < wanted {
            let table = &tables[numbers.below(tables.len() as u64) as usize];
            let sql = edit(table, postgres, &mut numbers);
            // Some cannot be done even with every right: a value of another type, a key that is taken.
            if victim.run(&sql).await.is_err() || !is_changed(db, table.name).await {
                without_effect += 1;
                assert!(without_effect < 10 * wanted + 100, "hardly any edit has an effect");
                victim.restore_table(table.name).await;
                continue;
            }
            let report = verify(&victim.service).await;
            assert!(!report.findings.is_empty(), "nobody saw this: {sql}");
            reported += 1;
            victim.restore_table(table.name).await;
        }
        assert_clean(&verify(&victim.service).await);
    }
}
