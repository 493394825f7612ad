//! What is wrong with a configuration, where, and what to do. A problem never repeats the value, which may be a
//! secret.

use std::fmt;
use std::path::PathBuf;

/// Where a value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the file, at a line and column counted from 1.
    Line {
        /// The file as it was named.
        file: PathBuf,
        /// The line.
        line: usize,
        /// The column, in characters.
        column: usize,
    },
    /// The file as a whole.
    File(PathBuf),
    /// An environment variable.
    Variable(String),
    /// Nowhere: it is missing, or its default.
    Nowhere,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { file, line, column } => write!(f, "{}:{line}:{column}: ", file.display()),
            Self::File(file) => write!(f, "{}: ", file.display()),
            Self::Variable(name) => write!(f, "{name}: "),
            Self::Nowhere => Ok(()),
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// The key, dotted; empty where none is at fault.
    pub key: String,
    /// What is wrong and what to do. Never a secret.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.key.is_empty() { "" } else { ": " };
        write!(f, "{}{}{colon}{}", self.place, self.key, self.message)
    }
}

/// All that is wrong, a line each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration is not right:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}
