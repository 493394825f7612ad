//! What a change of the rules would lead to: the set as it would be, the policy that follows, and what to know before it is
//! tried. Nothing here changes anything.

use std::collections::HashSet;

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::NetworkView;
use stagedoor_core::audit::Change;
use stagedoor_core::guard::{NetworkRule, ProxyFact, way_in};
use stagedoor_core::id::{NetworkRuleId, ProviderId};
use stagedoor_core::input::FieldError;
use stagedoor_core::network::{OwnRule, RuleDraft, check_set, overlaps};
use stagedoor_core::provider::ProviderKind;
use stagedoor_core::request::Policy;
use stagedoor_core::resource::Platform;
use stagedoor_core::time::hours;
use stagedoor_core::view::network::{NetworkPreview, OutsideLine};
use stagedoor_store::provider;
use stagedoor_store::session_list::{self, StaffFilter};

use super::change::{RuleChange, RulePatch};
use crate::error::ServiceError;
use crate::in_force::compose;
use crate::op::StaffOp;
use crate::state::Service;
use crate::system::fresh_id;
use crate::trial::{Against, New, Worlds};

/// Most sessions that are looked at for people who would not get in.
const SESSIONS: u32 = 200;

/// A change with what it leads to.
pub(super) struct Plan {
    pub(super) old: Vec<OwnRule>,
    pub(super) new: Vec<OwnRule>,
    pub(super) worlds: Worlds,
    /// The rule it is about.
    pub(super) name: String,
    /// What it is about, in a line.
    pub(super) about: String,
    pub(super) changes: Vec<Change>,
    pub(super) warnings: Vec<String>,
}

impl Plan {
    /// Plans a change of what is kept. `None` when it is about a rule that is not there.
    pub(super) async fn of(op: &StaffOp, change: &RuleChange) -> Result<Option<Self>, ServiceError> {
        let rules = op.service().rules().await?;
        let old = rules.networks.kept.clone();
        let Some((new, before, after)) = changed(op, &old, change).map_err(ServiceError::field)? else {
            return Ok(None);
        };
        let configured = &op.service().settings().policy;
        check_set(&configured.networks, &new).map_err(ServiceError::field)?;
        let worlds = Worlds::of(op, &mut op.service().db().reader(), &rules, New::Networks(&new)).await?;
        let policies = rules.policies.at(op.now());
        let others: Vec<NetworkRule> = compose(configured, &old, policies)
            .networks
            .into_iter()
            .filter(|other| before.as_ref().is_none_or(|before| before.name != other.name))
            .collect();
        let warnings = after
            .as_ref()
            .map_or_else(Vec::new, |after| overlaps(after.range, &others));
        let name = before.as_ref().or(after.as_ref()).map(|rule| rule.name.clone());
        let name = name.unwrap_or_default();
        Ok(Some(Self {
            about: match change {
                RuleChange::Add(_) => format!("{name} is added"),
                RuleChange::Change(..) => format!("{name} is changed"),
                RuleChange::Remove(_) => format!("{name} is removed"),
            },
            changes: told(before.as_ref(), after.as_ref()),
            old,
            new,
            worlds,
            name,
            warnings,
        }))
    }

    /// What stands against trying it.
    pub(super) fn against(&self, op: &StaffOp) -> Option<Against> {
        self.worlds.against(op, Action::NetworkWrite)
    }
}

/// The rules as they would be, and the one that is changed before and after.
type Changed = (Vec<OwnRule>, Option<OwnRule>, Option<OwnRule>);

fn changed(op: &StaffOp, old: &[OwnRule], change: &RuleChange) -> Result<Option<Changed>, FieldError> {
    let mut new = old.to_vec();
    let found = |id: &NetworkRuleId| old.iter().position(|rule| rule.id == *id);
    Ok(match change {
        RuleChange::Add(draft) => {
            let checked = draft.check()?;
            let rule = OwnRule {
                id: fresh_id(op.service().rng(), op.now()),
                name: checked.name,
                kind: checked.kind,
                range: checked.range,
                note: checked.note,
                created: op.now(),
            };
            new.push(rule.clone());
            Some((new, None, Some(rule)))
        }
        RuleChange::Change(id, patch) => match found(id) {
            None => None,
            Some(at) => {
                let before = old[at].clone();
                let checked = patched(&before, patch).check()?;
                let after = OwnRule {
                    name: checked.name,
                    kind: checked.kind,
                    range: checked.range,
                    note: checked.note,
                    ..before.clone()
                };
                if after == before {
                    return Err(FieldError::new("range", "It is so already. Change something."));
                }
                new[at] = after.clone();
                Some((new, Some(before), Some(after)))
            }
        },
        RuleChange::Remove(id) => found(id).map(|at| {
            let before = new.remove(at);
            (new, Some(before), None)
        }),
    })
}

fn patched(rule: &OwnRule, patch: &RulePatch) -> RuleDraft {
    let or = |text: &Option<String>, was: String| text.clone().unwrap_or(was);
    RuleDraft {
        name: or(&patch.name, rule.name.clone()),
        kind: or(&patch.kind, rule.kind.as_str().to_owned()),
        range: or(&patch.range, rule.range.to_string()),
        note: or(&patch.note, rule.note.clone()),
        wide: patch.wide,
    }
}

/// How a field of a rule is told.
type Told = fn(&OwnRule) -> String;

fn told(before: Option<&OwnRule>, after: Option<&OwnRule>) -> Vec<Change> {
    let fields: [(&str, Told); 4] = [
        ("name", |rule| rule.name.clone()),
        ("kind", |rule| rule.kind.as_str().to_owned()),
        ("range", |rule| rule.range.to_string()),
        ("note", |rule| rule.note.clone()),
    ];
    let one = |(field, of): (&str, Told)| {
        let told = |rule: Option<&OwnRule>| rule.map(of).filter(|text| !text.is_empty());
        let (before, after) = (told(before), told(after));
        (before != after).then(|| Change {
            field: field.to_owned(),
            before,
            after,
        })
    };
    fields.into_iter().filter_map(one).collect()
}

/// What a change would do, before it is tried.
///
/// # Errors
/// Denied; not found; invalid with the fields of the rule.
pub async fn preview(op: &StaffOp, change: &RuleChange) -> Result<NetworkPreview, ServiceError> {
    op.require::<NetworkView>(&Platform).await?.discharge(());
    let plan = Plan::of(op, change).await?.ok_or(ServiceError::NotFound)?;
    let address = op.visitor().address;
    let (policy, against) = (&plan.worlds.meanwhile, plan.against(op));
    Ok(NetworkPreview {
        address,
        passes: op.let_in_by(policy).is_some() && !matches!(against, Some(Against::Address(_))),
        let_in_by: op.let_in_by(policy).map(|(name, _)| name),
        refused: match against {
            Some(Against::Everybody(why) | Against::Caller(why)) => Some(why),
            Some(Against::Address(_)) | None => None,
        },
        outside: outside(op, policy).await?,
        name: plan.name,
        changes: plan
            .changes
            .into_iter()
            .map(|change| (change.field, change.before, change.after))
            .collect(),
        warnings: plan.warnings,
    })
}

/// People of the last day who would not get in from where they were; each address of each person once.
async fn outside(op: &StaffOp, policy: &Policy) -> Result<Option<Vec<OutsideLine>>, ServiceError> {
    if op.holds(Action::SessionView).is_none() {
        return Ok(None);
    }
    let (service, now) = (op.service(), op.now());
    let filter = StaffFilter::everybody(service.staff_clocks(now));
    let sessions = session_list::staff(&mut service.db().reader(), &filter, None, SESSIONS).await?;
    let since = now.minus(hours(24));
    let proxies = identity_proxies(service).await?;
    let mut seen = HashSet::new();
    let mut lines = Vec::new();
    for held in sessions {
        let proxy = match proxies.contains(&held.session.provider) {
            true => ProxyFact::Vouched,
            false => ProxyFact::Silent,
        };
        let inside = way_in(policy, held.address.parse().ok(), proxy).is_some();
        let told = (held.session.staff, held.address.clone());
        if inside || held.last_seen < since || !seen.insert(told) {
            continue;
        }
        lines.push(OutsideLine {
            live: service.session_runs(&held.session, (held.role, held.stands_until), now),
            name: held.name,
            address: held.address,
            seen: held.last_seen,
        });
    }
    Ok(Some(lines))
}

/// Providers that stand in front: whoever signed in by one of them comes with its word wherever they are.
async fn identity_proxies(service: &Service) -> Result<HashSet<ProviderId>, ServiceError> {
    let known = provider::list(&mut service.db().reader()).await?;
    let fronts = known
        .iter()
        .filter(|provider| matches!(provider.kind, ProviderKind::Proxy(_)));
    Ok(fronts.map(|provider| provider.id).collect())
}
