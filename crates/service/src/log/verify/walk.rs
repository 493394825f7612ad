//! One log from its first leaf to its last. The next page is read while the last one is checked.

use std::collections::{BTreeMap, HashMap};

use stagedoor_core::audit::leaf::{Frontier, TreeHash};
use stagedoor_core::audit::{Event, Field, Record};
use stagedoor_core::time::Timestamp;
use stagedoor_store::Error;
use stagedoor_store::db::ReadTx;
use stagedoor_store::log::review::{self, Beside, StoredLeaf};

use super::fault::{Fault, Finding, Findings};
use super::{PAGE, Seen, Told, entry};
use crate::erasure::MADE_AT;
use crate::error::ServiceError;

/// Who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The log's own head.
    Head,
    /// A checkpoint that was kept outside.
    Outside,
}

/// That a log of a size had a root.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    pub(super) size: u64,
    pub(super) root: TreeHash,
    pub(super) source: Source,
}

/// Some leaves with what stands beside their entries.
struct Page {
    leaves: Vec<StoredLeaf>,
    beside: Vec<Beside>,
}

/// The way through one log.
pub(super) struct Walk {
    log: String,
    frontier: Frontier,
    /// The smallest first.
    claims: Vec<Claim>,
    /// Subtrees that the leaves have completed, of the levels that are kept.
    completed: BTreeMap<(i64, i64), TreeHash>,
    /// A leaf is missing: from there on nothing stands where it stood.
    is_torn: bool,
    entries: u64,
    personal: u64,
    leaves: u64,
    findings: Findings,
    told: Told,
}

impl Told {
    /// Hears what an entry of the platform's log says, in the order of the log.
    pub(super) fn hear(&mut self, record: &Record) {
        let Some(target) = record.target.as_ref().filter(|_| record.outcome == "success") else {
            return;
        };
        let held = || (target.kind.clone(), target.id.clone());
        match Event::from_name(&record.event) {
            Some(Event::PersonalErase) => {
                let micros = |text: &str| Timestamp::parse_rfc3339(text).ok().map(Timestamp::micros);
                let made = record.changes.iter().find(|change| change.field == MADE_AT);
                let made = made.and_then(|change| micros(change.before.as_deref()?));
                let destroyed = record.facts.get(Field::DestroyedAt.as_str());
                let destroyed = destroyed.and_then(|at| micros(at));
                self.erased.insert(target.id.clone(), made.zip(destroyed));
            }
            Some(Event::HoldPlace) => {
                self.held.insert(held());
            }
            Some(Event::HoldLift) => {
                self.held.remove(&held());
            }
            _ => {}
        }
    }
}

impl Walk {
    pub(super) fn new(log: &str, mut claims: Vec<Claim>) -> Self {
        claims.sort_by_key(|claim| claim.size);
        Self {
            log: log.to_owned(),
            frontier: Frontier::new(),
            claims,
            completed: BTreeMap::new(),
            is_torn: false,
            entries: 0,
            personal: 0,
            leaves: 0,
            findings: Findings::default(),
            told: Told::default(),
        }
    }

    /// What the entries tell of keys and holds.
    pub(super) fn told(&mut self) -> Told {
        std::mem::take(&mut self.told)
    }

    /// How many leaves there were.
    pub(super) const fn size(&self) -> u64 {
        self.leaves
    }

    /// Walks to the end.
    pub(super) async fn run(mut self, ex: &mut ReadTx) -> Result<Self, ServiceError> {
        self.meet_claims();
        let mut page = self.read(ex, -1).await?;
        while let Some(last) = page.leaves.last().map(|leaf| leaf.index) {
            let log = self.log.clone();
            let check = tokio::task::spawn_blocking(move || {
                self.check(&page);
                self
            });
            let next = read(ex, &log, last).await;
            let gone = |_| ServiceError::Internal("the check of a log was stopped".to_owned());
            self = check.await.map_err(gone)?;
            page = self.noted(next)?;
        }
        Ok(self)
    }

    async fn read(&mut self, ex: &mut ReadTx, after: i64) -> Result<Page, ServiceError> {
        let page = read(ex, &self.log, after).await;
        self.noted(page)
    }

    /// A row that cannot be read ends the walk and is a finding.
    fn noted(&mut self, page: Result<Page, Error>) -> Result<Page, ServiceError> {
        match page {
            Err(Error::Corrupt { column, .. }) => {
                self.findings.of_log(&self.log, Fault::Impossible(column));
                self.is_torn = true;
                Ok(Page {
                    leaves: Vec::new(),
                    beside: Vec::new(),
                })
            }
            page => Ok(page?),
        }
    }

    fn check(&mut self, page: &Page) {
        let mut beside: HashMap<&str, Vec<&Beside>> = HashMap::new();
        for one in &page.beside {
            beside.entry(&one.event).or_default().push(one);
        }
        self.personal += page.beside.len() as u64;
        for leaf in &page.leaves {
            let beside = beside
                .get(leaf.event.as_str())
                .map(Vec::as_slice)
                .unwrap_or_default();
            self.check_leaf(leaf, beside);
        }
    }

    fn check_leaf(&mut self, leaf: &StoredLeaf, beside: &[&Beside]) {
        let place = self.frontier.size();
        if !self.is_torn && leaf.index != i64::try_from(place).unwrap_or(i64::MAX) {
            self.is_torn = true;
            self.find(place, None, Fault::Gap(leaf.index));
        }
        self.leaves += 1;
        let place = u64::try_from(leaf.index).unwrap_or(place);
        let stored = <[u8; 32]>::try_from(leaf.hash.as_slice()).ok();
        let stored = stored.map(TreeHash::from_bytes);
        match &leaf.entry {
            None => self.find(place, Some(&leaf.event), Fault::Missing),
            Some(found) => {
                self.entries += 1;
                if stored != Some(TreeHash::of_leaf(&found.canonical)) {
                    self.find(place, Some(&leaf.event), Fault::Changed);
                }
                let (faults, record) = entry::faults(&self.log, found, beside);
                for fault in faults {
                    self.find(place, Some(&leaf.event), fault);
                }
                if let Some(record) = record {
                    self.told.hear(&record);
                }
            }
        }
        // A hash that is none leads to another root, which is then found.
        let hash = stored.unwrap_or_else(TreeHash::of_nothing);
        for (subtree, hash) in self.frontier.append(hash) {
            if subtree.level > 0 && subtree.is_kept() {
                let place = i64::try_from(subtree.index).unwrap_or(i64::MAX);
                self.completed.insert((i64::from(subtree.level), place), hash);
            }
        }
        self.meet_claims();
    }

    /// Holds the tree against what is claimed of this size.
    fn meet_claims(&mut self) {
        while let Some(claim) = self
            .claims
            .first()
            .filter(|claim| claim.size == self.frontier.size())
        {
            if !self.is_torn && claim.root != self.frontier.root() {
                let fault = match claim.source {
                    Source::Head => Fault::Root,
                    Source::Outside => Fault::Rewritten { size: claim.size },
                };
                self.findings.of_log(&self.log, fault);
            }
            self.claims.remove(0);
        }
    }

    fn find(&mut self, place: u64, entry: Option<&str>, fault: Fault) {
        self.findings.push(Finding {
            log: Some(self.log.clone()),
            place: Some(place),
            entry: entry.map(str::to_owned),
            fault,
        });
    }

    /// What the whole log has to answer: its size, the checkpoints beyond its end, the subtrees that are kept of it.
    pub(super) async fn finish(
        mut self,
        ex: &mut ReadTx,
        claimed: u64,
        findings: &mut Findings,
        seen: &mut Seen,
    ) -> Result<(), ServiceError> {
        let found = self.leaves;
        if claimed != found {
            self.findings.of_log(&self.log, Fault::Size { claimed, found });
        }
        for claim in std::mem::take(&mut self.claims) {
            if claim.source == Source::Outside {
                let size = claim.size;
                self.findings.of_log(&self.log, Fault::Cut { size, found });
            }
        }
        seen.subtrees += self.check_subtrees(ex).await?;
        seen.leaves += self.leaves;
        seen.entries += self.entries;
        seen.personal += self.personal;
        findings.join(self.findings);
        Ok(())
    }

    async fn check_subtrees(&mut self, ex: &mut ReadTx) -> Result<u64, ServiceError> {
        let mut after = (-1, -1);
        let mut found = 0;
        loop {
            let page = review::subtrees(ex, &self.log, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = (last.level, last.place);
            found += page.len() as u64;
            for stored in page {
                let (level, place) = (stored.level, stored.place);
                let made = self.completed.remove(&(level, place));
                let agrees = made.is_some_and(|made| made.as_bytes().as_slice() == stored.hash);
                if !agrees && !self.is_torn {
                    self.findings.of_log(&self.log, Fault::Subtree { level, place });
                }
            }
        }
        if let Some((&(level, place), _)) = self.completed.first_key_value()
            && !self.is_torn
        {
            self.findings
                .of_log(&self.log, Fault::SubtreeMissing { level, place });
        }
        Ok(found)
    }
}

async fn read(ex: &mut ReadTx, log: &str, after: i64) -> Result<Page, Error> {
    let leaves = review::leaves(ex, log, after, PAGE).await?;
    let beside = match leaves.last() {
        Some(last) => review::beside_leaves(ex, log, after, last.index).await?,
        None => Vec::new(),
    };
    Ok(Page { leaves, beside })
}
