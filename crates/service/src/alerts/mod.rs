//! Alerts: each super admin's inbox, taking note of one, a test; and their way out by e-mail and to the webhook.
//!
//! Nothing here raises an alert: the store does, with the entry that causes it. Names and addresses are looked up when an
//! alert is shown or sent, and kept nowhere beside it.

mod channel;
mod deliver;
mod inbox;
mod mail;
mod webhook;
mod words;

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::{AlertAcknowledge, AlertTest};
use stagedoor_core::alert::Cause;
use stagedoor_core::audit::{Event, Field};
use stagedoor_core::id::AlertId;
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_store::alert::{self, Waiting};

pub use channel::Channels;
pub use inbox::{AlertsRequest, list, page};
pub use mail::{BadMail, Letter, Letters, Mail, Smtp, Tls};
pub use webhook::{BadWebhook, Reach, Webhook};

use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::Story;

const ALREADY: &str = "You acknowledged this alert already.";

/// How many alerts wait for the caller; `None` for who has no inbox.
pub(crate) async fn waiting(op: &StaffOp) -> Result<Option<Waiting>, ServiceError> {
    if !op.would(Action::AlertView, Platform.facts()).is_permit() {
        return Ok(None);
    }
    let ex = &mut op.service().db().reader();
    Ok(Some(alert::count(ex, op.staff().id, op.now()).await?))
}

/// Takes note of an alert, for oneself.
///
/// # Errors
/// Denied; not found for one that the caller was not told of; conflict when they took note already.
pub async fn acknowledge(op: &StaffOp, id: &str) -> Result<AlertId, ServiceError> {
    let permit = op.require::<AlertAcknowledge>(&Platform).await?.discharge(());
    let found = inbox::find(op, Event::AlertAcknowledge, id).await?;
    if found.acknowledged.is_some() {
        return Err(ServiceError::Conflict(ALREADY));
    }
    let mut story = Story::new(Event::AlertAcknowledge);
    story.facts.insert(Field::Alert, found.id.to_string());
    story.verdicts = Some(permit.decision().verdicts);
    let batch = op.record(story).await?;
    let (id, me, now) = (found.id, op.staff().id, op.now());
    op.service()
        .db()
        .write(move |mut tx| {
            let batch = batch.clone();
            Box::pin(async move {
                if !alert::acknowledge(&mut tx, id, me, now).await? {
                    return Err(ServiceError::Conflict(ALREADY));
                }
                Ok::<_, ServiceError>(tx.commit(batch, id).await?)
            })
        })
        .await
}

/// Sends a test alert to every super admin, over every channel.
///
/// # Errors
/// Denied; unavailable when the database is.
pub async fn test(op: &StaffOp) -> Result<AlertId, ServiceError> {
    let permit = op.require::<AlertTest>(&Platform).await?.discharge(());
    let mut story = Story::new(Event::AlertTest);
    story.verdicts = Some(permit.decision().verdicts);
    let batch = op.record(story).await?;
    let raised = batch.entries().iter().find_map(Cause::of);
    let Some(cause) = raised else {
        return Err(ServiceError::Internal("a test alert alerts nobody".to_owned()));
    };
    op.service().commit_only(batch).await?;
    Ok(cause.alert())
}
