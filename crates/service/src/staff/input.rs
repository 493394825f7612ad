//! What is typed about staff, checked: addresses, names, tenants, ends.

use stagedoor_core::id::{StaffId, TenantId};
use stagedoor_core::input::{FieldError, has_unseen, reads_alike};
use stagedoor_core::request::Policy;
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::time::Timestamp;
use stagedoor_store::db::Executor;
use stagedoor_store::{staff, tenant};

use crate::error::ServiceError;
use crate::op::StaffOp;

/// Most tenants in one scope.
const TENANTS_MAX: usize = 200;
/// Most characters of a name.
const NAME_MAX: usize = 100;

/// An address as it will be kept.
pub(crate) fn checked_email(email: &str) -> Result<String, ServiceError> {
    let email = email.trim();
    let well_formed = email.len() <= 254
        && email.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !domain.contains('@')
        })
        && !email.contains(|c: char| c.is_whitespace() || c.is_control());
    if well_formed {
        Ok(email.to_owned())
    } else {
        Err(field("email", "Write an address such as kim@example.com."))
    }
}

/// A name as it will be kept.
pub(crate) fn checked_name(name: &str) -> Result<String, ServiceError> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > NAME_MAX || has_unseen(name) {
        let words = format!(
            "Write a name of 1 to {NAME_MAX} characters on one line, without characters that are not seen."
        );
        return Err(field("name", words));
    }
    Ok(name.to_owned())
}

/// Refuses the name of a colleague: tenants' logs tell of people by their names alone, so no two may read alike.
pub(super) async fn own_name(
    ex: &mut impl Executor,
    (id, name): (StaffId, &str),
) -> Result<(), ServiceError> {
    let names = staff::names(ex).await?;
    let taken = |(other, theirs): &(StaffId, String)| *other != id && reads_alike(theirs, name);
    if names.iter().any(taken) {
        let words = "A colleague has this name. Write one that tells the two apart.";
        return Err(field("name", words));
    }
    Ok(())
}

/// The end of a temporary account, which lies ahead.
pub(super) fn checked_end(
    until: Option<Timestamp>,
    now: Timestamp,
) -> Result<Option<Timestamp>, ServiceError> {
    match until {
        Some(end) if end <= now => Err(field(
            "temporary_until",
            "The end of a temporary account lies ahead.",
        )),
        until => Ok(until),
    }
}

/// The tenants of a scope, each by id or slug; `None` is all of them. One that the caller may not know of is none.
pub(super) async fn read_scope(op: &StaffOp, tenants: Option<&[String]>) -> Result<Scope, ServiceError> {
    let Some(tenants) = tenants else {
        return Ok(Scope::All);
    };
    let named: Vec<&str> = tenants
        .iter()
        .map(|text| text.trim())
        .filter(|text| !text.is_empty())
        .collect();
    if named.is_empty() {
        return Err(field(
            "tenants",
            "Name at least one tenant, or choose all of them.",
        ));
    }
    if named.len() > TENANTS_MAX {
        return Err(field("tenants", format!("Name at most {TENANTS_MAX} tenants.")));
    }
    let ex = &mut op.service().db().reader();
    let mut ids: Vec<TenantId> = Vec::with_capacity(named.len());
    for text in named {
        let found = match text.parse::<TenantId>() {
            Ok(id) => tenant::find(ex, id).await?,
            Err(_) => tenant::find_by_slug(ex, text).await?,
        };
        match found {
            Some(tenant) if op.knows(tenant.id) => ids.push(tenant.id),
            _ => return Err(field("tenants", format!("There is no tenant {text}."))),
        }
    }
    Ok(Scope::only(ids))
}

/// A sub-role of a role by its name; `None` or nothing typed is the whole role.
pub(crate) fn read_sub_role(
    policy: &Policy,
    role: StaffRole,
    named: Option<&str>,
) -> Result<Option<SubRoleName>, ServiceError> {
    let Some(text) = named.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let name = SubRoleName::parse(text).map_err(ServiceError::field)?;
    if policy.sub_roles.find(role, &name).is_some() {
        return Ok(Some(name));
    }
    let known: Vec<&str> = policy.sub_roles.of(role).map(|one| one.name().as_str()).collect();
    let words = match known.is_empty() {
        true => format!("The role {role} has no sub-roles. Leave it empty."),
        false => format!(
            "The role {role} has the sub-roles {}. Choose one, or none.",
            known.join(", ")
        ),
    };
    Err(field("sub_role", words))
}

/// An error about a field.
pub(super) fn field(name: &'static str, words: impl Into<String>) -> ServiceError {
    ServiceError::field(FieldError::new(name, words))
}
