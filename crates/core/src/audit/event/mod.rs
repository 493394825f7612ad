//! The catalogue: every event there is, typed.
//!
//! An event is named `noun.verb`, one name for tried and done; the outcome says which. The prefix `admin.` covers
//! staff, roles, policies, providers, network, settings, sinks, and reads of the audit itself (spec 06). The rows stand
//! in [`table`]; what may be said of them, here.

mod of_action;
mod table;

use std::collections::BTreeMap;
use std::time::Duration;

pub use table::Event;

use crate::audit::field::Field;
use crate::time::hours;

/// Whose log an event goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventScope {
    /// The platform's.
    Platform,
    /// The tenant's.
    Tenant,
    /// Both, in one transaction.
    Dual,
}

/// How long an entry is kept before it may age out into an archive. An entry has the class of the log it stands in,
/// unless its event's row says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// 365 days: the platform's log.
    Platform,
    /// 90 days: a tenant's log.
    Tenant,
}

impl Retention {
    /// The class's name in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform_365d",
            Self::Tenant => "tenant_90d",
        }
    }

    /// The span in days.
    #[must_use]
    pub const fn days(self) -> u64 {
        match self {
            Self::Platform => 365,
            Self::Tenant => 90,
        }
    }

    /// The span itself.
    #[must_use]
    pub const fn span(self) -> Duration {
        hours(24 * self.days())
    }
}

/// Who has to know of an event, and how soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Criticality {
    /// A day's work: nobody has to look.
    Routine,
    /// It changes what somebody may do, or data leaves: worth a look when the day is gone through.
    Notable,
    /// Worth waking somebody. An entry of one that was done carries [`Flag::Critical`](crate::audit::Flag::Critical).
    Critical,
}

impl Criticality {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Routine => "routine",
            Self::Notable => "notable",
            Self::Critical => "critical",
        }
    }
}

/// Whether the product ever writes an event down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emission {
    /// It does, and some test makes it.
    Emitted,
    /// Not yet: what it tells of comes with a later version. A row loses the word with the use case, and none gains it.
    Awaited,
    /// A look that is not written down when it is taken, and that nobody is refused who gets as far as asking: what would
    /// refuse them refuses at the door, before.
    Unrefused,
}

/// The words for what an event is about, around its name: `flag billing.v2 for Acme`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noun {
    /// Before the name: `flag`. Empty where the name stands alone.
    pub named: &'static str,
    /// Where the entry names none: `a flag`.
    pub unnamed: &'static str,
    /// Between it and its tenant: `for`. `None` where it is the tenant itself, or has none.
    pub of: Option<&'static str>,
}

/// A fact that its event does not declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} does not declare the fact {}", event.name(), field.as_str())]
pub struct Undeclared {
    /// The event.
    pub event: Event,
    /// The fact.
    pub field: Field,
}

impl Event {
    /// The event of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|event| event.name() == name)
    }

    /// Whether it concerns administration, which not everybody who reads audit may see.
    #[must_use]
    pub fn is_admin(self) -> bool {
        self.name().starts_with("admin.")
    }

    /// The retention class of its entries in a log whose own is `logs`.
    #[must_use]
    pub const fn retention(self, logs: Retention) -> Retention {
        match self.kept() {
            Some(class) => class,
            None => logs,
        }
    }

    /// What an entry of any event may carry beside its row's facts: any call may be one that needed a fresh proof, and any
    /// session may be a narrowed one.
    pub const ANYWHERE: &[Field] = &[Field::Narrowed, Field::StepUp, Field::ViewingAs, Field::SubRole];

    /// Whether its entries may carry these facts.
    ///
    /// # Errors
    /// With the first fact that neither its row nor [`Self::ANYWHERE`] declares.
    pub fn check(self, facts: &BTreeMap<Field, String>) -> Result<(), Undeclared> {
        let declared = |field| self.fields().contains(field) || Self::ANYWHERE.contains(field);
        let undeclared = facts.keys().find(|field| !declared(field));
        undeclared.map_or(Ok(()), |field| {
            Err(Undeclared {
                event: self,
                field: *field,
            })
        })
    }
}

#[cfg(test)]
mod tests;
