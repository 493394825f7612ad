//! Stored entries as lines of a timeline, with the names beside them as far as their keys still exist.

use std::collections::HashMap;

use stagedoor_core::audit::sentence::{Names, Reader, sentence};
use stagedoor_core::audit::{Event, Field, Flag, Record, Slot};
use stagedoor_core::decision::Reason;
use stagedoor_core::guard::{Guardrail, Verdict};
use stagedoor_core::id::{EventId, TenantId};
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::view::Tone;
use stagedoor_core::view::audit::{AskedThen, AuditLine, DiffLine, FactLine};
use stagedoor_core::view::event::AuditEvent;
use stagedoor_core::view::frame::{GuardStanding, GuardView};
use stagedoor_store::audit::{self, Stored};
use stagedoor_store::tenant;

use super::event::event;
use crate::error::ServiceError;
use crate::personal::PersonalData;
use crate::state::Service;

impl Service {
    /// Stored entries as lines of a timeline.
    pub(crate) async fn lines(
        &self,
        rows: &[Stored],
        reader: Reader,
    ) -> Result<Vec<AuditLine>, ServiceError> {
        self.told(rows, reader, line).await
    }

    /// The same, each with what a member of staff asked of the core with it.
    pub(super) async fn lines_and_asked(
        &self,
        rows: &[Stored],
        reader: Reader,
    ) -> Result<Vec<AuditLine>, ServiceError> {
        let tell = |record: &Record, known: &Known<'_>| AuditLine {
            asked: asked(record, known),
            ..line(record, known)
        };
        self.told(rows, reader, tell).await
    }

    /// Stored entries in fields.
    pub(crate) async fn events(
        &self,
        rows: &[Stored],
        reader: Reader,
    ) -> Result<Vec<AuditEvent>, ServiceError> {
        self.told(rows, reader, event).await
    }

    /// Stored entries, each told with what is known of the people and the tenant in it.
    async fn told<T>(
        &self,
        rows: &[Stored],
        reader: Reader,
        tell: fn(&Record, &Known<'_>) -> T,
    ) -> Result<Vec<T>, ServiceError> {
        let ids: Vec<EventId> = rows.iter().map(|row| row.id).collect();
        let personal = self.personal_of(&ids).await?;
        let mut tenants: HashMap<String, Option<String>> = HashMap::new();
        let mut told = Vec::with_capacity(rows.len());
        for row in rows {
            let record = Record::parse(&row.canonical)
                .map_err(|error| ServiceError::Internal(format!("{}: {error}", row.id)))?;
            let tenant = match &record.tenant {
                Some(id) => self.tenant_name(id, &mut tenants).await?,
                None => None,
            };
            let known = Known {
                personal: &personal,
                tenant,
                reader,
            };
            told.push(tell(&record, &known));
        }
        Ok(told)
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

pub(super) struct Known<'a> {
    personal: &'a HashMap<(String, Slot), PersonalData>,
    pub(super) tenant: Option<String>,
    pub(super) reader: Reader,
}

impl Known<'_> {
    pub(super) fn data(&self, record: &Record, slot: Slot) -> Option<&PersonalData> {
        self.personal.get(&(record.id.clone(), slot))
    }
}

/// The names behind an entry's ids, as its reader knows people by.
pub(super) fn names(record: &Record, known: &Known<'_>) -> Names {
    let actor = known.data(record, Slot::Actor);
    // Staff are known to each other by the short name of their address, and to tenants by their full name.
    let actor = actor.and_then(|data| match (known.reader, record.actor.kind.as_str()) {
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
    Names {
        actor,
        subject: address(Slot::Subject),
        target: address(Slot::Target).or_else(|| {
            let target = known.data(record, Slot::Target)?;
            target.address.clone()
        }),
        tenant: known.tenant.clone(),
    }
}

fn line(record: &Record, known: &Known<'_>) -> AuditLine {
    let names = names(record, known);
    let (icon, tone) = icon(record);
    AuditLine {
        id: record.id.clone(),
        at: record.at,
        icon: icon.to_owned(),
        tone,
        critical: is_critical(record),
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
        asked: None,
    }
}

/// What a member of staff asked of the core with the entry. Not inside a visit, which asks as somebody else.
fn asked(record: &Record, known: &Known<'_>) -> Option<AskedThen> {
    record.verdicts.as_ref()?;
    let person = record
        .actor
        .id
        .clone()
        .filter(|_| record.actor.kind == "platform_staff")?;
    let action = Event::from_name(&record.event)?.recorded_action()?;
    Some(AskedThen {
        person,
        action: action.name().to_owned(),
        tenant: record.tenant.clone(),
        address: known
            .data(record, Slot::Actor)
            .and_then(|data| data.address.clone()),
    })
}

/// Whether the entry is marked as worth waking somebody: its own mark, whatever its event is held for today.
fn is_critical(record: &Record) -> bool {
    record.flags.iter().any(|flag| flag == Flag::Critical.as_str())
}

/// How it ended comes before what it was: a refusal, a failure and what is critical are seen without reading.
fn icon(record: &Record) -> (&'static str, Tone) {
    if record.outcome == "denied" {
        return ("ban", Tone::Danger);
    }
    if record.outcome == "failed" {
        return ("triangle-alert", Tone::Danger);
    }
    if is_critical(record) {
        return ("octagon-alert", Tone::Danger);
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
        "access" => ("ban", Tone::Neutral),
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
    if record.flags.iter().any(|flag| flag == Flag::Temporary.as_str()) {
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
    let sub_role = record.facts.get(Field::SubRole.as_str());
    let sub_role = sub_role.and_then(|name| SubRoleName::parse(name).ok());
    Guardrail::ALL
        .into_iter()
        .map(|guardrail| {
            let word = verdicts
                .get(guardrail.as_str())
                .map_or(Verdict::NotRequired.as_str(), String::as_str);
            match Verdict::from_name(word) {
                Some(verdict) => GuardView::of(guardrail, verdict, sub_role.as_ref()),
                // A reason of another version of the program: what it is called is all that is known.
                None => GuardView {
                    name: guardrail.as_str().to_owned(),
                    label: guardrail.label().to_owned(),
                    standing: GuardStanding::Failed,
                    text: word.to_owned(),
                },
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
    add("Marks", marks(record), false, None);
    for read in &record.reads {
        add(
            "Viewed",
            Some(format!("{}, {} rows", read.what, read.rows)),
            false,
            None,
        );
    }
    for (key, value) in &record.facts {
        add(&label(key), Some(value.clone()), false, None);
    }
    // A tenant sees where its own people, and strangers at its door, came from; never where staff sit.
    if platform || !record.actor.kind.starts_with("platform_staff") {
        add("From", actor.and_then(|data| data.address.clone()), true, None);
    }
    if platform {
        add("Session", record.session.clone(), true, Some("session"));
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

/// What the entry is marked with, in words; `None` where it is with nothing.
fn marks(record: &Record) -> Option<String> {
    let words: Vec<String> = record.flags.iter().map(|flag| flag.replace('_', " ")).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// The words before a fact. One of a later version is called by its name.
fn label(key: &str) -> String {
    Field::from_name(key).map_or_else(|| title(key), |field| field.label().to_owned())
}

fn title(key: &str) -> String {
    let words = key.replace('_', " ");
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
