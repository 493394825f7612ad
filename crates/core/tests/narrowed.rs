//! The order of narrowings, and that a session moves down it alone.

use proptest::prelude::*;
use proptest::sample::select;

use stagedoor_core::action::Action;
use stagedoor_core::id::{Id, TenantId};
use stagedoor_core::narrowed::{Narrowed, NotNarrower, Reach, View};
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::sub_role::{Draft, SubRoles};

fn tenant(number: u128) -> TenantId {
    TenantId::new(1, number)
}

/// The shipped sub-roles, and some that narrow tenants and limits.
fn sub_roles() -> SubRoles {
    let desk = |name: &str, tenants: &[u128], visit_minutes| {
        let draft = Draft {
            name: name.to_owned(),
            about: String::new(),
            of: StaffRole::Support,
            permissions: vec!["tenant.list".to_owned(), "tenant.impersonate".to_owned()],
            tenants: Some(tenants.iter().map(|one| tenant(*one).to_string()).collect()),
            visits: None,
            visit_minutes,
        };
        draft.check().expect("a sub-role")
    };
    let declared = vec![
        desk("north", &[1, 2], None),
        desk("south", &[2, 3], None),
        desk("middle", &[2], None),
        desk("brief", &[1, 2], Some(5)),
    ];
    SubRoles::declared(declared).expect("four")
}

fn any_view() -> impl Strategy<Value = View> {
    select(View::all(&sub_roles()))
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
        let all = sub_roles();
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
    fn what_is_reached_is_never_wider_than_the_account_the_sub_role_or_the_session(
        session in any_narrowed(),
        own in any_view(),
        listed in prop::option::of(prop::collection::vec(1_u128..4, 0..3)),
    ) {
        let all = sub_roles();
        let account = listed.map_or(Scope::All, |listed| {
            Scope::only(listed.into_iter().map(tenant).collect())
        });
        let reached = session.scope((&own, &account), &all);
        prop_assert!(account.covers(&reached));
        prop_assert!(own.scope(&Scope::All, &all).covers(&reached));
        let viewed = session.view.as_ref().map(|view| view.scope(&Scope::All, &all));
        prop_assert!(viewed.is_none_or(|viewed| viewed.covers(&reached)));
        for one in (1..4).map(tenant) {
            let each = account.contains(one)
                && own.leaves(one, &all)
                && session.view.as_ref().is_none_or(|view| view.leaves(one, &all))
                && session.tenant.is_none_or(|only| only == one);
            prop_assert_eq!(reached.contains(one), each, "no less, either");
        }
    }

    #[test]
    fn a_session_is_only_ever_narrowed(
        by in prop::collection::vec(any_narrowed(), 0..6),
        own in any_view(),
        listed in prop::option::of(prop::collection::vec(1_u128..4, 0..3)),
    ) {
        let all = sub_roles();
        let scope = listed.map_or(Scope::All, |listed| {
            Scope::only(listed.into_iter().map(tenant).collect())
        });
        let mut session = Narrowed::NOTHING;
        for by in by {
            let Ok(narrower) = session.narrow(&by, (&own, &scope), &all) else {
                continue;
            };
            prop_assert!(narrower.is_within(&session, &all) && narrower != session);
            let reached = |session: &Narrowed| session.scope((&own, &scope), &all);
            prop_assert!(reached(&session).covers(&reached(&narrower)));
            prop_assert!(narrower.view.as_ref().is_none_or(|view| own.covers(view, &all)));
            prop_assert!(by.tenant.is_none_or(|tenant| reached(&narrower) == Scope::only(vec![tenant])));
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
fn a_view_with_fewer_tenants_or_shorter_visits_is_narrower_and_never_the_other_way_round() {
    let all = sub_roles();
    let view = |name: &str| View::named(name, &all).expect("a view");
    for (narrow, wide) in [
        ("middle", "north"),
        ("middle", "south"),
        ("brief", "north"),
        ("north", "support"),
    ] {
        assert!(view(narrow).is_narrower(&view(wide), &all), "{narrow} {wide}");
        assert!(!view(wide).is_narrower(&view(narrow), &all), "{wide} {narrow}");
    }
    assert_eq!(view("north").and(&view("south"), &all), Some(view("middle")));
    assert_eq!(
        view("south").and(&view("brief"), &all),
        None,
        "no view is below both"
    );
    let viewed = |name: &str| Narrowed {
        view: Some(view(name)),
        ..Narrowed::NOTHING
    };
    let elsewhere = Narrowed {
        tenant: Some(tenant(3)),
        ..viewed("north")
    };
    let (own, account) = (View::of(StaffRole::SuperAdmin), Scope::All);
    assert_eq!(
        Narrowed::NOTHING.narrow(&elsewhere, (&own, &account), &all),
        Err(NotNarrower::Tenant)
    );
    let only = Narrowed {
        tenant: Some(tenant(3)),
        ..Narrowed::NOTHING
    };
    let refused = viewed("north").narrow(&only, (&own, &account), &all);
    assert_eq!(refused, Err(NotNarrower::Tenant));
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
