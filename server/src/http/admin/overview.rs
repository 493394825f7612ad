//! What needs a person now, the figures, who is inside a tenant: the console's Overview for programs.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Serialize;
use stagedoor_core::id::ImpersonationId;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::overview::{HygieneLine, Need, OverviewView, VisitRow};
use stagedoor_core::view::{Kpi, Tone};
use stagedoor_service::{StaffOp, overview};
use utoipa::ToSchema;

use super::refuse;
use crate::http::api::{Refusals, schema};

/// The Overview.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Overview)]
pub struct OverviewBody {
    /// What needs a person, the most urgent first.
    needs: Vec<NeedBody>,
    /// The key figures.
    figures: Vec<FigureBody>,
    /// Who is inside a tenant now; `null` where the caller may not see visits.
    inside: Option<Vec<InsideBody>>,
    /// How well the installation is kept; `null` where the caller may not see staff.
    hygiene: Option<Vec<HygieneBody>>,
}

/// One thing that needs a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Need)]
struct NeedBody {
    #[schema(schema_with = schema::tone)]
    tone: Tone,
    /// What it is.
    #[schema(example = "1 alert to acknowledge")]
    title: String,
    /// What is known of it.
    about: String,
    /// The console's page about it; `null` where there is none.
    #[schema(example = "/alerts")]
    page: Option<String>,
}

/// A key figure, in words as the console has it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Figure)]
struct FigureBody {
    /// What it is.
    #[schema(example = "Staff signed in")]
    label: String,
    /// The figure, with its unit.
    value: String,
    /// The change against the period before.
    trend: String,
}

/// A visit that runs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Inside)]
struct InsideBody {
    #[schema(schema_with = schema::impersonation_id)]
    id: ImpersonationId,
    /// Who is inside, by name.
    staff: String,
    /// As whom, by address; `null` as the tenant's administrator.
    as_whom: Option<String>,
    /// The tenant's name.
    tenant: String,
    /// Why.
    reason: String,
    /// The ticket.
    ticket: Option<String>,
    /// `read only` or `write`.
    #[schema(example = "read only")]
    mode: String,
    #[schema(schema_with = schema::time)]
    until: Timestamp,
}

/// One finding about how the installation is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Hygiene)]
struct HygieneBody {
    /// What was looked at.
    #[schema(example = "Passkeys")]
    label: String,
    /// What was found.
    value: String,
    /// Whether it is well.
    well: bool,
}

impl From<Need> for NeedBody {
    fn from(need: Need) -> Self {
        Self {
            tone: need.tone,
            title: need.title,
            about: need.detail,
            page: need.link.map(|(page, _)| page),
        }
    }
}

impl From<Kpi> for FigureBody {
    fn from(kpi: Kpi) -> Self {
        Self {
            label: kpi.label,
            value: kpi.value,
            trend: kpi.trend,
        }
    }
}

impl From<VisitRow> for InsideBody {
    fn from(visit: VisitRow) -> Self {
        Self {
            id: visit.id,
            staff: visit.staff,
            as_whom: visit.as_whom,
            tenant: visit.tenant,
            reason: visit.reason,
            ticket: visit.ticket,
            mode: visit.mode,
            until: visit.until,
        }
    }
}

impl From<HygieneLine> for HygieneBody {
    fn from(line: HygieneLine) -> Self {
        Self {
            label: line.label,
            value: line.value,
            well: line.tone == Tone::Ok,
        }
    }
}

impl From<OverviewView> for OverviewBody {
    fn from(view: OverviewView) -> Self {
        fn all<A, B: From<A>>(these: Vec<A>) -> Vec<B> {
            these.into_iter().map(B::from).collect()
        }
        Self {
            needs: all(view.needs),
            figures: all(view.kpis),
            inside: view.inside.map(all),
            hygiene: view.hygiene.map(all),
        }
    }
}

/// What needs a person now, the key figures, and who is inside a tenant, as far as the caller may know.
#[utoipa::path(
    get, path = "/api/admin/overview", tag = "system", security(("staff_session" = [])),
    responses((status = 200, description = "How things stand.", body = OverviewBody), Refusals)
)]
pub async fn show(Extension(op): Extension<StaffOp>) -> Response {
    match overview::view(&op).await {
        Ok(view) => Json(OverviewBody::from(view)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
