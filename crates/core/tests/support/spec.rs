//! The matrices as the specification writes them, typed in by hand: nothing here is generated from the code under test.

/// Spec 01, "The whole matrix": super_admin, support, security, read_only.
pub(crate) const STAFF: &str = "
tenant.list, tenant.view | ● | ● | ● | ● |
tenant.create, tenant.update, tenant.suspend, tenant.invite_admin, tenant.impersonate, tenant.set_flag, tenant.rotate_key | ● | ● | | |
tenant.view_directory, platform.query_users | ● | ● | | |
tenant.delete, tenant.owner_recover | ◐ | | | |
session.view, impersonation.view | ● | ● | ● | |
session.revoke, impersonation.end_other | ● | own visits | by policy | |
session.revoke_many | ◐ | | | |
audit.read_tenant | ● | ● | ● | ● |
audit.read_admin | ● | | ● | |
audit.export | ● | what it may read | ● | |
audit.restore | ◐ | | | |
risk.view | ● | ● | ● | |
risk.triage | ● | | by policy | |
break_glass.request | ● | ● | | |
break_glass.vote, break_glass.review | ● | | ● | |
staff.view, review.view | ● | | ● | |
platform.manage_staff, review.decide | ● | | | |
alert.view, alert.acknowledge, alert.test | ● | | | |
policy.view, network.view, idp.view, sink.view, settings.view | ● | | ● | |
policy.write, network.write, idp.write, sink.write, settings.write, licence.write, application.write | ● | | | |
signing_key.destroy, origin_enforcement.off | ◐ | | | |
platform.view_system_metrics | ● | | ● | |
";

/// What everybody on staff holds over their own session and factors, beside the matrix (spec 01 "Signing in").
pub(crate) const OWN_SESSION: &str = "
staff.sign_in, staff.sign_out, session.view_own, session.renew, session.narrow, staff.step_up | own | own | own | own |
passkey.view_own, passkey.register, passkey.rename, passkey.revoke | own | own | own | own |
totp.enrol, totp.remove, recovery.renew | own | own | own | own |
responsibilities.view_own, responsibilities.acknowledge, backup_contact.change | own | own | own | own |
";

/// Spec 04, "The tenant portal", and 02 on consent and End now: owner, admin, developer, billing-admin, member; then
/// what a visit may do of it: look, write once escalated, always or never.
pub(crate) const TENANT: &str = "
user.sign_in, user.sign_out | own | own | own | own | own | never
user.view_sessions | ● | ● | own | own | own | look
user.revoke_session | ● | ● | own | own | own | never
portal.view | ● | ● | ● | ● | ● | look
member.list | ● | ● | | | | look
audit.read | ● | ● | | | | look
impersonation.end_own | ● | ● | ● | ● | ● | always
export.audit | ● | ● | | | | never
member.manage | ● | ● | | | | write
support_access.view | ● | ● | | | | look
support_access.approve, support_access.deny | ● | | | | | never
support_access.consent | ● | | | | | never
support_access.end | ● | ● | | | | never
auth.settings | ● | ● | | | | never
billing.manage | ● | | | | | never
";

/// What a cell of the specification means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    Nothing,
    All,
    WithGrant,
    Own,
    ByPolicy,
}

fn holds(cell: &str) -> Holds {
    match cell {
        "" => Holds::Nothing,
        // What an export may hold is narrowed by what its reader may read, not by a cell.
        "●" | "what it may read" => Holds::All,
        "◐" => Holds::WithGrant,
        "own visits" | "own" => Holds::Own,
        "by policy" => Holds::ByPolicy,
        other => panic!("no such cell: {other}"),
    }
}

/// One permission and the columns behind it.
pub(crate) struct Row {
    pub(crate) permission: &'static str,
    columns: Vec<&'static str>,
}

impl Row {
    pub(crate) fn holds(&self, role: usize) -> Holds {
        holds(self.columns[role])
    }

    /// The last column of the tenant's table.
    pub(crate) fn in_a_visit(&self) -> &'static str {
        self.columns[5]
    }
}

fn rows(table: &'static str) -> Vec<Row> {
    let mut rows = Vec::new();
    for line in table.lines().filter(|line| !line.is_empty()) {
        let (permissions, columns) = line.split_once('|').expect("a row has columns");
        let columns: Vec<_> = columns.split('|').map(str::trim).collect();
        for permission in permissions.split(',') {
            rows.push(Row {
                permission: permission.trim(),
                columns: columns.clone(),
            });
        }
    }
    rows
}

/// Every permission of staff, with those over one's own session.
pub(crate) fn staff_rows() -> Vec<Row> {
    let mut all = rows(STAFF);
    all.extend(rows(OWN_SESSION));
    all
}

/// Every permission inside a tenant.
pub(crate) fn tenant_rows() -> Vec<Row> {
    rows(TENANT)
}
