//! What waits for somebody in the demo: elevated risks, invitations, one request of break-glass.

use stagedoor_core::action::Action;
use stagedoor_core::id::MemberId;
use stagedoor_core::risk::RiskKind;
use stagedoor_core::role::TenantRole;
use stagedoor_core::time::{Timestamp, hours, minutes};
use stagedoor_store::pending::{self, NewInvitation, NewRequest};
use stagedoor_store::risk::{self, NewRisk, NewSubject};
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
    let risks = risks(random, tenants, now);
    let request = request(random, tenants, staff, now);
    service
        .db()
        .write(move |mut tx| {
            let (invitations, risks, request) = (invitations.clone(), risks.clone(), request.clone());
            Box::pin(async move {
                for invitation in &invitations {
                    pending::insert_invitation(&mut tx, invitation).await?;
                }
                for new in &risks {
                    risk::insert(&mut tx, new).await?;
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

/// A risk's kind, its cause, and facts with their names.
type Raised = (RiskKind, &'static str, &'static [(&'static str, &'static str)]);

/// What is known of the three risks.
const RISKS: [Raised; 3] = [
    (
        RiskKind::NewDevice,
        "new device from a new country",
        &[
            ("Device", "Firefox on Windows"),
            ("From", "203.0.113.87"),
            ("Before", "Chrome on macOS, 3 devices in 90 days"),
        ],
    ),
    (
        RiskKind::TokenReuse,
        "refresh token used twice",
        &[
            ("First use", "from 198.51.100.14"),
            ("Second use", "from 203.0.113.52, 41 s later"),
        ],
    ),
    (
        RiskKind::FailedSignIns,
        "9 failed sign-ins",
        &[
            ("Within", "6 min"),
            ("From", "198.51.100.77"),
            ("Ended with", "no sign-in"),
        ],
    ),
];

/// Sam and two more people of Acme.
fn risks(random: &SeededRng, tenants: &[Made], now: Timestamp) -> Vec<NewRisk> {
    let Some(acme) = tenants.first() else {
        return Vec::new();
    };
    let people = acme.people.iter().filter(|(_, person)| {
        !["val@acme.com", "rod@acme.com", "former@acme.com", "lee@acme.com"].contains(&person.email.as_str())
    });
    let raised = |((member, _), (number, (kind, cause, facts))): (&(MemberId, _), (u64, _))| {
        let at = now.minus(hours(2)).minus(minutes(37 * number));
        let (kind, cause, facts): (RiskKind, &str, &[(&str, &str)]) = (kind, cause, facts);
        NewRisk {
            id: fresh_id(random, at),
            kind,
            subject: NewSubject::Tenant(acme.id, Some(*member)),
            cause: cause.to_owned(),
            facts: facts
                .iter()
                .map(|(label, value)| ((*label).to_owned(), (*value).to_owned()))
                .collect(),
            entries: Vec::new(),
            at,
        }
    };
    people.zip((0..).zip(RISKS)).map(raised).collect()
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
