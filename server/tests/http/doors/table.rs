//! The table: every door there is, a row each. How a row is written stands in the folder's `mod.rs`.

use stagedoor_core::action::Action::{
    AlertAcknowledge, AlertTest, AlertView, AuditExport, AuditReadTenant, BackupContactChange, ConsentChange,
    DutiesAcknowledge, DutiesViewOwn, IdpView, IdpWrite, ImpersonationEndOther, ImpersonationView,
    MemberList, NetworkView, NetworkWrite, PasskeyRegister, PasskeyRename, PasskeyRevoke, PasskeyViewOwn,
    PlatformManageStaff, PlatformViewSystemMetrics, PolicyView, PolicyWrite, PortalView, RecoveryRenew,
    RiskTriage, RiskView, SessionNarrow, SessionRenew, SessionRevoke, SessionView, SessionViewOwn,
    StaffSignOut, StaffStepUp, StaffView, SupportApprove, SupportDeny, SupportView, TenantAuditExport,
    TenantAuditRead, TenantImpersonate, TenantList, TenantSuspend, TenantUpdate, TenantView,
    TenantViewDirectory, TotpEnrol, TotpRemove, UserSessionRevoke, UserSessionView, UserSignOut,
    VisitEndByTenant, VisitEndOwn,
};
use stagedoor_core::audit::Event::{
    IdpCreate, IdpTest, StaffCreate, StaffDeactivate, StaffReissue, StaffReset, TenantExportDirectory,
    TenantRestore, TrialConfirm, TrialRollBack,
};
use stagedoor_server::router::Behind::{
    AnyHost, EveryHost, StaffEntrance, StaffMachines, StaffRooms, TenantEntrance, TenantRooms,
};

use super::row::Row;

const MINT: &str =
    r#"{"reason":"Webhook page shows 500 after plan change","ticket_ref":"4218","user_id":"<member>"}"#;
const MINT_FORM: &str = "tenant=<tenant>&user_id=<member>&reason=Webhook+page+shows+500+after+plan+change\
                         &ticket_ref=4218&ttl_seconds=900&back=/users";

const STATE: &str = r#"{"reason":"Payment fraud is looked into"}"#;
const WHY: &str = r#"{"reason":"Their laptop was stolen yesterday"}"#;

const LEAVES_FORM: &str =
    "staff_id=<nobody>&reason=Their+laptop+was+stolen+yesterday&dialog=/staff&back=/staff";

const STATE_FORM: &str =
    "tenant=<tenant>&reason=Payment+fraud+is+looked+into&ticket_ref=&dialog=/tenants&back=/tenants";

/// All rows.
pub(super) fn rows() -> Vec<Row> {
    [
        any_host(),
        described(),
        staff_entrance(),
        staff_pages(),
        staff_functions(),
        staff_api(),
        staff_people(),
        staff_trials(),
        staff_trial_functions(),
        staff_providers(),
        tenant_entrance(),
        tenant_rooms(),
    ]
    .concat()
}

fn any_host() -> Vec<Row> {
    vec![
        Row::get(AnyHost, "/healthz"),
        Row::get(AnyHost, "/readyz"),
        Row::get(EveryHost, "/assets/{name}")
            .at("/assets/no-such-file.css")
            .gives(&[404]),
    ]
}

fn described() -> Vec<Row> {
    let on = |behind| {
        [
            Row::get(behind, "/api/openapi.json"),
            Row::get(behind, "/docs").gives(&[308]),
            Row::get(behind, "/docs/"),
            Row::get(behind, "/docs/{file}").at("/docs/index.css"),
        ]
    };
    [on(StaffEntrance), on(TenantEntrance)].concat()
}

fn staff_entrance() -> Vec<Row> {
    vec![
        Row::get(StaffEntrance, "/sign-in"),
        Row::get(StaffEntrance, "/sign-in/start")
            .at("/sign-in/start?provider=<provider>")
            .gives(&[303]),
        // Nobody is under way in a browser that knows nothing.
        Row::get(StaffEntrance, "/sign-in/callback")
            .at("/sign-in/callback?code=x&state=y")
            .gives(&[401]),
        Row::get(StaffEntrance, "/sign-in/callback/{id}")
            .at("/sign-in/callback/<provider>?code=x&state=y")
            .gives(&[401]),
        Row::post(StaffEntrance, "/sign-in/passkey/begin")
            .json("{}")
            .gives(&[401]),
        Row::post(StaffEntrance, "/sign-in/passkey/finish")
            .json("{}")
            .gives(&[401]),
        Row::post(StaffEntrance, "/sign-in/code")
            .form("code=287082")
            .gives(&[401]),
        Row::post(StaffEntrance, "/sign-in/recovery")
            .form("recovery_code=x")
            .gives(&[401]),
        Row::post(StaffEntrance, "/sign-in/narrow")
            .form("tenant=acme&reads_only=yes")
            .gives(&[401]),
        Row::get(StaffEntrance, "/enrollment").gives(&[401]),
        Row::post(StaffEntrance, "/enrollment")
            .form("enrollment_token=x")
            .gives(&[401]),
        Row::get(StaffEntrance, "/signed-out"),
        // Signed by nobody.
        Row::post(StaffMachines, "/api/oidc/back-channel-logout")
            .form("logout_token=x")
            .gives(&[400]),
    ]
}

fn staff_pages() -> Vec<Row> {
    vec![
        Row::get(StaffRooms, "/").needs(TenantList),
        Row::get(StaffRooms, "/users")
            .needs(TenantViewDirectory)
            .at("/users?tenant=<tenant>"),
        Row::get(StaffRooms, "/users/revoke")
            .needs(TenantViewDirectory)
            .at("/users/revoke?list=tenant%3D<tenant>&id=<member>"),
        Row::get(StaffRooms, "/audit")
            .needs(AuditReadTenant)
            .at("/audit?tenant=<tenant>"),
        Row::get(StaffRooms, "/go").needs(TenantList).at("/go?q=acme"),
        Row::get(StaffRooms, "/sessions").needs(SessionView),
        Row::get(StaffRooms, "/tenants").needs(TenantList),
        Row::get(StaffRooms, "/impersonations").needs(ImpersonationView),
        Row::get(StaffRooms, "/alerts").needs(AlertView),
        Row::get(StaffRooms, "/risk").needs(RiskView),
        Row::get(StaffRooms, "/staff").needs(StaffView),
        Row::get(StaffRooms, "/identity-providers").needs(IdpView),
        Row::get(StaffRooms, "/policies")
            .needs(PolicyView)
            .at("/policies?role=support&action=tenant.view&target=<tenant>"),
        Row::get(StaffRooms, "/network")
            .needs(NetworkView)
            .at("/network?act=add&step=preview&name=office&kind=vpn&range=203.0.113.0%2F24"),
        Row::get(StaffRooms, "/roles")
            .needs(StaffView)
            .at("/roles?action=tenant.suspend&target=<tenant>"),
        Row::get(StaffRooms, "/system").needs(PlatformViewSystemMetrics),
        Row::get(StaffRooms, "/passkeys").needs(PasskeyViewOwn).own(),
        Row::get(StaffRooms, "/responsibilities")
            .needs(DutiesViewOwn)
            .own(),
        Row::get(StaffRooms, "/whoami").needs(SessionViewOwn).own(),
        Row::get(StaffRooms, "/narrow").needs(SessionViewOwn).own(),
        Row::post(StaffRooms, "/narrow/session")
            .needs(SessionNarrow)
            .own()
            .form("tenant=&viewing_as=&reads_only=yes")
            .spends()
            .gives(&[303]),
        Row::get(StaffRooms, "/stay")
            .needs(SessionViewOwn)
            .own()
            .at("/stay?back=/users"),
        // Nothing waits for a proof, and that is told and written down.
        Row::get(StaffRooms, "/step-up/{id}")
            .needs(SessionViewOwn)
            .own()
            .at("/step-up/<unasked>")
            .gives(&[401])
            .lacks(),
        Row::post(StaffRooms, "/step-up/{id}/code")
            .needs(StaffStepUp)
            .own()
            .at("/step-up/<unasked>/code")
            .form("code=287082")
            .gives(&[401])
            .lacks(),
        Row::post(StaffRooms, "/sign-out")
            .needs(StaffSignOut)
            .own()
            .spends()
            .gives(&[303]),
        Row::get(StaffRooms, "/impersonations/{id}/enter")
            .own_visit()
            .at("/impersonations/<visit>/enter"),
        Row::get(StaffRooms, "/impersonations/{id}/handoff")
            .own_visit()
            .at("/impersonations/<visit>/handoff?nonce=<digest>")
            .gives(&[303]),
    ]
}

fn staff_functions() -> Vec<Row> {
    vec![
        Row::post(StaffRooms, "/api/fn/staff/impersonate")
            .needs(TenantImpersonate)
            .form(MINT_FORM)
            .gives(&[303]),
        Row::post(StaffRooms, "/api/fn/staff/end_impersonation")
            .needs(ImpersonationEndOther)
            .form("impersonation_id=<visit>&back=/")
            .gives(&[303]),
        Row::post(StaffRooms, "/api/fn/staff/revoke_session")
            .needs(SessionRevoke)
            .form("session_id=<session>&reason=Lost+on+the+train&dialog=/sessions&back=/sessions")
            .gives(&[303]),
        Row::post(StaffRooms, "/api/fn/staff/revoke_sessions")
            .needs(SessionRevoke)
            .form("person_id=<colleague>&reason=Lost+on+the+train&dialog=/sessions&back=/sessions")
            .gives(&[303]),
        Row::post(StaffRooms, "/api/fn/staff/revoke_people")
            .needs(SessionRevoke)
            .form("tenant=<tenant>&user_ids[]=<seated>&reason=Lost+on+the+train&dialog=/users&back=/users")
            .gives(&[303]),
        Row::post(StaffRooms, "/api/fn/staff/revoke_matching")
            .needs(SessionRevoke)
            .form("q=person:<colleague>&tenant=&sessions=1&confirm=revoke+1+session&reason=Lost+on+the+train&dialog=/sessions&back=/sessions")
            .gives(&[303]),
        Row::post(StaffRooms, "/api/fn/staff/suspend_tenant")
            .needs(TenantSuspend)
            .form(STATE_FORM)
            .gives(&[303]),
        // Next to it, so that the tenant is in use for the other rows.
        Row::post(StaffRooms, "/api/fn/staff/restore_tenant")
            .needs(TenantSuspend)
            .form(STATE_FORM)
            .told_as(TenantRestore)
            .gives(&[303]),
        Row::post(StaffRooms, "/api/fn/staff/rename_tenant")
            .needs(TenantUpdate)
            .form("tenant=<tenant>&name=Acme+Works&dialog=/tenants&back=/tenants")
            .gives(&[303]),
        // Nobody was told of an alert that never was.
        Row::post(StaffRooms, "/api/fn/staff/acknowledge_alert")
            .needs(AlertAcknowledge)
            .form("alert_id=<unraised>&back=/alerts")
            .gives(&[303])
            .lacks(),
        Row::post(StaffRooms, "/api/fn/staff/test_alert")
            .needs(AlertTest)
            .form("back=/alerts")
            .gives(&[303]),
        // Nobody is invited whose address is somebody's, and nobody is changed who is not there.
        Row::post(StaffRooms, "/api/fn/staff/invite_staff")
            .needs(PlatformManageStaff)
            .form(
                "email=rio@acme-corp.example&name=Rio&role=read_only&tenants=&temporary_until=&identity_verified=yes\
                 &reason=Joins+the+support+team&dialog=/staff",
            )
            .told_as(StaffCreate)
            .gives(&[303]),
        Row::post(StaffRooms, "/api/fn/staff/change_staff")
            .needs(PlatformManageStaff)
            .form(
                "staff_id=<nobody>&name=Kim&role=support&tenants=&tenants_were=&temporary_until=&until_was=\
                 &reason=Moves+to+another+team&dialog=/staff&back=/staff",
            )
            .gives(&[303])
            .lacks(),
        Row::post(StaffRooms, "/api/fn/staff/reissue_token")
            .needs(PlatformManageStaff)
            .form(LEAVES_FORM)
            .told_as(StaffReissue)
            .gives(&[303])
            .lacks(),
        Row::post(StaffRooms, "/api/fn/staff/reset_factors")
            .needs(PlatformManageStaff)
            .form(LEAVES_FORM)
            .told_as(StaffReset)
            .gives(&[303])
            .lacks(),
        Row::post(StaffRooms, "/api/fn/staff/deactivate_staff")
            .needs(PlatformManageStaff)
            .form(LEAVES_FORM)
            .told_as(StaffDeactivate)
            .gives(&[303])
            .lacks(),
        Row::post(StaffRooms, "/api/fn/staff/secrets_compromised")
            .needs(PlatformManageStaff)
            .form("staff_id=<nobody>&reason=Their+laptop+was+stolen&dialog=/staff&back=/staff")
            .gives(&[303])
            .lacks(),
        Row::post(StaffRooms, "/api/fn/staff/finish_task")
            .needs(PlatformManageStaff)
            .form("staff_id=<nobody>&task=document&reason=All+of+it+is+in+the+wiki&dialog=/staff&back=/staff")
            .gives(&[303])
            .lacks(),
        Row::post(StaffRooms, "/api/fn/staff/rename_passkey")
            .needs(PasskeyRename)
            .own()
            .form("passkey_id=<unheld>&name=Blue+key&dialog=/passkeys&back=/passkeys")
            .gives(&[303])
            .lacks(),
        Row::post(StaffRooms, "/api/fn/staff/revoke_passkey")
            .needs(PasskeyRevoke)
            .own()
            .form("passkey_id=<unheld>&back=/passkeys")
            .gives(&[303])
            .lacks(),
        Row::post(StaffRooms, "/api/fn/staff/acknowledge_duties")
            .needs(DutiesAcknowledge)
            .own()
            .form("version=1&contact=%2B4930901820&contact_name=")
            .gives(&[303]),
        Row::post(StaffRooms, "/api/fn/staff/change_backup_contact")
            .needs(BackupContactChange)
            .own()
            .form("contact=kim%40home.example&contact_name=")
            .gives(&[303]),
        Row::post(StaffRooms, "/api/fn/staff/begin_app")
            .needs(TotpEnrol)
            .own()
            .form("dialog=/passkeys&back=/passkeys")
            .gives(&[303])
            .lacks(),
        Row::post(StaffRooms, "/api/fn/staff/confirm_app")
            .needs(TotpEnrol)
            .own()
            .form("code=287082&dialog=/passkeys&back=/passkeys")
            .gives(&[303])
            .lacks(),
        Row::post(StaffRooms, "/api/fn/staff/remove_app")
            .needs(TotpRemove)
            .own()
            .form("back=/passkeys")
            .gives(&[303])
            .lacks(),
        Row::post(StaffRooms, "/api/fn/staff/renew_recovery")
            .needs(RecoveryRenew)
            .own()
            .form("back=/passkeys")
            .gives(&[303]),
        Row::post(StaffRooms, "/api/fn/staff/triage_risk")
            .needs(RiskTriage)
            .form("risk_id=<risk>&version=0&step=note&note=Called+them&assignee=&back=/risk")
            .gives(&[303]),
        // Plain http is refused, and nothing is changed that is not there.
        Row::post(StaffRooms, "/api/fn/staff/add_provider")
            .needs(IdpWrite)
            .form(
                "name=Second&issuer=http://login.example.com&client_id=console&reason=The+other+office+has+its+own\
                 &dialog=/identity-providers",
            )
            .told_as(IdpCreate)
            .gives(&[303]),
        Row::post(StaffRooms, "/api/fn/staff/change_provider")
            .needs(IdpWrite)
            .form(
                "provider_id=idp_01m7z0e7rge000000000000009&name=Second&reason=The+other+office+has+its+own\
                 &dialog=/identity-providers&back=/identity-providers",
            )
            .gives(&[303])
            .lacks(),
        Row::post(StaffRooms, "/api/fn/staff/trust_provider")
            .needs(IdpWrite)
            .form(
                "provider_id=idp_01m7z0e7rge000000000000009&trusted=yes&reason=The+other+office+has+its+own\
                 &dialog=/identity-providers&back=/identity-providers",
            )
            .gives(&[303])
            .lacks(),
        Row::post(StaffRooms, "/api/fn/staff/test_provider")
            .needs(IdpWrite)
            .form("provider_id=idp_01m7z0e7rge000000000000009&back=/identity-providers")
            .told_as(IdpTest)
            .gives(&[303])
            .lacks(),
        Row::post(StaffRooms, "/api/fn/staff/preview_claims")
            .needs(IdpView)
            .form("provider_id=<provider>&claims={}&back=/identity-providers")
            .gives(&[303])
            .asks(),
        Row::post(StaffRooms, "/api/fn/staff/columns")
            .own_session()
            .form("list=users&cols[]=name&back=/")
            .gives(&[303]),
        Row::post(StaffRooms, "/api/fn/staff/keys")
            .own_session()
            .form("single=off&back=/")
            .gives(&[303]),
        Row::post(StaffRooms, "/api/fn/staff/theme")
            .own_session()
            .form("theme=dark&back=/")
            .gives(&[303]),
    ]
}

fn staff_api() -> Vec<Row> {
    vec![
        Row::get(StaffRooms, "/api/admin/session")
            .needs(SessionViewOwn)
            .own(),
        Row::post(StaffRooms, "/api/admin/session/narrow")
            .needs(SessionNarrow)
            .own()
            .json(r#"{"reads_only":true}"#)
            .spends()
            .gives(&[204]),
        Row::get(StaffRooms, "/api/admin/session/passkeys")
            .needs(PasskeyViewOwn)
            .own(),
        Row::post(StaffRooms, "/api/admin/session/passkeys/begin")
            .needs(PasskeyRegister)
            .own(),
        // Nobody's authenticator has made these, and nobody has this passkey.
        Row::post(StaffRooms, "/api/admin/session/passkeys")
            .needs(PasskeyRegister)
            .own()
            .json(r#"{"name":"Blue key","credential":{}}"#)
            .gives(&[409])
            .lacks(),
        Row::patch(StaffRooms, "/api/admin/session/passkeys/{id}")
            .needs(PasskeyRename)
            .own()
            .at("/api/admin/session/passkeys/<unheld>")
            .json(r#"{"name":"Blue key"}"#)
            .gives(&[404])
            .lacks(),
        Row::delete(StaffRooms, "/api/admin/session/passkeys/{id}")
            .needs(PasskeyRevoke)
            .own()
            .at("/api/admin/session/passkeys/<unheld>")
            .gives(&[404])
            .lacks(),
        Row::post(StaffRooms, "/api/admin/session/renew/begin")
            .needs(SessionRenew)
            .own(),
        Row::post(StaffRooms, "/api/admin/session/renew")
            .needs(SessionRenew)
            .own()
            .json(r#"{"credential":{}}"#)
            .gives(&[409])
            .lacks(),
        Row::get(StaffRooms, "/api/admin/me/responsibilities")
            .needs(DutiesViewOwn)
            .own(),
        Row::post(StaffRooms, "/api/admin/me/responsibilities")
            .needs(DutiesAcknowledge)
            .own()
            .json(r#"{"version":"1","contact":"+49 30 901820"}"#)
            .gives(&[204]),
        Row::put(StaffRooms, "/api/admin/me/backup-contact")
            .needs(BackupContactChange)
            .own()
            .json(r#"{"contact":"kim@home.example"}"#)
            .gives(&[204]),
        Row::get(StaffRooms, "/api/admin/session/codes")
            .needs(PasskeyViewOwn)
            .own(),
        Row::post(StaffRooms, "/api/admin/session/app/begin")
            .needs(TotpEnrol)
            .own()
            .gives(&[409])
            .lacks(),
        Row::post(StaffRooms, "/api/admin/session/app")
            .needs(TotpEnrol)
            .own()
            .json(r#"{"code":"287082"}"#)
            .gives(&[409])
            .lacks(),
        Row::delete(StaffRooms, "/api/admin/session/app")
            .needs(TotpRemove)
            .own()
            .gives(&[409])
            .lacks(),
        Row::post(StaffRooms, "/api/admin/session/recovery-codes")
            .needs(RecoveryRenew)
            .own()
            .gives(&[201]),
        Row::post(StaffRooms, "/api/admin/step-up/{id}/code")
            .needs(StaffStepUp)
            .own()
            .at("/api/admin/step-up/<unasked>/code")
            .json(r#"{"code":"287082"}"#)
            .gives(&[401])
            .lacks(),
        Row::post(StaffRooms, "/api/admin/step-up/{id}/begin")
            .needs(StaffStepUp)
            .own()
            .at("/api/admin/step-up/<unasked>/begin")
            .gives(&[401])
            .lacks(),
        Row::post(StaffRooms, "/api/admin/step-up/{id}")
            .needs(StaffStepUp)
            .own()
            .at("/api/admin/step-up/<unasked>")
            .json(r#"{"credential":{}}"#)
            .gives(&[401])
            .lacks(),
        Row::get(StaffRooms, "/api/admin/tenants")
            .needs(TenantList)
            .at("/api/admin/tenants?q=acme"),
        Row::get(StaffRooms, "/api/admin/tenants/{id}")
            .needs(TenantView)
            .at("/api/admin/tenants/<tenant>"),
        // A name that it has by now is a conflict, and so is a state.
        Row::patch(StaffRooms, "/api/admin/tenants/{id}")
            .needs(TenantUpdate)
            .at("/api/admin/tenants/<tenant>")
            .json(r#"{"name":"Acme Works"}"#)
            .gives(&[200, 409]),
        Row::post(StaffRooms, "/api/admin/tenants/{id}/suspend")
            .needs(TenantSuspend)
            .at("/api/admin/tenants/<tenant>/suspend")
            .json(STATE),
        Row::post(StaffRooms, "/api/admin/tenants/{id}/restore")
            .needs(TenantSuspend)
            .at("/api/admin/tenants/<tenant>/restore")
            .json(STATE)
            .told_as(TenantRestore),
        Row::get(StaffRooms, "/api/admin/tenants/{id}/users/{user_id}")
            .needs(TenantViewDirectory)
            .at("/api/admin/tenants/<tenant>/users/<member>"),
        Row::get(StaffRooms, "/api/admin/tenants/{id}/sessions")
            .needs(TenantViewDirectory)
            .at("/api/admin/tenants/<tenant>/sessions?limit=1"),
        Row::post(StaffRooms, "/api/admin/tenants/{id}/sessions/revoke")
            .needs(SessionRevoke)
            .at("/api/admin/tenants/<tenant>/sessions/revoke")
            .json(r#"{"user_ids":["<seated>"],"reason":"Lost on the train"}"#),
        Row::get(StaffRooms, "/api/admin/sessions")
            .needs(SessionView)
            .at("/api/admin/sessions?limit=1"),
        Row::get(StaffRooms, "/api/admin/sessions/revoke")
            .needs(SessionView)
            .at("/api/admin/sessions/revoke?q=person:<colleague>"),
        Row::post(StaffRooms, "/api/admin/sessions/revoke")
            .needs(SessionRevoke)
            .json(r#"{"q":"person:<colleague>","sessions":1,"reason":"Lost on the train"}"#),
        Row::get(StaffRooms, "/api/admin/sessions/{id}")
            .needs(SessionView)
            .at("/api/admin/sessions/<session>"),
        Row::delete(StaffRooms, "/api/admin/sessions/{id}")
            .needs(SessionRevoke)
            .at("/api/admin/sessions/<session>")
            .json(r#"{"reason":"Lost on the train"}"#)
            .gives(&[204]),
        Row::get(StaffRooms, "/api/admin/impersonations")
            .needs(ImpersonationView)
            .at("/api/admin/impersonations?limit=1"),
        Row::get(StaffRooms, "/api/admin/impersonations/{id}")
            .needs(ImpersonationView)
            .at("/api/admin/impersonations/<visit>"),
        Row::get(StaffRooms, "/api/admin/alerts")
            .needs(AlertView)
            .at("/api/admin/alerts?limit=1"),
        Row::get(StaffRooms, "/api/admin/alerts/{id}")
            .needs(AlertView)
            .at("/api/admin/alerts/<unraised>")
            .gives(&[404])
            .lacks(),
        Row::post(StaffRooms, "/api/admin/alerts/{id}/acknowledge")
            .needs(AlertAcknowledge)
            .at("/api/admin/alerts/<unraised>/acknowledge")
            .gives(&[404])
            .lacks(),
        Row::post(StaffRooms, "/api/admin/alerts/test")
            .needs(AlertTest)
            .gives(&[201]),
        Row::get(StaffRooms, "/api/admin/risk-events")
            .needs(RiskView)
            .at("/api/admin/risk-events?limit=1"),
        Row::get(StaffRooms, "/api/admin/risk-events/{id}")
            .needs(RiskView)
            .at("/api/admin/risk-events/<risk>"),
        // Whoever comes second has seen an older version.
        Row::post(StaffRooms, "/api/admin/risk-events/{id}")
            .needs(RiskTriage)
            .at("/api/admin/risk-events/<risk>")
            .json(r#"{"step":"note","version":0,"note":"Called them"}"#)
            .gives(&[200, 409]),
        Row::get(StaffRooms, "/api/admin/policies").needs(PolicyView),
        Row::post(StaffRooms, "/api/admin/policies/simulate")
            .needs(PolicyView)
            .json(r#"{"role":"support","action":"tenant.view","tenant":"<tenant>"}"#)
            .asks(),
        Row::get(StaffRooms, "/api/admin/roles").needs(StaffView),
        Row::get(StaffRooms, "/api/admin/roles/who-can")
            .needs(StaffView)
            .at("/api/admin/roles/who-can?action=tenant.suspend&tenant=<tenant>"),
        Row::get(StaffRooms, "/api/admin/overview").needs(TenantList),
        Row::get(StaffRooms, "/api/admin/system/queues").needs(PlatformViewSystemMetrics),
        Row::get(StaffRooms, "/api/admin/audit-logs/export")
            .needs(AuditExport)
            .at("/api/admin/audit-logs/export?format=csv&tenant=<tenant>"),
        Row::get(StaffRooms, "/api/admin/tenants/{id}/users/export")
            .needs(TenantViewDirectory)
            .at("/api/admin/tenants/<tenant>/users/export?format=jsonl")
            .told_as(TenantExportDirectory),
        Row::get(StaffRooms, "/api/admin/audit-logs/{id}/receipt")
            .needs(AuditReadTenant)
            .at("/api/admin/audit-logs/<entry>/receipt"),
        Row::get(StaffRooms, "/api/admin/audit-logs")
            .needs(AuditReadTenant)
            .at("/api/admin/audit-logs?tenant=<tenant>&limit=1"),
        Row::get(StaffRooms, "/api/admin/tenants/{id}/users")
            .needs(TenantViewDirectory)
            .at("/api/admin/tenants/<tenant>/users?limit=1"),
        Row::post(StaffRooms, "/api/admin/tenants/{id}/impersonate")
            .needs(TenantImpersonate)
            .at("/api/admin/tenants/<tenant>/impersonate")
            .json(MINT)
            .gives(&[201]),
        Row::post(StaffRooms, "/api/admin/impersonations/{id}/end")
            .needs(ImpersonationEndOther)
            .at("/api/admin/impersonations/<visit>/end")
            .gives(&[204]),
    ]
}

/// What super admins may do about staff. The examples are about nobody: whoever may ask is told so.
fn staff_people() -> Vec<Row> {
    vec![
        Row::get(StaffRooms, "/api/admin/staff")
            .needs(StaffView)
            .at("/api/admin/staff?limit=1"),
        Row::get(StaffRooms, "/api/admin/staff/{id}")
            .needs(StaffView)
            .at("/api/admin/staff/<colleague>"),
        // The address is somebody's already.
        Row::post(StaffRooms, "/api/admin/staff")
            .needs(PlatformManageStaff)
            .json(
                r#"{"email":"rio@acme-corp.example","name":"Rio","role":"read_only","identity_verified":true,"reason":"Joins the support team"}"#,
            )
            .told_as(StaffCreate)
            .gives(&[422]),
        Row::patch(StaffRooms, "/api/admin/staff/{id}")
            .needs(PlatformManageStaff)
            .at("/api/admin/staff/<nobody>")
            .json(r#"{"name":"Kim","reason":"Their laptop was stolen yesterday"}"#)
            .gives(&[404])
            .lacks(),
        Row::post(StaffRooms, "/api/admin/staff/{id}/deactivate")
            .needs(PlatformManageStaff)
            .at("/api/admin/staff/<nobody>/deactivate")
            .json(WHY)
            .told_as(StaffDeactivate)
            .gives(&[404])
            .lacks(),
        Row::post(StaffRooms, "/api/admin/staff/{id}/reissue-enrollment")
            .needs(PlatformManageStaff)
            .at("/api/admin/staff/<nobody>/reissue-enrollment")
            .json(WHY)
            .told_as(StaffReissue)
            .gives(&[404])
            .lacks(),
        Row::post(StaffRooms, "/api/admin/staff/{id}/reset-factors")
            .needs(PlatformManageStaff)
            .at("/api/admin/staff/<nobody>/reset-factors")
            .json(WHY)
            .told_as(StaffReset)
            .gives(&[404])
            .lacks(),
        Row::post(StaffRooms, "/api/admin/staff/{id}/compromised")
            .needs(PlatformManageStaff)
            .at("/api/admin/staff/<nobody>/compromised")
            .json(r#"{"reason":"Their laptop was stolen"}"#)
            .gives(&[404])
            .lacks(),
        Row::post(StaffRooms, "/api/admin/staff/{id}/checklist")
            .needs(PlatformManageStaff)
            .at("/api/admin/staff/<nobody>/checklist")
            .json(r#"{"task":"document","reason":"All of it is in the wiki"}"#)
            .gives(&[404])
            .lacks(),
    ]
}

/// What could lock everybody out. The examples are wrong or about nothing: whoever may ask is told so.
fn staff_trials() -> Vec<Row> {
    const RULE: &str = "/api/admin/network-rules/net_01kajt7c0me3vbxtr4cq3p6ahm";
    const SAYS: &str =
        r#"{"about":"","says":{"max_age_seconds":1},"name":"strict","reason":"Nobody needs more than that"}"#;
    const SAYS_THEN: &str =
        r#"{"about":"","says":{"max_age_seconds":600},"reason":"Nobody needs more than that"}"#;
    vec![
        Row::get(StaffRooms, "/api/admin/network-rules").needs(NetworkView),
        Row::post(StaffRooms, "/api/admin/network-rules/preview")
            .needs(NetworkView)
            .json(r#"{"name":"office","kind":"vpn","range":"203.0.113.0/24"}"#)
            .asks(),
        Row::post(StaffRooms, "/api/admin/network-rules")
            .needs(NetworkWrite)
            .json(r#"{"name":"office","kind":"vpn","range":"0.0.0.0/0","reason":"The office in Berlin has moved"}"#)
            .gives(&[422]),
        Row::patch(StaffRooms, "/api/admin/network-rules/{id}")
            .needs(NetworkWrite)
            .at(RULE)
            .json(r#"{"name":"office","reason":"The office in Berlin has moved"}"#)
            .gives(&[404])
            .lacks(),
        Row::delete(StaffRooms, "/api/admin/network-rules/{id}")
            .needs(NetworkWrite)
            .at(RULE)
            .json(r#"{"reason":"The office in Berlin has moved"}"#)
            .gives(&[404])
            .lacks(),
        Row::post(StaffRooms, "/api/admin/policies")
            .needs(PolicyWrite)
            .json(SAYS)
            .gives(&[422]),
        Row::patch(StaffRooms, "/api/admin/policies/{name}")
            .needs(PolicyWrite)
            .at("/api/admin/policies/nothing")
            .json(SAYS_THEN)
            .gives(&[404])
            .lacks(),
        Row::delete(StaffRooms, "/api/admin/policies/{name}")
            .needs(PolicyWrite)
            .at("/api/admin/policies/nothing")
            .json(r#"{"reason":"Nobody needs it any more"}"#)
            .gives(&[404])
            .lacks(),
        Row::get(StaffRooms, "/api/admin/trials").needs(NetworkView),
        Row::post(StaffRooms, "/api/admin/trials/{id}/confirm")
            .needs(NetworkWrite)
            .at("/api/admin/trials/trl_01kajt7c0me3vbxtr4cq3p6ahm/confirm")
            .told_as(TrialConfirm)
            .gives(&[404])
            .lacks(),
        Row::post(StaffRooms, "/api/admin/trials/{id}/roll-back")
            .needs(NetworkWrite)
            .at("/api/admin/trials/trl_01kajt7c0me3vbxtr4cq3p6ahm/roll-back")
            .told_as(TrialRollBack)
            .gives(&[404])
            .lacks(),
    ]
}

/// The same as forms.
fn staff_trial_functions() -> Vec<Row> {
    const TRIAL: &str = "trial_id=trl_01kajt7c0me3vbxtr4cq3p6ahm&back=/network";
    vec![
        Row::post(StaffRooms, "/api/fn/staff/change_network")
            .needs(NetworkWrite)
            .form(
                "act=remove&rule=net_01kajt7c0me3vbxtr4cq3p6ahm&reason=The+office+has+moved&dialog=/network&back=/network",
            )
            .gives(&[303])
            .lacks(),
        Row::post(StaffRooms, "/api/fn/staff/save_policy")
            .needs(PolicyWrite)
            .form("name=strict&max_age=0&reason=Nobody+needs+more&dialog=/policies&back=/policies")
            .gives(&[303]),
        Row::post(StaffRooms, "/api/fn/staff/remove_policy")
            .needs(PolicyWrite)
            .form("name=nothing&reason=Nobody+needs+it&dialog=/policies&back=/policies")
            .gives(&[303])
            .lacks(),
        Row::post(StaffRooms, "/api/fn/staff/confirm_trial")
            .needs(NetworkWrite)
            .form(TRIAL)
            .told_as(TrialConfirm)
            .gives(&[303])
            .lacks(),
        Row::post(StaffRooms, "/api/fn/staff/roll_back_trial")
            .needs(NetworkWrite)
            .form(TRIAL)
            .told_as(TrialRollBack)
            .gives(&[303])
            .lacks(),
    ]
}

/// What super admins may do about identity providers. Plain http is refused, and nothing is changed that is not there.
fn staff_providers() -> Vec<Row> {
    vec![
        Row::get(StaffRooms, "/api/admin/identity-providers").needs(IdpView),
        Row::get(StaffRooms, "/api/admin/identity-providers/{id}")
            .needs(IdpView)
            .at("/api/admin/identity-providers/<provider>"),
        Row::post(StaffRooms, "/api/admin/identity-providers")
            .needs(IdpWrite)
            .json(
                r#"{"name":"Second","issuer":"http://login.example.com","client_id":"console","reason":"The other office has its own"}"#,
            )
            .told_as(IdpCreate)
            .gives(&[422]),
        Row::patch(StaffRooms, "/api/admin/identity-providers/{id}")
            .needs(IdpWrite)
            .at("/api/admin/identity-providers/idp_01m7z0e7rge000000000000009")
            .json(r#"{"is_trusted":true,"reason":"The other office has its own"}"#)
            .gives(&[404])
            .lacks(),
        Row::post(StaffRooms, "/api/admin/identity-providers/{id}/test")
            .needs(IdpWrite)
            .at("/api/admin/identity-providers/idp_01m7z0e7rge000000000000009/test")
            .json("{}")
            .told_as(IdpTest)
            .gives(&[404])
            .lacks(),
        Row::get(StaffRooms, "/api/admin/identity-providers/{id}/people")
            .needs(IdpView)
            .at("/api/admin/identity-providers/<provider>/people"),
        Row::post(StaffRooms, "/api/admin/identity-providers/{id}/preview")
            .needs(IdpView)
            .at("/api/admin/identity-providers/<provider>/preview")
            .json(r#"{"claims":{}}"#)
            .asks(),
    ]
}

fn tenant_entrance() -> Vec<Row> {
    vec![
        Row::get(TenantEntrance, "/sign-in"),
        // Nobody has this address.
        Row::post(TenantEntrance, "/sign-in")
            .form("email=nobody@acme.com&password=x")
            .gives(&[401]),
        Row::get(TenantEntrance, "/visit/over"),
        Row::get(TenantEntrance, "/visit/{id}")
            .at("/visit/<visit>")
            .gives(&[303]),
        // The code is not one of ours.
        Row::get(TenantEntrance, "/visit/{id}/enter")
            .at("/visit/<visit>/enter?code=x")
            .gives(&[404]),
    ]
}

fn tenant_rooms() -> Vec<Row> {
    vec![
        Row::get(TenantRooms, "/").needs(PortalView).gives(&[200, 303]),
        Row::get(TenantRooms, "/members").needs(MemberList),
        Row::get(TenantRooms, "/audit").needs(TenantAuditRead),
        Row::get(TenantRooms, "/sessions").needs(UserSessionView).own(),
        Row::get(TenantRooms, "/support-access").needs(SupportView),
        Row::post(TenantRooms, "/sign-out")
            .needs(UserSignOut)
            .own()
            .spends()
            .gives(&[303]),
        Row::post(TenantRooms, "/api/fn/tenant/consent")
            .needs(ConsentChange)
            .form("choice=on&until=&back=/support-access")
            .gives(&[303]),
        Row::post(TenantRooms, "/api/fn/tenant/answer_request")
            .needs(SupportDeny)
            .form("request_id=<question>&answer=deny&back=/support-access")
            .gives(&[303]),
        Row::post(TenantRooms, "/api/fn/tenant/end_visit")
            .needs(VisitEndByTenant)
            .form("impersonation_id=<visit>&back=/support-access")
            .gives(&[303]),
        Row::post(TenantRooms, "/api/fn/tenant/revoke_session")
            .needs(UserSessionRevoke)
            .form("session_id=<seat>&back=/sessions")
            .gives(&[303]),
        Row::post(TenantRooms, "/api/fn/tenant/revoke_sessions")
            .needs(UserSessionRevoke)
            .form("user_id=<seated>&back=/sessions")
            .gives(&[303]),
        Row::get(TenantRooms, "/api/tenant/sessions")
            .needs(UserSessionView)
            .own(),
        Row::delete(TenantRooms, "/api/tenant/sessions/{id}")
            .needs(UserSessionRevoke)
            .at("/api/tenant/sessions/<seat>")
            .gives(&[204])
            .hides(),
        Row::delete(TenantRooms, "/api/tenant/users/{id}/sessions")
            .needs(UserSessionRevoke)
            .at("/api/tenant/users/<seated>/sessions")
            .gives(&[200, 204])
            .hides(),
        Row::get(TenantRooms, "/api/tenant/support-access").needs(SupportView),
        Row::put(TenantRooms, "/api/tenant/support-access/consent")
            .needs(ConsentChange)
            .json(r#"{"choice":"on"}"#)
            .gives(&[200, 204]),
        Row::post(TenantRooms, "/api/tenant/support-access/requests/{id}/approve")
            .needs(SupportApprove)
            .at("/api/tenant/support-access/requests/<question>/approve")
            .gives(&[200, 204]),
        Row::post(TenantRooms, "/api/tenant/support-access/requests/{id}/deny")
            .needs(SupportDeny)
            .at("/api/tenant/support-access/requests/<question>/deny")
            .gives(&[200, 204]),
        Row::post(TenantRooms, "/api/tenant/support-access/impersonations/{id}/end")
            .needs(VisitEndByTenant)
            .at("/api/tenant/support-access/impersonations/<visit>/end")
            .gives(&[200, 204]),
        Row::post(TenantRooms, "/api/fn/tenant/end_impersonation")
            .needs(VisitEndOwn)
            .form("")
            .spends()
            .gives(&[303]),
        Row::get(TenantRooms, "/api/tenant/users")
            .needs(MemberList)
            .at("/api/tenant/users?limit=1"),
        Row::get(TenantRooms, "/api/tenant/audit-logs")
            .needs(TenantAuditRead)
            .at("/api/tenant/audit-logs?limit=1"),
        Row::get(TenantRooms, "/api/tenant/audit-logs/{id}/receipt")
            .needs(TenantAuditRead)
            .at("/api/tenant/audit-logs/<own_entry>/receipt"),
        Row::get(TenantRooms, "/api/tenant/audit-logs/export")
            .needs(TenantAuditExport)
            .at("/api/tenant/audit-logs/export?format=csv"),
        Row::post(TenantRooms, "/api/tenant/impersonation/end")
            .needs(VisitEndOwn)
            .spends()
            .gives(&[204]),
    ]
}
