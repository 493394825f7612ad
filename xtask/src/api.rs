//! Schemathesis, which calls the JSON API as its own description says and as it says not. It is Python's, and lives in a
//! folder of its own below `target/`.

use crate::setup;
use crate::shell::{Failure, Progress, cargo, program, quiet, run, works, workspace};
use crate::tests::TESTED;
use crate::web::{self, Mode};

/// What is installed: another version finds other things, so a change of it is a change of the tests.
const VERSION: &str = "4.32.0";
const FOLDER: &str = "target/schemathesis";

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
            workspace().join(FOLDER).join("bin/schemathesis"),
        ))?;
    progress.say("API tests passed");
    Ok(())
}

/// The program, installed when missing.
pub(crate) fn ensure(progress: &Progress) -> Result<(), Failure> {
    let installed = quiet(program(format!("{FOLDER}/bin/schemathesis")).arg("--version"));
    if installed.is_ok_and(|said| said.contains(VERSION)) {
        return Ok(());
    }
    if !works(program("python3").args(["-c", "import ensurepip, venv"])) {
        setup::packages(&["python3-venv"], progress)?;
    }
    progress.say(&format!("schemathesis {VERSION}: pip install into {FOLDER}"));
    quiet(program("python3").args(["-m", "venv", "--clear", FOLDER]))?;
    let package = format!("schemathesis=={VERSION}");
    let pip = format!("{FOLDER}/bin/pip");
    quiet(program(pip).args(["install", "--quiet", "--disable-pip-version-check", &package])).map(drop)
}
