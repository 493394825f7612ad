//! What every change of staff begins with: whether the caller may manage staff at all, who is meant, why, and whether the
//! rules of the core allow it. Each refusal is written down before it is told.

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::PlatformManageStaff;
use stagedoor_core::audit::{Event, Outcome, Target};
use stagedoor_core::guard::Verdicts;
use stagedoor_core::id::StaffId;
use stagedoor_core::input::{Justification, normalise};
use stagedoor_core::provider::ProviderKind;
use stagedoor_core::resource::Platform;
use stagedoor_core::staff::{Account, Named, StaffChange, StaffRefusal, Way, apply, leaves_a_way_in};
use stagedoor_core::time::Timestamp;
use stagedoor_store::db::Executor;
use stagedoor_store::provider::Provider;
use stagedoor_store::staff::{self, Staff};
use stagedoor_store::{provider, staff_change};

use crate::error::ServiceError;
use crate::op::{StaffOp, person};
use crate::recorder::Story;
use crate::state::Service;
use crate::ways_in::Gone;

/// Somebody who is to be changed, and what the entry says of it so far.
pub(super) struct Asked {
    pub(super) target: Staff,
    pub(super) named: Named,
    pub(super) story: Story,
}

/// Asks for the right to manage staff, with a reason. The story says whom it is about, as far as that is known.
pub(super) async fn permitted(
    op: &StaffOp,
    mut story: Story,
    reason: &str,
) -> Result<(Verdicts, Story), ServiceError> {
    let typed: String = reason.trim().chars().take(500).collect();
    story.reason = Some(typed).filter(|text| !text.is_empty());
    let granted = op
        .require_about::<PlatformManageStaff>(&Platform, story.clone())
        .await?;
    let reason = Justification::parse(reason).map_err(ServiceError::field)?;
    let permit = granted.discharge(reason);
    story.reason = Some(permit.owed().as_str().to_owned());
    story.verdicts = Some(permit.decision().verdicts);
    Ok((permit.decision().verdicts, story))
}

/// For pages: whether the caller may manage staff in this session, whatever the age of their factor.
pub(super) fn may_manage(op: &StaffOp) -> bool {
    op.offered(Action::PlatformManageStaff).is_ok()
}

impl Asked {
    /// Finds somebody, once it is clear that the caller may change staff at all.
    pub(super) async fn of(
        op: &StaffOp,
        id: StaffId,
        event: Event,
        reason: &str,
    ) -> Result<Self, ServiceError> {
        let found = staff::find(&mut op.service().db().reader(), id, op.now()).await?;
        let mut story = Story::new(event);
        story.target = found.as_ref().map(|staff| Target::Staff(staff.id));
        story.target_person = found.as_ref().map(person);
        let (_, story) = permitted(op, story, reason).await?;
        let Some(target) = found else {
            return Err(op.nothing_there(event, None).await);
        };
        Ok(Self {
            named: op.service().named(&target).await?,
            target,
            story,
        })
    }

    /// What becomes of the account, by the rules of the core; a refusal is recorded.
    pub(super) async fn plan(&self, op: &StaffOp, change: &StaffChange) -> Result<Account, ServiceError> {
        let ex = &mut op.service().db().reader();
        let others = staff_change::count_floor_beside(ex, self.target.id).await?;
        let way = way_without(op.service(), ex, (&self.target, op.now())).await?;
        let (actor, target) = (acting(op), account(&self.target, self.named));
        match allowed((&actor, &target), change, (others, way, op.now())) {
            Ok(after) => Ok(after),
            Err(refusal) => Err(refused(op, self.story.clone(), refusal).await),
        }
    }
}

/// What becomes of an account, by the rules of the core and by the ways in that others have.
pub(super) fn allowed(
    (actor, target): (&Account, &Account),
    change: &StaffChange,
    (others, way, now): (u64, Way, Timestamp),
) -> Result<Account, StaffRefusal> {
    let after = apply(actor, target, change, (others, now))?;
    leaves_a_way_in(target, &after, way)?;
    Ok(after)
}

/// Whether anybody who stays super admin could sign in without somebody.
pub(super) async fn way_without(
    service: &Service,
    ex: &mut impl Executor,
    (staff, now): (&Staff, Timestamp),
) -> Result<Way, ServiceError> {
    if !staff.holds_the_floor() {
        return Ok(Way::Left);
    }
    service.way_without(ex, Gone::Person(staff.id), now).await
}

/// The caller as the rules look at them: with what the session that they act in leaves of their account.
pub(super) fn acting(op: &StaffOp) -> Account {
    Account {
        id: op.staff().id,
        state: op.staff().state,
        access: op.access(),
        named: Named::No,
    }
}

/// An account as the rules look at it.
pub(super) fn account(staff: &Staff, named: Named) -> Account {
    Account {
        id: staff.id,
        state: staff.state,
        access: staff.access(),
        named,
    }
}

/// Writes a refusal down, then gives the error to return.
pub(super) async fn refused(op: &StaffOp, mut story: Story, refusal: StaffRefusal) -> ServiceError {
    story.outcome = match refusal {
        StaffRefusal::Denied(reason) => Outcome::Denied(reason),
        StaffRefusal::Deactivated => Outcome::Failed("deactivated"),
        StaffRefusal::Enrolled => Outcome::Failed("enrolled"),
        StaffRefusal::NotEnrolled => Outcome::Failed("not_enrolled"),
        StaffRefusal::Unchanged => Outcome::Failed("unchanged"),
        StaffRefusal::LastWay => Outcome::Failed("last_way_in"),
    };
    op.refused_with(story, error(refusal)).await
}

/// What a refusal says to the caller.
pub(super) const fn error(refusal: StaffRefusal) -> ServiceError {
    match refusal {
        StaffRefusal::Denied(reason) => ServiceError::Refused(reason),
        other => ServiceError::Conflict(words(other)),
    }
}

/// A refusal in words for people.
pub(super) const fn words(refusal: StaffRefusal) -> &'static str {
    match refusal {
        StaffRefusal::Denied(reason) => reason.explain(),
        StaffRefusal::Deactivated => "This account is deactivated, which is for ever. Make a new one.",
        StaffRefusal::Enrolled => {
            "This person is enrolled, so there is no token to make anew. Reset their factors instead."
        }
        StaffRefusal::NotEnrolled => {
            "This person has not enrolled, so there is nothing to reset. Reissue their token instead."
        }
        StaffRefusal::Unchanged => "It is so already.",
        StaffRefusal::LastWay => {
            "Nobody else who stays super admin could sign in: none of them has both an identity provider that lets them in and a passkey that policy asks for, as the rules are or as they are tried. See to that first, or make somebody else super admin."
        }
    }
}

impl Service {
    /// Whether the configuration file names somebody as an administrator: by their subject at the provider that the file
    /// declares, never by their address.
    pub(crate) fn is_named_at(&self, provider: &Provider, staff: &Staff) -> bool {
        let own = staff.identity.as_ref().filter(|(at, _)| *at == provider.id);
        own.is_some_and(|(_, subject)| self.names(provider, subject))
    }

    /// Whom the rules of the core leave alone: who is named by the identity that they have. Whose account has none, for they have
    /// not come yet or a fresh token took it, is named by their address, or by the identity that they had: on their way back, they
    /// are in nobody else's hands either. Neither lets anybody in.
    pub(super) async fn named(&self, staff: &Staff) -> Result<Named, ServiceError> {
        let ex = &mut self.db().reader();
        let identity = match &staff.identity {
            Some(identity) => Some(identity.clone()),
            None if self.names_address(&staff.email) => return Ok(Named::InFile),
            None => staff::find_former_identity(ex, staff.id).await?,
        };
        let Some((provider, subject)) = identity else {
            return Ok(Named::No);
        };
        Ok(match provider::find(ex, provider).await? {
            Some(provider) if self.names(&provider, &subject) => Named::InFile,
            _ => Named::No,
        })
    }

    fn names_address(&self, email: &str) -> bool {
        let named = self.settings().administrator_addresses.iter();
        named
            .map(|named| normalise(named))
            .any(|named| named == normalise(email))
    }

    /// A subject is somebody at one provider: each has a list of its own.
    fn names(&self, provider: &Provider, subject: &String) -> bool {
        provider.declared
            && match provider.kind {
                ProviderKind::Oidc => self.settings().administrators.contains(subject),
                ProviderKind::Proxy(_) => self
                    .proxy_of(provider)
                    .is_some_and(|proxy| proxy.administrators.contains(subject)),
            }
    }
}
