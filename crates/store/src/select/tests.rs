//! What the composed statements say, to the letter: the same pieces always give the same text, and no value is ever in it.

use super::*;

const HEAD: Statement = Statement::declared("tests::HEAD", "SELECT id FROM staff");
const BARS: Statement = Statement::declared(
    "tests::BARS",
    "SELECT at / $1 AS bar, count(*) AS total FROM audit_entry /*where*/ GROUP BY bar",
);

fn text(query: &Query) -> String {
    query.sql.clone().into_sql_str().as_str().to_owned()
}

#[test]
fn fragments_keep_their_own_placeholders() {
    let filter = Filter::new()
        .and_opt("role = $1", Some("admin"))
        .and_opt("state = $1", None::<String>)
        .and_one_of("event", vec!["a".into(), "b".into()])
        .and("(at, id) < ($1, $2) AND note <> '$1'", [7_i64.into(), "x".into()]);
    let query = HEAD
        .select()
        .filter(filter)
        .order_by("at DESC, id DESC")
        .limit(50)
        .query();
    assert_eq!(
        text(&query),
        "SELECT id FROM staff WHERE (role = $1) AND (event IN ($2, $3)) \
         AND ((at, id) < ($4, $5) AND note <> '$1') ORDER BY at DESC, id DESC LIMIT $6"
    );
    assert_eq!(query.values.len(), 6);
}

#[test]
fn conditions_go_where_the_statement_wants_them_and_count_behind_its_own() {
    let filter = Filter::new().and("scope = $1", ["platform".into()]);
    let query = BARS.select().bind(5_i64).filter(filter).query();
    assert_eq!(
        text(&query),
        "SELECT at / $1 AS bar, count(*) AS total FROM audit_entry WHERE (scope = $2) GROUP BY bar"
    );
}

#[test]
fn counting_stops_at_the_cap() {
    let filter = Filter::new().and("role = $1", ["admin".into()]);
    let query = HEAD.select().filter(filter).count_up_to(10_001);
    assert_eq!(
        text(&query),
        "SELECT count(*) AS total FROM (SELECT id FROM staff WHERE (role = $1) LIMIT $2) AS matching"
    );
}

#[test]
fn many_rows_are_one_statement() {
    const ONE: Statement = Statement::declared("tests::ONE", "INSERT INTO t (a, b) VALUES ($1, $2)");
    let row = |a: i64| vec![a.into(), "x".into()];
    let query = ONE.many(vec![row(1), row(2)]);
    assert_eq!(text(&query), "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4)");
    let unnumbered = query.sql.clone().for_sqlite().into_sql_str();
    assert_eq!(unnumbered.as_str(), "INSERT INTO t (a, b) VALUES (?, ?), (?, ?)");
    assert_eq!(query.values.len(), 4);
}

#[test]
fn branches_are_read_one_by_one_and_put_together() {
    let query = HEAD
        .select()
        .filter(Filter::new().and("scope = $1", ["platform".into()]))
        .order_by("id DESC")
        .limit(51)
        .branches("event", vec!["a".into(), "b".into()]);
    assert_eq!(
        text(&query),
        "SELECT * FROM (SELECT id FROM staff WHERE (scope = $1) AND (event = $2) ORDER BY id DESC LIMIT $3) AS branch_0 \
         UNION ALL SELECT * FROM (SELECT id FROM staff WHERE (scope = $4) AND (event = $5) ORDER BY id DESC LIMIT $6) AS branch_1 \
         ORDER BY id DESC LIMIT $7"
    );
    assert_eq!(query.values.len(), 7);
}

#[test]
fn one_choice_is_an_equality() {
    let filter = Filter::new()
        .and("scope = $1", ["platform".into()])
        .and_one_of("event", vec!["a".into()]);
    let query = HEAD.select().filter(filter).query();
    assert_eq!(
        text(&query),
        "SELECT id FROM staff WHERE (scope = $1) AND (event = $2)"
    );
}

#[test]
fn no_choice_matches_nothing() {
    let query = HEAD
        .select()
        .filter(Filter::new().and_one_of("id", Vec::new()))
        .query();
    assert_eq!(text(&query), "SELECT id FROM staff WHERE (1 = 0)");
    assert!(query.values.is_empty());
}
