//! Answers to forms: back to a page of our own, with the words in a message that is shown once. What was typed goes along where it was
//! refused, and never a secret unless sealed.

use std::collections::BTreeMap;

use stagedoor_core::view::frame::{Flash, FlashKind};
use stagedoor_service::{ServiceError, StaffOp, TenantOp};

use super::{own_path, redirect_303};
use crate::error::AppError;

/// Answers a form that was refused: back to its page, with what went wrong and what was typed; or, where a fresh proof would
/// do, to the page that asks for it. Nothing typed is lost.
///
/// # Errors
/// When the message could not be kept.
pub async fn refuse_form(
    op: &StaffOp,
    error: &ServiceError,
    values: BTreeMap<String, String>,
    back: &str,
) -> Result<(), AppError> {
    // The form itself is kept: it is sent again when its person has used their passkey.
    if let Some(id) = op.challenge() {
        redirect_303(&crate::routes::step_up(&id.to_string()));
        return Ok(());
    }
    let public = op.public(error);
    let flash = Flash {
        kind: FlashKind::Error,
        message: public.message.clone(),
        request_id: Some(public.request_id.clone()),
        fields: public.fields.clone(),
        values,
    };
    keep(op, &flash).await?;
    redirect_303(own_path(back));
    Ok(())
}

/// Answers a form that was done: back to its page, with the words.
///
/// # Errors
/// When the message could not be kept.
pub async fn done_form(op: &StaffOp, words: &str, back: &str) -> Result<(), AppError> {
    keep(
        op,
        &Flash {
            message: words.to_owned(),
            ..Flash::default()
        },
    )
    .await?;
    redirect_303(own_path(back));
    Ok(())
}

/// The same, with values for that page: never a secret, unless sealed.
///
/// # Errors
/// When the message could not be kept.
pub async fn done_form_with(
    op: &StaffOp,
    words: &str,
    values: BTreeMap<String, String>,
    page: &str,
) -> Result<(), AppError> {
    let flash = Flash {
        message: words.to_owned(),
        values,
        ..Flash::default()
    };
    keep(op, &flash).await?;
    redirect_303(own_path(page));
    Ok(())
}

async fn keep(op: &StaffOp, flash: &Flash) -> Result<(), AppError> {
    let kept = op.service().put_flash(&op.session().id.to_string(), flash).await;
    kept.map_err(|error| AppError::from(op.public(&error)))
}

/// Answers a form of a tenant's host, done or refused: back to its page, with the words, and with what was typed where it
/// was refused.
///
/// # Errors
/// When the message could not be kept.
pub async fn answer_inside(
    op: &TenantOp,
    done: Result<String, ServiceError>,
    values: BTreeMap<String, String>,
    back: &str,
) -> Result<(), AppError> {
    let flash = match done {
        Ok(message) => Flash {
            message,
            ..Flash::default()
        },
        Err(error) => {
            let public = op.public(&error);
            Flash {
                kind: FlashKind::Error,
                message: public.message,
                request_id: Some(public.request_id),
                fields: public.fields,
                values,
            }
        }
    };
    let kept = op.service().put_flash(&op.owner_key(), &flash).await;
    kept.map_err(|error| AppError::from(op.public(&error)))?;
    redirect_303(own_path(back));
    Ok(())
}
