//! Witnesses in the file and in the environment.

use super::{GOOD, KEY, complaint, environment, read, with_key};

const WITNESS: &str = "witness.example/w1+d9ed62c5+BO1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR";

const OTHER: &str = "witness.example/w2+ba6b6e6e+BMqTrBcFGHBx1nuDx/8O/oEI6OxFMFdddyaHkzPb2r58";
/// The key of the first under a second name.
const AGAIN: &str = "witness.example/w2+bfff2874+BO1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR";

fn with_witnesses(list: &str) -> String {
    GOOD.replace("[audit]", &format!("[audit]\nwitnesses = [{list}]"))
}

#[test]
fn witnesses_come_as_a_list_or_from_the_environment() {
    let one = format!("https://witness.example.com/ {WITNESS}");
    let checked = read(&with_witnesses(&format!("\"{one}\"")), &with_key()).unwrap();
    assert_eq!(checked.log().witnesses.len(), 1);
    assert_eq!(checked.config.export()["audit"]["witnesses"][0], one);
    let both = environment(&[
        ("STAGEDOOR__KEYS__MASTER_KEY", KEY),
        (
            "STAGEDOOR__AUDIT__WITNESSES",
            &format!("{one}, http://127.0.0.1:9 {OTHER}"),
        ),
        ("STAGEDOOR__SERVER__DEVELOPMENT", "true"),
        ("STAGEDOOR__AUDIT__CHECKPOINT_DIR", ""),
    ]);
    let checked = read(GOOD, &both).unwrap();
    assert_eq!(checked.log().witnesses.len(), 2);
    let words = &checked.warnings;
    assert!(
        !words.iter().any(|warning| warning.0.contains("checkpoint_dir")),
        "{words:?}"
    );
}

#[test]
fn what_is_wrong_with_a_witness_is_said() {
    let https = format!("\"https://witness.example.com {WITNESS}\"");
    let log_key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    for (list, said) in [
        (
            "\"https://witness.example.com\"".to_owned(),
            "must be a list of witnesses",
        ),
        (
            format!("\"https://witness.example.com {log_key}\""),
            "must be a list of witnesses",
        ),
        (
            https.replace("witness.example.com", "kim@witness.example.com"),
            "must be a list of witnesses",
        ),
        (https.replace("https", "http"), "must be https"),
        (
            format!("{https}, {}", https.replace(WITNESS, AGAIN)),
            "w1+d9ed62c5 twice",
        ),
    ] {
        let words = complaint(&with_witnesses(&list));
        assert!(
            words.contains("audit.witnesses") && words.contains(said),
            "{words}"
        );
    }
}
