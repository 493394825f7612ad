//! Receipts: what a log gives out proves its entry, and nothing that was changed proves anything.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping it")]

use proptest::prelude::*;
use stagedoor_core::audit::checkpoint::Checkpoint;
use stagedoor_core::audit::key::{LogKeys, Origin};
use stagedoor_core::audit::leaf::{Frontier, TreeHash};
use stagedoor_core::audit::note::{Note, NoteKey};
use stagedoor_core::audit::proof::{InclusionProof, Plan};
use stagedoor_core::audit::receipt::{Receipt, ReceiptFault};
use stagedoor_core::time::Timestamp;

const AT: Timestamp = Timestamp::from_micros(1_795_262_400_000_000);

fn entry(log: &str, number: u64) -> Vec<u8> {
    format!(
        "{{\"actor\":{{\"kind\":\"system\"}},\"at\":\"2026-11-21T12:00:00Z\",\"event\":\"tenant.create\",\"id\":\"evt_{number}\",\
         \"log\":\"{log}\",\"outcome\":\"success\",\"request\":\"req_1\",\"retention\":\"platform_365d\",\"v\":1}}"
    )
    .into_bytes()
}

/// A log of some entries, at some size.
struct Log {
    entries: Vec<Vec<u8>>,
    note: Note,
    keys: Vec<NoteKey>,
}

impl Log {
    fn new(log: &str, size: u64) -> Self {
        let name = Origin::new("admin.example.com").unwrap().of(log).unwrap();
        let keys = LogKeys::private("test", [5; 32]);
        let entries: Vec<Vec<u8>> = (0..size).map(|number| entry(log, number)).collect();
        let mut tree = Frontier::new();
        for entry in &entries {
            tree.append(TreeHash::of_leaf(entry));
        }
        let checkpoint = Checkpoint {
            origin: name.to_string(),
            size,
            root: tree.root(),
            at: Some(AT),
        };
        let signers = keys.signers(&name);
        let note = checkpoint.sign(&signers.iter().collect::<Vec<_>>()).unwrap();
        Self {
            entries,
            note,
            keys: keys.known(&name),
        }
    }

    fn receipt(&self, index: u64) -> Receipt {
        let size = self.entries.len() as u64;
        let root_of = |leaves: std::ops::Range<u64>| {
            let mut tree = Frontier::new();
            for entry in &self.entries[leaves.start as usize..leaves.end as usize] {
                tree.append(TreeHash::of_leaf(entry));
            }
            tree.root()
        };
        let path = Plan::inclusion(index, size)
            .unwrap()
            .path(|subtree| Some(root_of(subtree.leaves())))
            .unwrap();
        let proof = InclusionProof { index, size, path };
        Receipt::new(&self.entries[index as usize], &proof, &self.note).unwrap()
    }
}

#[test]
fn every_entry_of_a_log_has_a_receipt() {
    for size in 1..40 {
        let log = Log::new("platform", size);
        for index in 0..size {
            let proved = log.receipt(index).check(&log.keys).unwrap();
            assert_eq!((proved.index, proved.record.id), (index, format!("evt_{index}")));
            assert_eq!((proved.checkpoint.size, proved.checkpoint.at), (size, Some(AT)));
        }
    }
}

#[test]
fn a_receipt_is_text_that_others_read() {
    let text = Log::new("platform", 3).receipt(1).proof;
    assert!(text.starts_with("c2sp.org/tlog-proof@v1\nindex 1\n"));
    assert!(text.contains("\n\nadmin.example.com/audit/platform\n3\n"));
    let log = Log::new("platform", 3);
    let with_more = Receipt {
        proof: text.replace("@v1\n", "@v1\nextra QQ==\n"),
        ..log.receipt(1)
    };
    assert_eq!(with_more.check(&log.keys).unwrap().index, 1);
}

#[test]
fn an_entry_of_another_log_is_none_of_this_one() {
    // A tree of the platform's name over a tenant's entries: whoever signs that signs nonsense.
    let mut log = Log::new("platform", 0);
    let wrong = Log::new("org_1", 2);
    let tree = {
        let mut tree = Frontier::new();
        wrong.entries.iter().for_each(|entry| {
            tree.append(TreeHash::of_leaf(entry));
        });
        tree
    };
    let name = Origin::new("admin.example.com").unwrap().platform().unwrap();
    let checkpoint = Checkpoint {
        origin: name.to_string(),
        size: 2,
        root: tree.root(),
        at: None,
    };
    let signers = LogKeys::private("test", [5; 32]).signers(&name);
    log.note = checkpoint.sign(&signers.iter().collect::<Vec<_>>()).unwrap();
    log.entries = wrong.entries;
    assert_eq!(log.receipt(0).check(&log.keys), Err(ReceiptFault::Log));
}

proptest! {
    #[test]
    fn no_change_of_any_byte_is_missed(size in 1u64..30, at in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), bit in 0u8..7, in_entry: bool) {
        let log = Log::new("platform", size);
        let mut receipt = log.receipt(at.index(size as usize) as u64);
        let text = if in_entry { &mut receipt.entry } else { &mut receipt.proof };
        let mut bytes = std::mem::take(text).into_bytes();
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        // What is no text any more does not even get here.
        if let Ok(changed) = String::from_utf8(bytes) {
            *text = changed;
            prop_assert!(receipt.check(&log.keys).is_err());
        }
    }

    #[test]
    fn whatever_is_sent_is_answered(entry in ".{0,80}", proof in "(c2sp.org/tlog-proof@v1\n)?(index [0-9]{1,22}\n)?([A-Za-z0-9+/=]{0,50}\n){0,3}\n?(.{0,40}\n){0,5}") {
        let log = Log::new("platform", 1);
        let receipt = Receipt { entry, proof };
        prop_assert!(receipt.check(&log.keys).is_err());
    }
}
