//! What entries tell of a change of staff: each field as it was and as it is, by ids and moments. Never a name, which is
//! personal: of that it is told that it changed.

use stagedoor_core::audit::{AuditBatch, Change};
use stagedoor_core::role::Scope;
use stagedoor_core::staff::{Access, Post, Term};
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::time::Timestamp;
use stagedoor_store::staff::Staff;

use super::write::Ends;
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::Story;

/// What changes, field by field, as it is at a moment. A name is personal: entries say that it changed, and never to what.
pub(super) fn changes(before: &Staff, access: &Access, name: Option<&str>, now: Timestamp) -> Vec<Change> {
    let was = before.access();
    let (held, terms) = (access.given(now), access.terms.running(now));
    let sub_role = |name: Option<&SubRoleName>| name.map(ToString::to_string);
    let post = |term: &Option<Term<Post>>| term.as_ref().map(|term| moment(term.until));
    let tenants = |term: &Option<Term<Scope>>| term.as_ref().map(|term| moment(term.until));
    let pairs = [
        (
            "name",
            None,
            name.filter(|name| *name != before.name)
                .map(|_| "another name".to_owned()),
        ),
        (
            "role",
            Some(before.role.as_str().to_owned()),
            Some(held.role.as_str().to_owned()),
        ),
        (
            "sub_role",
            sub_role(before.sub_role.as_ref()),
            sub_role(held.sub_role),
        ),
        ("role_until", post(&was.terms.post), post(&terms.post)),
        (
            "scope",
            Some(scope_words(&before.scope)),
            Some(scope_words(held.scope)),
        ),
        ("scope_until", tenants(&was.terms.scope), tenants(&terms.scope)),
        (
            "until",
            before.account_until.map(moment),
            access.until.map(moment),
        ),
    ];
    pairs
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Change {
            field: field.to_owned(),
            before,
            after,
        })
        .collect()
}

/// A scope as entries tell it: by ids.
pub(super) fn scope_words(scope: &Scope) -> String {
    match scope {
        Scope::All => "all tenants".to_owned(),
        Scope::Only(tenants) if tenants.is_empty() => "no tenant".to_owned(),
        Scope::Only(tenants) => {
            let ids: Vec<String> = tenants.iter().map(ToString::to_string).collect();
            ids.join(" ")
        }
    }
}

pub(super) fn moment(at: Timestamp) -> String {
    at.to_string()
}

impl StaffOp {
    /// The entries of a change of staff in this call, with those of what ends by it.
    pub(super) async fn told_change(&self, story: Story, ends: &Ends) -> Result<AuditBatch, ServiceError> {
        self.service()
            .told_change((self.visitor(), &self.acting()), story, ends, self.now())
            .await
    }
}
