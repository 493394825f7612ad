//! Risk events: raised once, worked on step by step, listed newest first, never deleted. A change names the version that it
//! goes from, so that of two at one moment one wins and the other hears of it.

use stagedoor_core::id::{EventId, MemberId, RiskId, StaffId, TenantId};
use stagedoor_core::risk::{Level, RiskKind, RiskState, RiskStep};
use stagedoor_core::role::Scope;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Total;
use stagedoor_core::view::frame::TenantLabel;
use stagedoor_core::view::risk::{Assignee, RiskFact, RiskSubject};
use stagedoor_core::view::visit::StaffLabel;

use crate::Error;
use crate::row::Row;
use crate::select::{Filter, newest_first};
use crate::statement::{Executor, statements};
use crate::tenant::escape;
use crate::tx::WriteTx;

statements! {
    LIST = "SELECT risk_event.id, risk_event.staff_id, risk_event.tenant_id, risk_event.membership_id, risk_event.kind, risk_event.score, risk_event.cause, risk_event.facts, risk_event.state, risk_event.assignee_id, risk_event.version, risk_event.raised_at, risk_event.changed_at, staff.display_name AS staff_name, staff.email AS staff_email, membership.name AS member_name, membership.email AS member_email, tenant.slug AS tenant_slug, tenant.name AS tenant_name, assignee.display_name AS assignee_name FROM risk_event LEFT JOIN staff ON staff.id = risk_event.staff_id LEFT JOIN tenant ON tenant.id = risk_event.tenant_id LEFT JOIN membership ON membership.id = risk_event.membership_id LEFT JOIN staff AS assignee ON assignee.id = risk_event.assignee_id";
    MATCHING = "SELECT 1 AS one FROM risk_event LEFT JOIN staff ON staff.id = risk_event.staff_id LEFT JOIN membership ON membership.id = risk_event.membership_id";
    ENTRIES = "SELECT entry_id FROM risk_event_entry WHERE risk_id = $1 ORDER BY entry_id";
    STEPS = "SELECT risk_event_step.step, risk_event_step.note, risk_event_step.at, staff.display_name AS staff_name FROM risk_event_step JOIN staff ON staff.id = risk_event_step.staff_id WHERE risk_event_step.risk_id = $1 ORDER BY risk_event_step.number";
    INSERT = "INSERT INTO risk_event (id, staff_id, tenant_id, membership_id, kind, score, level, cause, facts, state, version, raised_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', 0, $10, $10)";
    INSERT_ENTRY = "INSERT INTO risk_event_entry (risk_id, entry_id) VALUES ($1, $2)";
    MOVE = "UPDATE risk_event SET state = $3, assignee_id = coalesce($4, assignee_id), changed_at = $5, version = version + 1 WHERE id = $1 AND version = $2";
    INSERT_STEP = "INSERT INTO risk_event_step (risk_id, number, staff_id, step, note, at) VALUES ($1, $2, $3, $4, $5, $6)";
}

/// A risk event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    /// Its id.
    pub id: RiskId,
    /// What raised it.
    pub kind: RiskKind,
    /// 0 to 100.
    pub score: u8,
    /// Whom it is about, with their names as they are now.
    pub subject: RiskSubject,
    /// Why, in words.
    pub cause: String,
    /// What is known.
    pub facts: Vec<RiskFact>,
    /// Where it is in its life.
    pub state: RiskState,
    /// Who is at it.
    pub assignee: Option<Assignee>,
    /// Counts its changes.
    pub version: u64,
    /// When it was raised.
    pub raised: Timestamp,
    /// When it was last changed.
    pub changed: Timestamp,
}

impl Risk {
    /// Its level.
    #[must_use]
    pub const fn level(&self) -> Level {
        Level::of(self.score)
    }
}

fn subject(row: &Row) -> Result<RiskSubject, Error> {
    if let Some(id) = row.parse_opt("staff_id")? {
        let label = StaffLabel {
            name: row.get("staff_name")?,
            email: row.get("staff_email")?,
        };
        return Ok(RiskSubject::Staff { id, label });
    }
    let tenant = TenantLabel {
        id: row.parse("tenant_id")?,
        slug: row.get("tenant_slug")?,
        name: row.get("tenant_name")?,
    };
    let id: Option<MemberId> = row.parse_opt("membership_id")?;
    Ok(match id {
        Some(id) => RiskSubject::Member {
            id: id.to_string(),
            name: row.get("member_name")?,
            email: row.get("member_email")?,
            tenant,
        },
        None => RiskSubject::Tenant(tenant),
    })
}

fn risk(row: &Row) -> Result<Risk, Error> {
    let assignee: Option<StaffId> = row.parse_opt("assignee_id")?;
    let facts: String = row.get("facts")?;
    let facts: Vec<(String, String)> = serde_json::from_str(&facts).map_err(|_| row.corrupt("facts"))?;
    Ok(Risk {
        id: row.parse("id")?,
        kind: row.parse("kind")?,
        score: u8::try_from(row.count("score")?).map_err(|_| row.corrupt("score"))?,
        subject: subject(row)?,
        cause: row.get("cause")?,
        facts: facts
            .into_iter()
            .map(|(label, value)| RiskFact { label, value })
            .collect(),
        state: row.parse("state")?,
        assignee: match assignee {
            Some(id) => Some(Assignee {
                id,
                name: row.get("assignee_name")?,
            }),
            None => None,
        },
        version: row.count("version")?,
        raised: row.time("raised_at")?,
        changed: row.time("changed_at")?,
    })
}

/// Whom an event that is asked for has been given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenTo {
    /// Nobody.
    Nobody,
    /// This member of staff.
    Staff(StaffId),
}

/// Which events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskFilter {
    /// Only those of this scope: who does not reach every tenant sees none of staff.
    pub scope: Scope,
    /// Only those of this tenant.
    pub tenant: Option<TenantId>,
    /// In one of these states; none wishes nothing.
    pub states: Vec<RiskState>,
    /// Of one of these levels; none wishes nothing.
    pub levels: Vec<Level>,
    /// Of one of these kinds; none wishes nothing.
    pub kinds: Vec<RiskKind>,
    /// Given to somebody, or to nobody.
    pub given: Option<GivenTo>,
    /// Words: each a part of the cause, of the subject's name or address, or the id itself.
    pub words: Vec<String>,
    /// Only this one.
    pub id: Option<RiskId>,
}

impl RiskFilter {
    /// Every event of a scope.
    #[must_use]
    pub const fn of(scope: Scope) -> Self {
        Self {
            scope,
            tenant: None,
            states: Vec::new(),
            levels: Vec::new(),
            kinds: Vec::new(),
            given: None,
            words: Vec::new(),
            id: None,
        }
    }

    fn conditions(&self) -> Filter {
        let mut filter = Filter::new();
        if let Scope::Only(tenants) = &self.scope {
            filter = filter.and_one_of("risk_event.tenant_id", tenants.iter().map(Into::into).collect());
        }
        for (expression, chosen) in [
            ("risk_event.state", names(&self.states)),
            ("risk_event.level", names(&self.levels)),
            ("risk_event.kind", names(&self.kinds)),
        ] {
            if !chosen.is_empty() {
                filter = filter.and_one_of(expression, chosen.into_iter().map(Into::into).collect());
            }
        }
        filter = match self.given {
            None => filter,
            Some(GivenTo::Nobody) => filter.and("risk_event.assignee_id IS NULL", []),
            Some(GivenTo::Staff(id)) => filter.and("risk_event.assignee_id = $1", [id.into()]),
        };
        for word in &self.words {
            let word = stagedoor_core::input::normalise(word);
            let part = format!("%{}%", escape(&word));
            filter = filter.and(
                "lower(risk_event.cause) LIKE $1 ESCAPE '!' OR lower(staff.display_name) LIKE $1 ESCAPE '!' OR staff.email_key LIKE $1 ESCAPE '!' OR membership.name_key LIKE $1 ESCAPE '!' OR lower(membership.email) LIKE $1 ESCAPE '!' OR risk_event.id = $2",
                [part.into(), word.into()],
            );
        }
        filter
            .and_opt("risk_event.tenant_id = $1", self.tenant)
            .and_opt("risk_event.id = $1", self.id)
    }
}

fn names<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

/// Where a page ended: when its last event was raised, and its id.
pub type RaisedKey = (i64, RiskId);

/// A page of events, the newest first, from behind a key.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    ex: &mut impl Executor,
    filter: &RiskFilter,
    after: Option<RaisedKey>,
    limit: u32,
) -> Result<Vec<Risk>, Error> {
    let walk = newest_first!("risk_event.raised_at", "risk_event.id");
    let select = LIST.select().filter(filter.conditions());
    let rows = select.page(walk, after, limit).query().fetch_all(ex).await?;
    rows.iter().map(risk).collect()
}

/// How many events match, counted up to the cap.
///
/// # Errors
/// When the database cannot be read.
pub async fn count(ex: &mut impl Executor, filter: &RiskFilter) -> Result<Total, Error> {
    let query = MATCHING
        .select()
        .filter(filter.conditions())
        .count_up_to(Total::CAP + 1);
    Ok(Total::from_capped(query.fetch_one(ex).await?.count("total")?))
}

/// The ids of the entries that an event was raised for.
///
/// # Errors
/// When the database cannot be read.
pub async fn entries(ex: &mut impl Executor, id: RiskId) -> Result<Vec<EventId>, Error> {
    let rows = ENTRIES.bind(id).fetch_all(ex).await?;
    rows.iter().map(|row| row.parse("entry_id")).collect()
}

/// What was done about an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub step: RiskStep,
    /// What they wrote.
    pub note: Option<String>,
    /// Who.
    pub staff: String,
    /// When.
    pub at: Timestamp,
}

/// What was done about an event, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn steps(ex: &mut impl Executor, id: RiskId) -> Result<Vec<Step>, Error> {
    let rows = STEPS.bind(id).fetch_all(ex).await?;
    rows.iter()
        .map(|row| {
            Ok(Step {
                step: row.parse("step")?,
                note: row.get("note")?,
                staff: row.get("staff_name")?,
                at: row.time("at")?,
            })
        })
        .collect()
}

/// Whom a new event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewSubject {
    /// A member of staff.
    Staff(StaffId),
    /// A tenant, or one of its people.
    Tenant(TenantId, Option<MemberId>),
}

/// An event to raise.
#[derive(Debug, Clone)]
pub struct NewRisk {
    /// Its id.
    pub id: RiskId,
    /// What raises it; its score and level follow from that.
    pub kind: RiskKind,
    /// Whom it is about.
    pub subject: NewSubject,
    /// Why, in words.
    pub cause: String,
    /// What is known, a label and a value each.
    pub facts: Vec<(String, String)>,
    /// The entries of the audit that it is raised for.
    pub entries: Vec<EventId>,
    /// When.
    pub at: Timestamp,
}

/// Raises an event: it is open.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert(tx: &mut WriteTx, new: &NewRisk) -> Result<(), Error> {
    let (staff, tenant, member) = match new.subject {
        NewSubject::Staff(staff) => (Some(staff), None, None),
        NewSubject::Tenant(tenant, member) => (None, Some(tenant), member),
    };
    let score = new.kind.score();
    let facts = serde_json::json!(new.facts).to_string();
    INSERT
        .bind(new.id)
        .bind(staff)
        .bind(tenant)
        .bind(member)
        .bind(new.kind.as_str())
        .bind(u32::from(score))
        .bind(Level::of(score).as_str())
        .bind(new.cause.as_str())
        .bind(facts)
        .bind(new.at)
        .execute(tx)
        .await?;
    for entry in &new.entries {
        INSERT_ENTRY.bind(new.id).bind(*entry).execute(tx).await?;
    }
    Ok(())
}

/// A step that somebody takes.
#[derive(Debug, Clone)]
pub struct NewStep {
    /// On which event.
    pub id: RiskId,
    /// The version that it goes from.
    pub version: u64,
    /// Where the event is afterwards.
    pub state: RiskState,
    /// Who is at it from now on; `None` leaves that as it is.
    pub assignee: Option<StaffId>,
    /// What is done.
    pub step: RiskStep,
    /// What is written.
    pub note: Option<String>,
    /// By whom.
    pub staff: StaffId,
    /// When.
    pub at: Timestamp,
}

/// Takes a step. `false` when the event has changed since it was read, and nothing is written.
///
/// # Errors
/// When the database cannot be written.
pub async fn advance(tx: &mut WriteTx, new: &NewStep) -> Result<bool, Error> {
    let version = i64::try_from(new.version).unwrap_or(i64::MAX);
    let moved = MOVE
        .bind(new.id)
        .bind(version)
        .bind(new.state.as_str())
        .bind(new.assignee)
        .bind(new.at)
        .execute(tx)
        .await?;
    if moved != 1 {
        return Ok(false);
    }
    INSERT_STEP
        .bind(new.id)
        .bind(version.saturating_add(1))
        .bind(new.staff)
        .bind(new.step.as_str())
        .bind(new.note.as_deref())
        .bind(new.at)
        .execute(tx)
        .await?;
    Ok(true)
}
