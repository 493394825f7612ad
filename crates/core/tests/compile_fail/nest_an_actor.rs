use stagedoor_core::actor::Actor;
use stagedoor_core::id::{ImpersonationId, SessionId, StaffId};

/// An impersonation inside an impersonation.
fn nest(outer: Actor, act: StaffId, session: SessionId, grant: ImpersonationId) -> Actor {
    Actor::OnBehalf { subject: outer, act, session, grant }
}

fn main() {}
