use stagedoor_core::action::kind::TenantImpersonate;
use stagedoor_core::permit::{Granted, Permit};

/// An impersonation owes a reason.
fn shrug(granted: Granted<TenantImpersonate>) -> Permit<TenantImpersonate> {
    granted.discharge(())
}

fn main() {}
