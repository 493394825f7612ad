//! `stagedoor audit export`: a log, or its newest part, as a file that proves itself.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use sha2::{Digest, Sha256};
use stagedoor_core::view::grouped;
use stagedoor_service::ServiceError;
use stagedoor_service::log::export::LogExport;

use crate::cli::announce;
use crate::command::CommandError;
use crate::command::open::{self, ConfigOption};

/// Options of `audit export`.
#[derive(Debug, Clone, Args)]
pub struct ExportOptions {
    #[command(flatten)]
    config: ConfigOption,
    /// The file to make, in JSON Lines. It must not be there yet.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Which log: `platform`, or a tenant's id.
    #[arg(long, value_name = "LOG", default_value = "platform")]
    log: String,
    /// The first place: give the size of a checkpoint that you kept, and the file proves what came after it.
    #[arg(long, value_name = "N", default_value_t = 0)]
    from: u64,
}

/// Writes the file. One that could not be finished is removed.
///
/// # Errors
/// When the log is not there or damaged, or the file cannot be written.
pub(super) async fn run(options: ExportOptions) -> Result<(), CommandError> {
    let checked = options.config.load()?;
    let file = |error| CommandError::File(options.file.display().to_string(), error);
    let created = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&options.file);
    let created = created.map_err(file)?;
    let service = open::service(&checked).await?;
    let written = match service.export_log(&options.log, options.from).await {
        Ok(export) => write(export, created).await,
        Err(ServiceError::NotFound) => Err(CommandError::Refused(format!(
            "--log: there is no log {} with {} entries",
            options.log,
            grouped(options.from)
        ))),
        Err(error) => Err(error.into()),
    };
    service.db().close().await;
    match written {
        Ok(rows) => {
            announce(&format!(
                "{} entries are in {}",
                grouped(rows),
                options.file.display()
            ));
            Ok(())
        }
        Err(error) => {
            // Half a file would have to be told from a whole one by whoever finds it.
            drop(std::fs::remove_file(&options.file));
            Err(error)
        }
    }
}

async fn write(mut export: LogExport, file: File) -> Result<u64, CommandError> {
    let mut out = Out {
        file: BufWriter::new(file),
        digest: Sha256::new(),
    };
    out.line(&export.manifest().to_string())?;
    let mut rows = 0;
    loop {
        let entries = export.next().await?;
        if entries.is_empty() {
            break;
        }
        rows += entries.len() as u64;
        for proof in entries {
            out.line(&serde_json::json!({ "proof": proof }).to_string())?;
        }
    }
    let end = export.end(rows, out.digest.clone().finalize().into())?;
    out.line(&end)?;
    out.finish()?;
    Ok(rows)
}

struct Out {
    file: BufWriter<File>,
    digest: Sha256,
}

impl Out {
    fn line(&mut self, line: &str) -> Result<(), CommandError> {
        self.digest.update(line);
        self.digest.update(b"\n");
        writeln!(self.file, "{line}").map_err(failed)
    }

    fn finish(mut self) -> Result<(), CommandError> {
        self.file.flush().map_err(failed)?;
        self.file.get_ref().sync_all().map_err(failed)
    }
}

fn failed(error: std::io::Error) -> CommandError {
    CommandError::File("the export".to_owned(), error)
}
