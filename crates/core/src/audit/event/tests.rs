//! What the table as a whole has to keep.

use super::*;
use crate::action::{Action, Audience, Effect};

fn actions_of(event: Event) -> Vec<Action> {
    let all = Action::ALL.iter().copied();
    all.filter(|action| action.event() == event).collect()
}

#[test]
fn names_are_unique_and_lead_back() {
    for event in Event::ALL {
        assert_eq!(Event::from_name(event.name()), Some(*event));
    }
}

#[test]
fn every_name_is_a_noun_and_a_verb() {
    for event in Event::ALL {
        let name = event.name();
        let words: Vec<_> = name.strip_prefix("admin.").unwrap_or(name).split('.').collect();
        assert_eq!(words.len(), 2, "{name}");
        let plain =
            |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        assert!(words.iter().all(plain), "{name}");
    }
}

#[test]
fn what_only_looks_is_never_recorded_as_a_change() {
    for action in Action::ALL {
        let row = action.declaration();
        assert_eq!(action.event().effect(), row.effect, "{}", row.name);
    }
}

/// Every action has an event, or `Action::event` would not compile. The event of a change has to be one that tells of a
/// change where the change is: a tenant's people read in their own log what was changed there.
#[test]
fn every_change_has_an_event_in_the_log_of_what_it_changes() {
    for action in Action::ALL {
        let row = action.declaration();
        let scope = action.event().scope();
        match (row.effect, row.audience) {
            (Effect::Write, Audience::Tenant) => assert_ne!(scope, EventScope::Platform, "{}", row.name),
            (Effect::Write, Audience::Staff) => assert_ne!(scope, EventScope::Tenant, "{}", row.name),
            (Effect::Read, _) => {}
        }
    }
}

/// What no action of its own asks for: it happens at the door, by a clock or from the command line, or under the permission
/// of another action. In the order of the catalogue.
const WITHOUT_ACTION: &[Event] = &[
    Event::StaffProviderSignOut,
    Event::TotpUse,
    Event::RecoveryUse,
    Event::CodesSuspend,
    Event::CodesLock,
    Event::StaffEnrol,
    Event::ImpersonationEscalate,
    Event::ImpersonationView,
    Event::TenantRestore,
    Event::TenantExportDirectory,
    Event::ApiKeyCreate,
    Event::InvitationAccept,
    Event::UserChangeState,
    Event::ConsentRequest,
    Event::ConsentExpire,
    Event::RiskRaise,
    Event::PersonalErase,
    Event::HoldPlace,
    Event::HoldLift,
    Event::StaffCreate,
    Event::StaffDeactivate,
    Event::StaffReset,
    Event::StaffExpire,
    Event::StaffLapse,
    Event::StaffBootstrap,
    Event::StaffRecover,
    Event::StaffDeclare,
    Event::StaffReissue,
    Event::TrialConfirm,
    Event::TrialRollBack,
    Event::IdpCreate,
    Event::IdpTest,
    Event::AccessRefuse,
    Event::SystemSeed,
];

#[test]
fn every_event_records_an_action_or_is_known_to_need_none() {
    let without = Event::ALL.iter().filter(|event| actions_of(**event).is_empty());
    let without: Vec<_> = without.copied().collect();
    assert_eq!(without, WITHOUT_ACTION);
}

#[test]
fn every_refusal_on_a_tenant_s_host_may_name_its_page() {
    for action in Action::ALL {
        if action.declaration().audience == Audience::Tenant {
            let event = action.event();
            assert!(event.fields().contains(&Field::Path), "{}", event.name());
        }
    }
}

#[test]
fn a_row_s_facts_stand_in_order_and_once() {
    for event in Event::ALL {
        let fields = event.fields();
        assert!(fields.windows(2).all(|two| two[0] < two[1]), "{}", event.name());
    }
}

#[test]
fn every_field_is_some_event_s() {
    for field in Field::ALL {
        let used =
            Event::ANYWHERE.contains(field) || Event::ALL.iter().any(|event| event.fields().contains(field));
        assert!(used, "no event carries {}", field.as_str());
    }
}

#[test]
fn a_fact_that_is_not_declared_is_refused_by_name() {
    let facts = |field| BTreeMap::from([(Field::Factor, "passkey".to_owned()), (field, "x".to_owned())]);
    assert_eq!(Event::StaffSignIn.check(&facts(Field::Provider)), Ok(()));
    let refused = Event::StaffSignIn.check(&facts(Field::Visit)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "staff.sign_in does not declare the fact visit"
    );
}

#[test]
fn an_entry_is_kept_as_its_log_is_unless_its_event_says_otherwise() {
    for event in Event::ALL {
        for log in [Retention::Platform, Retention::Tenant] {
            assert_eq!(
                event.retention(log),
                event.kept().unwrap_or(log),
                "{}",
                event.name()
            );
        }
    }
}

#[test]
fn what_only_looks_wakes_nobody() {
    let looks = Event::ALL.iter().filter(|event| event.effect() == Effect::Read);
    for event in looks {
        assert_ne!(event.criticality(), Criticality::Critical, "{}", event.name());
    }
}

#[test]
fn only_a_look_can_be_written_down_never() {
    for event in Event::ALL {
        if event.emission() == Emission::Unrefused {
            assert_eq!(event.effect(), Effect::Read, "{}", event.name());
        }
    }
}
