//! One log from its first leaf to its last. The next page is read while the last one is checked.
//!
//! What is sound is taken in by the page. Whatever is not is read again, row by row, and only rows make findings.

use std::collections::{BTreeMap, HashMap};

use stagedoor_core::audit::leaf::{Frontier, TreeHash};
use stagedoor_store::db::ReadTx;
use stagedoor_store::log::review::packed::Packed;
use stagedoor_store::log::review::{self, Beside, StoredLeaf};

use super::fault::{Fault, Finding, Findings};
use super::page::{self, Page};
use super::told::Told;
use super::{PAGE, Seen, entry};
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

    /// Walks to the end: from page to page by their texts, and row by row where a text is not what it must be.
    pub(super) async fn run(mut self, ex: &mut ReadTx) -> Result<Self, ServiceError> {
        self.meet_claims();
        let mut after = -1;
        loop {
            if !self.is_torn {
                (self, after) = self.run_packed(ex, after).await?;
            }
            let mut page = page::rows(ex, &self.log, after).await?;
            let unreadable = page.unreadable.take();
            let last = page.leaves.last().map(|leaf| leaf.index);
            (self, ()) = self.apart(move |walk| walk.check(&page)).await?;
            after = last.unwrap_or(after);
            if let Some(column) = unreadable {
                // Told behind what stands before it. The walk ends here: what comes next, nobody can say.
                let place = u64::try_from(after.saturating_add(1)).unwrap_or_default();
                self.find(place, None, Fault::Impossible(column));
                self.is_torn = true;
                return Ok(self);
            }
            if last.is_none() {
                return Ok(self);
            }
        }
    }

    /// Does what takes a while where nobody waits for the thread.
    async fn apart<T: Send + 'static>(
        mut self,
        work: impl FnOnce(&mut Self) -> T + Send + 'static,
    ) -> Result<(Self, T), ServiceError> {
        let done = tokio::task::spawn_blocking(move || {
            let said = work(&mut self);
            (self, said)
        });
        done.await
            .map_err(|_| ServiceError::Internal("the check of a log was stopped".to_owned()))
    }

    /// Walks for as long as all is sound, and says where that was.
    async fn run_packed(mut self, ex: &mut ReadTx, mut after: i64) -> Result<(Self, i64), ServiceError> {
        let mut page = page::packed(ex, &self.log, after).await?;
        while page.count() > 0 {
            let end = after.saturating_add(i64::try_from(page.count()).unwrap_or(i64::MAX));
            let log = self.log.clone();
            let check = self.apart(move |walk| walk.accept(&page));
            let (check, next) = tokio::join!(check, page::packed(ex, &log, end));
            let is_sound;
            (self, is_sound) = check?;
            if !is_sound {
                break;
            }
            (page, after) = (next?, end);
        }
        Ok((self, after))
    }

    /// Takes a page in, if all of it is what it must be; otherwise nothing of it.
    fn accept(&mut self, page: &Packed) -> bool {
        let Some(sound) = page::sound(&self.log, self.frontier.size(), page) else {
            return false;
        };
        for leaf in sound {
            self.leaves += 1;
            self.entries += 1;
            self.personal += leaf.personal;
            if let Some(record) = leaf.telling {
                self.told.hear(&record);
            }
            self.grow(leaf.hash);
        }
        true
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
        self.grow(stored.unwrap_or_else(TreeHash::of_nothing));
    }

    fn grow(&mut self, hash: TreeHash) {
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
