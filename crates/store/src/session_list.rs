//! Sessions as the console lists them: those of staff, and those of one tenant's people. Nothing here ends one.
//!
//! Both are paged by when a session began, newest first: the last activity moves under whoever walks through the pages.

use stagedoor_core::assurance::{FactorKind, TenantFactor};
use stagedoor_core::id::{MemberId, SessionId, StaffId, TenantId};
use stagedoor_core::input::normalise;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Total;

use crate::Error;
use crate::row::Row;
use crate::select::{Filter, Select};
use crate::session::{self, StaffSession};
use crate::statement::{Executor, statements};
use crate::tenant_session::{self, Held};

statements! {
    STAFF = "SELECT staff_session.id, staff_session.staff_id, staff_session.provider_id, staff_session.factor, staff_session.factor_at, staff_session.started_at, staff_session.ends_at, staff_session.last_seen_at, staff_session.ended_at, staff_session.ended_why, staff_session.address, staff_session.agent, staff.display_name, staff.email FROM staff_session JOIN staff ON staff.id = staff_session.staff_id";
    STAFF_MATCHING = "SELECT 1 AS one FROM staff_session";
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
}

/// By what clocks a session runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// Not past its absolute end by now.
    pub now: Timestamp,
    /// Active after this.
    pub idle_since: Timestamp,
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
    /// Only those begun with this factor.
    pub factor: Option<FactorKind>,
    /// By what clocks.
    pub clocks: Clocks,
}

impl StaffFilter {
    fn conditions(&self) -> Filter {
        let mut filter = Filter::new();
        if let Some(staff) = &self.staff {
            filter = filter.and_one_of("staff_session.staff_id", staff.iter().map(Into::into).collect());
        }
        let clocks = [self.clocks.now.into(), self.clocks.idle_since.into()];
        filter = match self.life {
            None => filter,
            Some(Life::Live) => filter.and(
                "staff_session.ended_at IS NULL AND staff_session.ends_at > $1 AND staff_session.last_seen_at > $2",
                clocks,
            ),
            Some(Life::Over) => filter.and(
                "staff_session.ended_at IS NOT NULL OR staff_session.ends_at <= $1 OR staff_session.last_seen_at <= $2",
                clocks,
            ),
        };
        filter
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
}

fn held_by_staff(row: &Row) -> Result<HeldByStaff, Error> {
    Ok(HeldByStaff {
        session: session::session(row)?,
        until: row.time("ends_at")?,
        last_seen: row.time("last_seen_at")?,
        address: row.get("address")?,
        agent: row.get("agent")?,
        name: row.get("display_name")?,
        email: row.get("email")?,
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
        .map(held_by_staff)
        .collect()
}

/// How many staff sessions match, counted up to the cap.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_staff(ex: &mut impl Executor, filter: &StaffFilter) -> Result<Total, Error> {
    total(ex, STAFF_MATCHING.select().filter(filter.conditions())).await
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
        };
        filter
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
