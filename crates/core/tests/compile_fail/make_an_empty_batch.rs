use stagedoor_core::audit::AuditBatch;
use stagedoor_core::time::Timestamp;

/// A commit with nothing to record.
fn by_hand(now: Timestamp) -> AuditBatch {
    AuditBatch { now, entries: Vec::new() }
}

fn by_default() -> AuditBatch {
    AuditBatch::default()
}

fn by_constructor(now: Timestamp) -> AuditBatch {
    AuditBatch::new(now)
}

fn main() {}
