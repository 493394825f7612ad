//! Tools that are Python's: each lives in a folder of its own below `target/`, at versions that are written down, and nothing
//! is installed anywhere else.

use std::process::Command;

use crate::setup;
use crate::shell::{Failure, Progress, program, quiet, works};

/// A virtual environment.
#[derive(Debug)]
pub(crate) struct Environment {
    /// Where it lies in the workspace.
    pub(crate) folder: &'static str,
    /// What is installed, as `name==version`: another version finds other things, so a change of it is a change of the tests.
    pub(crate) packages: &'static [&'static str],
}

impl Environment {
    /// One of its programs.
    pub(crate) fn program(&self, name: &str) -> Command {
        program(format!("{}/bin/{name}", self.folder))
    }

    /// Installs it, when it is missing or has other versions.
    pub(crate) fn ensure(&self, progress: &Progress) -> Result<(), Failure> {
        if self.is_there() {
            return Ok(());
        }
        if !works(program("python3").args(["-c", "import ensurepip, venv"])) {
            setup::packages(&["python3-venv"], progress)?;
        }
        let packages = self.packages.join(" ");
        progress.say(&format!("{packages}: pip install into {}", self.folder));
        quiet(program("python3").args(["-m", "venv", "--clear", self.folder]))?;
        let install = ["install", "--quiet", "--disable-pip-version-check"];
        quiet(self.program("pip").args(install).args(self.packages)).map(drop)
    }

    /// Asks pip, which runs only where the environment was made: one that was moved is made anew.
    fn is_there(&self) -> bool {
        let listed = quiet(
            self.program("pip")
                .args(["--disable-pip-version-check", "freeze"]),
        );
        listed.is_ok_and(|listed| {
            let holds = |package: &&str| listed.lines().any(|line| line == *package);
            self.packages.iter().all(holds)
        })
    }
}
