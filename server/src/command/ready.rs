//! `stagedoor ready`: whether the process that serves from this configuration can serve, for health checks of containers
//! that have no other program to ask with.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::CommandError;
use super::open::ConfigOption;
use crate::cli::announce;

/// How long an answer is waited for; the process itself says no within two seconds.
const PATIENCE: Duration = Duration::from_secs(5);
const QUESTION: &[u8] = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// Runs it.
///
/// # Errors
/// When the process does not answer, or says that it cannot serve.
pub async fn run(option: ConfigOption) -> Result<(), CommandError> {
    let address = reachable(option.load()?.config.server.listen);
    let answer = tokio::time::timeout(PATIENCE, ask(address))
        .await
        .map_err(|_| CommandError::Refused(format!("{address} does not answer")))?
        .map_err(|error| CommandError::Refused(format!("{address}: {error}")))?;
    if !answer.starts_with("HTTP/1.1 200 ") {
        return Err(CommandError::Refused(format!(
            "{address}: not ready: its log says why"
        )));
    }
    announce("ready");
    Ok(())
}

/// Where a process that listens on every address is asked: on this machine.
const fn reachable(listen: SocketAddr) -> SocketAddr {
    let here = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        one => one,
    };
    SocketAddr::new(here, listen.port())
}

async fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(QUESTION).await?;
    let mut answer = Vec::new();
    // The first line is all that counts.
    stream.take(64).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
