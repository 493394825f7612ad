//! Whether the logs are what was signed: every entry against its leaf, every leaf against the checkpoints, and everything that
//! stands beside them, over one moment of the database.
//!
//! Nothing that is read is trusted. Trusted are the keys, which come from outside the database, and the checkpoints that the
//! caller brings from outside. It changes nothing, and it goes on after what it finds.

mod entry;
mod fault;
mod page;
mod rest;
mod told;
mod walk;
mod witness;

use std::collections::{BTreeMap, BTreeSet};

use stagedoor_core::audit::checkpoint::Checkpoint;
use stagedoor_core::audit::note::Note;
use stagedoor_core::time::Timestamp;
use stagedoor_store::db::ReadTx;
use stagedoor_store::legal_hold;
use stagedoor_store::log::head::{self, Head};
use stagedoor_store::log::review;

pub use self::fault::{Fault, Finding, Findings};

use self::told::Told;
use self::walk::{Claim, Source, Walk};
use crate::error::ServiceError;
use crate::state::Service;

/// Rows that are read at a time.
const PAGE: u32 = 2_000;

/// What was found out.
#[derive(Debug, Default)]
pub struct Report {
    /// Each log that has a head, by its name in storage.
    pub logs: Vec<LogReport>,
    /// Entries that have no place yet and bear our seal.
    pub waiting: u64,
    /// Checkpoints from outside that the logs were held against.
    pub outside: u64,
    /// Checkpoints that witnesses have cosigned, and that the logs were held against.
    pub cosigned: u64,
    /// Keys of personal data that were looked at.
    pub keys: u64,
    /// All that is wrong; the first of each log is its first bad entry.
    pub findings: Findings,
}

/// One log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogReport {
    /// Its name for the world.
    pub origin: String,
    /// How many leaves it has.
    pub size: u64,
    /// When its last checkpoint was signed, by the checkpoint.
    pub at: Option<Timestamp>,
    /// What people call the key that signed it; `None` where no known key did.
    pub key: Option<String>,
}

impl Report {
    /// How many entries have places.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.logs.iter().map(|log| log.size).sum()
    }
}

/// What belongs together in numbers, to be held against the numbers of all rows.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    entries: u64,
    leaves: u64,
    subtrees: u64,
    personal: u64,
}

impl Service {
    /// Checks all logs, also against checkpoints from outside the database.
    ///
    /// # Errors
    /// When the database cannot be read. What is wrong in it is no error: it is in the report.
    pub async fn verify_log(&self, outside: &[Note]) -> Result<Report, ServiceError> {
        let mut ex = self.db().snapshot().await?;
        let mut report = Report::default();
        let mut seen = Seen::default();
        let mut told = Told::default();
        let mut outside = self.claims(outside, &mut report)?;
        self.verify_witnesses(&mut ex, &mut outside, &mut report).await?;
        let mut after = String::new();
        loop {
            let heads = head::list(&mut ex, &after, PAGE).await?;
            let Some(last) = heads.last() else { break };
            after.clone_from(&last.scope);
            for head in heads {
                let claims = outside.remove(&head.scope).unwrap_or_default();
                self.verify_one(&mut ex, &head, claims, &mut report, &mut seen, &mut told)
                    .await?;
            }
        }
        for (log, claims) in outside {
            for claim in claims.iter().filter(|claim| claim.size > 0) {
                let (size, found) = (claim.size, 0);
                report.findings.of_log(&log, Fault::Cut { size, found });
            }
        }
        self.verify_queue(&mut ex, &mut report, &mut seen, &mut told)
            .await?;
        self.verify_keys(&mut ex, &told, &mut report).await?;
        verify_holds(&mut ex, &told, &mut report.findings).await?;
        strays(&mut ex, seen, &mut report.findings).await?;
        Ok(report)
    }

    /// What checkpoints from outside say, by log. One that is not ours is a finding: somebody kept it as ours.
    fn claims(
        &self,
        outside: &[Note],
        report: &mut Report,
    ) -> Result<BTreeMap<String, Vec<Claim>>, ServiceError> {
        let mut claims: BTreeMap<String, Vec<Claim>> = BTreeMap::new();
        for note in outside {
            let origin = note.text().lines().next().unwrap_or_default();
            let Some(log) = self.logs().log_of(origin) else {
                report
                    .findings
                    .of_log(origin, Fault::Outside("it is of another installation".to_owned()));
                continue;
            };
            match Checkpoint::open(note, &self.logs().known(log)?) {
                Ok(checkpoint) => {
                    report.outside += 1;
                    claims.entry(log.to_owned()).or_default().push(Claim {
                        size: checkpoint.size,
                        root: checkpoint.root,
                        source: Source::Outside,
                    });
                }
                Err(error) => report.findings.of_log(log, Fault::Outside(error.to_string())),
            }
        }
        Ok(claims)
    }

    async fn verify_one(
        &self,
        ex: &mut ReadTx,
        head: &Head,
        mut claims: Vec<Claim>,
        report: &mut Report,
        seen: &mut Seen,
        told: &mut Told,
    ) -> Result<(), ServiceError> {
        let mut said = LogReport {
            origin: self
                .logs()
                .name(&head.scope)
                .map_or_else(|_| head.scope.clone(), |name| name.to_string()),
            size: 0,
            at: None,
            key: None,
        };
        match self.open_head(head) {
            Ok((checkpoint, label)) => {
                said.at = checkpoint.at;
                said.key = Some(label);
                claims.push(Claim {
                    size: checkpoint.size,
                    root: checkpoint.root,
                    source: Source::Head,
                });
            }
            Err(fault) => report.findings.of_log(&head.scope, fault),
        }
        let walk = Walk::new(&head.scope, claims);
        let mut walk = walk.run(ex).await?;
        said.size = walk.size();
        if head.scope == "platform" {
            *told = walk.told();
        }
        walk.finish(ex, head.size, &mut report.findings, seen).await?;
        report.logs.push(said);
        Ok(())
    }

    /// The checkpoint of a head, and what people call the key that signed it.
    fn open_head(&self, head: &Head) -> Result<(Checkpoint, String), Fault> {
        let bad = Fault::Checkpoint;
        let (note, checkpoint) = self.logs().open_head(head).map_err(bad)?;
        if checkpoint.at != Some(head.at) {
            return Err(bad("the row beside it says another time".to_owned()));
        }
        let known = self
            .logs()
            .known(&head.scope)
            .map_err(|error| bad(error.to_string()))?;
        let (_, signed_by) = note.opened_by(&known).map_err(|error| bad(error.to_string()))?;
        let first = signed_by.first().and_then(|key| self.logs().keys().label_of(key));
        Ok((checkpoint, first.unwrap_or_default().to_owned()))
    }
}

/// What is held must be what the log tells of it.
async fn verify_holds(ex: &mut ReadTx, told: &Told, findings: &mut Findings) -> Result<(), ServiceError> {
    let live = legal_hold::live(ex).await?;
    let live: BTreeSet<(String, String)> = live.into_iter().map(|hold| (hold.kind, hold.name)).collect();
    for (_, name) in told.held.symmetric_difference(&live) {
        findings.push(Finding {
            log: None,
            place: None,
            entry: None,
            fault: Fault::Hold(name.clone()),
        });
    }
    Ok(())
}

/// Rows that nothing leads to: found by their number, and only then looked for.
async fn strays(ex: &mut ReadTx, seen: Seen, findings: &mut Findings) -> Result<(), ServiceError> {
    use stagedoor_store::log::review::Stray;
    let totals = review::totals(ex).await?;
    for (all, led_to, kind) in [
        (totals.entries, seen.entries, Stray::Entry),
        (totals.leaves, seen.leaves, Stray::Leaf),
        (totals.subtrees, seen.subtrees, Stray::Subtree),
        (totals.personal, seen.personal, Stray::Personal),
    ] {
        if all == led_to {
            continue;
        }
        let first = review::first_stray(ex, kind).await?;
        findings.push(Finding {
            log: match (kind, &first) {
                (Stray::Leaf | Stray::Subtree, Some(log)) => Some(log.clone()),
                _ => None,
            },
            place: None,
            entry: match kind {
                Stray::Entry | Stray::Personal => first,
                _ => None,
            },
            fault: Fault::Stray(kind),
        });
    }
    if let Some(subject) = review::first_stray(ex, Stray::Keyless).await? {
        findings.push(Finding {
            log: None,
            place: None,
            entry: None,
            fault: Fault::KeyMissing(subject),
        });
    }
    Ok(())
}
