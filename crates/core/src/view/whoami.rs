//! Who am I: what a member of staff sees of themselves, and how the server sees their request.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::action::Held;
use crate::assurance::PasskeyLevel;
use crate::id::{RequestId, SessionId, StaffId};
use crate::time::Timestamp;
use crate::view::frame::{Countdown, GuardView, PersonView, TenantLabel};
use crate::view::narrow::NarrowedView;

/// One trusted step on the way from the peer to the client, or the end of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressRule {
    /// The peer is no trusted proxy, so it is the client; what it forwards is not read.
    Peer,
    /// The nearest address in `X-Forwarded-For` that is no trusted proxy.
    FirstStranger,
    /// Every address is a trusted proxy, so the farthest one is the client.
    FarthestProxy,
    /// A trusted proxy forwarded something that is no address: nobody knows the client.
    Unreadable,
    /// The server was not told where the connection comes from.
    Unknown,
}

impl AddressRule {
    /// In words.
    #[must_use]
    pub const fn explain(self) -> &'static str {
        match self {
            Self::Peer => {
                "The connection's own address: it is no trusted proxy, so nothing it forwards is read."
            }
            Self::FirstStranger => {
                "The first address in X-Forwarded-For, from the right, that is no trusted proxy."
            }
            Self::FarthestProxy => {
                "The farthest address in X-Forwarded-For: all of them are trusted proxies."
            }
            Self::Unreadable => "A trusted proxy forwarded something that is no address, so nobody knows.",
            Self::Unknown => "The server was not told where the connection comes from.",
        }
    }
}

/// What an identity-aware proxy in front said of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProxyStanding {
    /// Nothing that counts.
    Silent,
    /// Something that is not believed.
    Disbelieved,
    /// It vouches.
    Vouched,
}

impl ProxyStanding {
    /// In words.
    #[must_use]
    pub const fn explain(self) -> &'static str {
        match self {
            Self::Silent => "It said nothing of this request, or the peer is not trusted to speak for it.",
            Self::Disbelieved => "What it said of this request could not be verified.",
            Self::Vouched => "It vouches for this request.",
        }
    }
}

/// The identity-aware proxy in front, as a request shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProxySeen {
    /// Its name.
    pub name: String,
    /// What it said.
    pub standing: ProxyStanding,
    /// The subject that it vouches for.
    pub subject: Option<String>,
}

/// How the server sees a request's way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenRequest {
    /// The request's id.
    pub id: RequestId,
    /// The client's address; `None` when nobody knows.
    pub address: Option<IpAddr>,
    /// What decided it.
    pub rule: AddressRule,
    /// The trusted proxies that it came through, the nearest first.
    pub proxies: Vec<IpAddr>,
    /// What lets the request in: a network rule by its name, with its range, or the proxy in front. `None` is nothing.
    pub network: Option<(String, Option<String>)>,
    /// The identity-aware proxy in front; `None` where none is configured.
    pub assertion: Option<ProxySeen>,
    /// Browser and system, in words.
    pub device: String,
    /// The agent's own words.
    pub agent: String,
}

/// A permission that the person's role holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldPermission {
    /// Its name.
    pub name: String,
    /// What it is for, in a line.
    pub about: String,
    /// How it is held.
    pub how: Held,
}

/// The session that asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSession {
    /// Which.
    pub id: SessionId,
    /// When it started.
    pub started: Timestamp,
    /// Its two ends.
    pub clocks: Countdown,
    /// The factor that was proved last, by its name in storage.
    pub factor: String,
    /// Of a passkey, its level.
    pub passkey: Option<PasskeyLevel>,
    /// When.
    pub factor_at: Timestamp,
    /// What it is narrowed to.
    pub narrowed: NarrowedView,
    /// What the identity provider says of the device, by its name in storage.
    pub managed: String,
}

/// Which tenants a person reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReachView {
    /// All of them.
    All,
    /// These, by name; at most 50 are told.
    Listed(Vec<TenantLabel>),
}

/// The "Who am I" page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhoAmI {
    /// The person's id.
    pub id: StaffId,
    /// Name, address, role.
    pub person: PersonView,
    /// The identity provider that vouched, by name; `None` when it is gone.
    pub provider: Option<String>,
    /// When a temporary account ends.
    pub account_until: Option<Timestamp>,
    /// Which tenants they reach.
    pub reach: ReachView,
    /// What the role holds.
    pub permissions: Vec<HeldPermission>,
    /// The session.
    pub session: OwnSession,
    /// The request.
    pub request: SeenRequest,
    /// The six guardrails, as they stand for this request.
    pub guards: Vec<GuardView>,
}
