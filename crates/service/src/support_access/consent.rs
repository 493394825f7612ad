//! The owner's choice. Whatever it no longer allows ends in the same transaction.

use stagedoor_core::action::kind::ConsentChange;
use stagedoor_core::audit::{AuditBatch, Change, Event, Target};
use stagedoor_core::impersonation::VisitEnd;
use stagedoor_core::input::FieldError;
use stagedoor_core::tenant::Consent;
use stagedoor_core::time::{Timestamp, hours};
use stagedoor_store::{impersonation, tenant};

use crate::error::ServiceError;
use crate::impersonation::end_told_visits;
use crate::recorder::Story;
use crate::retry::again;
use crate::tenant_op::TenantOp;

/// The furthest that a window may reach.
const WINDOW_MAX: std::time::Duration = hours(24 * 366);

/// What the owner chose, as it was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentChoice {
    /// Nobody may come.
    Off,
    /// The owner is asked each time.
    Ask,
    /// Open until a moment; none was given.
    Window(Option<Timestamp>),
    /// Open.
    On,
}

impl ConsentChoice {
    /// The choice of a name on the wire.
    ///
    /// # Errors
    /// Names the field `choice`, or `until` for an end where there is no window.
    pub fn parse(name: &str, until: Option<Timestamp>) -> Result<Self, FieldError> {
        match (name, until) {
            ("window", until) => Ok(Self::Window(until)),
            ("off", None) => Ok(Self::Off),
            ("ask", None) => Ok(Self::Ask),
            ("on", None) => Ok(Self::On),
            ("off" | "ask" | "on", Some(_)) => Err(FieldError::new("until", "Only a window has an end.")),
            _ => Err(FieldError::new("choice", "Choose off, ask, window or on.")),
        }
    }

    fn check(self, now: Timestamp) -> Result<Consent, FieldError> {
        match self {
            Self::Off => Ok(Consent::Off),
            Self::Ask => Ok(Consent::Ask),
            Self::On => Ok(Consent::On),
            Self::Window(None) => Err(FieldError::new("until", "Say until when it is open.")),
            Self::Window(Some(until)) if until <= now => {
                Err(FieldError::new("until", "Choose a moment that is still to come."))
            }
            Self::Window(Some(until)) if until.since(now) > WINDOW_MAX => Err(FieldError::new(
                "until",
                "Choose a moment within a year, or leave it open.",
            )),
            Self::Window(Some(until)) => Ok(Consent::Window { until }),
        }
    }
}

/// Changes the owner's choice. Visits that it does not allow end with it, at once.
///
/// # Errors
/// Denied to everybody but the owner, and to any visitor; invalid for a window without an end to come.
pub async fn change_consent(op: &TenantOp, choice: ConsentChoice) -> Result<(), ServiceError> {
    let permit = op.require::<ConsentChange>()?;
    let to = choice.check(op.now()).map_err(ServiceError::field)?;
    // A visit may end, or another window of the owner's may change it, at the same moment.
    again(|| change_once(op, to, permit.decision().verdicts)).await
}

async fn change_once(
    op: &TenantOp,
    to: Consent,
    verdicts: stagedoor_core::guard::Verdicts,
) -> Result<(), ServiceError> {
    let (id, now) = (op.tenant().id, op.now());
    let found = tenant::find(&mut op.service().db().reader(), id).await?;
    let from = found.ok_or(ServiceError::NotFound)?.standing.consent;
    if from == to {
        return Ok(());
    }
    let mut story = Story::new(Event::ConsentChange);
    story.target = Some(Target::Tenant(id));
    story.verdicts = Some(verdicts);
    story.changes.push(Change {
        field: "support_access".to_owned(),
        before: Some(in_words(from)),
        after: Some(in_words(to)),
    });
    let batch = op.record(story).await?;
    let batch = ends(op, to, now)
        .await?
        .into_iter()
        .fold(batch, AuditBatch::and_all);
    op.service()
        .db()
        .write(move |mut tx| {
            let batch = batch.clone();
            Box::pin(async move {
                if !tenant::set_consent(&mut tx, id, from, to).await? {
                    return Err(ServiceError::Moved);
                }
                end_told_visits(&mut tx, &batch, now, VisitEnd::ConsentWithdrawn).await?;
                // One that began a moment ago has no entry yet: make them anew.
                let left = impersonation::list_running_in(&mut tx, id).await?;
                if left.iter().any(|visit| !to.admits(visit.leave(), now)) {
                    return Err(ServiceError::Moved);
                }
                Ok(tx.commit(batch, ()).await?)
            })
        })
        .await
}

/// The entries of the ends of what the choice no longer allows.
async fn ends(op: &TenantOp, to: Consent, now: Timestamp) -> Result<Vec<AuditBatch>, ServiceError> {
    let running = impersonation::list_running_in(&mut op.service().db().reader(), op.tenant().id).await?;
    let mut batches = Vec::new();
    for visit in running.iter().filter(|visit| !to.admits(visit.leave(), now)) {
        let story = op
            .service()
            .visit_end_story(visit, VisitEnd::ConsentWithdrawn)
            .await?;
        batches.push(op.record(story).await?);
    }
    Ok(batches)
}

fn in_words(consent: Consent) -> String {
    match consent {
        Consent::Window { until } => format!("window until {}", until.rfc3339()),
        other => other.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_795_262_400_000_000);

    #[test]
    fn only_a_window_has_an_end_and_it_lies_ahead() {
        let field = |name: &str, until| {
            let checked = ConsentChoice::parse(name, until).and_then(|choice| choice.check(NOW));
            checked.map_err(|error| error.field)
        };
        let later = Some(NOW.plus(hours(1)));
        assert_eq!(field("off", None), Ok(Consent::Off));
        assert_eq!(field("ask", None), Ok(Consent::Ask));
        assert_eq!(field("on", None), Ok(Consent::On));
        assert_eq!(
            field("window", later),
            Ok(Consent::Window {
                until: NOW.plus(hours(1))
            })
        );
        for (name, until, wrong) in [
            ("window", None, "until"),
            ("window", Some(NOW), "until"),
            ("window", Some(NOW.plus(hours(24 * 367))), "until"),
            ("on", later, "until"),
            ("sometimes", None, "choice"),
        ] {
            assert_eq!(field(name, until), Err(wrong), "{name} {until:?}");
        }
    }
}
