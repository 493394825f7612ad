//! A PostgreSQL that lives for one run: its own data folder, socket and port, gone at the end. Tests get one without
//! durability, benches one that flushes as an operator's does.
//!
//! A guardian shell starts it and then waits for the end of its input. When this program ends, by itself, by Ctrl-C or
//! by a kill, the pipe closes, and the guardian stops the server and removes the folder.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use crate::setup;
use crate::shell::{Failure, Progress, is_root, program};

/// `$1` binaries, `$2` folder, `$3` port, `$4` further options. The guardian outlives its parent, to clean up.
const GUARDIAN: &str = r#"
bin=$1 dir=$2 port=$3 further=$4
cleanup() { "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1; rm -rf "$dir"; }
fail() { cat "$dir/log"; cleanup; exit 1; }
trap '' INT TERM HUP QUIT
mkdir -m 700 "$dir" || exit 1
"$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --no-locale --no-sync >"$dir/log" 2>&1 || fail
options="-p $port -k $dir -c listen_addresses=127.0.0.1 $further -c max_connections=400 -c log_min_messages=error"
"$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -o "$options" -w -t 60 start >/dev/null 2>&1 || fail
echo ready
cat >/dev/null
cleanup
"#;

/// A running cluster; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Cluster {
    guardian: Child,
    port: u16,
}

/// The server's programs, installed when they are missing.
pub(crate) fn ensure(progress: &Progress) -> Result<PathBuf, Failure> {
    if let Some(found) = binaries() {
        return Ok(found);
    }
    setup::packages(&["postgresql"], progress)?;
    binaries().ok_or_else(|| "PostgreSQL's initdb is nowhere to be found".to_owned())
}

/// The newest installed version, Debian's layout first, else whatever `initdb` is on the path.
fn binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let number = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions
        .map(|entry| entry.path())
        .filter(|path| path.join("bin/initdb").is_file())
        .max_by_key(|path| number(path));
    newest
        .map(|path| path.join("bin"))
        .or_else(|| crate::shell::which("initdb")?.parent().map(Path::to_owned))
}

impl Cluster {
    /// Initialises and starts one for tests, in about two seconds. Nothing of it survives a power cut, or has to.
    pub(crate) fn start(progress: &Progress) -> Result<Self, Failure> {
        Self::start_with(
            "-c fsync=off -c synchronous_commit=off -c full_page_writes=off",
            progress,
        )
    }

    /// One whose commits are on disk when they are acknowledged.
    pub(crate) fn start_lasting(progress: &Progress) -> Result<Self, Failure> {
        Self::start_with("", progress)
    }

    fn start_with(further: &str, progress: &Progress) -> Result<Self, Failure> {
        let binaries = ensure(progress)?;
        let port = free_port()?;
        // Short, because a socket's path may have 107 bytes; outside of anybody's home, because the server's user must get in.
        let folder = std::env::temp_dir().join(format!("stagedoor-pg-{}", std::process::id()));
        let mut command = if is_root() {
            program("runuser")
        } else {
            program("sh")
        };
        if is_root() {
            command.args(["-u", "postgres", "--", "sh"]);
        }
        command
            .current_dir("/")
            .args(["-c", GUARDIAN, "guardian"])
            .args([&binaries, &folder])
            .args([&port.to_string(), further]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        // A process group of its own: Ctrl-C must reach this program only, or `runuser` would kill its guardian before it has cleaned up.
        command.process_group(0);
        let mut guardian = command.spawn().map_err(|error| format!("PostgreSQL: {error}"))?;
        wait_until_ready(&mut guardian)?;
        progress.say(&format!("PostgreSQL: a throw-away cluster on port {port}"));
        Ok(Self { guardian, port })
    }

    /// The maintenance database's address, for `STAGEDOOR_TEST_POSTGRES`.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guardian.stdin.take());
        // The guardian has no way to fail that could be answered here.
        let _ = self.guardian.wait();
    }
}

fn wait_until_ready(guardian: &mut Child) -> Result<(), Failure> {
    let output = guardian.stdout.take().ok_or("PostgreSQL: no output")?;
    let mut said = Vec::new();
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        if line == "ready" {
            return Ok(());
        }
        said.push(line);
    }
    Err(format!("PostgreSQL did not start:\n{}", said.join("\n")))
}

/// A port nobody uses at this moment; what other test servers use is far from certain, so none is fixed.
fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    listener
        .map(|address| address.port())
        .map_err(|error| format!("no free port: {error}"))
}
