//! The demo's staff. Kim and the others are claimed, open-ended: only the demo makes such a state (spec 08).

use stagedoor_core::id::StaffId;
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::time::{Timestamp, hours};
use stagedoor_store::code;
use stagedoor_store::provider::{self, Provider};
use stagedoor_store::staff::{self, NewStaff, Staff, StaffState};
use stagedoor_store::tx::Unaudited;

use super::{DemoIdentity, SeededRng};
use crate::codes::totp;
use crate::enrolment::Issued;
use crate::error::ServiceError;
use crate::state::Service;
use crate::system::fresh_id;

/// Where the demo's workforce has its addresses.
pub(crate) const DOMAIN: &str = "acme-corp.example";

/// Short name, name, role, and whether the person has claimed the account.
pub(crate) const DEMO_STAFF: &[(&str, &str, StaffRole, Claim)] = &[
    ("kim", "Kim Moreno", StaffRole::SuperAdmin, Claim::Claimed),
    ("ada", "Ada Novak", StaffRole::SuperAdmin, Claim::Claimed),
    ("sol", "Sol Reyes", StaffRole::SuperAdmin, Claim::Claimed),
    ("jess", "Jess Park", StaffRole::Support, Claim::Claimed),
    ("rob", "Rob Hale", StaffRole::Support, Claim::Claimed),
    ("sasha", "Sasha Levin", StaffRole::Security, Claim::Claimed),
    ("rio", "Rio Tan", StaffRole::ReadOnly, Claim::Claimed),
    ("niko", "Niko Berg", StaffRole::Support, Claim::Invited),
];

/// Whom the demo gives an authenticator app, so that signing in with its codes can be tried without one (spec 08).
const WITH_APP: &str = "rio";

/// Whether the identity is bound already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    Claimed,
    Invited,
}

pub(crate) fn identity((short, name, ..): &(&str, &str, StaffRole, Claim)) -> DemoIdentity {
    DemoIdentity {
        subject: format!("demo-{short}"),
        short: (*short).to_owned(),
        name: (*name).to_owned(),
        email: format!("{short}@{DOMAIN}"),
    }
}

pub(crate) async fn fill(
    service: &Service,
    random: &SeededRng,
    provider: &Provider,
    now: Timestamp,
) -> Result<Vec<Staff>, ServiceError> {
    let created = now.minus(hours(24 * 60));
    let version = service.policy().responsibilities.version().to_owned();
    let all: Vec<Staff> = DEMO_STAFF
        .iter()
        .map(|person| {
            let identity = identity(person);
            let id: StaffId = fresh_id(random, created);
            Staff {
                id,
                email: identity.email,
                name: identity.name,
                role: person.2,
                state: if person.3 == Claim::Claimed {
                    StaffState::Claimed { until: None }
                } else {
                    StaffState::Invited
                },
                identity: (person.3 == Claim::Claimed).then(|| (provider.id, identity.subject.clone())),
                scope: Scope::All,
                account_until: None,
                // They are made up, and so is what they signed: the demo opens on the console.
                acknowledged: (person.3 == Claim::Claimed).then(|| version.clone()),
                // Who is new begins in the first line.
                sub_role: (person.3 == Claim::Invited)
                    .then(|| SubRoleName::parse("support_l1").ok())
                    .flatten(),
                lapses: staff::Lapses::default(),
            }
        })
        .collect();
    let with_app = format!("{WITH_APP}@{DOMAIN}");
    let apps = all.iter().filter(|staff| staff.email == with_app);
    let apps: Vec<(StaffId, Vec<u8>)> = apps
        .map(|staff| (staff.id, service.made_up_app(staff.id)))
        .collect();
    let (new, provider) = (all.clone(), provider.clone());
    service
        .db()
        .write(move |mut tx| {
            let (new, provider, apps) = (new.clone(), provider.clone(), apps.clone());
            Box::pin(async move {
                provider::insert(&mut tx, &provider, created).await?;
                for staff in new {
                    let justification = "Part of the demo's staff".to_owned();
                    staff::insert(&mut tx, &NewStaff { staff, justification }, created).await?;
                }
                for (staff, sealed) in apps {
                    code::put_totp(&mut tx, staff, &sealed, (0, created)).await?;
                }
                Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::Seed, ()).await?)
            })
        })
        .await?;
    Ok(all)
}

/// The authenticator app of somebody whom the demo made.
#[derive(Clone)]
pub struct DemoApp {
    /// Their address.
    pub email: String,
    secret: Vec<u8>,
}

impl DemoApp {
    /// The code that it shows at a moment.
    #[must_use]
    pub fn shown(&self, now: Timestamp) -> String {
        totp::shown(&self.secret, now)
    }
}

impl Service {
    /// The app that the demo's data gave to one person: its provider shows the codes. Of nobody else's app anything is told.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn demo_app(&self) -> Result<Option<DemoApp>, ServiceError> {
        let email = format!("{WITH_APP}@{DOMAIN}");
        let all = staff::list(&mut self.db().reader(), self.now()).await?;
        let Some(person) = all.iter().find(|staff| staff.email == email) else {
            return Ok(None);
        };
        let found = self.app_secret(person.id).await?;
        Ok(found.map(|(secret, _)| DemoApp { email, secret }))
    }

    /// Fresh tokens for those whom the demo invited and who have not come yet: its provider shows them.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn demo_tokens(&self) -> Result<Vec<Issued>, ServiceError> {
        let all = staff::list(&mut self.db().reader(), self.now()).await?;
        let mut issued = Vec::new();
        for invited in all.iter().filter(|staff| staff.state == StaffState::Invited) {
            issued.push(self.reissue(invited.id).await?);
        }
        Ok(issued)
    }
}
