//! Temporary accounts, and what is given to somebody for a time, end by themselves. Requests are decided by that from the moment
//! on; this switches the account off, or takes what is over off the row, and writes down that it is.

use stagedoor_core::audit::{Change, Event, Field, Target};
use stagedoor_core::staff::{Named, Post, Secrets, StaffChange, Task, nothing};
use stagedoor_core::time::Timestamp;
use stagedoor_store::staff::Staff;
use stagedoor_store::staff_change::{self, Deactivation};

use super::told::{changes, moment, scope_words};
use super::write::Writing;
use crate::error::ServiceError;
use crate::op::person;
use crate::recorder::{Acting, Story};
use crate::retry::again;
use crate::state::Service;
use crate::system::fresh_id;
use crate::visitor::Visitor;

const WHY: &str = "The temporary account came to its end";

impl Service {
    /// Switches off the temporary accounts whose end has come.
    ///
    /// # Errors
    /// When the database cannot be used; the rest is tried again the next time.
    pub async fn expire_staff(&self) -> Result<(), ServiceError> {
        let now = self.now();
        for staff in staff_change::list_ended(&mut self.db().reader(), now).await? {
            match again(|| self.expire_account(&staff, now)).await {
                // Another process, or a super admin, was faster.
                Ok(()) | Err(ServiceError::Moved) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes down that what was given for a time is over, with the ends of the sessions that stood on it.
    ///
    /// # Errors
    /// When the database cannot be used; the rest is tried again the next time.
    pub async fn settle_terms(&self) -> Result<(), ServiceError> {
        let now = self.now();
        for staff in staff_change::list_lapsed(&mut self.db().reader(), now).await? {
            match again(|| self.settle_account(&staff, now)).await {
                // Another process, or a super admin, was faster.
                Ok(()) | Err(ServiceError::Moved) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn settle_account(&self, staff: &Staff, now: Timestamp) -> Result<(), ServiceError> {
        let visitor = Visitor::new(fresh_id(self.rng(), now), None, "");
        let acting = Acting::itself();
        let settled = staff.access().settled(now);
        let mut story = Story::new(Event::StaffLapse);
        story.target = Some(Target::Staff(staff.id));
        story.target_person = Some(person(staff));
        story.facts.insert(Field::Role, staff.role.as_str().to_owned());
        story.changes = lapsed(staff, now);
        let change = StaffChange::Access(settled);
        let ends = self.ends_of(staff, &change).await?.begun_before(over(staff, now));
        let batch = self.told_change((&visitor, &acting), story, &ends, now).await?;
        let writing = Writing {
            actor: None,
            target: staff.clone(),
            named: Named::No,
            change,
            name: None,
            token: None,
            how: None,
            ends: Some(ends),
            batch,
            now,
        };
        self.write_change(writing).await.map(drop)
    }

    async fn expire_account(&self, staff: &Staff, now: Timestamp) -> Result<(), ServiceError> {
        let visitor = Visitor::new(fresh_id(self.rng(), now), None, "");
        let acting = Acting::itself();
        let mut story = Story::new(Event::StaffExpire);
        story.target = Some(Target::Staff(staff.id));
        story.target_person = Some(person(staff));
        story.facts.insert(Field::Role, staff.role.as_str().to_owned());
        if let Some(until) = staff.account_until {
            story.facts.insert(Field::Until, moment(until));
        }
        story.changes = changes(staff, &nothing(), None, now)
            .into_iter()
            .filter(|change| change.field != "until")
            .collect();
        let ends = self.ends_of(staff, &StaffChange::Deactivate).await?;
        let batch = self.told_change((&visitor, &acting), story, &ends, now).await?;
        let how = Deactivation {
            at: now,
            why: WHY.to_owned(),
            tasks: Task::of(Secrets::Safe).collect(),
        };
        let writing = Writing {
            actor: None,
            target: staff.clone(),
            named: Named::No,
            change: StaffChange::Deactivate,
            name: None,
            token: None,
            how: Some(how),
            ends: Some(ends),
            batch,
            now,
        };
        self.write_change(writing).await.map(drop)
    }
}

/// The latest end that has come: sessions that began before it stood on what is over.
fn over(staff: &Staff, now: Timestamp) -> Timestamp {
    let ends = staff.access().terms.ends().filter(|end| *end <= now).max();
    ends.unwrap_or(now)
}

/// What fell back, from what to what.
fn lapsed(staff: &Staff, now: Timestamp) -> Vec<Change> {
    let change = |field: &str, before: Option<String>, after: Option<String>| Change {
        field: field.to_owned(),
        before,
        after,
    };
    let mut all = Vec::new();
    if let Some(lapse) = staff.lapses.post.as_ref().filter(|lapse| lapse.until <= now) {
        let (held, back) = (&lapse.held, &lapse.back_to);
        let role = |post: &Post| Some(post.role.as_str().to_owned());
        let sub_role = |post: &Post| post.sub_role.as_ref().map(ToString::to_string);
        all.push(change("role", role(held), role(back)));
        all.push(change("sub_role", sub_role(held), sub_role(back)));
        all.push(change("role_until", Some(moment(lapse.until)), None));
    }
    if let Some(lapse) = staff.lapses.scope.as_ref().filter(|lapse| lapse.until <= now) {
        let (held, back) = (scope_words(&lapse.held), scope_words(&lapse.back_to));
        all.push(change("scope", Some(held), Some(back)));
        all.push(change("scope_until", Some(moment(lapse.until)), None));
    }
    all.retain(|change| change.before != change.after);
    all
}
