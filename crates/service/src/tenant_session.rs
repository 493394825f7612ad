//! The portal's Sessions: one's own for everybody, those of the tenant's people for owner and administrators.

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::{UserSessionRevoke, UserSessionView};
use stagedoor_core::audit::{Event, Field, Target};
use stagedoor_core::guard::Verdicts;
use stagedoor_core::id::{MemberId, SessionId};
use stagedoor_core::resource::{PersonTarget, Resource};
use stagedoor_core::session::{SessionEnd, SessionState};
use stagedoor_core::view::Page;
use stagedoor_core::view::frame::PersonView;
use stagedoor_core::view::portal::{SessionLine, SessionsView};
use stagedoor_store::membership::{self, Membership};
use stagedoor_store::tenant_session::{self as store, Held, RunningFilter, SessionKey};

use crate::cursor::CursorPlace;
use crate::device::device;
use crate::directory::{LIMIT_DEFAULT, LIMIT_MAX};
use crate::error::ServiceError;
use crate::recorder::Story;
use crate::tenant_op::{TenantOp, member_person};

/// What the page was asked for.
#[derive(Debug, Clone, Default)]
pub struct SessionsRequest {
    /// Only this person's, by id; none is all that the caller may see.
    pub user: Option<String>,
    /// The cursor of a former page.
    pub cursor: Option<String>,
    /// Rows a page; none is the default.
    pub limit: Option<u32>,
}

/// The sessions that run, as far as the caller may see them.
///
/// # Errors
/// Denied; not found for a person of another tenant, or one whose sessions are not the caller's to see; invalid for a cursor
/// that cannot be read.
pub async fn page(op: &TenantOp, request: &SessionsRequest) -> Result<SessionsView, ServiceError> {
    let asked = match request.user.as_deref().filter(|id| !id.is_empty()) {
        Some(id) => Some(find_member(op, id).await?),
        None => None,
    };
    let everybodys = op.would_on(Action::UserSessionView, target(op, None).facts());
    let whose = match (&asked, everybodys.is_permit()) {
        (Some(member), _) => Some(member.id),
        (None, true) => None,
        (None, false) => op.member().map(|member| member.id),
    };
    let allowed = op.require_on::<UserSessionView>(&target(op, whose));
    match &asked {
        Some(member) => hidden_from(op, member.id, allowed)?,
        None => allowed?,
    };
    let filter = running(op, whose);
    let (page, keys) = list(op, request, &filter).await?;
    op.looked_at("Sessions", page.items.len());
    let may_end_all_of = keys.filter(|whose| may_end(op, *whose));
    let own = op.member().map(|member| member.id);
    Ok(SessionsView {
        of: asked
            .filter(|member| Some(member.id) != own)
            .map(|member| PersonView {
                name: member.name,
                email: member.email,
                role: member.role.label().to_owned(),
            }),
        everybody: whose.is_none(),
        may_end_all_of,
        page,
        now: op.now(),
    })
}

fn target(op: &TenantOp, person: Option<MemberId>) -> PersonTarget {
    PersonTarget {
        tenant: op.tenant().id,
        person,
    }
}

fn may_end(op: &TenantOp, person: MemberId) -> bool {
    let facts = target(op, Some(person)).facts();
    op.would_on(Action::UserSessionRevoke, facts).is_permit()
}

/// What counts as running: not ended, and within both clocks.
pub(crate) fn running(op: &TenantOp, member: Option<MemberId>) -> RunningFilter {
    RunningFilter {
        tenant: op.tenant().id,
        member,
        now: op.now(),
        idle_since: op.now().minus(op.service().policy().member_session_idle),
    }
}

async fn find_member(op: &TenantOp, id: &str) -> Result<Membership, ServiceError> {
    let id: MemberId = id.parse().map_err(|_| ServiceError::NotFound)?;
    let found = membership::find(&mut op.service().db().reader(), op.tenant().id, id).await?;
    found.ok_or(ServiceError::NotFound)
}

/// One page, and the person it is all about, where it is about one.
async fn list(
    op: &TenantOp,
    request: &SessionsRequest,
    filter: &RunningFilter,
) -> Result<(Page<SessionLine>, Option<MemberId>), ServiceError> {
    let service = op.service();
    let place = CursorPlace {
        route: "sessions",
        filter: format!("{}\n{:?}", filter.tenant, filter.member),
        person: op.owner_key(),
    };
    let after = match request.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
        Some(cursor) => Some(place.open::<SessionKey>(service, cursor)?.0),
        None => None,
    };
    let limit = request.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
    let mut rows = store::list_running(&mut service.db().reader(), filter, after, limit + 1).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = match rows.last().filter(|_| more) {
        Some(last) => {
            let key: SessionKey = (last.session.last_seen.micros(), last.session.id);
            Some(place.seal(service, key, 0)?)
        }
        None => None,
    };
    let items = rows.iter().map(|held| line(op, held)).collect();
    Ok((Page { items, next }, filter.member))
}

fn line(op: &TenantOp, held: &Held) -> SessionLine {
    let session = &held.session;
    let until = match session.state {
        SessionState::Active { until, .. } => until,
        SessionState::Ended { at, .. } => at,
    };
    SessionLine {
        id: session.id,
        person: session.member,
        name: held.name.clone(),
        email: held.email.clone(),
        address: session.address.clone(),
        device: device(&session.agent),
        factor: session.factor.label().to_owned(),
        started: session.started,
        last_seen: session.last_seen,
        until,
        current: op.session().is_some_and(|own| own.id == session.id),
        may_end: may_end(op, session.member),
    }
}

/// Ends one session of the tenant's.
///
/// # Errors
/// Not found when there is no such session here that the caller may see; denied; conflict when it has ended already.
pub async fn revoke(op: &TenantOp, id: SessionId) -> Result<(), ServiceError> {
    let found = store::find(&mut op.service().db().reader(), op.tenant().id, id).await?;
    let Some(session) = found else {
        // Asked for all the same: whoever has no right to it leaves a refusal, whether the id is unknown or another's.
        let _refused = op.require_on::<UserSessionRevoke>(&target(op, None));
        return Err(ServiceError::NotFound);
    };
    let allowed = op.require_on::<UserSessionRevoke>(&target(op, Some(session.member)));
    let permit = hidden_from(op, session.member, allowed)?;
    let mut story = story(op, session.member, permit.decision().verdicts).await?;
    story.facts.insert(Field::Session, session.id.to_string());
    let batch = op.record(story).await?;
    op.service()
        .end_member_session(&session, SessionEnd::Revoked, batch)
        .await
}

/// Whoever may not see a person's sessions does not learn which ids exist. The refusal stands in the call's entries.
fn hidden_from<T>(
    op: &TenantOp,
    person: MemberId,
    allowed: Result<T, ServiceError>,
) -> Result<T, ServiceError> {
    let facts = target(op, Some(person)).facts();
    match allowed {
        Err(ServiceError::Denied(_)) if !op.would_on(Action::UserSessionView, facts).is_permit() => {
            Err(ServiceError::NotFound)
        }
        told => told,
    }
}

/// Ends all sessions of a person of the tenant, and says how many there were.
///
/// # Errors
/// Not found for a person of another tenant, or whose sessions are not the caller's to see; denied; conflict when none runs.
pub async fn revoke_all(op: &TenantOp, user: &str) -> Result<u64, ServiceError> {
    let member = find_member(op, user).await?;
    let allowed = op.require_on::<UserSessionRevoke>(&target(op, Some(member.id)));
    let permit = hidden_from(op, member.id, allowed)?;
    let filter = running(op, Some(member.id));
    let before = store::count_running(&mut op.service().db().reader(), &filter, 10_000).await?;
    let mut story = story(op, member.id, permit.decision().verdicts).await?;
    story.facts.insert(Field::Sessions, before.to_string());
    let batch = op.record(story).await?;
    op.service()
        .db()
        .write(move |mut tx| {
            let batch = batch.clone();
            Box::pin(async move {
                let ended = store::end_of_member(&mut tx, &filter, member.id, SessionEnd::Revoked).await?;
                if ended == 0 {
                    return Err(ServiceError::Conflict("No session of this person runs."));
                }
                Ok(tx.commit(batch, ended).await?)
            })
        })
        .await
}

async fn story(op: &TenantOp, person: MemberId, verdicts: Verdicts) -> Result<Story, ServiceError> {
    let found = membership::find(&mut op.service().db().reader(), op.tenant().id, person).await?;
    let mut story = Story::new(Event::UserSessionRevoke);
    story.target = Some(Target::Member(person));
    story.target_person = found.as_ref().map(member_person);
    story.verdicts = Some(verdicts);
    Ok(story)
}
