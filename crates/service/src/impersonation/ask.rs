//! Asking the owner first (spec 02 "Consent"): a visit to a tenant whose owner wants to be asked each time.
//!
//! The same call asks, waits and begins: repeated while the owner has not answered it gives the same question, after an
//! approval it begins exactly the visit that was asked for, once. Refused and lapsed questions stay refused.

use stagedoor_core::action::kind::TenantImpersonate;
use stagedoor_core::audit::{Event, Field, Target};
use stagedoor_core::consent::{ConsentEnd, ConsentState};
use stagedoor_core::id::{ConsentRequestId, MemberId};
use stagedoor_core::input::FieldError;
use stagedoor_core::permit::{Granted, Permit};
use stagedoor_core::tenant::Leave;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::directory::AskView;
use stagedoor_store::consent_request::{self, ConsentRequest};
use stagedoor_store::membership::Membership;
use stagedoor_store::tenant::Tenant;
use stagedoor_store::tx::WriteTx;

use super::mint::{Checked, Mint, MintRequest, Wanted, begin, check, find_member};
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::Story;
use crate::system::fresh_id;

/// Begins a visit that the owner agreed to, or asks for one.
pub(super) async fn mint_by_leave(
    op: &StaffOp,
    tenant: &Tenant,
    request: &MintRequest,
    story: Story,
) -> Result<Mint, ServiceError> {
    // Whatever else would stand in the way is said before anybody is troubled.
    let granted = op
        .require_by_leave::<TenantImpersonate>(&tenant.target(), story.clone(), Leave::Asked)
        .await?;
    let checked = check(op, request)?;
    let member = find_member(op, tenant, request.user_id.as_deref()).await?;
    let person = member.as_ref().map(|member| member.id);
    let earlier = match named(request)? {
        Some(id) => Some(by_id(op, tenant, person, id).await?),
        None => latest(op, tenant, person).await?,
    };
    let Some(earlier) = earlier else {
        return ask(op, tenant, member, (granted, checked)).await;
    };
    match earlier.state.at(op.now()) {
        ConsentState::Pending { .. } => Ok(Mint::Asked(Box::new(earlier))),
        ConsentState::Approved { .. } => {
            // What the owner agreed to is what begins: the same words, the same length.
            same(&earlier, &checked)?;
            let wanted = Wanted {
                tenant,
                member,
                ticket: checked.ticket,
                ttl: checked.ttl,
                leave: Some(earlier),
            };
            begin(op, wanted, granted.discharge(checked.reason)).await
        }
        ConsentState::Over { why, .. } if named(request)?.is_some() || why == ConsentEnd::Denied => {
            refuse(op, tenant, story).await
        }
        ConsentState::Over { .. } => ask(op, tenant, member, (granted, checked)).await,
    }
}

fn named(request: &MintRequest) -> Result<Option<ConsentRequestId>, ServiceError> {
    match request.consent_request.as_deref().filter(|id| !id.is_empty()) {
        Some(id) => id.parse().map(Some).map_err(|_| ServiceError::NotFound),
        None => Ok(None),
    }
}

/// One's own question about the same person; all others are as unknown as one that does not exist.
async fn by_id(
    op: &StaffOp,
    tenant: &Tenant,
    person: Option<MemberId>,
    id: ConsentRequestId,
) -> Result<ConsentRequest, ServiceError> {
    let found = consent_request::find(&mut op.service().db().reader(), id).await?;
    let own = |request: &ConsentRequest| {
        (request.staff, request.tenant, request.member) == (op.staff().id, tenant.id, person)
    };
    found.filter(own).ok_or(ServiceError::NotFound)
}

/// The latest question about the same person that still says something: a refusal stands until its time is over.
async fn latest(
    op: &StaffOp,
    tenant: &Tenant,
    person: Option<MemberId>,
) -> Result<Option<ConsentRequest>, ServiceError> {
    let ttl = op.service().policy().consent_ttl;
    let all =
        consent_request::list_of_staff(&mut op.service().db().reader(), op.staff().id, tenant.id).await?;
    let latest = all.into_iter().find(|request| request.member == person);
    Ok(latest.filter(|request| match request.state {
        ConsentState::Over {
            why: ConsentEnd::Denied,
            ..
        } => op.now().since(request.asked) < ttl,
        ConsentState::Over { .. } => false,
        ConsentState::Pending { .. } | ConsentState::Approved { .. } => true,
    }))
}

/// Where the caller's question about a person stands, for the dialog that asks it.
pub(crate) async fn asking_about(
    op: &StaffOp,
    tenant: &Tenant,
    person: MemberId,
) -> Result<AskView, ServiceError> {
    let Some(request) = latest(op, tenant, Some(person)).await? else {
        return Ok(AskView::Needed);
    };
    Ok(match request.state.at(op.now()) {
        ConsentState::Pending { until } => AskView::Waiting {
            asked: request.asked,
            until,
            reason: request.reason,
        },
        ConsentState::Approved { until } => AskView::Agreed {
            until,
            reason: request.reason,
            ticket: request.ticket,
            ttl_seconds: request.ttl.as_secs(),
        },
        ConsentState::Over {
            why: ConsentEnd::Denied,
            ..
        } => AskView::Denied {
            until: request.asked.plus(op.service().policy().consent_ttl),
        },
        ConsentState::Over { .. } => AskView::Needed,
    })
}

async fn refuse(op: &StaffOp, tenant: &Tenant, story: Story) -> Result<Mint, ServiceError> {
    // Without leave the decision is the refusal, and is recorded as one.
    let asked = op
        .require_about::<TenantImpersonate>(&tenant.target(), story)
        .await;
    match asked {
        Err(refused) => Err(refused),
        // The owner opened the door for everybody meanwhile.
        Ok(_) => Err(ServiceError::Moved),
    }
}

fn same(leave: &ConsentRequest, checked: &Checked) -> Result<(), ServiceError> {
    let ticket = checked.ticket.as_ref().map(|ticket| ticket.as_str());
    let mut wrong = Vec::new();
    if leave.reason != checked.reason.as_str() {
        wrong.push(FieldError::new(
            "reason",
            format!(
                "The owner agreed to another reason: “{}”. Use it as it is.",
                leave.reason
            ),
        ));
    }
    if leave.ticket.as_deref() != ticket {
        let agreed = leave.ticket.as_deref().unwrap_or("none");
        wrong.push(FieldError::new(
            "ticket_ref",
            format!("The owner agreed with the ticket {agreed}. Use it as it is."),
        ));
    }
    if leave.ttl != checked.ttl {
        wrong.push(FieldError::new(
            "ttl_seconds",
            format!(
                "The owner agreed to {} seconds. Ask for as many.",
                leave.ttl.as_secs()
            ),
        ));
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(ServiceError::Invalid(wrong))
    }
}

/// Stores the question, with its entries on both sides. Of two at the same moment one is asked, and both get it.
async fn ask(
    op: &StaffOp,
    tenant: &Tenant,
    member: Option<Membership>,
    (granted, checked): (Granted<TenantImpersonate>, Checked),
) -> Result<Mint, ServiceError> {
    let (service, now) = (op.service(), op.now());
    let permit = granted.discharge(checked.reason);
    let new = ConsentRequest {
        id: fresh_id(service.rng(), now),
        tenant: tenant.id,
        staff: op.staff().id,
        member: member.as_ref().map(|member| member.id),
        reason: permit.owed().as_str().to_owned(),
        ticket: checked.ticket.map(|ticket| ticket.as_str().to_owned()),
        ttl: checked.ttl,
        asked: now,
        state: ConsentState::ask(now, service.policy().consent_ttl),
    };
    let batch = op.record(asked_story(&permit, &new, member.as_ref())).await?;
    let stored = new.clone();
    service
        .db()
        .write(move |mut tx| {
            let (new, batch) = (stored.clone(), batch.clone());
            Box::pin(async move {
                if has_open(&mut tx, &new, now).await? {
                    return Err(ServiceError::Moved);
                }
                consent_request::insert(&mut tx, &new).await?;
                Ok(tx.commit(batch, ()).await?)
            })
        })
        .await?;
    Ok(Mint::Asked(Box::new(new)))
}

/// Whether the same visit was asked for a moment ago, and waits or may begin.
async fn has_open(tx: &mut WriteTx, new: &ConsentRequest, now: Timestamp) -> Result<bool, ServiceError> {
    let all = consent_request::list_of_staff(tx, new.staff, new.tenant).await?;
    let open = |request: &ConsentRequest| !matches!(request.state.at(now), ConsentState::Over { .. });
    Ok(all
        .iter()
        .any(|request| request.member == new.member && open(request)))
}

fn asked_story(
    permit: &Permit<TenantImpersonate>,
    new: &ConsentRequest,
    member: Option<&Membership>,
) -> Story {
    let mut story = request_story(Event::ConsentRequest, new);
    story.verdicts = Some(permit.decision().verdicts);
    if let Some(member) = member {
        story.facts.insert(Field::AsWhom, member.id.to_string());
    }
    story
}

/// Spends an answer in the transaction in which its visit begins: once, whoever else tries.
pub(super) async fn spend(
    tx: &mut WriteTx,
    leave: &ConsentRequest,
    now: Timestamp,
) -> Result<(), ServiceError> {
    let found = consent_request::find(tx, leave.id)
        .await?
        .ok_or(ServiceError::Moved)?;
    let spent = found.state.spend(now).map_err(|_| ServiceError::Moved)?;
    if consent_request::advance(tx, leave.id, (found.state, spent), None).await? {
        Ok(())
    } else {
        Err(ServiceError::Moved)
    }
}

/// What every entry about a question says.
pub(crate) fn request_story(event: Event, request: &ConsentRequest) -> Story {
    let mut story = Story::new(event);
    story.tenant = Some(request.tenant);
    story.target = Some(Target::Tenant(request.tenant));
    story.reason = Some(request.reason.clone());
    story.ticket.clone_from(&request.ticket);
    story.facts.insert(Field::ConsentRequest, request.id.to_string());
    story
        .facts
        .insert(Field::TtlSeconds, request.ttl.as_secs().to_string());
    story
}
