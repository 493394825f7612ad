//! Sessions as the console lists them: those of staff, and those of one tenant's people. Nothing here ends one.
//!
//! Both are paged by when a session began, newest first: the last activity moves under whoever walks through the pages.

use std::net::IpAddr;

use stagedoor_core::assurance::{FactorKind, TenantFactor};
use stagedoor_core::id::{MemberId, ProviderId, SessionId, StaffId, TenantId};
use stagedoor_core::input::normalise;
use stagedoor_core::role::StaffRole;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Total;

use crate::Error;
use crate::row::Row;
use crate::select::{Filter, Select};
use crate::session::{self, StaffSession};
use crate::staff;
use crate::statement::{Executor, statements};
use crate::tenant_session::{self, Held};
use crate::value::Value;

statements! {
    STAFF = "SELECT staff_session.id, staff_session.staff_id, staff_session.provider_id, staff_session.factor, staff_session.factor_level, staff_session.factor_at, staff_session.started_at, staff_session.ends_at, staff_session.last_seen_at, staff_session.ended_at, staff_session.ended_why, staff_session.trial_id, staff_session.narrowed_tenant, staff_session.narrowed_reach, staff_session.viewing_as, staff_session.device, staff_session.address, staff_session.agent, staff.display_name, staff.email, staff.role, staff.account_until, staff.sub_role, staff.term_role, staff.term_sub_role, staff.term_role_until, staff.term_role_why, staff.term_scope_until FROM staff_session JOIN staff ON staff.id = staff_session.staff_id";
    STAFF_MATCHING = "SELECT 1 AS one FROM staff_session";
    STAFF_PEOPLE = "SELECT count(DISTINCT staff_session.staff_id) AS people FROM staff_session";
    MEMBERS = "SELECT tenant_session.id, tenant_session.tenant_id, tenant_session.membership_id, tenant_session.factor, tenant_session.started_at, tenant_session.ends_at, tenant_session.last_seen_at, tenant_session.address, tenant_session.agent, tenant_session.ended_at, tenant_session.ended_why, membership.name, membership.email FROM tenant_session JOIN membership ON membership.id = tenant_session.membership_id";
    MEMBERS_MATCHING = "SELECT 1 AS one FROM tenant_session";
    TENANT_OF = "SELECT tenant_id FROM tenant_session WHERE id = $1";
}

/// Whether a session runs: not ended, and within both of its clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// It does.
    Live,
    /// It is over, whether or not somebody wrote that down.
    Over,
    /// It is over, and nobody has written that down.
    Due,
}

/// By what clocks a session runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// Not past its absolute end by now.
    pub now: Timestamp,
    /// Active after this.
    pub idle_since: Timestamp,
}

/// By what clocks the sessions of one role run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleClock {
    /// Whose.
    pub role: StaffRole,
    /// Begun after this.
    pub begun_since: Timestamp,
    /// Active after this.
    pub idle_since: Timestamp,
}

/// By what clocks staff sessions run: each role has its own, for policies narrow them. A role that is not named has none that
/// runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffClocks {
    /// Not past its absolute end, nor its person's account past its own, by now.
    pub now: Timestamp,
    /// One for each role.
    pub roles: [RoleClock; 4],
}

/// The role that somebody has now, which may be given for a time.
macro_rules! role_now {
    () => {
        "(CASE WHEN holder.term_role_until > $1 THEN holder.term_role ELSE holder.role END)"
    };
}

/// Whether the clocks of whose it is run. `$1` is now; three values follow for each role. What was given for a time, and ended
/// after the session began, has ended the session.
macro_rules! clocks_run {
    () => {
        concat!(
            "staff_session.ends_at > $1 AND EXISTS (SELECT 1 FROM staff AS holder WHERE holder.id = staff_session.staff_id \
             AND (holder.account_until IS NULL OR holder.account_until > $1) \
             AND (holder.term_role_until IS NULL OR holder.term_role_until > $1 OR holder.term_role_until <= staff_session.started_at) \
             AND (holder.term_scope_until IS NULL OR holder.term_scope_until > $1 OR holder.term_scope_until <= staff_session.started_at) AND (",
            "(", role_now!(), " = $2 AND staff_session.started_at > $3 AND staff_session.last_seen_at > $4) ",
            "OR (", role_now!(), " = $5 AND staff_session.started_at > $6 AND staff_session.last_seen_at > $7) ",
            "OR (", role_now!(), " = $8 AND staff_session.started_at > $9 AND staff_session.last_seen_at > $10) ",
            "OR (", role_now!(), " = $11 AND staff_session.started_at > $12 AND staff_session.last_seen_at > $13)))"
        )
    };
}

impl StaffClocks {
    fn values(&self) -> Vec<Value> {
        let mut values = vec![self.now.into()];
        for clock in self.roles {
            values.push(clock.role.as_str().into());
            values.push(clock.begun_since.into());
            values.push(clock.idle_since.into());
        }
        values
    }

    fn narrow(&self, filter: Filter, life: Option<Life>) -> Filter {
        let condition = match life {
            None => return filter,
            Some(Life::Live) => concat!("staff_session.ended_at IS NULL AND ", clocks_run!()),
            Some(Life::Over) => concat!("staff_session.ended_at IS NOT NULL OR NOT (", clocks_run!(), ")"),
            Some(Life::Due) => concat!("staff_session.ended_at IS NULL AND NOT (", clocks_run!(), ")"),
        };
        filter.and(condition, self.values())
    }
}

/// A range of addresses, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressRange {
    /// The first.
    pub first: IpAddr,
    /// The last.
    pub last: IpAddr,
}

/// An address as 16 bytes whose order is that of addresses, IPv4 mapped into IPv6; `None` for what is no address.
pub(crate) fn address_key(address: &str) -> Option<Vec<u8>> {
    address.parse().ok().map(bytes)
}

fn bytes(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

/// What a session of either kind began with: where, with what, when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beginning {
    /// From one of these addresses.
    pub from: Option<AddressRange>,
    /// With an agent that has all of these in it, whatever the case.
    pub agent: Vec<String>,
    /// Before this, or then.
    pub before: Option<Timestamp>,
}

/// The same conditions on either table.
macro_rules! beginning {
    ($filter:expr, $beginning:expr, $table:literal) => {{
        let mut filter = $filter;
        if let Some(range) = $beginning.from {
            filter = filter.and(
                concat!($table, ".address_key >= $1 AND ", $table, ".address_key <= $2"),
                [bytes(range.first).into(), bytes(range.last).into()],
            );
        }
        for word in &$beginning.agent {
            filter = filter.and(
                concat!("lower(", $table, ".agent) LIKE $1 ESCAPE '!'"),
                [within(word).into()],
            );
        }
        filter.and_opt(concat!($table, ".started_at <= $1"), $beginning.before)
    }};
}

const NARROWED: &str = "staff_session.narrowed_tenant IS NOT NULL OR staff_session.narrowed_reach <> 'everything' \
     OR staff_session.viewing_as IS NOT NULL";
const NOT_NARROWED: &str = "staff_session.narrowed_tenant IS NULL AND staff_session.narrowed_reach = 'everything' \
     AND staff_session.viewing_as IS NULL";

/// A pattern of what has this in it.
fn within(word: &str) -> String {
    let mut pattern = String::from("%");
    for letter in word.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

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
    let term = staff::post_term(row)?;
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

/// Where a page ended: when its last session began, and its id.
pub type StartKey = (i64, SessionId);

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
    let mut conditions = filter.conditions();
    if let Some((started, id)) = after {
        conditions = conditions.and(
            "(staff_session.started_at, staff_session.id) < ($1, $2)",
            [started.into(), id.into()],
        );
    }
    let select = STAFF
        .select()
        .filter(conditions)
        .order_by("staff_session.started_at DESC, staff_session.id DESC")
        .limit(limit);
    select
        .query()
        .fetch_all(ex)
        .await?
        .iter()
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

/// Which sessions of one tenant's people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberFilter {
    /// Whose people.
    pub tenant: TenantId,
    /// Only this one.
    pub id: Option<SessionId>,
    /// Only those of one of these people; `None` is everybody.
    pub members: Option<Vec<MemberId>>,
    /// Words that must all be the beginning of a part of the person's name or address.
    pub words: Vec<String>,
    /// Only those that run, or only those that do not.
    pub life: Option<Life>,
    /// Only those begun with this factor.
    pub factor: Option<TenantFactor>,
    /// Only those that began like this.
    pub beginning: Beginning,
    /// By what clocks.
    pub clocks: Clocks,
}

impl MemberFilter {
    fn conditions(&self) -> Filter {
        let mut filter = Filter::new().and("tenant_session.tenant_id = $1", [self.tenant.into()]);
        if let Some(members) = &self.members {
            let members = members.iter().map(Into::into).collect();
            filter = filter.and_one_of("tenant_session.membership_id", members);
        }
        for word in &self.words {
            let from = normalise(word);
            // The last character that there is: everything that begins with the word sorts below it.
            let to = format!("{from}\u{10FFFF}");
            filter = filter.and(
                "EXISTS (SELECT 1 FROM membership_token WHERE membership_token.tenant_id = $1 AND membership_token.membership_id = tenant_session.membership_id AND membership_token.token >= $2 AND membership_token.token < $3)",
                [self.tenant.into(), from.into(), to.into()],
            );
        }
        let clocks = [self.clocks.now.into(), self.clocks.idle_since.into()];
        filter = match self.life {
            None => filter,
            Some(Life::Live) => filter.and(
                "tenant_session.ended_at IS NULL AND tenant_session.ends_at > $1 AND tenant_session.last_seen_at > $2",
                clocks,
            ),
            Some(Life::Over) => filter.and(
                "tenant_session.ended_at IS NOT NULL OR tenant_session.ends_at <= $1 OR tenant_session.last_seen_at <= $2",
                clocks,
            ),
            Some(Life::Due) => filter.and(
                "tenant_session.ended_at IS NULL AND (tenant_session.ends_at <= $1 OR tenant_session.last_seen_at <= $2)",
                clocks,
            ),
        };
        beginning!(filter, self.beginning, "tenant_session")
            .and_opt(
                "tenant_session.factor = $1",
                self.factor.map(TenantFactor::as_str),
            )
            .and_opt("tenant_session.id = $1", self.id)
    }
}

/// A session of a tenant's person with its absolute end, ended or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldByMember {
    /// The session, and whose it is.
    pub held: Held,
    /// Its absolute end.
    pub until: Timestamp,
}

fn held_by_member(row: &Row) -> Result<HeldByMember, Error> {
    Ok(HeldByMember {
        held: tenant_session::held(row)?,
        until: row.time("ends_at")?,
    })
}

/// A page of sessions of a tenant's people, from behind a key.
///
/// # Errors
/// When the database cannot be read.
pub async fn members(
    ex: &mut impl Executor,
    filter: &MemberFilter,
    after: Option<StartKey>,
    limit: u32,
) -> Result<Vec<HeldByMember>, Error> {
    let mut conditions = filter.conditions();
    if let Some((started, id)) = after {
        conditions = conditions.and(
            "(tenant_session.started_at, tenant_session.id) < ($1, $2)",
            [started.into(), id.into()],
        );
    }
    let select = MEMBERS
        .select()
        .filter(conditions)
        .order_by("tenant_session.started_at DESC, tenant_session.id DESC")
        .limit(limit);
    select
        .query()
        .fetch_all(ex)
        .await?
        .iter()
        .map(held_by_member)
        .collect()
}

/// How many sessions of a tenant's people match, counted up to the cap.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_members(ex: &mut impl Executor, filter: &MemberFilter) -> Result<Total, Error> {
    total(ex, MEMBERS_MATCHING.select().filter(filter.conditions())).await
}

async fn total(ex: &mut impl Executor, select: Select) -> Result<Total, Error> {
    let query = select.count_up_to(Total::CAP + 1);
    Ok(Total::from_capped(query.fetch_one(ex).await?.count("total")?))
}

/// Whose people a session on some tenant's host belongs to. Only staff ask, who act across tenants; whether they may know
/// of that tenant is theirs to check.
///
/// # Errors
/// When the database cannot be read.
pub async fn tenant_of(ex: &mut impl Executor, id: SessionId) -> Result<Option<TenantId>, Error> {
    let row = TENANT_OF.bind(id).fetch_optional(ex).await?;
    row.map(|row| row.parse("tenant_id")).transpose()
}
