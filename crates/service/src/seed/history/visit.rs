//! Visits of the past: each with its start, what was viewed, and its end.

use std::time::Duration;

use stagedoor_core::actor::{Actor, Represented};
use stagedoor_core::audit::{Event, Field, Read, Target};
use stagedoor_core::id::ImpersonationId;
use stagedoor_core::time::{Timestamp, minutes};

use super::super::past::Past;
use super::{Maker, verdicts};
use crate::recorder::{Acting, Marks, Story};
use crate::system::fresh_id;

const REASONS: &[(&str, &str)] = &[
    ("Webhook page shows 500 after plan change", "#4218"),
    ("Owner cannot find the new invoice export", "#4187"),
    ("Members list stays empty for one admin", "#4203"),
    ("Single sign-on test fails with a clock error", "#4155"),
    ("Customer asks why a role change did not stick", "#4170"),
    ("API key rotation did not show up in the list", "#4211"),
];

impl Maker<'_> {
    /// A whole visit: its start, what was viewed, its end.
    pub(super) fn visit(&mut self, at: Timestamp) {
        let short = ["kim", "jess", "rob"][self.random.below(3) as usize];
        let (Some(acting), Some(tenant)) = (self.staff_acting(short), self.some_tenant()) else {
            return;
        };
        let (tenant_id, Some((member, person))) = (tenant.id, self.random.one_of(&tenant.people).cloned())
        else {
            return;
        };
        let Actor::Staff {
            staff,
            session: Some(session),
        } = acting.actor
        else {
            return;
        };
        let id: ImpersonationId = fresh_id(self.random, at);
        let (reason, ticket) = self
            .random
            .one_of(REASONS)
            .copied()
            .unwrap_or(("Customer asked for help", "#4000"));
        let base = |event| {
            let mut story = Story::new(event);
            story.tenant = Some(tenant_id);
            story.impersonation = Some(id);
            story.target = Some(Target::Member(member));
            story.reason = Some(reason.to_owned());
            story.ticket = Some(ticket.to_owned());
            story.verdicts = Some(verdicts(None));
            story
        };
        let mut start = base(Event::ImpersonationStart);
        start.target_person = Some(person.clone());
        start.facts.insert(Field::Mode, "read_only".to_owned());
        self.add(at, acting.clone(), start);
        let inside = Acting {
            actor: Actor::OnBehalf {
                subject: Represented::Member {
                    tenant: tenant_id,
                    member,
                },
                act: staff,
                session,
                grant: id,
            },
            person: acting.person.clone(),
            subject: Some(person.clone()),
            marks: Marks::none(),
        };
        for (after, what, rows) in [(20, "Members", 50), (70, "Audit log", 50)] {
            let mut view = base(Event::ImpersonationView);
            view.reads.push(Read {
                what: what.to_owned(),
                rows,
            });
            self.add(at.plus(Duration::from_secs(after)), inside.clone(), view);
        }
        let mut end = base(Event::ImpersonationEnd);
        end.target_person = Some(person);
        end.facts.insert(Field::Why, "ended".to_owned());
        let to = at.plus(minutes(3 + self.random.below(8)));
        self.past.push(Past {
            id,
            staff,
            session,
            tenant: tenant_id,
            member,
            reason,
            ticket,
            from: at,
            to,
        });
        self.add(to, inside, end);
    }
}
