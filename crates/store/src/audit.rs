//! Reading the audit. Nothing here writes: entries come only through [`crate::tx::WriteTx::commit`].

use std::collections::BTreeSet;

use stagedoor_core::audit::Event;
use stagedoor_core::id::EventId;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Total;
use stagedoor_core::view::audit::Bar;

use crate::Error;
use crate::select::{Filter, newest_first};
use crate::statement::{Executor, Query, statements};
use crate::value::Value;

statements! {
    LIST = "SELECT at, id, canonical FROM audit_entry";
    MATCHING = "SELECT 1 AS one FROM audit_entry";
    NEWEST = "SELECT max(at) AS newest FROM audit_entry";
    PERSONAL = "SELECT event_id, slot, subject_id, ciphertext FROM audit_personal";
    BARS = "SELECT (at - $1) / $2 AS bar, count(*) AS total, count(*) FILTER (WHERE outcome <> 'success') AS refused FROM audit_entry /*where*/ GROUP BY bar";
}

/// Which entries of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFilter {
    /// The log: `platform` or a tenant's id.
    pub scope: String,
    /// Whether entries about administration are left out.
    pub without_admin: bool,
    /// Only entries that concern one of these tenants, or none; `None` is all.
    pub tenants: Option<Vec<String>>,
    /// Acted by one of these, in their own name or another's; `None` is all.
    pub actors: Option<Vec<String>>,
    /// Upon one of these; `None` is all.
    pub targets: Option<Vec<String>>,
    /// The tenant it concerns.
    pub tenant: Option<String>,
    /// The event's name, or its beginning when it ends with `*`.
    pub event: Option<String>,
    /// How it went: one of these; none is all.
    pub outcomes: Vec<String>,
    /// The staff session.
    pub session: Option<String>,
    /// The visit.
    pub impersonation: Option<String>,
    /// The request.
    pub request: Option<String>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// One entry.
    pub id: Option<String>,
}

impl AuditFilter {
    /// A whole log.
    #[must_use]
    pub fn log(scope: impl Into<String>) -> Self {
        Self {
            scope: scope.into(),
            without_admin: false,
            tenants: None,
            actors: None,
            targets: None,
            tenant: None,
            event: None,
            outcomes: Vec::new(),
            session: None,
            impersonation: None,
            request: None,
            since: None,
            id: None,
        }
    }

    /// What an entry must be. What `split` asks for is left out: each branch of the query asks for one value of it.
    fn conditions(&self, split: Option<Split>) -> Filter {
        let mut filter = Filter::new().and("scope = $1", [self.scope.as_str().into()]);
        if self.without_admin {
            filter = filter.and("event < 'admin.' OR event >= 'admin/'", []);
        }
        for choice in Split::ALL {
            if Some(choice) != split
                && let Some(values) = choice.values(self)
            {
                filter = filter.and_one_of(choice.expression(), values);
            }
        }
        if self.only_refusals() {
            // Says what the partial index of refusals is made of, or SQLite would not use it.
            filter = filter.and("outcome <> 'success'", []);
        }
        if !self.outcomes.is_empty() && !self.every_refusal() {
            filter = filter.and_one_of("outcome", texts(&self.outcomes));
        }
        if split != Some(Split::Event) {
            filter = self.event_condition(filter);
        }
        filter
            .and_opt("session_id = $1", self.session.as_deref())
            .and_opt("impersonation_id = $1", self.impersonation.as_deref())
            .and_opt("request_id = $1", self.request.as_deref())
            .and_opt("id = $1", self.id.as_deref())
            .and_opt("at >= $1", self.since)
    }

    /// An expression hides the index of events where the one of refusals is the shorter way.
    fn event_condition(&self, filter: Filter) -> Filter {
        let Some(pattern) = self.event.as_deref() else {
            return filter;
        };
        let Some(start) = pattern.strip_suffix('*') else {
            let hidden = self.only_refusals();
            let exactly = if hidden { "event || '' = $1" } else { "event = $1" };
            return filter.and(exactly, [pattern.into()]);
        };
        let range = if self.only_refusals() {
            "event || '' >= $1 AND event || '' < $2"
        } else {
            "event >= $1 AND event < $2"
        };
        filter.and(range, [start.into(), format!("{start}\u{10FFFF}").into()])
    }

    fn only_refusals(&self) -> bool {
        !self.outcomes.is_empty() && !self.outcomes.iter().any(|outcome| outcome == "success")
    }

    fn every_refusal(&self) -> bool {
        let asked = |name| self.outcomes.iter().any(|outcome| outcome == name);
        self.only_refusals() && asked("denied") && asked("failed")
    }

    /// Which choice between several values a page is split by: each value alone is read from its index in the order of the
    /// timeline, where all of them together would have to be sorted.
    fn split(&self) -> Option<(Split, Vec<Value>)> {
        Split::ALL.into_iter().chain([Split::Event]).find_map(|choice| {
            let values = choice.values(self)?;
            (values.len() > 1 && values.len() <= BRANCHES).then_some((choice, values))
        })
    }
}

/// Most branches of one query.
const BRANCHES: usize = 100;

/// A choice between several values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Split {
    Actor,
    Target,
    Tenant,
    Event,
}

impl Split {
    /// The choices that are made of equalities anyway, the narrowest first.
    const ALL: [Self; 3] = [Self::Target, Self::Actor, Self::Tenant];

    /// As the index says it.
    const fn expression(self) -> &'static str {
        match self {
            Self::Actor => "coalesce(act_id, actor_id)",
            Self::Target => "target_id",
            Self::Tenant => "coalesce(tenant_id, '')",
            Self::Event => "event",
        }
    }

    /// The values to choose from; `None` when anything will do.
    fn values(self, filter: &AuditFilter) -> Option<Vec<Value>> {
        match self {
            Self::Actor => filter.actors.as_deref().map(texts),
            Self::Target => filter.targets.as_deref().map(texts),
            Self::Tenant => match (&filter.tenant, &filter.tenants) {
                (Some(one), Some(allowed)) if !allowed.contains(one) => Some(Vec::new()),
                (Some(one), _) => Some(vec![one.into()]),
                (None, Some(allowed)) => {
                    let mut allowed = texts(allowed);
                    allowed.push("".into());
                    Some(allowed)
                }
                (None, None) => None,
            },
            Self::Event if filter.only_refusals() => None,
            Self::Event => {
                let start = filter.event.as_deref()?.strip_suffix('*')?;
                let names = Event::ALL.iter().map(|event| event.name());
                Some(
                    names
                        .filter(|name| name.starts_with(start))
                        .map(Value::from)
                        .collect(),
                )
            }
        }
    }
}

/// Each value once: a branch asked twice would give its entries twice.
fn texts(values: &[String]) -> Vec<Value> {
    let once: BTreeSet<&String> = values.iter().collect();
    once.into_iter().map(Value::from).collect()
}

/// A stored entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// When.
    pub at: Timestamp,
    /// Its id.
    pub id: EventId,
    /// Its canonical bytes, verbatim.
    pub canonical: Vec<u8>,
}

/// A page of entries, newest first, from behind a key.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    ex: &mut impl Executor,
    filter: &AuditFilter,
    before: Option<(Timestamp, EventId)>,
    limit: u32,
) -> Result<Vec<Stored>, Error> {
    let rows = page(filter, before, limit).fetch_all(ex).await?;
    rows.iter()
        .map(|row| {
            Ok(Stored {
                at: row.time("at")?,
                id: row.parse("id")?,
                canonical: row.get("canonical")?,
            })
        })
        .collect()
}

fn page(filter: &AuditFilter, before: Option<(Timestamp, EventId)>, limit: u32) -> Query {
    let split = filter.split();
    let conditions = filter.conditions(split.as_ref().map(|(choice, _)| *choice));
    let walk = newest_first!("at", "id");
    let page = LIST.select().filter(conditions).page(walk, before, limit);
    match split {
        None => page.query(),
        Some((choice, values)) => page.branches(choice.expression(), values),
    }
}

/// How the engine would find a page, for tests of its indexes.
///
/// # Errors
/// When the engine does not understand the query.
#[cfg(feature = "testing")]
pub async fn plan(
    db: &crate::testing::TestDb,
    filter: &AuditFilter,
    before: Option<(Timestamp, EventId)>,
) -> Result<Vec<String>, Error> {
    db.plan(page(filter, before, 51)).await
}

/// How many match, counted up to the cap.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_matching(ex: &mut impl Executor, filter: &AuditFilter) -> Result<Total, Error> {
    count_up_to(ex, filter, Total::CAP + 1)
        .await
        .map(Total::from_capped)
}

/// How many match, counted up to a number and no further.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_up_to(ex: &mut impl Executor, filter: &AuditFilter, most: u64) -> Result<u64, Error> {
    let query = MATCHING
        .select()
        .filter(filter.conditions(None))
        .count_up_to(most);
    query.fetch_one(ex).await?.count("total")
}

/// Counts in `bars` equal spans from a moment on.
///
/// # Errors
/// When the database cannot be read.
pub async fn histogram(
    ex: &mut impl Executor,
    filter: &AuditFilter,
    from: Timestamp,
    span_micros: i64,
    bars: usize,
) -> Result<Vec<Bar>, Error> {
    let end = from
        .micros()
        .saturating_add(span_micros.saturating_mul(bars as i64));
    let conditions = filter
        .conditions(None)
        .and("at >= $1 AND at < $2", [from.into(), end.into()]);
    let rows = BARS
        .select()
        .bind(from)
        .bind(span_micros)
        .filter(conditions)
        .query()
        .fetch_all(ex)
        .await?;
    let mut out: Vec<Bar> = (0..bars as i64)
        .map(|bar| Bar {
            from: Timestamp::from_micros(from.micros() + bar * span_micros),
            count: 0,
            refused: 0,
        })
        .collect();
    for row in rows {
        let position = usize::try_from(row.get::<i64>("bar")?).map_err(|_| row.corrupt("bar"))?;
        if let Some(bar) = out.get_mut(position) {
            bar.count = row.count("total")?;
            bar.refused = row.count("refused")?;
        }
    }
    Ok(out)
}

/// When the newest entry of all logs was written; `None` while there is none.
///
/// # Errors
/// When the database cannot be read.
pub async fn newest(ex: &mut impl Executor) -> Result<Option<Timestamp>, Error> {
    NEWEST.fetch_one(ex).await?.time_opt("newest")
}

/// Personal data beside an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPersonal {
    /// The entry.
    pub event: String,
    /// Whom it is about, seen from the entry.
    pub slot: String,
    /// Whose key it is encrypted under.
    pub subject: String,
    /// The encrypted bytes.
    pub ciphertext: Vec<u8>,
}

/// The personal data beside some entries.
///
/// # Errors
/// When the database cannot be read.
pub async fn personal(ex: &mut impl Executor, events: &[EventId]) -> Result<Vec<StoredPersonal>, Error> {
    let filter = Filter::new().and_one_of("event_id", events.iter().map(Value::from).collect());
    let rows = PERSONAL.select().filter(filter).query().fetch_all(ex).await?;
    rows.iter()
        .map(|row| {
            Ok(StoredPersonal {
                event: row.get("event_id")?,
                slot: row.get("slot")?,
                subject: row.get("subject_id")?,
                ciphertext: row.get("ciphertext")?,
            })
        })
        .collect()
}
