//! The tests: Rust's on both databases, what others make of our formats and our API, the worked example of the documents, then
//! the browser's against a real server.

use crate::events::{self, Seen};
use crate::postgres::Cluster;
use crate::shell::{Failure, Progress, cargo, program, run, workspace};
use crate::web::{self, Mode};
use crate::{api, browser, merkle, setup, walkthrough};

/// The packages that are tested on this machine. The frontend is WebAssembly only; the browser's tests are its tests. Asked
/// for together, they resolve the same features for every command that builds all of them.
pub(crate) const TESTED: [&str; 3] = ["--workspace", "--exclude", "stagedoor-frontend"];

/// All parts, and one line at the end.
pub(crate) fn all(progress: &Progress) -> Result<(), Failure> {
    unit(progress)?;
    merkle::test(progress)?;
    api::test(progress)?;
    // With the binary that Rust's tests ran: the same but for what they reach in by, and there already.
    browser::ensure(progress)?;
    playwright(progress)?;
    // Last, for what it builds is not the tree's.
    walkthrough::follow(progress)?;
    progress.say(
        "passed: every Rust test on SQLite and PostgreSQL, the Merkle tree, the API, every browser test, the walkthrough",
    );
    Ok(())
}

/// Rust's tests, with a PostgreSQL of their own; then whether they emitted every event of the catalogue.
pub(crate) fn unit(progress: &Progress) -> Result<(), Failure> {
    setup::nextest(progress)?;
    // The server's tests compile the site in.
    web::site(Mode::Dev, progress)?;
    let cluster = Cluster::start(progress)?;
    let seen = Seen::fresh()?;
    progress.say("Rust tests: building and running");
    run(cargo(None)
        .args(["nextest", "run"])
        .args(TESTED)
        .env("STAGEDOOR_TEST_POSTGRES", cluster.url())
        .env(events::VARIABLE, seen.folder()))?;
    seen.check()?;
    progress.say("Rust tests: examples in the documentation");
    run(cargo(None).args(["test", "--quiet", "--doc"]).args(TESTED))?;
    progress.say("Rust tests passed");
    Ok(())
}

/// Playwright's tests; its configuration starts `target/debug/stagedoor demo` itself.
pub(crate) fn browser(progress: &Progress) -> Result<(), Failure> {
    browser::ensure(progress)?;
    web::server(Mode::Dev, progress)?;
    playwright(progress)
}

fn playwright(progress: &Progress) -> Result<(), Failure> {
    progress.say("browser tests: running");
    run(program("npx")
        .current_dir(workspace().join("end2end"))
        .args(["playwright", "test"]))?;
    progress.say("browser tests passed");
    Ok(())
}
