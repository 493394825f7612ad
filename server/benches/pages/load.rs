//! The callers: connections that are kept alive, one thread each, one request after the other.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::PATIENCE;
use crate::child::Server;

/// What to ask for.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) cookie: String,
    pub(crate) accept: &'static str,
    pub(crate) accept_brotli: bool,
}

impl Target {
    fn request(&self) -> Vec<u8> {
        let encoding = if self.accept_brotli { "br" } else { "identity" };
        let cookie = match self.cookie.is_empty() {
            true => String::new(),
            false => format!("Cookie: {}\r\n", self.cookie),
        };
        format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\nAccept: {}\r\nAccept-Encoding: {encoding}\r\n{cookie}\r\n",
            self.path, self.host, self.accept
        )
        .into_bytes()
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// From the end of the request to the first byte.
    pub(crate) first_byte: Duration,
    /// On the wire.
    pub(crate) bytes: usize,
    pub(crate) body: Vec<u8>,
}

/// One connection.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self {
            stream,
            buffer: Vec::with_capacity(256 * 1024),
        }
    }

    pub(crate) fn get(&mut self, target: &Target) -> Answer {
        self.ask(&target.request())
    }

    fn ask(&mut self, request: &[u8]) -> Answer {
        self.buffer.clear();
        self.stream.write_all(request).unwrap();
        let sent = Instant::now();
        self.more();
        let first_byte = sent.elapsed();
        let head = loop {
            match find(&self.buffer, b"\r\n\r\n") {
                Some(at) => break at + 4,
                None => self.more(),
            }
        };
        let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
        let status = text
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .unwrap_or(0);
        let body = match header(&text, "content-length") {
            Some(length) => self.sized(head, length.parse().unwrap()),
            None if header(&text, "transfer-encoding") == Some("chunked") => self.chunked(head),
            None => Vec::new(),
        };
        Answer {
            status,
            first_byte,
            bytes: self.buffer.len(),
            body,
        }
    }

    fn more(&mut self) {
        let mut some = [0; 64 * 1024];
        let read = self.stream.read(&mut some).unwrap();
        assert!(read > 0, "the server hung up");
        self.buffer.extend_from_slice(&some[..read]);
    }

    fn sized(&mut self, from: usize, length: usize) -> Vec<u8> {
        while self.buffer.len() < from + length {
            self.more();
        }
        self.buffer[from..from + length].to_vec()
    }

    fn chunked(&mut self, mut from: usize) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let line = loop {
                match find(&self.buffer[from..], b"\r\n") {
                    Some(at) => break at,
                    None => self.more(),
                }
            };
            let size = String::from_utf8_lossy(&self.buffer[from..from + line]).into_owned();
            let size = usize::from_str_radix(size.trim(), 16).unwrap();
            from += line + 2;
            while self.buffer.len() < from + size + 2 {
                self.more();
            }
            if size == 0 {
                return body;
            }
            body.extend_from_slice(&self.buffer[from..from + size]);
            from += size + 2;
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .map(str::trim)
}

/// One measurement.
#[derive(Debug, Clone)]
pub(crate) struct Spell {
    /// Times to the first byte, sorted.
    pub(crate) first_bytes: Vec<Duration>,
    /// Pages a second, by the clock on the wall.
    pub(crate) rate: f64,
    /// Processor time of the server for a page.
    pub(crate) processor: Duration,
    /// Bytes of an answer.
    pub(crate) bytes: usize,
}

/// So many connections ask for the same page, again and again, for a time.
pub(crate) fn run(target: &Target, connections: usize, spell: Duration, server: &Server) -> Spell {
    let (over, request) = (AtomicBool::new(false), target.request());
    let (before, started) = (server.processor(), Instant::now());
    let answers: Vec<(Duration, usize)> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..connections)
            .map(|_| scope.spawn(|| call(target, &request, &over)))
            .collect();
        std::thread::sleep(spell);
        over.store(true, Ordering::Relaxed);
        callers
            .into_iter()
            .flat_map(|caller| caller.join().unwrap())
            .collect()
    });
    let (elapsed, used) = (started.elapsed(), server.processor() - before);
    let count = u32::try_from(answers.len()).unwrap();
    let mut first_bytes: Vec<Duration> = answers.iter().map(|(time, _)| *time).collect();
    first_bytes.sort_unstable();
    Spell {
        first_bytes,
        rate: f64::from(count) / elapsed.as_secs_f64(),
        processor: used / count,
        bytes: answers.last().map_or(0, |(_, bytes)| *bytes),
    }
}

/// One connection's answers: at least one, however short the spell.
fn call(target: &Target, request: &[u8], over: &AtomicBool) -> Vec<(Duration, usize)> {
    let mut client = Client::connect(target.address);
    let mut answers = Vec::new();
    loop {
        let answer = client.ask(request);
        assert_eq!(answer.status, 200, "{} {}", target.host, target.path);
        answers.push((answer.first_byte, answer.bytes));
        if over.load(Ordering::Relaxed) {
            return answers;
        }
    }
}
