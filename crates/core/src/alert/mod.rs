//! Alerts: what super admins must learn of at once, and how the word reaches them.
//!
//! Which event alerts stands in the event's row; what an entry of it means, in [`Cause::of`]. The store asks that of every
//! entry that is committed, so that no use case can forget. Nothing here knows a name or an address.

mod cause;
mod delivery;

use std::time::Duration;

pub use cause::{Alerting, Cause, If};
pub use delivery::{Attempt, Channel, Next, State};

use crate::time::{Timestamp, hours};

/// How long a recipient has to acknowledge one.
pub const DUE: Duration = hours(24);

/// Where an alert stands with one of its recipients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They have not acknowledged it, and have time.
    Waiting,
    /// They have not acknowledged it in time.
    Overdue,
    /// They have, then.
    Acknowledged(Timestamp),
}

impl Standing {
    /// Where it stands now.
    #[must_use]
    pub fn of(acknowledged: Option<Timestamp>, due: Timestamp, now: Timestamp) -> Self {
        match acknowledged {
            Some(at) => Self::Acknowledged(at),
            None if now >= due => Self::Overdue,
            None => Self::Waiting,
        }
    }

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Overdue => "overdue",
            Self::Acknowledged(_) => "acknowledged",
        }
    }
}
