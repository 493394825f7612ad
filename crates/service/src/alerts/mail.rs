//! Letters: over a mail server by SMTP, or kept in memory where the demo shows them.
//!
//! A letter goes to one person. Whoever may read the mail server's connection must not read it: without TLS only where the
//! installation says so.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls as SmtpTls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use stagedoor_core::time::Timestamp;

/// How long a mail server may take for one step.
const WITHIN: Duration = Duration::from_secs(10);
/// How many letters are kept in memory.
const KEPT: usize = 200;

/// A letter to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its name: the same however often it is sent.
    pub id: String,
    /// When it was written.
    pub at: Timestamp,
    /// Whom to.
    pub to: String,
    /// What about.
    pub subject: String,
    /// What it says.
    pub text: String,
}

/// How letters leave.
#[derive(Clone)]
pub enum Mail {
    /// Over a mail server.
    Smtp(Box<Smtp>),
    /// Not at all: they are kept, and shown.
    Kept(Letters),
}

/// Letters that were kept, the newest first.
#[derive(Debug, Clone, Default)]
pub struct Letters(Arc<Mutex<VecDeque<Letter>>>);

impl Letters {
    /// All that are kept, the newest first.
    #[must_use]
    pub fn all(&self) -> Vec<Letter> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().cloned().collect()
    }

    fn keep(&self, letter: Letter) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front(letter);
        kept.truncate(KEPT);
    }
}

/// How the connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte (RFC 8314).
    Implicit,
    /// Asked for at the beginning, and insisted upon (RFC 3207).
    StartTls,
    /// Not: for a relay on the same machine.
    None,
}

/// What does not make a mail server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMail {
    /// The sender is no address.
    #[error("the sender must be an address, such as Stagedoor <stagedoor@example.com>")]
    Sender,
    /// The server's name is none.
    #[error("the mail server's name makes no TLS connection: {0}")]
    Host(String),
}

/// A mail server. Cheap to clone.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    sender: Mailbox,
}

impl Smtp {
    /// A mail server at a host and port, with whom we are there, and who letters are from.
    ///
    /// # Errors
    /// When the sender or the host make no sense.
    pub fn new(
        (host, port, tls): (&str, u16, Tls),
        credentials: Option<(String, String)>,
        sender: &str,
    ) -> Result<Self, BadMail> {
        let sender = sender.parse().map_err(|_| BadMail::Sender)?;
        let parameters =
            || TlsParameters::new(host.to_owned()).map_err(|error| BadMail::Host(error.to_string()));
        let tls = match tls {
            Tls::Implicit => SmtpTls::Wrapper(parameters()?),
            Tls::StartTls => SmtpTls::Required(parameters()?),
            Tls::None => SmtpTls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(port)
            .tls(tls)
            .timeout(Some(WITHIN));
        if let Some((user, password)) = credentials {
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Self {
            transport: builder.build(),
            sender,
        })
    }

    /// Hands a letter to the server. The words of a failure name nobody: servers like to quote addresses.
    async fn send(&self, letter: &Letter) -> Result<(), String> {
        let to: Mailbox = letter
            .to
            .parse()
            .map_err(|_| "the address cannot be written to".to_owned())?;
        let host = self.sender.email.domain();
        let message = Message::builder()
            .from(self.sender.clone())
            .to(to)
            .subject(letter.subject.clone())
            .message_id(Some(format!("<{}@{host}>", letter.id)))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .map_err(|_| "the letter could not be written".to_owned())?;
        // The library waits for each step; all of them together must end, too.
        let sent = tokio::time::timeout(WITHIN * 3, self.transport.send(message)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_) => Err("the mail server took too long".to_owned()),
        }
    }
}

/// What went wrong at the mail server, without its own words.
fn failure(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if error.is_timeout() => "the mail server took too long".to_owned(),
        None if error.is_tls() => "the mail server's TLS could not be trusted".to_owned(),
        None => "the mail server did not answer".to_owned(),
    }
}

impl Mail {
    /// Sends a letter.
    pub(super) async fn send(&self, letter: Letter) -> Result<(), String> {
        match self {
            Self::Smtp(server) => server.send(&letter).await,
            Self::Kept(letters) => {
                letters.keep(letter);
                Ok(())
            }
        }
    }
}
