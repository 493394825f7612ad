//! The call comes again, with its proof.

use stagedoor_core::decision::Reason;
use stagedoor_core::id::StepUpId;
use stagedoor_core::step_up::Proof;
use stagedoor_store::step_up::{self, KeptStepUp};
use stagedoor_store::tx::Unaudited;

use super::{refused, story};
use crate::error::ServiceError;
use crate::op::StaffOp;

/// Takes the proof that a call brings along. It is gone from then on, whether it was for this call or not.
///
/// # Errors
/// Denied, with the reason, when it is not there, not this session's, not proved, too late, or for another call.
pub async fn spend(op: &StaffOp, brought: &str) -> Result<Proof, ServiceError> {
    let operation = op.operation().map(str::to_owned);
    let id: Option<StepUpId> = brought.parse().ok();
    let story = |id| story(op, id, operation.as_deref());
    let (Some(id), Some(call)) = (id, op.call()) else {
        return Err(refused(op, story(id), Reason::StepUpGone).await);
    };
    let Some(kept) = take(op, id).await? else {
        return Err(refused(op, story(Some(id)), Reason::StepUpGone).await);
    };
    match kept.step_up.spend(op.session().id, &call, op.now()) {
        Ok(proof) => Ok(proof),
        Err(reason) => Err(refused(op, story(Some(id)), reason).await),
    }
}

/// Takes a step-up of the caller's session: it is gone, whatever comes of it.
async fn take(op: &StaffOp, id: StepUpId) -> Result<Option<KeptStepUp>, ServiceError> {
    let session = op.session().id;
    op.service()
        .db()
        .write(move |mut tx| {
            Box::pin(async move {
                let taken = step_up::take(&mut tx, id, session).await?;
                Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, taken).await?)
            })
        })
        .await
}
