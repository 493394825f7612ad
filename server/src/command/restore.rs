//! `stagedoor restore`: puts a copy in the place of a database that is not there. It never replaces one.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use stagedoor_store::DatabaseUrl;
use stagedoor_store::backup;
use stagedoor_store::migrate::Schema;

use super::CommandError;
use super::backup::told;
use super::open::DatabaseOption;
use super::whole::{Whole, companion, failed};
use crate::cli::announce;

/// Options of `restore`.
#[derive(Debug, Clone, Args)]
pub struct RestoreOptions {
    #[command(flatten)]
    database: DatabaseOption,
    /// The file that `backup` made.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Runs it.
///
/// # Errors
/// When there is a database already, the file is not a whole copy, or the disk fails.
pub async fn run(options: RestoreOptions) -> Result<(), CommandError> {
    let database = options.database.owner()?;
    let Some(target) = database.sqlite_file() else {
        return Err(by_postgresql(&database, &options.file));
    };
    not_in_use(&options.file)?;
    vacant(target)?;
    let copy = Whole::beside(target)?;
    fill(copy.path(), &options.file)?;
    // What is looked at is what will be served from, not what it was copied from.
    let contents = backup::inspect(copy.path()).await.map_err(|unfit| {
        CommandError::Refused(format!("{} was not restored: {unfit}", options.file.display()))
    })?;
    clear(target)?;
    copy.put()?;
    announce(&format!("{}: {}", target.display(), told(&contents)));
    announce(next(contents.schema));
    announce("it needs the master key that it was made with; the user who serves must own the file");
    Ok(())
}

const fn next(schema: Schema) -> &'static str {
    match schema {
        Schema::Behind(_) => "next: `stagedoor migrate`, then `stagedoor serve`",
        Schema::Current | Schema::Newer => "next: `stagedoor serve`",
    }
}

/// A database that was copied by hand while it was used has its last changes in another file, which would be lost.
fn not_in_use(file: &Path) -> Result<(), CommandError> {
    for suffix in ["-wal", "-journal"] {
        let beside = companion(file, suffix);
        if beside.metadata().is_ok_and(|found| found.len() > 0) {
            return Err(CommandError::Refused(format!(
                "{} holds changes that {} lacks: make a copy with `stagedoor backup`",
                beside.display(),
                file.display()
            )));
        }
    }
    Ok(())
}

/// Nothing there that would be lost, and nothing that SQLite would mix into the copy.
fn vacant(target: &Path) -> Result<(), CommandError> {
    for suffix in ["", "-wal", "-journal"] {
        let place = companion(target, suffix);
        match place.metadata() {
            Ok(found) if found.len() > 0 => {
                return Err(CommandError::Refused(format!(
                    "{} exists and is not empty: stop the program, and move it away with what lies beside it",
                    place.display()
                )));
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(&place, error)),
            _ => {}
        }
    }
    Ok(())
}

/// Removes the empty files that [`vacant`] found.
fn clear(target: &Path) -> Result<(), CommandError> {
    vacant(target)?;
    for suffix in ["", "-wal", "-journal"] {
        let place = companion(target, suffix);
        match fs::remove_file(&place) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(&place, error)),
            _ => {}
        }
    }
    Ok(())
}

fn fill(copy: &Path, from: &Path) -> Result<(), CommandError> {
    let mut source = File::open(from).map_err(|error| failed(from, error))?;
    let mut target = File::create(copy).map_err(|error| failed(copy, error))?;
    io::copy(&mut source, &mut target)
        .and_then(|_| target.sync_all())
        .map_err(|error| failed(from, error))
}

fn by_postgresql(database: &DatabaseUrl, file: &Path) -> CommandError {
    let file = file.display().to_string();
    let options = [
        "--exit-on-error",
        "--single-transaction",
        "--no-owner",
        "--no-privileges",
    ];
    let command = database.postgres_command("pg_restore", &[&options[..], &[&file]].concat());
    CommandError::Refused(format!(
        "PostgreSQL restores itself, into a database that is there and empty. Run as the schema's owner:\n\n  {}\n\n\
         then `stagedoor migrate --grant ROLE` for the role that serves.\n",
        command.unwrap_or_default()
    ))
}
