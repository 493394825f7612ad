//! Public keys as the format of signed notes writes them, of whichever type their signatures are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use sha2::{Digest, Sha256};

use crate::audit::canonical::hex;
use crate::audit::note::{KeyName, NoteError};

/// The first bytes of the hash of a key with its name: tells two keys of one name apart.
pub(super) type KeyId = [u8; 4];

/// The id of a key of 32 bytes whose signatures are of a type.
pub(super) fn key_id(name: &KeyName, of_type: u8, key: &[u8; 32]) -> KeyId {
    let digest = Sha256::new()
        .chain_update(name.as_str())
        .chain_update([b'\n', of_type])
        .chain_update(key)
        .finalize();
    [digest[0], digest[1], digest[2], digest[3]]
}

/// `name+id+key`, as the format writes keys for whoever checks.
pub(super) fn write_key(name: &KeyName, of_type: u8, key: &[u8; 32]) -> String {
    let id = hex(&key_id(name, of_type, key));
    let typed = [&[of_type], key.as_slice()].concat();
    format!("{name}+{id}+{}", STANDARD.encode(typed))
}

/// Reads what [`write_key`] writes, of this type alone.
pub(super) fn read_key(text: &str, of_type: u8) -> Result<(KeyName, [u8; 32]), NoteError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(NoteError::Key(
            "it is a name, an id and a key with a plus between them",
        ));
    };
    let bytes = STANDARD
        .decode(key)
        .map_err(|_| NoteError::Key("the key is not Base64"))?;
    let key = match bytes.split_first() {
        Some((first, key)) if *first == of_type => key,
        _ => return Err(NoteError::Key("it is of another type")),
    };
    let key = <[u8; 32]>::try_from(key).map_err(|_| NoteError::Key("it has not 32 bytes"))?;
    let name = name.parse()?;
    if hex(&key_id(&name, of_type, &key)) == id {
        Ok((name, key))
    } else {
        Err(NoteError::Key("the id is another key's"))
    }
}

/// A key from its 32 bytes.
pub(super) fn point(bytes: &[u8; 32]) -> Result<VerifyingKey, NoteError> {
    VerifyingKey::from_bytes(bytes).map_err(|_| NoteError::Key("it is no point of the curve"))
}
