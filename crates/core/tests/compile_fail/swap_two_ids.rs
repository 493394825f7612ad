use stagedoor_core::actor::Actor;
use stagedoor_core::id::{SessionId, StaffId};

/// Each id in the other's place.
fn swap(staff: StaffId, session: SessionId) -> Actor {
    Actor::Staff { staff: session, session: Some(staff) }
}

fn main() {}
