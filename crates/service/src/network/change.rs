//! Changing the rules: each change begins a trial of the whole set.

use stagedoor_core::audit::{Event, Target};
use stagedoor_core::id::NetworkRuleId;
use stagedoor_core::input::FieldError;
use stagedoor_core::network::{RuleDraft, Wide, canonical};
use stagedoor_core::trial::TrialKind;
use stagedoor_core::view::trial::TrialLine;

use super::plan::Plan;
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::Story;
use crate::retry::again;
use crate::trial::{Against, Change, begin, permitted};

/// Which fields of a rule become others; `None` leaves one as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RulePatch {
    /// Its name.
    pub name: Option<String>,
    /// Its kind.
    pub kind: Option<String>,
    /// Its range.
    pub range: Option<String>,
    /// What it is for.
    pub note: Option<String>,
    /// Whether a very wide range is meant.
    pub wide: Wide,
}

/// A change of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleChange {
    /// One more.
    Add(RuleDraft),
    /// One becomes another.
    Change(NetworkRuleId, RulePatch),
    /// One less.
    Remove(NetworkRuleId),
}

/// What to do where the caller's own address would not pass.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Elsewhere {
    /// Refuse the change.
    #[default]
    Refuse,
    /// Try it: they will confirm from inside.
    ConfirmFrom,
}

/// Begins a trial of a change.
///
/// # Errors
/// Denied; not found for a rule that is not there; invalid with the fields of the rule, `reason`, `rules` where nobody could get
/// in, or `confirm_from_elsewhere` where the caller could not; conflict when another change is on trial.
pub async fn change(
    op: &StaffOp,
    asked: &RuleChange,
    elsewhere: Elsewhere,
    reason: &str,
) -> Result<TrialLine, ServiceError> {
    // Another trial may come to its end at the same moment.
    again(|| change_once(op, asked, elsewhere, reason)).await
}

async fn change_once(
    op: &StaffOp,
    asked: &RuleChange,
    elsewhere: Elsewhere,
    reason: &str,
) -> Result<TrialLine, ServiceError> {
    op.service().look_at_rules().await?;
    let mut story = Story::new(Event::NetworkChange);
    story.target = named(op, asked).await?;
    let (verdicts, reason) = permitted(op, TrialKind::NetworkRules, story.clone(), reason).await?;
    let Some(plan) = Plan::of(op, asked).await? else {
        return Err(op.nothing_there(Event::NetworkChange, None).await);
    };
    possible(op, &plan, elsewhere).map_err(ServiceError::field)?;
    story.target = Some(Target::Other("network_rule", plan.name));
    story.verdicts = Some(verdicts);
    story.changes = plan.changes;
    begin(
        op,
        Change {
            kind: TrialKind::NetworkRules,
            about: plan.about,
            old: canonical(&plan.old),
            new: canonical(&plan.new),
            reason,
            story,
        },
    )
    .await
}

/// What the entry of a refusal names: the rule as it is kept.
async fn named(op: &StaffOp, asked: &RuleChange) -> Result<Option<Target>, ServiceError> {
    let (RuleChange::Change(id, _) | RuleChange::Remove(id)) = asked else {
        return Ok(None);
    };
    let rules = op.service().rules().await?;
    let found = rules.networks.kept.iter().find(|rule| rule.id == *id);
    Ok(found.map(|rule| Target::Other("network_rule", rule.name.clone())))
}

fn possible(op: &StaffOp, plan: &Plan, elsewhere: Elsewhere) -> Result<(), FieldError> {
    match (plan.against(op), elsewhere) {
        (None, _) | (Some(Against::Address(_)), Elsewhere::ConfirmFrom) => Ok(()),
        (Some(Against::Everybody(why) | Against::Caller(why)), _) => Err(FieldError::new("rules", why)),
        (Some(Against::Address(when)), Elsewhere::Refuse) => {
            let message = format!(
                "Your own address, {}, would not pass under these rules.{when} If you will confirm them from inside, say so with confirm_from_elsewhere.",
                op.visitor().address_text()
            );
            Err(FieldError::new("confirm_from_elsewhere", message))
        }
    }
}
