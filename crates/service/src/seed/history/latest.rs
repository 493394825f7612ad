//! The hours before the start, made by hand: what a newcomer sees first, and the pictures show.

use stagedoor_core::audit::{Event, Field, Target};
use stagedoor_core::time::{Timestamp, hours, minutes};

use super::super::Made;
use super::{Maker, flag_story, verdicts};
use crate::op::person;
use crate::recorder::{Acting, Story};

impl Maker<'_> {
    /// What happened last.
    pub(super) fn latest(&mut self, now: Timestamp) {
        let Some(acme) = self.tenants.first() else { return };
        self.flag_for_acme(acme, now);
        self.newcomer(now);
        self.asked_for_two(now);
        self.risk_of_sam(acme, now);
    }

    fn flag_for_acme(&mut self, acme: &Made, now: Timestamp) {
        let Some(jess) = self.staff_acting("jess") else {
            return;
        };
        let mut story = flag_story("billing.v2");
        story.tenant = Some(acme.id);
        story.verdicts = Some(verdicts(None));
        story.reason = Some("Customer asked to join the beta".to_owned());
        self.add(now.minus(minutes(16)), jess, story);
    }

    fn newcomer(&mut self, now: Timestamp) {
        let niko = self.staff.iter().find(|staff| staff.email.starts_with("niko@"));
        let (Some(kim), Some(niko)) = (self.staff_acting("kim"), niko) else {
            return;
        };
        let mut story = Story::new(Event::StaffManage);
        story.target = Some(Target::Staff(niko.id));
        story.target_person = Some(person(niko));
        story.facts.insert(Field::Role, "support".to_owned());
        story.reason = Some("Joins the support team on Monday".to_owned());
        story.verdicts = Some(verdicts(None));
        self.add(now.minus(minutes(24)), kim, story);
    }

    fn asked_for_two(&mut self, now: Timestamp) {
        let lumen = self.tenants.iter().find(|tenant| tenant.slug == "lumen");
        let (Some(ada), Some(lumen)) = (self.staff_acting("ada"), lumen) else {
            return;
        };
        let mut story = Story::new(Event::BreakGlassRequest);
        story.tenant = Some(lumen.id);
        story.target = Some(Target::Tenant(lumen.id));
        story.reason = Some("Contract ended, deletion asked for in writing".to_owned());
        story.verdicts = Some(verdicts(None));
        self.add(now.minus(minutes(8)), ada, story);
    }

    fn risk_of_sam(&mut self, acme: &Made, now: Timestamp) {
        let sam = acme
            .people
            .iter()
            .find(|(_, person)| person.email == "sam@acme.com");
        let Some((member, person)) = sam.cloned() else {
            return;
        };
        let mut story = Story::new(Event::RiskRaise);
        story.tenant = Some(acme.id);
        story.target = Some(Target::Member(member));
        story.target_person = Some(person);
        story.facts.insert(Field::Level, "elevated".to_owned());
        story
            .facts
            .insert(Field::Cause, "new device from a new country".to_owned());
        let stagedoor = Acting::itself();
        self.add(now.minus(hours(2)), stagedoor, story);
    }
}
