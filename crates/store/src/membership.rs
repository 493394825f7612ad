//! The people of one tenant. Every function takes the tenant: there is no way to reach a membership across tenants here.

mod facet;
pub(crate) mod search;

use std::str::FromStr;

use stagedoor_core::id::{AccountId, MemberId, TenantId};
use stagedoor_core::input::{normalise, search_tokens};
use stagedoor_core::request::MemberStanding;
use stagedoor_core::role::TenantRole;
use stagedoor_core::tenant::BadState;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Total;
use stagedoor_core::view::directory::{DirectorySort, RiskLevel};

use crate::Error;
use crate::row::Row;
use crate::statement::{Executor, statements};
use crate::tx::WriteTx;
use crate::value::Value;

#[cfg(feature = "testing")]
pub use search::plans;
pub use search::{count_matching, count_up_to, list};

statements! {
    FIND = "SELECT id, name, name_key, email, role, role_rank, state, last_seen_at, passkeys, has_totp, has_password, risk FROM membership WHERE tenant_id = $1 AND id = $2";
    FIND_BY_EMAIL = "SELECT membership.id, membership.name, membership.name_key, membership.email, membership.role, membership.role_rank, membership.state, membership.last_seen_at, membership.passkeys, membership.has_totp, membership.has_password, membership.risk FROM membership JOIN account ON account.id = membership.account_id WHERE membership.tenant_id = $1 AND account.email_key = $2";
    COUNT = "SELECT count(*) AS people FROM membership WHERE tenant_id = $1";
    /// Of each role, whether anybody is active or suspended: see `facet.rs`.
    COUNT_ROLES = "SELECT CASE WHEN EXISTS (SELECT 1 FROM membership WHERE tenant_id = $1 AND facet >= 0 AND facet < 32) THEN 1 ELSE 0 END + CASE WHEN EXISTS (SELECT 1 FROM membership WHERE tenant_id = $1 AND facet >= 48 AND facet < 80) THEN 1 ELSE 0 END + CASE WHEN EXISTS (SELECT 1 FROM membership WHERE tenant_id = $1 AND facet >= 96 AND facet < 128) THEN 1 ELSE 0 END + CASE WHEN EXISTS (SELECT 1 FROM membership WHERE tenant_id = $1 AND facet >= 144 AND facet < 176) THEN 1 ELSE 0 END + CASE WHEN EXISTS (SELECT 1 FROM membership WHERE tenant_id = $1 AND facet >= 192 AND facet < 224) THEN 1 ELSE 0 END AS roles";
    COUNT_SEEN = "SELECT count(*) AS people FROM membership WHERE tenant_id = $1 AND last_seen_at >= $2";
    INSERT_ACCOUNT = "INSERT INTO account (id, email, email_key, display_name, created_at) VALUES ($1, $2, $3, $4, $5)";
    INSERT = "INSERT INTO membership (id, tenant_id, account_id, name, name_key, email, role, role_rank, state, last_seen_at, passkeys, has_totp, has_password, risk, joined_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    TOUCH = "UPDATE membership SET last_seen_at = $3 WHERE tenant_id = $1 AND id = $2 AND last_seen_at < $3";
    INSERT_TOKEN = "INSERT INTO membership_token (tenant_id, token, membership_id) VALUES ($1, $2, $3)";
}

/// Whether a membership is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberState {
    /// It is.
    Active,
    /// Sign-in is blocked for a time.
    Suspended,
    /// It has ended.
    Revoked,
}

impl MemberState {
    /// The name in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
        }
    }
}

impl FromStr for MemberState {
    type Err = BadState;

    fn from_str(text: &str) -> Result<Self, BadState> {
        [Self::Active, Self::Suspended, Self::Revoked]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(BadState)
    }
}

impl From<MemberState> for MemberStanding {
    fn from(state: MemberState) -> Self {
        match state {
            MemberState::Active => Self::Active,
            MemberState::Suspended => Self::Suspended,
            MemberState::Revoked => Self::Revoked,
        }
    }
}

/// The factors of a person of a tenant, as a directory shows them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Factors {
    /// How many passkeys.
    pub passkeys: u32,
    /// Whether one-time passwords are set up.
    pub totp: bool,
    /// Whether a password is set.
    pub password: bool,
}

/// A person of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The membership.
    pub id: MemberId,
    /// The person's name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their role.
    pub role: TenantRole,
    /// Whether it is in force.
    pub state: MemberState,
    /// Their last activity, if there was any.
    pub last_seen: Option<Timestamp>,
    /// Their factors.
    pub factors: Factors,
    /// Their risk.
    pub risk: RiskLevel,
}

/// 0 stands for never: a keyset column holds no NULL.
const NEVER: i64 = 0;

pub(crate) fn membership(row: &Row) -> Result<Membership, Error> {
    let last_seen: i64 = row.get("last_seen_at")?;
    let risk: String = row.get("risk")?;
    Ok(Membership {
        id: row.parse("id")?,
        name: row.get("name")?,
        email: row.get("email")?,
        role: row.parse("role")?,
        state: row.parse("state")?,
        last_seen: (last_seen != NEVER).then(|| Timestamp::from_micros(last_seen)),
        factors: Factors {
            passkeys: u32::try_from(row.count("passkeys")?).map_err(|_| row.corrupt("passkeys"))?,
            totp: row.get("has_totp")?,
            password: row.get("has_password")?,
        },
        risk: if risk == RiskLevel::Elevated.as_str() {
            RiskLevel::Elevated
        } else {
            RiskLevel::Low
        },
    })
}

/// A person of this tenant; one of another tenant is as unknown as one that does not exist.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(
    ex: &mut impl Executor,
    tenant: TenantId,
    id: MemberId,
) -> Result<Option<Membership>, Error> {
    FIND.bind(tenant)
        .bind(id)
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(membership)
        .transpose()
}

/// A person of this tenant by address.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_by_email(
    ex: &mut impl Executor,
    tenant: TenantId,
    email: &str,
) -> Result<Option<Membership>, Error> {
    FIND_BY_EMAIL
        .bind(tenant)
        .bind(normalise(email))
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(membership)
        .transpose()
}

/// Which statuses are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statuses {
    /// Seen since the cutoff.
    pub active: bool,
    /// Not seen since.
    pub idle: bool,
    /// Blocked.
    pub suspended: bool,
    /// Ended.
    pub revoked: bool,
}

/// Which factors are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FactorWish {
    /// At least one passkey.
    pub passkey: bool,
    /// One-time passwords.
    pub totp: bool,
    /// A password.
    pub password: bool,
    /// None of them.
    pub none: bool,
}

/// Which people of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryFilter {
    /// Whose people.
    pub tenant: TenantId,
    /// Words that must all be the beginning of a part of the name or address.
    pub words: Vec<String>,
    /// One of these roles; none wishes nothing.
    pub roles: Vec<TenantRole>,
    /// One of these statuses, active meaning seen since the moment.
    pub statuses: Option<(Statuses, Timestamp)>,
    /// One of these risks; none wishes nothing.
    pub risks: Vec<RiskLevel>,
    /// One of these factors.
    pub factors: Option<FactorWish>,
    /// Seen since.
    pub seen_since: Option<Timestamp>,
    /// Only these, whoever of them belongs to the tenant; `None` is all.
    pub ids: Option<Vec<MemberId>>,
}

impl DirectoryFilter {
    /// Everybody of a tenant.
    #[must_use]
    pub const fn everybody(tenant: TenantId) -> Self {
        Self {
            tenant,
            words: Vec::new(),
            roles: Vec::new(),
            statuses: None,
            risks: Vec::new(),
            factors: None,
            seen_since: None,
            ids: None,
        }
    }
}

/// Where a page of a directory ended: the sort column's value, and the id.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum DirectoryKey {
    /// By name.
    Name(String, MemberId),
    /// By last activity.
    LastSeen(i64, MemberId),
    /// By role.
    Role(i64, MemberId),
}

impl DirectoryKey {
    /// The key of a row under an order.
    #[must_use]
    pub fn of(row: &Membership, sort: DirectorySort) -> Self {
        match sort {
            DirectorySort::Name => Self::Name(normalise(&row.name), row.id),
            DirectorySort::LastSeen => Self::LastSeen(row.last_seen.map_or(NEVER, Timestamp::micros), row.id),
            DirectorySort::Role => Self::Role(row.role as i64, row.id),
        }
    }
}

/// How many people a tenant has.
///
/// # Errors
/// When the database cannot be read.
pub async fn count(ex: &mut impl Executor, tenant: TenantId) -> Result<u64, Error> {
    COUNT.bind(tenant).fetch_one(ex).await?.count("people")
}

/// How many different roles a tenant's people have.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_roles(ex: &mut impl Executor, tenant: TenantId) -> Result<u64, Error> {
    COUNT_ROLES.bind(tenant).fetch_one(ex).await?.count("roles")
}

/// How many people were seen since.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_seen(ex: &mut impl Executor, tenant: TenantId, since: Timestamp) -> Result<u64, Error> {
    COUNT_SEEN
        .bind(tenant)
        .bind(since)
        .fetch_one(ex)
        .await?
        .count("people")
}

/// How many people are at elevated risk, counted up to the cap.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_elevated(ex: &mut impl Executor, tenant: TenantId) -> Result<Total, Error> {
    let filter = DirectoryFilter {
        risks: vec![RiskLevel::Elevated],
        ..DirectoryFilter::everybody(tenant)
    };
    count_matching(ex, &filter).await
}

/// Notes that a person was seen; it never goes back.
///
/// # Errors
/// When the database cannot be written.
pub async fn touch(tx: &mut WriteTx, tenant: TenantId, id: MemberId, at: Timestamp) -> Result<(), Error> {
    TOUCH.bind(tenant).bind(id).bind(at).execute(tx).await?;
    Ok(())
}

/// The values of a row, in the order of its insertion.
pub(crate) fn columns(tenant: TenantId, account: AccountId, new: &Membership, now: Timestamp) -> [Value; 15] {
    [
        new.id.into(),
        tenant.into(),
        account.into(),
        new.name.as_str().into(),
        normalise(&new.name).into(),
        new.email.as_str().into(),
        new.role.as_str().into(),
        (new.role as i64).into(),
        new.state.as_str().into(),
        new.last_seen.map_or(NEVER, Timestamp::micros).into(),
        new.factors.passkeys.into(),
        new.factors.totp.into(),
        new.factors.password.into(),
        new.risk.as_str().into(),
        now.into(),
    ]
}

/// Adds a person to a tenant, with their account and the words they are found by.
///
/// # Errors
/// `Conflict` when the account's address is taken.
pub async fn insert(
    tx: &mut WriteTx,
    tenant: TenantId,
    account: AccountId,
    new: &Membership,
    now: Timestamp,
) -> Result<(), Error> {
    INSERT_ACCOUNT
        .bind(account)
        .bind(new.email.as_str())
        .bind(normalise(&new.email))
        .bind(new.name.as_str())
        .bind(now)
        .execute(tx)
        .await?;
    let mut query = crate::statement::Query::from(INSERT);
    for column in columns(tenant, account, new, now) {
        query = query.bind(column);
    }
    query.execute(tx).await?;
    for token in search_tokens(&new.name, &new.email) {
        INSERT_TOKEN
            .bind(tenant)
            .bind(token)
            .bind(new.id)
            .execute(tx)
            .await?;
    }
    Ok(())
}
