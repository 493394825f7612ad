//! The configuration: one TOML file, overridden by `STAGEDOOR__SECTION__KEY`, read once at start (decision 28).
//!
//! Every key stands in one table ([`keys`]), with its kind, its default and its words: from it come the reading, the
//! errors, `config export` and the test of the documentation. All that is wrong is said at once, each with file, line,
//! key and what to do. Nothing here opens a database or a port, and no secret is ever shown.

mod channels;
mod check;
mod keys;
mod kind;
mod passkeys;
mod problem;
mod proxy;
mod secret;
mod source;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use check::{Checked, Warning};
pub use keys::{Config, KEYS, Key};
pub use kind::{Origin, Secret, Surface, TenantOrigins};
pub use passkeys::roles_key;
pub use problem::{Problem, Problems};
pub use secret::CREDENTIAL;

/// What the process was started with beside its arguments.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// All variables.
    pub variables: Vec<(String, String)>,
}

impl Environment {
    /// The process's own.
    #[must_use]
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the environment, once, at start"
    )]
    pub fn of_process() -> Self {
        Self {
            variables: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
        }
    }

    /// One variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Reads and checks a configuration: the file, if one is named, then the environment over it.
///
/// # Errors
/// All problems at once.
pub fn load(file: Option<&Path>, environment: &Environment) -> Result<Checked, Problems> {
    let text = file.map(|path| read(path).map(|text| (path, text))).transpose()?;
    let (given, mut problems) = source::gather(
        text.as_ref().map(|(path, text)| (*path, text.as_str())),
        environment,
    );
    let read = keys::read(&given, &mut problems);
    let checked = read.and_then(|config| check::check(config, &given, environment, &mut problems));
    match checked {
        Some(checked) if problems.is_empty() => Ok(checked),
        _ => Err(Problems(problems)),
    }
}

fn read(path: &Path) -> Result<String, Problems> {
    std::fs::read_to_string(path).map_err(|error| {
        Problems(vec![Problem {
            place: problem::Place::File(PathBuf::from(path)),
            key: String::new(),
            message: format!("cannot be read: {error}. Name a file with --config."),
        }])
    })
}
