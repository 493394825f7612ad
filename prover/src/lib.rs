//! Checks an entry's proof in the browser, with the very code that `stagedoor audit verify` runs.
//!
//! A module of its own, because signatures weigh as much as all islands together and most pages prove nothing: `assets/proof.js`
//! fetches it when the first entry is opened. It is given a receipt and says what that proves. It fetches nothing and draws nothing.

use serde::Serialize;
use stagedoor_core::audit::note::NoteKey;
use stagedoor_core::audit::receipt::{Proved, Receipt};
use stagedoor_core::view::receipt::{KeyLine, ReceiptView, Standing};
use wasm_bindgen::prelude::wasm_bindgen;

/// What the page is told.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "standing", rename_all = "snake_case")]
enum Said {
    /// The entry stands in the log.
    Proved {
        /// Which entry.
        id: String,
        /// Its place, from 1.
        leaf: u64,
        /// How many entries the log has.
        size: u64,
        /// The root that was signed, in hexadecimal digits.
        root: String,
        /// How many hashes lead there.
        steps: usize,
        /// When it was signed, in milliseconds since the epoch; `None` where the log does not say.
        at: Option<i64>,
        /// What people call the key that signed.
        key: String,
    },
    /// It has no place yet.
    Waits,
    /// It is not proved.
    Refused {
        /// Why.
        why: String,
    },
}

/// Checks a receipt as the API gives it, and says as JSON what it proves.
#[wasm_bindgen]
#[must_use]
pub fn check(receipt: &str) -> String {
    let said = serde_json::from_str::<ReceiptView>(receipt)
        .map_err(|_| "the receipt cannot be read".to_owned())
        .and_then(|view| look(&view))
        .unwrap_or_else(|why| Said::Refused { why });
    // INVARIANT: text and numbers alone are always JSON.
    serde_json::to_string(&said).unwrap_or_default()
}

fn look(view: &ReceiptView) -> Result<Said, String> {
    match (view.standing, &view.receipt) {
        (Standing::Waits, _) => Ok(Said::Waits),
        (Standing::Proved, Some(receipt)) => prove(view, receipt),
        _ => Err("no proof of it can be made: the log is damaged".to_owned()),
    }
}

fn prove(view: &ReceiptView, receipt: &Receipt) -> Result<Said, String> {
    let keys: Result<Vec<NoteKey>, _> = view.keys.iter().map(|line| line.key.parse()).collect();
    let keys = keys.map_err(|error| error.to_string())?;
    let proved = receipt.check(&keys).map_err(|error| error.to_string())?;
    if proved.record.id != view.id {
        return Err("it is the proof of another entry".to_owned());
    }
    Ok(said(proved, &view.keys))
}

fn said(proved: Proved, keys: &[KeyLine]) -> Said {
    let key = proved.key.to_string();
    let label = keys
        .iter()
        .find(|line| line.key == key)
        .map(|line| line.label.clone());
    Said::Proved {
        id: proved.record.id,
        leaf: proved.index + 1,
        size: proved.checkpoint.size,
        root: proved.checkpoint.root.to_string(),
        steps: proved.steps,
        at: proved.checkpoint.at.map(|at| at.micros() / 1000),
        key: label.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping it")]

    use stagedoor_core::audit::checkpoint::Checkpoint;
    use stagedoor_core::audit::key::{LogKeys, Origin};
    use stagedoor_core::audit::leaf::{Frontier, TreeHash};
    use stagedoor_core::audit::proof::InclusionProof;
    use stagedoor_core::time::Timestamp;
    use stagedoor_core::view::receipt::WitnessCount;

    use super::*;

    const ENTRY: &str = r#"{"actor":{"kind":"system"},"at":"2026-11-21T12:00:00Z","event":"tenant.create","id":"evt_1","log":"platform","outcome":"success","request":"req_1","retention":"platform_365d","v":1}"#;

    fn view() -> ReceiptView {
        let name = Origin::new("admin.example.com").unwrap().platform().unwrap();
        let keys = LogKeys::private("2026-11", [4; 32]);
        let mut tree = Frontier::new();
        tree.append(TreeHash::of_leaf(ENTRY.as_bytes()));
        let checkpoint = Checkpoint {
            origin: name.to_string(),
            size: 1,
            root: tree.root(),
            at: Some(Timestamp::from_micros(1_795_262_400_000_000)),
        };
        let note = checkpoint.sign(&keys.signers(&name).iter().collect::<Vec<_>>());
        let proof = InclusionProof {
            index: 0,
            size: 1,
            path: Vec::new(),
        };
        ReceiptView {
            id: "evt_1".to_owned(),
            standing: Standing::Proved,
            receipt: Receipt::new(ENTRY.as_bytes(), &proof, &note.unwrap()),
            keys: vec![KeyLine {
                label: "2026-11".to_owned(),
                key: keys.known(&name)[0].to_string(),
            }],
            witnesses: WitnessCount::default(),
        }
    }

    fn says(view: &ReceiptView) -> serde_json::Value {
        serde_json::from_str(&check(&serde_json::to_string(view).unwrap())).unwrap()
    }

    #[test]
    fn a_good_receipt_is_told_in_numbers() {
        let said = says(&view());
        assert_eq!(said["standing"], "proved", "{said}");
        assert_eq!((&said["leaf"], &said["size"]), (&1.into(), &1.into()));
        assert_eq!(
            (&said["key"], &said["at"]),
            (&"2026-11".into(), &1_795_262_400_000_i64.into())
        );
    }

    #[test]
    fn whatever_else_comes_is_refused_with_its_reason() {
        let mut changed = view();
        let receipt = changed.receipt.as_mut().unwrap();
        receipt.entry = receipt.entry.replace("create", "delete");
        assert!(
            says(&changed)["why"]
                .as_str()
                .unwrap()
                .contains("does not lead to the checkpoint")
        );
        let other = ReceiptView {
            id: "evt_2".to_owned(),
            ..view()
        };
        assert_eq!(says(&other)["why"], "it is the proof of another entry");
        let keyless = ReceiptView {
            keys: Vec::new(),
            ..view()
        };
        assert_eq!(says(&keyless)["standing"], "refused");
        let damaged = ReceiptView {
            standing: Standing::Unprovable,
            receipt: None,
            ..view()
        };
        assert_eq!(says(&damaged)["standing"], "refused");
        let waits = ReceiptView {
            standing: Standing::Waits,
            receipt: None,
            ..view()
        };
        assert_eq!(says(&waits)["standing"], "waits");
        assert!(check("{").contains("cannot be read"));
    }
}
