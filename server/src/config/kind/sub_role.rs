//! The kind of the sub-roles: a list, each a name, the role that it narrows, and what it keeps of that role's permissions.

use serde_json::{Value, json};
use stagedoor_core::role::StaffRole;
use stagedoor_core::sub_role::{Draft, SubRoles};

use super::{Kind, Raw, list};

/// How a limit is written.
const VISITS: &str = "visits=";

/// A sub-role that can be read; whether there can be such a one is said by [`declared`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubRoleDraft(Draft);

impl SubRoleDraft {
    /// `name role permission permission … visits=2`.
    fn read(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let name = words.next()?.to_owned();
        let of: StaffRole = words.next()?.parse().ok()?;
        let (mut permissions, mut visits) = (Vec::new(), None);
        for word in words {
            match word.strip_prefix(VISITS) {
                Some(number) => visits = Some(number.parse().ok()?),
                None => permissions.push(word.to_owned()),
            }
        }
        Some(Self(Draft {
            name,
            about: String::new(),
            of,
            permissions,
            visits,
        }))
    }

    fn text(&self) -> String {
        let Draft {
            name,
            of,
            permissions,
            visits,
            ..
        } = &self.0;
        let visits = visits.map(|most| format!(" {VISITS}{most}")).unwrap_or_default();
        format!("{name} {of} {}{visits}", permissions.join(" "))
    }
}

impl Kind for Vec<SubRoleDraft> {
    fn words() -> String {
        "a list of sub-roles, each a name, its role and what it keeps of the role's permissions, perhaps with the most visits at once, such as [\"support_night support tenant.list tenant.view tenant.impersonate visits=1\"]"
            .to_owned()
    }

    fn read(raw: &Raw) -> Option<Self> {
        list(raw)?.iter().map(|item| SubRoleDraft::read(item)).collect()
    }

    fn show(&self) -> Value {
        json!(self.iter().map(SubRoleDraft::text).collect::<Vec<_>>())
    }
}

/// The sub-roles that these make beside the shipped ones.
///
/// # Errors
/// What is wrong with one of them, in words that follow the key.
pub(in crate::config) fn declared(drafts: &[SubRoleDraft]) -> Result<SubRoles, String> {
    let checked = drafts.iter().map(|SubRoleDraft(draft)| {
        let wrong = |wrong: stagedoor_core::input::FieldError| {
            format!("has {}, which cannot be: {}", draft.name, wrong.message)
        };
        draft.clone().check().map_err(wrong)
    });
    let checked = checked.collect::<Result<Vec<_>, _>>()?;
    SubRoles::declared(checked).map_err(|wrong| format!("cannot be: {}", wrong.message))
}
