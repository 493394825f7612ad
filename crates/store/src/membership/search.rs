//! Finding people of a directory, the same way quick among a thousand and among a million.
//!
//! No single way is good for every filter. A page is looked for in one of three:
//!
//! - **along the order**: the index of the order is walked and says of each person whether they match, without the row. Good when
//!   matches are frequent.
//! - **by facet**: the matches are found through their facet and sorted. Good when they are few.
//! - **by word**: the people of the rarest word are found through the tokens and sorted. Good when the word is not too common.
//!
//! Which, is found out by counting through an index, up to a bound and no further. The texts are written so that the
//! engine cannot take another way than was chosen: an expression in place of a column hides an index from it.

use stagedoor_core::input::normalise;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Total;
use stagedoor_core::view::directory::DirectorySort;

use super::facet::{self, Facet};
use super::{DirectoryFilter, DirectoryKey, MemberState, Membership, membership};
use crate::Error;
use crate::select::{Filter, Select};
use crate::statement::{Executor, Query, statements};
use crate::value::Value;

statements! {
    LIST = "SELECT id, name, name_key, email, role, role_rank, state, last_seen_at, passkeys, has_totp, has_password, risk FROM membership";
    MATCHING = "SELECT 1 AS one FROM membership";
    /// The order of a CROSS JOIN is kept by SQLite: words first, people behind.
    LIST_BY_WORD = "SELECT id, name, name_key, email, role, role_rank, state, last_seen_at, passkeys, has_totp, has_password, risk FROM (SELECT DISTINCT membership_id AS found_id FROM membership_token WHERE tenant_id = $1 AND token >= $2 AND token < $3) AS found CROSS JOIN membership";
    MATCHING_BY_WORD = "SELECT 1 AS one FROM (SELECT DISTINCT membership_id AS found_id FROM membership_token WHERE tenant_id = $1 AND token >= $2 AND token < $3) AS found CROSS JOIN membership";
    MATCHING_AMONG = "SELECT 1 AS one FROM (SELECT DISTINCT membership_id AS found_id FROM (SELECT membership_id FROM membership_token WHERE tenant_id = $1 AND token >= $2 AND token < $3 LIMIT $4) AS looked_at) AS found CROSS JOIN membership";
    HAVING_WORD = "SELECT DISTINCT membership_id FROM membership_token WHERE tenant_id = $1 AND token >= $2 AND token < $3";
    TOKENS = "SELECT 1 AS one FROM membership_token WHERE tenant_id = $1 AND token >= $2 AND token < $3";
}

/// Most people that are found by facet and then sorted. Beyond it one in a thousand of a million matches, and the way along the
/// order meets a page of them soon.
const FEW: u64 = 1_000;
/// Most tokens of a word whose people are found and then sorted.
const RARE: u64 = 20_000;

/// How people are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// Along the index of the order.
    Along,
    /// Through facet, time of last activity or id, and sorted.
    ByFacet,
    /// Through the tokens of one word, and sorted. How common it is.
    ByWord(Word, Spread),
}

/// How many people have a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spread {
    /// At most [`RARE`].
    Rare,
    /// More.
    Common,
}

/// The beginning of a token: from here, to below there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    from: String,
    to: String,
}

impl Word {
    fn new(word: &str) -> Self {
        let from = normalise(word);
        // The last character that there is: everything that begins with the word sorts below it.
        let to = format!("{from}\u{10FFFF}");
        Self { from, to }
    }
}

/// A page of a directory, from behind a key.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    ex: &mut impl Executor,
    filter: &DirectoryFilter,
    sort: DirectorySort,
    after: Option<DirectoryKey>,
    limit: u32,
) -> Result<Vec<Membership>, Error> {
    let way = match way(ex, filter).await? {
        // A common word is met soon along the order.
        Way::ByWord(_, Spread::Common) => Way::Along,
        way => way,
    };
    let rows = page(filter, &way, sort, after, limit).fetch_all(ex).await?;
    rows.iter().map(membership).collect()
}

/// How many match, for a page: counted up to the cap. Where a common word is combined with more, only so many people are
/// looked at, and the number is a lower bound.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_matching(ex: &mut impl Executor, filter: &DirectoryFilter) -> Result<Total, Error> {
    let Way::ByWord(word, Spread::Common) = way(ex, filter).await? else {
        return count_up_to(ex, filter, Total::CAP + 1)
            .await
            .map(Total::from_capped);
    };
    if is_one_word(filter) {
        let query = word
            .bind(HAVING_WORD.select(), filter)
            .count_up_to(Total::CAP + 1);
        return Ok(Total::from_capped(query.fetch_one(ex).await?.count("total")?));
    }
    let head = word.bind(MATCHING_AMONG.select(), filter).bind(RARE as i64);
    let query = head.filter(joined(filter, &word)).count_up_to(Total::CAP + 1);
    let found = query.fetch_one(ex).await?.count("total")?;
    Ok(Total::AtLeast(found.min(Total::CAP)))
}

/// How many match, counted exactly up to a number and no further.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_up_to(ex: &mut impl Executor, filter: &DirectoryFilter, most: u64) -> Result<u64, Error> {
    let way = match way(ex, filter).await? {
        Way::ByWord(word, _) => Way::ByWord(word, Spread::Rare),
        Way::Along | Way::ByFacet => Way::ByFacet,
    };
    matching(filter, &way)
        .count_up_to(most)
        .fetch_one(ex)
        .await?
        .count("total")
}

/// Which way is the shortest for this filter.
async fn way(ex: &mut impl Executor, filter: &DirectoryFilter) -> Result<Way, Error> {
    if filter.ids.is_some() {
        return Ok(Way::ByFacet);
    }
    let mut rarest: Option<(u64, Word)> = None;
    for word in words(filter) {
        let query = word.bind(TOKENS.select(), filter).count_up_to(RARE + 1);
        let count = query.fetch_one(ex).await?.count("total")?;
        if rarest.as_ref().is_none_or(|(least, _)| count < *least) {
            rarest = Some((count, word));
        }
    }
    if let Some((count, word)) = rarest {
        let spread = if count > RARE {
            Spread::Common
        } else {
            Spread::Rare
        };
        return Ok(Way::ByWord(word, spread));
    }
    if facet::wanted(filter).is_none() && filter.seen_since.is_none() {
        return Ok(Way::Along);
    }
    let query = matching(filter, &Way::ByFacet).count_up_to(FEW + 1);
    let few = query.fetch_one(ex).await?.count("total")? <= FEW;
    Ok(if few { Way::ByFacet } else { Way::Along })
}

impl Word {
    fn bind(&self, head: Select, filter: &DirectoryFilter) -> Select {
        head.bind(filter.tenant)
            .bind(self.from.as_str())
            .bind(self.to.as_str())
    }
}

/// Whoever matches, on one way.
fn matching(filter: &DirectoryFilter, way: &Way) -> Select {
    match way {
        Way::Along => MATCHING.select().filter(along(filter, DirectorySort::default())),
        Way::ByFacet => MATCHING.select().filter(by_facet(filter)),
        Way::ByWord(word, _) => word
            .bind(MATCHING_BY_WORD.select(), filter)
            .filter(joined(filter, word)),
    }
}

/// The query of a page, on one way.
pub(super) fn page(
    filter: &DirectoryFilter,
    way: &Way,
    sort: DirectorySort,
    after: Option<DirectoryKey>,
    limit: u32,
) -> Query {
    let select = match way {
        Way::Along => LIST.select().filter(along(filter, sort)),
        Way::ByFacet => LIST.select().filter(by_facet(filter)),
        Way::ByWord(word, _) => word
            .bind(LIST_BY_WORD.select(), filter)
            .filter(joined(filter, word)),
    };
    let select = match after {
        None => select,
        Some(key) => select.filter(behind(way, key)),
    };
    let order = match (way, sort) {
        (Way::Along, DirectorySort::Name) => "name_key, id",
        (Way::Along, DirectorySort::LastSeen) => "last_seen_at DESC, id DESC",
        (Way::Along, DirectorySort::Role) => "role_rank, id",
        // Expressions, so that no index promises the order.
        (_, DirectorySort::Name) => "name_key || '', id",
        (_, DirectorySort::LastSeen) => "last_seen_at + 0 DESC, id DESC",
        (_, DirectorySort::Role) => "role_rank + 0, id",
    };
    select.order_by(order).limit(limit).query()
}

fn behind(way: &Way, key: DirectoryKey) -> Filter {
    let along = *way == Way::Along;
    let (condition, values): (&'static str, [Value; 2]) = match (key, along) {
        (DirectoryKey::Name(key, id), true) => ("(name_key, id) > ($1, $2)", [key.into(), id.into()]),
        (DirectoryKey::Name(key, id), false) => ("(name_key || '', id) > ($1, $2)", [key.into(), id.into()]),
        (DirectoryKey::LastSeen(key, id), true) => ("(last_seen_at, id) < ($1, $2)", [key.into(), id.into()]),
        (DirectoryKey::LastSeen(key, id), false) => {
            ("(last_seen_at + 0, id) < ($1, $2)", [key.into(), id.into()])
        }
        (DirectoryKey::Role(key, id), true) => ("(role_rank, id) > ($1, $2)", [key.into(), id.into()]),
        (DirectoryKey::Role(key, id), false) => ("(role_rank + 0, id) > ($1, $2)", [key.into(), id.into()]),
    };
    Filter::new().and(condition, values)
}

/// Along an order: whatever another index could serve is hidden in an expression.
fn along(filter: &DirectoryFilter, sort: DirectorySort) -> Filter {
    let conditions = Filter::new().and("tenant_id = $1", [filter.tenant.into()]);
    let seen = match sort {
        DirectorySort::LastSeen => "last_seen_at >= $1",
        DirectorySort::Name | DirectorySort::Role => "last_seen_at + 0 >= $1",
    };
    let conditions = with_facets(conditions, filter, "facet + 0").and_opt(seen, filter.seen_since);
    having(conditions, words(filter))
}

/// Through the facets, or through the ids where people were chosen by hand.
fn by_facet(filter: &DirectoryFilter) -> Filter {
    let (tenant, facet) = match filter.ids {
        None => ("tenant_id = $1", "facet"),
        Some(_) => ("tenant_id || '' = $1", "facet + 0"),
    };
    let conditions = Filter::new().and(tenant, [filter.tenant.into()]);
    let conditions = with_facets(conditions, filter, facet).and_opt("last_seen_at >= $1", latest(filter));
    having(conditions, words(filter))
}

/// Behind the people of a word.
fn joined(filter: &DirectoryFilter, found: &Word) -> Filter {
    let conditions = Filter::new().and("id = found_id AND tenant_id = $1", [filter.tenant.into()]);
    let conditions =
        with_facets(conditions, filter, "facet + 0").and_opt("last_seen_at + 0 >= $1", filter.seen_since);
    having(conditions, words(filter).filter(|word| word != found))
}

/// Whether one word is all that is asked for.
fn is_one_word(filter: &DirectoryFilter) -> bool {
    filter.words.len() == 1
        && filter.ids.is_none()
        && filter.seen_since.is_none()
        && facet::wanted(filter).is_none()
}

/// Since when everybody was seen whom the filter wants; the status says so where only active people are wanted.
fn latest(filter: &DirectoryFilter) -> Option<Timestamp> {
    let active = filter
        .statuses
        .filter(|(wanted, _)| wanted.active && !wanted.idle && !wanted.suspended && !wanted.revoked)
        .map(|(_, since)| since);
    active.max(filter.seen_since)
}

fn with_facets(mut conditions: Filter, filter: &DirectoryFilter, expression: &'static str) -> Filter {
    let Some(wanted) = facet::wanted(filter) else {
        return with_ids(conditions, filter);
    };
    conditions = conditions.and_one_of(expression, numbers(wanted.iter()));
    // Which of the active people are active and which idle, only the time tells.
    if let Some((statuses, since)) = filter.statuses
        && statuses.active != statuses.idle
    {
        let (test, other): (&str, &str) = if statuses.active {
            (
                "last_seen_at + 0 >= $1",
                "last_seen_at + 0 >= $1 OR state <> 'active'",
            )
        } else {
            (
                "last_seen_at + 0 < $1",
                "last_seen_at + 0 < $1 OR state <> 'active'",
            )
        };
        let apart = wanted.iter().any(|facet| facet.state != MemberState::Active);
        conditions = conditions.and(if apart { other } else { test }, [since.into()]);
    }
    with_ids(conditions, filter)
}

fn numbers<'a>(facets: impl Iterator<Item = &'a Facet>) -> Vec<Value> {
    facets.map(|facet| facet.number().into()).collect()
}

fn with_ids(conditions: Filter, filter: &DirectoryFilter) -> Filter {
    match &filter.ids {
        Some(ids) => conditions.and_one_of("id", ids.iter().map(Value::from).collect()),
        None => conditions,
    }
}

fn words(filter: &DirectoryFilter) -> impl Iterator<Item = Word> + '_ {
    filter.words.iter().map(|word| Word::new(word))
}

/// Every word must be there; that the tokens are the tenant's own, the membership says already.
fn having(conditions: Filter, words: impl Iterator<Item = Word>) -> Filter {
    words.fold(conditions, |conditions, word| {
        conditions.and(
            "EXISTS (SELECT 1 FROM membership_token WHERE membership_token.membership_id = membership.id AND membership_token.token >= $1 AND membership_token.token < $2)",
            [word.from.into(), word.to.into()],
        )
    })
}

/// The plans of a page on every way that could be taken, with the way's name, for tests of the indexes.
///
/// # Errors
/// When the engine does not understand a query.
#[cfg(feature = "testing")]
pub async fn plans(
    db: &crate::testing::TestDb,
    filter: &DirectoryFilter,
    sort: DirectorySort,
    after: Option<DirectoryKey>,
) -> Result<Vec<(String, Vec<String>)>, Error> {
    let mut ways = vec![Way::Along, Way::ByFacet];
    ways.extend(words(filter).map(|word| Way::ByWord(word, Spread::Rare)));
    let mut plans = Vec::new();
    for way in ways {
        let narrow = facet::wanted(filter).is_some() || filter.seen_since.is_some() || filter.ids.is_some();
        if (way == Way::ByFacet && !narrow) || (way == Way::Along && filter.ids.is_some()) {
            continue;
        }
        let name = match way {
            Way::Along => "along",
            Way::ByFacet => "by facet",
            Way::ByWord(..) => "by word",
        };
        let listed = db.plan(page(filter, &way, sort, after.clone(), 51)).await?;
        plans.push((format!("page {name}"), listed));
        if way != Way::Along {
            let counted = matching(filter, &way).count_up_to(Total::CAP + 1);
            plans.push((format!("count {name}"), db.plan(counted).await?));
        }
    }
    Ok(plans)
}
