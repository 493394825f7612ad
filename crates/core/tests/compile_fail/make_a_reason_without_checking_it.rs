use stagedoor_core::input::Justification;

/// A reason has been read and trimmed.
fn careless() -> Justification {
    Justification(String::new())
}

fn main() {}
