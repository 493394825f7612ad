//! Risk events as the console lists them, the newest first.

use stagedoor_core::id::{RiskId, StaffId, TenantId};
use stagedoor_core::risk::{Level, RiskKind, RiskState};
use stagedoor_core::role::Scope;
use stagedoor_core::view::Total;

use super::{Risk, risk};
use crate::Error;
use crate::select::{Filter, newest_first};
use crate::statement::{Executor, statements};
use crate::tenant::escape;

statements! {
    LIST = "SELECT risk_event.id, risk_event.staff_id, risk_event.tenant_id, risk_event.membership_id, risk_event.kind, risk_event.score, risk_event.cause, risk_event.facts, risk_event.state, risk_event.assignee_id, risk_event.version, risk_event.raised_at, risk_event.changed_at, staff.display_name AS staff_name, staff.email AS staff_email, membership.name AS member_name, membership.email AS member_email, tenant.slug AS tenant_slug, tenant.name AS tenant_name, assignee.display_name AS assignee_name FROM risk_event LEFT JOIN staff ON staff.id = risk_event.staff_id LEFT JOIN tenant ON tenant.id = risk_event.tenant_id LEFT JOIN membership ON membership.id = risk_event.membership_id LEFT JOIN staff AS assignee ON assignee.id = risk_event.assignee_id";
    MATCHING = "SELECT 1 AS one FROM risk_event LEFT JOIN staff ON staff.id = risk_event.staff_id LEFT JOIN membership ON membership.id = risk_event.membership_id";
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
