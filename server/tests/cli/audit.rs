//! `audit`: what an operator is told of a log that is whole, and of one that is not.

use std::fs;

use stagedoor_store::testing::execute;
use stagedoor_store::{DatabaseUrl, Db, Error, Unaudited};

use super::installation::Installation;

/// An installation with some entries in its log, and a checkpoint of it outside.
fn installation() -> Installation {
    let installation = Installation::new();
    assert!(installation.run(&["migrate"]).0);
    let invite = ["bootstrap", "--email", "ada@example.com", "--name", "Ada"];
    let (fine, words) = installation.run(&invite);
    assert!(fine, "{words}");
    installation.configure(&format!(
        "[audit]\ncheckpoint_dir = \"{}\"",
        installation.path("outside").display()
    ));
    // It gives entries their places while it serves, and settles before it ends.
    installation.serve(&[]).stop();
    installation
}

/// Says, with every right on the database, that somebody else invited the first super admin.
async fn tamper(installation: &Installation) {
    let db = Db::open(&DatabaseUrl::file(installation.path("stagedoor.db")))
        .await
        .unwrap();
    let done: Result<(), Error> = db
        .write(|mut tx| {
            Box::pin(async move {
                for sql in [
                    "DROP TRIGGER audit_entry_no_update",
                    "UPDATE audit_entry SET actor_kind = 'tenant_user' WHERE event = 'admin.staff.bootstrap'",
                ] {
                    execute(&mut tx, sql, vec![]).await?;
                }
                tx.commit_unaudited(Unaudited::Seed, ()).await
            })
        })
        .await;
    done.unwrap();
    db.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_proved_and_its_first_bad_entry_named() {
    let installation = installation();
    let (fine, words) = installation.run(&["audit", "verify"]);
    assert!(fine, "{words}");
    assert!(words.contains("admin.example.com/audit/platform: "), "{words}");
    assert!(words.contains("checkpoints from outside: 1\n"), "{words}");
    assert!(words.contains("\nok: "), "{words}");

    tamper(&installation).await;
    let (fine, words) = installation.run(&["audit", "verify"]);
    assert!(!fine);
    assert!(words.contains("bad: platform, place 0, evt_"), "{words}");
    assert!(
        words.contains("the audit does not hold: 1 thing(s) are wrong"),
        "{words}"
    );
}

#[test]
fn keys_are_made_kept_in_a_file_and_changed() {
    let installation = installation();
    let (_, derived) = installation.run(&["audit", "keys"]);
    assert!(derived.starts_with("public master-key "), "{derived}");

    let (_, one) = installation.run(&["audit", "keygen", "2026-05"]);
    let (_, two) = installation.run(&["audit", "keygen", "2026-11"]);
    assert!(one.starts_with("private 2026-05 ") && one != two);
    installation.secret("audit.keys", &format!("{two}{one}{derived}"));
    installation.configure(&format!(
        "[audit]\nsigning_keys_file = \"{}\"",
        installation.path("audit.keys").display()
    ));
    let (_, listed) = installation.run(&["audit", "keys"]);
    assert!(!listed.contains("private"), "{listed}");
    assert_eq!(listed.lines().count(), 3);
    let (_, platform) = installation.run(&["audit", "keys", "--log", "platform"]);
    assert!(
        platform.starts_with("admin.example.com/audit/platform+"),
        "{platform}"
    );
    // What the older key has signed still holds.
    let (fine, words) = installation.run(&["audit", "verify"]);
    assert!(fine && words.contains("by master-key"), "{words}");

    let public: Vec<&str> = listed.lines().collect();
    fs::remove_file(installation.path("audit.keys")).unwrap();
    installation.secret("audit.keys", &public.join("\n"));
    let (fine, words) = installation.run(&["audit", "verify"]);
    assert!(
        !fine && words.contains("audit.signing_keys_file: holds public keys alone"),
        "{words}"
    );
}

#[test]
fn an_export_is_checked_without_the_database() {
    let installation = installation();
    let kept = installation.path("outside").join("platform.checkpoint");
    let earlier = installation.path("earlier.checkpoint");
    fs::copy(&kept, &earlier).unwrap();
    let size: u64 = fs::read_to_string(&earlier)
        .unwrap()
        .lines()
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    // The log grows: an export is an entry itself.
    let first = installation.path("first.jsonl").display().to_string();
    assert!(installation.run(&["audit", "export", &first]).0);
    installation.serve(&[]).stop();

    let file = installation.path("log.jsonl").display().to_string();
    let (fine, words) = installation.run(&["audit", "export", &file]);
    assert!(fine && words.contains("entries are in"), "{words}");
    let (fine, words) = installation.run(&["audit", "export", &file]);
    assert!(
        !fine && words.contains("log.jsonl"),
        "what is there is left: {words}"
    );
    let keys = installation.path("keys").display().to_string();
    fs::write(&keys, installation.run(&["audit", "keys"]).1).unwrap();
    let earlier = earlier.display().to_string();
    let verify = [
        "audit",
        "verify",
        "--export",
        &file,
        "--keys",
        &keys,
        "--checkpoint",
        &earlier,
    ];
    let (fine, words) = installation.run(&verify);
    assert!(
        fine && words.contains("checkpoints that you kept: 1 of this log hold"),
        "{words}"
    );
    assert!(
        words.contains(" stand in admin.example.com/audit/platform"),
        "{words}"
    );
    let (_, words) = installation.run(&["audit", "verify", "--export", &file]);
    assert!(
        words.contains("checked by the keys in the file itself"),
        "{words}"
    );

    // What came after a checkpoint, alone.
    let newer = installation.path("newer.jsonl").display().to_string();
    let from = size.to_string();
    assert!(installation.run(&["audit", "export", &newer, "--from", &from]).0);
    let verify = [
        "audit",
        "verify",
        "--export",
        &newer,
        "--keys",
        &keys,
        "--checkpoint",
        &earlier,
    ];
    let (fine, words) = installation.run(&verify);
    assert!(fine && words.contains("1 of this log hold"), "{words}");
    assert!(fs::read_to_string(&newer).unwrap().len() < fs::read_to_string(&file).unwrap().len());

    let changed = fs::read_to_string(&file).unwrap().replace("success", "failure");
    fs::write(&file, changed).unwrap();
    let (fine, words) = installation.run(&["audit", "verify", "--export", &file]);
    assert!(
        !fine && words.contains("log.jsonl: the file is not the one that was signed"),
        "{words}"
    );
    let (fine, words) = installation.run(&[
        "audit",
        "export",
        &newer.replace("newer", "none"),
        "--log",
        "org_none",
    ]);
    assert!(
        !fine && words.contains("--log: there is no log org_none"),
        "{words}"
    );
    assert!(!installation.path("none.jsonl").exists());
}

#[test]
fn a_person_is_erased_unless_held_and_every_proof_stays() {
    let installation = installation();
    let file = installation.path("log.jsonl").display().to_string();
    assert!(installation.run(&["audit", "export", &file]).0);
    let text = fs::read_to_string(&file).unwrap();
    let ada = text
        .split("\\\"id\\\":\\\"")
        .find(|part| part.starts_with("stf_"))
        .unwrap();
    let ada: String = ada.chars().take_while(|letter| *letter != '\\').collect();

    let hold = |how: &str, on: &str, name: &str| {
        installation.run(&["audit", "hold", how, on, name, "--reason", "Case 7"])
    };
    let erase = || installation.run(&["audit", "erase", &ada, "--reason", "She asked for it"]);
    for (on, name) in [("--subject", ada.as_str()), ("--log", "platform")] {
        assert!(hold("place", on, name).0);
        let (fine, words) = hold("place", on, name);
        assert!(!fine && words.contains("There is such a hold already"), "{words}");
        let (fine, words) = erase();
        assert!(!fine && words.contains("A legal hold forbids it"), "{words}");
        assert!(installation.run(&["audit", "hold", "list"]).1.contains("Case 7"));
        assert!(installation.run(&["audit", "verify"]).0);
        assert!(hold("lift", on, name).0);
        assert!(!hold("lift", on, name).0);
    }
    assert!(
        installation
            .run(&["audit", "hold", "list"])
            .1
            .contains("nothing is held")
    );
    let (fine, words) = installation.run(&["audit", "erase", &ada, "--reason", " "]);
    assert!(!fine && words.contains("--reason: Say why"), "{words}");
    let (fine, words) = erase();
    assert!(fine && words.contains("is erased for ever"), "{words}");
    let (fine, words) = erase();
    assert!(!fine && words.contains("erased before"), "{words}");
    let (fine, words) = installation.run(&["audit", "verify"]);
    assert!(fine, "{words}");
    // What was exported before is proved as before.
    assert!(installation.run(&["audit", "verify", "--export", &file]).0);
}
