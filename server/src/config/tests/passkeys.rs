//! Levels of passkeys from a file: what could never be met is refused there, and what is asked for becomes a guard policy.

use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::role::StaffRole;

use super::{Folder, GOOD, Problems, with_key};
use crate::config::{Checked, load};

const AUTHORITY: &str = include_str!("../../../tests/http/webauthn/maker/authority.pem");
const MODEL: &str = "CB69481E-8FF7-4039-93EC-0A2729A154A8";

/// A file with this of passkeys in it; `AUTHORITIES` stands for a file with what is given.
fn read(passkeys: &str, authorities: &str) -> Result<Checked, Problems> {
    let folder = Folder::new();
    let file = folder.file("authorities.pem", authorities, 0o600);
    let passkeys = passkeys.replace("AUTHORITIES", &file.display().to_string());
    let text = format!("{GOOD}[passkeys]\n{passkeys}");
    load(Some(&folder.file("stagedoor.toml", &text, 0o600)), &with_key())
}

#[test]
fn roles_and_makers_become_guard_policies_and_lists() {
    let text = format!(
        "device_bound_roles = [\"support\", \"security\"]\nattested_roles = [\"super_admin\"]\nmodels = [\"{MODEL}\"]\nauthorities_file = \"AUTHORITIES\"\n"
    );
    let policy = read(&text, AUTHORITY).unwrap().settings().policy;
    let told: Vec<_> = policy
        .guard_policies
        .list_declared()
        .iter()
        .map(|of| {
            (
                of.name(),
                of.roles().iter().collect::<Vec<_>>(),
                of.narrowing().passkey,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                "configured_device_bound",
                vec![StaffRole::Support, StaffRole::Security],
                Some(PasskeyLevel::DeviceBound)
            ),
            (
                "configured_attested",
                vec![StaffRole::SuperAdmin],
                Some(PasskeyLevel::Attested)
            ),
        ]
    );
    let makers = policy.passkey_makers;
    assert_eq!(makers.models, [MODEL.to_lowercase()]);
    assert!(makers.count(&makers.authorities[0].digest, &MODEL.to_lowercase()));
    assert!(!makers.count(&makers.authorities[0].digest, "another"));
    assert!(read("", "").unwrap().settings().policy.passkey_makers.is_empty());
}

#[test]
fn what_could_never_be_met_is_said_with_its_key() {
    let listed = format!("models = [\"{MODEL}\"]\nauthorities_file = \"AUTHORITIES\"\n");
    let broken = AUTHORITY.replace("MII", "!!!");
    for (passkeys, authorities, words) in [
        (
            "device_bound_roles = [\"owner\"]\n",
            "",
            "passkeys.device_bound_roles: There is no role owner",
        ),
        (
            "attested_roles = [\"support\"]\n",
            "",
            "passkeys.authorities_file: Give one",
        ),
        (
            "authorities_file = \"AUTHORITIES\"\n",
            AUTHORITY,
            "passkeys.models: Give at least one",
        ),
        (
            "models = [\"00000000-0000-0000-0000-000000000000\"]\nauthorities_file = \"AUTHORITIES\"\n",
            AUTHORITY,
            "passkeys.models: 00000000-0000-0000-0000-000000000000 is no model",
        ),
        (
            "models = [\"YubiKey\"]\nauthorities_file = \"AUTHORITIES\"\n",
            AUTHORITY,
            "YubiKey is no model",
        ),
        (
            &listed,
            "nothing",
            "passkeys.authorities_file: There is no certificate",
        ),
        (
            &listed,
            &broken,
            "passkeys.authorities_file: There is a certificate in this file that cannot",
        ),
        (
            "models = [\"x\"]\nauthorities_file = \"/nowhere/authorities.pem\"\n",
            "",
            "/nowhere/authorities.pem",
        ),
    ] {
        let said = read(passkeys, authorities)
            .err()
            .map(|problems| problems.to_string());
        let said = said.unwrap_or_else(|| panic!("accepted: {passkeys}"));
        assert!(said.contains(words), "{words} in {said}");
    }
}
