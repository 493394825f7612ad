//! The laws of ids, for every kind there is.

use proptest::prelude::*;
use stagedoor_core::id::{
    AccountId, AlertId, BadId, BreakGlassId, ConsentRequestId, EventId, Id, ImpersonationId, InvitationId,
    MemberId, NetworkRuleId, PREFIXES, PasskeyId, ProviderId, RequestId, RiskId, SessionId, SignInId,
    StaffId, StepUpId, TenantId, TrialId,
};

/// Calls a generic function once for each kind of id, in the order of the table.
macro_rules! for_every_kind {
    ($law:ident($($argument:expr),*)) => {
        for_every_kind!(@ $law ($($argument),*) StaffId SessionId TenantId MemberId AccountId ImpersonationId
            EventId PasskeyId ProviderId SignInId InvitationId BreakGlassId RiskId ConsentRequestId StepUpId NetworkRuleId TrialId AlertId
            RequestId)
    };
    (@ $law:ident $arguments:tt $($kind:ident)+) => { [$(for_every_kind!(@call $law $kind $arguments)),+] };
    (@call $law:ident $kind:ident ($($argument:expr),*)) => { $law::<$kind>($($argument),*) };
}

fn prefix<I: Id>() -> &'static str {
    I::PREFIX
}

#[test]
fn every_kind_is_tried_here() {
    assert_eq!(for_every_kind!(prefix()).as_slice(), PREFIXES);
}

fn goes_there_and_back<I: Id + serde::Serialize + serde::de::DeserializeOwned + std::fmt::Debug>(uuid: u128) {
    let id = I::from_uuid(uuid);
    let text = id.to_string();
    assert_eq!(text.len(), I::PREFIX.len() + 27);
    assert_eq!(text.parse(), Ok(id));
    assert_eq!(id.as_uuid(), uuid);
    let json = serde_json::to_string(&id).expect("an id is text");
    assert_eq!(json, format!("\"{text}\""));
    assert_eq!(serde_json::from_str::<I>(&json).ok(), Some(id));
}

fn text_sorts_as_values_do<I: Id>(one: u128, other: u128) {
    let (one, other) = (I::from_uuid(one), I::from_uuid(other));
    assert_eq!(one.to_string().cmp(&other.to_string()), one.cmp(&other));
}

fn reads_only_its_own<I: Id>(texts: &[String]) {
    for text in texts {
        let own = text.starts_with(&format!("{}_", I::PREFIX));
        assert_eq!(I::from_str(text).is_ok(), own, "{} reads {text}", I::PREFIX);
    }
}

fn survives<I: Id>(text: &str) -> Result<(), BadId> {
    // Whatever is an id at all is written as it was read.
    I::from_str(text).map(|id| assert_eq!(id.to_string(), text))
}

fn text_of<I: Id>(uuid: u128) -> String {
    I::from_uuid(uuid).to_string()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_id_goes_there_and_back(uuid in any::<u128>()) {
        for_every_kind!(goes_there_and_back(uuid));
    }

    #[test]
    fn ids_sort_as_their_text_does(one in any::<u128>(), other in any::<u128>()) {
        for_every_kind!(text_sorts_as_values_do(one, other));
    }

    #[test]
    fn no_kind_reads_another_s_text(uuid in any::<u128>()) {
        let texts = for_every_kind!(text_of(uuid));
        for_every_kind!(reads_only_its_own(&texts));
    }

    #[test]
    fn what_is_read_is_what_was_written(text in "[a-z]{3}_[0-9a-z]{26}") {
        let _ = for_every_kind!(survives(&text));
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), prefix in prop::sample::select(PREFIXES)) {
        let _ = for_every_kind!(survives(&text));
        let _ = for_every_kind!(survives(&format!("{prefix}_{text}")));
    }

    #[test]
    fn a_later_id_sorts_after_an_earlier_one(millis in 0_u64..(1 << 48) - 1, one in any::<u128>(), other in any::<u128>()) {
        prop_assert!(EventId::new(millis, one) < EventId::new(millis + 1, other));
    }
}
