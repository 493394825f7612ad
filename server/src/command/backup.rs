//! `stagedoor backup`: one moment of the database in a file, while it serves. It never replaces a file.

use std::path::{Path, PathBuf};

use clap::Args;
use stagedoor_store::DatabaseUrl;
use stagedoor_store::backup::{self, Contents};
use stagedoor_store::migrate::Schema;

use super::CommandError;
use super::open::DatabaseOption;
use super::whole::{Whole, failed};
use crate::cli::announce;

/// Options of `backup`.
#[derive(Debug, Clone, Args)]
pub struct BackupOptions {
    #[command(flatten)]
    database: DatabaseOption,
    /// The file to make. It must not exist; its folder must.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Runs it.
///
/// # Errors
/// When the file is there already, the database cannot be read, or the copy turns out not to be whole.
pub async fn run(options: BackupOptions) -> Result<(), CommandError> {
    let database = options.database.owner()?;
    let Some(source) = database.sqlite_file() else {
        return Err(by_postgresql(&database, &options.file));
    };
    if options.file.try_exists().unwrap_or(false) {
        return Err(CommandError::Refused(format!(
            "{} exists: name a file that does not",
            options.file.display()
        )));
    }
    source.metadata().map_err(|error| failed(source, error))?;
    let copy = Whole::beside(&options.file)?;
    backup::copy(source, copy.path()).await?;
    let contents = backup::inspect(copy.path()).await.map_err(|unfit| {
        CommandError::Refused(format!(
            "the copy cannot be served from, so it was not kept: {unfit}"
        ))
    })?;
    copy.put()?;
    announce(&format!("{}: {}", options.file.display(), told(&contents)));
    announce("the master key is not in it: keep that elsewhere, for without it this file cannot be used");
    Ok(())
}

/// What a copy holds, in one line.
pub(super) fn told(contents: &Contents) -> String {
    let schema = match contents.schema {
        Schema::Current => "the schema is current".to_owned(),
        Schema::Behind(missing) => format!("the schema lacks {missing} migration(s)"),
        Schema::Newer => "the schema is newer than the program".to_owned(),
    };
    format!(
        "staff {}, tenants {}, people {}, audit entries {}; {schema}",
        contents.staff, contents.tenants, contents.people, contents.entries
    )
}

fn by_postgresql(database: &DatabaseUrl, file: &Path) -> CommandError {
    let into = format!("--file={}", file.display());
    let command = database.postgres_command("pg_dump", &["--format=custom", &into]);
    CommandError::Refused(format!(
        "PostgreSQL copies itself, while it serves. Run:\n\n  (umask 077; {})\n",
        command.unwrap_or_default()
    ))
}
