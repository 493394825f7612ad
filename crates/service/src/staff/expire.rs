//! Temporary accounts end by themselves. Their requests are refused from the moment on; this switches the account off and
//! writes down that it is.

use stagedoor_core::actor::Actor;
use stagedoor_core::audit::{Event, Field, Target};
use stagedoor_core::staff::{Named, Secrets, StaffChange, Task, nothing};
use stagedoor_core::time::Timestamp;
use stagedoor_store::staff::Staff;
use stagedoor_store::staff_change::{self, Deactivation};

use super::change::{changes, moment};
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

    async fn expire_account(&self, staff: &Staff, now: Timestamp) -> Result<(), ServiceError> {
        let visitor = Visitor::new(fresh_id(self.rng(), now), None, "");
        let acting = Acting {
            actor: Actor::System,
            person: None,
            subject: None,
        };
        let mut story = Story::new(Event::StaffExpire);
        story.target = Some(Target::Staff(staff.id));
        story.target_person = Some(person(staff));
        story.facts.insert(Field::Role, staff.role.as_str().to_owned());
        if let Some(until) = staff.account_until {
            story.facts.insert(Field::Until, moment(until));
        }
        story.changes = changes(staff, &nothing(), None)
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
