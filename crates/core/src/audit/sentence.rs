//! The sentence of an entry: `kim started impersonation of rod@acme.com`.
//!
//! All the words of the timeline are made here, from the catalogue, so that the console, the portal and an export say
//! the same of the same entry.

use serde::{Deserialize, Serialize};

use crate::audit::event::Event;
use crate::audit::field::Field;
use crate::audit::record::Record;
use crate::impersonation::VisitEnd;

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// A name.
    Strong(String),
    /// An id, a key, an address.
    Mono(String),
    /// The words between.
    Plain(String),
}

impl Part {
    /// The words, without their looks.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Strong(text) | Self::Mono(text) | Self::Plain(text) => text,
        }
    }
}

impl Part {
    /// The piece's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Strong(text) | Self::Mono(text) | Self::Plain(text) => text,
        }
    }
}

/// The names behind an entry's ids, as far as they can still be told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Who really acted.
    pub actor: Option<String>,
    /// In whose place.
    pub subject: Option<String>,
    /// Who or what was acted upon.
    pub target: Option<String>,
    /// The tenant.
    pub tenant: Option<String>,
}

/// Whose page the sentence stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The platform's: the tenant is named, and visits are impersonations.
    Platform,
    /// The tenant's own: it is not, and visits are somebody acting as somebody.
    Tenant,
}

/// What stands where a name was erased, or never known.
const ERASED: &str = "somebody";

/// Composes the sentence of an entry.
#[must_use]
pub fn sentence(record: &Record, names: &Names, reader: Reader) -> Vec<Part> {
    let teller = Teller {
        record,
        names,
        reader,
    };
    let mut parts = vec![teller.actor()];
    match Event::from_name(&record.event) {
        Some(Event::ImpersonationView) => teller.viewed(&mut parts),
        Some(
            event @ (Event::ImpersonationStart | Event::ImpersonationEscalate | Event::ImpersonationEnd),
        ) => {
            teller.visit(event, &mut parts);
        }
        Some(event @ (Event::StaffSignIn | Event::UserSignIn)) => teller.sign_in(event, &mut parts),
        Some(Event::StaffSignOut | Event::UserSignOut) if teller.by_a_clock() => {
            teller.session_over(&mut parts)
        }
        Some(Event::AccessRefuse) => teller.turned_away(&mut parts),
        Some(event) => teller.ordinary(event, &mut parts),
        // An event of a later version: show its name rather than nothing.
        None => parts.push(Part::Mono(record.event.clone())),
    }
    parts
}

fn plain(text: &str) -> Part {
    Part::Plain(text.to_owned())
}

/// An entry, the names behind it, and for whom it is told.
struct Teller<'a> {
    record: &'a Record,
    names: &'a Names,
    reader: Reader,
}

impl Teller<'_> {
    fn actor(&self) -> Part {
        let nameless = match self.record.actor.kind.as_str() {
            "system" => return Part::Strong("Stagedoor".to_owned()),
            "anonymous" => "Somebody unknown",
            _ => "Somebody",
        };
        Part::Strong(self.names.actor.clone().unwrap_or_else(|| nameless.to_owned()))
    }

    fn by_a_clock(&self) -> bool {
        self.record.actor.kind == "system"
    }

    /// A session that its owner did not end.
    fn session_over(&self, parts: &mut Vec<Part>) {
        parts.push(plain("ended a session of"));
        parts.push(self.target().unwrap_or_else(|| plain(ERASED)));
        if self.reader == Reader::Platform {
            self.place("in", parts);
        }
    }

    fn succeeded(&self) -> bool {
        self.record.outcome == "success"
    }

    fn verb(&self, event: Event) -> Part {
        plain(if self.succeeded() {
            event.done()
        } else {
            event.tried()
        })
    }

    fn fact(&self, field: Field) -> Option<&str> {
        self.record.facts.get(field.as_str()).map(String::as_str)
    }

    /// The tenant as a name; its id where the name is not known.
    fn tenant(&self) -> Option<Part> {
        let name = self.names.tenant.as_ref().or(self.record.tenant.as_ref());
        name.cloned().map(Part::Strong)
    }

    fn target_is_tenant(&self) -> bool {
        let target = self.record.target.as_ref();
        target.is_some_and(|target| matches!(target.kind.as_str(), "tenant" | "organization"))
    }

    /// The name of what was acted upon; `None` where the entry has none to show.
    fn target(&self) -> Option<Part> {
        let target = self.record.target.as_ref()?;
        match target.kind.as_str() {
            "tenant" | "organization" => self.tenant().or_else(|| Some(Part::Strong(target.id.clone()))),
            // A session is called by whose it is.
            "user" | "staff" | "session" => Some(Part::Strong(
                self.names.target.clone().unwrap_or_else(|| ERASED.to_owned()),
            )),
            _ => Some(Part::Mono(target.id.clone())),
        }
    }

    /// Actor, verb, what it is about, and where.
    fn ordinary(&self, event: Event, parts: &mut Vec<Part>) {
        parts.push(self.verb(event));
        let mut named_tenant = false;
        let mut of = "in";
        if let Some(noun) = event.noun() {
            of = noun.of.unwrap_or(of);
            // A thing of a tenant, in an entry that names the tenant only.
            let target = self
                .target()
                .filter(|_| noun.of.is_none() || !self.target_is_tenant());
            named_tenant = target.is_some() && self.target_is_tenant();
            match target {
                Some(target) => {
                    parts.extend((!noun.named.is_empty()).then(|| plain(noun.named)));
                    parts.push(target);
                }
                None => parts.push(plain(noun.unnamed)),
            }
        }
        if self.reader == Reader::Platform && !named_tenant {
            self.place(of, parts);
        }
        if event == Event::RiskRaise {
            self.risk(parts);
        }
    }

    fn place(&self, of: &str, parts: &mut Vec<Part>) {
        if let (Some(_), Some(tenant)) = (&self.record.tenant, self.tenant()) {
            parts.push(plain(of));
            parts.push(tenant);
        }
    }

    fn risk(&self, parts: &mut Vec<Part>) {
        if let Some(level) = self.fact(Field::Level) {
            parts.push(plain("to"));
            parts.push(Part::Strong(level.to_owned()));
        }
        if let Some(cause) = self.fact(Field::Cause) {
            parts.push(Part::Plain(format!("· {cause}")));
        }
    }

    fn sign_in(&self, event: Event, parts: &mut Vec<Part>) {
        parts.push(self.verb(event));
        // A name that was only typed is nobody's deed: the stranger is told apart from whom they claim to be.
        if self.record.actor.kind == "anonymous"
            && let Some(claimed) = self.target().filter(|_| !self.target_is_tenant())
        {
            parts.push(plain("as"));
            parts.push(claimed);
        }
        let factor = self.fact(Field::Factor).map(|factor| match factor {
            "totp" => "one-time code",
            other => other,
        });
        match (self.fact(Field::Provider), factor) {
            (None, None) => {}
            (Some(provider), None) => {
                parts.push(plain("with"));
                parts.push(Part::Strong(provider.to_owned()));
            }
            (Some(provider), Some(factor)) => {
                parts.push(plain("with"));
                parts.push(Part::Strong(format!("{provider} + {factor}")));
            }
            (None, Some(factor)) => parts.push(Part::Plain(format!("with a {factor}"))),
        }
    }

    /// How many requests, and where from as far as that can still be told.
    fn turned_away(&self, parts: &mut Vec<Part>) {
        parts.push(self.verb(Event::AccessRefuse));
        let requests = match self.fact(Field::Requests) {
            Some("1") => "1 request".to_owned(),
            Some(many) => format!("{many} requests"),
            None => "requests".to_owned(),
        };
        parts.push(Part::Strong(requests));
        parts.push(plain("from"));
        parts.push(match (&self.names.target, self.fact(Field::Source)) {
            (Some(address), _) => Part::Mono(address.clone()),
            (None, Some(source)) => plain(source),
            (None, None) => plain("somewhere"),
        });
    }

    /// The person in whose place a visit is made; `None` when it stands in for the tenant as such.
    fn visited(&self) -> Option<Part> {
        let target = self.names.target.as_ref().filter(|_| !self.target_is_tenant());
        let erased = match &self.record.target {
            Some(target) if target.kind == "user" => Some(ERASED.to_owned()),
            _ => None,
        };
        self.names
            .subject
            .as_ref()
            .or(target)
            .cloned()
            .or(erased)
            .map(Part::Strong)
    }

    /// The beginning, the escalation and the end of a visit. A tenant is told who acted as whom.
    fn visit(&self, event: Event, parts: &mut Vec<Part>) {
        match self.reader {
            Reader::Platform => {
                parts.push(self.verb(event));
                parts.push(plain("impersonation of"));
                parts.extend(self.visited().or_else(|| self.tenant()));
            }
            Reader::Tenant => {
                parts.push(plain(self.visit_words(event)));
                parts.push(self.visited().unwrap_or_else(|| plain("an administrator")));
            }
        }
    }

    fn visit_words(&self, event: Event) -> &'static str {
        match (event, self.succeeded(), self.visitor_acts()) {
            (Event::ImpersonationStart, true, _) => "started acting as",
            (Event::ImpersonationStart, false, _) => "tried to start acting as",
            (Event::ImpersonationEscalate, true, _) => "switched to making changes as",
            (Event::ImpersonationEscalate, false, _) => "tried to switch to making changes as",
            (_, true, true) => "stopped acting as",
            (_, false, true) => "tried to stop acting as",
            (_, true, false) => "ended the visit of platform support as",
            (_, false, false) => "tried to end the visit of platform support as",
        }
    }

    /// Whether the visit ends by its own visitor, rather than by the tenant, a colleague or a clock.
    fn visitor_acts(&self) -> bool {
        self.record.actor.kind.starts_with("platform_staff")
            && self.fact(Field::Why) != Some(VisitEnd::EndedByStaff.as_str())
    }

    fn viewed(&self, parts: &mut Vec<Part>) {
        parts.push(self.verb(Event::ImpersonationView));
        match self.record.reads.as_slice() {
            [] => parts.push(
                self.fact(Field::Path)
                    .map_or_else(|| plain("a page"), |path| Part::Mono(path.to_owned())),
            ),
            reads => {
                let words: Vec<&str> = reads.iter().map(|read| read.what.as_str()).collect();
                parts.push(Part::Strong(words.join(", ")));
                parts.extend(records(reads.iter().map(|read| read.rows).sum()));
            }
        }
        if let Some(person) = self.visited() {
            parts.push(plain("as"));
            parts.push(person);
        }
        if self.reader == Reader::Platform {
            self.place("in", parts);
        }
    }
}

fn records(rows: u64) -> Option<Part> {
    match rows {
        0 => None,
        1 => Some(plain("(1 record)")),
        many => Some(Part::Plain(format!("({many} records)"))),
    }
}
