//! Trials as pages and the API show them: what is pending, for the banner of whoever may do something about it, and the latest.

use stagedoor_core::action::kind::{IdpView, NetworkView, PolicyView};
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::trial::{TrialKind, TrialState};
use stagedoor_core::view::trial::TrialLine;
use stagedoor_store::staff;
use stagedoor_store::trial::{self, KeptTrial};

use crate::error::ServiceError;
use crate::op::StaffOp;

/// Most trials that are told of.
const SHOWN: u32 = 50;

/// The latest trials of what the caller may look at, newest first.
///
/// # Errors
/// Denied where that is nothing; unavailable when the database is.
pub async fn trials(op: &StaffOp) -> Result<Vec<TrialLine>, ServiceError> {
    let kinds = seen(op).await?;
    let latest = trial::latest(&mut op.service().db().reader(), (&kinds, SHOWN)).await?;
    let mut lines = Vec::with_capacity(latest.len());
    for kept in &latest {
        lines.push(line(op, kept).await?);
    }
    Ok(lines)
}

/// The kinds whose changes the caller may look at. Who may look at none is refused as for the first.
async fn seen(op: &StaffOp) -> Result<Vec<TrialKind>, ServiceError> {
    let may = |kind: &TrialKind| op.would(kind.view(), Platform.facts()).is_permit();
    let kinds: Vec<TrialKind> = TrialKind::EACH.into_iter().filter(may).collect();
    match kinds.first().unwrap_or(&TrialKind::NetworkRules) {
        TrialKind::NetworkRules => {
            op.require::<NetworkView>(&Platform).await?.discharge(());
        }
        TrialKind::GuardPolicies => {
            op.require::<PolicyView>(&Platform).await?.discharge(());
        }
        TrialKind::IdentityProvider => {
            op.require::<IdpView>(&Platform).await?.discharge(());
        }
    }
    Ok(kinds)
}

/// What is pending, for who may confirm it or roll it back; nothing for anybody else. Where nothing is tried it costs nothing.
///
/// # Errors
/// Unavailable when the database is.
pub(crate) async fn pending(op: &StaffOp) -> Result<Vec<TrialLine>, ServiceError> {
    let rules = op.service().rules().await?;
    let theirs = |kind: TrialKind| op.offered(kind.action()).is_ok();
    if !rules.pending_at(op.now()).any(|trial| theirs(trial.kind)) {
        return Ok(Vec::new());
    }
    let mut lines = Vec::new();
    for kept in trial::pending(&mut op.service().db().reader()).await? {
        if kept.trial.is_tried(op.now()) && theirs(kept.trial.kind) {
            lines.push(line(op, &kept).await?);
        }
    }
    Ok(lines)
}

/// The one of a kind that is pending, for whoever may look at what it changes.
pub(crate) async fn pending_of(op: &StaffOp, kind: TrialKind) -> Result<Option<TrialLine>, ServiceError> {
    Ok(pending_kept(op, kind).await?.map(|(_, line)| line))
}

/// The same with what is tried.
pub(crate) async fn pending_kept(
    op: &StaffOp,
    kind: TrialKind,
) -> Result<Option<(KeptTrial, TrialLine)>, ServiceError> {
    let found = trial::pending_of(&mut op.service().db().reader(), kind).await?;
    match found.filter(|kept| kept.trial.is_tried(op.now())) {
        Some(kept) => {
            let line = line(op, &kept).await?;
            Ok(Some((kept, line)))
        }
        None => Ok(None),
    }
}

async fn line(op: &StaffOp, kept: &KeptTrial) -> Result<TrialLine, ServiceError> {
    let by = staff::find(&mut op.service().db().reader(), kept.trial.by, op.now()).await?;
    let by = by.map_or_else(|| "somebody".to_owned(), |staff| staff.name);
    Ok(line_by(op, kept, by))
}

/// One that the caller began.
pub(super) fn own_line(op: &StaffOp, kept: &KeptTrial) -> TrialLine {
    line_by(op, kept, op.staff().name.clone())
}

fn line_by(op: &StaffOp, kept: &KeptTrial, by: String) -> TrialLine {
    let state = kept.trial.state_at(op.now());
    let (ended, why) = match state {
        TrialState::Pending => (None, None),
        TrialState::Confirmed { at } => (Some(at), None),
        TrialState::RolledBack { at, why } => (Some(at), Some(why.as_str().to_owned())),
    };
    TrialLine {
        id: kept.trial.id,
        kind: kept.trial.kind.as_str().to_owned(),
        label: kept.trial.kind.label().to_owned(),
        about: kept.about.clone(),
        reason: kept.reason.clone(),
        by,
        own: kept.trial.by == op.staff().id,
        started: kept.trial.started,
        until: kept.trial.until,
        state: state.as_str().to_owned(),
        ended,
        why,
    }
}
