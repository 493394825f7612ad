use stagedoor_core::step_up::Proof;

fn spend(_: Proof) {}

/// One proof for two calls.
fn twice(proof: Proof) {
    spend(proof);
    spend(proof);
}

fn main() {}
