//! Exports: a whole file proves what is in it, and no change of it gets by.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping it")]

use proptest::prelude::*;
use sha2::{Digest, Sha256};
use stagedoor_core::audit::checkpoint::Checkpoint;
use stagedoor_core::audit::export::{
    End, EntryProof, ExportCheck, ExportFault, ExportProved, HashText, LogProof, Part,
};
use stagedoor_core::audit::key::{LogKeys, Origin};
use stagedoor_core::audit::leaf::{Frontier, TreeHash};
use stagedoor_core::audit::note::{KeyName, Note};
use stagedoor_core::audit::proof::Plan;

fn entry(number: u64) -> String {
    format!(
        "{{\"actor\":{{\"kind\":\"system\"}},\"at\":\"2026-11-21T12:00:00Z\",\"event\":\"tenant.create\",\"id\":\"evt_{number}\",\
         \"log\":\"platform\",\"outcome\":\"success\",\"request\":\"req_1\",\"retention\":\"platform_365d\",\"v\":1}}"
    )
}

fn keys() -> LogKeys {
    LogKeys::private("test", [5; 32])
}

fn name() -> KeyName {
    Origin::new("admin.example.com").unwrap().platform().unwrap()
}

fn grown(leaves: std::ops::Range<u64>) -> Frontier {
    let mut tree = Frontier::new();
    for number in leaves {
        tree.append(TreeHash::of_leaf(entry(number).as_bytes()));
    }
    tree
}

fn checkpoint(size: u64) -> Note {
    let checkpoint = Checkpoint {
        origin: name().to_string(),
        size,
        root: grown(0..size).root(),
        at: None,
    };
    let signers = keys().signers(&name());
    checkpoint.sign(&signers.iter().collect::<Vec<_>>()).unwrap()
}

fn root_of(subtree: stagedoor_core::audit::leaf::Subtree) -> TreeHash {
    grown(subtree.leaves()).root()
}

fn manifest(size: u64, part: Option<u64>) -> String {
    let proof = LogProof {
        checkpoint: checkpoint(size).to_string(),
        keys: keys().known(&name()).iter().map(ToString::to_string).collect(),
        part: part.map(|from| Part {
            from,
            before: Frontier::wanted(from)
                .into_iter()
                .map(|one| HashText(root_of(one)))
                .collect(),
        }),
    };
    serde_json::json!({ "manifest": { "export": "audit", "proof": proof } }).to_string()
}

fn signed(mut lines: Vec<String>) -> String {
    let above: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let end = End {
        origin: name().to_string(),
        rows: lines.len() as u64 - 1,
        sha256: Sha256::digest(above.as_bytes()).into(),
    };
    let signers = keys().signers(&name());
    lines.push(end.line(&signers.iter().collect::<Vec<_>>()).unwrap());
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// A whole part of a log.
fn part(from: u64, size: u64) -> String {
    let mut lines = vec![manifest(size, Some(from))];
    lines.extend((from..size).map(|index| {
        let proof = EntryProof {
            entry: entry(index),
            index,
            path: None,
        };
        serde_json::json!({ "proof": proof }).to_string()
    }));
    signed(lines)
}

/// A choice of entries, each with its path; one has no place yet.
fn choice(chosen: &[u64], size: u64) -> String {
    let mut lines = vec![manifest(size, None)];
    lines.extend(chosen.iter().map(|index| {
        let plan = Plan::inclusion(*index, size).unwrap();
        let path = plan.path(|subtree| Some(root_of(subtree))).unwrap();
        let proof = EntryProof {
            entry: entry(*index),
            index: *index,
            path: Some(path.into_iter().map(HashText).collect()),
        };
        serde_json::json!({ "id": format!("evt_{index}"), "proof": proof }).to_string()
    }));
    lines.push(serde_json::json!({ "id": "evt_new", "proof": null }).to_string());
    signed(lines)
}

fn check(file: &str, trusted: Option<&LogKeys>, kept: &[Note]) -> Result<ExportProved, ExportFault> {
    let mut lines = file.lines();
    let mut check = ExportCheck::begin(lines.next().unwrap_or_default(), trusted, kept)?;
    lines.try_for_each(|line| check.line(line))?;
    check.finish()
}

#[test]
fn a_whole_log_is_proved_from_any_place_on() {
    for size in [1, 2, 7, 16, 33] {
        for from in 0..=size {
            let proved = check(&part(from, size), Some(&keys()), &[]).unwrap();
            assert_eq!((proved.entries, proved.checkpoint.size), (size - from, size));
        }
    }
}

#[test]
fn a_choice_is_proved_entry_by_entry() {
    let proved = check(&choice(&[30, 17, 4, 0], 31), None, &[]).unwrap();
    assert_eq!((proved.entries, proved.waiting), (4, 1));
}

#[test]
fn a_checkpoint_that_was_kept_is_held_against_it() {
    let kept = [checkpoint(5), checkpoint(9), checkpoint(12)];
    assert_eq!(check(&part(5, 12), Some(&keys()), &kept).unwrap().kept, 3);
    let file = part(9, 12);
    assert_eq!(
        check(&file, None, &kept[..1]),
        Err(ExportFault::Beyond {
            size: 5,
            from: 9,
            to: 12
        })
    );
    // Somebody else's past, signed with the very keys.
    let other = Checkpoint {
        origin: name().to_string(),
        size: 9,
        root: grown(1..10).root(),
        at: None,
    };
    let signers = keys().signers(&name());
    let other = other.sign(&signers.iter().collect::<Vec<_>>()).unwrap();
    assert_eq!(check(&file, None, &[other]), Err(ExportFault::Kept { size: 9 }));
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let file = part(0, 9);
    let lines: Vec<&str> = file.lines().collect();
    let without = |line: usize| {
        let kept: Vec<&str> = lines
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != line)
            .map(|(_, line)| *line)
            .collect();
        kept.join("\n")
    };
    assert_eq!(
        check(&without(4), None, &[]),
        Err(ExportFault::Gap {
            line: 5,
            wanted: 3,
            found: 4
        })
    );
    assert_eq!(
        check(&without(lines.len() - 1), None, &[]),
        Err(ExportFault::NoEnd)
    );
    assert_eq!(check(&without(0), None, &[]), Err(ExportFault::Manifest));
    let chosen = choice(&[3, 8], 9).replace("\"id\\\":\\\"evt_8", "\"id\\\":\\\"evt_7");
    assert!(matches!(
        check(&chosen, None, &[]),
        Err(ExportFault::Entry { line: 3, .. })
    ));
    let stranger = LogKeys::private("other", [6; 32]);
    assert!(matches!(
        check(&file, Some(&stranger), &[]),
        Err(ExportFault::Note(_))
    ));
    // A whole log of two entries fewer than were signed, with an end that fits.
    let mut shorter: Vec<String> = lines[..8].iter().map(|line| (*line).to_owned()).collect();
    shorter.truncate(8);
    assert_eq!(
        check(&signed(shorter), None, &[]),
        Err(ExportFault::Short { size: 9, found: 7 })
    );
}

#[test]
fn a_part_beyond_the_log_is_none() {
    let hashes = vec![HashText(TreeHash::of_nothing()); 64];
    let proof = LogProof {
        checkpoint: checkpoint(9).to_string(),
        keys: keys().known(&name()).iter().map(ToString::to_string).collect(),
        part: Some(Part {
            from: u64::MAX,
            before: hashes,
        }),
    };
    let first = serde_json::json!({ "manifest": { "proof": proof } }).to_string();
    assert!(matches!(
        ExportCheck::begin(&first, None, &[]),
        Err(ExportFault::Part)
    ));
    // One entry more than were signed.
    let mut lines: Vec<String> = part(0, 9).lines().take(10).map(str::to_owned).collect();
    let proof = EntryProof {
        entry: entry(9),
        index: 9,
        path: None,
    };
    lines.push(serde_json::json!({ "proof": proof }).to_string());
    assert!(matches!(
        check(&signed(lines), None, &[]),
        Err(ExportFault::Gap { line: 11, .. })
    ));
}

proptest! {
    #[test]
    fn no_changed_byte_gets_by(whole: bool, place in any::<prop::sample::Index>(), bit in 0u8..7) {
        let file = if whole { part(3, 11) } else { choice(&[10, 2, 5], 11) };
        let mut bytes = file.clone().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        if let Ok(changed) = String::from_utf8(bytes)
            && changed.lines().ne(file.lines())
        {
            prop_assert!(check(&changed, Some(&keys()), &[]).is_err());
        }
    }
}
