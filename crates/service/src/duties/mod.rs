//! One's own responsibilities: read, acknowledged in the version that stands now, and with them another way to be reached.
//!
//! Whether somebody owes them is the core's decision on every call. What a backup contact is never reaches an entry: it is
//! sealed under the key of the person's own data, beside their row.

mod contact;

pub(crate) use contact::shown_to_managers;

use stagedoor_core::action::kind::{BackupContactChange, DutiesAcknowledge, DutiesViewOwn};
use stagedoor_core::action::{Action, ActionKind};
use stagedoor_core::audit::{AuditBatch, Event, Field, Target};
use stagedoor_core::decision::Reason;
use stagedoor_core::duties::BackupContact;
use stagedoor_core::guard::{Guardrail, Verdict};
use stagedoor_core::input::FieldError;
use stagedoor_core::permit::Permit;
use stagedoor_core::resource::{Resource as _, SessionTarget};
use stagedoor_core::view::duties::DutiesView;
use stagedoor_store::duties as store;

use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::Story;
use crate::session::still_runs;

const OTHER_TEXT: &str =
    "The responsibilities have changed since you read them. Read them again, then acknowledge.";

/// What a person leaves as their backup contact, as they typed it.
#[derive(Clone, Default)]
pub struct TypedContact {
    /// Who answers there; may be empty.
    pub name: String,
    /// An address or a number.
    pub contact: String,
}

/// The caller's own session, which is where their duties are.
fn own(op: &StaffOp) -> SessionTarget {
    SessionTarget {
        id: Some(op.session().id),
        owner: op.staff().id,
    }
}

/// Whether the caller owes them: the core says so of any other thing that they might do.
#[must_use]
pub fn are_owed(op: &StaffOp) -> bool {
    let other = op.would(Action::BackupContactChange, own(op).facts());
    other.verdicts.get(Guardrail::Authz) == Verdict::Fail(Reason::ResponsibilitiesOpen)
}

/// The caller's responsibilities, and what they left.
///
/// # Errors
/// Denied; unavailable when the database is.
pub async fn view(op: &StaffOp) -> Result<DutiesView, ServiceError> {
    op.require::<DutiesViewOwn>(&own(op)).await?.discharge(());
    let duties = &op.policy().responsibilities;
    let ex = &mut op.service().db().reader();
    Ok(DutiesView {
        version: duties.version().to_owned(),
        lines: duties.lines().map(str::to_owned).collect(),
        done: duties.are_acknowledged(op.staff().acknowledged.as_deref()),
        acknowledged: store::find_acknowledged(ex, op.staff().id).await?,
        contact: contact::find(op.service(), op.staff().id).await?,
        kept: op
            .offered(Action::BackupContactChange)
            .err()
            .map(|reason| reason.explain().to_owned()),
        now: op.now(),
    })
}

fn story<A: ActionKind>(op: &StaffOp, permit: &Permit<A>, event: Event) -> Story {
    let mut story = Story::new(event);
    story.verdicts = Some(permit.decision().verdicts);
    story.target = Some(Target::Staff(op.staff().id));
    story
}

/// The contact as it will be kept, and what else is wrong with what was sent.
fn checked(
    op: &StaffOp,
    typed: &TypedContact,
    mut wrong: Vec<FieldError>,
) -> Result<BackupContact, ServiceError> {
    match BackupContact::parse(&typed.name, &typed.contact, &op.staff().email) {
        Ok(contact) if wrong.is_empty() => Ok(contact),
        Ok(_) => Err(ServiceError::Invalid(wrong)),
        Err(more) => {
            wrong.extend(more);
            Err(ServiceError::Invalid(wrong))
        }
    }
}

/// Acknowledges the responsibilities of a version, which must be that of now, and leaves a backup contact.
///
/// # Errors
/// Denied; invalid with the field `version`, `contact` or `contact_name`; unavailable when the database is.
pub async fn acknowledge(op: &StaffOp, version: &str, typed: &TypedContact) -> Result<(), ServiceError> {
    let permit = op.require::<DutiesAcknowledge>(&own(op)).await?.discharge(());
    let current = op.policy().responsibilities.version();
    let other = (version != current).then(|| FieldError::new("version", OTHER_TEXT));
    let contact = checked(op, typed, other.into_iter().collect())?;
    let mut acknowledged = story(op, &permit, Event::DutiesAcknowledge);
    acknowledged.facts.insert(Field::Version, current.to_owned());
    let batch = op.record(acknowledged).await?;
    let left = contact::find(op.service(), op.staff().id).await?;
    if left.is_some_and(|left| contact::is(&left, &contact)) {
        return write(op, Some(current), None, batch).await;
    }
    let changed = op.record(story(op, &permit, Event::BackupContactChange)).await?;
    let sealed = contact::seal(op, &contact).await?;
    write(op, Some(current), Some(sealed), batch.and_all(changed)).await
}

/// Changes the caller's backup contact.
///
/// # Errors
/// Denied; invalid with the field `contact` or `contact_name`; unavailable when the database is.
pub async fn change_contact(op: &StaffOp, typed: &TypedContact) -> Result<(), ServiceError> {
    let permit = op.require::<BackupContactChange>(&own(op)).await?.discharge(());
    let contact = checked(op, typed, Vec::new())?;
    let batch = op.record(story(op, &permit, Event::BackupContactChange)).await?;
    let sealed = contact::seal(op, &contact).await?;
    write(op, None, Some(sealed), batch).await
}

async fn write(
    op: &StaffOp,
    version: Option<&str>,
    sealed: Option<Vec<u8>>,
    batch: AuditBatch,
) -> Result<(), ServiceError> {
    let (session, id) = (op.session().id, op.staff().id);
    let (now, version) = (op.now(), version.map(str::to_owned));
    op.service()
        .db()
        .write(move |mut tx| {
            let (version, sealed, batch) = (version.clone(), sealed.clone(), batch.clone());
            Box::pin(async move {
                still_runs(&mut tx, session).await?;
                if let Some(version) = version
                    && !store::acknowledge(&mut tx, id, &version, now).await?
                {
                    return Err(ServiceError::Moved);
                }
                if let Some(sealed) = sealed {
                    store::put_contact(&mut tx, id, &sealed, now).await?;
                }
                Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
            })
        })
        .await
}
