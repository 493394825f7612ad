//! What waits: writes and activity in this process, and in the database all whose time has come.

use stagedoor_core::time::{Timestamp, hours};
use stagedoor_core::view::system::QueueView;
use stagedoor_store::db::Reader;
use stagedoor_store::due::{self, Waiting};
use stagedoor_store::log::queue;

use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::state::Service;

/// Every queue, those of this process first.
pub(super) async fn queues(op: &StaffOp) -> Result<Vec<QueueView>, ServiceError> {
    let (service, now) = (op.service(), op.now());
    let ex = &mut service.db().reader();
    let mut queues = in_process(service);
    queues.extend(overdue(service, ex, now).await?);
    queues.extend(unplaced(ex).await?);
    queues.extend(leaving(ex, now).await?);
    let flashes = due::flashes(ex, now).await?;
    queues.push(of_database(
        "messages",
        "Messages that nobody came back to see",
        flashes,
    ));
    Ok(queues)
}

fn in_process(service: &Service) -> Vec<QueueView> {
    let writer = service.db().writer_queue().map(|queue| QueueView {
        most: Some(queue.most as u64),
        ..of_process(
            "writer",
            "Writes that wait for the database's one writer",
            queue.depth,
        )
    });
    let touches = service.touches().waiting();
    let touches = of_process("touches", "Activity that is not written yet", touches);
    writer.into_iter().chain([touches]).collect()
}

/// What should have ended, and has not yet.
async fn overdue(
    service: &Service,
    ex: &mut Reader<'_>,
    now: Timestamp,
) -> Result<[QueueView; 6], ServiceError> {
    let policy = service.policy();
    let staff = due::staff_sessions(ex, service.staff_clocks(now)).await?;
    let members = due::member_sessions(ex, now, now.minus(policy.member_session_idle)).await?;
    let visits = due::visits(ex, now, now.minus(policy.visit_idle)).await?;
    let asked = due::consent_requests(ex, now).await?;
    let sign_ins = due::sign_ins(ex, now).await?;
    let handoffs = due::handoffs(ex, now).await?;
    Ok([
        of_database("staff_sessions", "Staff sessions whose end has come", staff),
        of_database(
            "member_sessions",
            "Sessions of tenants' people whose end has come",
            members,
        ),
        of_database("visits", "Visits whose time is up", visits),
        of_database(
            "consent_requests",
            "Requests for support access that nobody answered in time",
            asked,
        ),
        of_database("sign_ins", "Sign-ins that were not finished in time", sign_ins),
        of_database("handoffs", "Handoff codes that nobody used", handoffs),
    ])
}

/// Entries without a place in the log.
async fn unplaced(ex: &mut Reader<'_>) -> Result<[QueueView; 2], ServiceError> {
    let unplaced = queue::depth(ex).await?;
    let waiting = Waiting {
        depth: unplaced.waiting,
        oldest: unplaced.oldest,
    };
    let refused = Waiting {
        depth: unplaced.refused,
        oldest: None,
    };
    Ok([
        of_database("log", "Entries that wait for their places in the log", waiting),
        of_database(
            "log_refused",
            "Entries that this installation did not write, which get no place",
            refused,
        ),
    ])
}

/// Alerts on their way out of the house.
async fn leaving(ex: &mut Reader<'_>, now: Timestamp) -> Result<[QueueView; 3], ServiceError> {
    let alerts = due::alerts(ex).await?;
    let failed = due::alerts_failed(ex).await?;
    let given_up = due::alerts_given_up(ex, now.minus(hours(24 * 7))).await?;
    Ok([
        of_database(
            "alerts",
            "Alerts on their way out, by e-mail and to the webhook",
            alerts,
        ),
        of_database(
            "alerts_failed",
            "Of these, deliveries that failed and are tried again",
            failed,
        ),
        of_database(
            "alerts_given_up",
            "Deliveries of alerts that were given up, in the last 7 days",
            given_up,
        ),
    ])
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
