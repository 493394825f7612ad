//! Staff: the list, one person, and what super admins may do about them.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use http::header::CACHE_CONTROL;
use serde::{Deserialize, Deserializer, Serialize};
use stagedoor_core::id::StaffId;
use stagedoor_core::role::StaffRole;
use stagedoor_core::staff::{Secrets, Task};
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::frame::TenantLabel;
use stagedoor_core::view::staff::{PostLine, ScopeLine, StaffPage, StaffRow, TermLine};
use stagedoor_service::staff::{self, Deactivated, Invited, Invitee, Patch, StaffRequest, Verified};
use stagedoor_service::{ServiceError, StaffOp};
use utoipa::{IntoParams, ToSchema};

use super::refuse;
use super::responsibilities::ContactBody;
use crate::http::api::{Conflict, ListBody, Refusals, schema};
use crate::http::input::{JsonBody, Limit, PathId, QueryString};

/// What staff are found by.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StaffQuery {
    /// Words: each the beginning of a word of the name or of the address, or the id; and `role:`, `state:`, `account:`.
    #[serde(default)]
    #[param(required = false)]
    q: String,
    /// The `next` of the former page.
    cursor: Option<String>,
    /// Most rows, 50 unless said.
    #[serde(default)]
    #[param(value_type = Option<u32>, required = false, minimum = 1, maximum = 100)]
    limit: Limit,
}

/// A tenant that somebody reaches.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StaffTenant)]
pub struct ReachedTenant {
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
pub struct RoleTermBody {
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
pub struct TenantsTermBody {
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
fn reached(scope: ScopeLine) -> (Option<Vec<ReachedTenant>>, u64) {
    match scope {
        ScopeLine::All => (None, 0),
        ScopeLine::Only { known, hidden } => (Some(known.into_iter().map(Into::into).collect()), hidden),
    }
}

/// A member of staff.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Staff)]
pub struct StaffBody {
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

/// One thing to do after a deactivation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StaffTask)]
pub struct TaskBody {
    /// `rotate_secrets`, `review_audit`, `remove_at_provider` or `document`.
    #[schema(example = "review_audit")]
    task: String,
    /// What to do, in words.
    about: String,
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
pub struct OneBody {
    #[serde(flatten)]
    #[schema(inline)]
    staff: StaffBody,
    /// Why the account exists.
    justification: String,
    /// Another way to reach them, for who may manage staff and has proved it as freshly as that asks for; that you read it is recorded.
    backup_contact: Option<ContactBody>,
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
            due_at: line.due,
            done_at: line.done.as_ref().map(|(at, _)| *at),
            done_by: line.done.map(|(_, by)| by),
        });
        Self {
            staff: page.row.into(),
            justification: page.justification,
            backup_contact: page.contact.map(Into::into),
            deactivated_at: page.deactivated.as_ref().map(|deactivated| deactivated.at),
            deactivated_why: page.deactivated.map(|deactivated| deactivated.why),
            checklist: checklist.collect(),
        }
    }
}

/// Staff by address.
#[utoipa::path(
    get, path = "/api/admin/staff", tag = "staff", security(("staff_session" = [])),
    params(StaffQuery),
    responses((status = 200, description = "A page of staff.", body = ListBody<StaffBody>), Refusals)
)]
pub async fn list(
    Extension(op): Extension<StaffOp>,
    QueryString(query): QueryString<StaffQuery>,
) -> Response {
    let request = StaffRequest {
        q: query.q,
        cursor: query.cursor,
        limit: Some(query.limit.get()),
    };
    match staff::list(&op, &request).await {
        Ok(view) => Json(ListBody::<StaffBody>::from(view.page)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// One member of staff.
#[utoipa::path(
    get, path = "/api/admin/staff/{id}", tag = "staff", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The member of staff.")),
    responses((status = 200, description = "The member of staff.", body = OneBody), Refusals)
)]
pub async fn show(Extension(op): Extension<StaffOp>, PathId(id): PathId<StaffId>) -> Response {
    one(&op, id).await
}

async fn one(op: &StaffOp, id: StaffId) -> Response {
    match staff::page(op, &id.to_string()).await {
        Ok(page) => Json(OneBody::from(page)).into_response(),
        Err(error) => refuse(op, &error),
    }
}

/// A token that is shown this once: it cannot be read again, only made anew.
#[derive(Serialize, ToSchema)]
#[schema(as = EnrollmentToken)]
pub struct TokenBody {
    #[schema(schema_with = schema::staff_id)]
    id: StaffId,
    /// The token. Hand it over by another channel than the person's address.
    enrollment_token: String,
    #[schema(schema_with = schema::time)]
    enrollment_until: Timestamp,
    /// How many of their sessions ended.
    sessions_ended: u64,
}

fn token(op: &StaffOp, status: StatusCode, invited: Result<Invited, ServiceError>) -> Response {
    match invited {
        Ok(invited) => {
            let body = TokenBody {
                id: invited.id,
                enrollment_token: invited.issued.expose(),
                enrollment_until: invited.issued.until,
                sessions_ended: invited.ended.sessions,
            };
            (status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response()
        }
        Err(error) => refuse(op, &error),
    }
}

/// Somebody who is to become staff.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewStaff)]
pub struct NewBody {
    /// Their address at the identity provider. It is one person's, for ever.
    #[schema(max_length = 254)]
    email: String,
    /// Their name.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    #[schema(schema_with = schema::staff_role)]
    role: StaffRole,
    /// A sub-role of it; `null` or left out is the whole role.
    #[serde(default)]
    #[schema(max_length = 40, example = "support_l1")]
    sub_role: Option<String>,
    /// The tenants they reach, by id or slug; `null` or left out is all of them.
    #[serde(default)]
    #[schema(max_items = 200)]
    tenants: Option<Vec<String>>,
    /// When a temporary account ends by itself; `null` or left out makes it permanent.
    #[serde(default)]
    #[schema(schema_with = schema::time_or_null)]
    temporary_until: Option<Timestamp>,
    /// That you made sure who it is, by another way than e-mail.
    identity_verified: bool,
    /// Why they become staff.
    #[schema(min_length = 10, max_length = 500)]
    reason: String,
}

/// Invite somebody to staff. The answer has their enrolment token, this once.
#[utoipa::path(
    post, path = "/api/admin/staff", tag = "staff", security(("staff_session" = [])),
    request_body = NewBody,
    responses((status = 201, description = "They are invited.", body = TokenBody), Refusals, Conflict)
)]
pub async fn create(Extension(op): Extension<StaffOp>, JsonBody(body): JsonBody<NewBody>) -> Response {
    let invitee = Invitee {
        email: body.email,
        name: body.name,
        role: body.role,
        sub_role: body.sub_role,
        tenants: body.tenants,
        until: body.temporary_until,
        identity: match body.identity_verified {
            true => Verified::OutOfBand,
            false => Verified::Not,
        },
        reason: body.reason,
    };
    token(&op, StatusCode::CREATED, staff::create(&op, &invitee).await)
}

/// Tells `null` from what was left out.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// What of somebody is to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StaffChange)]
pub struct PatchBody {
    /// Another name.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    /// Another role: `super_admin`, `support`, `security` or `read_only`. Their sessions end.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "support")]
    role: Option<StaffRole>,
    /// A sub-role of it; `null` is the whole role, as is another role with none named. Their sessions end.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 40, example = "support_l1")]
    sub_role: Option<Option<String>>,
    /// Until when role and sub-role are given; then what they have for good is in force again. `null` is for good, as is a role
    /// or sub-role without it.
    #[serde(default, deserialize_with = "given")]
    #[schema(schema_with = schema::time_or_null, required = false)]
    role_until: Option<Option<Timestamp>>,
    /// Other tenants, by id or slug; `null` is all of them. Their sessions end.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>, max_items = 200)]
    tenants: Option<Option<Vec<String>>>,
    /// Until when these are given; then those that they have for good are in force again. `null` is for good.
    #[serde(default, deserialize_with = "given")]
    #[schema(schema_with = schema::time_or_null, required = false)]
    tenants_until: Option<Option<Timestamp>>,
    /// Another end; `null` makes the account permanent.
    #[serde(default, deserialize_with = "given")]
    #[schema(schema_with = schema::time_or_null, required = false)]
    temporary_until: Option<Option<Timestamp>>,
    /// Why.
    #[schema(min_length = 10, max_length = 500)]
    reason: String,
}

/// Change somebody's name, role, sub-role, tenants or end. Nobody changes their own role, tenants or end.
#[utoipa::path(
    patch, path = "/api/admin/staff/{id}", tag = "staff", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The member of staff.")),
    request_body = PatchBody,
    responses((status = 200, description = "They are as they are now.", body = OneBody), Refusals, Conflict)
)]
pub async fn update(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<StaffId>,
    JsonBody(body): JsonBody<PatchBody>,
) -> Response {
    let patch = Patch {
        name: body.name,
        role: body.role,
        sub_role: body.sub_role,
        role_until: body.role_until,
        tenants: body.tenants,
        tenants_until: body.tenants_until,
        until: body.temporary_until,
    };
    match staff::change(&op, id, &patch, &body.reason).await {
        Ok(_) => one(&op, id).await,
        Err(error) => refuse(&op, &error),
    }
}

/// Why something is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StaffReason)]
pub struct ReasonBody {
    /// Why.
    #[schema(min_length = 10, max_length = 500)]
    reason: String,
}

/// Why somebody is deactivated.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Deactivation)]
pub struct DeactivateBody {
    /// Why.
    #[schema(min_length = 10, max_length = 500)]
    reason: String,
    /// Whether secrets that the person saw may be known to others.
    #[serde(default)]
    secrets_compromised: bool,
}

/// What is left to do, and by when.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DueTask)]
pub struct DueBody {
    /// `rotate_secrets`, `review_audit`, `remove_at_provider` or `document`.
    #[schema(example = "review_audit")]
    task: &'static str,
    /// What to do, in words.
    about: &'static str,
    #[schema(schema_with = schema::time)]
    due_at: Timestamp,
}

/// What ended with somebody's account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deactivated)]
pub struct DeactivatedBody {
    #[schema(schema_with = schema::staff_id)]
    id: StaffId,
    /// How many of their sessions ended.
    sessions_ended: u64,
    /// How many of their visits ended.
    visits_ended: u64,
    /// How many of their open questions to tenants' owners were closed.
    requests_ended: u64,
    /// What people have to do now, the most urgent first.
    checklist: Vec<DueBody>,
}

impl From<Deactivated> for DeactivatedBody {
    fn from(deactivated: Deactivated) -> Self {
        let due = deactivated.tasks.into_iter().map(|(task, due_at)| DueBody {
            task: task.as_str(),
            about: task.explain(),
            due_at,
        });
        Self {
            id: deactivated.id,
            sessions_ended: deactivated.ended.sessions,
            visits_ended: deactivated.ended.visits,
            requests_ended: deactivated.ended.requests,
            checklist: due.collect(),
        }
    }
}

/// Deactivate somebody, for ever: role, passkeys, sessions, visits and open questions end at once.
#[utoipa::path(
    post, path = "/api/admin/staff/{id}/deactivate", tag = "staff", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The member of staff.")),
    request_body = DeactivateBody,
    responses((status = 200, description = "They are out.", body = DeactivatedBody), Refusals, Conflict)
)]
pub async fn deactivate(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<StaffId>,
    JsonBody(body): JsonBody<DeactivateBody>,
) -> Response {
    let secrets = match body.secrets_compromised {
        true => Secrets::Compromised,
        false => Secrets::Safe,
    };
    match staff::deactivate(&op, id, secrets, &body.reason).await {
        Ok(deactivated) => Json(DeactivatedBody::from(deactivated)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Make a fresh enrolment token for somebody who has not enrolled; the former one is void.
#[utoipa::path(
    post, path = "/api/admin/staff/{id}/reissue-enrollment", tag = "staff", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The member of staff.")),
    request_body = ReasonBody,
    responses((status = 200, description = "The token, this once.", body = TokenBody), Refusals, Conflict)
)]
pub async fn reissue(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<StaffId>,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Response {
    token(&op, StatusCode::OK, staff::reissue(&op, id, &body.reason).await)
}

/// Clear somebody's passkeys and identity and end their sessions: they enrol again with the token of the answer.
#[utoipa::path(
    post, path = "/api/admin/staff/{id}/reset-factors", tag = "staff", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The member of staff.")),
    request_body = ReasonBody,
    responses((status = 200, description = "The token, this once.", body = TokenBody), Refusals, Conflict)
)]
pub async fn reset(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<StaffId>,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Response {
    token(&op, StatusCode::OK, staff::reset(&op, id, &body.reason).await)
}

/// What of somebody's checklist was done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DoneTask)]
pub struct DoneBody {
    /// `rotate_secrets`, `review_audit`, `remove_at_provider` or `document`.
    #[schema(example = "review_audit")]
    task: String,
    /// What was done.
    #[schema(min_length = 10, max_length = 500)]
    reason: String,
}

/// Note that something of a deactivated person's checklist was done.
#[utoipa::path(
    post, path = "/api/admin/staff/{id}/checklist", tag = "staff", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The member of staff.")),
    request_body = DoneBody,
    responses((status = 200, description = "It is noted.", body = OneBody), Refusals, Conflict)
)]
pub async fn finish(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<StaffId>,
    JsonBody(body): JsonBody<DoneBody>,
) -> Response {
    let done = match body.task.parse::<Task>() {
        Ok(task) => staff::finish_task(&op, id, task, &body.reason).await,
        Err(_) => Err(staff::unknown_task()),
    };
    match done {
        Ok(()) => one(&op, id).await,
        Err(error) => refuse(&op, &error),
    }
}
