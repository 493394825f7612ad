//! The keys that a log's checkpoints are signed with, as the text that operators keep in a file.
//!
//! One line a key, `private LABEL BASE64` or `public LABEL BASE64`; what follows `#` is for people. Every private key signs;
//! the first of them is the one in use, and further ones let those who know only an older key follow a change. Public ones
//! only check. One set of keys serves all logs of an installation: each signs for a log under the log's own name.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::audit::entry::LogScope;
use crate::audit::note::{KeyName, NoteError, NoteKey, NoteSigner};

/// What is wrong with a text of keys. It never holds a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// A line is none.
    #[error("line {line}: {why}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// Why.
        why: &'static str,
    },
    /// Two keys have one label.
    #[error("line {line}: another key has this label already")]
    Label {
        /// The second one's, from 1.
        line: usize,
    },
    /// There is no key at all.
    #[error("there is no key in it")]
    None,
}

/// A log's name for the world: `host/audit/platform`, or a tenant's id in the place of `platform`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// The name under which an installation's logs are known, e.g. `admin.example.com`. It must never change.
    ///
    /// # Errors
    /// When it cannot be the name of a key: no spaces, no plus.
    pub fn new(installation: &str) -> Result<Self, NoteError> {
        installation.parse::<KeyName>()?;
        Ok(Self(installation.to_owned()))
    }

    /// The name of one log, by its name in storage (see [`LogScope::to_text`]).
    ///
    /// # Errors
    /// When it is no name of a log.
    pub fn of(&self, log: &str) -> Result<KeyName, NoteError> {
        format!("{}/audit/{log}", self.0).parse()
    }

    /// The name in storage of the log that a checkpoint gives as its origin; `None` when it is another installation's.
    #[must_use]
    pub fn log_of<'a>(&self, origin: &'a str) -> Option<&'a str> {
        origin.strip_prefix(&self.0)?.strip_prefix("/audit/")
    }

    /// The name of the platform's log.
    ///
    /// # Errors
    /// Never, for a name that [`Origin::new`] took.
    pub fn platform(&self) -> Result<KeyName, NoteError> {
        self.of(&LogScope::Platform.to_text())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone)]
struct Key {
    label: String,
    public: [u8; 32],
    /// What it signs with; `None` where it only checks.
    seed: Option<Zeroizing<[u8; 32]>>,
}

/// The keys of an installation's logs.
#[derive(Clone)]
pub struct LogKeys(Vec<Key>);

impl LogKeys {
    /// One private key.
    #[must_use]
    pub fn private(label: &str, seed: [u8; 32]) -> Self {
        let seed = Zeroizing::new(seed);
        let public = public_of(&seed);
        Self(vec![Key {
            label: label.to_owned(),
            public,
            seed: Some(seed),
        }])
    }

    /// Whoever signs a log's checkpoints under its name, the key in use first; nobody where all keys only check.
    #[must_use]
    pub fn signers(&self, name: &KeyName) -> Vec<NoteSigner> {
        let seeds = self.0.iter().filter_map(|key| key.seed.as_ref());
        seeds
            .map(|seed| NoteSigner::from_seed(name.clone(), seed))
            .collect()
    }

    /// The keys by which a log's checkpoints are checked.
    #[must_use]
    pub fn known(&self, name: &KeyName) -> Vec<NoteKey> {
        let keys = self.0.iter();
        keys.filter_map(|key| NoteKey::of(name.clone(), &key.public).ok())
            .collect()
    }

    /// What people call a key.
    #[must_use]
    pub fn label_of(&self, key: &NoteKey) -> Option<&str> {
        let found = self.0.iter().find(|known| known.public == *key.as_bytes());
        found.map(|known| known.label.as_str())
    }

    /// Their labels, in the order of the text, and whether each signs.
    pub fn labels(&self) -> impl Iterator<Item = (&str, bool)> {
        self.0.iter().map(|key| (key.label.as_str(), key.seed.is_some()))
    }

    /// The same keys without their private halves: the text for whoever checks.
    #[must_use]
    pub fn public_text(&self) -> String {
        let line = |key: &Key| format!("public {} {}\n", key.label, STANDARD.encode(key.public));
        self.0.iter().map(line).collect()
    }

    /// The line of a new private key, to be kept in a file.
    #[must_use]
    pub fn private_line(label: &str, seed: &[u8; 32]) -> String {
        format!("private {label} {}\n", STANDARD.encode(seed))
    }
}

/// Without the private halves.
impl fmt::Debug for LogKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.labels()).finish()
    }
}

impl FromStr for LogKeys {
    type Err = KeysError;

    fn from_str(text: &str) -> Result<Self, KeysError> {
        let mut keys: Vec<Key> = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let said = line.split('#').next().unwrap_or_default().trim();
            if said.is_empty() {
                continue;
            }
            let line = at + 1;
            let key = read_line(said).map_err(|why| KeysError::Line { line, why })?;
            if keys.iter().any(|known| known.label == key.label) {
                return Err(KeysError::Label { line });
            }
            keys.push(key);
        }
        if keys.is_empty() {
            return Err(KeysError::None);
        }
        Ok(Self(keys))
    }
}

fn read_line(line: &str) -> Result<Key, &'static str> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [kind, label, bytes] = words[..] else {
        return Err("it is `private LABEL BASE64` or `public LABEL BASE64`");
    };
    let bytes = Zeroizing::new(STANDARD.decode(bytes).map_err(|_| "the key is not Base64")?);
    let bytes: [u8; 32] = bytes
        .as_slice()
        .try_into()
        .map_err(|_| "the key has not 32 bytes")?;
    match kind {
        "private" => {
            let public = public_of(&bytes);
            Ok(Key {
                label: label.to_owned(),
                public,
                seed: Some(Zeroizing::new(bytes)),
            })
        }
        "public" => {
            ed25519_dalek::VerifyingKey::from_bytes(&bytes)
                .map_err(|_| "the key is no point of the curve")?;
            Ok(Key {
                label: label.to_owned(),
                public: bytes,
                seed: None,
            })
        }
        _ => Err("it begins with `private` or with `public`"),
    }
}

fn public_of(seed: &[u8; 32]) -> [u8; 32] {
    ed25519_dalek::SigningKey::from_bytes(seed)
        .verifying_key()
        .to_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::checkpoint::Checkpoint;
    use crate::audit::leaf::TreeHash;

    fn both() -> LogKeys {
        let new = LogKeys::private_line("2026-11", &[1; 32]);
        let old = LogKeys::private("2026-05", [2; 32]).public_text();
        format!("# newest first\n{new}\n{old} # until November\n")
            .parse()
            .unwrap()
    }

    #[test]
    fn what_is_private_signs_and_all_check() {
        let name = Origin::new("admin.example.com").unwrap().of("platform").unwrap();
        let keys = both();
        assert_eq!(
            keys.labels().collect::<Vec<_>>(),
            [("2026-11", true), ("2026-05", false)]
        );
        let [signer] = &keys.signers(&name)[..] else {
            panic!("one signs")
        };
        let known = keys.known(&name);
        assert_eq!(keys.label_of(signer.public()), Some("2026-11"));
        assert_eq!(keys.label_of(&known[1]), Some("2026-05"));

        // Whoever knows only the public text checks what either signed.
        let public: LogKeys = keys.public_text().parse().unwrap();
        assert!(public.signers(&name).is_empty());
        let checkpoint = Checkpoint {
            origin: name.to_string(),
            size: 3,
            root: TreeHash::of_nothing(),
            at: None,
        };
        for by in [keys, LogKeys::private("2026-05", [2; 32])] {
            let signers = by.signers(&name);
            let note = checkpoint.sign(&signers.iter().collect::<Vec<_>>()).unwrap();
            assert_eq!(Checkpoint::open(&note, &public.known(&name)).unwrap(), checkpoint);
        }
    }

    #[test]
    fn neither_errors_nor_debug_tell_a_key() {
        let secret = STANDARD.encode([1; 32]);
        assert!(!format!("{:?}", both()).contains(&secret));
        let text = format!("private a {secret}\nprivate b {secret}xx\n");
        let error = text.parse::<LogKeys>().unwrap_err();
        assert_eq!(error.to_string(), "line 2: the key is not Base64");
    }

    #[test]
    fn a_wrong_line_is_named() {
        let line = LogKeys::private_line("a", &[1; 32]);
        let why = |text: &str| text.parse::<LogKeys>().unwrap_err().to_string();
        assert_eq!(why("# nothing\n\n"), "there is no key in it");
        assert!(why(&format!("{line}secret b AAAA\n")).starts_with("line 2: "));
        assert!(why("private a\n").starts_with("line 1: it is `private"));
        assert_eq!(why("private a AAAA\n"), "line 1: the key has not 32 bytes");
        assert_eq!(
            why(&format!("{line}{line}")),
            "line 2: another key has this label already"
        );
    }

    #[test]
    fn a_log_is_named_by_its_installation() {
        let origin = Origin::new("admin.example.com").unwrap();
        assert_eq!(
            origin.platform().unwrap().as_str(),
            "admin.example.com/audit/platform"
        );
        assert_eq!(
            origin.log_of("admin.example.com/audit/platform"),
            Some("platform")
        );
        assert_eq!(origin.log_of("evil.example/audit/platform"), None);
        assert!(Origin::new("two words").is_err());
        assert!(Origin::new("").is_err());
    }
}
