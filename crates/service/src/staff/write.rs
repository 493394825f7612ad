//! The transaction of a change: the rules are asked once more with what is true in it, then the account changes, and what
//! ends with it ends, each with its entries. Nothing is half done, and of two who remove each other one is refused.

use std::collections::BTreeSet;

use stagedoor_core::audit::{AuditBatch, Event, Field};
use stagedoor_core::id::{ConsentRequestId, SessionId};
use stagedoor_core::impersonation::VisitEnd;
use stagedoor_core::secret::ReferenceDigest;
use stagedoor_core::session::SessionEnd;
use stagedoor_core::staff::{Account, Named, StaffChange};
use stagedoor_core::time::Timestamp;
use stagedoor_store::consent_request::{self, ConsentRequest};
use stagedoor_store::staff::{self, Staff};
use stagedoor_store::staff_change::{self, Deactivation};
use stagedoor_store::{WriteTx, code, passkey, session, sign_in};

use super::ask::{account, allowed, error, way_without};
use super::input::own_name;
use crate::error::ServiceError;
use crate::impersonation::{end_told_visits, lapse};
use crate::recorder::{Acting, Story};
use crate::state::Service;
use crate::visitor::Visitor;

const OWN_CHANGED: &str = "Your own account was changed at the same moment. Look again.";

/// What ends with a change, as it was when the entries were made.
#[derive(Debug, Clone, Default)]
pub(super) struct Ends {
    /// Sessions, each with when it began.
    pub(super) sessions: Vec<(SessionId, Timestamp)>,
    pub(super) requests: Vec<ConsentRequest>,
    /// Only sessions that began before this end; `None` ends them all.
    pub(super) before: Option<Timestamp>,
}

impl Ends {
    /// Of the sessions only those that began before a moment.
    pub(super) fn begun_before(mut self, moment: Timestamp) -> Self {
        self.sessions.retain(|(_, began)| *began < moment);
        self.before = Some(moment);
        self
    }
}

/// All that one change writes.
#[derive(Clone)]
pub(super) struct Writing {
    /// Who changes, as their row has them and with what their session leaves of it; `None` when a clock does.
    pub(super) actor: Option<(Staff, Account)>,
    pub(super) target: Staff,
    pub(super) named: Named,
    pub(super) change: StaffChange,
    /// The name to be, where that changes.
    pub(super) name: Option<String>,
    /// A fresh token, where one is made, and until when it holds.
    pub(super) token: Option<(ReferenceDigest, Timestamp)>,
    /// How somebody is deactivated, where they are.
    pub(super) how: Option<Deactivation>,
    pub(super) ends: Option<Ends>,
    pub(super) batch: AuditBatch,
    pub(super) now: Timestamp,
}

/// What a change ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ended {
    /// Sessions of the person.
    pub sessions: u64,
    /// Their visits.
    pub visits: u64,
    /// Their open questions to tenants' owners.
    pub requests: u64,
}

impl Service {
    /// What ends with a change of somebody: their sessions, and with a deactivation their questions to owners.
    pub(super) async fn ends_of(&self, staff: &Staff, change: &StaffChange) -> Result<Ends, ServiceError> {
        let ex = &mut self.db().reader();
        let open = session::list_of_staff(ex, staff.id).await?;
        let requests = match change {
            StaffChange::Deactivate => consent_request::list_open_of_staff(ex, staff.id).await?,
            _ => Vec::new(),
        };
        Ok(Ends {
            sessions: open
                .into_iter()
                .map(|session| (session.id, session.started))
                .collect(),
            requests,
            before: None,
        })
    }

    /// The entries of a change, and of the visits and questions that end with it.
    pub(super) async fn told_change(
        &self,
        (visitor, acting): (&Visitor, &Acting),
        mut story: Story,
        ends: &Ends,
        now: Timestamp,
    ) -> Result<AuditBatch, ServiceError> {
        story
            .facts
            .insert(Field::SessionsEnded, ends.sessions.len().to_string());
        let mut batch = self.record(visitor, acting, story, now).await?;
        for (session, _) in &ends.sessions {
            let visits = self.visit_ends_of_session(visitor, acting, *session, now).await?;
            batch = visits.into_iter().fold(batch, AuditBatch::and_all);
        }
        self.told_lapsed((visitor, acting), &ends.requests, batch, now)
            .await
    }

    /// Writes a change with all that ends by it.
    pub(super) async fn write_change(&self, writing: Writing) -> Result<Ended, ServiceError> {
        let ended = Ended {
            sessions: writing.ends.as_ref().map_or(0, |ends| ends.sessions.len() as u64),
            visits: writing.batch.visits_of(Event::ImpersonationEnd).len() as u64,
            requests: writing.ends.as_ref().map_or(0, |ends| ends.requests.len() as u64),
        };
        let service = self.clone();
        self.db()
            .write(move |mut tx| {
                let (writing, service) = (writing.clone(), service.clone());
                Box::pin(async move {
                    same_world(&service, &mut tx, &writing).await?;
                    change(&mut tx, &writing).await?;
                    if let Some(ends) = &writing.ends {
                        end(&mut tx, &writing, ends).await?;
                    }
                    Ok::<_, ServiceError>(tx.commit(writing.batch, ended).await?)
                })
            })
            .await
    }
}

/// Whether everything that was looked at still holds: the person, whoever changes them, and the rules.
async fn same_world(service: &Service, tx: &mut WriteTx, writing: &Writing) -> Result<(), ServiceError> {
    let target = staff::find(tx, writing.target.id, writing.now).await?;
    if target.as_ref() != Some(&writing.target) {
        return Err(ServiceError::Moved);
    }
    let Some((own, actor)) = &writing.actor else {
        return Ok(());
    };
    if staff::find(tx, own.id, writing.now).await?.as_ref() != Some(own) {
        return Err(ServiceError::Conflict(OWN_CHANGED));
    }
    let others = staff_change::count_floor_beside(tx, writing.target.id).await?;
    let way = way_without(service, tx, (&writing.target, writing.now)).await?;
    let target = account(&writing.target, writing.named);
    allowed((actor, &target), &writing.change, (others, way, writing.now)).map_err(error)?;
    Ok(())
}

async fn change(tx: &mut WriteTx, writing: &Writing) -> Result<(), ServiceError> {
    let target = &writing.target;
    let done = match &writing.change {
        StaffChange::Rename => true,
        StaffChange::Access(access) => staff_change::set_access(tx, target, access).await?,
        StaffChange::Reissue | StaffChange::Reset => {
            let (token, until) = writing.token.as_ref().ok_or(ServiceError::Moved)?;
            passkey::revoke_all(tx, target.id, writing.now).await?;
            code::void(tx, target.id).await?;
            sign_in::delete_of_staff(tx, target.id).await?;
            staff::invite(tx, target.id, token, *until).await?
        }
        StaffChange::Deactivate => {
            let how = writing.how.as_ref().ok_or(ServiceError::Moved)?;
            passkey::revoke_all(tx, target.id, writing.now).await?;
            code::void(tx, target.id).await?;
            sign_in::delete_of_staff(tx, target.id).await?;
            staff_change::deactivate(tx, target, how).await?
        }
    };
    let renamed = match &writing.name {
        Some(name) => {
            own_name(tx, (target.id, name)).await?;
            staff_change::rename(tx, target, name).await?
        }
        None => true,
    };
    if done && renamed {
        Ok(())
    } else {
        Err(ServiceError::Moved)
    }
}

/// Ends exactly what the entries tell of; whoever came in between makes them anew.
async fn end(tx: &mut WriteTx, writing: &Writing, ends: &Ends) -> Result<(), ServiceError> {
    let (person, now) = (writing.target.id, writing.now);
    let open = session::list_of_staff(tx, person).await?;
    let open: BTreeSet<(SessionId, Timestamp)> = open
        .iter()
        .map(|session| (session.id, session.started))
        .filter(|(_, began)| ends.before.is_none_or(|before| *began < before))
        .collect();
    if open != ends.sessions.iter().copied().collect() {
        return Err(ServiceError::Moved);
    }
    let why = match writing.change {
        StaffChange::Deactivate => SessionEnd::Deactivated,
        _ if ends.before.is_some() => SessionEnd::Expired,
        _ => SessionEnd::Revoked,
    };
    for (session, _) in &ends.sessions {
        if !session::end(tx, *session, now, why).await? {
            return Err(ServiceError::Moved);
        }
    }
    end_told_visits(tx, &writing.batch, now, VisitEnd::SessionEnded).await?;
    if writing.change == StaffChange::Deactivate {
        let waiting = consent_request::list_open_of_staff(tx, person).await?;
        let waiting: Vec<ConsentRequestId> = waiting.iter().map(|request| request.id).collect();
        if waiting != ends.requests.iter().map(|request| request.id).collect::<Vec<_>>() {
            return Err(ServiceError::Moved);
        }
    }
    lapse(tx, &ends.requests, now).await
}
