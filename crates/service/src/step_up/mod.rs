//! Step-up: a call that needs a fresher proof is challenged, its person uses the passkey, and the very same call passes, once
//! (spec 01 "Step-up").
//!
//! What the proof is for is a digest that the edge makes of every call ([`Incoming`]); the passkey's challenge commits to it,
//! and the proof that comes of it counts for no call but that one. The session's own proof is not renewed by it: that is
//! what "Stay signed in" is for. Each proof gives the session another reference, and the former one dies in the same
//! transaction. A form is kept sealed until then, and what stands in it is never shown.

mod ask;
mod bind;
mod ceremony;
mod code;
mod show;
mod spend;

use serde::{Deserialize, Serialize};
use stagedoor_core::action::Action;
use stagedoor_core::audit::{Event, Field, Outcome, Target};
use stagedoor_core::decision::Reason;
use stagedoor_core::id::StepUpId;
use stagedoor_core::resource::{Resource, SessionTarget};
use stagedoor_core::secret::Reference;
use stagedoor_core::session::SessionState;
use stagedoor_core::step_up::{Call, Proof};
use stagedoor_core::time::Timestamp;
use stagedoor_store::step_up::KeptStepUp;

pub(crate) use ask::Asking;
pub use ceremony::{begin, finish};
pub use code::finish_with_code;
pub use show::{show, stay};
pub use spend::spend;

use crate::crypto::Purpose;
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::Story;

/// A call as it came, for the case that it needs a fresh proof.
#[derive(Clone)]
pub struct Incoming {
    /// What a proof would commit to.
    pub call: Call,
    /// Its method and path, as entries name it.
    pub operation: String,
    /// The form, where it is one that the server can send again by itself.
    pub form: Option<Form>,
}

/// What a call brings along may be a secret.
impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Incoming")
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

/// A form that was posted, as it was.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Where to.
    pub path: String,
    /// Its fields, as they were sent.
    pub body: String,
    /// Where the form leads back to, as it says itself. Not checked here.
    pub back: Option<String>,
    /// The reason that was typed, where it asks for one.
    pub reason: Option<String>,
}

/// What was typed is nobody's business but the form's.
impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Form")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// What is kept of a challenged call beside its digest, sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Told {
    operation: String,
    /// What is about to be done: `revoke a passkey`.
    deed: String,
    /// Upon what: kind and id.
    target: Option<(String, String)>,
    reason: Option<String>,
    /// Why the session's own proof is not enough, by its name.
    why: String,
    /// Whether a code of an authenticator app would be proof enough for the call.
    #[serde(default)]
    code_will_do: bool,
    form: Option<Form>,
}

/// What a finished ceremony gives.
#[derive(Debug)]
pub struct Finished {
    /// The session's fresh reference.
    pub reference: Reference,
    /// The session's end, which stays what it is.
    pub until: Timestamp,
    /// What comes now.
    pub next: Next,
}

/// What comes after the proof.
#[derive(Debug)]
pub enum Next {
    /// The caller sends the call again, with the step-up's id, before this moment.
    Again(Timestamp),
    /// The server sends the form that was kept, with the proof.
    Repeat {
        /// The form.
        form: Form,
        /// The proof for it, and for nothing else.
        proof: Proof,
    },
}

fn own_session(op: &StaffOp) -> SessionTarget {
    SessionTarget {
        id: Some(op.session().id),
        owner: op.staff().id,
    }
}

pub(crate) fn session_end(op: &StaffOp) -> Timestamp {
    match op.session().state {
        SessionState::Active { until, .. } => until,
        SessionState::Ended { at, .. } => at,
    }
}

/// Where a sealed part of a step-up belongs.
fn place(id: StepUpId, part: &str) -> Vec<u8> {
    format!("{id}/{part}").into_bytes()
}

fn seal_told(op: &StaffOp, id: StepUpId, told: &Told) -> Result<Vec<u8>, ServiceError> {
    let plain = serde_json::to_vec(told).map_err(|error| ServiceError::Internal(error.to_string()))?;
    let key = op.service().vault().key(Purpose::StepUp);
    Ok(key.seal(op.service().rng(), &place(id, "told"), &plain))
}

fn open_told(op: &StaffOp, kept: &KeptStepUp) -> Option<Told> {
    let key = op.service().vault().key(Purpose::StepUp);
    let plain = key.open(&place(kept.step_up.id, "told"), &kept.told).ok()?;
    serde_json::from_slice(&plain).ok()
}

/// The story of a step-up of this session.
fn story(op: &StaffOp, id: Option<StepUpId>, operation: Option<&str>) -> Story {
    let mut story = Story::new(Event::StaffStepUp);
    story.target = Some(Target::Session(op.session().id));
    story.facts.extend(id.map(|id| (Field::StepUp, id.to_string())));
    story
        .facts
        .extend(operation.map(|operation| (Field::Operation, operation.to_owned())));
    story
}

/// Refuses a proof that does not count: the same reason for the caller, on the page and in the entry.
async fn refused(op: &StaffOp, mut story: Story, reason: Reason) -> ServiceError {
    let decision = op
        .would(Action::StaffStepUp, own_session(op).facts())
        .without_proof(reason);
    story.outcome = Outcome::Denied(reason);
    story.verdicts = Some(decision.verdicts);
    op.refused_with(story, ServiceError::Denied(decision)).await
}
