//! The kind of the sub-roles: a list, each a name, the role that it narrows, and what it keeps of that role's permissions.

use std::time::Duration;

use serde_json::{Value, json};
use stagedoor_core::role::StaffRole;
use stagedoor_core::sub_role::{Draft, SubRole, SubRoles};

use super::{Kind, Raw, list};

/// How the most visits at once are written.
const VISITS: &str = "visits=";
/// How the most minutes of a visit are written.
const VISIT_MINUTES: &str = "visit_minutes=";
/// How the tenants are written: by id, with commas between them.
const TENANTS: &str = "tenants=";

/// A sub-role that can be read; whether there can be such a one is said by [`declared`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubRoleDraft(Draft);

impl SubRoleDraft {
    /// `name role permission permission … tenants=org_…,org_… visits=2 visit_minutes=10`.
    fn read(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let name = words.next()?.to_owned();
        let of: StaffRole = words.next()?.parse().ok()?;
        let mut draft = Draft {
            name,
            about: String::new(),
            of,
            permissions: Vec::new(),
            tenants: None,
            visits: None,
            visit_minutes: None,
        };
        for word in words {
            if let Some(number) = word.strip_prefix(VISITS) {
                once(&mut draft.visits, number.parse().ok()?)?;
            } else if let Some(number) = word.strip_prefix(VISIT_MINUTES) {
                once(&mut draft.visit_minutes, number.parse().ok()?)?;
            } else if let Some(listed) = word.strip_prefix(TENANTS) {
                let listed = listed.split(',').filter(|id| !id.is_empty());
                once(&mut draft.tenants, listed.map(str::to_owned).collect())?;
            } else {
                draft.permissions.push(word.to_owned());
            }
        }
        Some(Self(draft))
    }

    fn text(&self) -> String {
        let Draft {
            name,
            of,
            permissions,
            tenants,
            visits,
            visit_minutes,
            ..
        } = &self.0;
        let tenants = tenants
            .as_ref()
            .map(|listed| format!("{TENANTS}{}", listed.join(",")));
        let limits = [
            tenants,
            visits.map(|most| format!("{VISITS}{most}")),
            visit_minutes.map(|most| format!("{VISIT_MINUTES}{most}")),
        ];
        let words = permissions.iter().cloned().chain(limits.into_iter().flatten());
        let words: Vec<String> = words.collect();
        format!("{name} {of} {}", words.join(" "))
    }
}

/// Sets what is said once; `None` where it was said before.
fn once<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.is_none().then(|| *place = Some(value))
}

impl Kind for Vec<SubRoleDraft> {
    fn words() -> String {
        "a list of sub-roles, each a name, its role and what it keeps of the role's permissions, perhaps with the ids of the tenants that it leaves, the most visits at once and the most minutes of one, such as [\"support_night support tenant.list tenant.view tenant.impersonate tenants=org_01k9w000000000000000000001 visits=1 visit_minutes=10\"]"
            .to_owned()
    }

    fn read(raw: &Raw) -> Option<Self> {
        list(raw)?.iter().map(|item| SubRoleDraft::read(item)).collect()
    }

    fn show(&self) -> Value {
        json!(self.iter().map(SubRoleDraft::text).collect::<Vec<_>>())
    }
}

/// The sub-roles that these make beside the shipped ones, where a visit may last as long as this at most.
///
/// # Errors
/// What is wrong with one of them, in words that follow the key.
pub(in crate::config) fn declared(drafts: &[SubRoleDraft], longest: Duration) -> Result<SubRoles, String> {
    let checked = drafts.iter().map(|SubRoleDraft(draft)| {
        let wrong = |wrong: stagedoor_core::input::FieldError| {
            format!("has {}, which cannot be: {}", draft.name, wrong.message)
        };
        draft.clone().check().map_err(wrong)
    });
    let checked = checked.collect::<Result<Vec<_>, _>>()?;
    let too_long = |one: &&SubRole| one.visit_length().is_some_and(|length| length > longest);
    if let Some(one) = checked.iter().find(too_long) {
        return Err(format!(
            "has {}, whose visits may last longer than impersonation.max_ttl_seconds. Lower its visit_minutes.",
            one.name()
        ));
    }
    SubRoles::declared(checked).map_err(|wrong| format!("cannot be: {}", wrong.message))
}
