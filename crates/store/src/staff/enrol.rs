//! How an account begins: it is added, invited with a token, claimed by a proven identity, and active with its first passkey. Each
//! step is one compare-and-swap, so that of two who race one wins.

use stagedoor_core::id::{ProviderId, StaffId};
use stagedoor_core::input::normalise;
use stagedoor_core::role::Scope;
use stagedoor_core::secret::ReferenceDigest;
use stagedoor_core::staff::StaffState;
use stagedoor_core::time::Timestamp;

use super::Staff;
use crate::Error;
use crate::db::Executor;
use crate::statement::statements;
use crate::tx::WriteTx;

statements! {
    ACTIVATE = "UPDATE staff SET state = 'active', claimed_until = NULL WHERE id = $1 AND state = 'claimed' AND (claimed_until IS NULL OR claimed_until > $2)";
    INSERT = "INSERT INTO staff (id, email, email_key, display_name, role, state, provider_id, subject, scope, account_until, claimed_until, justification, created_at, responsibilities, responsibilities_at, sub_role) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    CLAIM_NAMED = "UPDATE staff SET state = 'claimed', claimed_until = $2 WHERE id = $1 AND subject IS NOT NULL AND enrolment_digest IS NULL AND (state = 'invited' OR (state = 'claimed' AND claimed_until <= $3))";
    CLAIM = "UPDATE staff SET state = 'claimed', provider_id = $2, subject = $3, claimed_until = $4, enrolment_digest = NULL, enrolment_until = NULL, former_provider_id = NULL, former_subject = NULL WHERE enrolment_digest = $1 AND state = 'invited' AND subject IS NULL AND enrolment_until > $5 AND email_key = $6";
    FORMER_IDENTITY = "SELECT former_provider_id, former_subject FROM staff WHERE id = $1 AND former_provider_id IS NOT NULL AND former_subject IS NOT NULL";
    INVITE = "UPDATE staff SET state = 'invited', former_provider_id = coalesce(provider_id, former_provider_id), former_subject = coalesce(subject, former_subject), provider_id = NULL, subject = NULL, claimed_until = NULL, enrolment_digest = $2, enrolment_until = $3 WHERE id = $1 AND state <> 'deactivated'";
    RENAME = "UPDATE staff SET email = $2, email_key = $3, display_name = $4 WHERE id = $1 AND state = 'invited'";
    INSERT_SCOPE = "INSERT INTO staff_scope (staff_id, tenant_id) VALUES ($1, $2)";
}

/// Makes a claimed account active, now that its first passkey is registered. `false` when it was not claimed (any
/// more): the second of two racers.
///
/// # Errors
/// When the database cannot be written.
pub async fn activate(tx: &mut WriteTx, id: StaffId, now: Timestamp) -> Result<bool, Error> {
    Ok(ACTIVATE.bind(id).bind(now).execute(tx).await? == 1)
}

/// A new account.
#[derive(Debug, Clone)]
pub struct NewStaff {
    /// The account.
    pub staff: Staff,
    /// Why it exists.
    pub justification: String,
}

/// Adds an account, with nothing that is given for a time.
///
/// # Errors
/// `Conflict` when the address or the identity is taken.
pub async fn insert(tx: &mut WriteTx, new: &NewStaff, now: Timestamp) -> Result<(), Error> {
    let staff = &new.staff;
    let claimed_until = match staff.state {
        StaffState::Claimed { until } => until,
        _ => None,
    };
    INSERT
        .bind(staff.id)
        .bind(staff.email.as_str())
        .bind(normalise(&staff.email))
        .bind(staff.name.as_str())
        .bind(staff.role.as_str())
        .bind(staff.state.as_str())
        .bind(staff.identity.as_ref().map(|(provider, _)| provider.to_string()))
        .bind(staff.identity.as_ref().map(|(_, subject)| subject.clone()))
        .bind(if staff.scope == Scope::All {
            "all"
        } else {
            "listed"
        })
        .bind(staff.account_until)
        .bind(claimed_until)
        .bind(new.justification.as_str())
        .bind(now)
        .bind(staff.acknowledged.clone())
        .bind(staff.acknowledged.is_some().then_some(now))
        .bind(staff.sub_role.as_ref().map(|name| name.as_str().to_owned()))
        .execute(tx)
        .await?;
    if let Scope::Only(tenants) = &staff.scope {
        for tenant in tenants {
            INSERT_SCOPE.bind(staff.id).bind(*tenant).execute(tx).await?;
        }
    }
    Ok(())
}

/// A proven identity that brings a token.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The token's digest.
    pub token: ReferenceDigest,
    /// The provider that vouched.
    pub provider: ProviderId,
    /// The subject there.
    pub subject: String,
    /// The verified address there, which must be the invited one.
    pub email: String,
    /// Until when the first passkey must be registered.
    pub until: Timestamp,
}

/// Binds an identity to the invited account of a token, in one compare-and-swap. `false` when the token was used,
/// replaced or has expired, or is for another address: the second of two racers finds that.
///
/// # Errors
/// `Conflict` when the identity belongs to somebody already.
pub async fn claim(tx: &mut WriteTx, claim: &Claim, now: Timestamp) -> Result<bool, Error> {
    let claimed = CLAIM
        .bind(claim.token.as_bytes().as_slice())
        .bind(claim.provider)
        .bind(claim.subject.as_str())
        .bind(claim.until)
        .bind(now)
        .bind(normalise(&claim.email))
        .execute(tx)
        .await?;
    Ok(claimed == 1)
}

/// Lets somebody whom the configuration file names begin to enrol, without a token: they have the identity already. `false` when
/// they are enrolled, deactivated, or hold a token.
///
/// # Errors
/// When the database cannot be written.
pub async fn claim_named(
    tx: &mut WriteTx,
    id: StaffId,
    until: Timestamp,
    now: Timestamp,
) -> Result<bool, Error> {
    let claimed = CLAIM_NAMED.bind(id).bind(until).bind(now).execute(tx).await?;
    Ok(claimed == 1)
}

/// Invites somebody, perhaps again: the former token, identity and claim are gone; which identity it was is kept until they come
/// back, and lets nobody in. `false` for a deactivated account.
///
/// # Errors
/// When the database cannot be written.
pub async fn invite(
    tx: &mut WriteTx,
    id: StaffId,
    token: &ReferenceDigest,
    until: Timestamp,
) -> Result<bool, Error> {
    let invited = INVITE
        .bind(id)
        .bind(token.as_bytes().as_slice())
        .bind(until)
        .execute(tx)
        .await?;
    Ok(invited == 1)
}

/// The identity that a fresh token took from somebody who has not come back with it yet.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_former_identity(
    ex: &mut impl Executor,
    id: StaffId,
) -> Result<Option<(ProviderId, String)>, Error> {
    let row = FORMER_IDENTITY.bind(id).fetch_optional(ex).await?;
    row.map(|row| Ok((row.parse("former_provider_id")?, row.get("former_subject")?)))
        .transpose()
}

/// Gives an invited account another address and name: a pending first super admin is replaced by another.
///
/// # Errors
/// `Conflict` when the address is taken.
pub async fn rename(tx: &mut WriteTx, id: StaffId, email: &str, name: &str) -> Result<bool, Error> {
    let renamed = RENAME
        .bind(id)
        .bind(email)
        .bind(normalise(email))
        .bind(name)
        .execute(tx)
        .await?;
    Ok(renamed == 1)
}
