//! The simulator: a real or made-up request, held against the policies in force and against a change to them, by the very
//! core that decides real ones. It permits nothing, changes nothing, and is written down only where it is refused.

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::{PolicyView, StaffView};
use stagedoor_core::decide;
use stagedoor_core::guard::AccountFact;
use stagedoor_core::guard_policy::GuardPolicy;
use stagedoor_core::id::{Id, StaffId};
use stagedoor_core::input::FieldError;
use stagedoor_core::narrowed::{Narrowed, View};
use stagedoor_core::request::{Policy, Principal, Request, StaffFacts};
use stagedoor_core::resource::{Platform, ResourceFacts, ResourceKind};
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::policy::{Answer, GuardRow, Simulation};
use stagedoor_store::staff;
use stagedoor_store::tenant::{self, Tenant};

use super::question::{self, SimulateRequest};
use super::shut_out::shut_out;
use crate::error::ServiceError;
use crate::frame::{label, role_words};
use crate::narrow::{refused, told, wanted};
use crate::op::StaffOp;
use crate::staff::input::read_sub_role;

/// Who would ask.
struct Subject {
    id: StaffId,
    role: StaffRole,
    sub_role: Option<SubRoleName>,
    scope: Scope,
    account: AccountFact,
    acknowledged: Option<String>,
    words: String,
}

/// Asks the core about a request that nobody made.
///
/// # Errors
/// Denied; invalid input with the field at fault; unavailable when the database is.
pub async fn simulate(op: &StaffOp, asked: &SimulateRequest) -> Result<Simulation, ServiceError> {
    op.require::<PolicyView>(&Platform).await?.discharge(());
    let action = question::action(&asked.action).map_err(ServiceError::field)?;
    let at = asked.at(op.now());
    let subject = subject(op, asked, at).await?;
    let tenant = match asked.tenant.as_deref() {
        Some(text) => Some(known_tenant(op, "tenant", text).await?),
        None => None,
    };
    about_a_tenant(action.declaration().resource, tenant.as_ref()).map_err(ServiceError::field)?;
    let of_another = asked.is_anothers().map_err(ServiceError::field)?;
    let owner = if of_another { another() } else { subject.id };
    let narrowed = narrowed(op, asked, &subject).await?;
    let request = Request {
        principal: Principal::Staff(subject.facts(&narrowed)),
        action,
        resource: resource_of(action, tenant.as_ref(), owner),
        facts: asked.facts(action, at).map_err(ServiceError::field)?,
    };
    let answer = |policy: &Policy| {
        let guard = GuardRow::of(policy, subject.role, action);
        Answer::of(&decide(policy, &request), subject.sub_role.as_ref(), guard)
    };
    let changed = changed(op.policy(), asked).map_err(ServiceError::field)?;
    let shut_out = match &changed {
        Some((under, change)) => shut_out(op, under, change).await?,
        None => None,
    };
    Ok(Simulation {
        who: subject.words.clone(),
        action: action.name().to_owned(),
        about: action.declaration().about.trim().to_owned(),
        tenant: tenant.as_ref().map(label),
        at,
        address: request.facts.address,
        narrowed: told(op, &narrowed).await?,
        present: answer(op.policy()),
        changed: changed.as_ref().map(|(under, _)| answer(under)),
        shut_out,
    })
}

/// What the session is narrowed to: what a session of theirs could be, and nothing else.
async fn narrowed(
    op: &StaffOp,
    asked: &SimulateRequest,
    subject: &Subject,
) -> Result<Narrowed, ServiceError> {
    let Some(request) = &asked.narrowed else {
        return Ok(Narrowed::NOTHING);
    };
    let by = wanted(op, request).await.map_err(of_narrowed)?;
    if by.is_nothing() {
        return Ok(by);
    }
    let own = View {
        role: subject.role,
        sub_role: subject.sub_role.clone(),
    };
    Narrowed::NOTHING
        .narrow(&by, (&own, &subject.scope), &op.policy().sub_roles)
        .map_err(|why| of_narrowed(refused(why)))
}

/// A narrowing's field as it stands inside the request.
fn of_narrowed(error: ServiceError) -> ServiceError {
    let inside = |error: FieldError| {
        let field = match error.field {
            "tenant" => "narrowed.tenant",
            "viewing_as" => "narrowed.viewing_as",
            "reads_only" => "narrowed.reads_only",
            other => other,
        };
        FieldError::new(field, error.message)
    };
    match error {
        ServiceError::Invalid(fields) => ServiceError::Invalid(fields.into_iter().map(inside).collect()),
        other => other,
    }
}

/// The policy with the change beside what is in force, or in the place of the one that it changes; and the change.
fn changed(policy: &Policy, asked: &SimulateRequest) -> Result<Option<(Policy, GuardPolicy)>, FieldError> {
    let of = asked.change_of.as_deref();
    let Some(change) = &asked.change else {
        let message = "Say in change what the guard policy would say.";
        return of.map_or(Ok(None), |_| Err(FieldError::new("change_of", message)));
    };
    let change = change.policy(of)?;
    let guard_policies = match of {
        None => policy.guard_policies.with(change.clone())?,
        Some(_) => policy.guard_policies.instead(change.clone()).ok_or_else(|| {
            let message = "No guard policy of this name is kept here. Those that come with the program, and those of the configuration, never change.";
            FieldError::new("change_of", message)
        })?,
    };
    let under = Policy {
        guard_policies,
        ..policy.clone()
    };
    Ok(Some((under, change)))
}

impl Subject {
    fn facts<'a>(&'a self, narrowed: &'a Narrowed) -> StaffFacts<'a> {
        StaffFacts {
            id: self.id,
            role: self.role,
            sub_role: self.sub_role.as_ref(),
            scope: &self.scope,
            account: self.account,
            acknowledged: self.acknowledged.as_deref(),
            narrowed,
        }
    }
}

async fn subject(op: &StaffOp, asked: &SimulateRequest, at: Timestamp) -> Result<Subject, ServiceError> {
    match (&asked.person, &asked.role) {
        (Some(person), None) => {
            asked.check_person().map_err(ServiceError::field)?;
            person_of_staff(op, person, at).await
        }
        (None, Some(role)) => made_up(op, asked, role, at).await,
        (Some(_), Some(_)) | (None, None) => Err(ServiceError::field(FieldError::new(
            "person",
            "Say who would ask: a person, or the role of somebody made up; one of the two.",
        ))),
    }
}

async fn person_of_staff(op: &StaffOp, text: &str, at: Timestamp) -> Result<Subject, ServiceError> {
    op.require::<StaffView>(&Platform).await?.discharge(());
    let found = match text.parse::<StaffId>() {
        Ok(id) => staff::find(&mut op.service().db().reader(), id, at).await?,
        Err(_) => None,
    };
    let person = found.ok_or_else(|| {
        ServiceError::field(FieldError::new("person", "There is nobody of this id on staff."))
    })?;
    Ok(Subject {
        id: person.id,
        role: person.role,
        account: person.account(),
        acknowledged: person.acknowledged.clone(),
        words: format!("{}, {}", person.name, role_words(person.post())),
        sub_role: person.sub_role,
        scope: person.scope,
    })
}

async fn made_up(
    op: &StaffOp,
    asked: &SimulateRequest,
    role: &str,
    at: Timestamp,
) -> Result<Subject, ServiceError> {
    let role = question::role("role", role).map_err(ServiceError::field)?;
    let scope = match &asked.scope {
        None => Scope::All,
        Some(listed) => {
            let mut tenants = Vec::with_capacity(listed.len());
            for text in listed {
                tenants.push(known_tenant(op, "scope", text).await?.id);
            }
            Scope::only(tenants)
        }
    };
    let sub_role = read_sub_role(op.policy(), role, asked.sub_role.as_deref())?;
    Ok(Subject {
        id: StaffId::new(0, 0),
        role,
        words: format!("somebody made up, {}", role_words((role, sub_role.as_ref()))),
        sub_role,
        scope,
        account: asked.account(at).map_err(ServiceError::field)?,
        acknowledged: Some(op.policy().responsibilities.version().to_owned()),
    })
}

/// A tenant by id or slug, of those that the caller may know of.
pub(crate) async fn known_tenant(
    op: &StaffOp,
    field: &'static str,
    text: &str,
) -> Result<Tenant, ServiceError> {
    let ex = &mut op.service().db().reader();
    let found = match text.parse() {
        Ok(id) => tenant::find(ex, id).await?,
        Err(_) => tenant::find_by_slug(ex, text).await?,
    };
    found.filter(|tenant| op.knows(tenant.id)).ok_or_else(|| {
        let message = "There is no such tenant, or you may not know of it.";
        ServiceError::field(FieldError::new(field, message))
    })
}

/// What an action of staff would be taken on: the thing's owner counts where such things have one.
pub(crate) fn resource_of(action: Action, tenant: Option<&Tenant>, owner: StaffId) -> ResourceFacts {
    let kind = action.declaration().resource;
    let owned = match kind {
        // A session on a tenant's host is nobody's own on staff.
        ResourceKind::Session => tenant.is_none(),
        ResourceKind::Visit | ResourceKind::Passkey => true,
        _ => false,
    };
    ResourceFacts {
        kind,
        tenant: tenant.map(|tenant| tenant.id),
        owner: owned.then_some(owner),
        person: None,
        standing: tenant
            .filter(|_| kind == ResourceKind::Tenant)
            .map(|tenant| tenant.standing),
    }
}

/// Somebody of staff who is nobody that asks.
pub(crate) fn another() -> StaffId {
    StaffId::new(0, 1)
}

/// Whether a tenant was named where one is meant, and only there.
pub(crate) fn about_a_tenant(kind: ResourceKind, tenant: Option<&Tenant>) -> Result<(), FieldError> {
    let say = |message: &str| Err(FieldError::new("tenant", message));
    match (kind, tenant) {
        (ResourceKind::Platform | ResourceKind::Passkey, Some(_)) => {
            say("This is not about a tenant. Leave the tenant out.")
        }
        (ResourceKind::Tenant | ResourceKind::Visit, None) => say("Choose the tenant that it is about."),
        _ => Ok(()),
    }
}
