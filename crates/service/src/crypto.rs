//! Secrets at rest: one master key, a derived key for each purpose, and nothing in the clear in the database.
//!
//! Every sealed value names what it belongs to (its associated data), so that a value moved to another row, column or
//! purpose does not open. A sealed value is `version ‖ nonce ‖ ciphertext`; this module never logs and never compares
//! secrets by anything but the AEAD's own tag.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use stagedoor_core::clock::Rng;
use zeroize::{Zeroize, ZeroizeOnDrop};

const VERSION: u8 = 1;
const NONCE_LEN: usize = 24;

/// What a derived key is for. The names are part of the derivation and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Cursors of lists, which travel through the browser.
    Cursor,
    /// Keys of the personal data beside the audit.
    SubjectKey,
    /// What a sign-in must remember between two requests: PKCE verifier, ceremony state.
    SignIn,
    /// Secrets of identity providers' clients.
    ProviderSecret,
    /// Calls that wait for a fresh proof, and the challenges that are out for them.
    StepUp,
    /// An enrolment token, or recovery codes, on the way to the one page that shows them.
    ShownToken,
    /// Secrets of authenticator apps.
    TotpSecret,
    /// ID tokens that are kept with the sessions that came from them.
    IdToken,
    /// Messages that are shown once, with what was typed into a form that was refused.
    Flash,
}

impl Purpose {
    const fn info(self) -> &'static [u8] {
        match self {
            Self::Cursor => b"stagedoor/cursor/v1",
            Self::SubjectKey => b"stagedoor/subject-key/v1",
            Self::SignIn => b"stagedoor/sign-in/v1",
            Self::ProviderSecret => b"stagedoor/provider-secret/v1",
            Self::StepUp => b"stagedoor/step-up/v1",
            Self::ShownToken => b"stagedoor/shown-token/v1",
            Self::TotpSecret => b"stagedoor/totp-secret/v1",
            Self::IdToken => b"stagedoor/id-token/v1",
            Self::Flash => b"stagedoor/flash/v1",
        }
    }
}

/// The key everything else is derived from: 32 bytes from a file, the environment or, in the demo, fresh randomness.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// From 32 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// A sealed value that does not open: another key, another place, or another's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value does not open")]
pub struct Unopenable;

/// A key for one purpose, or for one subject's personal data.
#[derive(Clone)]
pub struct SealingKey(XChaCha20Poly1305);

impl SealingKey {
    /// From 32 bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(&Key::from(*bytes)))
    }

    /// Seals bytes for a place.
    #[must_use]
    pub fn seal(&self, rng: &dyn Rng, place: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0u8; NONCE_LEN];
        rng.fill(&mut nonce);
        let payload = Payload {
            msg: plain,
            aad: place,
        };
        // INVARIANT: XChaCha20-Poly1305 fails only past 256 GiB, which no caller can hold.
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
        let mut out = Vec::with_capacity(1 + NONCE_LEN + sealed.len());
        out.push(VERSION);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        out
    }

    /// Opens what was sealed for the same place.
    ///
    /// # Errors
    /// [`Unopenable`] for anything else.
    pub fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Unopenable> {
        let rest = sealed.strip_prefix(&[VERSION]).ok_or(Unopenable)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_LEN>().ok_or(Unopenable)?;
        self.0
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: ciphertext,
                    aad: place,
                },
            )
            .map_err(|_| Unopenable)
    }
}

/// The derived keys.
#[derive(Clone)]
pub struct Vault {
    cursor: SealingKey,
    subject_key: SealingKey,
    sign_in: SealingKey,
    provider_secret: SealingKey,
    step_up: SealingKey,
    shown_token: SealingKey,
    totp_secret: SealingKey,
    id_token: SealingKey,
    flash: SealingKey,
    tags: Hkdf<Sha256>,
}

impl Vault {
    /// Derives all keys (HKDF-SHA-256, RFC 5869).
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        let root = Hkdf::<Sha256>::new(None, &master.0);
        let derive = |purpose: Purpose| {
            let mut key = [0u8; 32];
            // INVARIANT: HKDF-SHA-256 gives up to 8,160 bytes; 32 are asked for.
            let _ = root.expand(purpose.info(), &mut key);
            let sealing = SealingKey::from_bytes(&key);
            key.zeroize();
            sealing
        };
        Self {
            cursor: derive(Purpose::Cursor),
            subject_key: derive(Purpose::SubjectKey),
            sign_in: derive(Purpose::SignIn),
            provider_secret: derive(Purpose::ProviderSecret),
            step_up: derive(Purpose::StepUp),
            shown_token: derive(Purpose::ShownToken),
            totp_secret: derive(Purpose::TotpSecret),
            id_token: derive(Purpose::IdToken),
            flash: derive(Purpose::Flash),
            tags: root,
        }
    }

    /// A name for a value that only this installation can give: the same for the same value, and without the master key
    /// nobody finds the value by trying all there are.
    #[must_use]
    pub fn tag(&self, what: &str, value: &[u8]) -> [u8; 16] {
        let mut tag = [0u8; 16];
        let info = [b"stagedoor/tag/v1/", what.as_bytes(), b"\0", value];
        // INVARIANT: as above; 16 bytes are asked for.
        let _ = self.tags.expand_multi_info(&info, &mut tag);
        tag
    }

    /// 32 bytes for a use outside this module: a key that is not for sealing.
    #[must_use]
    pub fn secret(&self, what: &str) -> [u8; 32] {
        let mut secret = [0u8; 32];
        // INVARIANT: as above; 32 bytes are asked for.
        let _ = self
            .tags
            .expand_multi_info(&[b"stagedoor/secret/v1/", what.as_bytes()], &mut secret);
        secret
    }

    /// The key for a purpose.
    #[must_use]
    pub const fn key(&self, purpose: Purpose) -> &SealingKey {
        match purpose {
            Purpose::Cursor => &self.cursor,
            Purpose::SubjectKey => &self.subject_key,
            Purpose::SignIn => &self.sign_in,
            Purpose::ProviderSecret => &self.provider_secret,
            Purpose::StepUp => &self.step_up,
            Purpose::ShownToken => &self.shown_token,
            Purpose::TotpSecret => &self.totp_secret,
            Purpose::IdToken => &self.id_token,
            Purpose::Flash => &self.flash,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::OsRng;

    #[test]
    fn a_value_opens_only_in_its_place_and_for_its_purpose() {
        let vault = Vault::new(&MasterKey::from_bytes([1; 32]));
        let key = vault.key(Purpose::SignIn);
        let sealed = key.seal(&OsRng, b"row 1", b"secret");
        assert_eq!(key.open(b"row 1", &sealed).unwrap(), b"secret");
        assert_eq!(key.open(b"row 2", &sealed), Err(Unopenable));
        assert_eq!(
            vault.key(Purpose::Cursor).open(b"row 1", &sealed),
            Err(Unopenable)
        );
        let other = Vault::new(&MasterKey::from_bytes([2; 32]));
        assert_eq!(
            other.key(Purpose::SignIn).open(b"row 1", &sealed),
            Err(Unopenable)
        );
    }

    #[test]
    fn a_tag_is_the_same_for_the_same_value_here_and_nowhere_else() {
        let vault = Vault::new(&MasterKey::from_bytes([1; 32]));
        let tag = vault.tag("address", b"203.0.113.9");
        assert_eq!(vault.tag("address", b"203.0.113.9"), tag);
        assert_ne!(vault.tag("address", b"203.0.113.8"), tag);
        assert_ne!(vault.tag("agent", b"203.0.113.9"), tag);
        let other = Vault::new(&MasterKey::from_bytes([2; 32]));
        assert_ne!(other.tag("address", b"203.0.113.9"), tag);
    }

    #[test]
    fn any_changed_byte_or_cut_is_noticed() {
        let vault = Vault::new(&MasterKey::from_bytes([1; 32]));
        let key = vault.key(Purpose::Cursor);
        let sealed = key.seal(&OsRng, b"", b"where the page ended");
        for position in 0..sealed.len() {
            let mut forged = sealed.clone();
            forged[position] ^= 1;
            assert!(key.open(b"", &forged).is_err(), "byte {position}");
            assert!(key.open(b"", &sealed[..position]).is_err(), "cut at {position}");
        }
    }
}
