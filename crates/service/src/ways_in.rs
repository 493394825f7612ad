//! Who of the super admins who stay could sign in: whom their identity provider lets in, and whose best passkey is what policy asks
//! for. Each is asked of the rules as they are kept and as they are tried, for either may be what stays. Nothing here changes
//! anything.

use stagedoor_core::id::{PasskeyId, StaffId};
use stagedoor_core::request::Policy;
use stagedoor_core::staff::Way;
use stagedoor_core::time::Timestamp;
use stagedoor_core::trial::{Entrance, lets_anybody_in, passkey_lockout};
use stagedoor_store::db::Executor;
use stagedoor_store::provider::Provider;
use stagedoor_store::staff;
use stagedoor_store::staff::LastingAdmin;

use crate::ceremony::OwnedKey;
use crate::error::ServiceError;
use crate::identity_providers::providers_of;
use crate::in_force::{Rules, compose};
use crate::state::Service;

/// What would be gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gone {
    /// Somebody, with all their passkeys.
    Person(StaffId),
    /// One passkey.
    Passkey(PasskeyId),
}

impl Service {
    /// Whether what would be gone is the last way in of those who stay super admin, under any of the rules that may be what stays.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn way_without(
        &self,
        ex: &mut impl Executor,
        gone: Gone,
        now: Timestamp,
    ) -> Result<Way, ServiceError> {
        let admins = staff::lasting_super_admins(ex).await?;
        let keys = self.keys_of_super_admins(ex).await?;
        let left: Vec<_> = keys
            .iter()
            .copied()
            .filter(|(whose, key, _)| gone != Gone::Person(*whose) && gone != Gone::Passkey(*key))
            .collect();
        let worlds = providers_of(ex, now).await?;
        for policy in self.policies_of(ex).await? {
            let (before, after) = (able(&policy, &admins, &keys), able(&policy, &admins, &left));
            let last = |providers: &Vec<Provider>| open(providers, &before) && !open(providers, &after);
            if worlds.iter().any(last) {
                return Ok(Way::Last);
            }
        }
        Ok(Way::Left)
    }

    /// Whether providers shut everybody out who stays super admin and could sign in with those of before.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn shut_out(
        &self,
        ex: &mut impl Executor,
        (before, after): (&[Provider], &[Provider]),
    ) -> Result<bool, ServiceError> {
        let admins = staff::lasting_super_admins(ex).await?;
        let keys = self.keys_of_super_admins(ex).await?;
        let policies = self.policies_of(ex).await?;
        Ok(policies.iter().any(|policy| {
            let able = able(policy, &admins, &keys);
            open(before, &able) && !open(after, &able)
        }))
    }

    /// The policies as they are tried and as they are kept, read with everything else of the moment.
    async fn policies_of(&self, ex: &mut impl Executor) -> Result<Vec<Policy>, ServiceError> {
        let (rules, now) = (Rules::read(ex).await?, self.now());
        let configured = &self.settings().policy;
        let composed = rules
            .policies
            .either(now)
            .map(|policies| compose(configured, rules.networks.at(now), policies));
        Ok(composed.collect())
    }
}

/// Those of whose passkeys one is what a policy asks for. Who has none that proves anything could not come in.
fn able<'a>(policy: &Policy, admins: &'a [LastingAdmin], keys: &[OwnedKey]) -> Vec<&'a LastingAdmin> {
    let reaches = |admin: &&LastingAdmin| {
        let own = keys.iter().filter(|(whose, ..)| *whose == admin.id);
        let best = own.map(|(_, _, level)| *level).max();
        best.is_some_and(|best| passkey_lockout(policy, best).is_none())
    };
    admins.iter().filter(reaches).collect()
}

/// Whether providers let any of these in.
fn open(providers: &[Provider], admins: &[&LastingAdmin]) -> bool {
    lets_anybody_in(admins.iter().filter_map(|admin| {
        let provider = providers.iter().find(|provider| provider.id == admin.provider)?;
        Some(Entrance {
            trust: provider.trust,
            email_domains: &provider.email_domains,
            rules: &provider.rules,
            email: &admin.email,
        })
    }))
}
