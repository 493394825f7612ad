use stagedoor_core::action::kind::TenantList;
use stagedoor_core::permit::{Granted, Permit};

/// One decision, one permit.
fn twice(granted: Granted<TenantList>) -> (Permit<TenantList>, Permit<TenantList>) {
    (granted.discharge(()), granted.discharge(()))
}

fn main() {}
