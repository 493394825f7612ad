use stagedoor_core::action::kind::TenantDelete;
use stagedoor_core::permit::authorize;
use stagedoor_core::request::{Facts, Policy, Principal};
use stagedoor_core::resource::Platform;

/// A tenant is deleted by naming it.
fn vague(policy: &Policy, principal: Principal<'_>, facts: Facts) {
    let _ = authorize::<TenantDelete>(policy, principal, facts, &Platform);
}

fn main() {}
