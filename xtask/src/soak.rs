//! The full correctness figures: tests that `cargo xtask test` runs with reduced counts, run here with all of them.
//!
//! A soak is a row in [`SOAKS`]: which tests, and the variables that tell them how much. It takes minutes to hours and never
//! asserts how long.

use crate::postgres::Cluster;
use crate::setup;
use crate::shell::{Failure, Progress, cargo, run};
use crate::tests::TESTED;

struct Soak {
    name: &'static str,
    about: &'static str,
    /// What is handed to `cargo nextest run`, over the workspace.
    tests: &'static [&'static str],
    counts: &'static [(&'static str, &'static str)],
}

const SOAKS: &[Soak] = &[
    Soak {
        name: "model",
        about: "10,000,000 random cases: decide against a naive model of the specification",
        tests: &["--release", "--test", "model"],
        counts: &[("STAGEDOOR_SOAK_CASES", "10000000")],
    },
    Soak {
        name: "grants",
        about: "100,000 random sequences of changes to staff: nobody holds what nobody could grant, and a super admin is left",
        tests: &["--release", "--test", "staff"],
        counts: &[("STAGEDOOR_SOAK_SEQUENCES", "100000")],
    },
    Soak {
        name: "races",
        about: "1,000 rounds of 64 that race for five places, and of 64 super admins who would remove each other, on both engines",
        tests: &["--test", "conformance", "race::", "of_all_who_remove_each_other"],
        counts: &[("STAGEDOOR_SOAK_RACES", "1000")],
    },
    Soak {
        name: "removals",
        about: "1,000 rounds of five super admins who demote each other over the API at one moment, on both engines",
        tests: &["--test", "http", "of_a_ring_who_remove_each_other"],
        counts: &[("STAGEDOOR_SOAK_RACES", "1000")],
    },
    Soak {
        name: "kills",
        about: "kill -9 in the middle of 1,000 audited writes, 50 times, on both engines",
        tests: &["--test", "kill"],
        counts: &[("STAGEDOOR_SOAK_KILLS", "50")],
    },
    Soak {
        name: "tampering",
        about: "10,000 random edits of everything that a log is made of, on both engines, each reported",
        tests: &["--test", "log", "random"],
        counts: &[("STAGEDOOR_SOAK_EDITS", "10000")],
    },
    Soak {
        name: "malformed",
        about: "10,000 malformed requests of each kind, over real connections",
        tests: &["--test", "http", "malformed"],
        counts: &[("STAGEDOOR_SOAK_REQUESTS", "10000")],
    },
];

/// What there is.
pub(crate) fn list() {
    for soak in SOAKS {
        println!("  {:<12}{}", soak.name, soak.about);
    }
}

/// Runs the named ones, or all. One that fails does not keep the others from running.
pub(crate) fn soak(names: &[String], progress: &Progress) -> Result<(), Failure> {
    let chosen = choose(names)?;
    setup::nextest(progress)?;
    let cluster = Cluster::start(progress)?;
    let mut failed = Vec::new();
    for soak in chosen {
        progress.say(&format!("{}: {}", soak.name, soak.about));
        let mut tests = cargo(None);
        tests
            .args(["nextest", "run", "--profile", "soak", "--no-fail-fast"])
            .args(TESTED)
            .args(soak.tests)
            .env("STAGEDOOR_TEST_POSTGRES", cluster.url())
            .envs(soak.counts.iter().copied());
        if let Err(failure) = run(&mut tests) {
            progress.say(&failure);
            failed.push(soak.name);
        }
    }
    match failed.as_slice() {
        [] => Ok(()),
        names => Err(format!("these soaks failed: {}", names.join(", "))),
    }
}

fn choose(names: &[String]) -> Result<Vec<&'static Soak>, Failure> {
    if names.is_empty() {
        return Ok(SOAKS.iter().collect());
    }
    names
        .iter()
        .map(|name| {
            let found = SOAKS.iter().find(|soak| soak.name == name);
            found.ok_or_else(|| format!("there is no soak {name}; `cargo xtask soak --list` shows them"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A soak whose variable nothing reads would be the reduced run under another name.
    #[test]
    fn every_soak_sets_a_variable_that_its_tests_read() {
        for soak in SOAKS {
            let target = soak.tests[soak.tests.iter().position(|word| *word == "--test").unwrap() + 1];
            let sources = sources_of(target);
            assert!(!soak.counts.is_empty(), "{}", soak.name);
            for (variable, _) in soak.counts {
                assert!(
                    sources.contains(&format!("\"{variable}\"")),
                    "{}: {variable} is not read in the tests of {target}",
                    soak.name
                );
            }
        }
    }

    /// What a test target is made of: one file or a folder, in whichever package.
    fn sources_of(target: &str) -> String {
        let mut all = String::new();
        for package in ["crates/core", "crates/store", "crates/service", "server"] {
            let tests = crate::shell::workspace().join(package).join("tests");
            all.push_str(&std::fs::read_to_string(tests.join(format!("{target}.rs"))).unwrap_or_default());
            if tests.join(target).is_dir() {
                all.push_str(&sources(&tests.join(target)));
            }
        }
        all
    }

    fn sources(folder: &std::path::Path) -> String {
        let mut all = String::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                all.push_str(&sources(&path));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                all.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
        all
    }

    #[test]
    fn an_unknown_name_is_said() {
        assert!(choose(&["moddel".to_owned()]).is_err());
        assert_eq!(choose(&[]).unwrap().len(), SOAKS.len());
    }
}
