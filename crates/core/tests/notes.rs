//! Signed notes and checkpoints: the example of the format's first program, and everything that must not pass.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping it")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use stagedoor_core::audit::checkpoint::Checkpoint;
use stagedoor_core::audit::leaf::TreeHash;
use stagedoor_core::audit::note::{KeyName, Note, NoteError, NoteKey, NoteSigner};

/// The example of golang.org/x/mod/sumdb/note.
const KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const SEED: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const TEXT: &str =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NOTE: &str = "If you think cryptography is the answer to your problem,
then you don't know what your problem is.

\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
";

fn signer(name: &str, seed: u8) -> NoteSigner {
    NoteSigner::from_seed(name.parse().unwrap(), &[seed; 32])
}

fn log() -> Checkpoint {
    Checkpoint {
        origin: "stagedoor.test/platform".to_owned(),
        size: 20_852_163,
        root: TreeHash::of_leaf(b"any"),
        at: None,
    }
}

#[test]
fn notes_are_those_that_others_write() {
    let seed = STANDARD.decode(SEED).unwrap();
    let peter = NoteSigner::from_seed("PeterNeumann".parse().unwrap(), seed[1..].try_into().unwrap());
    assert_eq!(peter.public().to_string(), KEY);
    assert_eq!(Note::sign(TEXT, &[&peter]).unwrap().to_string(), NOTE);

    let note: Note = NOTE.parse().unwrap();
    let key: NoteKey = KEY.parse().unwrap();
    let (text, signed_by) = note.opened_by(std::slice::from_ref(&key)).unwrap();
    assert_eq!((text, signed_by), (TEXT, vec![&key]));
    assert!(
        !format!("{peter:?}").contains(SEED),
        "a private key is never told"
    );
}

#[test]
fn a_checkpoint_is_three_lines_and_comes_back() {
    let text = "stagedoor.test/platform\n20852163\nPYhUAXhahQAZkTGJbqhj7kkKqBo0+N2DLQTQJG3iWFk=\n";
    let claimed: Checkpoint = text.parse().unwrap();
    assert_eq!(
        (claimed.origin.as_str(), claimed.size),
        ("stagedoor.test/platform", 20_852_163)
    );
    assert_eq!(claimed.to_string(), text);
    let with_extensions: Checkpoint = format!("{text}another line\n").parse().unwrap();
    assert_eq!(with_extensions, claimed);
    for (wrong, why) in [
        ("", "no line"),
        ("a\n1\n", "two lines"),
        ("\n1\nPYhUAXhahQAZkTGJbqhj7kkKqBo0+N2DLQTQJG3iWFk=\n", "no origin"),
        (
            "a\n01\nPYhUAXhahQAZkTGJbqhj7kkKqBo0+N2DLQTQJG3iWFk=\n",
            "a zero before",
        ),
        ("a\n+1\nPYhUAXhahQAZkTGJbqhj7kkKqBo0+N2DLQTQJG3iWFk=\n", "a sign"),
        (
            "a\n18446744073709551616\nPYhUAXhahQAZkTGJbqhj7kkKqBo0+N2DLQTQJG3iWFk=\n",
            "too large",
        ),
        ("a\n1\nPYhUAXhahQAZkTGJbqhj7kkKqBo0+N2DLQTQJG3iWA==\n", "31 bytes"),
        ("a\n1\nPYhUAXhahQAZkTGJbqhj7kkKqBo0+N2DLQTQJG3iWFk=", "no end"),
        (
            "a\n1\nPYhUAXhahQAZkTGJbqhj7kkKqBo0+N2DLQTQJG3iWFk=\n\n",
            "an empty line",
        ),
    ] {
        assert!(wrong.parse::<Checkpoint>().is_err(), "{why}");
    }
}

#[test]
fn a_log_is_believed_by_its_own_keys_alone() {
    let (own, next) = (
        signer("stagedoor.test/platform", 1),
        signer("stagedoor.test/platform", 2),
    );
    let witness = signer("witness.example", 3);
    let keys: Vec<NoteKey> = [&own, &next, &witness]
        .map(|signer| signer.public().clone())
        .into();
    for signers in [vec![&own], vec![&next], vec![&own, &next, &witness]] {
        let note: Note = log().sign(&signers).unwrap().to_string().parse().unwrap();
        assert_eq!(Checkpoint::open(&note, &keys), Ok(log()));
    }
    // A witness vouches for what it saw, not for the log; and one log's key for no other log.
    let witnessed = log().sign(&[&witness]).unwrap();
    assert_eq!(Checkpoint::open(&witnessed, &keys), Err(NoteError::Unsigned));
    let other = Checkpoint {
        origin: "stagedoor.test/acme".to_owned(),
        ..log()
    };
    assert_eq!(
        Checkpoint::open(&other.sign(&[&own]).unwrap(), &keys),
        Err(NoteError::Unsigned)
    );
    let stranger = signer("stagedoor.test/platform", 9);
    let unknown = log().sign(&[&stranger]).unwrap();
    assert_eq!(Checkpoint::open(&unknown, &keys), Err(NoteError::Unsigned));
    assert_eq!(log().sign(&[]), Err(NoteError::Unsigned));
}

#[test]
fn one_forged_signature_condemns_a_note_and_one_of_a_stranger_does_not() {
    let (own, witness, stranger) = (
        signer("stagedoor.test/platform", 1),
        signer("witness.example", 3),
        signer("stranger.example", 4),
    );
    let keys = [own.public().clone(), witness.public().clone()];
    let note = log().sign(&[&own, &stranger]).unwrap();
    assert_eq!(Checkpoint::open(&note, &keys), Ok(log()));
    // The witness's signature of another size, under this note.
    let elsewhere = Checkpoint { size: 1, ..log() }
        .sign(&[&witness])
        .unwrap()
        .to_string();
    let line = elsewhere.lines().last().unwrap();
    let forged: Note = format!("{}{line}\n", log().sign(&[&own]).unwrap())
        .parse()
        .unwrap();
    let witness: KeyName = "witness.example".parse().unwrap();
    assert_eq!(Checkpoint::open(&forged, &keys), Err(NoteError::Forged(witness)));
}

#[test]
fn what_is_no_note_is_told() {
    let line = "\u{2014} a AAAAAAAA\n";
    for (wrong, why) in [
        (String::new(), "nothing"),
        (format!("text\n{line}"), "no empty line"),
        (format!("\n\n{line}"), "no text"),
        (format!("te\tkst\n\n{line}"), "a control character"),
        ("text\n\n\u{2014} a AAAAAAAA".to_owned(), "no end"),
        ("text\n\n- a AAAAAAAA\n".to_owned(), "a hyphen"),
        ("text\n\n\u{2014} a\n".to_owned(), "no signature"),
        ("text\n\n\u{2014} a+b AAAAAAAA\n".to_owned(), "a plus"),
        ("text\n\n\u{2014} a AAA\n".to_owned(), "no Base64"),
        ("text\n\n\u{2014} a AAAA\n".to_owned(), "three bytes"),
        (format!("text\n\n{}", line.repeat(101)), "too many"),
    ] {
        assert!(matches!(wrong.parse::<Note>(), Err(NoteError::Form(_))), "{why}");
    }
    for text in ["", "\n", "no end", "a\rb\n"] {
        assert!(Note::sign(text, &[&signer("a", 1)]).is_err(), "{text:?}");
    }
    for (wrong, why) in [
        ("PeterNeumann+c74f20a3", "no key"),
        (
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "another id",
        ),
        (
            "Peter+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "another name",
        ),
        (
            "PeterNeumann+c74f20a3+AhpcQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWA",
            "another algorithm",
        ),
        (
            "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "a space",
        ),
    ] {
        assert!(
            matches!(wrong.parse::<NoteKey>(), Err(NoteError::Key(_))),
            "{why}"
        );
    }
}

proptest! {
    /// Any byte of a signed checkpoint changed: it is refused, or says what it said.
    #[test]
    fn no_byte_of_a_checkpoint_can_be_changed(at in 0..400_usize, with in any::<char>()) {
        let own = signer("stagedoor.test/platform", 1);
        let keys = [own.public().clone()];
        let whole: Vec<char> = log().sign(&[&own]).unwrap().to_string().chars().collect();
        let mut touched = whole.clone();
        touched[at % whole.len()] = with;
        let touched: String = touched.into_iter().collect();
        let opened = touched.parse::<Note>().and_then(|note| Checkpoint::open(&note, &keys));
        if let Ok(opened) = opened {
            prop_assert_eq!(opened, log());
            prop_assert_eq!(touched, whole.into_iter().collect::<String>());
        }
    }

    #[test]
    fn nothing_that_is_read_panics(text in any::<String>(), below in any::<String>()) {
        let _ = text.parse::<Note>();
        let _ = format!("{text}\n\n\u{2014} {below}\n").parse::<Note>();
        let _ = text.parse::<NoteKey>();
        let _ = text.parse::<Checkpoint>();
    }
}
