//! One risk event: why, what is known, the entries it was raised for, and what was done. Looking is written down, for it
//! shows people and parts of the log.

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::RiskView as RiskViewKind;
use stagedoor_core::audit::sentence::Reader;
use stagedoor_core::audit::{Event, Read};
use stagedoor_core::decide::post_holds;
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::view::event::AuditEvent;
use stagedoor_core::view::risk::{Assignee, RiskStepLine, RiskView};
use stagedoor_store::audit::{self, AuditFilter, Stored};
use stagedoor_store::risk::{self, Risk};
use stagedoor_store::staff::{self, StaffState};

use super::{about, find, row};
use crate::audit::everything;
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::Story;

/// An event's page.
///
/// # Errors
/// Denied; not found for one that is unknown or hidden.
pub async fn page(op: &StaffOp, id: &str) -> Result<RiskView, ServiceError> {
    let known = Known::read(op, id).await?;
    let lines = op.service().lines(&known.entries, Reader::Platform).await?;
    known.page(op, lines).await
}

/// The same with all fields of the entries, for the API.
///
/// # Errors
/// As [`page`].
pub async fn page_in_fields(op: &StaffOp, id: &str) -> Result<RiskView<AuditEvent>, ServiceError> {
    let known = Known::read(op, id).await?;
    let events = op.service().events(&known.entries, Reader::Platform).await?;
    known.page(op, events).await
}

/// What was read of an event, once the reading is recorded.
struct Known {
    risk: Risk,
    entries: Vec<Stored>,
    count: u64,
}

impl Known {
    async fn read(op: &StaffOp, id: &str) -> Result<Self, ServiceError> {
        let permit = op.require::<RiskViewKind>(&Platform).await?.discharge(());
        let risk = find(op, Event::RiskView, id).await?;
        let ids = risk::entries(&mut op.service().db().reader(), risk.id).await?;
        let mut entries = Vec::new();
        if op.would(Action::AuditReadTenant, Platform.facts()).is_permit() {
            for id in &ids {
                let filter = AuditFilter {
                    id: Some(id.to_string()),
                    ..everything(op)
                };
                let ex = &mut op.service().db().reader();
                entries.extend(audit::list(ex, &filter, None, 1).await?);
            }
        }
        let mut story = Story::new(Event::RiskView);
        about(&mut story, &risk);
        story.verdicts = Some(permit.decision().verdicts);
        let read = |what: &str, rows| Read {
            what: what.to_owned(),
            rows,
        };
        story.reads = vec![read("Risk event", 1), read("Audit log", entries.len() as u64)];
        let batch = op.record(story).await?;
        op.service().commit_only(batch).await?;
        Ok(Self {
            risk,
            entries,
            count: ids.len() as u64,
        })
    }

    async fn page<E>(self, op: &StaffOp, entries: Vec<E>) -> Result<RiskView<E>, ServiceError> {
        let steps = risk::steps(&mut op.service().db().reader(), self.risk.id).await?;
        let steps = steps.into_iter().map(|step| RiskStepLine {
            step: step.step.as_str().to_owned(),
            done: step.step.done().to_owned(),
            note: step.note,
            staff: step.staff,
            at: step.at,
        });
        let may = op.may(Action::RiskTriage, Platform.facts());
        Ok(RiskView {
            kind_label: self.risk.kind.label().to_owned(),
            about: self.risk.kind.about().to_owned(),
            facts: self.risk.facts.clone(),
            entries,
            entries_count: self.count,
            steps: steps.collect(),
            may_triage: match may {
                true => Some(assignable(op).await?),
                false => None,
            },
            risk: row(&self.risk),
            now: op.now(),
        })
    }
}

/// Who can be given an event: active members of staff whose role works on them.
pub(super) async fn assignable(op: &StaffOp) -> Result<Vec<Assignee>, ServiceError> {
    let all = staff::list(&mut op.service().db().reader(), op.now()).await?;
    let policy = op.policy();
    let mut able: Vec<Assignee> = all
        .into_iter()
        .filter(|staff| {
            staff.state == StaffState::Active
                && post_holds(policy, staff.post(), Action::RiskTriage).is_some()
        })
        .map(|staff| Assignee {
            id: staff.id,
            name: staff.name,
        })
        .collect();
    able.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(able)
}
