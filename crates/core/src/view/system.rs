//! The program itself: database, queues, jobs. Every number is measured when the page is made; nothing is estimated.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseView {
    /// `sqlite` or `postgres`.
    pub engine: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The number of the last migration that was applied.
    pub schema: i64,
    /// How the schema stands towards this program, in words.
    pub standing: String,
    /// Whether that is well.
    pub well: bool,
}

/// Something that waits for the program's own hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueView {
    /// Its name on the wire.
    pub name: String,
    /// What it is, in words.
    pub about: String,
    /// How much waits.
    pub depth: u64,
    /// How much may wait before callers do; `None` where there is no such bound.
    pub most: Option<u64>,
    /// Since when the oldest of it waits.
    pub oldest: Option<Timestamp>,
    /// Whether it is of this process alone; else of the database, the same for all.
    pub of_process: bool,
}

/// A job, as this process ran it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobView {
    /// Its name.
    pub name: String,
    /// What it does.
    pub about: String,
    /// How often.
    pub every_seconds: u64,
    /// When it last ran; `None` when it has not run in this process.
    pub last_run: Option<Timestamp>,
    /// When it is due next.
    pub next_run: Option<Timestamp>,
    /// How often it ran in this process.
    pub runs: u64,
    /// How often it failed in this process.
    pub failures: u64,
    /// Its last failure: when, and the error's own words for operators.
    pub last_failure: Option<(Timestamp, String)>,
}

/// The System page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemView {
    /// The program's version.
    pub version: String,
    /// When this process began to serve.
    pub since: Timestamp,
    /// The database.
    pub database: DatabaseView,
    /// What waits.
    pub queues: Vec<QueueView>,
    /// The jobs.
    pub jobs: Vec<JobView>,
    /// The server's clock.
    pub now: Timestamp,
}
