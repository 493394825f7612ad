//! How many visits somebody may have, and how long one may last: the platform's settings, made tighter by a sub-role. Nothing here
//! makes them looser.

use std::time::Duration;

use crate::input::FieldError;
use crate::request::{Policy, StaffFacts};
use crate::sub_role::SubRole;

/// The longest that any visit may be made to last, in minutes.
pub const VISIT_MINUTES_MAX: u32 = 30;

/// The shortest a visit may be asked for.
pub const VISIT_MIN_TTL: Duration = Duration::from_secs(60);

/// How much visiting somebody may do: the platform's settings, or less by their sub-role, or by the one that their session is
/// viewed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisitLimits {
    /// How many visits they may have at once.
    pub at_once: u32,
    /// How long a visit lasts unless asked otherwise.
    pub usual: Duration,
    /// The longest that one may be asked for.
    pub longest: Duration,
}

impl VisitLimits {
    /// Those of somebody in their session.
    #[must_use]
    pub fn of(policy: &Policy, staff: &StaffFacts<'_>) -> Self {
        let find = |role, name| policy.sub_roles.find(role, name);
        let own = staff.sub_role.and_then(|name| find(staff.role, name));
        let view = staff.narrowed.view.as_ref();
        let viewed = view.and_then(|view| find(view.role, view.sub_role.as_ref()?));
        let both = || own.into_iter().chain(viewed);
        let at_once = both().filter_map(SubRole::visits);
        let lengths = both().filter_map(SubRole::visit_length);
        let longest = lengths.fold(policy.visit_max_ttl, Duration::min);
        Self {
            at_once: at_once.fold(policy.max_live_visits, u32::min),
            usual: policy.visit_ttl.min(longest),
            longest,
        }
    }

    /// Whether one more visit fits beside `live` running ones. The store counts again inside the write.
    #[must_use]
    pub const fn admit(&self, live: u32) -> bool {
        live < self.at_once
    }

    /// Checks an asked-for length; none is the usual one. Too long is refused, not clamped.
    ///
    /// # Errors
    /// Names the field `ttl_seconds`.
    pub fn ttl(&self, asked_seconds: Option<u64>) -> Result<Duration, FieldError> {
        let Some(seconds) = asked_seconds else {
            return Ok(self.usual);
        };
        let ttl = Duration::from_secs(seconds);
        if ttl < VISIT_MIN_TTL || ttl > self.longest {
            let (min, max) = (VISIT_MIN_TTL.as_secs(), self.longest.as_secs());
            return Err(FieldError::new(
                "ttl_seconds",
                format!("Ask for {min} to {max} seconds."),
            ));
        }
        Ok(ttl)
    }
}
