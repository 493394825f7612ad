use stagedoor_core::action::kind::{TenantDelete, TenantView};
use stagedoor_core::permit::Permit;

fn delete_tenant(_permit: &Permit<TenantDelete>) {}

/// Who may look is not who may delete.
fn escalate(permit: &Permit<TenantView>) {
    delete_tenant(permit);
}

fn main() {}
