//! The small number of the group that a person belongs to: role, state, risk and factors in one.
//!
//! The database computes it (migration 0011); this is the same formula, from the side of a filter. A filter on any of the four
//! becomes a list of at most 240 numbers, so that one index serves every combination.

use stagedoor_core::role::TenantRole;
use stagedoor_core::view::directory::RiskLevel;

use super::{DirectoryFilter, FactorWish, Factors, MemberState, Statuses};

/// One group of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facet {
    role: TenantRole,
    pub(super) state: MemberState,
    risk: RiskLevel,
    factors: Factors,
}

const STATES: [MemberState; 3] = [MemberState::Active, MemberState::Suspended, MemberState::Revoked];
const RISKS: [RiskLevel; 2] = [RiskLevel::Low, RiskLevel::Elevated];

impl Facet {
    /// Every group there is, in the order of its number.
    fn all() -> impl Iterator<Item = Self> {
        TenantRole::ALL.iter().copied().flat_map(|role| {
            STATES.into_iter().flat_map(move |state| {
                RISKS.into_iter().flat_map(move |risk| {
                    (0..8u8).map(move |bits| Self {
                        role,
                        state,
                        risk,
                        factors: Factors {
                            passkeys: u32::from(bits >> 2),
                            totp: bits & 2 > 0,
                            password: bits & 1 > 0,
                        },
                    })
                })
            })
        })
    }

    /// Its number in the database.
    pub(super) fn number(self) -> i64 {
        let role = match self.role {
            TenantRole::Owner => 0,
            TenantRole::Admin => 48,
            TenantRole::Developer => 96,
            TenantRole::BillingAdmin => 144,
            TenantRole::Member => 192,
        };
        let state = match self.state {
            MemberState::Active => 0,
            MemberState::Suspended => 16,
            MemberState::Revoked => 32,
        };
        let risk = match self.risk {
            RiskLevel::Low => 0,
            RiskLevel::Elevated => 8,
        };
        let Factors {
            passkeys,
            totp,
            password,
        } = self.factors;
        role + state + risk + i64::from(passkeys > 0) * 4 + i64::from(totp) * 2 + i64::from(password)
    }

    fn suits(self, filter: &DirectoryFilter) -> bool {
        let role = filter.roles.is_empty() || filter.roles.contains(&self.role);
        let risk = filter.risks.is_empty() || filter.risks.contains(&self.risk);
        let status = filter.statuses.is_none_or(|(wanted, _)| self.has_status(wanted));
        let factor = filter.factors.is_none_or(|wanted| self.has_factor(wanted));
        role && risk && status && factor
    }

    /// Whether active and idle people apart, which only the time tells.
    fn has_status(self, wanted: Statuses) -> bool {
        match self.state {
            MemberState::Active => wanted.active || wanted.idle,
            MemberState::Suspended => wanted.suspended,
            MemberState::Revoked => wanted.revoked,
        }
    }

    fn has_factor(self, wanted: FactorWish) -> bool {
        let Factors {
            passkeys,
            totp,
            password,
        } = self.factors;
        (wanted.passkey && passkeys > 0)
            || (wanted.totp && totp)
            || (wanted.password && password)
            || (wanted.none && passkeys == 0 && !totp && !password)
    }
}

/// The groups that a filter wants; `None` is all of them.
pub(super) fn wanted(filter: &DirectoryFilter) -> Option<Vec<Facet>> {
    let narrow = !filter.roles.is_empty()
        || !filter.risks.is_empty()
        || filter.statuses.is_some()
        || filter.factors.is_some();
    narrow.then(|| Facet::all().filter(|facet| facet.suits(filter)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_has_a_number_of_its_own_without_a_gap() {
        let numbers: Vec<i64> = Facet::all().map(Facet::number).collect();
        assert_eq!(numbers, (0..240).collect::<Vec<_>>());
    }
}
