//! Impersonations as a list, and the account of one. What is hidden from the reader's scope is as unknown as what
//! never was.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use stagedoor_core::id::{ImpersonationId, TenantId};
use stagedoor_core::role::TenantRole;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Page;
use stagedoor_core::view::event::AuditEvent;
use stagedoor_core::view::visit::{AccountView, VisitView};
use stagedoor_service::impersonation::VisitsRequest;
use stagedoor_service::{StaffOp, impersonation};
use utoipa::{IntoParams, ToSchema};

use super::event::EventBody;
use super::refuse;
use crate::http::api::{ListBody, Refusals, schema};
use crate::http::input::{Limit, PathId, QueryString};

/// Parameters of a list of visits.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VisitsQuery {
    /// The tenant, by id or slug.
    tenant: Option<String>,
    /// Words of the visitor's name, and `ticket:`.
    #[serde(default)]
    #[param(required = false)]
    q: String,
    /// The `next` of the former page.
    cursor: Option<String>,
    /// Rows a page, 50 unless said.
    #[serde(default)]
    #[param(value_type = Option<u32>, required = false, minimum = 1, maximum = 100)]
    limit: Limit,
}

/// A visit, running or over.
#[derive(Serialize, ToSchema)]
#[schema(as = Impersonation)]
pub struct VisitBody {
    #[schema(schema_with = schema::impersonation_id)]
    id: ImpersonationId,
    /// The name of the member of staff.
    staff: String,
    /// Their address.
    staff_email: String,
    #[schema(schema_with = schema::tenant_id)]
    org_id: TenantId,
    /// The tenant's name.
    tenant: String,
    /// As whom; `null` as the tenant's administrator.
    as_user: Option<String>,
    #[schema(schema_with = schema::tenant_role)]
    role: TenantRole,
    /// What the visit may do; `read_only` changes nothing.
    #[schema(example = "read_only")]
    mode: String,
    /// Why, as it was given.
    reason: String,
    /// The ticket, where one was named.
    ticket_ref: Option<String>,
    #[schema(schema_with = schema::time)]
    started_at: Timestamp,
    /// Its last moment at the latest.
    #[schema(schema_with = schema::time)]
    expires_at: Timestamp,
    /// `live` or `ended`.
    #[schema(example = "live")]
    state: &'static str,
    #[schema(schema_with = schema::time_or_null)]
    ended_at: Option<Timestamp>,
    /// Why it ended: `expired`, `ended`, `idle`, …
    ended_why: Option<String>,
    /// How long it lasted; `null` while it runs.
    lasted_seconds: Option<u64>,
}

impl From<VisitView> for VisitBody {
    fn from(visit: VisitView) -> Self {
        let lasted = visit
            .ended
            .as_ref()
            .map(|end| end.at.since(visit.started).as_secs());
        Self {
            id: visit.id,
            staff: visit.staff.name,
            staff_email: visit.staff.email,
            org_id: visit.tenant.id,
            tenant: visit.tenant.name,
            as_user: visit.as_whom,
            role: visit.role,
            mode: visit.mode,
            reason: visit.reason,
            ticket_ref: visit.ticket,
            started_at: visit.started,
            expires_at: visit.until,
            state: if visit.ended.is_some() { "ended" } else { "live" },
            ended_at: visit.ended.as_ref().map(|end| end.at),
            ended_why: visit.ended.map(|end| end.code),
            lasted_seconds: lasted,
        }
    }
}

/// Visits: those that run now on the first page before those that are over, the latest of these first.
#[utoipa::path(
    get, path = "/api/admin/impersonations", tag = "impersonations", security(("staff_session" = [])),
    params(VisitsQuery),
    responses((status = 200, description = "A page of visits.", body = ListBody<VisitBody>), Refusals)
)]
pub async fn list(
    Extension(op): Extension<StaffOp>,
    QueryString(query): QueryString<VisitsQuery>,
) -> Response {
    let first = query.cursor.as_deref().is_none_or(str::is_empty);
    let request = VisitsRequest {
        tenant: query.tenant,
        q: query.q,
        cursor: query.cursor,
        limit: Some(query.limit.get()),
    };
    match impersonation::list(&op, &request).await {
        Ok(view) => {
            let mut items = if first { view.live } else { Vec::new() };
            items.extend(view.past.items);
            Json(ListBody::<VisitBody>::from(Page {
                items,
                next: view.past.next,
            }))
            .into_response()
        }
        Err(error) => refuse(&op, &error),
    }
}

/// A page or list that was viewed during a visit.
#[derive(Serialize, ToSchema)]
#[schema(as = Viewed)]
pub struct ViewedBody {
    /// The page or the kind of record.
    what: String,
    /// How often.
    times: u64,
    /// Records shown, all times together.
    rows: u64,
    #[schema(schema_with = schema::time)]
    last_at: Timestamp,
}

/// The account of a visit: everything that was seen, changed and refused, told from the platform's log.
#[derive(Serialize, ToSchema)]
#[schema(as = VisitAccount)]
pub struct AccountBody {
    impersonation: VisitBody,
    viewed: Vec<ViewedBody>,
    changed: Vec<EventBody>,
    refused: Vec<EventBody>,
    /// Whether the log holds more than is told here.
    cut: bool,
}

impl From<AccountView<AuditEvent>> for AccountBody {
    fn from(view: AccountView<AuditEvent>) -> Self {
        let viewed = view.viewed.into_iter().map(|line| ViewedBody {
            what: line.what,
            times: line.times,
            rows: line.rows,
            last_at: line.last,
        });
        Self {
            impersonation: view.visit.into(),
            viewed: viewed.collect(),
            changed: view.changed.into_iter().map(Into::into).collect(),
            refused: view.refused.into_iter().map(Into::into).collect(),
            cut: view.cut,
        }
    }
}

/// One visit with its account. Reading it is an entry of the audit itself.
#[utoipa::path(
    get, path = "/api/admin/impersonations/{id}", tag = "impersonations", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The visit.")),
    responses((status = 200, description = "The visit and its account.", body = AccountBody), Refusals)
)]
pub async fn show(Extension(op): Extension<StaffOp>, PathId(id): PathId<ImpersonationId>) -> Response {
    match impersonation::account_in_fields(&op, id).await {
        Ok(view) => Json(AccountBody::from(view)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
