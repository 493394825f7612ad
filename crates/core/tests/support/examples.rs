//! An example of every event: what it is usually about, who does it, and the names that its readers know.

use stagedoor_core::actor::Actor;
use stagedoor_core::audit::sentence::{Names, Part, Reader, sentence};
use stagedoor_core::audit::{Entry, Event, EventScope, Field, LogScope, Outcome, Read, Record, Target};

use super::{NOW, acme, id, jess, kim};

/// An entry as it is read back.
pub(crate) fn record(entry: Entry) -> Record {
    Record::parse(&entry.seal(NOW).canonical).expect("what was sealed is read")
}

/// The sentence of an entry.
pub(crate) fn tell(entry: Entry, names: &Names, reader: Reader) -> String {
    let parts = sentence(&record(entry), names, reader);
    parts.iter().map(Part::as_str).collect::<Vec<_>>().join(" ")
}

/// What the tenant's own people do; staff do the rest.
fn by_a_member(event: Event) -> bool {
    use Event::{ConsentApprove, ConsentChange, ConsentDeny, InvitationAccept};
    event.scope() == EventScope::Tenant
        || matches!(
            event,
            InvitationAccept | ConsentChange | ConsentApprove | ConsentDeny
        )
}

/// The names as each reader knows them: staff call each other by handle, a tenant reads display names.
pub(crate) fn names(event: Event, reader: Reader) -> Names {
    let target = match event {
        Event::StaffManage
        | Event::StaffCreate
        | Event::StaffDeactivate
        | Event::StaffReset
        | Event::StaffExpire
        | Event::StaffLapse
        | Event::StaffBootstrap
        | Event::StaffRecover
        | Event::StaffDeclare
        | Event::StaffReissue
        | Event::StaffProviderSignOut
        | Event::CodesSuspend
        | Event::CodesLock
        | Event::Review => "niko",
        Event::BreakGlassVote => "sol",
        Event::InvitationCreate => "ines@acme.com",
        Event::AccessRefuse => "203.0.113.9",
        _ => "rod@acme.com",
    };
    let actor = match reader {
        _ if by_a_member(event) => "Val Marsh",
        Reader::Platform => "kim",
        Reader::Tenant => "Kim Moreno",
    };
    let subject = (event == Event::ImpersonationView).then(|| "rod@acme.com".to_owned());
    Names {
        actor: Some(actor.to_owned()),
        subject,
        target: Some(target.to_owned()),
        tenant: Some("Acme".to_owned()),
    }
}

/// What an event is usually about.
fn target(event: Event, reader: Reader) -> Option<Target> {
    use Event::*;
    let tenant = match reader {
        Reader::Platform => Target::Tenant(acme()),
        Reader::Tenant => Target::Organization(acme()),
    };
    let other = |kind, name: &str| Some(Target::Other(kind, name.to_owned()));
    match event {
        TenantView
        | TenantCreate
        | TenantUpdate
        | TenantSuspend
        | TenantRestore
        | TenantDelete
        | TenantOwnerRecover
        | TenantViewDirectory
        | TenantExportDirectory
        | InvitationAccept
        | ConsentChange
        | ConsentRequest
        | ConsentApprove
        | ConsentDeny
        | ConsentExpire
        | BreakGlassRequest
        | BreakGlassReview => Some(tenant),
        ImpersonationStart
        | ImpersonationEscalate
        | ImpersonationEnd
        | ImpersonationView
        | InvitationCreate
        | UserChangeState
        | UserSessionRevoke
        | MemberManage
        | SessionRevoke
        | RiskRaise
        | RiskTriage => Some(Target::Member(id(31))),
        StaffManage | StaffCreate | StaffDeactivate | StaffReset | StaffExpire | StaffLapse
        | StaffBootstrap | StaffRecover | StaffDeclare | StaffReissue | StaffProviderSignOut
        | CodesSuspend | CodesLock | Review | BreakGlassVote | DutiesAcknowledge | BackupContactChange => {
            Some(Target::Staff(jess()))
        }
        StaffSignIn | StaffSignOut | StaffStepUp | SessionViewOwn | SessionRenew | SessionNarrow => {
            Some(Target::Session(id(41)))
        }
        PasskeyRegister | PasskeyRename | PasskeyRevoke => other("passkey", "pky_01m7z0e7rge008000000000001"),
        FlagUpdate => other("flag", "billing.v2"),
        ApiKeyRotate | ApiKeyCreate => other("api_key", "ci-deploy"),
        NetworkChange => other("network_rule", "corp-berlin"),
        IdpCreate | IdpChange | IdpTest => other("identity_provider", "Okta"),
        SinkChange => other("sink", "datadog-eu"),
        PolicyChange => other("policy", "console"),
        TrialConfirm | TrialRollBack => other("trial", "network rules"),
        SettingsChange => other("setting", "default_support_access"),
        SafetyOff => other("safeguard", "origin enforcement"),
        AccessRefuse => other("source", "address_0f1e2d3c4b5a69788796a5b4c3d2e1f0"),
        _ => None,
    }
}

/// An entry as it usually is.
pub(crate) fn entry(event: Event, reader: Reader, outcome: Outcome) -> Entry {
    let actor = match event {
        Event::RiskRaise
        | Event::ConsentExpire
        | Event::AccessRefuse
        | Event::StaffProviderSignOut
        | Event::CodesSuspend
        | Event::CodesLock
        | Event::StaffExpire
        | Event::StaffLapse
        | Event::StaffDeclare => Actor::System,
        event if by_a_member(event) => Actor::Member {
            tenant: acme(),
            member: id(32),
        },
        _ => Actor::Staff {
            staff: kim(),
            session: None,
        },
    };
    let scope = match reader {
        Reader::Platform => LogScope::Platform,
        Reader::Tenant => LogScope::Tenant(acme()),
    };
    let mut entry = Entry::new(id(1), scope, event, actor, id(2));
    entry.tenant = (event.scope() != EventScope::Platform).then(acme);
    entry.target = target(event, reader);
    entry.outcome = outcome;
    let facts: &[(Field, &str)] = match event {
        Event::StaffSignIn => &[(Field::Provider, "Okta"), (Field::Factor, "passkey")],
        Event::UserSignIn => &[(Field::Factor, "passkey")],
        Event::RiskRaise => &[
            (Field::Level, "elevated"),
            (Field::Cause, "new device from a new country"),
        ],
        Event::ImpersonationView => &[(Field::Path, "/members")],
        Event::AccessRefuse => &[(Field::Requests, "500"), (Field::Codes, "NOT_FOUND 500")],
        _ => &[],
    };
    entry.facts = facts
        .iter()
        .map(|(field, value)| (*field, (*value).to_owned()))
        .collect();
    if event == Event::ImpersonationView && entry.outcome == Outcome::Success {
        entry.reads = vec![Read {
            what: "Members".to_owned(),
            rows: 50,
        }];
    }
    entry
}
