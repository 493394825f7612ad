//! Staff: people of the platform. They are found by id, or by provider and subject; never by e-mail.

use stagedoor_core::guard::AccountFact;
use stagedoor_core::id::{Id as _, ProviderId, StaffId, TenantId};
use stagedoor_core::input::normalise;
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::secret::ReferenceDigest;
pub use stagedoor_core::staff::StaffState;
use stagedoor_core::staff::{Access, Post, Term, Terms, holds_the_floor};
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::db::{Executor, Row};
use crate::statement::{Statement, statements};
use crate::tx::WriteTx;

/// What [`with_scope`] reads of a row: every statement that finds staff selects just this.
macro_rules! staff_columns {
    () => {
        "id, email, display_name, role, state, provider_id, subject, scope, account_until, claimed_until, responsibilities, sub_role, term_role, term_sub_role, term_role_until, term_role_why, term_scope, term_scope_until, term_scope_why"
    };
}
/// Who counts where one must always be left: a super admin who is enrolled and stays one, of all tenants, with nothing taken
/// away. The triggers of both engines say the same of the rows.
macro_rules! lasting_super_admin {
    () => {
        "role = 'super_admin' AND state = 'active' AND account_until IS NULL AND scope = 'all' AND sub_role IS NULL AND term_role IS NULL AND term_scope IS NULL"
    };
}
pub(crate) use {lasting_super_admin, staff_columns};

statements! {
    FIND = concat!("SELECT ", staff_columns!(), " FROM staff WHERE id = $1");
    FIND_BY_IDENTITY = concat!("SELECT ", staff_columns!(), " FROM staff WHERE provider_id = $1 AND subject = $2");
    LIST = concat!("SELECT ", staff_columns!(), " FROM staff ORDER BY email_key, id");
    SCOPE = "SELECT tenant_id FROM staff_scope WHERE staff_id = $1 ORDER BY tenant_id";
    TERM_SCOPE = "SELECT tenant_id FROM staff_term_scope WHERE staff_id = $1 ORDER BY tenant_id";
    ACTIVATE = "UPDATE staff SET state = 'active', claimed_until = NULL WHERE id = $1 AND state = 'claimed' AND (claimed_until IS NULL OR claimed_until > $2)";
    INSERT = "INSERT INTO staff (id, email, email_key, display_name, role, state, provider_id, subject, scope, account_until, claimed_until, justification, created_at, responsibilities, responsibilities_at, sub_role) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    FIND_BY_TOKEN = concat!("SELECT ", staff_columns!(), " FROM staff WHERE enrolment_digest = $1 AND enrolment_until > $2");
    FIND_BY_ADDRESS = concat!("SELECT ", staff_columns!(), " FROM staff WHERE email_key = $1");
    COUNT_SUPER = "SELECT count(*) AS enrolled FROM staff WHERE role = 'super_admin' AND state = 'active'";
    LASTING_SUPER = concat!("SELECT id, provider_id, email FROM staff WHERE ", lasting_super_admin!(), " AND provider_id IS NOT NULL ORDER BY id");
    OF_PROVIDER = concat!("SELECT ", staff_columns!(), " FROM staff WHERE provider_id = $1 AND state <> 'deactivated' ORDER BY email_key, id LIMIT $2");
    CLAIM_NAMED = "UPDATE staff SET state = 'claimed', claimed_until = $2 WHERE id = $1 AND subject IS NOT NULL AND enrolment_digest IS NULL AND (state = 'invited' OR (state = 'claimed' AND claimed_until <= $3))";
    PENDING_SUPER = concat!("SELECT ", staff_columns!(), " FROM staff WHERE role = 'super_admin' AND state IN ('invited', 'claimed') AND NOT (state = 'invited' AND subject IS NOT NULL) ORDER BY created_at, id");
    CLAIM = "UPDATE staff SET state = 'claimed', provider_id = $2, subject = $3, claimed_until = $4, enrolment_digest = NULL, enrolment_until = NULL, former_provider_id = NULL, former_subject = NULL WHERE enrolment_digest = $1 AND state = 'invited' AND subject IS NULL AND enrolment_until > $5 AND email_key = $6";
    FORMER_IDENTITY = "SELECT former_provider_id, former_subject FROM staff WHERE id = $1 AND former_provider_id IS NOT NULL AND former_subject IS NOT NULL";
    INVITE = "UPDATE staff SET state = 'invited', former_provider_id = coalesce(provider_id, former_provider_id), former_subject = coalesce(subject, former_subject), provider_id = NULL, subject = NULL, claimed_until = NULL, enrolment_digest = $2, enrolment_until = $3 WHERE id = $1 AND state <> 'deactivated'";
    RENAME = "UPDATE staff SET email = $2, email_key = $3, display_name = $4 WHERE id = $1 AND state = 'invited'";
    INSERT_SCOPE = "INSERT INTO staff_scope (staff_id, tenant_id) VALUES ($1, $2)";
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
    /// Their role, at the moment of the reading.
    pub role: StaffRole,
    /// The sub-role that narrows it, at that moment.
    pub sub_role: Option<SubRoleName>,
    /// Where the account is in its life.
    pub state: StaffState,
    /// The provider and the subject there, once claimed.
    pub identity: Option<(ProviderId, String)>,
    /// Where the role holds, at that moment.
    pub scope: Scope,
    /// When a temporary account ends by itself.
    pub account_until: Option<Timestamp>,
    /// The version of the responsibilities that they acknowledged last.
    pub acknowledged: Option<String>,
    /// What of these is given for a time, and what is in force again afterwards.
    pub lapses: Lapses,
}

/// What falls back, and to what. What is past its end has fallen back already: it only waits to be written down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lapses {
    /// The role with its sub-role.
    pub post: Option<Lapse<Post>>,
    /// The tenants.
    pub scope: Option<Lapse<Scope>>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lapse<T> {
    /// What is given until then.
    pub held: T,
    /// When it ends.
    pub until: Timestamp,
    /// Why it was given.
    pub why: String,
    /// What is in force afterwards.
    pub back_to: T,
}

impl<T: Clone> Lapse<T> {
    fn term(&self) -> Term<T> {
        Term {
            held: self.held.clone(),
            until: self.until,
            why: self.why.clone(),
        }
    }
}

impl Staff {
    /// The fact for the session guardrail.
    #[must_use]
    pub const fn account(&self) -> AccountFact {
        self.state.account(self.account_until)
    }

    /// What the account gives, now and later.
    #[must_use]
    pub fn access(&self) -> Access {
        let (post, scope) = (&self.lapses.post, &self.lapses.scope);
        let (role, sub_role) = match post {
            Some(lapse) => (lapse.back_to.role, lapse.back_to.sub_role.clone()),
            None => (self.role, self.sub_role.clone()),
        };
        Access {
            role,
            sub_role,
            scope: scope
                .as_ref()
                .map_or_else(|| self.scope.clone(), |lapse| lapse.back_to.clone()),
            until: self.account_until,
            terms: Terms {
                post: post.as_ref().map(Lapse::term),
                scope: scope.as_ref().map(Lapse::term),
            },
        }
    }

    /// What narrows their role, beside the role.
    #[must_use]
    pub const fn post(&self) -> (StaffRole, Option<&SubRoleName>) {
        (self.role, self.sub_role.as_ref())
    }

    /// Whether they count where one must always be left, by the core's own definition; [`lasting_super_admins`] says the same of
    /// the rows.
    #[must_use]
    pub fn holds_the_floor(&self) -> bool {
        holds_the_floor(self.state, &self.access())
    }

    /// Whether they hold anything for a time only.
    #[must_use]
    pub fn is_temporary(&self, now: Timestamp) -> bool {
        let post = self.lapses.post.as_ref().is_some_and(|lapse| now < lapse.until);
        let scope = self.lapses.scope.as_ref().is_some_and(|lapse| now < lapse.until);
        self.account_until.is_some() || post || scope
    }

    /// When what began at a moment ends with what it stands on: the account, or what is given for a time.
    #[must_use]
    pub fn ends_for(&self, began: Timestamp) -> Option<Timestamp> {
        let post = self.lapses.post.as_ref().map(|lapse| lapse.until);
        let scope = self.lapses.scope.as_ref().map(|lapse| lapse.until);
        let lapses = post.into_iter().chain(scope).filter(|end| *end > began);
        lapses.chain(self.account_until).min()
    }
}

async fn staff(ex: &mut impl Executor, row: &Row, now: Timestamp) -> Result<Staff, Error> {
    let id: StaffId = row.parse("id")?;
    let listed = |kind: String| kind != "all";
    let base = match listed(row.get("scope")?) {
        false => Scope::All,
        true => scope(ex, &SCOPE, id).await?,
    };
    let over = match row.get::<Option<String>>("term_scope")?.map(listed) {
        None => None,
        Some(false) => Some(Scope::All),
        Some(true) => Some(scope(ex, &TERM_SCOPE, id).await?),
    };
    with_scope(row, base, over, now)
}

/// A member of staff from their row as they are at a moment, with their scopes, which stand in other tables.
pub(crate) fn with_scope(
    row: &Row,
    scope: Scope,
    over: Option<Scope>,
    now: Timestamp,
) -> Result<Staff, Error> {
    let post = Post {
        role: row.parse("role")?,
        sub_role: sub_role(row, "sub_role")?,
    };
    let (post, post_lapse) = lapse(post, post_term(row)?, now);
    let scope_term = match over {
        Some(held) => Some(Term {
            held,
            until: row.time("term_scope_until")?,
            why: row.get("term_scope_why")?,
        }),
        None => None,
    };
    let (scope, scope_lapse) = lapse(scope, scope_term, now);
    let state = match row.parse("state")? {
        StaffState::Claimed { .. } => StaffState::Claimed {
            until: row.time_opt("claimed_until")?,
        },
        state => state,
    };
    let provider: Option<ProviderId> = row.parse_opt("provider_id")?;
    let subject: Option<String> = row.get("subject")?;
    Ok(Staff {
        id: row.parse("id")?,
        email: row.get("email")?,
        name: row.get("display_name")?,
        role: post.role,
        sub_role: post.sub_role,
        state,
        identity: provider.zip(subject),
        scope,
        account_until: row.time_opt("account_until")?,
        acknowledged: row.get("responsibilities")?,
        lapses: Lapses {
            post: post_lapse,
            scope: scope_lapse,
        },
    })
}

/// What is in force at a moment, and what of it falls back.
fn lapse<T: Clone>(base: T, term: Option<Term<T>>, now: Timestamp) -> (T, Option<Lapse<T>>) {
    let Some(Term { held, until, why }) = term else {
        return (base, None);
    };
    let in_force = match now < until {
        true => held.clone(),
        false => base.clone(),
    };
    let lapse = Lapse {
        held,
        until,
        why,
        back_to: base,
    };
    (in_force, Some(lapse))
}

/// The role that is given for a time, where one is.
pub(crate) fn post_term(row: &Row) -> Result<Option<Term<Post>>, Error> {
    let Some(role) = row.parse_opt("term_role")? else {
        return Ok(None);
    };
    Ok(Some(Term {
        held: Post {
            role,
            sub_role: sub_role(row, "term_sub_role")?,
        },
        until: row.time("term_role_until")?,
        why: row.get("term_role_why")?,
    }))
}

fn sub_role(row: &Row, column: &'static str) -> Result<Option<SubRoleName>, Error> {
    row.parse_opt(column)
}

async fn scope(ex: &mut impl Executor, tenants: &Statement, id: StaffId) -> Result<Scope, Error> {
    let rows = tenants.bind(id).fetch_all(ex).await?;
    let tenants = rows
        .iter()
        .map(|row| row.parse::<TenantId>("tenant_id"))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Scope::only(tenants))
}

/// One member of staff, as they are at a moment.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(ex: &mut impl Executor, id: StaffId, now: Timestamp) -> Result<Option<Staff>, Error> {
    match FIND.bind(id).fetch_optional(ex).await? {
        Some(row) => staff(ex, &row, now).await.map(Some),
        None => Ok(None),
    }
}

/// The person of a row, or nobody, by the same statements: who stands outside does not learn from the work who there is.
async fn evenly(ex: &mut impl Executor, row: Option<Row>, now: Timestamp) -> Result<Option<Staff>, Error> {
    let id = match &row {
        Some(row) => row.parse("id")?,
        None => StaffId::new(0, 0),
    };
    let listed = scope(ex, &SCOPE, id).await?;
    let listed_over = scope(ex, &TERM_SCOPE, id).await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let of = |kind: String, listed| match kind.as_str() {
        "all" => Scope::All,
        _ => listed,
    };
    let base = of(row.get("scope")?, listed);
    let over = row.get::<Option<String>>("term_scope")?;
    let over = over.map(|kind| of(kind, listed_over));
    with_scope(&row, base, over, now).map(Some)
}

/// The member of staff behind a provider's subject, by the same statements whether there is one or not.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_by_identity(
    ex: &mut impl Executor,
    provider: ProviderId,
    subject: &str,
    now: Timestamp,
) -> Result<Option<Staff>, Error> {
    let found = FIND_BY_IDENTITY
        .bind(provider)
        .bind(subject)
        .fetch_optional(ex)
        .await?;
    evenly(ex, found, now).await
}

/// All staff, by address.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(ex: &mut impl Executor, now: Timestamp) -> Result<Vec<Staff>, Error> {
    let rows = LIST.fetch_all(ex).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        all.push(staff(ex, row, now).await?);
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

/// The invited member of staff whom a token was made for, if it still holds, by the same statements whether it does or not.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_by_token(
    ex: &mut impl Executor,
    token: &ReferenceDigest,
    now: Timestamp,
) -> Result<Option<Staff>, Error> {
    let found = FIND_BY_TOKEN
        .bind(token.as_bytes().as_slice())
        .bind(now)
        .fetch_optional(ex)
        .await?;
    evenly(ex, found, now).await
}

/// A member of staff by address: for the command line only, never to sign in.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_by_address(
    ex: &mut impl Executor,
    email: &str,
    now: Timestamp,
) -> Result<Option<Staff>, Error> {
    let found = FIND_BY_ADDRESS.bind(normalise(email)).fetch_optional(ex).await?;
    one(ex, found, now).await
}

async fn one(ex: &mut impl Executor, row: Option<Row>, now: Timestamp) -> Result<Option<Staff>, Error> {
    match row {
        Some(row) => staff(ex, &row, now).await.map(Some),
        None => Ok(None),
    }
}

/// How many super admins are enrolled.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_super_admins(ex: &mut impl Executor) -> Result<u64, Error> {
    COUNT_SUPER.fetch_one(ex).await?.count("enrolled")
}

/// Super admins who are not enrolled yet, the oldest first. Who is named by the configuration file and has not come is none of
/// them: nothing replaces them.
///
/// # Errors
/// When the database cannot be read.
pub async fn pending_super_admins(ex: &mut impl Executor, now: Timestamp) -> Result<Vec<Staff>, Error> {
    let rows = PENDING_SUPER.fetch_all(ex).await?;
    all_of(ex, &rows, now).await
}

/// A super admin who is enrolled and stays so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastingAdmin {
    /// Who.
    pub id: StaffId,
    /// The provider that they sign in through.
    pub provider: ProviderId,
    /// Their address.
    pub email: String,
}

/// The super admins who are enrolled and stay so.
///
/// # Errors
/// When the database cannot be read.
pub async fn lasting_super_admins(ex: &mut impl Executor) -> Result<Vec<LastingAdmin>, Error> {
    let rows = LASTING_SUPER.fetch_all(ex).await?;
    rows.iter()
        .map(|row| {
            Ok(LastingAdmin {
                id: row.parse("id")?,
                provider: row.parse("provider_id")?,
                email: row.get("email")?,
            })
        })
        .collect()
}

/// People who sign in through a provider and are not deactivated, by address.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_of_provider(
    ex: &mut impl Executor,
    provider: ProviderId,
    (limit, now): (u32, Timestamp),
) -> Result<Vec<Staff>, Error> {
    let rows = OF_PROVIDER
        .bind(provider)
        .bind(i64::from(limit))
        .fetch_all(ex)
        .await?;
    all_of(ex, &rows, now).await
}

async fn all_of(ex: &mut impl Executor, rows: &[Row], now: Timestamp) -> Result<Vec<Staff>, Error> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(staff(ex, row, now).await?);
    }
    Ok(all)
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
