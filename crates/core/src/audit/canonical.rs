//! Canonical bytes, version 1: RFC 8785 JSON of an entry, stored verbatim.
//!
//! The stored bytes are what a leaf hashes and what a verifier reads; nobody ever encodes an entry a second time. A new
//! field means a new version. Only strings, whole numbers, arrays and objects occur, so that RFC 8785's rules on
//! floating point never come up; keys are ASCII, so that byte order is its UTF-16 order.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::actor::Actor;
use crate::audit::entry::{Entry, represented_id};
use crate::guard::Verdicts;
use crate::time::Timestamp;

enum Json {
    Text(String),
    Number(u64),
    List(Vec<Json>),
    Object(BTreeMap<&'static str, Json>),
}

impl Json {
    fn write(&self, out: &mut String) {
        match self {
            Self::Text(text) => write_text(text, out),
            Self::Number(number) => out.push_str(&number.to_string()),
            Self::List(items) => {
                out.push('[');
                for (position, item) in items.iter().enumerate() {
                    if position > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(fields) => {
                out.push('{');
                for (position, (key, value)) in fields.iter().enumerate() {
                    if position > 0 {
                        out.push(',');
                    }
                    write_text(key, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

/// RFC 8785 section 3.2.2.2: the two-character escapes where they exist, `\u00xx` for other controls, the rest as is.
fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if (control as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", control as u32)),
            other => out.push(other),
        }
    }
    out.push('"');
}

fn text(value: impl ToString) -> Json {
    Json::Text(value.to_string())
}

fn object<const N: usize>(fields: [(&'static str, Option<Json>); N]) -> Json {
    Json::Object(
        fields
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)))
            .collect(),
    )
}

fn list<T>(items: &[T], each: impl Fn(&T) -> Json) -> Option<Json> {
    (!items.is_empty()).then(|| Json::List(items.iter().map(each).collect()))
}

/// The canonical bytes of an entry, version 1.
#[must_use]
pub fn v1(entry: &Entry, at: Timestamp) -> Vec<u8> {
    let facts: BTreeMap<&'static str, Json> = entry
        .facts
        .iter()
        .map(|(field, value)| (field.as_str(), text(value)))
        .collect();
    let personal: BTreeMap<&'static str, Json> = entry
        .personal
        .iter()
        .map(|personal| {
            let digest = hex(&Sha256::digest(&personal.ciphertext));
            let json = object([
                ("subject", Some(text(&personal.subject))),
                ("sha256", Some(text(digest))),
            ]);
            (personal.slot.as_str(), json)
        })
        .collect();
    let json = object([
        ("v", Some(Json::Number(1))),
        ("id", Some(text(entry.id))),
        ("at", Some(text(at))),
        ("log", Some(text(entry.scope.to_text()))),
        ("event", Some(text(entry.event.name()))),
        ("outcome", Some(text(entry.outcome.as_str()))),
        ("code", entry.outcome.code().map(text)),
        ("actor", Some(actor(&entry.actor))),
        ("request", Some(text(entry.request))),
        ("tenant", entry.tenant.map(text)),
        (
            "target",
            entry.target.as_ref().map(|target| {
                object([
                    ("kind", Some(text(target.kind()))),
                    ("id", Some(text(target.id()))),
                ])
            }),
        ),
        ("impersonation", entry.impersonation.map(text)),
        ("session", entry.session.map(text)),
        ("reason", entry.reason.as_ref().map(text)),
        ("ticket", entry.ticket.as_ref().map(text)),
        (
            "changes",
            list(&entry.changes, |change| {
                object([
                    ("field", Some(text(&change.field))),
                    ("before", change.before.as_ref().map(text)),
                    ("after", change.after.as_ref().map(text)),
                ])
            }),
        ),
        (
            "reads",
            list(&entry.reads, |read| {
                object([
                    ("what", Some(text(&read.what))),
                    ("rows", Some(Json::Number(read.rows))),
                ])
            }),
        ),
        ("facts", (!facts.is_empty()).then_some(Json::Object(facts))),
        ("verdicts", entry.verdicts.as_ref().map(verdicts)),
        ("flags", list(&entry.flags, |flag| text(flag.as_str()))),
        ("retention", Some(text(entry.retention().as_str()))),
        (
            "personal",
            (!personal.is_empty()).then_some(Json::Object(personal)),
        ),
    ]);
    let mut out = String::with_capacity(512);
    json.write(&mut out);
    out.into_bytes()
}

fn actor(actor: &Actor) -> Json {
    let (id, act) = match actor {
        Actor::Staff { staff, .. } => (Some(text(staff)), None),
        Actor::Member { member, .. } => (Some(text(member)), None),
        Actor::OnBehalf { subject, act, .. } => (Some(text(represented_id(*subject))), Some(text(act))),
        Actor::System | Actor::Anonymous => (None, None),
    };
    object([("kind", Some(text(actor.kind()))), ("id", id), ("act", act)])
}

fn verdicts(verdicts: &Verdicts) -> Json {
    Json::Object(
        verdicts
            .iter()
            .map(|(guardrail, verdict)| (guardrail.as_str(), text(verdict.as_str())))
            .collect(),
    )
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}
