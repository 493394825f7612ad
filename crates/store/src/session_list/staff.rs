//! Sessions of staff, with whose they are and what they stand on.

use stagedoor_core::assurance::FactorKind;
use stagedoor_core::id::{ProviderId, SessionId, StaffId};
use stagedoor_core::role::StaffRole;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Total;

use super::beginning::{Beginning, beginning};
use super::clocks::{Life, StaffClocks};
use super::{StartKey, total};
use crate::Error;
use crate::row::Row;
use crate::select::{Filter, newest_first};
use crate::session::{self, StaffSession};
use crate::staff::post_term;
use crate::statement::{Executor, statements};

statements! {
    STAFF = "SELECT staff_session.id, staff_session.staff_id, staff_session.provider_id, staff_session.factor, staff_session.factor_level, staff_session.factor_at, staff_session.started_at, staff_session.ends_at, staff_session.last_seen_at, staff_session.ended_at, staff_session.ended_why, staff_session.trial_id, staff_session.narrowed_tenant, staff_session.narrowed_reach, staff_session.viewing_as, staff_session.device, staff_session.address, staff_session.agent, staff.display_name, staff.email, staff.role, staff.account_until, staff.sub_role, staff.term_role, staff.term_sub_role, staff.term_role_until, staff.term_role_why, staff.term_scope_until FROM staff_session JOIN staff ON staff.id = staff_session.staff_id";
    STAFF_MATCHING = "SELECT 1 AS one FROM staff_session";
    STAFF_PEOPLE = "SELECT count(DISTINCT staff_session.staff_id) AS people FROM staff_session";
}

const NARROWED: &str = "staff_session.narrowed_tenant IS NOT NULL OR staff_session.narrowed_reach <> 'everything' \
     OR staff_session.viewing_as IS NOT NULL";
const NOT_NARROWED: &str = "staff_session.narrowed_tenant IS NULL AND staff_session.narrowed_reach = 'everything' \
     AND staff_session.viewing_as IS NULL";

/// Which staff sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffFilter {
    /// Only this one.
    pub id: Option<SessionId>,
    /// Only those of one of these people; `None` is everybody.
    pub staff: Option<Vec<StaffId>>,
    /// Only those that run, or only those that do not.
    pub life: Option<Life>,
    /// Only those held with this factor.
    pub factor: Option<FactorKind>,
    /// Only those that one of these providers vouched for; `None` is any.
    pub providers: Option<Vec<ProviderId>>,
    /// Only those that began like this.
    pub beginning: Beginning,
    /// Only those that are narrowed, or only those that are not.
    pub narrowed: Option<IsNarrowed>,
    /// By what clocks.
    pub clocks: StaffClocks,
}

/// Whether a session is narrowed to anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IsNarrowed {
    /// To something.
    Yes,
    /// To nothing.
    No,
}

impl StaffFilter {
    /// Everybody's, running or not.
    #[must_use]
    pub fn everybody(clocks: StaffClocks) -> Self {
        Self {
            id: None,
            staff: None,
            life: None,
            factor: None,
            providers: None,
            beginning: Beginning::default(),
            narrowed: None,
            clocks,
        }
    }

    pub(crate) fn conditions(&self) -> Filter {
        let mut filter = Filter::new();
        if let Some(staff) = &self.staff {
            filter = filter.and_one_of("staff_session.staff_id", staff.iter().map(Into::into).collect());
        }
        if let Some(providers) = &self.providers {
            let providers = providers.iter().map(Into::into).collect();
            filter = filter.and_one_of("staff_session.provider_id", providers);
        }
        filter = self.clocks.narrow(filter, self.life);
        filter = match self.narrowed {
            None => filter,
            Some(IsNarrowed::Yes) => filter.and(NARROWED, []),
            Some(IsNarrowed::No) => filter.and(NOT_NARROWED, []),
        };
        beginning!(filter, self.beginning, "staff_session")
            .and_opt("staff_session.factor = $1", self.factor.map(FactorKind::as_str))
            .and_opt("staff_session.id = $1", self.id)
    }
}

/// A staff session with whose it is, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldByStaff {
    /// The session.
    pub session: StaffSession,
    /// Its absolute end, ended or not.
    pub until: Timestamp,
    /// The last activity, ended or not.
    pub last_seen: Timestamp,
    /// The address it started from.
    pub address: String,
    /// The agent it started with.
    pub agent: String,
    /// The person's name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their role now.
    pub role: StaffRole,
    /// When their account ends by itself.
    pub account_until: Option<Timestamp>,
    /// When the session ends with what it stands on: the account, or what is given for a time.
    pub stands_until: Option<Timestamp>,
}

fn held_by_staff(row: &Row, now: Timestamp) -> Result<HeldByStaff, Error> {
    let began = row.time("started_at")?;
    let term = post_term(row)?;
    let running = term.as_ref().filter(|term| now < term.until);
    let role = match running {
        Some(term) => term.held.role,
        None => row.parse("role")?,
    };
    let lapses = [term.map(|term| term.until), row.time_opt("term_scope_until")?];
    let lapses = lapses.into_iter().flatten().filter(|end| *end > began);
    let account_until = row.time_opt("account_until")?;
    Ok(HeldByStaff {
        stands_until: lapses.chain(account_until).min(),
        session: session::session(row)?,
        until: row.time("ends_at")?,
        last_seen: row.time("last_seen_at")?,
        address: row.get("address")?,
        agent: row.get("agent")?,
        name: row.get("display_name")?,
        email: row.get("email")?,
        role,
        account_until,
    })
}

/// A page of staff sessions, from behind a key.
///
/// # Errors
/// When the database cannot be read.
pub async fn staff(
    ex: &mut impl Executor,
    filter: &StaffFilter,
    after: Option<StartKey>,
    limit: u32,
) -> Result<Vec<HeldByStaff>, Error> {
    let walk = newest_first!("staff_session.started_at", "staff_session.id");
    let select = STAFF.select().filter(filter.conditions());
    let rows = select.page(walk, after, limit).query().fetch_all(ex).await?;
    rows.iter()
        .map(|row| held_by_staff(row, filter.clocks.now))
        .collect()
}

/// How many staff sessions match, counted up to the cap.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_staff(ex: &mut impl Executor, filter: &StaffFilter) -> Result<Total, Error> {
    total(ex, STAFF_MATCHING.select().filter(filter.conditions())).await
}

/// How many people have staff sessions that match.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_people(ex: &mut impl Executor, filter: &StaffFilter) -> Result<u64, Error> {
    let select = STAFF_PEOPLE.select().filter(filter.conditions());
    select.query().fetch_one(ex).await?.count("people")
}
