//! The kind of the witnesses: a list, each an address with a key.

use serde_json::{Value, json};
use stagedoor_service::log::witness::Witness;

use super::{Kind, Raw, list};

impl Kind for Vec<Witness> {
    fn words() -> String {
        "a list of witnesses, each its address and its key with a space between, such as [\"https://witness.example.com name+id+key\"]"
            .to_owned()
    }

    fn read(raw: &Raw) -> Option<Self> {
        list(raw)?.iter().map(|item| item.parse().ok()).collect()
    }

    fn show(&self) -> Value {
        json!(self.iter().map(ToString::to_string).collect::<Vec<_>>())
    }
}

/// What is wrong with witnesses that could each be read, in words that follow the key. Plain http is for a development profile.
pub(in crate::config) fn problem(witnesses: &[Witness], plain: bool) -> Option<String> {
    if !plain && witnesses.iter().any(|witness| !witness.is_https()) {
        return Some(
            "must be https: whoever is between could keep checkpoints from a witness. (Plain http is for server.development = true.)"
                .to_owned(),
        );
    }
    let mut others = witnesses.iter();
    while let Some(witness) = others.next() {
        let key = witness.key();
        // One that signs under two names would count twice.
        if others
            .clone()
            .any(|other| other.key().as_bytes() == key.as_bytes())
        {
            let label = key.label();
            return Some(format!(
                "has the key of {label} twice: two witnesses have two keys."
            ));
        }
    }
    None
}
