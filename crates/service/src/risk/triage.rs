//! Working on a risk event: a step at a time, each from the version that was seen, each an entry.

use stagedoor_core::action::kind::RiskTriage;
use stagedoor_core::audit::{Change, Event, Field};
use stagedoor_core::id::StaffId;
use stagedoor_core::input::FieldError;
use stagedoor_core::resource::Platform;
use stagedoor_core::risk::{NotNow, RiskState, RiskStep};
use stagedoor_core::view::risk::Assignee;
use stagedoor_store::risk::{self, NewStep, Risk};

use super::one::assignable;
use super::{about, find};
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::Story;

/// Longest note, in characters.
pub const NOTE_MAX: usize = 500;

const CHANGED: &str =
    "Somebody else worked on this event meanwhile. Nothing was changed; look again, then decide.";
const ACKNOWLEDGED: &str = "This risk event is acknowledged already.";
const OVER: &str = "This risk event is over. You can still add a note.";

/// A step that somebody asks for.
#[derive(Debug, Clone, Default)]
pub struct TriageRequest {
    /// `acknowledge`, `assign`, `note`, `resolve` or `false_positive`.
    pub step: String,
    /// The version that was seen.
    pub version: u64,
    /// What is written; resolving, a false positive and a note ask for it.
    pub note: String,
    /// Whom it is given to, with `assign`; nobody is the caller.
    pub assignee: String,
}

/// Takes a step on a risk event, and returns the state it is in.
///
/// # Errors
/// Denied; not found for one that is unknown or hidden; invalid for a step that is unknown or lacks its words, or somebody
/// who cannot be given it; conflict when it does not go from here, or somebody else was faster.
pub async fn triage(op: &StaffOp, id: &str, request: &TriageRequest) -> Result<RiskState, ServiceError> {
    let permit = op.require::<RiskTriage>(&Platform).await?.discharge(());
    let found = find(op, Event::RiskTriage, id).await?;
    let asked = Asked::read(op, request).await?;
    let state = found.state.after(asked.step).map_err(|error| {
        ServiceError::Conflict(match error {
            NotNow::Acknowledged => ACKNOWLEDGED,
            NotNow::Over => OVER,
        })
    })?;
    if found.version != request.version {
        return Err(ServiceError::Conflict(CHANGED));
    }
    let mut story = asked.story(&found, state);
    story.verdicts = Some(permit.decision().verdicts);
    let batch = op.record(story).await?;
    let new = NewStep {
        id: found.id,
        version: found.version,
        state,
        assignee: asked.assignee(op, &found),
        step: asked.step,
        note: asked.note,
        staff: op.staff().id,
        at: op.now(),
    };
    op.service()
        .db()
        .write(move |mut tx| {
            let (new, batch) = (new.clone(), batch.clone());
            Box::pin(async move {
                if !risk::advance(&mut tx, &new).await? {
                    return Err(ServiceError::Conflict(CHANGED));
                }
                Ok::<_, ServiceError>(tx.commit(batch, state).await?)
            })
        })
        .await
}

/// A request that was read.
struct Asked {
    step: RiskStep,
    note: Option<String>,
    given: Option<Assignee>,
}

impl Asked {
    async fn read(op: &StaffOp, request: &TriageRequest) -> Result<Self, ServiceError> {
        let known = RiskStep::ALL.map(RiskStep::as_str).join(", ");
        let step = request.step.parse::<RiskStep>().map_err(|_| {
            let message = format!("Say what to do: one of {known}.");
            ServiceError::field(FieldError::new("step", message))
        })?;
        let note = checked_note(step, &request.note)?;
        let given = match step {
            RiskStep::Assign => Some(chosen(op, &request.assignee).await?),
            _ => None,
        };
        Ok(Self { step, note, given })
    }

    fn story(&self, risk: &Risk, state: RiskState) -> Story {
        let mut story = Story::new(Event::RiskTriage);
        about(&mut story, risk);
        story.facts.insert(Field::Step, self.step.as_str().to_owned());
        story.reason.clone_from(&self.note);
        if state != risk.state {
            story.changes.push(Change {
                field: "state".to_owned(),
                before: Some(risk.state.as_str().to_owned()),
                after: Some(state.as_str().to_owned()),
            });
        }
        if let Some(given) = &self.given {
            story.changes.push(Change {
                field: "assignee".to_owned(),
                before: risk.assignee.as_ref().map(|before| before.id.to_string()),
                after: Some(given.id.to_string()),
            });
        }
        story
    }

    /// Who is at it from now on: whom it is given to, or who takes note of an event that nobody has.
    fn assignee(&self, op: &StaffOp, risk: &Risk) -> Option<StaffId> {
        let taken = self.step == RiskStep::Acknowledge && risk.assignee.is_none();
        let given = self.given.as_ref().map(|given| given.id);
        given.or_else(|| taken.then(|| op.staff().id))
    }
}

fn checked_note(step: RiskStep, note: &str) -> Result<Option<String>, ServiceError> {
    let note = note.trim();
    let wrong = |message: String| Err(ServiceError::field(FieldError::new("note", message)));
    if note.chars().count() > NOTE_MAX || note.chars().any(|letter| letter.is_control() && letter != '\n') {
        return wrong(format!(
            "Use at most {NOTE_MAX} characters, without control characters."
        ));
    }
    match (note.is_empty(), step) {
        (true, RiskStep::Note) => wrong("Write what is to be noted.".to_owned()),
        (true, RiskStep::Resolve) => wrong("Say how it was dealt with.".to_owned()),
        (true, RiskStep::FalsePositive) => wrong("Say why there was no risk.".to_owned()),
        (true, RiskStep::Acknowledge | RiskStep::Assign) => Ok(None),
        (false, _) => Ok(Some(note.replace("\r\n", "\n"))),
    }
}

/// The member of staff whom an event is given to; nobody named is the caller.
async fn chosen(op: &StaffOp, assignee: &str) -> Result<Assignee, ServiceError> {
    let wanted = match assignee.trim() {
        "" => op.staff().id.to_string(),
        named => named.to_owned(),
    };
    let found = assignable(op)
        .await?
        .into_iter()
        .find(|one| one.id.to_string() == wanted);
    found.ok_or_else(|| {
        let message = "Choose an active member of staff whose role works on risk events.";
        ServiceError::field(FieldError::new("assignee", message))
    })
}
