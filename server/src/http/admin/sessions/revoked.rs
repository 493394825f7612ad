//! Which sessions are to be revoked, as the API reads it: those of people who are named, or all that match a filter, as many as
//! were seen; and what it tells of that before and after.

use serde::{Deserialize, Serialize};
use stagedoor_core::view::session::RevokeMany;
use stagedoor_service::sessions::{Among, OwnSession};
use utoipa::{IntoParams, ToSchema};

/// Which sessions would be revoked.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AmongQuery {
    /// The filter, as for the list; something that runs must be asked for.
    q: String,
    /// The tenant whose people's they are, by id or slug; staff's without.
    tenant: Option<String>,
    /// Whether the session of this very call is meant, too.
    #[serde(default)]
    #[param(required = false)]
    include_own: bool,
}

/// Sessions to revoke, as many as were seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RevokeMatching)]
pub struct MatchingBody {
    /// The filter, as for the list; something that runs must be asked for.
    #[schema(example = "older:2h")]
    q: String,
    /// The tenant whose people's they are, by id or slug; staff's without.
    #[serde(default)]
    tenant: Option<String>,
    /// Whether the session of this very call is meant, too.
    #[serde(default)]
    #[schema(required = false)]
    include_own: bool,
    /// How many were seen to match: with another number by now, nothing is done.
    sessions: u64,
    /// Why, for the log: at least 10 characters. It may be left out where all of them are one's own.
    #[serde(default)]
    #[schema(required = false)]
    reason: String,
}

impl From<AmongQuery> for Among {
    fn from(query: AmongQuery) -> Self {
        among(query.q, query.tenant, query.include_own)
    }
}

impl MatchingBody {
    /// The filter, how many were seen to match, and why they are revoked.
    pub(super) fn read(self) -> (Among, u64, String) {
        let among = among(self.q, self.tenant, self.include_own);
        (among, self.sessions, self.reason)
    }
}

fn among(q: String, tenant: Option<String>, include_own: bool) -> Among {
    Among {
        tenant,
        q,
        own: match include_own {
            true => OwnSession::Included,
            false => OwnSession::Kept,
        },
    }
}

/// What would be revoked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RevocationPreview)]
pub(super) struct PreviewBody {
    /// How many sessions run and match; counted to 10,000.
    sessions: u64,
    /// Of how many people; of more than 500 sessions, of the first of them.
    people: u64,
    /// How many visits end with them.
    visits: u64,
    /// Whether the session of this very call matches, too.
    own: bool,
    /// Most that one call revokes without a break-glass grant.
    limit: u64,
    /// Why it would be refused; `null` where it would not.
    refused: Option<String>,
}

impl From<RevokeMany> for PreviewBody {
    fn from(view: RevokeMany) -> Self {
        Self {
            sessions: view.sessions.floor(),
            people: view.people,
            visits: view.visits,
            own: view.own,
            limit: view.limit,
            refused: view.refused,
        }
    }
}

/// Why one session is revoked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RevokeSession)]
pub struct OneBody {
    /// Why, for the log: at least 10 characters. It may be left out for a session of one's own.
    #[serde(default)]
    #[schema(required = false, example = "Laptop lost on the train")]
    pub(super) reason: String,
}

/// Several people of a tenant, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RevokeSessions)]
pub struct RevokeBody {
    /// The people, by id: one at least, 100 at most. Who of them is not signed in is passed over.
    pub(super) user_ids: Vec<String>,
    /// Why, for the log: at least 10 characters.
    #[serde(default)]
    #[schema(required = true)]
    pub(super) reason: String,
}

/// What was revoked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RevokedSessions)]
pub(super) struct RevokedBody {
    /// How many sessions ended.
    sessions: u64,
}

impl From<u64> for RevokedBody {
    fn from(sessions: u64) -> Self {
        Self { sessions }
    }
}
