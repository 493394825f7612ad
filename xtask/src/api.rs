//! Schemathesis, which calls the JSON API as its own description says and as it says not. It is Python's, and lives in a
//! folder of its own below `target/`.

use crate::python::Environment;
use crate::setup;
use crate::shell::{Failure, Progress, cargo, run, workspace};
use crate::tests::TESTED;
use crate::web::{self, Mode};

const PYTHON: Environment = Environment {
    folder: "target/schemathesis",
    packages: &["schemathesis==4.32.0"],
};

/// Runs it over a server that the test starts by itself.
pub(crate) fn test(progress: &Progress) -> Result<(), Failure> {
    setup::nextest(progress)?;
    ensure(progress)?;
    web::site(Mode::Dev, progress)?;
    progress.say("API: calling it as its description says, and otherwise");
    run(cargo(None)
        .args(["nextest", "run"])
        .args(TESTED)
        .args(["--test", "http"])
        .args(["--run-ignored", "only", "fuzz::"])
        .env(
            "STAGEDOOR_SCHEMATHESIS",
            workspace().join(PYTHON.folder).join("bin/schemathesis"),
        ))?;
    progress.say("API tests passed");
    Ok(())
}

/// The program, installed when missing.
pub(crate) fn ensure(progress: &Progress) -> Result<(), Failure> {
    PYTHON.ensure(progress)
}
