//! Running other programs and saying what goes on, with the seconds since the start.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// What went wrong, in words for the person at the terminal.
pub(crate) type Failure = String;

/// The lines people see.
#[derive(Debug)]
pub(crate) struct Progress {
    started: Instant,
}

impl Progress {
    pub(crate) fn start() -> Self {
        Self {
            started: Instant::now(),
        }
    }

    /// One line: `[  12.3 s] message`.
    pub(crate) fn say(&self, message: &str) {
        println!("[{:6.1} s] {message}", self.started.elapsed().as_secs_f64());
    }
}

/// The workspace's folder.
pub(crate) fn workspace() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_owned()
}

/// A program, to be started in the workspace.
pub(crate) fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(workspace());
    command
}

/// Cargo as rustup chooses it, on `toolchain` when one is named. Cargo's own variables from the run that started this
/// program are taken out: they would fix the toolchain, and rebuild packages whose build scripts watch them.
pub(crate) fn cargo(toolchain: Option<&str>) -> Command {
    let mut command = program("cargo");
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name == "CARGO"
            || name.starts_with("CARGO_PKG_")
            || name.starts_with("CARGO_MANIFEST_")
            || name == "RUSTUP_TOOLCHAIN"
        {
            command.env_remove(&name);
        }
    }
    command.args(toolchain.map(|name| format!("+{name}")));
    command
}

/// Runs with the terminal's streams.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let name = words(command);
    let status = command.status().map_err(|error| format!("{name}: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{name}` failed ({status})"))
    }
}

/// Runs silently; the error carries what it wrote.
pub(crate) fn quiet(command: &mut Command) -> Result<String, Failure> {
    let name = words(command);
    let done = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{name}: {error}"))?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).into_owned());
    }
    let (out, error) = (
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr),
    );
    Err(format!(
        "`{name}` failed ({})\n{}",
        done.status,
        format!("{out}{error}").trim()
    ))
}

/// Whether a program runs at all and is content.
pub(crate) fn works(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Where a program lies on the path.
pub(crate) fn which(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// Whether this is root, who needs no `sudo` and whom PostgreSQL refuses.
pub(crate) fn is_root() -> bool {
    quiet(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn words(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}
