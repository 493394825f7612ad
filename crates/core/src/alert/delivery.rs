//! Deliveries as a state machine: queued, tried with longer and longer waits, sent or given up after a day.
//!
//! A delivery may be made twice, never not at all: it counts as sent only once that is written down.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::tenant::BadState;
use crate::time::{Timestamp, hours};

/// How an alert reaches people outside the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// A letter to each recipient.
    Email,
    /// One call of the installation's own receiver.
    Webhook,
}

impl Channel {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Email, Self::Webhook];

    /// The name in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Webhook => "webhook",
        }
    }

    /// The word for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Email => "E-mail",
            Self::Webhook => "Webhook",
        }
    }
}

/// Where a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has tried yet.
    Queued,
    /// It was taken over there.
    Sent,
    /// The last try failed; another follows.
    Failed,
    /// It failed for a day, and is not tried again.
    GivenUp,
    /// The channel was not set up.
    Off,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Queued, Self::Sent, Self::Failed, Self::GivenUp, Self::Off];

    /// The name in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::GivenUp => "given_up",
            Self::Off => "off",
        }
    }

    /// Whether it is tried (again).
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Failed)
    }
}

/// How a try went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// It was taken.
    Delivered,
    /// It was not, this time.
    Failed,
    /// There is nobody to give it to.
    NotSetUp,
}

/// What follows from a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// Where the delivery is then.
    pub state: State,
    /// When it is tried again; `None` when it is not.
    pub again: Option<Timestamp>,
}

/// Before the second try.
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// The longest between two.
const LONGEST_WAIT: Duration = hours(1);
/// From the alert to the last try.
const GIVE_UP: Duration = hours(24);

impl Attempt {
    /// What follows, for try number `tries` (from 1) of an alert raised then. `random` spreads the tries of many: the wait is
    /// between half and all of what it may be.
    #[must_use]
    pub fn next(self, (tries, raised): (u64, Timestamp), now: Timestamp, random: u64) -> Next {
        let over = |state| Next { state, again: None };
        match self {
            Self::Delivered => over(State::Sent),
            Self::NotSetUp => over(State::Off),
            Self::Failed if now >= raised.plus(GIVE_UP) => over(State::GivenUp),
            Self::Failed => Next {
                state: State::Failed,
                again: Some(now.plus(wait(tries, random)).min(raised.plus(GIVE_UP))),
            },
        }
    }
}

fn wait(tries: u64, random: u64) -> Duration {
    let doubled = u32::try_from(tries.saturating_sub(1).min(20)).unwrap_or(20);
    let longest = FIRST_WAIT.saturating_mul(1 << doubled).min(LONGEST_WAIT);
    let half = longest / 2;
    let micros = u64::try_from(half.as_micros()).unwrap_or(u64::MAX);
    half + Duration::from_micros(random % micros.saturating_add(1))
}

macro_rules! named {
    ($($type:ident),+) => {
        $(
            impl fmt::Display for $type {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(self.as_str())
                }
            }

            impl FromStr for $type {
                type Err = BadState;

                fn from_str(text: &str) -> Result<Self, BadState> {
                    let found = Self::ALL.into_iter().find(|one| one.as_str() == text);
                    found.ok_or(BadState)
                }
            }
        )+
    };
}

named! { Channel, State }
