//! What can be wrong with the sheets or with the classes the pages name.

use std::fmt;

/// A class that neither a component rule nor a Tailwind utility answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownClass {
    /// The source file, as the caller named it.
    pub path: String,
    /// The line of the literal, from 1.
    pub line: usize,
    /// The class as written.
    pub class: String,
}

impl fmt::Display for UnknownClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}: class `{}` has no rule",
            self.path, self.line, self.class
        )
    }
}

/// Why no stylesheet was made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Classes that would style nothing; all of them, in the order of the sources.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    UnknownClasses(Vec<UnknownClass>),
    /// A source that does not split into Rust tokens.
    #[error("{path}:{line}: not Rust: {message}")]
    Source {
        /// The source file, as the caller named it.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What the tokenizer said.
        message: String,
    },
    /// A mistake in this crate's CSS.
    #[error("{sheet} stylesheet: {message}")]
    Css {
        /// `console` or `gate`.
        sheet: &'static str,
        /// What the CSS parser said, with its position.
        message: String,
    },
}
