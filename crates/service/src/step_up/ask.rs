//! A challenged call is kept, with the entry of its refusal, until its person comes with the passkey.

use std::sync::{Arc, OnceLock};

use stagedoor_core::assurance::FactorKind;
use stagedoor_core::audit::AuditBatch;
use stagedoor_core::decision::Reason;
use stagedoor_core::guard_policy::Factors;
use stagedoor_core::id::StepUpId;
use stagedoor_core::step_up::{CallDigest, Proof, StepUp};
use stagedoor_store::step_up::{self, KeptStepUp};

use super::{Incoming, Told, seal_told};
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::Story;
use crate::system::fresh_id;

/// What a call knows of its own step-up: which call it is, the proof it brought, and what it was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asking {
    pub(crate) digest: CallDigest,
    incoming: Incoming,
    pub(crate) proof: Option<Arc<Proof>>,
    asked: Arc<OnceLock<StepUpId>>,
}

impl Asking {
    pub(crate) fn new(incoming: Incoming) -> Self {
        Self {
            digest: incoming.call.digest(),
            incoming,
            proof: None,
            asked: Arc::default(),
        }
    }

    pub(crate) fn operation(&self) -> &str {
        &self.incoming.operation
    }

    /// What the call was asked for, when it was challenged.
    pub(crate) fn asked(&self) -> Option<StepUpId> {
        self.asked.get().copied()
    }
}

impl StaffOp {
    /// Commits the entries of a challenge together with the call that was challenged.
    pub(crate) async fn ask_step_up(
        &self,
        asking: &Asking,
        told: Told,
        batch: AuditBatch,
    ) -> Result<(), ServiceError> {
        let id = fresh_id(self.service().rng(), self.now());
        let new = KeptStepUp {
            step_up: StepUp::asked(id, self.session().id, asking.digest, self.now()),
            told: seal_told(self, id, &told)?,
            ceremony: None,
            random: None,
            asked: self.now(),
        };
        self.service()
            .db()
            .write(move |mut tx| {
                let (new, batch) = (new.clone(), batch.clone());
                Box::pin(async move {
                    step_up::insert(&mut tx, &new).await?;
                    Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
                })
            })
            .await?;
        // One call is asked for one proof: whoever comes second has the first one's id.
        let _ = asking.asked.set(id);
        Ok(())
    }
}

impl Told {
    /// What can be told of a challenged call, from the story of its refusal.
    pub(crate) fn of(asking: &Asking, story: &Story, why: Reason, kinds: Factors) -> Self {
        let tried = story.event.tried();
        let form = asking.incoming.form.clone();
        let typed = form.as_ref().and_then(|form| form.reason.clone());
        Self {
            operation: asking.incoming.operation.clone(),
            deed: tried.strip_prefix("tried to ").unwrap_or(tried).to_owned(),
            target: story
                .target
                .as_ref()
                .map(|target| (target.kind().to_owned(), target.id())),
            reason: story.reason.clone().or(typed),
            why: why.as_str().to_owned(),
            code_will_do: kinds.contains(FactorKind::Totp),
            form,
        }
    }
}
