//! What can be wrong with a log, in words for whoever has to find out who did it.

use std::fmt;

use stagedoor_store::log::review::Stray;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is a leaf and no entry.
    #[error("the entry is gone")]
    Missing,
    /// The entry's bytes do not hash to its leaf.
    #[error("the entry and its leaf do not agree: one of them was changed")]
    Changed,
    /// The bytes are no entry.
    #[error("the entry cannot be read")]
    Unreadable,
    /// A column says something else than the sealed bytes.
    #[error("its column {0} does not say what was sealed")]
    Column(&'static str),
    /// The leaf gives another time or entry than stands there.
    #[error("its leaf is another entry's")]
    OtherEntry,
    /// A leaf is not there.
    #[error("a leaf is gone: the next one is that of place {0}")]
    Gap(i64),
    /// The entry commits to personal data that is not there.
    #[error("the personal data of its {0} is gone")]
    PersonalMissing(String),
    /// It is other data, or another person's.
    #[error("the personal data of its {0} was changed, or is another person's")]
    PersonalChanged(String),
    /// The entry does not know of it.
    #[error("personal data of a {0} stands beside it that it does not commit to")]
    PersonalExtra(String),
    /// A kept subtree is not what the leaves make.
    #[error("the subtree at level {level}, place {place} is not what its leaves make")]
    Subtree {
        /// Its level.
        level: i64,
        /// Its place.
        place: i64,
    },
    /// A kept subtree is not there.
    #[error("the subtree at level {level}, place {place} is gone")]
    SubtreeMissing {
        /// Its level.
        level: i64,
        /// Its place.
        place: i64,
    },
    /// The head's checkpoint is not the log's.
    #[error("its last checkpoint does not hold: {0}")]
    Checkpoint(String),
    /// There are more or fewer leaves than were signed.
    #[error("{claimed} leaves were signed and {found} are there")]
    Size {
        /// By the head's checkpoint.
        claimed: u64,
        /// In the table.
        found: u64,
    },
    /// The leaves do not make the root that was signed.
    #[error("its leaves do not make the root that was signed")]
    Root,
    /// A checkpoint from outside proves nothing.
    #[error("a checkpoint from outside cannot be used: {0}")]
    Outside(String),
    /// A checkpoint from outside saw more than there is.
    #[error("it had {size} leaves when a checkpoint went outside, and has {found}")]
    Cut {
        /// By the checkpoint.
        size: u64,
        /// In the table.
        found: u64,
    },
    /// A checkpoint from outside saw something else.
    #[error("the first {size} leaves are not those of the checkpoint from outside")]
    Rewritten {
        /// By the checkpoint.
        size: u64,
    },
    /// What is kept as cosigned proves nothing.
    #[error("what is kept as cosigned by {witness} cannot be used: {why}")]
    Cosigned {
        /// The witness's name with the id of its key.
        witness: String,
        /// Why.
        why: String,
    },
    /// A witness has seen what this log is not.
    #[error(
        "{witness} says that it has cosigned {size} entries of it, and they are not those that it begins with"
    )]
    Disputed {
        /// The witness's name with the id of its key.
        witness: String,
        /// What it has seen.
        size: u64,
    },
    /// Something waits for a place that this installation did not write.
    #[error("it waits for a place and does not bear our seal")]
    Forged,
    /// Something of ours was kept from its place.
    #[error("it bears our seal and was kept from getting a place")]
    Suppressed,
    /// It waits and has a place.
    #[error("it waits for a place and has one")]
    Twice,
    /// A key does not open, so whoever it is of cannot be read.
    #[error("the key of {0} does not open: it was changed, or is another person's")]
    Key(String),
    /// A key is not there and was not destroyed by us.
    #[error("the key of {0} is gone, and nobody erased it")]
    KeyMissing(String),
    /// A key was erased and is there.
    #[error("the key of {0} was erased, and is there again")]
    KeyBack(String),
    /// A hold is not the one that the log tells of.
    #[error("the legal hold on {0} is not as the log tells it")]
    Hold(String),
    /// Something belongs to nothing.
    #[error("{}", stray(*.0))]
    Stray(Stray),
    /// A row holds what its column cannot.
    #[error("a row cannot be read: {0}")]
    Impossible(String),
}

const fn stray(kind: Stray) -> &'static str {
    match kind {
        Stray::Entry => "an entry stands in no log and waits for none",
        Stray::Leaf => "leaves stand in a log that has no head",
        Stray::Subtree => "subtrees stand in a log that has no head",
        Stray::Personal => "personal data stands beside an entry that is nowhere",
        Stray::Keyless => "personal data has no key",
    }
}

/// Where something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which log, by its name in storage.
    pub log: Option<String>,
    /// Which place in it, from 0.
    pub place: Option<u64>,
    /// Which entry.
    pub entry: Option<String>,
    /// What.
    pub fault: Fault,
}

/// `platform, place 84213, evt_…: the entry is gone`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place.map(|place| format!("place {place}"));
        let known: Vec<&str> = [&self.log, &place, &self.entry]
            .into_iter()
            .filter_map(Option::as_deref)
            .collect();
        if !known.is_empty() {
            write!(f, "{}: ", known.join(", "))?;
        }
        write!(f, "{}", self.fault)
    }
}

/// Findings: all counted, the first of them kept.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    first: Vec<Finding>,
    total: u64,
}

impl Findings {
    /// How many are kept.
    const MOST: usize = 100;

    /// One more.
    pub fn push(&mut self, finding: Finding) {
        self.total += 1;
        if self.first.len() < Self::MOST {
            self.first.push(finding);
        }
    }

    /// One about a whole log.
    pub(super) fn of_log(&mut self, log: &str, fault: Fault) {
        self.push(Finding {
            log: Some(log.to_owned()),
            place: None,
            entry: None,
            fault,
        });
    }

    /// Those of a part of the work, behind these.
    pub(super) fn join(&mut self, more: Self) {
        let uncounted = more.total - more.first.len() as u64;
        more.first.into_iter().for_each(|finding| self.push(finding));
        self.total += uncounted;
    }

    /// The first of them, in the order of the logs.
    #[must_use]
    pub fn first(&self) -> &[Finding] {
        &self.first
    }

    /// How many there are.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.total == 0
    }
}
