//! The program itself, as an operator starts it: exit codes, words, and a real listener.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping it")]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// An installation in a folder of its own.
struct Installation {
    folder: TempDir,
    address: SocketAddr,
}

impl Installation {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let this = Self {
            folder: tempfile::tempdir().unwrap(),
            address: listener.local_addr().unwrap(),
        };
        let mut key = fs::OpenOptions::new();
        let mut key = key
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(this.path("master.key"))
            .unwrap();
        key.write_all(KEY.as_bytes()).unwrap();
        this.configure("");
        this
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn configure(&self, more: &str) {
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

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagedoor"));
        command
            .args(arguments)
            .env("STAGEDOOR_CONFIG", self.path("stagedoor.toml"));
        command
    }

    fn run(&self, arguments: &[&str]) -> (bool, String) {
        let Output {
            status,
            stdout,
            stderr,
        } = self.command(arguments).output().unwrap();
        let words = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
        (status.success(), words)
    }

    fn serve(&self, arguments: &[&str]) -> Serving {
        let mut command = self.command(&[&["serve"], arguments].concat());
        let mut child = command
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

struct Serving {
    child: Child,
    address: SocketAddr,
}

impl Serving {
    /// Status and body of a GET.
    fn get(&self, host: &str, path: &str, more: &str) -> (u16, String) {
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
    fn stop(mut self) -> bool {
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

#[test]
fn what_is_not_there_is_named() {
    let words = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_stagedoor"))
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(words(&["serve"]).contains("--config: name the configuration file"));
    assert!(words(&["migrate"]).contains("--database: name the database"));
    assert!(words(&["serve", "--config", "/nowhere/stagedoor.toml"]).contains("/nowhere/stagedoor.toml"));
}

#[test]
fn a_configuration_is_checked_and_shown() {
    let installation = Installation::new();
    let (fine, words) = installation.run(&["config", "check"]);
    assert!(
        fine && words.starts_with("ok\n") && words.contains("https://admin.example.com"),
        "{words}"
    );
    let (_, exported) = installation.run(&["config", "export"]);
    let exported: serde_json::Value = serde_json::from_str(&exported).unwrap();
    assert_eq!(exported["session"]["ttl_seconds"], 14_400);
    installation.configure("listn = \"127.0.0.1:1\"");
    let (fine, words) = installation.run(&["config", "check"]);
    assert!(
        !fine && words.contains("server.listn: is not a key. Is server.listen meant?"),
        "{words}"
    );
}

#[test]
fn serving_waits_for_its_schema_then_answers_and_stops_in_order() {
    let installation = Installation::new();
    let (fine, words) = installation.run(&["serve"]);
    assert!(
        !fine && words.contains("run `stagedoor migrate` first"),
        "{words}"
    );
    assert!(!installation.run(&["migrate", "--check"]).0);
    let (fine, words) = installation.run(&["migrate"]);
    assert!(fine && words.starts_with("applied "), "{words}");
    assert!(installation.run(&["migrate", "--check"]).0);

    let serving = installation.serve(&[]);
    assert_eq!(serving.get("whatever", "/readyz", "").0, 200);
    assert_eq!(serving.get("elsewhere.example.com", "/", "").0, 404);
    let outside = serving.get(
        "admin.example.com",
        "/sign-in",
        "X-Forwarded-For: 198.51.100.7\r\n",
    );
    let inside = serving.get(
        "admin.example.com",
        "/sign-in",
        "X-Forwarded-For: 203.0.113.7\r\n",
    );
    assert!(
        outside.1.contains("198.51.100.7") && !outside.1.contains("Sign in with Example SSO"),
        "{}",
        outside.1
    );
    assert!(inside.1.contains("Sign in with Example SSO"), "{}", inside.1);
    assert!(serving.stop());
}

#[test]
fn a_surface_is_all_that_a_process_knows() {
    let installation = Installation::new();
    installation.run(&["migrate"]);
    let tenants = installation.serve(&["--surface", "tenant"]);
    assert_eq!(tenants.get("admin.example.com", "/sign-in", "").0, 404);
    assert!(tenants.stop());
    let staff = installation.serve(&["--surface", "staff"]);
    assert_eq!(staff.get("admin.example.com", "/api/openapi.json", "").0, 200);
    assert_eq!(staff.get("acme.app.example.com", "/api/openapi.json", "").0, 404);
    assert!(staff.stop());
}

#[test]
fn what_the_file_declares_is_what_the_database_says() {
    let installation = Installation::new();
    installation.run(&["migrate"]);
    assert!(installation.serve(&[]).stop());
    assert!(
        installation.serve(&[]).stop(),
        "nothing different, nothing written"
    );
    let text = fs::read_to_string(installation.path("stagedoor.toml")).unwrap();
    fs::write(
        installation.path("stagedoor.toml"),
        text.replace("https://login.example.com", "https://sso.example.com")
            .replace("Example SSO", "New SSO"),
    )
    .unwrap();
    let serving = installation.serve(&[]);
    let page = serving
        .get(
            "admin.example.com",
            "/sign-in",
            "X-Forwarded-For: 203.0.113.7\r\n",
        )
        .1;
    assert!(
        page.contains("Sign in with New SSO") && !page.contains("Example SSO"),
        "{page}"
    );
    assert!(serving.stop());
}
