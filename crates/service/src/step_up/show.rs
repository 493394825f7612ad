//! What a person is shown before they use their passkey: what is about to be done, or how long they stay.

use stagedoor_core::action::kind::SessionViewOwn;
use stagedoor_core::decision::Reason;
use stagedoor_core::id::StepUpId;
use stagedoor_core::view::step_up::{StayView, StepUpView};
use stagedoor_store::{code, passkey, step_up, tenant};

use super::{Told, open_told, own_session, refused, story};
use crate::error::ServiceError;
use crate::frame::countdown;
use crate::op::StaffOp;

/// What a challenged form is about. Nothing that was typed is in it but the reason.
///
/// # Errors
/// Denied, with the reason, when there is no such form in the caller's session, or not any more.
pub async fn show(op: &StaffOp, id: StepUpId) -> Result<StepUpView, ServiceError> {
    op.require::<SessionViewOwn>(&own_session(op))
        .await?
        .discharge(());
    let found = step_up::find(&mut op.service().db().reader(), id, op.session().id).await?;
    let told = found.as_ref().and_then(|kept| open_told(op, kept));
    let (Some(kept), Some(told)) = (found, told) else {
        return Err(refused(op, story(op, Some(id), None), Reason::StepUpGone).await);
    };
    // To look is not to begin; but what cannot begin any more is over.
    if let Err(reason) = kept.step_up.begin(op.now()) {
        return Err(refused(op, story(op, Some(id), Some(&told.operation)), reason).await);
    }
    let Some(form) = &told.form else {
        return Err(refused(op, story(op, Some(id), Some(&told.operation)), Reason::StepUpGone).await);
    };
    Ok(StepUpView {
        id,
        target: target(op, &told).await?,
        back: form.back.clone(),
        why: Reason::from_name(&told.why)
            .map_or("", Reason::explain)
            .to_owned(),
        code: told.code_will_do && has_app(op).await?,
        deed: told.deed,
        reason: told.reason,
        until: kept.step_up.until,
    })
}

/// Whether the person has an authenticator app.
async fn has_app(op: &StaffOp) -> Result<bool, ServiceError> {
    let found = code::find_totp(&mut op.service().db().reader(), op.staff().id).await?;
    Ok(found.is_some())
}

/// What it is done to, by its name where the person may know it.
async fn target(op: &StaffOp, told: &Told) -> Result<Option<String>, ServiceError> {
    let Some((kind, id)) = &told.target else {
        return Ok(None);
    };
    let ex = &mut op.service().db().reader();
    let name = match kind.as_str() {
        "passkey" => {
            let own = passkey::list_kept(ex, op.staff().id).await?;
            own.into_iter()
                .find(|kept| kept.id.to_string() == *id)
                .map(|kept| kept.name)
        }
        "tenant" => match id.parse() {
            Ok(id) if op.knows(id) => tenant::find(ex, id).await?.map(|tenant| tenant.name),
            _ => None,
        },
        _ => None,
    };
    Ok(Some(name.unwrap_or_else(|| id.clone())))
}

/// How long the session lasts, and since when its proof is what it is.
///
/// # Errors
/// Denied when the session does not hold.
pub async fn stay(op: &StaffOp) -> Result<StayView, ServiceError> {
    op.require::<SessionViewOwn>(&own_session(op))
        .await?
        .discharge(());
    Ok(StayView {
        clocks: countdown(op),
        factor_at: op.session().factor.at,
        factor: op.session().factor.kind,
        passkeys: passkey::list(&mut op.service().db().reader(), op.staff().id)
            .await?
            .len(),
    })
}
