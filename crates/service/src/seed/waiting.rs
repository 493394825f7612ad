//! What waits for somebody in the demo: elevated risks, invitations, one request of break-glass.

use stagedoor_core::action::Action;
use stagedoor_core::id::{MemberId, RiskId, TenantId};
use stagedoor_core::role::TenantRole;
use stagedoor_core::time::{Timestamp, hours, minutes};
use stagedoor_store::pending::{self, NewInvitation, NewRequest};
use stagedoor_store::staff::Staff;
use stagedoor_store::tx::Unaudited;

use super::names::FIRST;
use super::{Made, SeededRng};
use crate::error::ServiceError;
use crate::state::Service;
use crate::system::fresh_id;

/// Three elevated risks, twelve invitations, one break-glass request (spec 08).
pub(super) async fn fill(
    service: &Service,
    random: &SeededRng,
    tenants: &[Made],
    staff: &[Staff],
    now: Timestamp,
) -> Result<(), ServiceError> {
    let invitations = invitations(random, tenants, now);
    let risks = risks(tenants);
    let request = request(random, tenants, staff, now);
    let risk_ids: Vec<RiskId> = risks.iter().map(|_| fresh_id(random, now)).collect();
    service
        .db()
        .write(move |mut tx| {
            let (invitations, risks, ids, request) = (
                invitations.clone(),
                risks.clone(),
                risk_ids.clone(),
                request.clone(),
            );
            Box::pin(async move {
                for invitation in &invitations {
                    pending::insert_invitation(&mut tx, invitation).await?;
                }
                for ((tenant, member, cause), id) in risks.into_iter().zip(ids) {
                    pending::insert_risk(&mut tx, id, tenant, member, cause, now.minus(hours(2))).await?;
                }
                if let Some(request) = &request {
                    pending::insert_request(&mut tx, request).await?;
                }
                Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::Seed, ()).await?)
            })
        })
        .await
}

fn invitations(random: &SeededRng, tenants: &[Made], now: Timestamp) -> Vec<NewInvitation> {
    (0..12u64)
        .filter_map(|number| {
            let tenant = tenants.get(number as usize % tenants.len().max(1))?;
            let first = FIRST.get((number as usize * 7) % FIRST.len())?;
            let created = now.minus(hours(number * 3));
            Some(NewInvitation {
                id: fresh_id(random, created),
                tenant: tenant.id,
                email: format!("{}.new@{}.example", first.to_lowercase(), tenant.slug),
                role: TenantRole::Admin,
                created,
                expires: created.plus(hours(48)),
            })
        })
        .collect()
}

/// Sam and two more people of Acme.
fn risks(tenants: &[Made]) -> Vec<(TenantId, MemberId, &'static str)> {
    let Some(acme) = tenants.first() else {
        return Vec::new();
    };
    let causes = [
        "new device from a new country",
        "refresh token used twice",
        "9 failed sign-ins",
    ];
    let people = acme.people.iter().filter(|(_, person)| {
        !["val@acme.com", "rod@acme.com", "former@acme.com", "lee@acme.com"].contains(&person.email.as_str())
    });
    people
        .zip(causes)
        .map(|((member, _), cause)| (acme.id, *member, cause))
        .collect()
}

fn request(random: &SeededRng, tenants: &[Made], staff: &[Staff], now: Timestamp) -> Option<NewRequest> {
    let lumen = tenants.iter().find(|tenant| tenant.slug == "lumen")?;
    let ada = staff.iter().find(|staff| staff.email.starts_with("ada@"))?;
    Some(NewRequest {
        id: fresh_id(random, now),
        requester: ada.id,
        operation: Action::TenantDelete,
        tenant: lumen.id,
        reason: "Contract ended, deletion asked for in writing".to_owned(),
        approvals: 1,
        quorum: 2,
        created: now.minus(minutes(8)),
        expires: now.plus(minutes(52)),
    })
}
