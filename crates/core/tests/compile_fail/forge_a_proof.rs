use stagedoor_core::assurance::ProvenFactor;
use stagedoor_core::id::StepUpId;
use stagedoor_core::step_up::{CallDigest, Proof};

/// A proof without a passkey.
fn forge(id: StepUpId, call: CallDigest, factor: ProvenFactor) -> Proof {
    Proof { id, call, factor }
}

fn main() {}
