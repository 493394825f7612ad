//! Signed notes: a text that people can read, with signatures under it (C2SP signed-note, <https://c2sp.org/signed-note>).
//!
//! Ed25519 is the one algorithm here. What was signed is the text as it stands: it is never parsed and written again before it is
//! checked. Keys are given by the caller; where the private ones are kept is none of this module's business.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use thiserror::Error;

use crate::audit::vkey::{KeyId, key_id, point, read_key, write_key};

/// The number of Ed25519 among the format's types of signatures.
const ED25519: u8 = 1;
/// More lines than any note of ours has; whoever sends more sends no note.
const SIGNATURES_MAX: usize = 100;
/// What a signature's line begins with: an em dash and a space.
const DASH: &str = "\u{2014} ";

/// What is wrong with a note or a key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoteError {
    /// It is not written as notes are.
    #[error("this is no signed note: {0}")]
    Form(&'static str),
    /// It is not written as keys of notes are.
    #[error("this is no key of a note: {0}")]
    Key(&'static str),
    /// A signature by a key that is known does not fit the text.
    #[error("the signature by {0} does not fit the text")]
    Forged(KeyName),
    /// None of the keys that are known has signed it.
    #[error("no known key has signed it")]
    Unsigned,
}

/// The name that a key signs under. It says who; [`NoteKey`] says with what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyName {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let is_name =
            !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+');
        if is_name {
            Ok(Self(text.to_owned()))
        } else {
            Err(NoteError::Key("a name has no spaces and no plus"))
        }
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A public key, as whoever checks notes keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteKey {
    name: KeyName,
    id: KeyId,
    key: VerifyingKey,
}

impl NoteKey {
    fn new(name: KeyName, key: VerifyingKey) -> Self {
        let id = key_id(&name, ED25519, key.as_bytes());
        Self { name, id, key }
    }

    /// The key of a name, from its 32 bytes.
    ///
    /// # Errors
    /// When they are no point of the curve.
    pub fn of(name: KeyName, bytes: &[u8; 32]) -> Result<Self, NoteError> {
        Ok(Self::new(name, point(bytes)?))
    }

    /// The 32 bytes of it.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Whose it is.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    fn made(&self, signature: &NoteSignature) -> bool {
        self.name == signature.name && self.id == signature.id
    }

    /// Strictly: no signature passes that another verifier could take for another.
    fn fits(&self, text: &str, signature: &NoteSignature) -> bool {
        Signature::from_slice(&signature.bytes)
            .is_ok_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

/// `name+id+key`, as the format writes keys for whoever checks.
impl fmt::Display for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&write_key(&self.name, ED25519, self.as_bytes()))
    }
}

impl FromStr for NoteKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let (name, key) = read_key(text, ED25519)?;
        Self::of(name, &key)
    }
}

/// A private key with its name.
pub struct NoteSigner {
    public: NoteKey,
    key: SigningKey,
}

impl NoteSigner {
    /// The key of a seed: 32 random bytes that are kept outside the database.
    #[must_use]
    pub fn from_seed(name: KeyName, seed: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(seed);
        Self {
            public: NoteKey::new(name, key.verifying_key()),
            key,
        }
    }

    /// What whoever checks needs.
    #[must_use]
    pub const fn public(&self) -> &NoteKey {
        &self.public
    }

    fn sign(&self, text: &str) -> NoteSignature {
        NoteSignature {
            name: self.public.name.clone(),
            id: self.public.id,
            bytes: self.key.sign(text.as_bytes()).to_bytes().to_vec(),
        }
    }
}

/// Without the private half.
impl fmt::Debug for NoteSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoteSigner({})", self.public)
    }
}

/// A line below a note, as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoteSignature {
    pub(super) name: KeyName,
    pub(super) id: KeyId,
    /// What its type makes of it.
    pub(super) bytes: Vec<u8>,
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.id.as_slice(), &self.bytes].concat();
        write!(f, "{DASH}{} {}", self.name, STANDARD.encode(bytes))
    }
}

/// A text with its signatures. That it could be read says nothing about them: see [`Note::opened_by`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub(super) text: String,
    pub(super) signatures: Vec<NoteSignature>,
}

impl Note {
    /// Signs a text of whole lines.
    ///
    /// # Errors
    /// When the text is none that a note can have.
    pub fn sign(text: &str, signers: &[&NoteSigner]) -> Result<Self, NoteError> {
        check_text(text)?;
        if signers.is_empty() {
            return Err(NoteError::Unsigned);
        }
        Ok(Self {
            text: text.to_owned(),
            signatures: signers.iter().map(|signer| signer.sign(text)).collect(),
        })
    }

    /// The text. Nobody is known to have signed it yet.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text and who has signed it, of those whose keys are known. Signatures by others are passed over; one by a known
    /// key that does not fit condemns the note, whoever else has signed it.
    ///
    /// # Errors
    /// Forged, or signed by nobody who is known.
    pub fn opened_by<'k>(&self, keys: &'k [NoteKey]) -> Result<(&str, Vec<&'k NoteKey>), NoteError> {
        let mut signed_by = Vec::new();
        for signature in &self.signatures {
            let Some(key) = keys.iter().find(|key| key.made(signature)) else {
                continue;
            };
            if !key.fits(&self.text, signature) {
                return Err(NoteError::Forged(key.name.clone()));
            }
            signed_by.push(key);
        }
        if signed_by.is_empty() {
            return Err(NoteError::Unsigned);
        }
        Ok((&self.text, signed_by))
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for signature in &self.signatures {
            writeln!(f, "{signature}")?;
        }
        Ok(())
    }
}

impl FromStr for Note {
    type Err = NoteError;

    fn from_str(note: &str) -> Result<Self, NoteError> {
        let Some((text, below)) = note.rsplit_once("\n\n") else {
            return Err(NoteError::Form("there is no empty line above signatures"));
        };
        // The line's end belongs to the text.
        let text = format!("{text}\n");
        check_text(&text)?;
        let signatures = signatures(below)?;
        Ok(Self { text, signatures })
    }
}

fn check_text(text: &str) -> Result<(), NoteError> {
    if text.len() < 2 || !text.ends_with('\n') {
        return Err(NoteError::Form("its text is no whole line"));
    }
    if text.contains(|c: char| c.is_control() && c != '\n') {
        return Err(NoteError::Form("its text has control characters"));
    }
    Ok(())
}

/// Lines of signatures, of which there must be one.
pub(super) fn signatures(lines: &str) -> Result<Vec<NoteSignature>, NoteError> {
    let Some(lines) = lines.strip_suffix('\n') else {
        return Err(NoteError::Form("its last line has no end"));
    };
    let lines: Vec<&str> = lines.split('\n').collect();
    if lines.len() > SIGNATURES_MAX {
        return Err(NoteError::Form("it has too many signatures"));
    }
    lines.into_iter().map(signature).collect()
}

fn signature(line: &str) -> Result<NoteSignature, NoteError> {
    let parts = line.strip_prefix(DASH).and_then(|rest| rest.split_once(' '));
    let (name, bytes) = parts.ok_or(NoteError::Form("a signature is a dash, a name and Base64"))?;
    let name = name
        .parse()
        .map_err(|_| NoteError::Form("a signature's name has no spaces and no plus"))?;
    let bytes = STANDARD
        .decode(bytes)
        .map_err(|_| NoteError::Form("a signature is not Base64"))?;
    let (id, bytes) = bytes
        .split_first_chunk()
        .ok_or(NoteError::Form("a signature is too short"))?;
    Ok(NoteSignature {
        name,
        id: *id,
        bytes: bytes.to_vec(),
    })
}
