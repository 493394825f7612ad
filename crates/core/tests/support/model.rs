//! A second opinion: `decide` written again, from the words of the specification and without the code's tables.
//!
//! It is meant to be slow and obvious. It spells answers as text, reads the hand-typed matrices, matches networks digit
//! by digit, and shares nothing with the code under test but the types of the question.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use stagedoor_core::action::Danger;
use stagedoor_core::assurance::{FactorKind, PasskeyLevel};
use stagedoor_core::decision::{AuthenticationContext, Decision, Outcome};
use stagedoor_core::guard::{
    AccountFact, DeviceFact, GrantFact, NetworkKind, NetworkRule, PersonKind, ProviderTrust, ProxyFact,
    SessionFact, TotpFallback, Verdict,
};
use stagedoor_core::guard_policy::{DeviceDemand, GuardPolicy, Narrowing};
use stagedoor_core::id::{MemberId, TenantId};
use stagedoor_core::impersonation::VisitMode;
use stagedoor_core::narrowed::Reach;
use stagedoor_core::request::{MemberFacts, MemberStanding, TenantOpen, Toggle, VisitFacts, VisitStanding};
use stagedoor_core::resource::ResourceKind;
use stagedoor_core::role::{Scope, StaffRole, TenantRole};
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::tenant::{Consent, Leave, TenantState};
use stagedoor_core::time::Timestamp;

use super::spec::{Holds, Row, staff_rows, tenant_rows};
use super::{Person, Question, Who};

/// An answer in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    verdicts: BTreeMap<&'static str, String>,
    outcome: String,
}

/// What `decide` said, in the same words.
pub(crate) fn in_words(decision: &Decision) -> Answer {
    let word = |verdict| match verdict {
        Verdict::Pass => "pass".to_owned(),
        Verdict::NotRequired => "not required".to_owned(),
        Verdict::Fail(reason) => reason.as_str().to_owned(),
    };
    let verdicts = decision
        .verdicts
        .iter()
        .map(|(guardrail, verdict)| (guardrail.as_str(), word(verdict)));
    let outcome = match decision.outcome {
        Outcome::Permit => "permit".to_owned(),
        Outcome::Challenge {
            reason,
            max_age,
            context,
        } => {
            let context = context.map_or("by anything", AuthenticationContext::as_str);
            format!("challenge {} {max_age:?} {context}", reason.as_str())
        }
        Outcome::Deny(reason) => format!("deny {}", reason.as_str()),
    };
    Answer {
        verdicts: verdicts.collect(),
        outcome,
    }
}

/// The two matrices, parsed once.
pub(crate) struct Model {
    staff: Vec<Row>,
    tenant: Vec<Row>,
}

impl Model {
    pub(crate) fn new() -> Self {
        Self {
            staff: staff_rows(),
            tenant: tenant_rows(),
        }
    }

    pub(crate) fn answer(&self, question: &Question) -> Answer {
        let mut verdicts = BTreeMap::new();
        for guardrail in ["network", "identity", "mfa", "authz", "danger", "session"] {
            verdicts.insert(guardrail, self.verdict(question, guardrail));
        }
        let outcome = outcome(question, &verdicts);
        Answer { verdicts, outcome }
    }

    fn verdict(&self, question: &Question, guardrail: &str) -> String {
        // "Only the action's own declaration can say not required."
        let member = matches!(question.who, Who::Member(_));
        if !self.required(question, guardrail, member) {
            return "not required".to_owned();
        }
        let verdict = match guardrail {
            "danger" => danger(question),
            "authz" => self.authz(question),
            // Staff guardrails never open the staff side to a tenant's people.
            "network" | "identity" | "mfa" if matches!(question.who, Who::Member(_)) => "wrong_audience",
            "network" => network(question),
            "identity" => identity(question),
            "mfa" => mfa(question),
            _ => session(question),
        };
        verdict.to_owned()
    }

    fn required(&self, question: &Question, guardrail: &str, member: bool) -> bool {
        let name = question.action.name();
        match guardrail {
            // The staff guardrails are not a tenant's people's on their own host.
            "network" | "identity" | "mfa" if member && self.tenant_row(name).is_some() => false,
            "danger" => {
                let by_matrix = self
                    .staff_row(name)
                    .is_some_and(|row| row.holds(0) == Holds::WithGrant);
                by_matrix || taken_away(question).any(|by| by.danger == Danger::BreakGlass)
            }
            // Who proves their passkey again need not have proved it before, and who takes from their session needs no proof.
            "mfa" if ["session.renew", "session.narrow", "staff.step_up"].contains(&name) => false,
            "network" | "identity" | "mfa" => {
                !["staff.sign_out", "session.view_own", "impersonation.end_own"].contains(&name)
            }
            _ => true,
        }
    }

    fn staff_row(&self, name: &str) -> Option<&Row> {
        self.staff.iter().find(|row| row.permission == name)
    }

    fn tenant_row(&self, name: &str) -> Option<&Row> {
        self.tenant.iter().find(|row| row.permission == name)
    }

    /// A tenant's action on what it acts upon: one person with their sessions, or the tenant's inside as a whole.
    fn suits_tenant(&self, question: &Question) -> bool {
        let name = question.action.name();
        let wanted = match name {
            "user.sign_in" | "user.sign_out" | "user.view_sessions" | "user.revoke_session" => {
                ResourceKind::Person
            }
            _ => ResourceKind::Space,
        };
        self.tenant_row(name).is_some() && question.resource.kind == wanted
    }

    fn authz(&self, question: &Question) -> &'static str {
        match &question.who {
            Who::Anonymous => "permission_missing",
            Who::Staff(staff) => self.authz_of_staff(question, staff),
            Who::OnBehalf { staff, visit } => self.authz_of_visit(question, staff, visit),
            Who::Member(member) => self.authz_of_member(question, member),
        }
    }

    fn authz_of_staff(&self, question: &Question, staff: &Person) -> &'static str {
        let name = question.action.name();
        let Some(row) = self.staff_row(name) else {
            return "wrong_audience";
        };
        if question.resource.kind != staff_resource(name) {
            return "wrong_audience";
        }
        // Who is only about to have a session can do nothing but start it; who has one does not start it again.
        let starting = question.facts.session == SessionFact::Starting;
        if starting && name != "staff.sign_in" || !starting && name == "staff.sign_in" {
            return "wrong_audience";
        }
        // "Each new person acknowledges the responsibilities at first sign-in": before that there is but the way there.
        let way_there = [
            "staff.sign_in",
            "staff.sign_out",
            "session.view_own",
            "session.renew",
            "staff.step_up",
            "responsibilities.view_own",
            "responsibilities.acknowledge",
        ];
        if !way_there.contains(&name) && !has_acknowledged(question, staff) {
            return "responsibilities_open";
        }
        let holds = row.holds(staff_column(staff.role));
        if holds == Holds::Nothing {
            return "permission_missing";
        }
        if holds == Holds::ByPolicy && question.policy.security_responds == Toggle::Off {
            return "permission_missing";
        }
        if holds == Holds::Own && question.resource.owner != Some(staff.id) {
            return "not_own";
        }
        // "A named narrowing of a role": what it does not list is gone, but for what every role has for itself.
        let everybodys = (0..4).all(|role| row.holds(role) == Holds::Own);
        match sub_role_of(question, staff) {
            Some(None) if !["session.view_own", "staff.sign_out"].contains(&name) => {
                return "sub_role_unknown";
            }
            Some(Some(listed)) if !everybodys && !listed.iter().any(|one| one == name) => {
                return "sub_role_narrower";
            }
            _ => {}
        }
        // "*Viewing as* is the one in force in this session."
        if let Some(view) = &staff.narrowed.view {
            let gone = match listed_by(question, view.role, view.sub_role.as_ref()) {
                None => false,
                Some(None) => !["session.view_own", "staff.sign_out"].contains(&name),
                Some(Some(listed)) => !everybodys && !listed.iter().any(|one| one == name),
            };
            let lacks = match row.holds(staff_column(view.role)) {
                _ if gone => true,
                Holds::Nothing => true,
                Holds::ByPolicy => question.policy.security_responds == Toggle::Off,
                Holds::Own => question.resource.owner != Some(staff.id),
                Holds::All | Holds::WithGrant => false,
            };
            if lacks {
                return "narrowed_role";
            }
        }
        let of_a_tenant = ["tenant", "visit", "person"].contains(&kind_word(question.resource.kind));
        match question.resource.tenant {
            Some(tenant) if reaches(&staff.scope, tenant) => {
                left_out(question, staff, tenant).unwrap_or_else(|| narrowed(question, staff, row))
            }
            Some(_) => "out_of_scope",
            None if of_a_tenant => "out_of_scope",
            None => narrowed(question, staff, row),
        }
    }

    fn authz_of_visit(&self, question: &Question, staff: &Person, visit: &VisitFacts) -> &'static str {
        let Some(row) = self.tenant_row(question.action.name()) else {
            return "wrong_audience";
        };
        if !self.suits_tenant(question) {
            return "wrong_audience";
        }
        if question.resource.tenant != Some(visit.tenant) {
            return "out_of_scope";
        }
        // "Stops when the staff member's own role no longer allows it."
        let kept = match sub_role_of(question, staff) {
            None => true,
            Some(None) => false,
            Some(Some(listed)) => listed.iter().any(|one| one == "tenant.impersonate"),
        };
        let visits = |role| role == StaffRole::SuperAdmin || role == StaffRole::Support;
        let may_impersonate = visits(staff.role)
            && staff.narrowed.view.as_ref().is_none_or(|view| {
                let listed = listed_by(question, view.role, view.sub_role.as_ref());
                let named = |listed: Vec<String>| listed.iter().any(|one| one == "tenant.impersonate");
                visits(view.role) && listed.is_none_or(|listed| listed.is_some_and(named))
            });
        if staff.narrowed.tenant.is_some() && staff.narrowed.tenant != Some(visit.tenant) {
            return "visit_not_allowed";
        }
        if left_out(question, staff, visit.tenant).is_some() {
            return "visit_not_allowed";
        }
        if !may_impersonate || !kept || visit.staff != staff.id || !reaches(&staff.scope, visit.tenant) {
            return "visit_not_allowed";
        }
        if row.in_a_visit() != "always" && !has_acknowledged(question, staff) {
            return "responsibilities_open";
        }
        if row.in_a_visit() == "never" {
            return "impersonated_never";
        }
        if row.in_a_visit() == "write" && visit.mode == VisitMode::ReadOnly {
            return "visit_read_only";
        }
        if row.in_a_visit() == "write" && staff.narrowed.reach == Reach::Reads {
            return "narrowed_reads";
        }
        // "The lower of the target's role and admin, never owner."
        let column = tenant_column(visit.role).max(1);
        cell_of_a_tenant(row.holds(column), question, visit.person)
    }

    fn authz_of_member(&self, question: &Question, member: &MemberFacts) -> &'static str {
        if !self.suits_tenant(question) {
            return "wrong_audience";
        }
        // Who is only about to have a session can do nothing but start it; who has one does not start it again.
        let name = question.action.name();
        let starting = question.facts.session == SessionFact::Starting;
        if starting && name != "user.sign_in" || !starting && name == "user.sign_in" {
            return "wrong_audience";
        }
        if question.resource.tenant != Some(member.tenant) {
            return "out_of_scope";
        }
        let row = self.tenant_row(name).expect("it suits a tenant");
        cell_of_a_tenant(row.holds(tenant_column(member.role)), question, Some(member.id))
    }
}

/// "A staff session may be started narrowed to one tenant and to reads": nothing outside the tenant is found, nothing beside it
/// is changed but what is one's own, and where it reads nothing is changed but that it ends, narrows,
/// proves who it is, or acknowledges what comes before everything else.
fn narrowed(question: &Question, staff: &Person, row: &Row) -> &'static str {
    let name = row.permission;
    let own = question.resource.owner == Some(staff.id);
    match (staff.narrowed.tenant, question.resource.tenant) {
        (Some(only), Some(tenant)) if only != tenant => return "narrowed_tenant",
        (Some(_), None) if !own && !looks(name) => return "narrowed_platform",
        _ => {}
    }
    let goes_on = [
        "staff.sign_in",
        "staff.sign_out",
        "staff.step_up",
        "session.renew",
        "session.narrow",
        "responsibilities.acknowledge",
    ];
    if staff.narrowed.reach == Reach::Reads && !looks(name) && !goes_on.contains(&name) {
        return "narrowed_reads";
    }
    "pass"
}

/// Whether a permission of staff is one to look, by its name.
fn looks(name: &str) -> bool {
    let words = ["view", "list", "read", "query", "export"];
    let (_, verb) = name.split_once('.').expect("a noun and a verb");
    words.iter().any(|word| verb.starts_with(word))
}

/// Whether somebody has a sub-role, and the names it lists, if there is such a one of their role.
fn sub_role_of(question: &Question, staff: &Person) -> Option<Option<Vec<String>>> {
    listed_by(question, staff.role, staff.sub_role.as_ref())
}

/// The same of any sub-role.
fn listed_by(
    question: &Question,
    role: StaffRole,
    name: Option<&SubRoleName>,
) -> Option<Option<Vec<String>>> {
    let name = name?.as_str();
    let mut all: Vec<_> = question.policy.sub_roles.iter().collect();
    all.retain(|one| one.name().as_str() == name && one.of().as_str() == role.as_str());
    Some(all.first().map(|one| {
        let listed = one.permissions().iter();
        listed.map(|action| action.name().to_owned()).collect()
    }))
}

/// "Fewer permissions, tenants or limits": what of one's own tenants the sub-role does not list is gone, and so is what the one
/// that is viewed as does not.
fn left_out(question: &Question, staff: &Person, tenant: TenantId) -> Option<&'static str> {
    let keeps = |role: StaffRole, name: &Option<SubRoleName>| {
        let Some(name) = name else { return true };
        let mut all = question.policy.sub_roles.iter();
        let one = all.find(|one| one.name().as_str() == name.as_str() && one.of().as_str() == role.as_str());
        one.is_some_and(|one| reaches(one.tenants(), tenant))
    };
    if !keeps(staff.role, &staff.sub_role) {
        return Some("sub_role_elsewhere");
    }
    let view = staff.narrowed.view.as_ref();
    let viewed = view.is_none_or(|view| keeps(view.role, &view.sub_role));
    (!viewed).then_some("narrowed_elsewhere")
}

/// How many visits somebody may have: the platform's number, or their sub-role's where that is smaller.
fn most_visits(question: &Question) -> u32 {
    let platform = question.policy.max_live_visits;
    let Who::Staff(staff) = &question.who else {
        return platform;
    };
    let all = question.policy.sub_roles.iter();
    let own = (staff.role, staff.sub_role.as_ref());
    let view = staff.narrowed.view.as_ref();
    let viewed = view.map(|view| (view.role, view.sub_role.as_ref()));
    all.filter(|one| [Some(own), viewed].contains(&Some((one.of(), Some(one.name())))))
        .filter_map(|one| one.visits())
        .fold(platform, u32::min)
}

/// What a cell of the tenant's matrix means for somebody: all of it, what is theirs, or nothing.
fn cell_of_a_tenant(holds: Holds, question: &Question, person: Option<MemberId>) -> &'static str {
    match (holds, person, question.resource.person) {
        (Holds::All, ..) => "pass",
        (Holds::Own, Some(person), Some(owner)) if person == owner => "pass",
        (Holds::Own, ..) => "not_own",
        _ => "permission_missing",
    }
}

/// Today's text, to the letter of its version.
fn has_acknowledged(question: &Question, staff: &Person) -> bool {
    let today = question.policy.responsibilities.version();
    staff
        .acknowledged
        .as_ref()
        .is_some_and(|version| version.as_str() == today)
}

fn staff_column(role: StaffRole) -> usize {
    match role {
        StaffRole::SuperAdmin => 0,
        StaffRole::Support => 1,
        StaffRole::Security => 2,
        StaffRole::ReadOnly => 3,
    }
}

fn tenant_column(role: TenantRole) -> usize {
    match role {
        TenantRole::Owner => 0,
        TenantRole::Admin => 1,
        TenantRole::Developer => 2,
        TenantRole::BillingAdmin => 3,
        TenantRole::Member => 4,
    }
}

fn kind_word(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Platform => "platform",
        ResourceKind::Tenant => "tenant",
        ResourceKind::Session => "session",
        ResourceKind::Visit => "visit",
        ResourceKind::Space => "space",
        ResourceKind::Person => "person",
        ResourceKind::Passkey => "passkey",
    }
}

/// From the paths of spec 01: what stands under `/tenants/{id}` acts on that tenant, the rest on the platform.
fn staff_resource(name: &str) -> ResourceKind {
    match name {
        "tenant.list" | "tenant.create" => ResourceKind::Platform,
        "staff.sign_in"
        | "staff.sign_out"
        | "staff.step_up"
        | "session.view_own"
        | "session.renew"
        | "session.narrow"
        | "session.revoke"
        | "session.revoke_many"
        | "responsibilities.view_own"
        | "responsibilities.acknowledge"
        | "backup_contact.change" => ResourceKind::Session,
        name if name.starts_with("passkey.")
            || name.starts_with("totp.")
            || name.starts_with("recovery.") =>
        {
            ResourceKind::Passkey
        }
        "impersonation.end_other" => ResourceKind::Visit,
        name if name.starts_with("tenant.") => ResourceKind::Tenant,
        _ => ResourceKind::Platform,
    }
}

fn reaches(scope: &Scope, tenant: TenantId) -> bool {
    match scope {
        Scope::All => true,
        Scope::Only(listed) => listed.contains(&tenant),
    }
}

fn danger(question: &Question) -> &'static str {
    if question.facts.grant == GrantFact::Approved {
        "pass"
    } else {
        "grant_missing"
    }
}

fn digits(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address
            .octets()
            .iter()
            .map(|byte| format!("{byte:08b}"))
            .collect(),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => digits(IpAddr::V4(mapped)),
            None => address
                .octets()
                .iter()
                .map(|byte| format!("{byte:08b}"))
                .collect(),
        },
    }
}

/// What the guard policies of an installation take away from this question: of a member of staff those that name the role and
/// the action, of nobody known those that name every role, and from a tenant's own people nothing. Those that are shipped
/// are not read here: what they say is written where it applies, from spec 01 "Per role".
fn taken_away(question: &Question) -> impl Iterator<Item = Narrowing> {
    let policies = question.policy.guard_policies.list_declared();
    policies
        .iter()
        .filter(|policy| {
            let names = |role: StaffRole| policy.roles().iter().any(|named| named == role);
            let whom = match &question.who {
                Who::Member(_) => false,
                Who::Anonymous => StaffRole::ALL.iter().all(|role| names(*role)),
                Who::Staff(staff) | Who::OnBehalf { staff, .. } => names(staff.role),
            };
            whom && policy.actions().iter().any(|action| action == question.action)
        })
        .map(GuardPolicy::narrowing)
}

fn is_super_admin(question: &Question) -> bool {
    match &question.who {
        Who::Staff(staff) | Who::OnBehalf { staff, .. } => staff.role == StaffRole::SuperAdmin,
        Who::Anonymous | Who::Member(_) => false,
    }
}

fn network(question: &Question) -> &'static str {
    let counts = |named: NetworkKind| {
        taken_away(question).all(|by| {
            by.networks
                .is_none_or(|kinds| kinds.iter().any(|kind| kind == named))
        })
    };
    let proxy = question.policy.proxy == Toggle::On && counts(NetworkKind::Proxy);
    let said = question.facts.proxy;
    if proxy && said == ProxyFact::Vouched {
        return "pass";
    }
    let mut rules = question.policy.networks.clone();
    rules.retain(|rule| rule.kind != NetworkKind::Proxy && counts(rule.kind));
    match (rules.is_empty(), proxy, question.facts.address) {
        (true, false, _) => "network_unconfigured",
        (_, _, Some(address)) if inside(&rules, address) => "pass",
        (_, true, _) if said == ProxyFact::Disbelieved => "proxy_disbelieved",
        (true, true, _) => "proxy_absent",
        (false, _, None) => "address_unknown",
        (false, _, Some(_)) => "network_outside",
    }
}

fn inside(rules: &[NetworkRule], address: IpAddr) -> bool {
    let address = digits(address);
    for rule in rules {
        let range = rule.range.to_string();
        let (base, length) = range.split_once('/').expect("a range has a length");
        let base = digits(base.parse().expect("a range begins with an address"));
        let length: usize = length.parse().expect("a length is a number");
        if base.len() == address.len() && base[..length] == address[..length] {
            return true;
        }
    }
    false
}

fn identity(question: &Question) -> &'static str {
    let Some(identity) = question.facts.identity else {
        return "identity_missing";
    };
    if identity.provider != ProviderTrust::Trusted {
        "provider_untrusted"
    } else if identity.person == PersonKind::Another {
        "identity_other"
    } else if identity.person != PersonKind::Workforce {
        "not_workforce"
    } else if taken_away(question).all(|by| by.device == DeviceDemand::Any) {
        "pass"
    } else {
        // Spec 01 "Device": "a missing claim denies".
        match identity.device {
            DeviceFact::Managed => "pass",
            DeviceFact::Unmanaged => "device_unmanaged",
            DeviceFact::Unclaimed => "device_unclaimed",
            DeviceFact::Misclaimed => "device_misclaimed",
        }
    }
}

/// Microseconds from one moment to a later one; none when it is not later. Wide enough never to overflow.
fn elapsed(from: Timestamp, to: Timestamp) -> u128 {
    let span = i128::from(to.micros()) - i128::from(from.micros());
    u128::try_from(span).unwrap_or(0)
}

fn mfa(question: &Question) -> &'static str {
    if matches!(question.who, Who::Anonymous | Who::Member(_)) {
        return "factor_missing";
    }
    let Some(factor) = question.facts.factor else {
        return "factor_missing";
    };
    if factor.kind == FactorKind::Totp && takes_a_passkey(question) {
        return "factor_not_allowed";
    }
    let wanted = wanted_level(question);
    if factor.kind == FactorKind::Passkey && factor.level < wanted {
        return "passkey_too_weak";
    }
    // "No older than max_age."
    if elapsed(factor.at, question.facts.now) <= max_age(question).as_micros() {
        "pass"
    } else {
        "factor_stale"
    }
}

/// Whether no code will do in the place of a passkey.
fn takes_a_passkey(question: &Question) -> bool {
    let fallback = question.policy.factor.totp == TotpFallback::ExceptSuperAdmins
        && taken_away(question).all(|by| {
            by.factors
                .is_none_or(|kinds| kinds.iter().any(|kind| kind == FactorKind::Totp))
        });
    let asked_for_more = taken_away(question).any(|by| by.passkey.is_some());
    !fallback || asked_for_more || is_super_admin(question) || changes_proofs(question.action.name())
}

fn wanted_level(question: &Question) -> PasskeyLevel {
    let levels = taken_away(question).filter_map(|by| by.passkey);
    levels.max().unwrap_or(PasskeyLevel::Any)
}

/// RFC 9470 with the names of OpenID's Extended Authentication Profile: phishing-resistant, and kept by hardware besides.
fn context(question: &Question) -> &'static str {
    match wanted_level(question) {
        _ if !takes_a_passkey(question) => "by anything",
        PasskeyLevel::Any => "phr",
        PasskeyLevel::DeviceBound | PasskeyLevel::Attested => "phrh",
    }
}

/// What changes the proofs of who one is, or who vouches: another passkey, an app, recovery codes, or one less; a provider.
fn changes_proofs(name: &str) -> bool {
    let names = [
        "passkey.register",
        "passkey.revoke",
        "totp.enrol",
        "totp.remove",
        "recovery.renew",
        "idp.write",
    ];
    names.contains(&name)
}

/// Spec 01: "`max_age` 1 h for changes to staff, policies and providers"; ten minutes for what changes one's own factors,
/// and, stricter than it asks, providers. A policy may be stricter still.
fn max_age(question: &Question) -> Duration {
    let by_name = match question.action.name() {
        name if changes_proofs(name) => Some(10),
        "platform.manage_staff" | "policy.write" | "network.write" => Some(60),
        _ => None,
    };
    let by_name = by_name.map(|minutes| Duration::from_secs(minutes * 60));
    let by_policy = taken_away(question).filter_map(|by| by.max_age);
    by_policy
        .chain(by_name)
        .fold(question.policy.factor.max_age, Duration::min)
}

/// "Within absolute TTL": the platform's, and for a super admin never more than four hours.
fn longest(question: &Question) -> Duration {
    let shipped = is_super_admin(question).then(|| Duration::from_secs(4 * 3600));
    let by_policy = taken_away(question).filter_map(|by| by.session_ttl);
    by_policy
        .chain(shipped)
        .fold(question.policy.session_ttl, Duration::min)
}

fn idlest(question: &Question) -> Duration {
    taken_away(question)
        .filter_map(|by| by.session_idle)
        .fold(question.policy.session_idle, Duration::min)
}

fn session(question: &Question) -> &'static str {
    let account = match &question.who {
        Who::Anonymous => return "session_absent",
        Who::Member(member) => return session_of_member(question, member),
        Who::Staff(staff) | Who::OnBehalf { staff, .. } => staff.account,
    };
    let of_account = account_holds(account, question.facts.now);
    if of_account != "pass" {
        return of_account;
    }
    let only_staff_start = matches!(question.who, Who::Staff(_));
    let of_session = match question.facts.session {
        SessionFact::Starting if only_staff_start => "pass",
        SessionFact::Starting => "session_absent",
        SessionFact::Live { since, .. }
            if elapsed(since, question.facts.now) >= longest(question).as_micros() =>
        {
            "session_expired"
        }
        _ => session_clocks(question, idlest(question)),
    };
    match &question.who {
        Who::OnBehalf { visit, .. } if of_session == "pass" => visit_runs(question, visit),
        _ => of_session,
    }
}

/// Spec 04: a suspended tenant's people, and the suspended and revoked among any tenant's, have no session.
fn session_of_member(question: &Question, member: &MemberFacts) -> &'static str {
    if member.tenant_state == TenantState::Suspended {
        return "tenant_closed";
    }
    match member.standing {
        MemberStanding::Suspended => "membership_suspended",
        MemberStanding::Revoked => "membership_ended",
        MemberStanding::Active if question.facts.session == SessionFact::Starting => "pass",
        MemberStanding::Active => session_clocks(question, question.policy.member_session_idle),
    }
}

fn session_clocks(question: &Question, idle: Duration) -> &'static str {
    match question.facts.session {
        SessionFact::Absent | SessionFact::Starting => "session_absent",
        SessionFact::Ended => "session_ended",
        SessionFact::Live { until, .. } if question.facts.now >= until => "session_expired",
        SessionFact::Live { last_seen, .. } if elapsed(last_seen, question.facts.now) >= idle.as_micros() => {
            "session_idle"
        }
        SessionFact::Live { .. } => "pass",
    }
}

fn account_holds(account: AccountFact, now: Timestamp) -> &'static str {
    match account {
        AccountFact::Deactivated => "account_deactivated",
        AccountFact::Pending => "account_pending",
        AccountFact::Active { until: Some(until) } if now >= until => "account_expired",
        AccountFact::Active { .. } => "pass",
    }
}

/// "At expiry; on End; on idle; on the owner switching support access off; on tenant suspension."
fn visit_runs(question: &Question, visit: &VisitFacts) -> &'static str {
    let VisitStanding::Live { until, last_seen } = visit.standing else {
        return "visit_ended";
    };
    let expired = question.facts.now >= until;
    let idle = elapsed(last_seen, question.facts.now) >= question.policy.visit_idle.as_micros();
    if expired || idle || visit.tenant_open == TenantOpen::Closed {
        "visit_ended"
    } else {
        "pass"
    }
}

fn outcome(question: &Question, verdicts: &BTreeMap<&'static str, String>) -> String {
    let failed = |guardrail: &str| {
        let verdict = &verdicts[guardrail];
        (verdict != "pass" && verdict != "not required").then(|| verdict.clone())
    };
    let failures: Vec<_> = ["session", "network", "identity", "mfa", "authz", "danger"]
        .into_iter()
        .filter_map(|guardrail| failed(guardrail).map(|reason| (guardrail, reason)))
        .collect();
    match failures.first() {
        Some(("mfa", reason)) if failures.len() == 1 => {
            format!("challenge {reason} {:?} {}", max_age(question), context(question))
        }
        Some((_, reason)) => format!("deny {reason}"),
        None if question.action.name() == "tenant.impersonate" => mint(question).to_owned(),
        None => "permit".to_owned(),
    }
}

/// Spec 02, step 3, after the guardrails and the permission.
fn mint(question: &Question) -> &'static str {
    let Some(standing) = question.resource.standing else {
        return "deny consent_off";
    };
    let allowed = match standing.consent {
        // "A request the owner approves or denies."
        Consent::Ask if question.facts.leave == Leave::Standing => return "deny consent_ask",
        Consent::Ask => true,
        Consent::Off => false,
        Consent::On => true,
        Consent::Window { until } => question.facts.now < until,
    };
    if !allowed {
        "deny consent_off"
    } else if standing.state != TenantState::Active {
        "deny tenant_suspended"
    } else if question.facts.live_visits >= most_visits(question) {
        "deny visit_limit"
    } else {
        "permit"
    }
}
