//! Turns what happened into audit entries: one for the platform, one for the tenant, or both.
//!
//! The platform's entry has everything; the tenant's names the member of staff by display name and no more, so that a
//! customer never learns a staff address from their own log.

mod marks;

use std::collections::BTreeMap;

use stagedoor_core::actor::{Actor, Represented};
use stagedoor_core::audit::canonical::hex;
use stagedoor_core::audit::{
    AuditBatch, Change, Criticality, Entry, Event, EventScope, Field, Flag, LogScope, Outcome, Read, Slot,
    Target,
};
use stagedoor_core::guard::Verdicts;
use stagedoor_core::id::{EventId, ImpersonationId, SessionId, TenantId};
use stagedoor_core::time::Timestamp;

use crate::error::ServiceError;
use crate::personal::{About, PersonalData};
use crate::state::Service;
use crate::system::fresh_id;
use crate::visitor::Visitor;

pub(crate) use marks::Marks;

/// A person by id, as an entry may name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
}

/// Who acts.
#[derive(Debug, Clone)]
pub(crate) struct Acting {
    pub(crate) actor: Actor,
    /// The person who really acts; `None` for the program and for strangers.
    pub(crate) person: Option<Person>,
    /// In whose place, when in a person's.
    pub(crate) subject: Option<Person>,
    /// What each of their entries bears.
    pub(crate) marks: Marks,
}

impl Acting {
    /// The program itself.
    pub(crate) const fn itself() -> Self {
        Self {
            actor: Actor::System,
            person: None,
            subject: None,
            marks: Marks::none(),
        }
    }
}

/// What happened.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) event: Event,
    pub(crate) outcome: Outcome,
    pub(crate) tenant: Option<TenantId>,
    pub(crate) target: Option<Target>,
    pub(crate) target_person: Option<Person>,
    /// The network address that it is about, where it is about one. Platform only.
    pub(crate) target_address: Option<String>,
    pub(crate) impersonation: Option<ImpersonationId>,
    pub(crate) session: Option<SessionId>,
    pub(crate) reason: Option<String>,
    pub(crate) ticket: Option<String>,
    pub(crate) changes: Vec<Change>,
    pub(crate) reads: Vec<Read>,
    pub(crate) facts: BTreeMap<Field, String>,
    pub(crate) verdicts: Option<Verdicts>,
    pub(crate) flags: Vec<Flag>,
    /// Whether the tenant may read of it in its own log, where the event would be dual.
    pub(crate) tenant_sees: TenantSees,
}

/// Whether the tenant's log gets its entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TenantSees {
    /// As the event's scope says.
    AsDeclared,
    /// Never: the tenant was not reached (hidden from the person, for one).
    Nothing,
}

impl Story {
    /// A success with nothing but its event.
    pub(crate) fn new(event: Event) -> Self {
        Self {
            event,
            outcome: Outcome::Success,
            tenant: None,
            target: None,
            target_person: None,
            target_address: None,
            impersonation: None,
            session: None,
            reason: None,
            ticket: None,
            changes: Vec::new(),
            reads: Vec::new(),
            facts: BTreeMap::new(),
            verdicts: None,
            flags: Vec::new(),
            tenant_sees: TenantSees::AsDeclared,
        }
    }
}

impl Service {
    /// The name of a network address in entries, which nobody without the master key can turn back.
    pub(crate) fn address_tag(&self, address: &str) -> String {
        format!(
            "address_{}",
            hex(&self.vault().tag("address", address.as_bytes()))
        )
    }

    /// The entries of a story, ready to be committed with what they record. What was done of a critical event is marked as
    /// that here.
    ///
    /// # Errors
    /// Internal for a fact that the event does not declare; when the keys of personal data cannot be had.
    pub(crate) async fn record(
        &self,
        visitor: &Visitor,
        acting: &Acting,
        story: Story,
        now: Timestamp,
    ) -> Result<AuditBatch, ServiceError> {
        let story = acting.marks.put(story);
        let undeclared = |error| ServiceError::Internal(format!("the catalogue of events: {error}"));
        story.event.check(&story.facts).map_err(undeclared)?;
        let impersonated = matches!(acting.actor, Actor::OnBehalf { .. });
        let scope = if impersonated {
            EventScope::Dual
        } else {
            story.event.scope()
        };
        let tenant = match (story.tenant, story.tenant_sees) {
            (Some(tenant), TenantSees::AsDeclared) => Some(tenant),
            _ => None,
        };
        let draft = Draft {
            service: self,
            visitor,
            acting,
            story: &story,
            now,
        };
        Ok(match (scope, tenant) {
            (EventScope::Platform, _) | (_, None) => AuditBatch::of(now, draft.platform().await?),
            (EventScope::Tenant, Some(tenant)) => AuditBatch::of(now, draft.tenant(tenant).await?),
            (EventScope::Dual, Some(tenant)) => {
                AuditBatch::pair(now, draft.platform().await?, draft.tenant(tenant).await?)
            }
        })
    }
}

struct Draft<'a> {
    service: &'a Service,
    visitor: &'a Visitor,
    acting: &'a Acting,
    story: &'a Story,
    now: Timestamp,
}

impl Draft<'_> {
    fn entry(&self, scope: LogScope) -> Entry {
        let id: EventId = fresh_id(self.service.rng(), self.now);
        let story = self.story;
        let mut entry = Entry::new(id, scope, story.event, self.acting.actor, self.visitor.request);
        entry.outcome = story.outcome.clone();
        entry.tenant = entry.tenant.or(story.tenant);
        entry.target = story.target.clone();
        entry.impersonation = entry.impersonation.or(story.impersonation);
        entry.session = entry.session.or(story.session);
        entry.reason.clone_from(&story.reason);
        entry.ticket.clone_from(&story.ticket);
        entry.changes.clone_from(&story.changes);
        entry.reads.clone_from(&story.reads);
        entry.facts.clone_from(&story.facts);
        entry.verdicts = story.verdicts;
        entry.flags = flags(story).collect();
        entry
    }

    async fn platform(&self) -> Result<Entry, ServiceError> {
        let mut entry = self.entry(LogScope::Platform);
        if let Some(person) = &self.acting.person {
            let data = PersonalData {
                name: Some(person.name.clone()),
                email: Some(person.email.clone()),
                address: Some(self.visitor.address_text()),
                agent: (!self.visitor.agent.is_empty()).then(|| self.visitor.agent.clone()),
            };
            self.attach(&mut entry, Slot::Actor, person, data).await?;
        } else if matches!(self.acting.actor, Actor::Anonymous) {
            self.attach_address(&mut entry, Slot::Actor, self.visitor.address_text())
                .await?;
        }
        if let Some(address) = &self.story.target_address {
            self.attach_address(&mut entry, Slot::Target, address.clone())
                .await?;
        }
        self.others(&mut entry).await?;
        Ok(entry)
    }

    async fn tenant(&self, tenant: TenantId) -> Result<Entry, ServiceError> {
        let mut entry = self.entry(LogScope::Tenant(tenant));
        if let Some(Target::Tenant(id)) = entry.target {
            entry.target = Some(Target::Organization(id));
        }
        // What allowed the call is the platform's business alone.
        for ours in Event::ANYWHERE {
            entry.facts.remove(ours);
        }
        entry.facts.remove(&Field::SubRole);
        // The platform's session is none of the tenant's business; its own people's is.
        if !matches!(self.acting.actor, Actor::Member { .. }) {
            entry.session = None;
        }
        if let Some(person) = &self.acting.person {
            let data = match self.acting.actor {
                Actor::Member { .. } => PersonalData {
                    email: Some(person.email.clone()),
                    address: Some(self.visitor.address_text()),
                    ..named(person)
                },
                _ => named(person),
            };
            self.attach(&mut entry, Slot::Actor, person, data).await?;
        } else if matches!(self.acting.actor, Actor::Anonymous) {
            self.attach_address(&mut entry, Slot::Actor, self.visitor.address_text())
                .await?;
        }
        self.others(&mut entry).await?;
        Ok(entry)
    }

    async fn others(&self, entry: &mut Entry) -> Result<(), ServiceError> {
        for (slot, person) in [
            (Slot::Subject, &self.acting.subject),
            (Slot::Target, &self.story.target_person),
        ] {
            if let Some(person) = person {
                let data = PersonalData {
                    email: Some(person.email.clone()),
                    ..named(person)
                };
                self.attach(entry, slot, person, data).await?;
            }
        }
        Ok(())
    }

    /// A stranger's address is personal data too: it has a key of its own, found by a name that tells nothing.
    async fn attach_address(
        &self,
        entry: &mut Entry,
        slot: Slot,
        address: String,
    ) -> Result<(), ServiceError> {
        let about = About {
            slot,
            subject: self.service.address_tag(&address),
            data: PersonalData {
                address: Some(address),
                ..PersonalData::default()
            },
        };
        entry
            .personal
            .push(self.service.seal_personal(&entry.id.to_string(), about).await?);
        Ok(())
    }

    async fn attach(
        &self,
        entry: &mut Entry,
        slot: Slot,
        person: &Person,
        data: PersonalData,
    ) -> Result<(), ServiceError> {
        let about = About {
            slot,
            subject: person.id.clone(),
            data,
        };
        entry
            .personal
            .push(self.service.seal_personal(&entry.id.to_string(), about).await?);
        Ok(())
    }
}

/// The story's own marks, and that of what is worth waking somebody: a critical event that was done.
fn flags(story: &Story) -> impl Iterator<Item = Flag> {
    let done = story.outcome == Outcome::Success;
    let critical = done && story.event.criticality() == Criticality::Critical;
    story
        .flags
        .iter()
        .copied()
        .chain(critical.then_some(Flag::Critical))
}

fn named(person: &Person) -> PersonalData {
    PersonalData {
        name: Some(person.name.clone()),
        ..PersonalData::default()
    }
}

/// The target of an entry about whom a visit stands in for.
pub(crate) fn represented_target(subject: Represented) -> Target {
    match subject {
        Represented::Member { member, .. } => Target::Member(member),
        Represented::Tenant(tenant) => Target::Tenant(tenant),
    }
}

#[cfg(test)]
mod tests;
