//! Cosignatures: what a witness puts under a log's checkpoint once it has seen that the log was only added to (C2SP
//! tlog-cosignature, <https://c2sp.org/tlog-cosignature>, `cosignature/v1` with Ed25519).
//!
//! A cosignature is a line below the note like any other, of a type of its own, and says when it was made. Whoever knows only
//! the log's keys passes it over.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use crate::audit::canonical::hex;
use crate::audit::note::{KeyName, Note, NoteError, NoteSignature, signatures};
use crate::audit::vkey::{KeyId, key_id, point, read_key, write_key};

/// The number of `cosignature/v1` among the format's types of signatures.
const COSIGNATURE: u8 = 4;
/// The first line of what is signed.
const HEADER: &str = "cosignature/v1";
/// Seconds are a number with a sign for many who read them; the format allows no larger one.
const SECONDS_MAX: u64 = i64::MAX as u64;

/// The public key of a witness, as whoever checks cosignatures keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessKey {
    name: KeyName,
    id: KeyId,
    key: VerifyingKey,
}

impl WitnessKey {
    fn new(name: KeyName, key: VerifyingKey) -> Self {
        let id = key_id(&name, COSIGNATURE, key.as_bytes());
        Self { name, id, key }
    }

    /// The key of a name, from its 32 bytes.
    ///
    /// # Errors
    /// When they are no point of the curve.
    pub fn of(name: KeyName, bytes: &[u8; 32]) -> Result<Self, NoteError> {
        Ok(Self::new(name, point(bytes)?))
    }

    /// Whose it is.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// The 32 bytes of it.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// `name+id`: which of a witness's keys it is, short enough to be a name itself.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}+{}", self.name, hex(&self.id))
    }

    /// When the witness cosigned a note, in seconds since 1970 by its own clock; the last time, where it did so more than once.
    ///
    /// # Errors
    /// Unsigned when it never did; forged when one of its lines does not fit the text, whatever the others say.
    pub fn cosigned(&self, note: &Note) -> Result<u64, NoteError> {
        self.latest(&note.text, &note.signatures).map(|(_, at)| at)
    }

    /// The note with the witness's cosignature below its signatures, out of the lines that the witness answered, and when it was
    /// made, in seconds since 1970. Lines by others in the answer are left out, as nobody has checked them; what the witness had
    /// put there before is replaced.
    ///
    /// # Errors
    /// When the answer is no lines of signatures, or has none by this key, or one that does not fit the text.
    pub fn join(&self, note: &Note, answer: &str) -> Result<(Note, u64), NoteError> {
        let lines = signatures(answer)?;
        let (line, at) = self.latest(&note.text, &lines)?;
        let before = note.signatures.iter().filter(|line| !self.made(line));
        let joined = Note {
            text: note.text.clone(),
            signatures: before.chain([line]).cloned().collect(),
        };
        Ok((joined, at))
    }

    fn latest<'s>(
        &self,
        text: &str,
        lines: &'s [NoteSignature],
    ) -> Result<(&'s NoteSignature, u64), NoteError> {
        let mut latest = None;
        for line in lines.iter().filter(|line| self.made(line)) {
            let at = self
                .time_of(text, line)
                .ok_or_else(|| NoteError::Forged(self.name.clone()))?;
            if latest.is_none_or(|(_, before)| before <= at) {
                latest = Some((line, at));
            }
        }
        latest.ok_or(NoteError::Unsigned)
    }

    fn made(&self, line: &NoteSignature) -> bool {
        self.name == line.name && self.id == line.id
    }

    /// Strictly: no signature passes that another verifier could take for another.
    fn time_of(&self, text: &str, line: &NoteSignature) -> Option<u64> {
        let (seconds, signature) = line.bytes.split_first_chunk()?;
        let at = Some(u64::from_be_bytes(*seconds)).filter(|at| *at <= SECONDS_MAX)?;
        let signature = Signature::from_slice(signature).ok()?;
        let fits = self.key.verify_strict(message(at, text).as_bytes(), &signature);
        fits.is_ok().then_some(at)
    }
}

/// `name+id+key`, as the format writes keys for whoever checks.
impl fmt::Display for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&write_key(&self.name, COSIGNATURE, self.key.as_bytes()))
    }
}

impl FromStr for WitnessKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let (name, key) = read_key(text, COSIGNATURE)?;
        Self::of(name, &key)
    }
}

/// A witness's private key with its name. Stagedoor is no witness: it is here so that whoever plays one writes what is read.
pub struct WitnessSigner {
    public: WitnessKey,
    key: SigningKey,
}

impl WitnessSigner {
    /// The key of a seed of 32 random bytes.
    #[must_use]
    pub fn from_seed(name: KeyName, seed: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(seed);
        Self {
            public: WitnessKey::new(name, key.verifying_key()),
            key,
        }
    }

    /// What whoever checks needs.
    #[must_use]
    pub const fn public(&self) -> &WitnessKey {
        &self.public
    }

    /// The line that cosigns a note at a time, in seconds since 1970, with its end.
    #[must_use]
    pub fn cosign(&self, note: &Note, seconds: u64) -> String {
        let signature = self.key.sign(message(seconds, &note.text).as_bytes());
        let bytes = [seconds.to_be_bytes().as_slice(), &signature.to_bytes()].concat();
        let line = NoteSignature {
            name: self.public.name.clone(),
            id: self.public.id,
            bytes,
        };
        format!("{line}\n")
    }
}

/// Without the private half.
impl fmt::Debug for WitnessSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WitnessSigner({})", self.public)
    }
}

/// What is signed: the whole text of the note below two lines.
fn message(seconds: u64, text: &str) -> String {
    format!("{HEADER}\ntime {seconds}\n{text}")
}
