//! Cosignatures and submissions to witnesses: what others write is read, and whatever was touched is refused.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping it")]

use proptest::prelude::*;
use stagedoor_core::audit::checkpoint::Checkpoint;
use stagedoor_core::audit::cosignature::{WitnessKey, WitnessSigner};
use stagedoor_core::audit::leaf::TreeHash;
use stagedoor_core::audit::note::{Note, NoteError, NoteKey, NoteSigner};
use stagedoor_core::audit::witness::{AddCheckpoint, read_size};

/// A checkpoint and its cosignature as Python's cryptography signs them, which shares no code with ours.
const COSIGNED: &str = "stagedoor.test/platform
20852163
6OSuxgnE9idQUO2uwK/6nY+zyVJmc5ROiYTUrtMjgtE=

\u{2014} stagedoor.test/platform 0Uu8FG4rZwyDG9nUPUpdzSSIWXi2Xs5HQBxbWK3Yf3uj/+JdEgFivJQVHOCwzBbNfllhD6K24pkQJ3vSOSKPpnrzugI=
\u{2014} witness.example/w1 2e1ixQAAAABkGFDLFWPoA3LWvbi9uRxqfUsgumbARXU0QDnpaMC+//fS+9YrE7RsrH0Or6QXvUxDNMkCP6e8Vb2sk1hL8TwYGIN5Ag==
";
const KEY: &str = "witness.example/w1+d9ed62c5+BO1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR";
const AT: u64 = 1_679_315_147;

fn witness(name: &str, seed: u8) -> WitnessSigner {
    WitnessSigner::from_seed(name.parse().unwrap(), &[seed; 32])
}

fn own() -> NoteSigner {
    NoteSigner::from_seed("stagedoor.test/platform".parse().unwrap(), &[1; 32])
}

fn log() -> Checkpoint {
    Checkpoint {
        origin: "stagedoor.test/platform".to_owned(),
        size: 20_852_163,
        root: TreeHash::of_leaf(b"any"),
        at: None,
    }
}

fn signed(checkpoint: &Checkpoint) -> Note {
    checkpoint.sign(&[&own()]).unwrap()
}

#[test]
fn cosignatures_are_those_that_others_write() {
    let (signer, note) = (witness("witness.example/w1", 3), signed(&log()));
    assert_eq!(signer.public().to_string(), KEY);
    assert_eq!(signer.public().label(), "witness.example/w1+d9ed62c5");
    let key: WitnessKey = KEY.parse().unwrap();
    let (joined, at) = key.join(&note, &signer.cosign(&note, AT)).unwrap();
    assert_eq!((joined.to_string().as_str(), at), (COSIGNED, AT));

    let read: Note = COSIGNED.parse().unwrap();
    assert_eq!(key.cosigned(&read), Ok(AT));
    // Who knows the log alone passes the witness over.
    assert_eq!(Checkpoint::open(&read, &[own().public().clone()]), Ok(log()));
    assert!(!format!("{signer:?}").contains("AwMDAw"));
}

#[test]
fn the_key_of_a_log_is_no_witness_and_the_other_way_round() {
    let log_key = own().public().to_string();
    assert!(matches!(log_key.parse::<WitnessKey>(), Err(NoteError::Key(_))));
    assert!(matches!(KEY.parse::<NoteKey>(), Err(NoteError::Key(_))));
    for wrong in [
        KEY.replace("w1", "w2"),
        KEY.replace("d9ed62c5", "d9ed62c4"),
        KEY.replace("+BO1", "+BP1"),
        KEY[..KEY.len() - 4].to_owned(),
        KEY.replace("witness.example/w1", "a witness"),
    ] {
        assert!(
            matches!(wrong.parse::<WitnessKey>(), Err(NoteError::Key(_))),
            "{wrong}"
        );
    }
}

#[test]
fn a_cosignature_of_anything_else_is_refused() {
    let (signer, note) = (witness("witness.example/w1", 3), signed(&log()));
    let key = signer.public();
    let forged = Err(NoteError::Forged(key.name().clone()));
    let joined = |answer: &str| key.join(&note, answer).map(|(_, at)| at);

    let other = signed(&Checkpoint { size: 1, ..log() });
    assert_eq!(joined(&signer.cosign(&other, AT)), forged, "another text");
    // Ed25519 over the text alone, by the same key, is no cosignature: it says no time.
    let plain = NoteSigner::from_seed(key.name().clone(), &[3; 32]);
    let plain = Note::sign(note.text(), &[&plain]).unwrap().to_string();
    let line = plain.split_once("\n\n").unwrap().1.to_owned();
    assert_eq!(joined(&line), Err(NoteError::Unsigned), "another type");
    let (by_another, of_another) = (witness("witness.example/w1", 4), witness("witness.example/w2", 3));
    assert_eq!(joined(&by_another.cosign(&note, AT)), Err(NoteError::Unsigned));
    assert_eq!(joined(&of_another.cosign(&note, AT)), Err(NoteError::Unsigned));
    assert_eq!(
        joined(&signer.cosign(&note, u64::MAX)),
        forged,
        "a time that is none"
    );
    let good = signer.cosign(&note, AT);
    for wrong in ["", "\n", "nonsense\n", good.trim_end(), &format!("{good}\n")] {
        assert!(matches!(joined(wrong), Err(NoteError::Form(_))), "{wrong:?}");
    }
    // One that does not fit condemns the answer, whoever else has signed and however good another is.
    assert_eq!(joined(&format!("{good}{}", signer.cosign(&other, AT))), forged);
}

#[test]
fn of_an_answer_only_the_latest_line_of_the_witness_is_kept() {
    let (signer, note) = (witness("witness.example/w1", 3), signed(&log()));
    let stranger = witness("stranger.example", 9).cosign(&note, AT);
    let answer = [
        signer.cosign(&note, AT),
        stranger,
        signer.cosign(&note, AT + 9),
        signer.cosign(&note, AT + 2),
    ]
    .concat();
    let (joined, at) = signer.public().join(&note, &answer).unwrap();
    assert_eq!(at, AT + 9);
    let text = joined.to_string();
    assert_eq!(text, format!("{note}{}", signer.cosign(&note, AT + 9)));
    let (again, _) = signer
        .public()
        .join(&joined, &signer.cosign(&note, AT + 20))
        .unwrap();
    assert_eq!(
        again.to_string(),
        format!("{note}{}", signer.cosign(&note, AT + 20))
    );
    assert_eq!(signer.public().cosigned(&note), Err(NoteError::Unsigned));
}

#[test]
fn what_is_no_submission_is_told() {
    let note = signed(&log());
    let step = "6OSuxgnE9idQUO2uwK/6nY+zyVJmc5ROiYTUrtMjgtE=\n";
    let good = format!("old 5\n{step}\n{note}");
    let read: AddCheckpoint = good.parse().unwrap();
    assert_eq!((read.old, read.proof.len(), &read.checkpoint), (5, 1, &note));
    assert_eq!(read.to_string(), good);
    for (wrong, why) in [
        (String::new(), "nothing"),
        (format!("{step}\n{note}"), "no size"),
        (format!("old 05\n\n{note}"), "a zero before"),
        (format!("old +5\n\n{note}"), "a sign"),
        (format!("old  5\n\n{note}"), "two spaces"),
        (format!("old 5\nAAAA\n\n{note}"), "no hash"),
        (format!("old 5\n{}\n{note}", step.repeat(64)), "too long"),
        (format!("old 5\n{note}"), "no empty line"),
        (format!("old 5\n{step}\n"), "no checkpoint"),
    ] {
        assert!(wrong.parse::<AddCheckpoint>().is_err(), "{why}");
    }
    assert!(
        format!("old 5\n{}\n{note}", step.repeat(63))
            .parse::<AddCheckpoint>()
            .is_ok()
    );
}

#[test]
fn a_size_is_one_number() {
    assert_eq!(
        (read_size("20852014\n"), read_size("0"), read_size("7")),
        (Some(20_852_014), Some(0), Some(7))
    );
    for wrong in [
        "",
        "\n",
        "7\n\n",
        "07\n",
        "-7\n",
        "7 \n",
        "18446744073709551616\n",
        "seven\n",
    ] {
        assert_eq!(read_size(wrong), None, "{wrong:?}");
    }
}

proptest! {
    /// Any bit of a cosigned checkpoint flipped: the cosignature is refused, or another's line was hit.
    #[test]
    fn no_bit_of_what_was_cosigned_can_be_flipped(at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let key: WitnessKey = KEY.parse().unwrap();
        let mut bytes = COSIGNED.as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let cosigned = String::from_utf8(bytes).ok().and_then(|text| text.parse::<Note>().ok());
        if cosigned.is_some_and(|note| key.cosigned(&note).is_ok()) {
            let log_line = COSIGNED.find('\u{2014}').unwrap()..COSIGNED.rfind('\u{2014}').unwrap();
            prop_assert!(log_line.contains(&at), "the byte {} is not the log's own signature", at);
        }
    }

    #[test]
    fn submissions_come_back(old in any::<u64>(), seeds in prop::collection::vec(any::<[u8; 32]>(), 0..=63), size in any::<u64>()) {
        let submitted = AddCheckpoint {
            old,
            proof: seeds.into_iter().map(TreeHash::from_bytes).collect(),
            checkpoint: signed(&Checkpoint { size, ..log() }),
        };
        prop_assert_eq!(submitted.to_string().parse::<AddCheckpoint>(), Ok(submitted));
    }

    #[test]
    fn any_time_and_text_come_back(seconds in 0..=i64::MAX.cast_unsigned(), size in any::<u64>(), other in any::<u64>()) {
        let (signer, note) = (witness("witness.example/w1", 3), signed(&Checkpoint { size, ..log() }));
        let (joined, at) = signer.public().join(&note, &signer.cosign(&note, seconds)).unwrap();
        let read: Note = joined.to_string().parse().unwrap();
        prop_assert_eq!((at, signer.public().cosigned(&read)), (seconds, Ok(seconds)));
        if other != seconds {
            // The time is signed: the signature of one under the time of another is none.
            let bytes = joined.to_string();
            let line = bytes.lines().last().unwrap().rsplit_once(' ').unwrap().1.to_owned();
            prop_assert_eq!(signer.public().cosigned(&with_time(&note, &signer, &line, other)), Err(NoteError::Forged(signer.public().name().clone())));
        }
    }

    #[test]
    fn nothing_that_is_read_panics(text in any::<String>()) {
        let key: WitnessKey = KEY.parse().unwrap();
        let note = signed(&log());
        let _ = text.parse::<WitnessKey>();
        let _ = text.parse::<AddCheckpoint>();
        let _ = format!("old 1\n{text}\n\n{note}").parse::<AddCheckpoint>();
        let _ = key.join(&note, &text);
        let _ = key.join(&note, &format!("\u{2014} witness.example/w1 {text}\n"));
        let _ = read_size(&text);
    }

    /// A line of every length but the right one is refused.
    #[test]
    fn a_line_that_was_cut_or_grew_is_refused(keep in 0..76_usize, more in prop::collection::vec(any::<u8>(), 1..40)) {
        use base64::Engine as _;
        use base64::engine::general_purpose::STANDARD;
        let key: WitnessKey = KEY.parse().unwrap();
        let note = signed(&log());
        let line = COSIGNED.lines().last().unwrap().rsplit_once(' ').unwrap().1;
        let whole = STANDARD.decode(line).unwrap();
        for bytes in [whole[..keep].to_vec(), [whole.clone(), more].concat()] {
            let answer = format!("\u{2014} witness.example/w1 {}\n", STANDARD.encode(bytes));
            prop_assert!(key.join(&note, &answer).is_err());
        }
    }
}

/// A note with a line of a witness whose time is another than the signed one.
fn with_time(note: &Note, signer: &WitnessSigner, line: &str, seconds: u64) -> Note {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let mut bytes = STANDARD.decode(line).unwrap();
    bytes[4..12].copy_from_slice(&seconds.to_be_bytes());
    let name = signer.public().name();
    format!("{note}\u{2014} {name} {}\n", STANDARD.encode(bytes))
        .parse()
        .unwrap()
}
