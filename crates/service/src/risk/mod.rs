//! Risk events: the list, one of them, and what is done about it. What raises one calls [`raise_story`] and stores it in the
//! transaction of what it is about.
//!
//! Whoever does not reach every tenant sees the events of theirs alone, and none about staff.

mod one;
mod triage;

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::RiskView as RiskViewKind;
use stagedoor_core::audit::{Event, Field, Target};
use stagedoor_core::input::FieldError;
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::risk::{Level, RiskKind, RiskState};
use stagedoor_core::view::Page;
use stagedoor_core::view::risk::{RiskRow, RiskSubject, RisksView};
use stagedoor_store::risk::{self, GivenTo, NewRisk, NewSubject, RaisedKey, Risk, RiskFilter};

pub use one::{page, page_in_fields};
pub use triage::{NOTE_MAX, TriageRequest, triage};

use crate::cursor::CursorPlace;
use crate::directory::{LIMIT_DEFAULT, LIMIT_MAX};
use crate::error::ServiceError;
use crate::frame::label;
use crate::impersonation::find_tenant;
use crate::op::StaffOp;
use crate::query::{self, Term, chips, values};
use crate::recorder::{Person, Story};

/// What the list was asked for.
#[derive(Debug, Clone, Default)]
pub struct RisksRequest {
    /// The tenant that it is scoped to, by id or slug.
    pub tenant: Option<String>,
    /// The query.
    pub q: String,
    /// The cursor of a former page.
    pub cursor: Option<String>,
    /// Rows a page; none is the default.
    pub limit: Option<u32>,
}

/// The story of a risk that is raised about somebody, or about a tenant as such.
pub(crate) fn raise_story(new: &NewRisk, about: Person) -> Story {
    let mut story = Story::new(Event::RiskRaise);
    (story.tenant, story.target) = match new.subject {
        NewSubject::Staff(staff) => (None, Some(Target::Staff(staff))),
        NewSubject::Tenant(tenant, Some(member)) => (Some(tenant), Some(Target::Member(member))),
        NewSubject::Tenant(tenant, None) => (Some(tenant), Some(Target::Tenant(tenant))),
    };
    story.target_person = Some(about);
    let level = Level::of(new.kind.score());
    story.facts.insert(Field::Level, level.as_str().to_owned());
    story.facts.insert(Field::Cause, new.cause.clone());
    story.facts.insert(Field::Risk, new.id.to_string());
    story
}

/// The Risk events page.
///
/// # Errors
/// Denied; not found for a tenant that is unknown or hidden; invalid for a cursor that cannot be read. A query that cannot
/// be read is shown with what is wrong.
pub async fn view(op: &StaffOp, request: &RisksRequest) -> Result<RisksView, ServiceError> {
    op.require::<RiskViewKind>(&Platform).await?.discharge(());
    let scoped = match request.tenant.as_deref().filter(|slug| !slug.is_empty()) {
        Some(slug) => Some(find_tenant(op, slug).await?),
        None => None,
    };
    let all = RiskFilter {
        tenant: scoped.as_ref().map(|tenant| tenant.id),
        ..everything(op)
    };
    let read =
        query::parse(&request.q).and_then(|terms| Ok((narrow(op, all.clone(), &terms)?, chips(&terms))));
    let (filter, chips, query_error) = match read {
        Ok((filter, chips)) => (filter, chips, None),
        Err(message) => (all.clone(), Vec::new(), Some(message)),
    };
    let service = op.service();
    let place = CursorPlace {
        route: "risk",
        filter: format!("{:?}\n{}", filter.tenant, request.q),
        person: op.staff().id.to_string(),
    };
    let (after, first) = place.after::<RaisedKey>(service, request.cursor.as_deref())?;
    let limit = request.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
    let ex = &mut service.db().reader();
    let mut rows = risk::list(ex, &filter, after, limit + 1).await?;
    let next = place.cut(service, &mut rows, (limit, first), |row| {
        (row.raised.micros(), row.id)
    })?;
    Ok(RisksView {
        tenant: scoped.as_ref().map(label),
        query: request.q.clone(),
        query_error,
        chips,
        matching: risk::count(ex, &filter).await?,
        first,
        page: Page {
            items: rows.iter().map(row).collect(),
            next,
        },
        open: risk::count(ex, &open_of(all)).await?.floor(),
        now: op.now(),
    })
}

/// The same for an API, where nobody looks at what is wrong with a query.
///
/// # Errors
/// As [`view`]; invalid for a query that cannot be read.
pub async fn list(op: &StaffOp, request: &RisksRequest) -> Result<RisksView, ServiceError> {
    let view = view(op, request).await?;
    match view.query_error {
        Some(message) => Err(ServiceError::field(FieldError::new("q", message))),
        None => Ok(view),
    }
}

/// How many events wait for somebody; `None` for who may not see any.
pub(crate) async fn count_open(op: &StaffOp) -> Result<Option<u64>, ServiceError> {
    if !op.would(Action::RiskView, Platform.facts()).is_permit() {
        return Ok(None);
    }
    let ex = &mut op.service().db().reader();
    Ok(Some(risk::count(ex, &open_of(everything(op))).await?.floor()))
}

/// All that the person may know of.
fn everything(op: &StaffOp) -> RiskFilter {
    RiskFilter::of(op.staff().scope.clone())
}

fn open_of(filter: RiskFilter) -> RiskFilter {
    RiskFilter {
        states: vec![RiskState::Open],
        ..filter
    }
}

fn narrow(op: &StaffOp, mut filter: RiskFilter, terms: &[Term]) -> Result<RiskFilter, String> {
    for term in terms {
        match term.key.as_deref() {
            None => filter.words.push(term.text.clone()),
            Some("status") => {
                let known = "open, acknowledged, resolved or false_positive";
                filter.states = values(term, |value| value.parse::<RiskState>().ok(), known)?;
            }
            Some("level") => {
                let known = "low, elevated, high or critical";
                filter.levels = values(term, |value| value.parse::<Level>().ok(), known)?;
            }
            Some("kind") => {
                let known = RiskKind::ALL.map(RiskKind::as_str).join(", ");
                filter.kinds = values(term, |value| value.parse::<RiskKind>().ok(), &known)?;
            }
            Some("assignee") => {
                let given = |value: &str| match value {
                    "me" => Some(GivenTo::Staff(op.staff().id)),
                    "none" => Some(GivenTo::Nobody),
                    _ => None,
                };
                filter.given = values(term, given, "me or none")?.pop();
            }
            Some(key) => {
                return Err(format!(
                    "{key}: is not known here. Use status, level, kind or assignee."
                ));
            }
        }
    }
    Ok(filter)
}

fn row(risk: &Risk) -> RiskRow {
    RiskRow {
        id: risk.id,
        kind: risk.kind.as_str().to_owned(),
        score: risk.score,
        level: risk.level().as_str().to_owned(),
        subject: risk.subject.clone(),
        cause: risk.cause.clone(),
        state: risk.state.as_str().to_owned(),
        assignee: risk.assignee.clone(),
        raised: risk.raised,
        changed: risk.changed,
        version: risk.version,
    }
}

/// The event of an id, of those that the person may know of. That nobody finds one is written down.
async fn find(op: &StaffOp, event: Event, id: &str) -> Result<Risk, ServiceError> {
    let found = match id.parse() {
        Ok(id) => {
            let filter = RiskFilter {
                id: Some(id),
                ..everything(op)
            };
            let ex = &mut op.service().db().reader();
            risk::list(ex, &filter, None, 1).await?.pop()
        }
        Err(_) => None,
    };
    match found {
        Some(found) => Ok(found),
        None => Err(op.nothing_there(event, None).await),
    }
}

/// What an entry about an event is about.
fn about(story: &mut Story, risk: &Risk) {
    story.facts.insert(Field::Risk, risk.id.to_string());
    story.tenant = risk.subject.tenant().map(|tenant| tenant.id);
    match &risk.subject {
        RiskSubject::Staff { id, label } => {
            story.target = Some(Target::Staff(*id));
            story.target_person = Some(Person {
                id: id.to_string(),
                name: label.name.clone(),
                email: label.email.clone(),
            });
        }
        RiskSubject::Member { id, name, email, .. } => {
            story.target = id.parse().ok().map(Target::Member);
            story.target_person = Some(Person {
                id: id.clone(),
                name: name.clone(),
                email: email.clone(),
            });
        }
        RiskSubject::Tenant(tenant) => story.target = Some(Target::Tenant(tenant.id)),
    }
}
