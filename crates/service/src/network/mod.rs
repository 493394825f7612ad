//! Network rules: what is in force and how the reader stands in it, what a change would do, and changes, each as a trial.
//!
//! The rules of the configuration file are shown, and changed there alone.

mod change;
mod plan;
mod way;

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::NetworkView as MayView;
use stagedoor_core::guard::NetworkRule;
use stagedoor_core::network::OwnRule;
use stagedoor_core::resource::Platform;
use stagedoor_core::trial::TrialKind;
use stagedoor_core::view::network::{NetworkView, RuleLine};

pub use change::{Elsewhere, RuleChange, RulePatch, change};
pub use plan::preview;
pub(crate) use way::let_in_by;

use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::trial;

/// The rules in force, and how the caller stands in them.
///
/// # Errors
/// Denied; unavailable when the database is.
pub async fn network(op: &StaffOp) -> Result<NetworkView, ServiceError> {
    op.require::<MayView>(&Platform).await?.discharge(());
    let service = op.service();
    let rules = service.rules().await?;
    let declared = service.settings().policy.networks.iter().map(of_file);
    let own = rules.networks.at(op.now()).iter().map(of_database);
    let address = op.visitor().address;
    Ok(NetworkView {
        rules: declared.chain(own).collect(),
        trusted_proxies: service
            .settings()
            .trusted_proxies
            .iter()
            .map(ToString::to_string)
            .collect(),
        address,
        let_in_by: op.let_in_by(op.policy()),
        pending: trial::pending_of(op, TrialKind::NetworkRules).await?,
        may_write: op.offered(Action::NetworkWrite).is_ok(),
    })
}

fn of_file(rule: &NetworkRule) -> RuleLine {
    RuleLine {
        id: None,
        name: rule.name.clone(),
        kind: rule.kind.as_str().to_owned(),
        range: rule.range.to_string(),
        note: String::new(),
        created: None,
    }
}

fn of_database(rule: &OwnRule) -> RuleLine {
    RuleLine {
        id: Some(rule.id),
        note: rule.note.clone(),
        created: Some(rule.created),
        ..of_file(&rule.rule())
    }
}
