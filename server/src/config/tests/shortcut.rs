//! There is no way round the identity provider that a file or a variable could open (ADR 0030).

use super::super::keys::KEYS;
use super::{GOOD, KEY, environment, read, with_key};

/// What somebody might try who wants one.
const TRIED: &[&str] = &[
    "development.enabled",
    "development.identity",
    "dev.identity",
    "demo.identity",
    "server.development_identity",
    "sign_in.shortcut",
];

#[test]
fn no_setting_stands_for_the_identity_provider() {
    for name in TRIED {
        let (section, key) = name.split_once('.').unwrap();
        let profile = match section {
            "server" => "[server]\ndevelopment = true\n".to_owned(),
            other => format!("[server]\ndevelopment = true\n[{other}]\n"),
        };
        let text = format!("{GOOD}{profile}{key} = \"kim@example.com\"\n");
        let variable = format!("STAGEDOOR__{}", name.to_ascii_uppercase().replace('.', "__"));
        let given = environment(&[
            ("STAGEDOOR__KEYS__MASTER_KEY", KEY),
            (variable.as_str(), "kim@example.com"),
        ]);
        for read in [read(&text, &with_key()), read(GOOD, &given)] {
            let problems = read.err().unwrap().0;
            assert!(
                problems
                    .iter()
                    .any(|problem| problem.key == *name && problem.message.starts_with("is not a key")),
                "{name}: {problems:?}"
            );
        }
    }
}

#[test]
fn no_key_is_named_like_one() {
    let words = [
        "dev",
        "development",
        "demo",
        "profile",
        "shortcut",
        "bypass",
        "insecure",
    ];
    // The profile allows plain http and the loopback network, and names nobody.
    for key in KEYS.iter().filter(|key| key.name != "server.development") {
        let named = key.name.split(['.', '_']).any(|word| words.contains(&word));
        assert!(!named, "{}: see ADR 0030", key.name);
    }
}
