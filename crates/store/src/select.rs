//! The few lists whose shape depends on the reader's filters.
//!
//! A list starts from a declared [`Statement`], whole in itself, and is completed from fragments that are `&'static str`:
//! text of a request can be bound, and can never become SQL. The conditions go where the statement says `/*where*/`,
//! or to its end. This is the one place in the program that asserts a composed text to be safe.

mod walk;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

pub(crate) use walk::{Walk, newest_first};

use crate::statement::{Query, Statement};
use crate::value::Value;

/// The text of a query: declared as it stands, or composed here.
#[derive(Debug, Clone)]
pub(crate) enum Sql {
    /// A declared statement.
    Declared {
        /// As it was declared.
        sql: &'static str,
        /// The same for SQLite.
        sqlite: &'static str,
    },
    /// A declared statement completed with static fragments.
    Composed(Composed),
    /// A declared insertion of one row, made one of many.
    Rows(Rows),
}

/// The shape of an insertion of many rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows {
    /// What stands before `VALUES`.
    head: &'static str,
    rows: usize,
    columns: usize,
}

impl Rows {
    /// The text, with placeholders as they are written.
    fn text(self, placeholder: impl Fn(usize) -> String) -> Composed {
        let mut text = format!("{}VALUES", self.head);
        for row in 0..self.rows {
            text.push_str(if row == 0 { " (" } else { ", (" });
            for column in 0..self.columns {
                text.push_str(if column == 0 { "" } else { ", " });
                text.push_str(&placeholder(row * self.columns + column + 1));
            }
            text.push(')');
        }
        Composed(text)
    }
}

/// A text that only this file can make.
#[derive(Debug, Clone)]
pub(crate) struct Composed(String);

#[cfg(feature = "testing")]
impl Sql {
    /// The same text behind a keyword, e.g. EXPLAIN.
    pub(crate) fn behind(self, keyword: &'static str) -> Self {
        let text = self.into_sql_str();
        Self::Composed(Composed(format!("{keyword}{}", text.as_str())))
    }
}

impl Sql {
    /// The words by which it says what it is about; of many rows those before their values.
    pub(crate) fn words(&self) -> &str {
        match self {
            Self::Declared { sql, .. } => sql,
            Self::Composed(Composed(text)) => text,
            Self::Rows(rows) => rows.head,
        }
    }

    /// The same for SQLite. Its driver asks it for the name of each placeholder: a placeholder without a number has none,
    /// and a number is looked for among all, which takes a time that grows with the square of them.
    pub(crate) fn for_sqlite(self) -> Self {
        match self {
            Self::Declared { sqlite, .. } => Self::Declared { sql: sqlite, sqlite },
            Self::Rows(rows) => Self::Composed(rows.text(|_| "?".to_owned())),
            other => other,
        }
    }
}

impl SqlSafeStr for Sql {
    fn into_sql_str(self) -> SqlStr {
        match self {
            Self::Declared { sql, .. } => sql.into_sql_str(),
            // INVARIANT: only `Select` and `Rows` make one, from `&'static str` pieces and placeholders.
            Self::Composed(Composed(text)) => AssertSqlSafe(text).into_sql_str(),
            Self::Rows(rows) => Self::Composed(rows.text(|place| format!("${place}"))).into_sql_str(),
        }
    }
}

#[derive(Debug, Clone)]
enum Condition {
    /// A condition with placeholders of its own, counted from `$1`.
    Holds(&'static str, Vec<Value>),
    /// An expression that equals one of the values.
    OneOf(&'static str, Vec<Value>),
}

/// Conditions that all must hold. The same filter serves a page, its total and its histogram.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    conditions: Vec<Condition>,
}

impl Filter {
    /// No condition.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One more condition. Its placeholders count from `$1`, whatever stands before it.
    #[must_use]
    pub fn and(mut self, condition: &'static str, values: impl IntoIterator<Item = Value>) -> Self {
        self.conditions
            .push(Condition::Holds(condition, values.into_iter().collect()));
        self
    }

    /// One more condition on `$1`, when there is a value for it.
    #[must_use]
    pub fn and_opt(self, condition: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.and(condition, [value.into()]),
            None => self,
        }
    }

    /// One more condition: the expression equals one of the values. No value at all matches nothing.
    #[must_use]
    pub fn and_one_of(mut self, expression: &'static str, values: Vec<Value>) -> Self {
        self.conditions.push(Condition::OneOf(expression, values));
        self
    }
}

/// Where a declared statement wants its conditions.
const WHERE: &str = "/*where*/";

/// A declared statement on its way to a list.
#[derive(Debug, Clone)]
#[must_use = "a select does nothing until it is made a query"]
pub struct Select {
    head: Statement,
    values: Vec<Value>,
    filter: Filter,
    tail: Vec<&'static str>,
    limit: Option<i64>,
}

impl Statement {
    /// Starts a list from this statement, which has no WHERE clause of its own.
    pub(crate) fn select(self) -> Select {
        Select {
            head: self,
            values: Vec::new(),
            filter: Filter::new(),
            tail: Vec::new(),
            limit: None,
        }
    }
}

impl Statement {
    /// This insertion of one row, made one of many: its placeholders are repeated for each row.
    pub(crate) fn many(self, rows: Vec<Vec<Value>>) -> Query {
        let head = self
            .sql()
            .rsplit_once("VALUES")
            .map_or(self.sql(), |(head, _)| head);
        Query {
            name: self.name(),
            sql: Sql::Rows(Rows {
                head,
                rows: rows.len(),
                columns: rows.first().map_or(0, Vec::len),
            }),
            values: rows.into_iter().flatten().collect(),
        }
    }
}

impl Select {
    /// Binds the next placeholder of the head.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Adds the conditions of a filter.
    pub(crate) fn filter(mut self, filter: Filter) -> Self {
        self.filter.conditions.extend(filter.conditions);
        self
    }

    /// Orders by expressions; the last must be unique, or pages overlap.
    pub(crate) fn order_by(mut self, expressions: &'static str) -> Self {
        self.tail.extend([" ORDER BY ", expressions]);
        self
    }

    /// At most so many rows. The number is bound.
    pub(crate) fn limit(mut self, rows: u32) -> Self {
        self.limit = Some(i64::from(rows));
        self
    }

    /// How many rows there are, counted up to a number and no further: one row with the column `total`.
    pub(crate) fn count_up_to(mut self, rows: u64) -> Query {
        self.limit = Some(i64::try_from(rows).unwrap_or(i64::MAX));
        let Query { name, sql, values } = self.query();
        let inner = sql.into_sql_str();
        let text = format!("SELECT count(*) AS total FROM ({}) AS matching", inner.as_str());
        Query {
            name,
            sql: Sql::Composed(Composed(text)),
            values,
        }
    }

    /// The finished query, read once for each value of an expression and put together again: each branch in the order of an
    /// index, at most as many rows as are wanted of all. No value at all matches nothing.
    pub(crate) fn branches(self, expression: &'static str, values: Vec<Value>) -> Query {
        let (tail, limit, name) = (self.tail.clone(), self.limit, self.head.name());
        let mut all = Query {
            name,
            sql: Sql::Composed(Composed(String::new())),
            values: Vec::new(),
        };
        let mut text = String::new();
        let choices: Vec<Vec<Value>> = match values.is_empty() {
            true => vec![Vec::new()],
            false => values.into_iter().map(|value| vec![value]).collect(),
        };
        for (position, choice) in choices.into_iter().enumerate() {
            let one = self
                .clone()
                .filter(Filter::new().and_one_of(expression, choice))
                .query();
            text.push_str(if position == 0 {
                "SELECT * FROM ("
            } else {
                " UNION ALL SELECT * FROM ("
            });
            push_renumbered(&mut text, one.sql.into_sql_str().as_str(), all.values.len());
            text.push_str(&format!(") AS branch_{position}"));
            all.values.extend(one.values);
        }
        tail.into_iter().for_each(|piece| text.push_str(piece));
        if let Some(rows) = limit {
            all.values.push(rows.into());
            text.push_str(&format!(" LIMIT ${}", all.values.len()));
        }
        all.sql = Sql::Composed(Composed(text));
        all
    }

    /// The finished query.
    pub(crate) fn query(self) -> Query {
        let (head, behind) = self.head.sql().split_once(WHERE).unwrap_or((self.head.sql(), ""));
        let mut text = head.trim_end().to_owned();
        let mut values = self.values;
        for (position, condition) in self.filter.conditions.into_iter().enumerate() {
            text.push_str(if position == 0 { " WHERE (" } else { " AND (" });
            push_condition(&mut text, condition, &mut values);
            text.push(')');
        }
        text.push_str(behind);
        self.tail.into_iter().for_each(|piece| text.push_str(piece));
        if let Some(rows) = self.limit {
            values.push(rows.into());
            text.push_str(&format!(" LIMIT ${}", values.len()));
        }
        Query {
            name: self.head.name(),
            sql: Sql::Composed(Composed(text)),
            values,
        }
    }
}

fn push_condition(text: &mut String, condition: Condition, values: &mut Vec<Value>) {
    match condition {
        Condition::Holds(fragment, own) => {
            push_renumbered(text, fragment, values.len());
            values.extend(own);
        }
        Condition::OneOf(_, own) if own.is_empty() => text.push_str("1 = 0"),
        // One value keeps an index's order; several would have to be sorted.
        Condition::OneOf(expression, own) if own.len() == 1 => {
            text.push_str(expression);
            text.push_str(&format!(" = ${}", values.len() + 1));
            values.extend(own);
        }
        Condition::OneOf(expression, own) => {
            let places: Vec<String> = (1..=own.len())
                .map(|place| format!("${}", values.len() + place))
                .collect();
            text.push_str(expression);
            text.push_str(" IN (");
            text.push_str(&places.join(", "));
            text.push(')');
            values.extend(own);
        }
    }
}

/// Adds `offset` to every placeholder of a fragment. Inside quotes a dollar sign is only a dollar sign.
fn push_renumbered(text: &mut String, fragment: &str, offset: usize) {
    let mut rest = fragment;
    let mut quoted = false;
    while let Some(letter) = rest.chars().next() {
        rest = &rest[letter.len_utf8()..];
        text.push(letter);
        quoted ^= letter == '\'';
        let digits = rest.len() - rest.trim_start_matches(|next: char| next.is_ascii_digit()).len();
        if let ('$', false, Ok(place)) = (letter, quoted, rest[..digits].parse::<usize>()) {
            text.push_str(&(place + offset).to_string());
            rest = &rest[digits..];
        }
    }
}

#[cfg(test)]
mod tests;
