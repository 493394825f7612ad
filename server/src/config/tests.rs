//! Broken files and the exact words for each.

mod channels;
mod passkeys;
mod shortcut;
mod witness;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use stagedoor_core::request::Toggle;
use stagedoor_core::role::Scope;

use super::kind::Kind as _;
use super::{Checked, Environment, Problems, load};

const GOOD: &str = r#"
[hosts]
staff = "https://admin.example.com"
tenants = "https://{slug}.app.example.com"
[database]
url = "postgres://stagedoor:hunter2@db/stagedoor"
migrate_url = "postgres://owner@db/stagedoor"
[audit]
checkpoint_dir = "/var/lib/stagedoor/checkpoints"
[network]
corporate = ["203.0.113.0/24", "2001:db8::/32"]
[identity_provider]
name = "Example SSO"
issuer = "https://login.example.com"
client_id = "stagedoor"
email_domains = ["example.com"]
"#;
const TRUSTED: &str = "[server]\ntrusted_proxies = [\"10.0.0.5\"]\n";
const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }
}

fn environment(variables: &[(&str, &str)]) -> Environment {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Environment {
        variables: variables.iter().map(own).collect(),
    }
}

fn with_key() -> Environment {
    environment(&[("STAGEDOOR__KEYS__MASTER_KEY", KEY), ("PATH", "/bin")])
}

fn read(text: &str, environment: &Environment) -> Result<Checked, Problems> {
    let folder = Folder::new();
    let path = folder.file("stagedoor.toml", text, 0o600);
    let read = load(Some(&path), environment);
    read.map_err(|Problems(problems)| {
        let short = |mut problem: super::Problem| {
            let text = problem.place.to_string();
            if let Some(at) = text.find("stagedoor.toml") {
                let rest: Vec<usize> = text[at..]
                    .split(':')
                    .filter_map(|part| part.trim().parse().ok())
                    .collect();
                let file = PathBuf::from("stagedoor.toml");
                problem.place = match rest[..] {
                    [line, column] => super::problem::Place::Line { file, line, column },
                    _ => super::problem::Place::File(file),
                };
            }
            problem
        };
        Problems(problems.into_iter().map(short).collect())
    })
}

fn complaint(text: &str) -> String {
    let error = read(text, &with_key()).err().map(|problems| problems.to_string());
    error.unwrap_or_else(|| panic!("accepted:\n{text}"))
}

#[test]
fn a_good_file_is_read_with_its_defaults() {
    let checked = read(GOOD, &with_key()).unwrap();
    assert_eq!(checked.warnings, []);
    let settings = checked.settings();
    assert_eq!(settings.origins.tenant("acme"), "https://acme.app.example.com");
    assert_eq!(settings.staff_rp_id, "admin.example.com");
    assert_eq!(settings.policy.session_ttl.as_secs(), 14_400);
    let networks: Vec<_> = settings
        .policy
        .networks
        .iter()
        .map(|rule| rule.range.to_string())
        .collect();
    assert_eq!(networks, ["203.0.113.0/24", "2001:db8::/32"]);
}

#[test]
fn a_sub_role_is_read_and_one_that_would_give_is_refused_with_its_key() {
    let with = |one: &str| format!("{GOOD}\n[roles]\nsub_roles = [\"{one}\"]\n");
    let checked = read(
        &with("night support tenant.list tenant.impersonate visits=2"),
        &with_key(),
    )
    .unwrap();
    let sub_roles = checked.settings().policy.sub_roles;
    let night = sub_roles
        .iter()
        .find(|one| one.name().as_str() == "night")
        .unwrap();
    assert_eq!((night.visits(), night.permissions().iter().count()), (Some(2), 2));
    assert_eq!(sub_roles.iter().count(), 3, "beside the shipped ones");
    let acme = "org_01k9w000000000000000000001";
    let north = format!(
        "north support tenant.list tenants={acme},org_01k9w000000000000000000002 visits=1 visit_minutes=10"
    );
    let checked = read(&with(&north), &with_key()).unwrap();
    let policy = checked.settings().policy;
    let one = policy.sub_roles.iter().last().unwrap();
    assert!(one.tenants().contains(acme.parse().unwrap()) && *one.tenants() != Scope::All);
    assert_eq!(one.visit_length(), Some(Duration::from_secs(600)));
    assert!(
        checked.config.roles.sub_roles.show().to_string().contains(&north),
        "it is exported as it was read"
    );
    for (one, words) in [
        (
            "night support tenant.list tenants=acme",
            "acme is no id of a tenant",
        ),
        ("night support tenant.list tenants=", "Name at least one tenant"),
        (
            "night support tenant.list visit_minutes=31",
            "A visit lasts 1 to 30 minutes",
        ),
        (
            "night support tenant.list visits=1 visits=2",
            "must be a list of sub-roles",
        ),
        (
            "night support tenant.list tenant.delete",
            "does not hold tenant.delete",
        ),
        (
            "night support tenant.list tenant.lost",
            "There is no permission tenant.lost",
        ),
        ("night porter tenant.list", "must be a list of sub-roles"),
    ] {
        let said = complaint(&with(one));
        assert!(said.contains("roles.sub_roles") && said.contains(words), "{said}");
    }
    let longer =
        with("night support tenant.list visit_minutes=20") + "[impersonation]\nmax_ttl_seconds = 900\n";
    let said = complaint(&longer);
    assert!(
        said.contains("roles.sub_roles") && said.contains("longer than impersonation.max_ttl_seconds"),
        "{said}"
    );
}

#[test]
fn a_proxy_is_known_by_its_team_domain_without_a_slash_and_by_where_it_usually_is() {
    let text = "[proxy]\nkind = \"cloudflare_access\"\nissuer = \"https://acme.cloudflareaccess.com/\"\naudience = \"tag\"\n";
    let checked = read(&(GOOD.to_owned() + TRUSTED + text), &with_key()).unwrap();
    let settings = checked.settings();
    let proxy = settings.proxy.unwrap();
    assert_eq!(
        [
            proxy.issuer.as_str(),
            proxy.keys.as_str(),
            proxy.sign_out.as_str()
        ],
        [
            "https://acme.cloudflareaccess.com",
            "https://acme.cloudflareaccess.com/cdn-cgi/access/certs",
            "https://admin.example.com/cdn-cgi/access/logout",
        ]
    );
    assert_eq!(proxy.types, ["app", "org"]);
    assert_eq!(
        (proxy.managed_claim.as_str(), proxy.administrators.len()),
        ("", 0)
    );
    let named = text.to_owned()
        + "identity = true\nmanaged_claim = \"device_ok\"\nadministrators = [\"7\", \"8 Kim Moreno <kim@example.com>\"]\n";
    let checked = read(&(GOOD.to_owned() + TRUSTED + &named), &with_key()).unwrap();
    let proxy = checked.settings().proxy.unwrap();
    assert_eq!(
        (proxy.managed_claim.as_str(), proxy.administrators),
        ("device_ok", vec!["7".to_owned(), "8".to_owned()])
    );
    assert_eq!(checked.proxy_administrators()[0].subject, "8");
    assert_eq!(settings.policy.proxy, Toggle::On);
    let text =
        "[proxy]\nkind = \"pomerium\"\nissuer = \"admin.example.com\"\naudience = \"admin.example.com\"\n";
    let checked = read(&(GOOD.to_owned() + TRUSTED + text), &with_key()).unwrap();
    let proxy = checked.settings().proxy.unwrap();
    assert_eq!(
        proxy.keys,
        "https://admin.example.com/.well-known/pomerium/jwks.json"
    );
    assert_eq!(
        read(GOOD, &with_key()).unwrap().settings().policy.proxy,
        Toggle::Off
    );
}

#[test]
fn the_environment_goes_over_the_file() {
    let environment = environment(&[
        ("STAGEDOOR__KEYS__MASTER_KEY", KEY),
        ("STAGEDOOR__SESSION__IDLE_SECONDS", "120"),
        ("STAGEDOOR__NETWORK__CORPORATE", "198.51.100.0/24, 192.0.2.7"),
    ]);
    let checked = read(GOOD, &environment).unwrap();
    assert_eq!(checked.settings().policy.session_idle.as_secs(), 120);
    assert_eq!(checked.config.export()["network"]["corporate"][1], "192.0.2.7/32");
    let problems = read(
        GOOD,
        &self::environment(&[("STAGEDOOR__SESION__TTL_SECONDS", "1")]),
    );
    insta::assert_snapshot!(problems.err().unwrap());
}

#[test]
fn nothing_exported_or_printed_is_a_secret() {
    let checked = read(GOOD, &with_key()).unwrap();
    let shown = format!("{} {:?}", checked.config.export(), checked.config);
    assert!(!shown.contains("hunter2") && !shown.contains(KEY), "{shown}");
    insta::assert_snapshot!(serde_json::to_string_pretty(&checked.config.export()).unwrap());
}

#[test]
fn what_is_wrong_is_said_all_at_once_with_line_and_key() {
    let broken = GOOD
        .replace("corporate", "corporat")
        .replace("\"https://admin", "\"http://admin")
        + "[session]\nttl_seconds = 99999\nidle_seconds = \"soon\"\n[server]\nlisten = 7117\n";
    insta::assert_snapshot!(complaint(&broken));
}

#[test]
fn each_mistake_has_its_words() {
    let cases = [
        ("not TOML", GOOD.replace("[network]", "[network")),
        ("a key twice", GOOD.to_owned() + "name = \"again\"\n"),
        (
            "a secret in the file",
            GOOD.to_owned() + "client_secret = \"hunter2\"\n",
        ),
        (
            "loopback is not corporate",
            GOOD.replace("203.0.113.0/24", "127.0.0.0/8"),
        ),
        (
            "everywhere is not corporate",
            GOOD.replace("203.0.113.0/24", "0.0.0.0/0"),
        ),
        (
            "bits behind the length",
            GOOD.replace("203.0.113.0/24", "203.0.113.7/24"),
        ),
        (
            "the console among the tenants",
            GOOD.replace("//admin.", "//admin.app."),
        ),
        (
            "an address as a host",
            GOOD.replace("admin.example.com", "203.0.113.7"),
        ),
        (
            "an origin with a path",
            GOOD.replace("admin.example.com", "example.com/admin"),
        ),
        ("no slug", GOOD.replace("{slug}.", "")),
        (
            "an unknown database",
            GOOD.replace("postgres://stagedoor:hunter2@", "mysql://"),
        ),
        (
            "longer than the longest",
            GOOD.to_owned() + "[impersonation]\nttl_seconds = 900\nmax_ttl_seconds = 600\n",
        ),
        (
            "locked before it is suspended",
            GOOD.to_owned() + "[codes]\ntotp_lockout_threshold = 5\n",
        ),
        (
            "laxer than the rule",
            GOOD.to_owned() + "[impersonation]\nmax_ttl_seconds = 3600\n",
        ),
        (
            "one listener for both",
            GOOD.to_owned() + "[server]\nmetrics = \"127.0.0.1:7117\"\n",
        ),
        (
            "a proxy that nobody may speak for",
            GOOD.to_owned() + "[proxy]\nkind = \"google_iap\"\naudience = \"x\"\n",
        ),
        (
            "a proxy of which too little is known",
            GOOD.to_owned() + TRUSTED + "[proxy]\nkind = \"cloudflare_access\"\ntypes = []\n",
        ),
        (
            "a proxy that nobody knows",
            GOOD.to_owned() + TRUSTED + "[proxy]\nkind = \"squid\"\n",
        ),
        (
            "a proxy's issuer and addresses",
            GOOD.to_owned()
                + TRUSTED
                + "[proxy]\nkind = \"google_iap\"\nissuer = \"https://evil.example\"\naudience = \"x\"\n\
                   keys_url = \"http://keys.example\"\nsign_out_url = \"//evil.example\"\n",
        ),
        (
            "one issuer in two ways",
            GOOD.to_owned()
                + TRUSTED
                + "[proxy]\nkind = \"cloudflare_access\"\nissuer = \"login.example.com/\"\naudience = \"x\"\nidentity = true\n",
        ),
        (
            "a claim of the token's own, and administrators whom nothing lets in",
            GOOD.to_owned()
                + TRUSTED
                + "[proxy]\nkind = \"google_iap\"\naudience = \"x\"\nmanaged_claim = \"sub\"\nadministrators = [\"1\"]\n",
        ),
        (
            "a proxy without its kind",
            GOOD.to_owned() + "[proxy]\naudience = \"x\"\n",
        ),
        (
            "a key without a section",
            format!("listen = \"127.0.0.1:1\"\n{GOOD}"),
        ),
        ("nothing at all", String::new()),
    ];
    let told: Vec<String> = cases
        .iter()
        .map(|(name, text)| {
            let words = complaint(text);
            assert!(!words.contains("hunter2"), "{words}");
            format!("{name}\n{words}\n")
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_master_key_is_demanded_from_exactly_one_private_place() {
    let folder = Folder::new();
    let good = folder.file("good.key", &format!("{KEY}\n"), 0o600);
    let open = folder.file("open.key", KEY, 0o644);
    let short = folder.file("short.key", "abc", 0o600);
    let zeros = folder.file("zeros.key", &"00".repeat(32), 0o600);
    let file = |path: &PathBuf| {
        (
            "STAGEDOOR__KEYS__MASTER_KEY_FILE",
            path.to_str().unwrap().to_owned(),
        )
    };
    let with = |pairs: &[(&str, String)]| {
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        read(GOOD, &environment(&pairs)).map_err(|problems| problems.to_string())
    };
    assert!(with(&[file(&good)]).is_ok());
    let words = |result: Result<Checked, String>| result.err().unwrap();
    assert!(words(with(&[])).contains("openssl rand -hex 32"));
    assert!(words(with(&[file(&open)])).contains("chmod 600"));
    assert!(words(with(&[file(&short)])).contains("32 random bytes"));
    assert!(words(with(&[file(&zeros)])).contains("32 random bytes"));
    assert!(words(with(&[file(&folder.0.path().join("none"))])).contains("No such file"));
    let both = [file(&good), ("STAGEDOOR__KEYS__MASTER_KEY", KEY.to_owned())];
    assert!(words(with(&both)).contains("Keep one of them"));
    let credential = folder.0.path().join("credentials");
    fs::create_dir(&credential).unwrap();
    fs::write(credential.join(super::CREDENTIAL), KEY).unwrap();
    fs::set_permissions(
        credential.join(super::CREDENTIAL),
        fs::Permissions::from_mode(0o440),
    )
    .unwrap();
    assert!(with(&[("CREDENTIALS_DIRECTORY", credential.to_str().unwrap().to_owned())]).is_ok());
}

#[test]
fn plain_http_and_loopback_take_a_development_profile() {
    let local = GOOD
        .replace("https://admin.example.com", "http://admin.localhost:7117")
        .replace(
            "https://{slug}.app.example.com",
            "http://{slug}.app.localhost:7117",
        )
        .replace("203.0.113.0/24", "127.0.0.0/8");
    assert!(read(&local, &with_key()).is_err());
    let allowed = read(&(local + "[server]\ndevelopment = true\n"), &with_key()).unwrap();
    assert!(
        allowed
            .warnings
            .iter()
            .any(|warning| warning.0.contains("not for production"))
    );
    let elsewhere = GOOD.replace("https://admin", "http://admin") + "[server]\ndevelopment = true\n";
    assert!(complaint(&elsewhere).contains("must be https"));
}

#[test]
fn every_key_is_documented_as_it_is() {
    let page = include_str!("../../../docs/deploy/configuration.md");
    let table = crate::command::config::reference();
    assert!(
        page.ends_with(&format!("{table}\n")),
        "docs/deploy/configuration.md: put there what `stagedoor config keys` prints"
    );
}
