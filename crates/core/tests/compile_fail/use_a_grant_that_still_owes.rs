use stagedoor_core::action::kind::TenantImpersonate;
use stagedoor_core::permit::{Granted, Permit};

fn begin_visit(_permit: &Permit<TenantImpersonate>) {}

/// The reason was never brought.
fn hurry(granted: &Granted<TenantImpersonate>) {
    begin_visit(granted);
}

fn main() {}
