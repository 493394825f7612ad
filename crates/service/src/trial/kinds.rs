//! What is different from kind to kind: the permission, how what was confirmed is kept, and what a confirmation may not lead to.

use stagedoor_core::action::kind::{IdpWrite, NetworkWrite, PolicyWrite};
use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::guard::Verdicts;
use stagedoor_core::guard_policy::GuardPolicy;
use stagedoor_core::input::Justification;
use stagedoor_core::network;
use stagedoor_core::provider::ProviderKind;
use stagedoor_core::request::Policy;
use stagedoor_core::resource::Platform;
use stagedoor_core::time::Timestamp;
use stagedoor_core::trial::{NotProven, TrialKind, asks_managed_anew, passkey_lockout};
use stagedoor_core::view::policy;
use stagedoor_store::WriteTx;
use stagedoor_store::db::Executor;
use stagedoor_store::trial::KeptTrial;
use stagedoor_store::{guard_policy, network_rule};

use super::worlds::{New, Worlds};
use crate::error::ServiceError;
use crate::identity_providers;
use crate::in_force::{Rules, compose, read_networks, read_policies};
use crate::op::StaffOp;
use crate::recorder::Story;
use crate::state::Service;

/// Asks for the right to change a kind. A refusal is recorded with the story; the reason is checked behind the right.
pub(crate) async fn permitted(
    op: &StaffOp,
    kind: TrialKind,
    story: Story,
    reason: &str,
) -> Result<(Verdicts, Justification), ServiceError> {
    macro_rules! asked {
        ($action:ty) => {{
            let granted = op.require_about::<$action>(&Platform, story).await?;
            let reason = Justification::parse(reason).map_err(ServiceError::field)?;
            let permit = granted.discharge(reason);
            (permit.decision().verdicts, permit.owed().clone())
        }};
    }
    Ok(match kind {
        TrialKind::NetworkRules => asked!(NetworkWrite),
        TrialKind::GuardPolicies => asked!(PolicyWrite),
        TrialKind::IdentityProvider => asked!(IdpWrite),
    })
}

/// Whether what is kept is still what a change was made from.
pub(super) async fn same_world(
    service: &Service,
    tx: &mut WriteTx,
    kept: &KeptTrial,
) -> Result<(), ServiceError> {
    let now = match kept.trial.kind {
        TrialKind::NetworkRules => network::canonical(&network_rule::list(tx).await?),
        TrialKind::GuardPolicies => policy::canonical(&guard_policy::list(tx).await?),
        TrialKind::IdentityProvider => return identity_providers::same_world(service, tx, kept).await,
    };
    if now == kept.old {
        Ok(())
    } else {
        Err(ServiceError::Moved)
    }
}

/// Keeps what was tried.
pub(super) async fn settle(tx: &mut WriteTx, kept: &KeptTrial) -> Result<(), ServiceError> {
    match kept.trial.kind {
        TrialKind::NetworkRules => network_rule::replace(tx, &read_networks(&kept.new)?).await?,
        TrialKind::GuardPolicies => guard_policy::replace(tx, &read_policies(&kept.new)?).await?,
        TrialKind::IdentityProvider => identity_providers::settle(tx, kept).await?,
    }
    Ok(())
}

/// What a confirmation would lead to.
///
/// # Errors
/// Invalid where a set does not fit to the configuration any more; unavailable when the database is.
pub(super) async fn worlds(
    op: &StaffOp,
    ex: &mut impl Executor,
    rules: &Rules,
    kept: &KeptTrial,
) -> Result<Worlds, ServiceError> {
    match kept.trial.kind {
        TrialKind::NetworkRules => {
            let networks = read_networks(&kept.new)?;
            let configured = &op.service().settings().policy.networks;
            network::check_set(configured, &networks).map_err(ServiceError::field)?;
            Worlds::of(op, ex, rules, New::Networks(&networks)).await
        }
        TrialKind::GuardPolicies => {
            Worlds::of(op, ex, rules, New::Policies(&read_policies(&kept.new)?)).await
        }
        TrialKind::IdentityProvider => Worlds::of(op, ex, rules, New::Provider).await,
    }
}

/// Why guard policies cannot stay because of the passkeys that there are, in words: nobody who could undo them would get in, or
/// they ask for what nobody can vouch for.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn beyond_passkeys(
    service: &Service,
    ex: &mut impl Executor,
    policy: &Policy,
) -> Result<Option<String>, ServiceError> {
    let asked = |policy: &GuardPolicy| policy.narrowing().passkey;
    let most = policy.guard_policies.iter().filter_map(asked).max();
    if most == Some(PasskeyLevel::Attested) && policy.passkey_makers.is_empty() {
        return Ok(Some(NOBODY_VOUCHES.to_owned()));
    }
    if most.is_none() {
        return Ok(None);
    }
    let best = service.best_of_super_admins(ex).await?.unwrap_or_default();
    Ok(passkey_lockout(policy, best).map(|lockout| lockout.explain()))
}

const NOBODY_VOUCHES: &str =
    "No maker can vouch for a passkey here: list models and authorities in the configuration first.";

/// What nobody has seen yet, though it has to be seen before the change stays.
pub(super) async fn unproven(op: &StaffOp, kept: &KeptTrial) -> Result<Option<NotProven>, ServiceError> {
    match kept.trial.kind {
        TrialKind::IdentityProvider => identity_providers::missing(op, kept).await,
        TrialKind::GuardPolicies => {
            let rules = op.service().rules().await?;
            let (old, new) = (read_policies(&kept.old)?, read_policies(&kept.new)?);
            Ok(managed_unseen(op, &rules, (&old, &new), kept.trial.started))
        }
        TrialKind::NetworkRules => Ok(None),
    }
}

/// Whether policies come to ask super admins for a managed device, and the caller's session began before: what it was told of its
/// device then went by the claims that were named then, and other ones may be named by now, of which nobody's next session has
/// that. Whoever signed in since came in by what is asked for. Of a proxy's people every request tells it anew.
fn managed_unseen(
    op: &StaffOp,
    rules: &Rules,
    (old, new): (&[GuardPolicy], &[GuardPolicy]),
    began: Timestamp,
) -> Option<NotProven> {
    let (configured, networks) = (&op.service().settings().policy, rules.networks.at(op.now()));
    let under = |policies| compose(configured, networks, policies);
    let told_anew = op.provider().is_some_and(|of| of.kind != ProviderKind::Oidc)
        && op.visitor().assertion.vouched().is_some();
    let seen = told_anew || op.session().started > began;
    (!seen && asks_managed_anew(&under(old), &under(new))).then_some(NotProven::ManagedSignIn)
}
