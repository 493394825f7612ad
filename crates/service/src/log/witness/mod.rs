//! Witnesses: others who cosign a log's checkpoint once they have seen that the log was only added to, and who remember it (C2SP
//! tlog-witness, <https://c2sp.org/tlog-witness>).
//!
//! Each witness has a task of its own, so that a slow one delays nothing. What a witness remembers, whoever can write to all of the
//! database cannot take back: a log that is not what a witness has seen gets no cosignature, and somebody is told.

mod call;
mod pace;
mod round;
mod submit;

use std::fmt;
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use stagedoor_core::audit::checkpoint::Checkpoint;
use stagedoor_core::audit::cosignature::WitnessKey;
use stagedoor_core::audit::note::{Note, NoteError};
use stagedoor_core::audit::witness::ADD_CHECKPOINT;
use stagedoor_core::view::receipt::WitnessCount;
use stagedoor_store::log::witness::{self, Seen};
use stagedoor_store::statement::Executor;
use url::Url;

use self::pace::Pace;
use crate::error::ServiceError;
use crate::sign_in::HttpClient;
use crate::state::Service;

/// A witness: where checkpoints are submitted to it, and the key that it cosigns with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    url: Url,
    key: WitnessKey,
}

/// Why a text names no witness.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadWitness {
    /// It is not two words.
    #[error("it is an address and a key with a space between them")]
    Form,
    /// The first is no address that can be submitted to.
    #[error("its address is http or https, without a name, a query or a fragment")]
    Address,
    /// The second is no key of a witness.
    #[error(transparent)]
    Key(#[from] NoteError),
}

impl Witness {
    /// Whether what is said to it can be read and changed by nobody between.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The key that it cosigns with.
    #[must_use]
    pub const fn key(&self) -> &WitnessKey {
        &self.key
    }

    /// Where checkpoints are submitted.
    fn submission(&self) -> String {
        format!("{}/{ADD_CHECKPOINT}", self.url.as_str().trim_end_matches('/'))
    }
}

/// `https://witness.example.com name+id+key`.
impl FromStr for Witness {
    type Err = BadWitness;

    fn from_str(text: &str) -> Result<Self, BadWitness> {
        let (url, key) = text.split_once(' ').ok_or(BadWitness::Form)?;
        let url = Url::parse(url).map_err(|_| BadWitness::Address)?;
        let bare = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !bare || !matches!(url.scheme(), "https" | "http") {
            return Err(BadWitness::Address);
        }
        let key = key.trim().parse()?;
        Ok(Self { url, key })
    }
}

/// As it is read.
impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.url, self.key)
    }
}

/// A witness, and how it goes with it.
struct Watched {
    witness: Witness,
    /// Its name in storage.
    label: String,
    pace: Mutex<Pace>,
}

/// The witnesses of an installation, as one process knows them.
pub(super) struct Witnesses {
    all: Vec<Watched>,
    http: HttpClient,
    /// Counts the times that logs have grown in this process.
    grown: AtomicU64,
}

impl Witnesses {
    pub(super) fn new(witnesses: Vec<Witness>, http: HttpClient) -> Self {
        let watched = |witness: Witness| Watched {
            label: witness.key.label(),
            witness,
            pace: Mutex::default(),
        };
        Self {
            all: witnesses.into_iter().map(watched).collect(),
            http,
            grown: AtomicU64::new(0),
        }
    }

    pub(super) fn is_any(&self) -> bool {
        !self.all.is_empty()
    }

    /// Logs have grown: whoever waits for that looks at the next tick.
    pub(super) fn note_growth(&self) {
        self.grown.fetch_add(1, Ordering::Relaxed);
    }

    /// The key of a witness by its name in storage; `None` for one that is not configured any more.
    fn key_of(&self, label: &str) -> Option<&WitnessKey> {
        let found = self.all.iter().find(|watched| watched.label == label);
        found.map(|watched| &watched.witness.key)
    }
}

impl Service {
    /// The checkpoint that a witness has cosigned, held against the keys: the log's, and the witness's where it is configured.
    /// `None` where it has cosigned nothing.
    pub(super) fn open_cosigned(&self, seen: &Seen) -> Result<Option<Checkpoint>, String> {
        let Some(note) = &seen.note else {
            return match seen.size {
                0 => Ok(None),
                _ => Err("the checkpoint that it has cosigned is gone".to_owned()),
            };
        };
        let known = self
            .logs()
            .known(&seen.scope)
            .map_err(|error| error.to_string())?;
        let words = |error: NoteError| error.to_string();
        let note: Note = note.parse().map_err(words)?;
        let checkpoint = Checkpoint::open(&note, &known).map_err(words)?;
        if let Some(key) = self.logs().witnesses.key_of(&seen.witness) {
            key.cosigned(&note).map_err(words)?;
        }
        if checkpoint.size == seen.size {
            Ok(Some(checkpoint))
        } else {
            Err("the row beside it says another size".to_owned())
        }
    }

    /// How many of the configured witnesses have cosigned a log far enough to have seen the entry at a place, from 0.
    ///
    /// # Errors
    /// When the database cannot be read. A cosignature that does not hold is none.
    pub async fn witnesses_of(&self, log: &str, place: u64) -> Result<WitnessCount, ServiceError> {
        self.count_witnesses(&mut self.db().reader(), log, Some(place))
            .await
    }

    /// The same; of an entry without a place nobody has seen anything.
    pub(super) async fn count_witnesses(
        &self,
        ex: &mut impl Executor,
        log: &str,
        place: Option<u64>,
    ) -> Result<WitnessCount, ServiceError> {
        let mut count = WitnessCount::default();
        for watched in &self.logs().witnesses.all {
            count.of += 1;
            let Some(place) = place else { continue };
            let seen = witness::find(ex, log, &watched.label).await?;
            let cosigned = seen.and_then(|seen| self.open_cosigned(&seen).ok().flatten());
            count.agree += u32::from(cosigned.is_some_and(|checkpoint| checkpoint.size > place));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "witness.example/w1+d9ed62c5+BO1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR";

    #[test]
    fn a_witness_is_an_address_and_a_key() {
        for (address, submission) in [
            (
                "https://witness.example",
                "https://witness.example/add-checkpoint",
            ),
            (
                "https://witness.example/",
                "https://witness.example/add-checkpoint",
            ),
            (
                "https://witness.example/w1/",
                "https://witness.example/w1/add-checkpoint",
            ),
            ("http://127.0.0.1:9/a", "http://127.0.0.1:9/a/add-checkpoint"),
        ] {
            let witness: Witness = format!("{address} {KEY}").parse().unwrap();
            assert_eq!(witness.submission(), submission);
            assert_eq!(witness.is_https(), address.starts_with("https"));
            assert_eq!(witness.to_string().parse(), Ok(witness));
        }
        for (wrong, why) in [
            (format!("https://witness.example{KEY}"), BadWitness::Form),
            (format!("witness.example {KEY}"), BadWitness::Address),
            (format!("ftp://witness.example {KEY}"), BadWitness::Address),
            (format!("https://kim@witness.example {KEY}"), BadWitness::Address),
            (format!("https://witness.example/?a {KEY}"), BadWitness::Address),
        ] {
            assert_eq!(wrong.parse::<Witness>(), Err(why), "{wrong}");
        }
        let keyless = "https://witness.example witness.example".parse::<Witness>();
        assert!(matches!(keyless, Err(BadWitness::Key(_))));
    }
}
