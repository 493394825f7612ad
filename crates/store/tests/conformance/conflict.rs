//! Constraints read the same on both engines; values go in and come out the same.

use stagedoor_store::conformance;

use super::*;

async fn refused(db: &Db, sql: &'static str) -> Error {
    let result: Result<(), Error> = db
        .write(move |mut tx| {
            Box::pin(async move {
                execute(&mut tx, sql, vec![]).await?;
                done(tx, ()).await
            })
        })
        .await;
    result.unwrap_err()
}

fn conflict(constraint: &str) -> Error {
    Error::Conflict {
        constraint: constraint.to_owned(),
    }
}

const TABLES: &str = "
    CREATE TABLE parent (id TEXT NOT NULL PRIMARY KEY);
    CREATE TABLE child (
        id TEXT NOT NULL PRIMARY KEY,
        parent_id TEXT NOT NULL REFERENCES parent (id),
        slot TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'shut')),
        size BIGINT NOT NULL CONSTRAINT child_size_positive CHECK (size > 0)
    );
    CREATE UNIQUE INDEX child_slot_unique ON child (parent_id, slot);
    CREATE UNIQUE INDEX child_open_unique ON child (parent_id) WHERE state = 'open';
    INSERT INTO parent VALUES ('p'), ('q');
    INSERT INTO child VALUES ('c', 'p', 'left', 'open', 1);
";

conformance! {
    async fn conflicts_read_the_same(db: &TestDb) {
        db.raw_execute(TABLES).await.unwrap();
        for (sql, constraint) in [
            ("INSERT INTO parent VALUES ('p')", "parent(id)"),
            ("INSERT INTO child VALUES ('d', 'p', 'left', 'shut', 1)", "child(parent_id,slot)"),
            ("INSERT INTO child VALUES ('d', 'p', 'right', 'open', 1)", "child(parent_id)"),
            ("INSERT INTO child VALUES ('d', 'none', 'left', 'open', 1)", "foreign key"),
            ("DELETE FROM parent WHERE id = 'p'", "foreign key"),
            ("INSERT INTO child VALUES ('d', 'q', 'left', 'ajar', 1)", "check"),
            ("INSERT INTO child VALUES ('d', 'q', 'left', 'open', 0)", "child_size_positive"),
            ("INSERT INTO child VALUES ('d', 'q', NULL, 'open', 1)", "child(slot) not null"),
        ] {
            assert_eq!(refused(db, sql).await, conflict(constraint), "{sql}");
        }
    }

    async fn a_mistake_in_the_program_is_called_one(db: &TestDb) {
        assert!(matches!(refused(db, "UPDATE nowhere SET a = 1").await, Error::Refused { .. }));
        assert!(matches!(refused(db, "UPDATE audit_entry SET").await, Error::Refused { .. }));
    }

    async fn values_and_typed_nulls_go_there_and_back(db: &TestDb) {
        let bytes = if db.engine_name() == "sqlite" { "BLOB" } else { "BYTEA" };
        db.raw_execute(&format!("CREATE TABLE thing (t TEXT, i BIGINT, b {bytes}, y BOOLEAN)")).await.unwrap();
        let rows: [Vec<Value>; 2] = [
            vec!["ünïcode '\0".replace('\0', "").into(), i64::MIN.into(), vec![0_u8, 255].into(), true.into()],
            vec![None::<String>.into(), None::<i64>.into(), None::<Vec<u8>>.into(), None::<bool>.into()],
        ];
        for values in rows {
            let result: Result<(), Error> = db
                .write(move |mut tx| {
                    let values = values.clone();
                    Box::pin(async move {
                        execute(&mut tx, "INSERT INTO thing VALUES ($1, $2, $3, $4)", values).await?;
                        done(tx, ()).await
                    })
                })
                .await;
            result.unwrap();
        }
        let read = fetch(&mut db.reader(), "SELECT t, i, b, y FROM thing ORDER BY i NULLS LAST", vec![]).await.unwrap();
        assert_eq!(read[0].get::<String>("t").unwrap(), "ünïcode '");
        assert_eq!(read[0].get::<i64>("i").unwrap(), i64::MIN);
        assert_eq!(read[0].get::<Vec<u8>>("b").unwrap(), [0, 255]);
        assert!(read[0].get::<bool>("y").unwrap());
        assert_eq!(read[1].get::<Option<String>>("t").unwrap(), None);
        assert_eq!(read[1].get::<Option<i64>>("i").unwrap(), None);
        assert_eq!(read[1].get::<Option<Vec<u8>>>("b").unwrap(), None);
        assert_eq!(read[1].get::<Option<bool>>("y").unwrap(), None);
        // A null compares like any bound value, and needs no cast.
        let none = vec![None::<String>.into()];
        let matching = count(db, "SELECT count(*) AS n FROM thing WHERE t IS NOT DISTINCT FROM $1", none).await;
        assert_eq!(matching, 1);
    }

    async fn a_wrong_type_is_corruption_that_names_its_column(db: &TestDb) {
        let row = fetch(&mut db.reader(), "SELECT 'x' AS a, 1.5 AS b", vec![]).await.unwrap().remove(0);
        let corrupt = |column: &str| Error::Corrupt { statement: "testing::fetch", column: column.to_owned() };
        assert_eq!(row.get::<i64>("a"), Err(corrupt("a")));
        assert_eq!(row.get::<i64>("b"), Err(corrupt("b")));
        assert_eq!(row.get::<String>("c"), Err(corrupt("c")));
    }
}
