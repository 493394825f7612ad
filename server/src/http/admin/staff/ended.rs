//! The end of somebody's account, as the API reads and tells it: why, what ended with it, and what is left for people to do.

use serde::{Deserialize, Serialize};
use stagedoor_core::id::StaffId;
use stagedoor_core::staff::{Secrets, Task};
use stagedoor_core::time::Timestamp;
use stagedoor_service::ServiceError;
use stagedoor_service::staff::{Deactivated, unknown_task};
use utoipa::ToSchema;

use crate::http::api::schema;

/// Why somebody is deactivated.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Deactivation)]
pub struct DeactivateBody {
    /// Why.
    #[schema(min_length = 10, max_length = 500)]
    reason: String,
    /// Whether secrets that the person saw may be known to others.
    #[serde(default)]
    secrets_compromised: bool,
}

impl DeactivateBody {
    /// Whether secrets may be known to others, and why the account ends.
    pub(super) fn read(self) -> (Secrets, String) {
        let secrets = match self.secrets_compromised {
            true => Secrets::Compromised,
            false => Secrets::Safe,
        };
        (secrets, self.reason)
    }
}

/// What is left to do, and by when.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DueTask)]
struct DueBody {
    /// `rotate_secrets`, `review_audit`, `remove_at_provider` or `document`.
    #[schema(example = "review_audit")]
    task: &'static str,
    /// What to do, in words.
    about: &'static str,
    #[schema(schema_with = schema::time)]
    due_at: Timestamp,
}

/// What ended with somebody's account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deactivated)]
pub(super) struct DeactivatedBody {
    #[schema(schema_with = schema::staff_id)]
    id: StaffId,
    /// How many of their sessions ended.
    sessions_ended: u64,
    /// How many of their visits ended.
    visits_ended: u64,
    /// How many of their open questions to tenants' owners were closed.
    requests_ended: u64,
    /// What people have to do now, the most urgent first.
    checklist: Vec<DueBody>,
}

impl From<Deactivated> for DeactivatedBody {
    fn from(deactivated: Deactivated) -> Self {
        let due = deactivated.tasks.into_iter().map(|(task, due_at)| DueBody {
            task: task.as_str(),
            about: task.explain(),
            due_at,
        });
        Self {
            id: deactivated.id,
            sessions_ended: deactivated.ended.sessions,
            visits_ended: deactivated.ended.visits,
            requests_ended: deactivated.ended.requests,
            checklist: due.collect(),
        }
    }
}

/// What of somebody's checklist was done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DoneTask)]
pub struct DoneBody {
    /// `rotate_secrets`, `review_audit`, `remove_at_provider` or `document`.
    #[schema(example = "review_audit")]
    task: String,
    /// What was done.
    #[schema(min_length = 10, max_length = 500)]
    pub(super) reason: String,
}

impl DoneBody {
    /// The task.
    pub(super) fn task(&self) -> Result<Task, ServiceError> {
        self.task.parse().map_err(|_| unknown_task())
    }
}
