//! The beginning of a trial: from the next request on, the change is in force.

use stagedoor_core::audit::Field;
use stagedoor_core::input::Justification;
use stagedoor_core::trial::{Trial, TrialKind};
use stagedoor_core::view::trial::TrialLine;
use stagedoor_store::trial::{self, KeptTrial};

use super::kinds::same_world;
use super::show::own_line;
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::Story;
use crate::system::fresh_id;

/// A change that is to be tried, planned and permitted.
pub(crate) struct Change {
    /// What is changed.
    pub(crate) kind: TrialKind,
    /// What it is about, in a line.
    pub(crate) about: String,
    /// What is kept now.
    pub(crate) old: String,
    /// What is tried.
    pub(crate) new: String,
    /// Why.
    pub(crate) reason: Justification,
    /// What the entry tells.
    pub(crate) story: Story,
}

/// Begins a trial, and tells of it.
///
/// # Errors
/// Conflict when one of its kind is pending; moved when what is kept is not what the change was made from.
pub(crate) async fn begin(op: &StaffOp, change: Change) -> Result<TrialLine, ServiceError> {
    let service = op.service();
    // One whose time has come does not stand in the way.
    service.end_trials().await?;
    let trial = Trial::start(
        fresh_id(service.rng(), op.now()),
        change.kind,
        op.staff().id,
        op.now(),
    );
    let mut story = change.story;
    story.facts.insert(Field::Trial, trial.id.to_string());
    story.facts.insert(Field::Until, trial.until.to_string());
    story.reason = Some(change.reason.as_str().to_owned());
    let batch = op.record(story).await?;
    let kept = KeptTrial {
        trial,
        about: change.about,
        old: change.old,
        new: change.new,
        reason: change.reason.as_str().to_owned(),
        ended_by: None,
    };
    let line = own_line(op, &kept);
    let ways = service.clone();
    let begun = service
        .db()
        .write(move |mut tx| {
            let (kept, batch, service) = (kept.clone(), batch.clone(), ways.clone());
            Box::pin(async move {
                same_world(&service, &mut tx, &kept).await?;
                trial::insert(&mut tx, &kept).await?;
                Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
            })
        })
        .await;
    begun.map(|()| line).map_err(|error| match error {
        ServiceError::Store(stagedoor_store::Error::Conflict { .. }) => {
            ServiceError::Conflict(another(trial.kind))
        }
        other => other,
    })
}

/// One of a kind is tried at a time.
const fn another(kind: TrialKind) -> &'static str {
    match kind {
        TrialKind::NetworkRules => {
            "Another change of the network rules is on trial. Confirm it or roll it back first."
        }
        TrialKind::GuardPolicies => {
            "Another change of the guard policies is on trial. Confirm it or roll it back first."
        }
        TrialKind::IdentityProvider => {
            "Another change of an identity provider is on trial. Confirm it or roll it back first."
        }
    }
}
