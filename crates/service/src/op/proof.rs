//! The call as a fresh proof names it: which one it is, the proof that it brought, and what it was asked to prove. A proof for
//! another call counts for nothing.

use std::sync::{Arc, OnceLock};

use stagedoor_core::assurance::ProvenFactor;
use stagedoor_core::id::StepUpId;
use stagedoor_core::step_up::{CallDigest, Proof};

use super::{StaffCall, StaffOp};
use crate::step_up::{Asking, Incoming};

impl StaffOp {
    /// The same person, about to make this very call: should it need a fresh proof, it is asked for one.
    #[must_use]
    pub fn with_call(self, incoming: Incoming) -> Self {
        self.changed(|call| call.asking = Some(Asking::new(incoming)))
    }

    /// The call with the fresh proof that it brought. A proof for another call counts for nothing.
    #[must_use]
    pub fn with_proof(self, proof: Proof) -> Self {
        self.changed(|call| {
            if let Some(asking) = &mut call.asking {
                asking.proof = Some(Arc::new(proof));
            }
        })
    }

    fn changed(self, change: impl FnOnce(&mut StaffCall)) -> Self {
        let mut call = Arc::unwrap_or_clone(self.0);
        call.verdicts = OnceLock::new();
        change(&mut call);
        Self(Arc::new(call))
    }

    /// What the call was asked to prove a passkey for, when it was challenged.
    #[must_use]
    pub fn challenge(&self) -> Option<StepUpId> {
        self.0.asking.as_ref().and_then(Asking::asked)
    }

    /// Which call this is.
    pub(crate) fn call(&self) -> Option<CallDigest> {
        self.0.asking.as_ref().map(|asking| asking.digest)
    }

    /// Its method and path.
    pub(crate) fn operation(&self) -> Option<&str> {
        self.0.asking.as_ref().map(Asking::operation)
    }

    /// The fresh proof for exactly this call, by the step-up that it comes from.
    pub(super) fn fresh(&self) -> Option<(StepUpId, ProvenFactor)> {
        let asking = self.0.asking.as_ref()?;
        let proof = asking.proof.as_ref()?;
        Some((proof.id(), proof.factor_for(&asking.digest)?))
    }

    /// The factor that counts for this call.
    pub(super) fn factor(&self) -> ProvenFactor {
        self.fresh().map_or(self.0.session.factor, |(_, factor)| factor)
    }
}
