//! Revoking the sessions of several people of one tenant at once: those who were chosen in its directory.
//!
//! It is one decision, for all of them belong to one tenant, and one transaction: either all of the sessions have ended,
//! each with its own pair of entries, or none has. Somebody who is not of the tenant is never left out in silence: then
//! nothing is done.

use std::collections::{BTreeMap, BTreeSet};

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::TenantViewDirectory;
use stagedoor_core::audit::{AuditBatch, Event};
use stagedoor_core::decision::Reason;
use stagedoor_core::id::{MemberId, SessionId};
use stagedoor_core::input::FieldError;
use stagedoor_core::resource::AnySession;
use stagedoor_core::session::revoking;
use stagedoor_core::view::directory::DirectorySort;
use stagedoor_core::view::session::{RevokePeople, RevokePerson};
use stagedoor_store::membership::{self, DirectoryFilter, Membership};
use stagedoor_store::session_list::{self, MemberFilter};
use stagedoor_store::tenant::Tenant;
use stagedoor_store::tenant_session::TenantSession;

use super::revoke::{AT_ONCE, Asked, end_told};
use super::{Revoked, live_of, offered_in, record_look};
use crate::directory::LIMIT_MAX;
use crate::error::ServiceError;
use crate::frame::label;
use crate::impersonation::find_tenant;
use crate::op::StaffOp;
use crate::retry::again;

const NONE: &str = "None of these people is signed in.";

/// Who was chosen, with how many sessions of each run: what a dialog says before they are revoked. For a caller who may not
/// revoke them, why. The tenant is told of the look.
///
/// # Errors
/// Not found for a tenant or a person that is unknown or hidden; denied; invalid for an id that cannot be read, and for
/// nobody or too many people.
pub async fn about_people(
    op: &StaffOp,
    tenant: &str,
    ids: &[String],
) -> Result<Result<RevokePeople, Reason>, ServiceError> {
    let tenant = find_tenant(op, tenant).await?;
    let permit = op
        .require::<TenantViewDirectory>(&tenant.target())
        .await?
        .discharge(());
    if let Err(reason) = offered_in(op, tenant.id) {
        return Ok(Err(reason));
    }
    let chosen = Chosen::read(op, &tenant, ids, Event::TenantViewDirectory).await?;
    record_look(op, &tenant, permit.decision().verdicts, chosen.open.len()).await?;
    Ok(Ok(RevokePeople {
        tenant: label(&tenant),
        people: chosen.lines(),
    }))
}

/// Revokes all sessions that run of some people of a tenant. Who of them is not signed in is passed over.
///
/// # Errors
/// Not found for a tenant or a person that is unknown or hidden; denied; invalid for a reason that is too short, an id
/// that cannot be read, and for nobody or too many people; conflict when none of them is signed in.
pub async fn revoke_people(
    op: &StaffOp,
    tenant: &str,
    ids: &[String],
    reason: &str,
) -> Result<Revoked, ServiceError> {
    again(|| revoke_people_once(op, tenant, ids, reason)).await
}

async fn revoke_people_once(
    op: &StaffOp,
    tenant: &str,
    ids: &[String],
    reason: &str,
) -> Result<Revoked, ServiceError> {
    let tenant = find_tenant(op, tenant).await?;
    let asked = Asked::of_people(op, &tenant, reason).await?;
    let chosen = Chosen::read(op, &tenant, ids, Event::SessionRevoke).await?;
    let sessions = chosen.open.len() as u64;
    if revoking(sessions) == Action::SessionRevokeMany && chosen.people.len() > 1 {
        Asked::of_many(op, AnySession::OfTenant(tenant.id), sessions).await?;
    }
    let mut batch: Option<AuditBatch> = None;
    for (member, session) in chosen.signed_in() {
        let told = asked.about(member).told(op, session).await?;
        batch = Some(match batch {
            Some(before) => before.and_all(told),
            None => told,
        });
    }
    let batch = batch.ok_or(ServiceError::Conflict(NONE))?;
    let revoked = Revoked {
        name: chosen.named(),
        sessions: chosen.open.len() as u64,
        visits: 0,
        own: false,
    };
    let sessions = chosen.open.iter().map(|session| session.id).collect();
    end_told(op, tenant.id, sessions, batch).await?;
    Ok(revoked)
}

/// People of a tenant, with their sessions that run.
struct Chosen {
    people: BTreeMap<MemberId, Membership>,
    open: Vec<TenantSession>,
}

impl Chosen {
    /// `event` tells of ids that are not the tenant's.
    async fn read(op: &StaffOp, tenant: &Tenant, ids: &[String], event: Event) -> Result<Self, ServiceError> {
        let ids = parsed(ids)?;
        let ex = &mut op.service().db().reader();
        let filter = DirectoryFilter {
            ids: Some(ids.clone()),
            ..DirectoryFilter::everybody(tenant.id)
        };
        let people = membership::list(ex, &filter, DirectorySort::Name, None, LIMIT_MAX).await?;
        if people.len() != ids.len() {
            return Err(op.nothing_there(event, None).await);
        }
        let filter = MemberFilter {
            members: Some(ids),
            ..live_of(op, tenant, None)
        };
        let open = session_list::members(ex, &filter, None, AT_ONCE + 1).await?;
        if open.len() > AT_ONCE as usize {
            let message = format!("They have more than {AT_ONCE} sessions. Choose fewer people.");
            return Err(ServiceError::field(FieldError::new("user_ids", message)));
        }
        Ok(Self {
            people: people.into_iter().map(|person| (person.id, person)).collect(),
            open: open.into_iter().map(|row| row.held.session).collect(),
        })
    }

    /// Each session with whose it is.
    fn signed_in(&self) -> impl Iterator<Item = (&Membership, SessionId)> {
        let whose = |session: &TenantSession| Some((self.people.get(&session.member)?, session.id));
        self.open.iter().filter_map(whose)
    }

    fn lines(&self) -> Vec<RevokePerson> {
        let sessions = |id| self.open.iter().filter(|session| session.member == id).count() as u64;
        let mut lines: Vec<RevokePerson> = self
            .people
            .values()
            .map(|person| RevokePerson {
                id: person.id,
                name: person.name.clone(),
                email: person.email.clone(),
                sessions: sessions(person.id),
            })
            .collect();
        lines.sort_by(|one, other| one.name.cmp(&other.name));
        lines
    }

    /// Whose sessions they are, in words: a name, or how many people.
    fn named(&self) -> String {
        let names: BTreeMap<MemberId, &str> = self
            .signed_in()
            .map(|(member, _)| (member.id, member.name.as_str()))
            .collect();
        match (names.len(), names.values().next()) {
            (1, Some(name)) => (*name).to_owned(),
            (many, _) => format!("{many} people"),
        }
    }
}

fn parsed(ids: &[String]) -> Result<Vec<MemberId>, ServiceError> {
    let invalid = |message: String| ServiceError::field(FieldError::new("user_ids", message));
    let ids = ids
        .iter()
        .map(|id| {
            id.parse()
                .map_err(|_| invalid(format!("{id} is no id of a person.")))
        })
        .collect::<Result<BTreeSet<MemberId>, _>>()?;
    match ids.len() {
        0 => Err(invalid("Choose somebody.".to_owned())),
        many if many > LIMIT_MAX as usize => Err(invalid(format!("Choose at most {LIMIT_MAX} people."))),
        _ => Ok(ids.into_iter().collect()),
    }
}
