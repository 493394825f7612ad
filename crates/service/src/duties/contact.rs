//! A backup contact at rest: sealed under its person's own key, opened for themselves and for those who may manage staff.

use stagedoor_core::action::Action;
use stagedoor_core::audit::{Event, Read, Target};
use stagedoor_core::decision::Decision;
use stagedoor_core::duties::BackupContact;
use stagedoor_core::id::StaffId;
use stagedoor_core::resource::{Platform, Resource as _};
use stagedoor_core::view::duties::{ContactLine, ContactShown};
use stagedoor_store::duties as store;

use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::Story;
use crate::state::Service;

/// A sealed contact opens for nobody else and in no other place.
fn place(id: StaffId) -> Vec<u8> {
    format!("staff_backup_contact/{id}").into_bytes()
}

pub(super) async fn seal(op: &StaffOp, contact: &BackupContact) -> Result<Vec<u8>, ServiceError> {
    let plain = serde_json::to_vec(contact).map_err(|error| ServiceError::Internal(error.to_string()))?;
    let id = op.staff().id;
    op.service().seal_own(&id.to_string(), &place(id), &plain).await
}

/// What somebody left; none where they left nothing, or it was erased.
pub(super) async fn find(service: &Service, id: StaffId) -> Result<Option<ContactLine>, ServiceError> {
    let Some(kept) = store::find_contact(&mut service.db().reader(), id).await? else {
        return Ok(None);
    };
    let plain = service
        .open_own(&id.to_string(), &place(id), &kept.sealed)
        .await?;
    let contact: Option<BackupContact> = plain.and_then(|plain| serde_json::from_slice(&plain).ok());
    Ok(contact.map(|contact| ContactLine {
        name: contact.name().map(str::to_owned),
        contact: contact.contact().to_owned(),
        changed: kept.changed,
    }))
}

/// Whether the kept one is just this one.
pub(super) fn is(left: &ContactLine, contact: &BackupContact) -> bool {
    left.name.as_deref() == contact.name() && left.contact == contact.contact()
}

/// The backup contact of one member of staff, for who may manage staff by this very call: it is they who have to make sure by
/// another way who asks for help. That they read it is written down, with the decision; nobody else gets it. Who holds the right and
/// is kept from it all the same is told why.
pub(crate) async fn shown_to_managers(op: &StaffOp, id: StaffId) -> Result<ContactShown, ServiceError> {
    // The right itself, as it is decided now: what the role lists is not enough for what somebody left for an emergency.
    let decision = op.would(Action::PlatformManageStaff, Platform.facts());
    if !decision.is_permit() {
        return Ok(withheld(op, &decision));
    }
    let Some(contact) = find(op.service(), id).await? else {
        return Ok(ContactShown::Nothing);
    };
    let mut story = Story::new(Event::StaffView);
    story.verdicts = Some(decision.verdicts);
    story.target = Some(Target::Staff(id));
    story.reads.push(Read {
        what: "Backup contact of one member of staff".to_owned(),
        rows: 1,
    });
    let batch = op.record(story).await?;
    op.service().commit_only(batch).await?;
    Ok(ContactShown::Told(contact))
}

fn withheld(op: &StaffOp, decision: &Decision) -> ContactShown {
    match op.holds(Action::PlatformManageStaff) {
        None => ContactShown::Nothing,
        Some(_) => ContactShown::Withheld {
            why: decision.explain().to_owned(),
            by_proof: decision.offered().is_ok(),
        },
    }
}
