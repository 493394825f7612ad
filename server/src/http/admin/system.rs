//! Queues and jobs, for monitoring, as the process that answers measured them. No name, no address, no secret.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Serialize;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::system::{JobView, QueueView, SystemView};
use stagedoor_service::{StaffOp, status};
use utoipa::ToSchema;

use super::refuse;
use crate::http::api::{Refusals, schema};

/// Something that waits for the program's own hand.
#[derive(Serialize, ToSchema)]
#[schema(as = Queue)]
pub struct QueueBody {
    /// What waits in it.
    name: String,
    /// How much waits.
    depth: u64,
    /// How much may wait before callers do; `null` where there is no such bound.
    most: Option<u64>,
    #[schema(schema_with = schema::time_or_null)]
    oldest_at: Option<Timestamp>,
    /// Whether it is of the process that answers; else of the database, the same for all.
    of_process: bool,
}

/// A job, as the process that answers ran it.
#[derive(Serialize, ToSchema)]
#[schema(as = Job)]
pub struct JobBody {
    /// What it does.
    name: String,
    /// How often it runs.
    every_seconds: u64,
    #[schema(schema_with = schema::time_or_null)]
    last_run_at: Option<Timestamp>,
    #[schema(schema_with = schema::time_or_null)]
    next_run_at: Option<Timestamp>,
    /// How often it ran since the process started.
    runs: u64,
    /// How often that failed.
    failures: u64,
    #[schema(schema_with = schema::time_or_null)]
    last_failure_at: Option<Timestamp>,
    /// The last failure, in words.
    last_failure: Option<String>,
}

/// The program itself, measured when it was asked.
#[derive(Serialize, ToSchema)]
#[schema(as = System)]
pub struct SystemBody {
    /// The program's version.
    version: String,
    #[schema(schema_with = schema::time)]
    since: Timestamp,
    /// How long the process has been running.
    uptime_seconds: u64,
    /// `sqlite` or `postgres`.
    database: String,
    /// What the database takes on its disk.
    database_bytes: u64,
    /// The number of the newest migration.
    schema_version: i64,
    queues: Vec<QueueBody>,
    jobs: Vec<JobBody>,
}

impl From<SystemView> for SystemBody {
    fn from(view: SystemView) -> Self {
        Self {
            version: view.version,
            since: view.since,
            uptime_seconds: view.now.since(view.since).as_secs(),
            database: view.database.engine,
            database_bytes: view.database.bytes,
            schema_version: view.database.schema,
            queues: view.queues.into_iter().map(Into::into).collect(),
            jobs: view.jobs.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<QueueView> for QueueBody {
    fn from(queue: QueueView) -> Self {
        Self {
            name: queue.name,
            depth: queue.depth,
            most: queue.most,
            oldest_at: queue.oldest,
            of_process: queue.of_process,
        }
    }
}

impl From<JobView> for JobBody {
    fn from(job: JobView) -> Self {
        let (at, words) = job.last_failure.unzip();
        Self {
            name: job.name,
            every_seconds: job.every_seconds,
            last_run_at: job.last_run,
            next_run_at: job.next_run,
            runs: job.runs,
            failures: job.failures,
            last_failure_at: at,
            last_failure: words,
        }
    }
}

/// What waits and how the jobs went. Numbers of a process are those of the one that answers.
#[utoipa::path(
    get, path = "/api/admin/system/queues", tag = "system", security(("staff_session" = [])),
    responses((status = 200, description = "Database, queues and jobs.", body = SystemBody), Refusals)
)]
pub async fn queues(Extension(op): Extension<StaffOp>) -> Response {
    match status::view(&op, env!("CARGO_PKG_VERSION")).await {
        Ok(view) => Json(SystemBody::from(view)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
