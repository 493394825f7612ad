//! The System page: the program itself, in numbers that are measured when they are asked for.

mod jobs;

use stagedoor_core::action::kind::PlatformViewSystemMetrics;
use stagedoor_core::resource::Platform;
use stagedoor_core::time::hours;
use stagedoor_core::view::system::{DatabaseView, JobView, QueueView, SystemView};
use stagedoor_store::due::{self, Waiting};
use stagedoor_store::log::queue;
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
        queues: queues(op).await?,
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

async fn queues(op: &StaffOp) -> Result<Vec<QueueView>, ServiceError> {
    let (service, now) = (op.service(), op.now());
    let policy = service.policy();
    let ex = &mut service.db().reader();
    let mut queues = Vec::new();
    if let Some(queue) = service.db().writer_queue() {
        queues.push(QueueView {
            most: Some(queue.most as u64),
            ..of_process(
                "writer",
                "Writes that wait for the database's one writer",
                queue.depth,
            )
        });
    }
    let touches = service.touches().waiting();
    queues.push(of_process("touches", "Activity that is not written yet", touches));
    let staff = due::staff_sessions(ex, service.staff_clocks(now)).await?;
    queues.push(of_database(
        "staff_sessions",
        "Staff sessions whose end has come",
        staff,
    ));
    let members = due::member_sessions(ex, now, now.minus(policy.member_session_idle)).await?;
    queues.push(of_database(
        "member_sessions",
        "Sessions of tenants' people whose end has come",
        members,
    ));
    let visits = due::visits(ex, now, now.minus(policy.visit_idle)).await?;
    queues.push(of_database("visits", "Visits whose time is up", visits));
    let asked = due::consent_requests(ex, now).await?;
    queues.push(of_database(
        "consent_requests",
        "Requests for support access that nobody answered in time",
        asked,
    ));
    let sign_ins = due::sign_ins(ex, now).await?;
    queues.push(of_database(
        "sign_ins",
        "Sign-ins that were not finished in time",
        sign_ins,
    ));
    let handoffs = due::handoffs(ex, now).await?;
    queues.push(of_database(
        "handoffs",
        "Handoff codes that nobody used",
        handoffs,
    ));
    let unplaced = queue::depth(ex).await?;
    queues.push(of_database(
        "log",
        "Entries that wait for their places in the log",
        Waiting {
            depth: unplaced.waiting,
            oldest: unplaced.oldest,
        },
    ));
    queues.push(of_database(
        "log_refused",
        "Entries that this installation did not write, which get no place",
        Waiting {
            depth: unplaced.refused,
            oldest: None,
        },
    ));
    let alerts = due::alerts(ex).await?;
    queues.push(of_database(
        "alerts",
        "Alerts on their way out, by e-mail and to the webhook",
        alerts,
    ));
    let failed = due::alerts_failed(ex).await?;
    queues.push(of_database(
        "alerts_failed",
        "Of these, deliveries that failed and are tried again",
        failed,
    ));
    let given_up = due::alerts_given_up(ex, now.minus(hours(24 * 7))).await?;
    queues.push(of_database(
        "alerts_given_up",
        "Deliveries of alerts that were given up, in the last 7 days",
        given_up,
    ));
    let flashes = due::flashes(ex, now).await?;
    queues.push(of_database(
        "messages",
        "Messages that nobody came back to see",
        flashes,
    ));
    Ok(queues)
}

fn of_process(name: &str, about: &str, depth: usize) -> QueueView {
    QueueView {
        name: name.to_owned(),
        about: about.to_owned(),
        depth: depth as u64,
        most: None,
        oldest: None,
        of_process: true,
    }
}

fn of_database(name: &str, about: &str, waiting: Waiting) -> QueueView {
    QueueView {
        name: name.to_owned(),
        about: about.to_owned(),
        depth: waiting.depth,
        most: None,
        oldest: waiting.oldest,
        of_process: false,
    }
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
