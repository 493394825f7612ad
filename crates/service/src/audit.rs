//! Reading the audit: the platform's timeline for staff, a tenant's own for its people.
//!
//! Names beside an entry are opened here, as far as their keys still exist. Every read of the platform's log is an
//! entry of its own.

use std::collections::HashMap;

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::AuditReadTenant;
use stagedoor_core::audit::sentence::{Names, Reader, sentence};
use stagedoor_core::audit::{Event, Read, Record, Slot};
use stagedoor_core::decision::Reason;
use stagedoor_core::guard::Guardrail;
use stagedoor_core::id::{EventId, TenantId};
use stagedoor_core::input::normalise;
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::role::Scope;
use stagedoor_core::time::{Timestamp, hours};
use stagedoor_core::view::audit::{AuditLine, AuditView, DiffLine, FactLine};
use stagedoor_core::view::frame::{GuardStanding, GuardView};
use stagedoor_core::view::{Page, Tone, Total};
use stagedoor_store::audit::{self, AuditFilter, Stored};
use stagedoor_store::tenant::Tenant;
use stagedoor_store::{membership, staff, tenant};

use crate::cursor::CursorPlace;
use crate::directory::{LIMIT_DEFAULT, LIMIT_MAX, chips};
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::personal::PersonalData;
use crate::query::{self, Term};
use crate::recorder::Story;
use crate::state::Service;

/// What the page was asked for.
#[derive(Debug, Clone, Default)]
pub struct AuditRequest {
    /// The tenant that the console is scoped to, by slug.
    pub tenant: Option<String>,
    /// The query.
    pub q: String,
    /// The cursor of a former page.
    pub cursor: Option<String>,
    /// Rows a page; none is the default.
    pub limit: Option<u32>,
}

/// Half an hour a bar, a day of them.
const BARS: usize = 48;
const BAR_MICROS: i64 = 30 * 60 * 1_000_000;

/// The Audit log page of the console.
///
/// # Errors
/// Denied; not found for a tenant that is unknown or hidden; invalid for a cursor that cannot be read.
pub async fn page(op: &StaffOp, request: &AuditRequest) -> Result<AuditView, ServiceError> {
    let permit = op.require::<AuditReadTenant>(&Platform).await?.discharge(());
    let service = op.service();
    let scoped = match request.tenant.as_deref().filter(|slug| !slug.is_empty()) {
        Some(slug) => Some(crate::impersonation::find_tenant(op, slug).await?),
        None => None,
    };
    let all = everything(op);
    let read = match query::parse(&request.q) {
        Ok(terms) => read_terms(op, all.clone(), scoped.as_ref(), &terms)
            .await?
            .map(|filter| (filter, chips(&terms))),
        Err(message) => Err(message),
    };
    let place = CursorPlace {
        route: "audit",
        filter: format!("{:?}\n{}", scoped.as_ref().map(|tenant| tenant.id), request.q),
        person: op.staff().id.to_string(),
    };
    let mut view = View {
        service,
        place,
        reader: Reader::Platform,
        request,
        now: op.now(),
        kept_days: 365,
        all,
    };
    let (view, rows) = view.make(read).await?;
    let mut story = Story::new(Event::AuditRead);
    story.verdicts = Some(permit.decision().verdicts);
    story.reads.push(Read {
        what: "Audit log".to_owned(),
        rows,
    });
    if !request.q.is_empty() {
        story
            .facts
            .insert("query", request.q.chars().take(query::QUERY_MAX).collect());
    }
    let batch = op.record(story).await?;
    service.commit_only(batch).await?;
    Ok(view)
}

/// All that the person may read of the platform's log.
fn everything(op: &StaffOp) -> AuditFilter {
    let mut filter = AuditFilter::log("platform");
    filter.without_admin = !op.would(Action::AuditReadAdmin, Platform.facts()).is_permit();
    if let Scope::Only(tenants) = &op.staff().scope {
        filter.tenants = Some(tenants.iter().map(ToString::to_string).collect());
    }
    filter
}

/// A tenant's own log. Who may read it was asked by the caller, who also records the read.
pub(crate) async fn tenant_page(
    service: &Service,
    tenant: &Tenant,
    reader: String,
    request: &AuditRequest,
) -> Result<(AuditView, u64), ServiceError> {
    let all = AuditFilter::log(tenant.id.to_string());
    let read = query::parse(&request.q)
        .and_then(|terms| Ok((plain_terms(all.clone(), &terms, service.now())?, chips(&terms))));
    let place = CursorPlace {
        route: "tenant-audit",
        filter: format!("{}\n{}", tenant.id, request.q),
        person: reader,
    };
    View {
        service,
        place,
        reader: Reader::Tenant,
        request,
        now: service.now(),
        kept_days: 90,
        all,
    }
    .make(read)
    .await
}

struct View<'a> {
    service: &'a Service,
    place: CursorPlace<'a>,
    reader: Reader,
    request: &'a AuditRequest,
    now: Timestamp,
    kept_days: u64,
    all: AuditFilter,
}

type Chips = Vec<stagedoor_core::view::directory::Chip>;

impl View<'_> {
    async fn make(
        &mut self,
        read: Result<(AuditFilter, Chips), String>,
    ) -> Result<(AuditView, u64), ServiceError> {
        let ex = &mut self.service.db().reader();
        let all = audit::count_matching(ex, &self.all).await?;
        let from = Timestamp::from_micros((self.now.micros() / BAR_MICROS - (BARS as i64 - 1)) * BAR_MICROS);
        let (query_error, filter, chips) = match read {
            Ok((filter, chips)) => (None, Some(filter), chips),
            Err(message) => (Some(message), None, Vec::new()),
        };
        let (matching, bars, page) = match filter {
            Some(filter) => (
                audit::count_matching(ex, &filter).await?,
                audit::histogram(ex, &filter, from, BAR_MICROS, BARS).await?,
                self.list(&filter).await?,
            ),
            None => (
                Total::Exact(0),
                Vec::new(),
                Page {
                    items: Vec::new(),
                    next: None,
                },
            ),
        };
        let rows = page.items.len() as u64;
        let query = self.request.q.clone();
        let (kept_days, now) = (self.kept_days, self.now);
        Ok((
            AuditView {
                query,
                query_error,
                chips,
                all,
                matching,
                kept_days,
                bars,
                page,
                now,
            },
            rows,
        ))
    }

    async fn list(&self, filter: &AuditFilter) -> Result<Page<AuditLine>, ServiceError> {
        let limit = self.request.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
        let before = match self.request.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
            Some(cursor) => Some(self.place.open::<(i64, EventId)>(self.service, cursor)?.0),
            None => None,
        };
        let before = before.map(|(at, id)| (Timestamp::from_micros(at), id));
        let mut rows = audit::list(&mut self.service.db().reader(), filter, before, limit + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = match rows.last().filter(|_| more) {
            Some(last) => Some(self.place.seal(self.service, (last.at.micros(), last.id), 0)?),
            None => None,
        };
        Ok(Page {
            items: self.service.lines(&rows, self.reader).await?,
            next,
        })
    }
}

/// The filter that a query of the platform's log asks for.
async fn read_terms(
    op: &StaffOp,
    mut filter: AuditFilter,
    scoped: Option<&Tenant>,
    terms: &[Term],
) -> Result<Result<AuditFilter, String>, ServiceError> {
    filter.tenant = scoped.map(|tenant| tenant.id.to_string());
    let mut rest = Vec::new();
    for term in terms {
        match term.key.as_deref() {
            Some("actor") => filter.actors = Some(people(op, scoped, &term.values).await?),
            Some("target") => filter.targets = Some(people(op, scoped, &term.values).await?),
            Some("tenant") => {
                let wanted = term.values.first().map(String::as_str).unwrap_or_default();
                match crate::impersonation::find_tenant(op, wanted).await {
                    Ok(tenant) => filter.tenant = Some(tenant.id.to_string()),
                    Err(ServiceError::NotFound) => {
                        return Ok(Err(format!("There is no tenant {wanted} that you may see.")));
                    }
                    Err(error) => return Err(error),
                }
            }
            _ => rest.push(term.clone()),
        }
    }
    Ok(plain_terms(filter, &rest, op.now()))
}

/// The parts of a query that need no look-up.
fn plain_terms(mut filter: AuditFilter, terms: &[Term], now: Timestamp) -> Result<AuditFilter, String> {
    for term in terms {
        let first = term.values.first().cloned();
        match term.key.as_deref() {
            Some("action") => filter.event = first,
            Some("outcome") => filter.outcomes = outcomes(term)?,
            Some("session") => filter.session = first,
            Some("impersonation") => filter.impersonation = first,
            Some("request") => filter.request = first,
            Some("id") => filter.id = first,
            Some("since") => {
                let span = first.as_deref().and_then(query::span);
                filter.since = Some(now.minus(span.ok_or("since is a span such as 30m, 24h or 7d.")?));
            }
            Some("actor" | "target") => return Err("actor and target cannot be searched here.".to_owned()),
            _ => {
                let known =
                    "actor, target, tenant, action, outcome, since, session, impersonation, request or id";
                return Err(format!(
                    "{} is not a filter. Use {known}, for example outcome:denied.",
                    term.text
                ));
            }
        }
    }
    Ok(filter)
}

fn outcomes(term: &Term) -> Result<Vec<String>, String> {
    for value in &term.values {
        if !["success", "denied", "failed"].contains(&value.as_str()) {
            return Err(format!("outcome is success, denied or failed, not {value}."));
        }
    }
    Ok(term.values.clone())
}

/// The ids behind names: staff by id, address or its local part; people of the scoped tenant by id or address.
async fn people(
    op: &StaffOp,
    scoped: Option<&Tenant>,
    names: &[String],
) -> Result<Vec<String>, ServiceError> {
    let ex = &mut op.service().db().reader();
    let all = staff::list(ex).await?;
    let mut ids = Vec::new();
    for name in names {
        let wanted = normalise(name);
        let is = |email: &str| {
            let email = normalise(email);
            email == wanted || email.split('@').next() == Some(wanted.as_str())
        };
        ids.extend(
            all.iter()
                .filter(|staff| is(&staff.email))
                .map(|staff| staff.id.to_string()),
        );
        if let Some(tenant) = scoped
            && let Some(member) = membership::find_by_email(ex, tenant.id, name).await?
        {
            ids.push(member.id.to_string());
        }
        // An id, or a name of something else (a flag, a key), as it is.
        ids.push(name.clone());
    }
    Ok(ids)
}

impl Service {
    /// Stored entries as lines of a timeline.
    async fn lines(&self, rows: &[Stored], reader: Reader) -> Result<Vec<AuditLine>, ServiceError> {
        let ids: Vec<EventId> = rows.iter().map(|row| row.id).collect();
        let personal = self.personal_of(&ids).await?;
        let mut tenants: HashMap<String, Option<String>> = HashMap::new();
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let record = Record::parse(&row.canonical)
                .map_err(|error| ServiceError::Internal(format!("{}: {error}", row.id)))?;
            let tenant = match &record.tenant {
                Some(id) => self.tenant_name(id, &mut tenants).await?,
                None => None,
            };
            lines.push(line(
                &record,
                &Known {
                    personal: &personal,
                    tenant,
                    reader,
                },
            ));
        }
        Ok(lines)
    }

    async fn tenant_name(
        &self,
        id: &str,
        known: &mut HashMap<String, Option<String>>,
    ) -> Result<Option<String>, ServiceError> {
        if let Some(name) = known.get(id) {
            return Ok(name.clone());
        }
        let name = match id.parse::<TenantId>() {
            Ok(tenant) => tenant::find(&mut self.db().reader(), tenant)
                .await?
                .map(|tenant| tenant.name),
            Err(_) => None,
        };
        known.insert(id.to_owned(), name.clone());
        Ok(name)
    }

    async fn personal_of(
        &self,
        ids: &[EventId],
    ) -> Result<HashMap<(String, Slot), PersonalData>, ServiceError> {
        let mut known = HashMap::new();
        for stored in audit::personal(&mut self.db().reader(), ids).await? {
            let Some(slot) = [Slot::Actor, Slot::Subject, Slot::Target]
                .into_iter()
                .find(|slot| slot.as_str() == stored.slot)
            else {
                continue;
            };
            if let Some(data) = self
                .open_personal(&stored.event, slot, &stored.subject, &stored.ciphertext)
                .await?
            {
                known.insert((stored.event, slot), data);
            }
        }
        Ok(known)
    }
}

struct Known<'a> {
    personal: &'a HashMap<(String, Slot), PersonalData>,
    tenant: Option<String>,
    reader: Reader,
}

impl Known<'_> {
    fn data(&self, record: &Record, slot: Slot) -> Option<&PersonalData> {
        self.personal.get(&(record.id.clone(), slot))
    }
}

fn line(record: &Record, known: &Known<'_>) -> AuditLine {
    let actor = known.data(record, Slot::Actor);
    // Staff are known to each other by the short name of their address, and to tenants by their full name.
    let actor_name = actor.and_then(|data| match (known.reader, record.actor.kind.as_str()) {
        (Reader::Platform, "platform_staff" | "platform_staff_impersonating") => data
            .email
            .as_deref()
            .and_then(|email| email.split('@').next())
            .map(str::to_owned)
            .or(data.name.clone()),
        _ => data.name.clone().or(data.email.clone()),
    });
    let address = |slot| {
        known
            .data(record, slot)
            .and_then(|data| data.email.clone().or(data.name.clone()))
    };
    let names = Names {
        actor: actor_name,
        subject: address(Slot::Subject),
        target: address(Slot::Target),
        tenant: known.tenant.clone(),
    };
    let (icon, tone) = icon(record);
    AuditLine {
        id: record.id.clone(),
        at: record.at,
        icon: icon.to_owned(),
        tone,
        impersonation: record.event == Event::ImpersonationStart.name() && record.outcome == "success",
        sentence: sentence(record, &names, known.reader),
        tags: tags(record, known.reader),
        guards: if known.reader == Reader::Platform {
            guards(record)
        } else {
            Vec::new()
        },
        diff: record
            .changes
            .iter()
            .map(|change| DiffLine {
                field: change.field.clone(),
                before: change.before.clone(),
                after: change.after.clone(),
            })
            .collect(),
        facts: facts(record, known),
    }
}

fn icon(record: &Record) -> (&'static str, Tone) {
    if record.outcome == "denied" {
        return ("ban", Tone::Danger);
    }
    if record.outcome == "failed" {
        return ("triangle-alert", Tone::Danger);
    }
    match record.event.split('.').next().unwrap_or_default() {
        "impersonation" if record.event == Event::ImpersonationView.name() => ("eye", Tone::Neutral),
        "impersonation" => ("venetian-mask", Tone::Neutral),
        "staff" | "user" => ("fingerprint", Tone::Ok),
        "flag" => ("git-compare", Tone::Neutral),
        "api_key" => ("key-round", Tone::Neutral),
        "invitation" => ("mail-plus", Tone::Ok),
        "risk" => ("triangle-alert", Tone::Warn),
        "break_glass" => ("siren", Tone::Danger),
        "tenant" => ("building-2", Tone::Neutral),
        "admin" => ("shield-check", Tone::Neutral),
        _ => ("scroll-text", Tone::Neutral),
    }
}

fn tags(record: &Record, reader: Reader) -> Vec<(String, Tone)> {
    let mut tags = Vec::new();
    if let Some(ticket) = &record.ticket {
        tags.push((ticket.clone(), Tone::Neutral));
    }
    if record.outcome != "success" {
        let why = record.code.as_deref().map(reason_word).unwrap_or_default();
        tags.push((format!("{} · {why}", record.outcome), Tone::Danger));
    }
    if record.flags.iter().any(|flag| flag == "temporary") {
        tags.push(("temporary".to_owned(), Tone::Warn));
    }
    if reader == Reader::Tenant && record.actor.kind.starts_with("platform_staff") {
        tags.push(("Platform support".to_owned(), Tone::Accent));
    }
    tags
}

/// The guardrail that refused, or the code in words.
fn reason_word(code: &str) -> String {
    match Reason::from_name(code).and_then(Reason::guardrail) {
        Some(guardrail) => guardrail.label().to_lowercase(),
        None => code.replace('_', " "),
    }
}

fn guards(record: &Record) -> Vec<GuardView> {
    let Some(verdicts) = &record.verdicts else {
        return Vec::new();
    };
    Guardrail::ALL
        .into_iter()
        .map(|guardrail| {
            let word = verdicts
                .get(guardrail.as_str())
                .map_or("not_required", String::as_str);
            let (standing, text) = match word {
                "pass" => (GuardStanding::Passed, "passed".to_owned()),
                "not_required" => (GuardStanding::Open, "not needed".to_owned()),
                reason => (
                    GuardStanding::Failed,
                    Reason::from_name(reason)
                        .map_or_else(|| reason.to_owned(), |reason| reason.explain().to_owned()),
                ),
            };
            GuardView {
                name: guardrail.as_str().to_owned(),
                label: guardrail.label().to_owned(),
                standing,
                text,
            }
        })
        .collect()
}

fn facts(record: &Record, known: &Known<'_>) -> Vec<FactLine> {
    let platform = known.reader == Reader::Platform;
    let actor = known.data(record, Slot::Actor);
    let mut facts = Vec::new();
    let mut add = |label: &str, value: Option<String>, mono: bool, pivot: Option<&str>| {
        if let Some(value) = value {
            let pivot = pivot.filter(|_| platform).map(|key| format!("{key}:{value}"));
            facts.push(FactLine {
                label: label.to_owned(),
                value,
                mono,
                pivot,
            });
        }
    };
    add("Event", Some(record.event.clone()), true, Some("action"));
    add("Reason", record.reason.clone(), false, None);
    add("Ticket", record.ticket.clone(), false, None);
    for read in &record.reads {
        add(
            "Viewed",
            Some(format!("{}, {} rows", read.what, read.rows)),
            false,
            None,
        );
    }
    for (key, value) in &record.facts {
        add(&title(key), Some(value.clone()), false, None);
    }
    if platform {
        add("Session", record.session.clone(), true, Some("session"));
        add("From", actor.and_then(|data| data.address.clone()), true, None);
        add("With", actor.and_then(|data| data.agent.clone()), false, None);
        add(
            "Actor",
            record.actor.act.clone().or(record.actor.id.clone()),
            true,
            Some("actor"),
        );
    }
    add(
        "Target",
        record.target.as_ref().map(|target| target.id.clone()),
        true,
        Some("target"),
    );
    add(
        "Impersonation",
        record.impersonation.clone(),
        true,
        Some("impersonation"),
    );
    add("Request", record.request.clone().into(), true, Some("request"));
    if let (true, Some(id), Some(name)) = (platform, &record.tenant, &known.tenant) {
        let pivot = Some(format!("tenant:{id}"));
        facts.insert(
            1,
            FactLine {
                label: "Tenant".to_owned(),
                value: name.clone(),
                mono: false,
                pivot,
            },
        );
    }
    facts
}

fn title(key: &str) -> String {
    let words = key.replace('_', " ");
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// How many refusals the platform's log holds of the last day, and of the day before.
pub(crate) async fn refusals(op: &StaffOp) -> Result<(Vec<u64>, u64), ServiceError> {
    let mut filter = everything(op);
    filter.outcomes = vec!["denied".to_owned()];
    let from = op.now().minus(hours(48));
    let bars = audit::histogram(&mut op.service().db().reader(), &filter, from, 4 * BAR_MICROS, 24).await?;
    let counts: Vec<u64> = bars.iter().map(|bar| bar.count).collect();
    let (before, today) = counts.split_at(12);
    Ok((today.to_vec(), before.iter().sum()))
}

/// How many visits began on each of the last 14 days, by the reader's part of the platform's log.
pub(crate) async fn visits_by_day(op: &StaffOp) -> Result<Vec<u64>, ServiceError> {
    let mut filter = everything(op);
    filter.event = Some(Event::ImpersonationStart.name().to_owned());
    filter.outcomes = vec!["success".to_owned()];
    let from = op.now().minus(hours(14 * 24));
    let bars = audit::histogram(
        &mut op.service().db().reader(),
        &filter,
        from,
        48 * BAR_MICROS,
        14,
    )
    .await?;
    Ok(bars.iter().map(|bar| bar.count).collect())
}
