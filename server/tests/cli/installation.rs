//! An installation of the program: a configuration, a key, a database, and the binary that cargo built.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// An installation in a folder of its own.
pub(crate) struct Installation {
    folder: TempDir,
    address: SocketAddr,
}

impl Installation {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let this = Self {
            folder: tempfile::tempdir().unwrap(),
            address: listener.local_addr().unwrap(),
        };
        this.secret("master.key", KEY);
        this.configure("");
        this
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file that its owner alone can read.
    pub(crate) fn secret(&self, name: &str, text: &str) {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let mut file = options.open(self.path(name)).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    /// Writes the configuration, with more keys of `[server]` at its end.
    pub(crate) fn configure(&self, more: &str) {
        let text = format!(
            r#"
[hosts]
staff = "https://admin.example.com"
tenants = "https://{{slug}}.app.example.com"
[database]
url = "sqlite://{}"
[keys]
master_key_file = "{}"
[network]
corporate = ["203.0.113.0/24"]
[identity_provider]
name = "Example SSO"
issuer = "https://login.example.com"
client_id = "stagedoor"
email_domains = ["example.com"]
[server]
listen = "{}"
metrics = ""
trusted_proxies = ["127.0.0.1"]
{more}
"#,
            self.path("stagedoor.db").display(),
            self.path("master.key").display(),
            self.address
        );
        fs::write(self.path("stagedoor.toml"), text).unwrap();
    }

    /// The program with this configuration.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagedoor"));
        command
            .args(arguments)
            .env("STAGEDOOR_CONFIG", self.path("stagedoor.toml"));
        command
    }

    /// Whether it went well, and what it said.
    pub(crate) fn run(&self, arguments: &[&str]) -> (bool, String) {
        let Output {
            status,
            stdout,
            stderr,
        } = self.command(arguments).output().unwrap();
        let words = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
        (status.success(), words)
    }

    /// Starts serving, and waits until it answers.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Serving {
        self.serve_with(arguments, &[])
    }

    /// The same with more variables.
    pub(crate) fn serve_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Serving {
        let mut command = self.command(&[&["serve"], arguments].concat());
        let mut child = command
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert_eq!(line, "ready https://admin.example.com\n");
        // Whoever has read that line may stop it at once.
        Serving {
            child,
            address: self.address,
        }
    }
}

/// A process that serves; it ends with this value.
pub(crate) struct Serving {
    child: Child,
    address: SocketAddr,
}

impl Serving {
    /// Status and body of a GET.
    pub(crate) fn get(&self, host: &str, path: &str, more: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n"
        )
        .unwrap();
        let mut text = Vec::new();
        stream.read_to_end(&mut text).unwrap();
        let text = String::from_utf8_lossy(&text).into_owned();
        let status = text.split(' ').nth(1).unwrap().parse().unwrap();
        (status, text)
    }

    /// Asks it to stop, and says whether it did so in order.
    pub(crate) fn stop(mut self) -> bool {
        let asked = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        asked.success() && self.child.wait().unwrap().success()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Stopped already, in most tests.
        let _ = self.child.kill();
    }
}
