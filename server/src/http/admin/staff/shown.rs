//! Members of staff as the API tells them: in the list, and each on their own. Of tenants that the reader may not know of
//! nothing is told but how many they are.

use serde::Serialize;
use stagedoor_core::id::StaffId;
use stagedoor_core::role::StaffRole;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::duties::ContactShown;
use stagedoor_core::view::frame::TenantLabel;
use stagedoor_core::view::staff::{PostLine, ScopeLine, StaffListView, StaffPage, StaffRow, TermLine};
use utoipa::ToSchema;

use crate::http::admin::responsibilities::ContactBody;
use crate::http::api::{ListBody, schema};

/// A tenant that somebody reaches.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StaffTenant)]
pub(in crate::http::admin) struct ReachedTenant {
    #[schema(schema_with = schema::tenant_id)]
    id: String,
    /// Its name in addresses.
    slug: String,
    /// Its name.
    name: String,
}

impl From<TenantLabel> for ReachedTenant {
    fn from(label: TenantLabel) -> Self {
        Self {
            id: label.id.to_string(),
            slug: label.slug,
            name: label.name,
        }
    }
}

/// A role that is given for a time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StaffRoleTerm)]
struct RoleTermBody {
    #[schema(schema_with = schema::time)]
    until: Timestamp,
    /// Why it was given.
    reason: String,
    /// The role afterwards.
    #[schema(schema_with = schema::staff_role)]
    falls_back_to: StaffRole,
    /// The sub-role afterwards.
    falls_back_to_sub_role: Option<String>,
}

/// Tenants that are given for a time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StaffTenantsTerm)]
struct TenantsTermBody {
    #[schema(schema_with = schema::time)]
    until: Timestamp,
    /// Why they were given.
    reason: String,
    /// The tenants afterwards, as far as you may know of them; `null` is all of them.
    falls_back_to: Option<Vec<ReachedTenant>>,
}

impl From<TermLine<PostLine>> for RoleTermBody {
    fn from(term: TermLine<PostLine>) -> Self {
        Self {
            until: term.until,
            reason: term.why,
            falls_back_to: term.back_to.role,
            falls_back_to_sub_role: term.back_to.sub_role,
        }
    }
}

impl From<TermLine<ScopeLine>> for TenantsTermBody {
    fn from(term: TermLine<ScopeLine>) -> Self {
        Self {
            until: term.until,
            reason: term.why,
            falls_back_to: reached(term.back_to).0,
        }
    }
}

/// The tenants that the reader may know of, and how many more there are.
pub(in crate::http::admin) fn reached(scope: ScopeLine) -> (Option<Vec<ReachedTenant>>, u64) {
    match scope {
        ScopeLine::All => (None, 0),
        ScopeLine::Only { known, hidden } => (Some(known.into_iter().map(Into::into).collect()), hidden),
    }
}

/// A member of staff.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Staff)]
pub(super) struct StaffBody {
    #[schema(schema_with = schema::staff_id)]
    id: StaffId,
    /// Their address at the identity provider, for people to read: nobody is found by it.
    email: String,
    /// Their name.
    name: String,
    /// Their role; of a deactivated account, the one they had.
    #[schema(schema_with = schema::staff_role)]
    role: StaffRole,
    /// The sub-role that narrows the role.
    #[schema(example = "support_l1")]
    sub_role: Option<String>,
    /// Until when role and sub-role are given, and what is in force again then; `null` where they are given for good.
    role_term: Option<RoleTermBody>,
    /// `invited`, `claimed` (the first passkey is pending), `active` or `deactivated`, which is for ever.
    #[schema(example = "active")]
    state: String,
    /// The tenants they reach, as far as you may know of them; `null` is all of them.
    tenants: Option<Vec<ReachedTenant>>,
    /// How many more tenants they reach that you may not know of.
    tenants_hidden: u64,
    /// Until when these are given, and which they reach again then; `null` where they are given for good.
    tenants_term: Option<TenantsTermBody>,
    #[schema(schema_with = schema::time_or_null)]
    temporary_until: Option<Timestamp>,
    /// How many passkeys they have in use.
    passkeys: u64,
    #[schema(schema_with = schema::time_or_null)]
    last_sign_in_at: Option<Timestamp>,
    #[schema(schema_with = schema::time_or_null)]
    enrollment_until: Option<Timestamp>,
    #[schema(schema_with = schema::time)]
    created_at: Timestamp,
    /// Whether the configuration file names them: then nothing here changes them.
    named_in_configuration: bool,
    /// Whether the account is in use, and its responsibilities are not acknowledged as they stand now.
    responsibilities_owed: bool,
}

impl From<StaffRow> for StaffBody {
    fn from(row: StaffRow) -> Self {
        let (tenants, tenants_hidden) = reached(row.scope);
        Self {
            id: row.id,
            email: row.email,
            name: row.name,
            role: row.role,
            sub_role: row.sub_role,
            role_term: row.role_term.map(Into::into),
            state: row.state,
            tenants,
            tenants_hidden,
            tenants_term: row.scope_term.map(Into::into),
            temporary_until: row.until,
            passkeys: row.passkeys,
            last_sign_in_at: row.signed_in,
            enrollment_until: row.token_until,
            created_at: row.created,
            named_in_configuration: row.named,
            responsibilities_owed: row.owes_duties,
        }
    }
}

/// A page of staff, with what concerns all of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StaffList)]
pub(super) struct StaffListBody {
    #[serde(flatten)]
    list: ListBody<StaffBody>,
    /// How many super admins are enrolled for good and of all tenants, whatever was looked for.
    super_admins: u64,
    /// What is wrong with that number, in words; `null` for two to five.
    warning: Option<String>,
}

impl From<StaffListView> for StaffListBody {
    fn from(view: StaffListView) -> Self {
        Self {
            list: view.page.into(),
            super_admins: view.super_admins,
            warning: view.warning,
        }
    }
}

/// One thing to do after a deactivation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StaffTask)]
struct TaskBody {
    /// `rotate_secrets`, `review_audit`, `remove_at_provider` or `document`.
    #[schema(example = "review_audit")]
    task: String,
    /// What to do, in words.
    about: String,
    /// What that is made of, in the order of doing it.
    steps: Vec<String>,
    /// The query of the person's own entries that are gone through for it, for who may read them.
    #[schema(example = "actor:stf_01k9w000000000000000000010 since:90d")]
    entries: Option<String>,
    #[schema(schema_with = schema::time)]
    due_at: Timestamp,
    #[schema(schema_with = schema::time_or_null)]
    done_at: Option<Timestamp>,
    /// Who did it, by name.
    done_by: Option<String>,
}

/// A member of staff, with what only their own page tells.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StaffMember)]
pub(super) struct OneBody {
    #[serde(flatten)]
    #[schema(inline)]
    staff: StaffBody,
    /// Why the account exists.
    justification: String,
    /// Another way to reach them, for who may manage staff and has proved it as freshly as that asks for; that you read it is recorded.
    backup_contact: Option<ContactBody>,
    /// Why the backup contact is withheld from you, who may manage staff, and what to do. Then nothing says whether there is one.
    backup_contact_withheld: Option<String>,
    #[schema(schema_with = schema::time_or_null)]
    deactivated_at: Option<Timestamp>,
    /// Why it was deactivated.
    deactivated_why: Option<String>,
    /// What people have to do after a deactivation, the most urgent first.
    checklist: Vec<TaskBody>,
}

impl From<StaffPage> for OneBody {
    fn from(page: StaffPage) -> Self {
        let checklist = page.tasks.into_iter().map(|line| TaskBody {
            task: line.task,
            about: line.about,
            steps: line.steps,
            entries: line.entries,
            due_at: line.due,
            done_at: line.done.as_ref().map(|(at, _)| *at),
            done_by: line.done.map(|(_, by)| by),
        });
        let (told, withheld) = match page.contact {
            ContactShown::Nothing => (None, None),
            ContactShown::Told(line) => (Some(line.into()), None),
            ContactShown::Withheld { why, .. } => (None, Some(why)),
        };
        Self {
            staff: page.row.into(),
            justification: page.justification,
            backup_contact: told,
            backup_contact_withheld: withheld,
            deactivated_at: page.deactivated.as_ref().map(|deactivated| deactivated.at),
            deactivated_why: page.deactivated.map(|deactivated| deactivated.why),
            checklist: checklist.collect(),
        }
    }
}
