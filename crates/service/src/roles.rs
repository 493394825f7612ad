//! Roles: the matrix, and who can do something, and why. The answer is the core's, for each row of staff as it stands; the
//! circumstances are taken to be good, so that it is about the person and their role.

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::StaffView;
use stagedoor_core::assurance::{PasskeyLevel, ProvenFactor};
use stagedoor_core::decide;
use stagedoor_core::decision::{Decision, Reason};
use stagedoor_core::guard::{
    DeviceFact, GrantFact, IdentityFact, NetworkKind, PersonKind, ProviderTrust, ProxyFact, SessionFact,
};
use stagedoor_core::guard_policy::{Caller, Guard};
use stagedoor_core::id::StaffId;
use stagedoor_core::narrowed::Narrowed;
use stagedoor_core::request::{Facts, Policy, Principal, Request, StaffFacts, Toggle};
use stagedoor_core::resource::Platform;
use stagedoor_core::role::Scope;
use stagedoor_core::sub_role::SubRole;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::role::{Can, PermissionRow, RolesView, SubRoleLine, WhoCan, WhoCanRow};
use stagedoor_store::staff::{self, Staff};
use stagedoor_store::tenant::{self, Tenant};

use crate::error::ServiceError;
use crate::frame::label;
use crate::op::StaffOp;
use crate::policies::{about_a_tenant, action_of, another, known_tenant, resource_of};
use crate::staff::scope_line;

/// The matrix of staff's permissions, as it stands.
///
/// # Errors
/// Denied; unavailable when the refusal could not be recorded.
pub async fn matrix(op: &StaffOp) -> Result<RolesView, ServiceError> {
    op.require::<StaffView>(&Platform).await?.discharge(());
    Ok(RolesView {
        permissions: PermissionRow::all(op.policy()),
        sub_roles: sub_roles(op).await?,
    })
}

/// Each sub-role with what it narrows beside permissions. Tenants that the reader may not know of are a number.
async fn sub_roles(op: &StaffOp) -> Result<Vec<SubRoleLine>, ServiceError> {
    let all = || op.policy().sub_roles.iter();
    let listed = all().filter_map(|one| match one.tenants() {
        Scope::Only(ids) => Some(ids.iter().copied()),
        Scope::All => None,
    });
    let known = listed.flatten().filter(|id| op.knows(*id)).collect();
    let ex = &mut op.service().db().reader();
    let tenants = tenant::list(ex, &Scope::only(known), u32::MAX).await?;
    let line = |one: &SubRole| SubRoleLine {
        name: one.name().to_string(),
        of: one.of(),
        about: one.about().to_owned(),
        tenants: scope_line(one.tenants(), &tenants),
        visits: one.visits(),
        visit_minutes: one.visit_length().map(|length| length.as_secs() / 60),
    };
    Ok(all().map(line).collect())
}

/// Who of staff can do something, and why. The tenant is one by id or slug, where it is about one.
///
/// # Errors
/// Denied; invalid input with the field at fault; unavailable when the database is.
pub async fn who_can(op: &StaffOp, action: &str, tenant: Option<&str>) -> Result<WhoCan, ServiceError> {
    op.require::<StaffView>(&Platform).await?.discharge(());
    let action = action_of(action).map_err(ServiceError::field)?;
    let tenant = match tenant {
        Some(text) => Some(known_tenant(op, "tenant", text).await?),
        None => None,
    };
    about_a_tenant(action.declaration().resource, tenant.as_ref()).map_err(ServiceError::field)?;
    let case = Case {
        policy: op.policy(),
        action,
        tenant: tenant.as_ref(),
        now: op.now(),
    };
    let all = staff::list(&mut op.service().db().reader(), op.now()).await?;
    Ok(WhoCan {
        action: action.name().to_owned(),
        about: action.declaration().about.trim().to_owned(),
        rows: all.iter().map(|person| case.row(person)).collect(),
        tenant: tenant.as_ref().map(label),
    })
}

/// What is asked of everybody.
struct Case<'a> {
    policy: &'a Policy,
    action: Action,
    tenant: Option<&'a Tenant>,
    now: Timestamp,
}

impl Case<'_> {
    fn row(&self, person: &Staff) -> WhoCanRow {
        let (can, mut why) = self.answer(person);
        if let Some(then) = self.afterwards(person) {
            why = format!("{why} {then}");
        }
        WhoCanRow {
            id: person.id,
            name: person.name.clone(),
            email: person.email.clone(),
            role: person.role,
            sub_role: person.sub_role.as_ref().map(ToString::to_string),
            can,
            why,
        }
    }

    /// The core is asked at its most favourable first; what it still wants then is what they cannot have.
    fn answer(&self, person: &Staff) -> (Can, String) {
        let best = self.decide(person, person.id, GrantFact::Approved);
        if !best.is_permit() {
            return (Can::No, best.explain_to(person.sub_role.as_ref()));
        }
        let of_another = self.decide(person, another(), GrantFact::Approved);
        if of_another.reason() == Some(Reason::NotOwn) {
            return (Can::OwnOnly, of_another.explain().to_owned());
        }
        let without = self.decide(person, person.id, GrantFact::None);
        if !without.is_permit() {
            return (Can::WithGrant, without.explain().to_owned());
        }
        let reach = match &person.scope {
            Scope::All => "every tenant",
            Scope::Only(_) => "the tenants listed for them",
        };
        let role = person.role.label();
        let sub_role = person.sub_role.as_ref();
        let one = sub_role.and_then(|name| self.policy.sub_roles.find(person.role, name));
        let of_these = match one.map(SubRole::tenants) {
            Some(Scope::Only(_)) => ", of these for those that the sub-role keeps",
            Some(Scope::All) | None => "",
        };
        let why = match sub_role {
            Some(name) => {
                format!("The role {role} holds it, and its sub-role {name} keeps it, for {reach}{of_these}.")
            }
            None => format!("The role {role} holds it, for {reach}."),
        };
        (Can::Yes, why)
    }

    /// Until when the answer holds, where something of theirs is given for a time only.
    fn afterwards(&self, person: &Staff) -> Option<String> {
        let (post, scope) = (&person.lapses.post, &person.lapses.scope);
        let post = post.as_ref().filter(|lapse| self.now < lapse.until);
        let scope = scope.as_ref().filter(|lapse| self.now < lapse.until);
        let role = post.map(|lapse| {
            let back = match &lapse.back_to.sub_role {
                Some(name) => format!("{}, {name}", lapse.back_to.role.label()),
                None => lapse.back_to.role.label().to_owned(),
            };
            format!(
                "The role is theirs until {}, then it is {back} again.",
                lapse.until
            )
        });
        let tenants = scope.map(|lapse| {
            let back = match &lapse.back_to {
                Scope::All => "every tenant",
                Scope::Only(_) => "those listed for them before",
            };
            format!(
                "The tenants are theirs until {}, then it is {back} again.",
                lapse.until
            )
        });
        let words: Vec<String> = role.into_iter().chain(tenants).collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    fn decide(&self, person: &Staff, owner: StaffId, grant: GrantFact) -> Decision {
        let request = Request {
            principal: Principal::Staff(StaffFacts {
                id: person.id,
                role: person.role,
                sub_role: person.sub_role.as_ref(),
                scope: &person.scope,
                account: person.account(),
                acknowledged: person.acknowledged.as_deref(),
                narrowed: Narrowed::nothing(),
            }),
            action: self.action,
            resource: resource_of(self.action, self.tenant, owner),
            facts: self.good_facts(person, grant),
        };
        decide(self.policy, &request)
    }

    /// Somebody who comes from an allowed network, by a trusted provider, with a passkey and a session of this moment.
    fn good_facts(&self, person: &Staff, grant: GrantFact) -> Facts {
        let guard = Guard::of(self.policy, Caller::Staff(person.role), self.action);
        let allowed = self
            .policy
            .networks
            .iter()
            .find(|rule| rule.kind != NetworkKind::Proxy && guard.networks.contains(rule.kind));
        Facts {
            address: allowed.map(|rule| rule.range.addr()),
            proxy: match self.policy.proxy {
                Toggle::On => ProxyFact::Vouched,
                Toggle::Off => ProxyFact::Silent,
            },
            identity: Some(IdentityFact {
                provider: ProviderTrust::Trusted,
                person: PersonKind::Workforce,
                device: DeviceFact::Managed,
            }),
            factor: Some(ProvenFactor::passkey(PasskeyLevel::Attested, self.now)),
            session: match self.action {
                Action::StaffSignIn => SessionFact::Starting,
                _ => SessionFact::Live {
                    since: self.now,
                    until: Timestamp::from_micros(i64::MAX),
                    last_seen: self.now,
                },
            },
            grant,
            ..Facts::unknown(self.now)
        }
    }
}
