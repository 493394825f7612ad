//! Which events the tests have seen committed, for `cargo xtask test`: an event that no test ever emits is tested by nobody.
//!
//! What the store's own tests commit is made up and does not count. What other tests make up by hand does, so they take an
//! event that the product emits anyway.

use std::path::Path;

use stagedoor_core::audit::AuditBatch;

/// The variable with the folder that takes the notes: `<outcome>/<event>`, an empty file each. Not set, nothing is noted.
const FOLDER_VARIABLE: &str = "STAGEDOOR_EVENTS_SEEN";
/// The variable in which cargo and nextest tell a test whose it is.
const PACKAGE_VARIABLE: &str = "CARGO_PKG_NAME";

/// Notes the events of a batch that is committed.
#[allow(clippy::expect_used, reason = "a test that cannot be noted has to stop here")]
pub(crate) fn seen(batch: &AuditBatch) {
    if variable(PACKAGE_VARIABLE).as_deref() == Some(env!("CARGO_PKG_NAME")) {
        return;
    }
    if let Some(folder) = variable(FOLDER_VARIABLE) {
        note(Path::new(&folder), batch).expect("the folder of events takes a note");
    }
}

fn note(folder: &Path, batch: &AuditBatch) -> std::io::Result<()> {
    for entry in batch.entries() {
        let folder = folder.join(entry.outcome.as_str());
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(entry.event.name()), "")?;
    }
    Ok(())
}

#[allow(
    clippy::disallowed_methods,
    reason = "tests are configured by the environment"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
