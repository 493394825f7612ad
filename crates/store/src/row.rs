//! A row as plain data, the same for both engines.
//!
//! Reading a column of the wrong type, a null where none may be, or text that does not parse is
//! [`Error::Corrupt`]: it names statement and column, never the value.

use std::str::FromStr;
use std::sync::Arc;

use stagedoor_core::time::Timestamp;

use crate::error::Error;

/// One stored value as it came from an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Nothing.
    Null,
    /// Text.
    Text(String),
    /// A whole number; in SQLite also a yes or no.
    Int(i64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Yes or no.
    Bool(bool),
    /// A type outside the four, e.g. the NUMERIC that PostgreSQL makes of `SUM(bigint)`: cast it in the statement.
    Foreign,
}

/// One row of an answer.
#[derive(Clone)]
pub struct Row {
    statement: &'static str,
    columns: Arc<[String]>,
    cells: Vec<Cell>,
}

/// Shows where it came from, not what is in it.
impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Row")
            .field("statement", &self.statement)
            .field("columns", &self.columns)
            .finish()
    }
}

impl Row {
    pub(crate) fn new(statement: &'static str, columns: Arc<[String]>, cells: Vec<Cell>) -> Self {
        Self {
            statement,
            columns,
            cells,
        }
    }

    fn cell(&self, column: &str) -> Result<&Cell, Error> {
        let position = self.columns.iter().position(|name| name == column);
        position
            .and_then(|position| self.cells.get(position))
            .ok_or_else(|| self.corrupt(column))
    }

    /// The error for a column whose value makes no sense to the caller.
    #[must_use]
    pub fn corrupt(&self, column: &str) -> Error {
        Error::Corrupt {
            statement: self.statement,
            column: column.to_owned(),
        }
    }

    /// A column's value.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when there is no such column, or it holds another type or a null that `T` cannot be.
    pub fn get<T: FromColumn>(&self, column: &str) -> Result<T, Error> {
        T::from_cell(self.cell(column)?).ok_or_else(|| self.corrupt(column))
    }

    /// A text column as the value it spells.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when it is no text, or does not parse.
    pub fn parse<T: FromStr>(&self, column: &str) -> Result<T, Error> {
        self.get::<String>(column)?
            .parse()
            .map_err(|_| self.corrupt(column))
    }

    /// A text column that may be null, as the value it spells.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when it is neither text nor null, or does not parse.
    pub fn parse_opt<T: FromStr>(&self, column: &str) -> Result<Option<T>, Error> {
        let text: Option<String> = self.get(column)?;
        text.map(|text| text.parse().map_err(|_| self.corrupt(column)))
            .transpose()
    }

    /// A column of microseconds as a point in time.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when it holds no whole number.
    pub fn time(&self, column: &str) -> Result<Timestamp, Error> {
        self.get(column).map(Timestamp::from_micros)
    }

    /// A column of microseconds that may be null, as a point in time.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when it holds neither a whole number nor null.
    pub fn time_opt(&self, column: &str) -> Result<Option<Timestamp>, Error> {
        Ok(self.get::<Option<i64>>(column)?.map(Timestamp::from_micros))
    }

    /// A column that counts something.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when it holds no whole number, or one below 0.
    pub fn count(&self, column: &str) -> Result<u64, Error> {
        u64::try_from(self.get::<i64>(column)?).map_err(|_| self.corrupt(column))
    }
}

mod sealed {
    /// Keeps [`super::FromColumn`] closed.
    pub trait Sealed {}
}

/// What a column can be read as.
pub trait FromColumn: Sized + sealed::Sealed {
    #[doc(hidden)]
    #[allow(
        private_interfaces,
        reason = "the trait is sealed: nobody outside names the type"
    )]
    fn from_cell(cell: &Cell) -> Option<Self>;
}

macro_rules! columns {
    ($($type:ty: $($pattern:pat => $value:expr),+;)+) => {
        $(
            impl sealed::Sealed for $type {}
            impl FromColumn for $type {
                #[allow(private_interfaces, reason = "the trait is sealed: nobody outside names the type")]
                fn from_cell(cell: &Cell) -> Option<Self> {
                    match cell {
                        $($pattern => Some($value),)+
                        _ => None,
                    }
                }
            }

            impl sealed::Sealed for Option<$type> {}
            impl FromColumn for Option<$type> {
                #[allow(private_interfaces, reason = "the trait is sealed: nobody outside names the type")]
                fn from_cell(cell: &Cell) -> Option<Self> {
                    match cell {
                        Cell::Null => Some(None),
                        other => <$type>::from_cell(other).map(Some),
                    }
                }
            }
        )+
    };
}

columns! {
    String: Cell::Text(text) => text.clone();
    i64: Cell::Int(number) => *number;
    Vec<u8>: Cell::Bytes(bytes) => bytes.clone();
    bool: Cell::Bool(yes) => *yes, Cell::Int(0) => false, Cell::Int(1) => true;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: Vec<Cell>) -> Row {
        Row::new("tests::READ", ["a".to_owned(), "b".to_owned()].into(), cells)
    }

    #[test]
    fn a_column_is_read_as_its_own_type_only() {
        let row = row(vec![Cell::Text("7".to_owned()), Cell::Null]);
        assert_eq!(row.get::<String>("a").unwrap(), "7");
        assert_eq!(row.parse::<u8>("a").unwrap(), 7);
        assert_eq!(row.get::<Option<i64>>("b").unwrap(), None);
        assert_eq!(row.parse_opt::<u8>("b").unwrap(), None);
        let corrupt = |column: &str| Error::Corrupt {
            statement: "tests::READ",
            column: column.to_owned(),
        };
        assert_eq!(row.get::<i64>("a"), Err(corrupt("a")));
        assert_eq!(row.get::<String>("b"), Err(corrupt("b")));
        assert_eq!(row.get::<String>("c"), Err(corrupt("c")));
        assert_eq!(row.parse::<bool>("a"), Err(corrupt("a")));
    }

    #[test]
    fn yes_and_no_are_nothing_but_0_and_1_in_sqlite() {
        let row = row(vec![Cell::Int(1), Cell::Int(2)]);
        assert!(row.get::<bool>("a").unwrap());
        assert!(row.get::<bool>("b").is_err());
        assert!(
            super::tests::row(vec![Cell::Int(-1), Cell::Foreign])
                .count("a")
                .is_err()
        );
    }
}
