//! Saving guard policies: each change begins a trial of the whole set. The shipped ones are never changed.

use stagedoor_core::action::Action;
use stagedoor_core::audit::{Change as Changed, Event, Target};
use stagedoor_core::guard_policy::{GuardPolicies, GuardPolicy};
use stagedoor_core::input::FieldError;
use stagedoor_core::trial::TrialKind;
use stagedoor_core::view::policy::{PolicyCard, canonical};
use stagedoor_core::view::trial::TrialLine;

use super::question::ChangeRequest;
use crate::error::ServiceError;
use crate::network::Elsewhere;
use crate::op::StaffOp;
use crate::recorder::Story;
use crate::retry::again;
use crate::trial::{Against, Change, New, Worlds, begin, beyond_passkeys, permitted};

/// A change of the guard policies.
#[derive(Debug, Clone)]
pub enum PolicyChange {
    /// One more, by its name, with what it is for.
    Add(String, String, ChangeRequest),
    /// One says something else from now on, as a whole.
    Change(String, String, ChangeRequest),
    /// One less.
    Remove(String),
}

impl PolicyChange {
    fn name(&self) -> &str {
        match self {
            Self::Add(name, ..) | Self::Change(name, ..) | Self::Remove(name) => name.trim(),
        }
    }

    fn about(&self) -> String {
        let name = self.name();
        match self {
            Self::Add(..) => format!("{name} is added"),
            Self::Change(..) => format!("{name} is changed"),
            Self::Remove(_) => format!("{name} is removed"),
        }
    }
}

/// Begins a trial of a change.
///
/// # Errors
/// Denied; not found for a policy that is not kept here; invalid with the fields of the policy, `reason`, `policies` where no
/// super admin could get in, or `confirm_from_elsewhere` where the caller could not; conflict when another change is on trial.
pub async fn save(
    op: &StaffOp,
    asked: &PolicyChange,
    elsewhere: Elsewhere,
    reason: &str,
) -> Result<TrialLine, ServiceError> {
    again(|| save_once(op, asked, elsewhere, reason)).await
}

async fn save_once(
    op: &StaffOp,
    asked: &PolicyChange,
    elsewhere: Elsewhere,
    reason: &str,
) -> Result<TrialLine, ServiceError> {
    op.service().look_at_rules().await?;
    let mut story = Story::new(Event::PolicyChange);
    let (verdicts, reason) = permitted(op, TrialKind::GuardPolicies, story.clone(), reason).await?;
    let rules = op.service().rules().await?;
    let old = &rules.policies.kept;
    let Some(new) = changed(old, asked).map_err(ServiceError::field)? else {
        return Err(op.nothing_there(Event::PolicyChange, None).await);
    };
    let ex = &mut op.service().db().reader();
    let worlds = Worlds::of(op, ex, &rules, New::Policies(&new)).await?;
    possible(op, &worlds, elsewhere).map_err(ServiceError::field)?;
    if let Some(why) = beyond_passkeys(op.service(), ex, &worlds.meanwhile).await? {
        return Err(ServiceError::field(FieldError::new("policies", why)));
    }
    story.target = Some(Target::Other("policy", asked.name().to_owned()));
    story.verdicts = Some(verdicts);
    story.changes = told(find(old, asked.name()), find(&new, asked.name()));
    begin(
        op,
        Change {
            kind: TrialKind::GuardPolicies,
            about: asked.about(),
            old: canonical(old),
            new: canonical(&new),
            reason,
            story,
        },
    )
    .await
}

fn find<'a>(policies: &'a [GuardPolicy], name: &str) -> Option<&'a GuardPolicy> {
    policies.iter().find(|policy| policy.name() == name)
}

/// The set as it would be; `None` when it is about one that is not there.
fn changed(old: &[GuardPolicy], asked: &PolicyChange) -> Result<Option<Vec<GuardPolicy>>, FieldError> {
    let name = asked.name();
    let rest = || old.iter().filter(|policy| policy.name() != name).cloned();
    Ok(match asked {
        PolicyChange::Add(_, about, says) => {
            let added = says.saved(name, about)?;
            // Two of a name are refused here, before anything else is asked.
            let new = GuardPolicies::default().beside(old).with(added)?;
            Some(new.list_declared().to_vec())
        }
        PolicyChange::Change(_, about, says) if find(old, name).is_some() => {
            Some(rest().chain([says.saved(name, about)?]).collect())
        }
        PolicyChange::Remove(_) if find(old, name).is_some() => Some(rest().collect()),
        PolicyChange::Change(..) | PolicyChange::Remove(_) => None,
    })
}

/// What a policy says, field by field.
fn told(before: Option<&GuardPolicy>, after: Option<&GuardPolicy>) -> Vec<Changed> {
    let words = |policy: Option<&GuardPolicy>| policy.map(|policy| says(&PolicyCard::from(policy)));
    let (before, after) = (words(before), words(after));
    let fields = ["about", "roles", "actions", "narrowing"];
    let one = |(at, field): (usize, &str)| {
        let of =
            |all: &Option<[String; 4]>| all.as_ref().map(|all| all[at].clone()).filter(|s| !s.is_empty());
        let (before, after) = (of(&before), of(&after));
        (before != after).then(|| Changed {
            field: field.to_owned(),
            before,
            after,
        })
    };
    fields.into_iter().enumerate().filter_map(one).collect()
}

fn says(card: &PolicyCard) -> [String; 4] {
    let roles: Vec<_> = card.roles.iter().map(|role| role.as_str()).collect();
    [
        card.about.clone(),
        roles.join(", "),
        card.actions
            .as_ref()
            .map_or_else(|| "all".to_owned(), |actions| actions.join(", ")),
        serde_json::to_string(&card.narrowing).unwrap_or_default(),
    ]
}

fn possible(op: &StaffOp, worlds: &Worlds, elsewhere: Elsewhere) -> Result<(), FieldError> {
    match (worlds.against(op, Action::PolicyWrite), elsewhere) {
        (None, _) | (Some(Against::Address(_)), Elsewhere::ConfirmFrom) => Ok(()),
        (Some(Against::Everybody(why) | Against::Caller(why)), _) => Err(FieldError::new("policies", why)),
        (Some(Against::Address(when)), Elsewhere::Refuse) => {
            let message = format!(
                "Your own address, {}, would not pass under this policy.{when} If you will confirm it from inside, say so with confirm_from_elsewhere.",
                op.visitor().address_text()
            );
            Err(FieldError::new("confirm_from_elsewhere", message))
        }
    }
}
