//! The System page: the program itself, in numbers that are measured when they are asked for.

mod jobs;
mod queues;

use stagedoor_core::action::kind::PlatformViewSystemMetrics;
use stagedoor_core::resource::Platform;
use stagedoor_core::view::system::{DatabaseView, JobView, SystemView};
use stagedoor_store::migrate::Schema;

pub(crate) use jobs::{Job, JobLog};

use crate::error::ServiceError;
use crate::jobs::EVERY;
use crate::op::StaffOp;
use crate::state::Service;

/// The System page. `version` is the program's own.
///
/// # Errors
/// Denied; unavailable when the database is.
pub async fn view(op: &StaffOp, version: &str) -> Result<SystemView, ServiceError> {
    op.require::<PlatformViewSystemMetrics>(&Platform)
        .await?
        .discharge(());
    let service = op.service();
    Ok(SystemView {
        version: version.to_owned(),
        since: service.since(),
        database: database(service).await?,
        queues: queues::queues(op).await?,
        jobs: jobs(service),
        now: op.now(),
    })
}

async fn database(service: &Service) -> Result<DatabaseView, ServiceError> {
    let db = service.db();
    let standing = match db.schema().await? {
        Schema::Current => "as this program needs it".to_owned(),
        Schema::Behind(missing) => format!("{missing} migrations behind this program"),
        Schema::Newer => "newer than this program".to_owned(),
    };
    Ok(DatabaseView {
        engine: db.engine_name().to_owned(),
        bytes: db.size_bytes().await?,
        schema: db.schema_version().await?,
        well: db.schema().await? == Schema::Current,
        standing,
    })
}

/// All jobs but those that have nothing to do here.
fn jobs(service: &Service) -> Vec<JobView> {
    let is_idle = |job: Job| match job {
        Job::Witnesses => !service.logs().has_witnesses(),
        Job::AlertLetters => service.channels().mail.is_none(),
        Job::AlertCalls => service.channels().webhook.is_none(),
        _ => false,
    };
    let jobs = Job::ALL.iter().copied().filter(|job| !is_idle(*job));
    jobs.map(|job| job_view(service, job)).collect()
}

fn job_view(service: &Service, job: Job) -> JobView {
    let ran = service.job_log().of(job);
    JobView {
        name: job.name().to_owned(),
        about: job.about().to_owned(),
        every_seconds: EVERY.as_secs(),
        last_run: ran.last,
        next_run: ran.last.map(|last| last.plus(EVERY)),
        runs: ran.runs,
        failures: ran.failures,
        last_failure: ran.failed,
    }
}
