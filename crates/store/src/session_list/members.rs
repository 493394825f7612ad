//! Sessions of one tenant's people. Every list is of one tenant.

use stagedoor_core::assurance::TenantFactor;
use stagedoor_core::id::{MemberId, SessionId, TenantId};
use stagedoor_core::input::normalise;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Total;

use super::beginning::{Beginning, beginning};
use super::clocks::{Clocks, Life};
use super::{StartKey, total};
use crate::Error;
use crate::row::Row;
use crate::select::{Filter, newest_first};
use crate::statement::{Executor, statements};
use crate::tenant_session::{self, Held};

statements! {
    MEMBERS = "SELECT tenant_session.id, tenant_session.tenant_id, tenant_session.membership_id, tenant_session.factor, tenant_session.started_at, tenant_session.ends_at, tenant_session.last_seen_at, tenant_session.address, tenant_session.agent, tenant_session.ended_at, tenant_session.ended_why, membership.name, membership.email FROM tenant_session JOIN membership ON membership.id = tenant_session.membership_id";
    MEMBERS_MATCHING = "SELECT 1 AS one FROM tenant_session";
    TENANT_OF = "SELECT tenant_id FROM tenant_session WHERE id = $1";
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
    let walk = newest_first!("tenant_session.started_at", "tenant_session.id");
    let select = MEMBERS.select().filter(filter.conditions());
    let rows = select.page(walk, after, limit).query().fetch_all(ex).await?;
    rows.iter().map(held_by_member).collect()
}

/// How many sessions of a tenant's people match, counted up to the cap.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_members(ex: &mut impl Executor, filter: &MemberFilter) -> Result<Total, Error> {
    total(ex, MEMBERS_MATCHING.select().filter(filter.conditions())).await
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
