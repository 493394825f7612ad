//! Where the database is, as one text, with errors that say what is wrong and never repeat a password.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// `sqlite://path` or `postgres://person:password@host:port/database`.
#[derive(Clone)]
pub struct DatabaseUrl(pub(crate) Place);

/// What a URL names.
#[derive(Clone)]
pub(crate) enum Place {
    /// A file.
    Sqlite(PathBuf),
    /// A server and a database in it.
    Postgres(Box<PgConnectOptions>),
}

/// A text that names no database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadDatabaseUrl {
    /// It starts with nothing known.
    #[error("a database is written sqlite://path/to/file.db or postgres://person@host/database")]
    Scheme,
    /// `sqlite://` with nothing behind.
    #[error(
        "sqlite:// lacks the path: sqlite://data/stagedoor.db, or sqlite:///var/lib/stagedoor.db for an absolute one"
    )]
    SqlitePath,
    /// A database in memory: each connection would see its own.
    #[error("a database in memory is not supported: readers and the writer need one file")]
    SqliteMemory,
    /// Parameters after a question mark.
    #[error("sqlite:// takes no parameters: its settings are fixed")]
    SqliteParameters,
    /// A PostgreSQL URL that does not parse.
    #[error("the postgres:// address is not valid: {0}")]
    Postgres(String),
    /// A PostgreSQL URL without a database name.
    #[error("the postgres:// address lacks the database's name: postgres://person@host/database")]
    PostgresDatabase,
}

impl DatabaseUrl {
    /// Reads the text form.
    ///
    /// # Errors
    /// [`BadDatabaseUrl`], which says what is wrong.
    pub fn parse(text: &str) -> Result<Self, BadDatabaseUrl> {
        if let Some(path) = text.strip_prefix("sqlite://") {
            return sqlite(path);
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return postgres(text);
        }
        Err(BadDatabaseUrl::Scheme)
    }

    /// Whether it names a PostgreSQL server, which has roles.
    #[must_use]
    pub const fn is_postgres(&self) -> bool {
        matches!(self.0, Place::Postgres(_))
    }

    /// The SQLite database in a file.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Place::Sqlite(path.into()))
    }

    /// The file of a SQLite database.
    #[must_use]
    pub fn sqlite_file(&self) -> Option<&Path> {
        match &self.0 {
            Place::Sqlite(path) => Some(path),
            Place::Postgres(_) => None,
        }
    }

    /// The command line, for a shell, of one of PostgreSQL's own programs working on this database; `None` for a file.
    /// It holds no password: those programs take it from `~/.pgpass` or ask.
    #[must_use]
    pub fn postgres_command(&self, program: &str, arguments: &[&str]) -> Option<String> {
        let Place::Postgres(options) = &self.0 else {
            return None;
        };
        let host = options
            .get_socket()
            .map_or_else(|| options.get_host().into(), |socket| socket.to_string_lossy());
        let place = [
            format!("--host={host}"),
            format!("--port={}", options.get_port()),
            format!("--username={}", options.get_username()),
            format!("--dbname={}", options.get_database().unwrap_or_default()),
        ];
        let words = [program].into_iter().chain(arguments.iter().copied());
        let quoted = words.chain(place.iter().map(String::as_str)).map(shell_word);
        let mode = ssl_mode(options.get_ssl_mode()).map(|mode| format!("PGSSLMODE={mode}"));
        Some(mode.into_iter().chain(quoted).collect::<Vec<_>>().join(" "))
    }
}

/// How PostgreSQL's programs call it; `None` for what they do anyway.
const fn ssl_mode(mode: PgSslMode) -> Option<&'static str> {
    match mode {
        PgSslMode::Prefer => None,
        PgSslMode::Disable => Some("disable"),
        PgSslMode::Allow => Some("allow"),
        PgSslMode::Require => Some("require"),
        PgSslMode::VerifyCa => Some("verify-ca"),
        PgSslMode::VerifyFull => Some("verify-full"),
    }
}

/// One word of a shell's line.
fn shell_word(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_=./:@%+,".contains(letter);
    if word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn sqlite(path: &str) -> Result<DatabaseUrl, BadDatabaseUrl> {
    if path.is_empty() {
        return Err(BadDatabaseUrl::SqlitePath);
    }
    if path.contains(":memory:") {
        return Err(BadDatabaseUrl::SqliteMemory);
    }
    if path.contains('?') {
        return Err(BadDatabaseUrl::SqliteParameters);
    }
    Ok(DatabaseUrl::file(path))
}

fn postgres(text: &str) -> Result<DatabaseUrl, BadDatabaseUrl> {
    let options = PgConnectOptions::from_str(text).map_err(|error| match error {
        sqlx::Error::Configuration(why) => BadDatabaseUrl::Postgres(why.to_string()),
        _ => BadDatabaseUrl::Postgres("it cannot be read".to_owned()),
    })?;
    if options.get_database().is_none_or(str::is_empty) {
        return Err(BadDatabaseUrl::PostgresDatabase);
    }
    Ok(DatabaseUrl(Place::Postgres(Box::new(options))))
}

impl FromStr for DatabaseUrl {
    type Err = BadDatabaseUrl;

    fn from_str(text: &str) -> Result<Self, BadDatabaseUrl> {
        Self::parse(text)
    }
}

/// Without the person's name and password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Place::Postgres(options) => write!(
                f,
                "postgres://{}:{}/{}",
                options.get_host(),
                options.get_port(),
                options.get_database().unwrap_or_default()
            ),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_addresses_say_what_is_wrong() {
        let error = |text: &str| DatabaseUrl::parse(text).err();
        assert_eq!(error("mysql://x/y"), Some(BadDatabaseUrl::Scheme));
        assert_eq!(error("data.db"), Some(BadDatabaseUrl::Scheme));
        assert_eq!(error("sqlite://"), Some(BadDatabaseUrl::SqlitePath));
        assert_eq!(error("sqlite://:memory:"), Some(BadDatabaseUrl::SqliteMemory));
        assert_eq!(
            error("sqlite://a.db?mode=ro"),
            Some(BadDatabaseUrl::SqliteParameters)
        );
        assert_eq!(
            error("postgres://kim@localhost"),
            Some(BadDatabaseUrl::PostgresDatabase)
        );
        assert!(matches!(
            error("postgres://localhost:port/x"),
            Some(BadDatabaseUrl::Postgres(_))
        ));
    }

    #[test]
    fn a_password_is_never_shown() {
        let url = DatabaseUrl::parse("postgres://kim:hunter2@db.example:5433/stagedoor").unwrap();
        assert_eq!(format!("{url} {url:?}").matches("hunter2").count(), 0);
        assert_eq!(url.to_string(), "postgres://db.example:5433/stagedoor");
        let wrong = DatabaseUrl::parse("postgres://kim:hunter2@db:x/y").unwrap_err();
        assert!(!wrong.to_string().contains("hunter2"));
    }

    #[test]
    fn programs_of_postgresql_are_told_the_place_and_no_password() {
        let url =
            DatabaseUrl::parse("postgres://kim:hunter2@db.example:5433/back%20office?sslmode=verify-full")
                .unwrap();
        assert_eq!(
            url.postgres_command("pg_dump", &["--file=it's.dump"]).unwrap(),
            r"PGSSLMODE=verify-full pg_dump '--file=it'\''s.dump' --host=db.example --port=5433 --username=kim '--dbname=back office'"
        );
        let url = DatabaseUrl::parse("postgres://kim@db.example/stagedoor").unwrap();
        assert_eq!(
            url.postgres_command("pg_dump", &[]).unwrap(),
            "pg_dump --host=db.example --port=5432 --username=kim --dbname=stagedoor"
        );
        assert_eq!(DatabaseUrl::file("a.db").postgres_command("pg_dump", &[]), None);
    }

    #[test]
    fn paths_are_relative_or_absolute() {
        assert_eq!(
            DatabaseUrl::parse("sqlite://data/a.db").unwrap().to_string(),
            "sqlite://data/a.db"
        );
        assert_eq!(
            DatabaseUrl::parse("sqlite:///var/a.db").unwrap().to_string(),
            "sqlite:///var/a.db"
        );
    }
}
