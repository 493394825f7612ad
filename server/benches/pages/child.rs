//! The servers under measurement, each a process of its own, ended with this value.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::PATIENCE;
use crate::load::Target;
use crate::options::Options;

/// A running server.
pub(crate) struct Server {
    child: Child,
    port: u16,
    cookie: String,
}

impl Server {
    /// This program, as a server.
    pub(crate) fn ours(options: &Options, database: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--serve", "--database", database]);
        if options.quick {
            command.arg("--quick");
        }
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["ready", port, cookie] = words.as_slice() else {
            panic!("the server did not start: {line}");
        };
        Self {
            port: port.parse().unwrap(),
            cookie: format!("__Host-stagedoor_staff={cookie}"),
            child,
        }
    }

    /// The SvelteKit build, on Node.
    pub(crate) fn peer(folder: &Path, database: &str) -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let child = Command::new("node")
            .arg("build")
            .current_dir(folder)
            .env("HOST", "127.0.0.1")
            .env("PORT", port.to_string())
            .env("NODE_ENV", "production")
            .env("BENCH_DATABASE", database.trim_start_matches("sqlite://"))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self {
            child,
            port,
            cookie: String::new(),
        };
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(server.address()).is_err() {
            assert!(Instant::now() < deadline, "the peer does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }

    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// A page of this server.
    pub(crate) fn target(&self, host: &str, path: &str) -> Target {
        Target {
            address: self.address(),
            host: host.to_owned(),
            path: path.to_owned(),
            cookie: self.cookie.clone(),
            accept: "text/html",
            accept_brotli: false,
        }
    }

    /// Processor time that all its threads have used; zero where the system does not say.
    pub(crate) fn processor(&self) -> Duration {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        // The name in brackets may hold blanks; user and system time are the 12th and 13th field behind it, in hundredths.
        let fields = text.rsplit(") ").next().unwrap_or_default();
        let ticks: u64 = fields
            .split(' ')
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<u64>().ok())
            .sum();
        Duration::from_millis(ticks * 10)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
