//! What an entry means for super admins: whether it alerts, how severely, and whom it concerns.

use crate::actor::Actor;
use crate::audit::{Criticality, Entry, Event, Field, LogScope, Outcome, Target};
use crate::id::{AlertId, EventId, Id, StaffId};
use crate::role::StaffRole;

/// Which entries of an event alert, of those that tell of something done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alerting {
    /// None.
    Nobody,
    /// Every one.
    Always,
    /// Those about an account that is, was or becomes a super admin's.
    AboutSuperAdmins,
    /// Those about a passkey.
    AboutPasskeys,
}

impl Alerting {
    /// The words for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nobody => "",
            Self::Always => "always",
            Self::AboutSuperAdmins => "about super admins",
            Self::AboutPasskeys => "about passkeys",
        }
    }
}

/// What else must be true for an alert, which only the store can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum If {
    /// Nothing.
    Sure,
    /// This account is, or was, a super admin's.
    SuperAdmin(StaffId),
}

/// Why there is an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause {
    /// The entry that tells of it.
    pub entry: EventId,
    /// What happened.
    pub event: Event,
    /// What else must be true.
    pub only: If,
    /// The account it is about.
    pub about: Option<StaffId>,
    /// Who is told by e-mail although they may not be a super admin (any more): whoever it was done to.
    pub concerned: Option<StaffId>,
}

impl Cause {
    /// The alert of an entry on its way to the log; `None` where it alerts nobody.
    #[must_use]
    pub fn of(entry: &Entry) -> Option<Self> {
        let told = entry.outcome == Outcome::Success && entry.scope == LogScope::Platform;
        if !told || is_housekeeping(entry) || follows_from_another(entry) {
            return None;
        }
        let about = match (&entry.target, entry.actor) {
            (Some(Target::Staff(staff)), _) => Some(*staff),
            // What somebody does to their own account names no other.
            (_, Actor::Staff { staff, .. }) if entry.event.is_of_oneself() => Some(staff),
            _ => None,
        };
        let only = match entry.event.alerting() {
            Alerting::Nobody => return None,
            Alerting::Always => If::Sure,
            Alerting::AboutPasskeys => entry.facts.contains_key(&Field::Passkey).then_some(If::Sure)?,
            Alerting::AboutSuperAdmins if names_super_admin(entry) => If::Sure,
            Alerting::AboutSuperAdmins => If::SuperAdmin(about?),
        };
        Some(Self {
            entry: entry.id,
            event: entry.event,
            only,
            about,
            concerned: about.filter(|_| !entry.event.invites()),
        })
    }

    /// The alert's id: that of its entry, in its own kind, so that an entry has one alert whoever writes.
    #[must_use]
    pub fn alert(&self) -> AlertId {
        AlertId::from_uuid(self.entry.as_uuid())
    }

    /// How severe it is.
    #[must_use]
    pub const fn severity(&self) -> Criticality {
        self.event.criticality()
    }
}

impl Event {
    /// Whether it begins an account: whoever it is about hears of it from a colleague, not from us.
    const fn invites(self) -> bool {
        matches!(
            self,
            Self::StaffCreate | Self::StaffBootstrap | Self::StaffDeclare | Self::StaffReissue
        )
    }

    /// Whether it gives its own actor another way to prove who they are.
    const fn is_of_oneself(self) -> bool {
        matches!(
            self,
            Self::PasskeyRegister | Self::TotpEnrol | Self::RecoveryRenew | Self::StaffEnrol
        )
    }
}

/// A passkey that is registered on the way in, before there is a session, is the first one or follows a recovery code: the enrolment, or
/// the code, has alerted.
fn follows_from_another(entry: &Entry) -> bool {
    entry.event == Event::PasskeyRegister && matches!(entry.actor, Actor::Staff { session: None, .. })
}

/// Ticks on the checklist after a deactivation change nobody's account.
fn is_housekeeping(entry: &Entry) -> bool {
    let ticks = |field: &str| field.starts_with("checklist.");
    !entry.changes.is_empty() && entry.changes.iter().all(|change| ticks(&change.field))
}

/// Whether the entry itself says that a super admin's account is given, changed or taken.
fn names_super_admin(entry: &Entry) -> bool {
    let role = StaffRole::SuperAdmin.as_str();
    let fact = entry.facts.get(&Field::Role).is_some_and(|named| named == role);
    let is = |value: &Option<String>| value.as_deref() == Some(role);
    let mut roles = entry.changes.iter().filter(|change| change.field == "role");
    fact || roles.any(|change| is(&change.before) || is(&change.after))
}
