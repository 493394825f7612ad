//! How alerts leave the house, and whom the file names: what is said by halves is refused by its key.

use super::{GOOD, KEY, complaint, environment, read, with_key};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[test]
fn channels_are_what_the_file_and_the_environment_say() {
    let none = read(GOOD, &with_key()).unwrap();
    assert!(none.channels.mail.is_none() && none.channels.webhook.is_none());
    let text = format!(
        "{GOOD}[mail]\nhost = \"smtp.example.com\"\nuser = \"door\"\nsender = \"Door <door@example.com>\"\n\
         [webhook]\nurl = \"https://hooks.example.com/a\"\n"
    );
    let secrets = environment(&[
        ("STAGEDOOR__KEYS__MASTER_KEY", KEY),
        ("STAGEDOOR__MAIL__PASSWORD", "hunter2"),
        ("STAGEDOOR__WEBHOOK__SECRET", SECRET),
    ]);
    let both = read(&text, &secrets).unwrap();
    assert!(both.channels.mail.is_some() && both.channels.webhook.is_some());
    let shown = both.config.export().to_string();
    assert!(!shown.contains("hunter2") && !shown.contains(SECRET), "{shown}");
}

#[test]
fn a_channel_that_is_set_up_by_halves_is_refused() {
    let with = |more: &str| complaint(&format!("{GOOD}{more}\n"));
    for (more, key, words) in [
        (
            "[mail]\nsender = \"door@example.com\"",
            "mail.host",
            "no letter would ever leave",
        ),
        (
            "[mail]\nhost = \"smtp.example.com\"",
            "mail.sender",
            "whom letters are from",
        ),
        (
            "[mail]\nhost = \"smtp.example.com\"\nsender = \"nobody\"",
            "mail.sender",
            "must be an address",
        ),
        (
            "[mail]\nhost = \"smtp.example.com\"\nsender = \"door@example.com\"\ntls = \"none\"",
            "mail.tls",
            "in the clear",
        ),
        (
            "[mail]\nhost = \"smtp.example.com\"\nsender = \"door@example.com\"\nuser = \"door\"",
            "mail.password_file",
            "needs a password",
        ),
        (
            "[mail]\npassword = \"hunter2\"",
            "mail.password",
            "does not belong into this file",
        ),
        (
            "[webhook]\nurl = \"https://hooks.example.com\"",
            "webhook.secret_file",
            "could not tell that it is us",
        ),
    ] {
        let said = with(more);
        assert!(said.contains(key) && said.contains(words), "{more}: {said}");
    }
    let called = |url: &str| {
        let keys = environment(&[
            ("STAGEDOOR__KEYS__MASTER_KEY", KEY),
            ("STAGEDOOR__WEBHOOK__SECRET", SECRET),
            ("STAGEDOOR__WEBHOOK__URL", url),
        ]);
        read(GOOD, &keys)
            .map(drop)
            .map_err(|problems| problems.to_string())
    };
    assert_eq!(called("https://hooks.example.com"), Ok(()));
    let inside = called("https://10.0.0.7/a").unwrap_err();
    assert!(inside.contains("webhook.allow_private"), "{inside}");
    assert!(called("http://hooks.example.com").is_err());
}

#[test]
fn administrators_are_subjects_or_subjects_with_a_person() {
    let named = |list: &str| GOOD.replace("client_id", &format!("administrators = [{list}]\nclient_id"));
    let checked = read(
        &named("\"00u1\", \"00u2 Kim Moreno <kim@example.com>\""),
        &with_key(),
    )
    .unwrap();
    assert_eq!(checked.settings().administrators, ["00u1", "00u2"]);
    let people = checked.administrators();
    assert_eq!(people.len(), 1);
    assert_eq!(
        (
            people[0].subject.as_str(),
            people[0].name.as_str(),
            people[0].email.as_str()
        ),
        ("00u2", "Kim Moreno", "kim@example.com")
    );
    for wrong in [
        "\"<kim@example.com>\"",
        "\"00u2 <kim@example.com>\"",
        "\"00u2 Kim <kim>\"",
    ] {
        assert!(
            complaint(&named(wrong)).contains("a list of administrators"),
            "{wrong}"
        );
    }
}
