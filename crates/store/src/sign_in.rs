//! Sign-ins on their way, and the WebAuthn ceremonies in them. What is single use is taken with `DELETE … RETURNING`.

use stagedoor_core::id::{ProviderId, SignInId, StaffId};
use stagedoor_core::narrowed::{Reach, View};
use stagedoor_core::secret::ReferenceDigest;
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::db::{Executor, Row};
use crate::session::Vouched;
use crate::statement::statements;
use crate::tx::WriteTx;
use crate::value::Value;

/// What is read of a sign-in, found or taken.
macro_rules! sign_in_columns {
    () => {
        "id, provider_id, state, nonce, verifier, staff_id, identified_at, claimant, provider_session, recovered_at, wished_tenant, wished_reach, wished_view, expires_at, trial_id, device, id_token"
    };
}

statements! {
    INSERT = "INSERT INTO sign_in (id, reference, provider_id, state, nonce, verifier, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    FIND = concat!("SELECT ", sign_in_columns!(), " FROM sign_in WHERE reference = $1 AND expires_at > $2");
    TAKE = concat!("DELETE FROM sign_in WHERE reference = $1 AND staff_id IS NULL AND claimant IS NULL AND expires_at > $2 RETURNING ", sign_in_columns!());
    INSERT_ANSWERED = "INSERT INTO sign_in (id, reference, provider_id, state, nonce, verifier, staff_id, claimant, identified_at, expires_at, provider_session, trial_id, device, id_token) VALUES ($1, $2, $3, $4, '', $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    TRY = "UPDATE sign_in SET tries = tries + 1 WHERE id = $1 AND tries < $2";
    RECOVER = "UPDATE sign_in SET reference = $2, recovered_at = $3, expires_at = $4 WHERE id = $1 AND recovered_at IS NULL";
    WISH = "UPDATE sign_in SET wished_tenant = $2, wished_reach = $3, wished_view = $4 WHERE id = $1";
    DELETE_OTHERS = "DELETE FROM sign_in WHERE staff_id = $1 AND id <> $2";
    DELETE = "DELETE FROM sign_in WHERE id = $1";
    DELETE_OF_STAFF = "DELETE FROM sign_in WHERE staff_id = $1";
    EXPIRE = "DELETE FROM sign_in WHERE expires_at <= $1";
    PUT_CEREMONY = "INSERT INTO ceremony (sign_in_id, kind, state, expires_at) VALUES ($1, $2, $3, $4) ON CONFLICT (sign_in_id) DO UPDATE SET kind = excluded.kind, state = excluded.state, expires_at = excluded.expires_at";
    TAKE_CEREMONY = "DELETE FROM ceremony WHERE sign_in_id = $1 AND kind = $2 AND expires_at > $3 RETURNING state";
}

/// A sign-in on its way.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Its id.
    pub id: SignInId,
    /// The provider it goes through.
    pub provider: ProviderId,
    /// SHA-256 of the `state` we sent.
    pub state: Vec<u8>,
    /// The `nonce` we sent.
    pub nonce: String,
    /// The PKCE verifier, sealed.
    pub verifier: Vec<u8>,
    /// Who it is, once the provider has said so, and when it did.
    pub identified: Option<(StaffId, Timestamp)>,
    /// Whom the provider vouched for when nobody on staff has that identity, sealed.
    pub claimant: Option<Vec<u8>>,
    /// The session at the provider that it came from, once the provider has named it.
    pub session: Option<String>,
    /// Since when its person has proved themselves with a recovery code, where they have: they register a passkey.
    pub recovered: Option<Timestamp>,
    /// Under what the provider vouched, once it has.
    pub vouched: Vouched,
    /// What its session shall be narrowed to: a tenant as it was typed, reads, and a view.
    pub wish: Wish,
    /// Its ID token, sealed, where it is kept.
    pub id_token: Option<Vec<u8>>,
    /// Its end.
    pub expires: Timestamp,
}

/// What somebody on their way in wants their session narrowed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// A tenant, as it was typed: nobody has looked whether there is one.
    pub tenant: Option<String>,
    /// Whether it shall change anything.
    pub reach: Reach,
    /// What the console shall be viewed as. It was narrower than its person's own when they chose it.
    pub view: Option<View>,
}

impl Wish {
    /// Nothing.
    pub const NONE: Self = Self {
        tenant: None,
        reach: Reach::Everything,
        view: None,
    };
}

fn sign_in(row: &Row) -> Result<SignIn, Error> {
    let staff: Option<StaffId> = row.parse_opt("staff_id")?;
    Ok(SignIn {
        id: row.parse("id")?,
        provider: row.parse("provider_id")?,
        state: row.get("state")?,
        nonce: row.get("nonce")?,
        verifier: row.get("verifier")?,
        identified: staff.zip(row.time_opt("identified_at")?),
        claimant: row.get("claimant")?,
        session: row.get("provider_session")?,
        recovered: row.time_opt("recovered_at")?,
        vouched: Vouched::read(row)?,
        wish: Wish {
            tenant: row.get("wished_tenant")?,
            reach: row.parse("wished_reach")?,
            view: row.parse_opt("wished_view")?,
        },
        id_token: row.get("id_token")?,
        expires: row.time("expires_at")?,
    })
}

/// Stores a sign-in that goes to the provider now.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert(tx: &mut WriteTx, new: &SignIn, reference: &ReferenceDigest) -> Result<(), Error> {
    INSERT
        .bind(new.id)
        .bind(reference.as_bytes().as_slice())
        .bind(new.provider)
        .bind(new.state.as_slice())
        .bind(new.nonce.as_str())
        .bind(new.verifier.as_slice())
        .bind(new.expires)
        .execute(tx)
        .await?;
    Ok(())
}

/// The sign-in behind a reference, if it still runs.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(
    ex: &mut impl Executor,
    reference: &ReferenceDigest,
    now: Timestamp,
) -> Result<Option<SignIn>, Error> {
    FIND.bind(reference.as_bytes().as_slice())
        .bind(now)
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(sign_in)
        .transpose()
}

/// Takes the sign-in that waits for its provider's answer: it can be answered once.
///
/// # Errors
/// When the database cannot be written.
pub async fn take(
    tx: &mut WriteTx,
    reference: &ReferenceDigest,
    now: Timestamp,
) -> Result<Option<SignIn>, Error> {
    TAKE.bind(reference.as_bytes().as_slice())
        .bind(now)
        .fetch_optional(tx)
        .await?
        .as_ref()
        .map(sign_in)
        .transpose()
}

/// A sign-in whose person is known, under a fresh reference.
#[derive(Debug, Clone)]
pub struct Identified {
    /// Its id.
    pub id: SignInId,
    /// The digest of the fresh reference.
    pub reference: ReferenceDigest,
    /// The provider that vouched.
    pub provider: ProviderId,
    /// Who it is.
    pub staff: StaffId,
    /// The session at the provider, where it has named it.
    pub session: Option<String>,
    /// Under what the provider vouched.
    pub vouched: Vouched,
    /// The provider's ID token, sealed, where it is kept.
    pub id_token: Option<Vec<u8>>,
    /// Its end.
    pub expires: Timestamp,
}

/// Stores a sign-in whose person is known.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert_identified(tx: &mut WriteTx, new: &Identified, now: Timestamp) -> Result<(), Error> {
    INSERT_ANSWERED
        .bind(new.id)
        .bind(new.reference.as_bytes().as_slice())
        .bind(new.provider)
        .bind([].as_slice())
        .bind(Some(new.staff.to_string()))
        .bind(None::<Vec<u8>>)
        .bind(now)
        .bind(new.expires)
        .bind(Value::text_opt(new.session.as_ref()))
        .bind(Value::text_opt(new.vouched.trial))
        .bind(new.vouched.device.as_str())
        .bind(new.id_token.clone())
        .execute(tx)
        .await?;
    Ok(())
}

/// A sign-in whose person has a proven identity and no account, under a fresh reference.
#[derive(Debug, Clone)]
pub struct Claimant {
    /// Its id.
    pub id: SignInId,
    /// The digest of the fresh reference.
    pub reference: ReferenceDigest,
    /// The provider that vouched.
    pub provider: ProviderId,
    /// The session there, where it has named it.
    pub session: Option<String>,
    /// Under what the provider vouched.
    pub vouched: Vouched,
    /// The identity, sealed.
    pub sealed: Vec<u8>,
    /// Its end.
    pub expires: Timestamp,
}

/// Stores a sign-in that waits for an enrolment token.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert_claimant(tx: &mut WriteTx, new: &Claimant, now: Timestamp) -> Result<(), Error> {
    INSERT_ANSWERED
        .bind(new.id)
        .bind(new.reference.as_bytes().as_slice())
        .bind(new.provider)
        .bind([].as_slice())
        .bind(None::<String>)
        .bind(Some(new.sealed.clone()))
        .bind(now)
        .bind(new.expires)
        .bind(Value::text_opt(new.session.as_ref()))
        .bind(Value::text_opt(new.vouched.trial))
        .bind(new.vouched.device.as_str())
        .bind(None::<Vec<u8>>)
        .execute(tx)
        .await?;
    Ok(())
}

/// Counts a try of a token. `false` when there were too many, also when they come at once.
///
/// # Errors
/// When the database cannot be written.
pub async fn note_try(tx: &mut WriteTx, id: SignInId, most: u32) -> Result<bool, Error> {
    Ok(TRY.bind(id).bind(i64::from(most)).execute(tx).await? == 1)
}

/// The person of a sign-in proved themselves with a recovery code: from now on they register a passkey, under a fresh
/// reference. Their other sign-ins are gone. `false` when this one is, or they did so before.
///
/// # Errors
/// When the database cannot be written.
pub async fn recover(
    tx: &mut WriteTx,
    (id, staff): (SignInId, StaffId),
    reference: &ReferenceDigest,
    (now, expires): (Timestamp, Timestamp),
) -> Result<bool, Error> {
    DELETE_OTHERS.bind(staff).bind(id).execute(tx).await?;
    let recovered = RECOVER
        .bind(id)
        .bind(reference.as_bytes().as_slice())
        .bind(now)
        .bind(expires);
    Ok(recovered.execute(tx).await? == 1)
}

/// Notes what the session of a sign-in shall be narrowed to, in the place of a former wish. `false` when the sign-in is gone.
///
/// # Errors
/// When the database cannot be written.
pub async fn note_wish(tx: &mut WriteTx, id: SignInId, wish: &Wish) -> Result<bool, Error> {
    let noted = WISH
        .bind(id)
        .bind(Value::text_opt(wish.tenant.as_ref()))
        .bind(wish.reach.as_str())
        .bind(Value::text_opt(wish.view.as_ref()));
    Ok(noted.execute(tx).await? == 1)
}

/// Removes a sign-in that is done, with its ceremony.
///
/// # Errors
/// When the database cannot be written.
pub async fn delete(tx: &mut WriteTx, id: SignInId) -> Result<bool, Error> {
    Ok(DELETE.bind(id).execute(tx).await? == 1)
}

/// Removes sign-ins that took too long, with their ceremonies.
///
/// # Errors
/// When the database cannot be written.
pub async fn expire(tx: &mut WriteTx, now: Timestamp) -> Result<u64, Error> {
    EXPIRE.bind(now).execute(tx).await
}

/// Which ceremony.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CeremonyKind {
    /// Registration of a passkey.
    Register,
    /// Use of a passkey.
    Authenticate,
}

impl CeremonyKind {
    /// The name in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Authenticate => "authenticate",
        }
    }
}

/// Stores the state of a ceremony, sealed; a former one of the same sign-in is gone with it.
///
/// # Errors
/// When the database cannot be written.
pub async fn put_ceremony(
    tx: &mut WriteTx,
    id: SignInId,
    kind: CeremonyKind,
    state: &[u8],
    expires: Timestamp,
) -> Result<(), Error> {
    PUT_CEREMONY
        .bind(id)
        .bind(kind.as_str())
        .bind(state)
        .bind(expires)
        .execute(tx)
        .await?;
    Ok(())
}

/// Takes the state of a ceremony: it can be finished once.
///
/// # Errors
/// When the database cannot be written.
pub async fn take_ceremony(
    tx: &mut WriteTx,
    id: SignInId,
    kind: CeremonyKind,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, Error> {
    TAKE_CEREMONY
        .bind(id)
        .bind(kind.as_str())
        .bind(now)
        .fetch_optional(tx)
        .await?
        .map(|row| row.get("state"))
        .transpose()
}

/// Removes all sign-ins of a person that are on their way.
///
/// # Errors
/// When the database cannot be written.
pub async fn delete_of_staff(tx: &mut WriteTx, staff: StaffId) -> Result<u64, Error> {
    DELETE_OF_STAFF.bind(staff).execute(tx).await
}
