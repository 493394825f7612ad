//! Policies: the declarations that guard the console, and the simulator, which asks the core about a request that nobody
//! made. Nothing here decides, and nothing here changes anything.

mod question;
mod save;
mod shut_out;
mod simulate;

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::PolicyView;
use stagedoor_core::guard_policy::GuardPolicies;
use stagedoor_core::narrowed::View;
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::role::StaffRole;
use stagedoor_core::view::policy::{GuardRow, NetworkLine, PersonChoice, PoliciesView, PolicyCard};
use stagedoor_core::view::staff::PostLine;
use stagedoor_store::staff;

pub(crate) use question::action as action_of;
pub use question::{ChangeRequest, SimulateRequest};
pub use save::{PolicyChange, save};
pub use simulate::simulate;
pub(crate) use simulate::{about_a_tenant, another, known_tenant, resource_of};

use crate::error::ServiceError;
use crate::op::StaffOp;

/// What guards the console, as it is in force: the guard policies, and the declaration of every action for these roles.
///
/// # Errors
/// Denied; unavailable when the refusal could not be recorded.
pub async fn policies(op: &StaffOp, roles: &[StaffRole]) -> Result<PoliciesView, ServiceError> {
    op.require::<PolicyView>(&Platform).await?.discharge(());
    let policy = op.policy();
    let network = |rule: &stagedoor_core::guard::NetworkRule| NetworkLine {
        name: rule.name.clone(),
        kind: rule.kind.as_str().to_owned(),
        range: rule.range.to_string(),
    };
    Ok(PoliciesView {
        networks: policy.networks.iter().map(network).collect(),
        shipped: GuardPolicies::shipped().iter().map(PolicyCard::from).collect(),
        declared: policy
            .guard_policies
            .list_declared()
            .iter()
            .map(PolicyCard::from)
            .collect(),
        guards: roles
            .iter()
            .flat_map(|role| GuardRow::all(policy, *role))
            .collect(),
        views: View::all(&policy.sub_roles).iter().map(post_line).collect(),
    })
}

fn post_line(view: &View) -> PostLine {
    PostLine {
        role: view.role,
        sub_role: view.sub_role.as_ref().map(ToString::to_string),
    }
}

/// The people of staff whom the simulator can be asked about; nobody for a reader who may not see staff.
///
/// # Errors
/// Denied; unavailable when the database is.
pub async fn people(op: &StaffOp) -> Result<Vec<PersonChoice>, ServiceError> {
    op.require::<PolicyView>(&Platform).await?.discharge(());
    if !op.would(Action::StaffView, Platform.facts()).is_permit() {
        return Ok(Vec::new());
    }
    let all = staff::list(&mut op.service().db().reader(), op.now()).await?;
    Ok(all.iter().map(shut_out::choice).collect())
}
