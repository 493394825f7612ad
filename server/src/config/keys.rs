//! The table of keys: each stands once, with its kind, its default and its words (ADR 0009).
//!
//! From it come the struct, the reading, the errors, the export and the documentation. What two keys mean together is
//! not said here, but in `check`.

use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use serde_json::{Map, Value};
use stagedoor_service::alerts::Tls;
use stagedoor_service::log::witness::Witness;
use stagedoor_store::DatabaseUrl;

use super::kind::{
    Administrator, Count, Issuer, Kind, Lines, Origin, ProxyName, Raw, Seconds, Secret, SubRoleDraft,
    Surface, TenantOrigins,
};
use super::problem::{Place, Problem};
use super::source::Given;

/// One key, for the documentation.
#[derive(Debug, Clone)]
pub struct Key {
    /// Its name, dotted: `server.listen`.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Its default as it would be written; `None` where it must be given.
    pub default: Option<&'static str>,
    /// What it accepts.
    pub words: fn() -> String,
}

macro_rules! keys {
    ($(
        $(#[doc = $sdoc:literal])+
        $section:ident as $type:ident {
            $($(#[doc = $doc:literal])+ $field:ident: $kind:ty $(= $default:literal)?;)+
        }
    )+) => {
        /// The values, each of its kind; what they mean together is checked by `check`.
        #[derive(Debug, Clone)]
        pub struct Config {
            $($(#[doc = $sdoc])+ pub $section: $type,)+
        }

        $(
            $(#[doc = $sdoc])+
            #[derive(Debug, Clone)]
            pub struct $type {
                $($(#[doc = $doc])+ pub $field: $kind,)+
            }
        )+

        /// Every key, in the order of the table.
        pub const KEYS: &[Key] = &[$($(
            Key {
                name: concat!(stringify!($section), ".", stringify!($field)),
                about: concat!($($doc),+),
                default: keys!(@default $($default)?),
                words: <$kind as Kind>::words,
            }
        ),+),+];

        /// Reads all values; `None` when one is missing or wrong.
        pub(super) fn read(given: &Given, problems: &mut Vec<Problem>) -> Option<Config> {
            $(let $section = {
                $(let $field = value::<$kind>(
                    given,
                    concat!(stringify!($section), ".", stringify!($field)),
                    keys!(@default $($default)?),
                    problems,
                );)+
                (|| Some($type { $($field: $field?),+ }))()
            };)+
            Some(Config { $($section: $section?),+ })
        }

        impl Config {
            /// All values in force, without secrets.
            #[must_use]
            pub fn export(&self) -> Value {
                let mut all = Map::new();
                $(
                    let mut section = Map::new();
                    $(section.insert(stringify!($field).to_owned(), self.$section.$field.show());)+
                    all.insert(stringify!($section).to_owned(), Value::Object(section));
                )+
                Value::Object(all)
            }
        }
    };
    (@default) => { None };
    (@default $default:literal) => { Some($default) };
}

fn value<K: Kind>(
    given: &Given,
    name: &str,
    default: Option<&str>,
    problems: &mut Vec<Problem>,
) -> Option<K> {
    let (raw, place) = match (given.get(name), default) {
        (Some((raw, place)), _) => (raw.clone(), place.clone()),
        (None, Some(default)) => (Raw::Untyped(default.to_owned()), Place::Nowhere),
        (None, None) => {
            problems.push(Problem {
                place: given.file(),
                key: name.to_owned(),
                message: format!("is missing. Give {}.", K::words()),
            });
            return None;
        }
    };
    let read = K::read(&raw);
    if read.is_none() {
        problems.push(Problem {
            place,
            key: name.to_owned(),
            message: format!("must be {}.", K::words()),
        });
    }
    read
}

keys! {
    /// The process.
    server as Server {
        /// Where it listens. TLS is the proxy's in front of it.
        listen: SocketAddr = "127.0.0.1:7117";
        /// Where Prometheus reads metrics, for the inside only; empty switches it off.
        metrics: Option<SocketAddr> = "127.0.0.1:7118";
        /// Which hosts this process serves.
        surface: Surface = "all";
        /// Peers whose forwarded headers count: the proxies in front.
        trusted_proxies: Vec<IpNet> = "";
        /// Allows what production never may: plain http, and the loopback network as a corporate one.
        development: bool = "false";
    }
    /// The public addresses.
    hosts as Hosts {
        /// The staff console's origin. Its host is the passkeys' relying party, so it cannot change later.
        staff: Origin;
        /// The portals' origins, with `{slug}` in the place of the tenant's name.
        tenants: TenantOrigins;
        /// A word for the installation, beside the mark.
        installation: String = "production";
    }
    /// Where everything is kept.
    database as Database {
        /// The database that is served from; on PostgreSQL with a role that cannot change the schema.
        url: DatabaseUrl;
        /// The same database as the schema's owner, for `migrate`; empty uses `database.url`.
        migrate_url: Option<DatabaseUrl> = "";
        /// Lets `serve` bring the schema up to date itself.
        migrate_on_start: bool = "false";
    }
    /// The key that everything sealed is derived from: 32 random bytes, as 64 hexadecimal digits or base64.
    keys as Keys {
        /// The file that holds it, readable by its owner alone.
        master_key_file: Option<PathBuf> = "";
        /// The key itself; from the environment only, never in the file.
        master_key: Option<Secret> = "";
    }
    /// How the audit can be proved.
    audit as Audit {
        /// The file with the keys that checkpoints are signed with, a line each (`stagedoor audit keygen` makes one); empty derives one from the master key.
        signing_keys_file: Option<PathBuf> = "";
        /// The keys themselves; from the environment only, never in the file.
        signing_keys: Option<Secret> = "";
        /// A folder outside the database, best on another machine, where the last checkpoint of each log is kept.
        checkpoint_dir: Option<PathBuf> = "";
        /// Who cosigns checkpoints (c2sp.org/tlog-witness). They must know the logs' keys: `stagedoor audit keys --log LOG` prints them.
        witnesses: Vec<Witness> = "";
    }
    /// Where staff may come from. Nowhere, unless said.
    network as Network {
        /// The company's own address ranges.
        corporate: Vec<IpNet> = "";
        /// Address ranges of its VPN.
        vpn: Vec<IpNet> = "";
    }
    /// The identity provider that staff sign in with.
    identity_provider as IdentityProvider {
        /// Its name on the sign-in page.
        name: String;
        /// Its issuer, exactly as it names itself.
        issuer: Issuer;
        /// Our client id there. The redirect address is `<hosts.staff>/sign-in/callback`.
        client_id: String;
        /// The file with our client secret; empty for a public client.
        client_secret_file: Option<PathBuf> = "";
        /// The client secret itself; from the environment only, never in the file.
        client_secret: Option<Secret> = "";
        /// E-mail domains of the workforce. None denies everybody.
        email_domains: Vec<String> = "";
        /// The claim that says whether a device is managed, true or false; empty where there is none.
        managed_claim: Option<String> = "";
        /// Administrators by their subject there: nobody changes or deactivates their accounts in the console or by the API. With a name and an address, whoever has no account gets one at start, and enrols without a token.
        administrators: Vec<Administrator> = "";
    }
    /// Letters: alerts to super admins by e-mail.
    mail as MailServer {
        /// The mail server; empty sends no letters.
        host: Option<String> = "";
        /// Its port.
        port: Count<1, 65535> = "465";
        /// How the connection is protected: `implicit` from the first byte, `starttls` asked for and insisted upon, `none` for a relay on this machine.
        tls: Tls = "implicit";
        /// Who we are there; empty for nobody.
        user: Option<String> = "";
        /// The file with the password there.
        password_file: Option<PathBuf> = "";
        /// The password itself; from the environment only, never in the file.
        password: Option<Secret> = "";
        /// Whom letters are from, such as `Stagedoor <stagedoor@example.com>`.
        sender: Option<String> = "";
    }
    /// A receiver of your own that is called about each alert, signed as standardwebhooks.com says.
    webhook as Receiver {
        /// Its address, https; empty calls nobody.
        url: Option<String> = "";
        /// The file with the secret that both sides know: `whsec_` and at least 24 random bytes in base64.
        secret_file: Option<PathBuf> = "";
        /// The secret itself; from the environment only, never in the file.
        secret: Option<Secret> = "";
        /// Allows a receiver inside your own network, and plain http to it.
        allow_private: bool = "false";
    }
    /// The identity-aware proxy in front. None, unless said. What it signs counts from `server.trusted_proxies` alone.
    proxy as Proxy {
        /// Which it is; empty for none. Its word lets staff in where a network is asked for.
        kind: Option<ProxyName> = "";
        /// Its name for people; empty for the product's own.
        name: Option<String> = "";
        /// The issuer that its assertions name: Cloudflare's team domain, Pomerium's host. Google's is known.
        issuer: Option<String> = "";
        /// The audience of its assertions, exactly: Cloudflare's application tag, Google's backend, Pomerium's host.
        audience: Option<String> = "";
        /// What `type` may be in Cloudflare's assertions.
        types: Vec<String> = "app,org";
        /// Where its keys are, if not where the product keeps them.
        keys_url: Option<String> = "";
        /// Where its own session is ended, if not where the product does: a path on the console's host, or an address.
        sign_out_url: Option<String> = "";
        /// Whether staff can sign in by its word, found by issuer and subject.
        identity: bool = "false";
        /// E-mail domains of the workforce. None lets nobody sign in by its word.
        email_domains: Vec<String> = "";
        /// The claim that says whether a device is managed, true or false; empty where there is none. Read of each request.
        managed_claim: Option<String> = "";
        /// Administrators by the subject that it names, as in `identity_provider.administrators`.
        administrators: Vec<Administrator> = "";
    }
    /// Staff sessions. Values can only be stricter than the defaults.
    session as Session {
        /// The longest a session lives.
        ttl_seconds: Seconds<300, 14_400> = "14400";
        /// The longest it may be idle.
        idle_seconds: Seconds<60, 900> = "900";
        /// The oldest a passkey check may be.
        factor_max_age_seconds: Seconds<300, 14_400> = "14400";
    }
    /// Which passkeys count, where any does not. It holds for those that are registered already, too.
    passkeys as Passkeys {
        /// Roles whose passkeys must not be able to leave their device: `super_admin`, `support`, `security`, `read_only`.
        device_bound_roles: Vec<String> = "";
        /// Roles whose passkeys' makers must vouch for them, besides.
        attested_roles: Vec<String> = "";
        /// The models of authenticators that are vouched for, by AAGUID.
        models: Vec<String> = "";
        /// The file with the certificates of the authorities that sign for them, in PEM.
        authorities_file: Option<PathBuf> = "";
    }
    /// Codes that stand in for a passkey. Numbers can only be stricter than the defaults.
    codes as Codes {
        /// Whether everybody but super admins may use an authenticator app where the passkey is not at hand.
        totp_fallback: bool = "false";
        /// After so many wrong codes in a row none is looked at for a while.
        totp_suspension_threshold: Count<1, 5> = "5";
        /// That while.
        totp_suspension_seconds: Seconds<120, 3_600> = "120";
        /// After so many wrong codes in a row none is looked at until another super admin resets the person's factors.
        totp_lockout_threshold: Count<2, 10> = "10";
    }
    /// Members of staff.
    staff as Staff {
        /// Your organisation's own lines below the responsibilities that everybody acknowledges before the console opens. With every change of them everybody acknowledges anew.
        responsibilities: Lines = "";
    }
    /// Impersonations. Values can only be stricter than the defaults.
    impersonation as Impersonation {
        /// How long one lives unless asked otherwise.
        ttl_seconds: Seconds<60, 1_800> = "900";
        /// The longest that may be asked for.
        max_ttl_seconds: Seconds<60, 1_800> = "1800";
        /// The longest one may be idle.
        idle_seconds: Seconds<60, 300> = "300";
        /// How many a member of staff may have at once.
        max_live: Count<1, 5> = "5";
    }
    /// What roles may do beyond the matrix.
    roles as Roles {
        /// Whether `security` may acknowledge risk events, revoke sessions and end impersonations.
        security_responds: bool = "false";
        /// Sub-roles: named narrowings of a role, beside the shipped `support_l1` and `support_l2`, whose place one of their name takes. Whoever has one that is taken out of the file is refused everything. Of the tenants that an account reaches one leaves those that it lists, where it lists any; an id that no tenant has is reached by nobody.
        sub_roles: Vec<SubRoleDraft> = "";
    }
}
