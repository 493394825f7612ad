//! What the frame and the pages hide, by the matrix that the core decides by.
//!
//! Hiding is a courtesy, not a guard: the server decides each request again, with everything the matrix alone cannot know.

use stagedoor_core::action::{Action, Audience, Cell};
use stagedoor_core::role::StaffRole;

/// Whether a role could take an action at all: on everything, by policy, or on what is its own.
#[must_use]
pub fn may(role: StaffRole, action: Action) -> bool {
    let declaration = action.declaration();
    let column = StaffRole::ALL.iter().position(|known| *known == role);
    let cell = column.and_then(|column| declaration.cells.get(column));
    declaration.audience == Audience::Staff && cell.is_some_and(|cell| *cell != Cell::No)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_says_what_is_shown() {
        assert!(may(StaffRole::Support, Action::TenantImpersonate));
        assert!(!may(StaffRole::Security, Action::TenantImpersonate));
        assert!(may(StaffRole::ReadOnly, Action::AuditReadTenant));
        assert!(
            may(StaffRole::Support, Action::ImpersonationEndOther),
            "their own"
        );
        assert!(
            !may(StaffRole::SuperAdmin, Action::MemberManage),
            "a tenant's action"
        );
    }
}
