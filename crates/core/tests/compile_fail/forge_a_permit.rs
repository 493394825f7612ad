use stagedoor_core::action::kind::TenantDelete;
use stagedoor_core::decision::Decision;
use stagedoor_core::input::Justification;
use stagedoor_core::permit::Permit;
use stagedoor_core::resource::ResourceFacts;
use stagedoor_core::time::Timestamp;

/// A permit without a decision point.
fn forge(decision: Decision, resource: ResourceFacts, owed: Justification) -> Permit<TenantDelete> {
    Permit { decision, resource, at: Timestamp::from_micros(0), owed }
}

fn main() {}
