//! The order of narrowings, and that a session moves down it alone.

use proptest::prelude::*;
use proptest::sample::select;

use stagedoor_core::action::Action;
use stagedoor_core::id::{Id, TenantId};
use stagedoor_core::narrowed::{Narrowed, NotNarrower, Reach, View};
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::sub_role::SubRoles;

fn tenant(number: u128) -> TenantId {
    TenantId::new(1, number)
}

fn any_view() -> impl Strategy<Value = View> {
    select(View::all(&SubRoles::default()))
}

fn any_narrowed() -> impl Strategy<Value = Narrowed> {
    (
        prop::option::of((1_u128..4).prop_map(tenant)),
        select(vec![Reach::Everything, Reach::Reads]),
        prop::option::of(any_view()),
    )
        .prop_map(|(tenant, reach, view)| Narrowed { tenant, reach, view })
}

proptest! {
    #[test]
    fn narrowings_are_ordered_and_the_meet_is_the_widest_below_both(
        (a, b, c) in (any_narrowed(), any_narrowed(), any_narrowed())
    ) {
        let all = SubRoles::default();
        let within = |one: &Narrowed, two: &Narrowed| one.is_within(two, &all);
        prop_assert!(within(&a, &a) && within(&a, &Narrowed::NOTHING));
        prop_assert!(!(within(&a, &b) && within(&b, &a)) || a == b);
        prop_assert!(!(within(&a, &b) && within(&b, &c)) || within(&a, &c));
        prop_assert_eq!(a.and(&b, &all), b.and(&a, &all));
        match a.and(&b, &all) {
            Some(meet) => {
                prop_assert!(within(&meet, &a) && within(&meet, &b));
                prop_assert!(!(within(&c, &a) && within(&c, &b)) || within(&c, &meet));
            }
            None => prop_assert!(!(within(&c, &a) && within(&c, &b)), "{:?} is below both", c),
        }
    }

    #[test]
    fn a_session_is_only_ever_narrowed(
        by in prop::collection::vec(any_narrowed(), 0..6),
        own in any_view(),
        listed in prop::option::of(prop::collection::vec(1_u128..4, 0..3)),
    ) {
        let all = SubRoles::default();
        let scope = listed.map_or(Scope::All, |listed| {
            Scope::only(listed.into_iter().map(tenant).collect())
        });
        let mut session = Narrowed::NOTHING;
        for by in by {
            let Ok(narrower) = session.narrow(&by, (&own, &scope), &all) else {
                continue;
            };
            prop_assert!(narrower.is_within(&session, &all) && narrower != session);
            prop_assert!(session.scope(&scope).covers(&narrower.scope(&scope)));
            prop_assert!(narrower.view.as_ref().is_none_or(|view| own.covers(view, &all)));
            prop_assert!(narrower.tenant.is_none_or(|tenant| scope.contains(tenant)));
            session = narrower;
        }
    }
}

#[test]
fn a_view_is_a_role_or_a_sub_role_that_holds_less() {
    use StaffRole::{ReadOnly, Security, SuperAdmin, Support};
    let all = SubRoles::default();
    let named =
        |views: Vec<View>| -> Vec<String> { views.iter().map(|view| view.name().to_owned()).collect() };
    let views = |own| named(Narrowed::NOTHING.views(&View::of(own), &all));
    assert_eq!(
        views(SuperAdmin),
        ["support", "security", "read_only", "support_l1", "support_l2"]
    );
    assert_eq!(views(Support), ["read_only", "support_l1", "support_l2"]);
    assert_eq!(views(Security), ["read_only"]);
    assert!(views(ReadOnly).is_empty());
    let viewed = |name: &str| Narrowed {
        view: View::named(name, &all),
        ..Narrowed::NOTHING
    };
    let own = View::of(SuperAdmin);
    let second_line = viewed("support_l2");
    assert_eq!(named(second_line.views(&own, &all)), ["read_only", "support_l1"]);
    for wider in ["support_l2", "support", "security", "super_admin"] {
        let refused = second_line.narrow(&viewed(wider), (&own, &Scope::All), &all);
        assert_eq!(refused, Err(NotNarrower::View), "{wider}");
    }
}

#[test]
fn a_view_is_read_as_it_is_stored_and_one_that_is_gone_leaves_ones_own_session() {
    let all = SubRoles::default();
    for view in View::all(&all) {
        assert_eq!(view.to_string().parse(), Ok(view));
    }
    let gone: View = "support:gone".parse().expect("a view");
    assert!(gone.keeps(Action::SessionViewOwn, &all));
    assert!(!gone.keeps(Action::TenantList, &all));
}
