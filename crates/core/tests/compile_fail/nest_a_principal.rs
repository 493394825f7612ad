use stagedoor_core::request::{Principal, VisitFacts};

/// An impersonation inside an impersonation.
fn nest(outer: Principal<'_>, visit: VisitFacts) -> Principal<'_> {
    Principal::OnBehalf { staff: outer, visit }
}

fn main() {}
