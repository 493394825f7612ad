//! What is written can be read, and what is typed cannot break out.

use stagedoor_core::view::directory::DirectorySort;

use super::columns::Shown;
use super::*;

/// What somebody might type, or paste, into a search field.
const NASTY: &str = "a&tenant=lumen#x \"<b>\" 100% + ü 🎭 \\ /../?q=1";

fn query_of(href: &str) -> &str {
    href.split_once('?').map_or("", |(_, query)| query)
}

#[test]
fn users_go_there_and_back() {
    let query = UsersQuery {
        tenant: Some("acme".to_owned()),
        q: NASTY.to_owned(),
        sort: Some(DirectorySort::Name),
        cols: Some(Shown::named(["seen", "risk"])),
        cursor: Some("v1.AbC-_=".to_owned()),
        impersonate: Some("usr_01k9w".to_owned()),
    };
    let href = ConsolePage::Users(query.clone()).href();
    assert_eq!(UsersQuery::parse(query_of(&href)), query);
}

#[test]
fn people_chosen_in_a_list_keep_it() {
    let list = UsersQuery {
        tenant: Some("acme".to_owned()),
        q: NASTY.to_owned(),
        cursor: Some("v1.AbC-_=".to_owned()),
        ..UsersQuery::default()
    };
    let page = ConsolePage::Revoke(vec!["usr_1".to_owned(), "usr_2".to_owned()], list.clone());
    let href = page.href();
    let (path, query) = href.split_once('?').expect("a query");
    assert_eq!(ConsolePage::at(path, query).as_ref(), Some(&page));
    assert_eq!((page.tenant(), page.room()), (Some("acme"), staff::USERS));
    // As the form of the boxes sends it: with what an export needs, and the list's state last.
    let sent = format!(
        "sort=-seen&id=usr_1&id=usr_2&{}",
        query.split('&').next().expect("the list")
    );
    assert_eq!(ConsolePage::at(path, &sent), Some(page));
}

#[test]
fn audit_and_members_go_there_and_back() {
    let audit = AuditQuery {
        tenant: Some("acme".to_owned()),
        q: NASTY.to_owned(),
        cols: Some(Shown::named(["request"])),
        cursor: Some("c".to_owned()),
        open: Some("evt_1".to_owned()),
    };
    let href = ConsolePage::Audit(audit.clone()).href();
    assert!(href.starts_with("/audit?"));
    assert_eq!(AuditQuery::parse(query_of(&href)), audit);
    let members = MembersQuery {
        q: NASTY.to_owned(),
        cursor: Some("c".to_owned()),
    };
    let href = PortalPage::Members(members.clone()).href();
    assert_eq!(MembersQuery::parse(query_of(&href)), members);
}

#[test]
fn sessions_support_and_the_account_of_a_visit_go_there_and_back() {
    use stagedoor_core::id::{Id, ImpersonationId};
    let sessions = SessionsQuery {
        user: Some(NASTY.to_owned()),
        cursor: Some("c".to_owned()),
    };
    let href = PortalPage::Sessions(sessions.clone()).href();
    assert_eq!(SessionsQuery::parse(query_of(&href)), sessions);
    let support = SupportQuery {
        cursor: Some("v1.AbC-_=".to_owned()),
    };
    let href = PortalPage::Support(support.clone()).href();
    assert_eq!(SupportQuery::parse(query_of(&href)), support);
    let visit = ImpersonationId::from_uuid(7);
    let href = PortalPage::Visit(visit).href();
    assert_eq!(PortalPage::visit_at(&href), Some(visit));
    for other in [
        "/support-access",
        "/support-access/",
        "/support-accessimp_1",
        "/audit",
    ] {
        assert_eq!(PortalPage::visit_at(other), None, "{other}");
    }
}

#[test]
fn nothing_typed_leaves_the_value_it_was_typed_into() {
    let href = PortalPage::Members(MembersQuery {
        q: NASTY.to_owned(),
        cursor: None,
    })
    .href();
    let query = query_of(&href);
    assert!(
        !query.contains(['&', '#', '"', '<', '>', ' ', '\\', '/', '?']),
        "{query}"
    );
    assert!(href.is_ascii());
}

#[test]
fn one_state_has_one_address() {
    assert_eq!(ConsolePage::Overview(None).href(), "/");
    assert_eq!(ConsolePage::Overview(Some(String::new())).href(), "/");
    assert_eq!(ConsolePage::Users(UsersQuery::default()).href(), "/users");
    assert_eq!(PortalPage::Audit(AuditQuery::default()).href(), "/audit");
    assert_eq!(UsersQuery::parse("?tenant=&q=&sort="), UsersQuery::default());
}

#[test]
fn the_address_of_the_specification() {
    let query = UsersQuery::parse("tenant=acme&q=role%3Aadmin+status:active&sort=-seen&cursor=x&other=1");
    assert_eq!(query.q, "role:admin status:active");
    assert_eq!(query.sort, Some(DirectorySort::LastSeen));
    let href = ConsolePage::Users(query).href();
    assert_eq!(
        href,
        "/users?tenant=acme&q=role%3Aadmin+status%3Aactive&sort=-seen&cursor=x"
    );
}

#[test]
fn unknown_and_repeated_names_do_no_harm() {
    let query = UsersQuery::parse("tenant=acme&tenant=lumen&sort=password&q=%zz&%ff=1");
    assert_eq!(query.tenant.as_deref(), Some("acme"));
    assert_eq!(query.sort, None);
    assert_eq!(query.q, "%zz");
}

#[test]
fn a_scope_keeps_the_page_and_drops_what_belongs_to_another_tenant() {
    let page = ConsolePage::Users(UsersQuery {
        tenant: Some("acme".to_owned()),
        cursor: Some("c".to_owned()),
        q: "role:admin".to_owned(),
        ..UsersQuery::default()
    });
    assert_eq!(page.scoped(Some("lumen")).href(), "/users?tenant=lumen");
    assert_eq!(page.scoped(None).href(), "/users");
}

#[test]
fn the_rooms_go_there_and_back() {
    let pages = [
        ConsolePage::Sessions(StaffSessionsQuery {
            tenant: Some("acme".to_owned()),
            of: Some("staff".to_owned()),
            q: NASTY.to_owned(),
            cursor: Some("c".to_owned()),
            revoke: Some("ses_1".to_owned()),
            revoke_all: Some("stf_1".to_owned()),
            matching: Some("all".to_owned()),
        }),
        ConsolePage::Session("ses_01k9w".to_owned(), StaffSessionsQuery::default()),
        ConsolePage::Visits(VisitsQuery {
            tenant: Some("acme".to_owned()),
            q: NASTY.to_owned(),
            cursor: Some("c".to_owned()),
        }),
        ConsolePage::Visit("imp_01k9w".to_owned(), VisitsQuery::default()),
        ConsolePage::Tenants(TenantsQuery {
            q: NASTY.to_owned(),
            ..TenantsQuery::default()
        }),
        ConsolePage::Tenant(
            "acme".to_owned(),
            TenantQuery {
                tab: Some("visits".to_owned()),
                act: Some("suspend".to_owned()),
                ..TenantQuery::default()
            },
        ),
        ConsolePage::User(
            "usr_01k9w".to_owned(),
            UsersQuery {
                tenant: Some("acme".to_owned()),
                q: NASTY.to_owned(),
                ..UsersQuery::default()
            },
        ),
        ConsolePage::Staff(StaffQuery {
            q: NASTY.to_owned(),
            cursor: Some("c".to_owned()),
            act: Some("invite".to_owned()),
            ..StaffQuery::default()
        }),
        ConsolePage::Providers(ProvidersQuery {
            tenant: Some("acme".to_owned()),
            act: Some(NASTY.to_owned()),
        }),
        ConsolePage::Provider(
            "idp_01m7z0e7rge000000000000001".to_owned(),
            ProvidersQuery {
                tenant: Some("acme".to_owned()),
                act: Some(NASTY.to_owned()),
            },
        ),
        ConsolePage::Colleague(
            "stf_01k9w".to_owned(),
            StaffQuery {
                tenant: Some("acme".to_owned()),
                ..StaffQuery::default()
            },
        ),
        ConsolePage::System(Some("acme".to_owned())),
        ConsolePage::WhoAmI(Some("acme".to_owned())),
        ConsolePage::Narrow(Some("acme".to_owned())),
    ];
    for page in pages {
        let href = page.href();
        let path = href.split('?').next().unwrap_or_default();
        assert_eq!(ConsolePage::at(path, query_of(&href)), Some(page), "{href}");
    }
}

#[test]
fn what_is_asked_of_policies_and_roles_goes_there_and_back() {
    let asked = "tenant=acme&show=support&person=stf_1&role=security&sub_role=support_l1&account=pending&action=tenant.suspend&target=lumen\
                 &owner=anothers&address=2001%3Adb8%3A%3A1&proxy=vouched&identity=service&device=unmanaged&factor=totp&level=attested&factor_age=5&session=ended\
                 &session_age=6&idle=7&only=lumen&reads=yes&viewing=read_only&at=2026-11-21T12%3A14%3A00Z&grant=approved&kept=strict&concerns=support%2Csecurity&doing=tenant.view\
                 &networks=corp_ip%2Cvpn&factors=passkey\
                 &passkey=device_bound&max_age=8&managed=managed&danger=break_glass&ttl=9&max_idle=10&act=remove&policy=strict";
    let page = ConsolePage::at(staff::POLICIES, asked).expect("a page");
    assert_eq!(
        page.href(),
        format!("/policies?{asked}"),
        "each name and value, in one order"
    );
    assert_eq!(page.tenant(), Some("acme"));
    assert_eq!(page.scoped(Some("lumen")).href(), "/policies?tenant=lumen");
    let rules = "tenant=acme&act=change&rule=net_1&step=preview&name=a%26b&kind=vpn&range=2001%3Adb8%3A%3A%2F32&note=n&wide=yes";
    let page = ConsolePage::at(staff::NETWORK, rules).expect("a page");
    assert_eq!(page.href(), format!("/network?{rules}"));
    assert_eq!(page.scoped(Some("lumen")).href(), "/network?tenant=lumen");
    let roles = ConsolePage::Roles(RolesQuery {
        tenant: Some("acme".to_owned()),
        action: NASTY.to_owned(),
        target: NASTY.to_owned(),
    });
    let href = roles.href();
    assert_eq!(
        ConsolePage::at(staff::ROLES, query_of(&href)).as_ref(),
        Some(&roles)
    );
    assert_eq!(roles.scoped(None).href(), "/roles");
}

#[test]
fn a_thing_without_a_room_or_a_name_is_no_page() {
    for path in [
        "/users/",
        "/sessions/",
        "/tenants/a/b",
        "/tenants/%2e%2e",
        "/nothing",
        "users",
        "",
    ] {
        assert_eq!(ConsolePage::at(path, ""), None, "{path}");
    }
    let odd = ConsolePage::Tenant("../../evil?x#y".to_owned(), TenantQuery::default()).href();
    assert_eq!(odd, "/tenants/..%2F..%2Fevil%3Fx%23y");
}

#[test]
fn a_things_own_page_stands_in_its_lists_room_and_leaves_it_with_the_scope() {
    let own = ConsolePage::Visit("imp_1".to_owned(), VisitsQuery::default());
    assert_eq!(own.room(), ConsolePage::Visits(VisitsQuery::default()).room());
    assert_eq!(own.scoped(Some("lumen")).href(), "/impersonations?tenant=lumen");
    let person = ConsolePage::User("usr_1".to_owned(), UsersQuery::default());
    assert_eq!(person.scoped(Some("lumen")).href(), "/users?tenant=lumen");
}

#[test]
fn back_never_leaves_the_host() {
    for good in ["/", "/users?tenant=acme&q=a%2Fb", "/audit?open=evt_1"] {
        assert_eq!(local(good), Some(good));
    }
    for bad in [
        "",
        "users",
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
    ] {
        assert_eq!(local(bad), None, "{bad:?}");
    }
}

#[test]
fn every_path_is_listed_once_and_pages_are_no_actions() {
    for (pages, actions) in [(staff::PAGES, staff::ACTIONS), (tenant::PAGES, tenant::ACTIONS)] {
        let mut all: Vec<_> = pages.iter().chain(actions).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(all.iter().all(|path| local(path).is_some()));
    }
}

#[test]
fn one_parameter_is_set_and_the_others_stay() {
    assert_eq!(
        with_param("/users?tenant=acme&cols=user&q=a%26b", "cols", Some("user,role")),
        "/users?tenant=acme&q=a%26b&cols=user%2Crole"
    );
    assert_eq!(with_param("/users?cols=user", "cols", None), "/users");
    assert_eq!(with_param("/audit", "cols", Some("event")), "/audit?cols=event");
}

#[test]
fn an_export_carries_what_the_page_was_asked_for() {
    let users = ConsolePage::Users(UsersQuery {
        tenant: Some("acme".to_owned()),
        q: "role:admin rod".to_owned(),
        sort: Some(DirectorySort::Name),
        cursor: Some("c".to_owned()),
        ..UsersQuery::default()
    });
    assert_eq!(
        export_of(&users, "csv").as_deref(),
        Some("/api/admin/tenants/acme/users/export?format=csv&q=role%3Aadmin+rod&sort=name")
    );
    let audit = ConsolePage::Audit(AuditQuery::parse("tenant=acme&q=since:24h&open=evt_1"));
    assert_eq!(
        export_of(&audit, "jsonl").as_deref(),
        Some("/api/admin/audit-logs/export?format=jsonl&tenant=acme&q=since%3A24h")
    );
    assert_eq!(export_of(&ConsolePage::Overview(None), "csv"), None);
}
