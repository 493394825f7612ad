//! What witnesses have seen: each checkpoint that one has cosigned is a claim from outside, since no key of ours can make its
//! cosignature.

use std::collections::BTreeMap;

use stagedoor_store::Error;
use stagedoor_store::db::ReadTx;
use stagedoor_store::log::witness::{self, Seen};

use super::fault::Fault;
use super::walk::{Claim, Source};
use super::{PAGE, Report};
use crate::error::ServiceError;
use crate::state::Service;

impl Service {
    /// Adds what witnesses have cosigned to the claims. What does not hold, and what a witness disputes, are findings.
    pub(super) async fn verify_witnesses(
        &self,
        ex: &mut ReadTx,
        claims: &mut BTreeMap<String, Vec<Claim>>,
        report: &mut Report,
    ) -> Result<(), ServiceError> {
        let mut after = (String::new(), String::new());
        loop {
            let page = match witness::list(ex, (&after.0, &after.1), PAGE).await {
                Err(Error::Corrupt { column, .. }) => {
                    let why = format!("its {column} is none");
                    let witness = "a witness".to_owned();
                    report.findings.of_log(&after.0, Fault::Cosigned { witness, why });
                    return Ok(());
                }
                page => page?,
            };
            let Some(last) = page.last() else { return Ok(()) };
            after = (last.scope.clone(), last.witness.clone());
            for seen in page {
                self.verify_seen(seen, claims, report);
            }
        }
    }

    fn verify_seen(&self, seen: Seen, claims: &mut BTreeMap<String, Vec<Claim>>, report: &mut Report) {
        let witness = || seen.witness.clone();
        if let Some(size) = seen.disputed {
            let witness = witness();
            report
                .findings
                .of_log(&seen.scope, Fault::Disputed { witness, size });
        }
        match self.open_cosigned(&seen) {
            Ok(None) => {}
            Ok(Some(checkpoint)) => {
                report.cosigned += 1;
                claims.entry(seen.scope).or_default().push(Claim {
                    size: checkpoint.size,
                    root: checkpoint.root,
                    source: Source::Outside,
                });
            }
            Err(why) => {
                let witness = witness();
                report
                    .findings
                    .of_log(&seen.scope, Fault::Cosigned { witness, why });
            }
        }
    }
}
