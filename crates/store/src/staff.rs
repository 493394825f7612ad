//! Staff: people of the platform. They are found by id, or by provider and subject; never by e-mail.

use std::fmt;
use std::str::FromStr;

use stagedoor_core::guard::AccountFact;
use stagedoor_core::id::{ProviderId, StaffId, TenantId};
use stagedoor_core::input::normalise;
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::tenant::BadState;
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::db::{Executor, Row};
use crate::statement::statements;
use crate::tx::WriteTx;

statements! {
    FIND = "SELECT id, email, display_name, role, state, provider_id, subject, scope, account_until, claimed_until FROM staff WHERE id = $1";
    FIND_BY_IDENTITY = "SELECT id, email, display_name, role, state, provider_id, subject, scope, account_until, claimed_until FROM staff WHERE provider_id = $1 AND subject = $2";
    LIST = "SELECT id, email, display_name, role, state, provider_id, subject, scope, account_until, claimed_until FROM staff ORDER BY email_key, id";
    SCOPE = "SELECT tenant_id FROM staff_scope WHERE staff_id = $1 ORDER BY tenant_id";
    ACTIVATE = "UPDATE staff SET state = 'active', claimed_until = NULL WHERE id = $1 AND state = 'claimed' AND (claimed_until IS NULL OR claimed_until > $2)";
    INSERT = "INSERT INTO staff (id, email, email_key, display_name, role, state, provider_id, subject, scope, account_until, claimed_until, justification, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    INSERT_SCOPE = "INSERT INTO staff_scope (staff_id, tenant_id) VALUES ($1, $2)";
}

/// Where a staff account is in its life (decision 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffState {
    /// Created; the enrollment token is out.
    Invited,
    /// The identity is bound; the first passkey is pending.
    Claimed {
        /// How long it may take; `None` only in the demo.
        until: Option<Timestamp>,
    },
    /// Enrolled and in use.
    Active,
    /// Switched off for ever.
    Deactivated,
}

impl StaffState {
    /// The name in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Claimed { .. } => "claimed",
            Self::Active => "active",
            Self::Deactivated => "deactivated",
        }
    }
}

impl fmt::Display for StaffState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for StaffState {
    type Err = BadState;

    fn from_str(text: &str) -> Result<Self, BadState> {
        match text {
            "invited" => Ok(Self::Invited),
            "claimed" => Ok(Self::Claimed { until: None }),
            "active" => Ok(Self::Active),
            "deactivated" => Ok(Self::Deactivated),
            _ => Err(BadState),
        }
    }
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Who.
    pub id: StaffId,
    /// Their address, for display only.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: StaffRole,
    /// Where the account is in its life.
    pub state: StaffState,
    /// The provider and the subject there, once claimed.
    pub identity: Option<(ProviderId, String)>,
    /// Where the role holds.
    pub scope: Scope,
    /// When a temporary account ends by itself.
    pub account_until: Option<Timestamp>,
}

impl Staff {
    /// The fact for the session guardrail.
    #[must_use]
    pub const fn account(&self) -> AccountFact {
        match self.state {
            StaffState::Active => AccountFact::Active {
                until: self.account_until,
            },
            StaffState::Invited | StaffState::Claimed { .. } => AccountFact::Pending,
            StaffState::Deactivated => AccountFact::Deactivated,
        }
    }
}

async fn staff(ex: &mut impl Executor, row: &Row) -> Result<Staff, Error> {
    let id: StaffId = row.parse("id")?;
    let state = match row.parse("state")? {
        StaffState::Claimed { .. } => StaffState::Claimed {
            until: row.time_opt("claimed_until")?,
        },
        state => state,
    };
    let provider: Option<ProviderId> = row.parse_opt("provider_id")?;
    let subject: Option<String> = row.get("subject")?;
    let kind: String = row.get("scope")?;
    let scope = if kind == "all" {
        Scope::All
    } else {
        scope(ex, id).await?
    };
    Ok(Staff {
        id,
        email: row.get("email")?,
        name: row.get("display_name")?,
        role: row.parse("role")?,
        state,
        identity: provider.zip(subject),
        scope,
        account_until: row.time_opt("account_until")?,
    })
}

async fn scope(ex: &mut impl Executor, id: StaffId) -> Result<Scope, Error> {
    let rows = SCOPE.bind(id).fetch_all(ex).await?;
    let tenants = rows
        .iter()
        .map(|row| row.parse::<TenantId>("tenant_id"))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Scope::only(tenants))
}

/// One member of staff.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(ex: &mut impl Executor, id: StaffId) -> Result<Option<Staff>, Error> {
    match FIND.bind(id).fetch_optional(ex).await? {
        Some(row) => staff(ex, &row).await.map(Some),
        None => Ok(None),
    }
}

/// The member of staff behind a provider's subject.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_by_identity(
    ex: &mut impl Executor,
    provider: ProviderId,
    subject: &str,
) -> Result<Option<Staff>, Error> {
    match FIND_BY_IDENTITY
        .bind(provider)
        .bind(subject)
        .fetch_optional(ex)
        .await?
    {
        Some(row) => staff(ex, &row).await.map(Some),
        None => Ok(None),
    }
}

/// All staff, by address.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(ex: &mut impl Executor) -> Result<Vec<Staff>, Error> {
    let rows = LIST.fetch_all(ex).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        all.push(staff(ex, row).await?);
    }
    Ok(all)
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

/// Adds an account.
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
        .execute(tx)
        .await?;
    if let Scope::Only(tenants) = &staff.scope {
        for tenant in tenants {
            INSERT_SCOPE.bind(staff.id).bind(*tenant).execute(tx).await?;
        }
    }
    Ok(())
}
