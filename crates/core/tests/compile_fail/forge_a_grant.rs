use std::marker::PhantomData;

use stagedoor_core::action::kind::TenantList;
use stagedoor_core::decision::Decision;
use stagedoor_core::permit::Granted;
use stagedoor_core::resource::ResourceFacts;
use stagedoor_core::time::Timestamp;

/// A grant without a decision point.
fn forge(decision: Decision, resource: ResourceFacts) -> Granted<TenantList> {
    Granted { decision, resource, at: Timestamp::from_micros(0), action: PhantomData }
}

fn main() {}
