//! What the bench was asked for on its command line, and what is usual.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

/// How long a page of the console takes.
#[derive(Debug, Clone, Parser)]
pub(crate) struct Options {
    /// Few people, short spells: to see that it works, not how quick it is.
    #[arg(long)]
    pub(crate) quick: bool,
    /// People of the directory.
    #[arg(long, default_value_t = 1_000_000)]
    pub(crate) people: u32,
    /// Entries of the log.
    #[arg(long, default_value_t = 1_000_000)]
    pub(crate) entries: u32,
    /// This empty PostgreSQL database, instead of a SQLite file that is made once and kept.
    #[arg(long)]
    pub(crate) database: Option<String>,
    /// Connections kept alive at the same time.
    #[arg(long, default_value_t = 16)]
    pub(crate) connections: usize,
    /// Rounds; figures are medians of them.
    #[arg(long, default_value_t = 5)]
    pub(crate) rounds: usize,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// The built peer's folder.
    #[arg(long)]
    pub(crate) peer: Option<PathBuf>,
    /// Where to write the figures as JSON.
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
    /// The server's process: started by the bench itself.
    #[arg(long, hide = true)]
    pub(crate) serve: bool,
    /// What cargo says to every bench.
    #[arg(long, hide = true)]
    bench: bool,
    #[arg(skip)]
    pub(crate) spell: Duration,
}

impl Options {
    pub(crate) fn parse() -> Self {
        let mut options = <Self as Parser>::parse();
        if options.quick {
            options.people = options.people.min(2_000);
            options.entries = options.entries.min(2_000);
            options.rounds = 1;
            options.seconds = 0.2;
            options.connections = options.connections.min(4);
        }
        options.spell = Duration::from_secs_f64(options.seconds);
        options
    }
}
