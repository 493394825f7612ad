//! The store: SQL only, one text for two engines, SQLite and PostgreSQL.
//!
//! One file a family of tables, each a list of declared statements and the functions that run them. Readers take any
//! [`db::Executor`]; writers take a [`tx::WriteTx`], and a write transaction cannot be committed without its audit entries.
//! The crate knows nothing of HTTP, pages or policy. It never builds SQL from data, and never lets a bound value into an
//! error or a log.

pub mod alert;
pub mod audit;
pub mod backup;
pub mod bulk;
pub mod code;
pub mod consent_request;
pub mod db;
pub mod due;
pub mod duties;
pub mod error;
pub mod flash;
mod grant;
pub mod guard_policy;
pub mod impersonation;
pub mod legal_hold;
pub mod log;
pub mod membership;
pub mod migrate;
pub mod network_rule;
mod notary;
pub mod passkey;
pub mod password;
pub mod pending;
pub mod person;
mod probe;
pub mod provider;
pub mod provider_session;
pub mod rate;
pub mod risk;
pub mod row;
pub mod select;
pub mod session;
pub mod session_ceremony;
pub mod session_list;
pub mod side;
pub mod sign_in;
pub mod staff;
pub mod staff_change;
pub mod staff_list;
pub mod statement;
pub mod step_up;
pub mod subject_key;
pub mod tenant;
pub mod tenant_list;
pub mod tenant_session;
#[cfg(feature = "testing")]
pub mod testing;
pub mod trial;
pub mod tx;
pub mod value;
pub mod visit_list;
pub mod visiting;
mod writer;

pub use db::{DatabaseUrl, Db};
pub use error::Error;
pub use futures_util::future::BoxFuture;
pub use tx::{Committed, Unaudited, WriteTx};

use statement::Statement;

/// Every module that declares statements, by its name, with its statements. A test holds it against the source.
const MODULES: &[(&str, &[Statement])] = &[
    ("alert", alert::ALL),
    ("audit", audit::ALL),
    ("backup", backup::ALL),
    ("bulk", bulk::ALL),
    ("bulk::indexes", bulk::indexes::ALL),
    ("code", code::ALL),
    ("consent_request", consent_request::ALL),
    ("due", due::ALL),
    ("duties", duties::ALL),
    ("flash", flash::ALL),
    ("guard_policy", guard_policy::ALL),
    ("impersonation", impersonation::ALL),
    ("impersonation::handoff", impersonation::handoff::ALL),
    ("impersonation::life", impersonation::life::ALL),
    ("legal_hold", legal_hold::ALL),
    ("log::head", log::head::ALL),
    ("log::leaf", log::leaf::ALL),
    ("log::queue", log::queue::ALL),
    ("log::review", log::review::ALL),
    ("log::review::packed", log::review::packed::ALL),
    ("log::subtree", log::subtree::ALL),
    ("log::witness", log::witness::ALL),
    ("membership", membership::ALL),
    ("membership::search", membership::search::ALL),
    ("network_rule", network_rule::ALL),
    ("passkey", passkey::ALL),
    ("password", password::ALL),
    ("pending", pending::ALL),
    ("person", person::ALL),
    ("probe", probe::ALL),
    ("provider", provider::ALL),
    ("provider_session", provider_session::ALL),
    ("rate", rate::ALL),
    ("risk", risk::ALL),
    ("risk::change", risk::change::ALL),
    ("risk::list", risk::list::ALL),
    ("session", session::ALL),
    ("session_ceremony", session_ceremony::ALL),
    ("session_list::members", session_list::members::ALL),
    ("session_list::staff", session_list::staff::ALL),
    ("sign_in", sign_in::ALL),
    ("staff::enrol", staff::enrol::ALL),
    ("staff::find", staff::find::ALL),
    ("staff::row", staff::row::ALL),
    ("staff_change", staff_change::ALL),
    ("staff_list", staff_list::ALL),
    ("step_up", step_up::ALL),
    ("subject_key", subject_key::ALL),
    ("tenant", tenant::ALL),
    ("tenant_list", tenant_list::ALL),
    ("tenant_session", tenant_session::ALL),
    ("trial", trial::ALL),
    ("tx", tx::ALL),
    ("visit_list", visit_list::ALL),
    ("visiting", visiting::ALL),
];

/// Every statement that this program can run.
pub fn all_statements() -> impl Iterator<Item = Statement> {
    MODULES
        .iter()
        .flat_map(|(_, statements)| statements.iter().copied())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn declaring(folder: &Path, prefix: &str, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let name = match stem.as_str() {
                "mod" => prefix.trim_end_matches("::").to_owned(),
                _ => format!("{prefix}{stem}"),
            };
            if path.is_dir() {
                declaring(&path, &format!("{name}::"), found);
            } else if std::fs::read_to_string(&path)
                .unwrap()
                .contains("\nstatements! {")
            {
                found.push(name);
            }
        }
    }

    #[test]
    fn every_module_with_statements_is_listed() {
        let mut found = Vec::new();
        declaring(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut found);
        found.sort();
        let listed: Vec<&str> = MODULES.iter().map(|(name, _)| *name).collect();
        assert_eq!(found, listed);
    }
}
