//! Identity providers that staff sign in with. A client's secret is sealed before it comes here, and one is never
//! removed.

use serde_json::Value as Json;
use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::id::{ProviderId, TrialId};
use stagedoor_core::provider::{ClaimRules, Lists, Narrowings, ProbeStep, ProviderKind};
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::db::{Executor, Row};
use crate::statement::statements;
use crate::tx::WriteTx;
use crate::value::Value;

statements! {
    LIST = "SELECT id, name, issuer, client_id, client_secret, is_trusted, email_domains, declared, kind, rules FROM identity_provider ORDER BY name, id";
    FIND = "SELECT id, name, issuer, client_id, client_secret, is_trusted, email_domains, declared, kind, rules FROM identity_provider WHERE id = $1";
    LISTED = "SELECT id, name, issuer, client_id, client_secret, is_trusted, email_domains, declared, kind, rules, tested_at, test_steps, test_trial_id, (SELECT count(*) FROM staff WHERE staff.provider_id = identity_provider.id AND staff.state <> 'deactivated') AS people FROM identity_provider ORDER BY name, id";
    FIND_LISTED = "SELECT id, name, issuer, client_id, client_secret, is_trusted, email_domains, declared, kind, rules, tested_at, test_steps, test_trial_id, (SELECT count(*) FROM staff WHERE staff.provider_id = identity_provider.id AND staff.state <> 'deactivated') AS people FROM identity_provider WHERE id = $1";
    PEOPLE = "SELECT display_name, email FROM staff WHERE provider_id = $1 AND state <> 'deactivated' ORDER BY email_key, id";
    NOTE_TEST = "UPDATE identity_provider SET tested_at = $2, test_steps = $3, test_trial_id = $4 WHERE id = $1";
    FORGET_TEST = "UPDATE identity_provider SET tested_at = NULL, test_steps = NULL, test_trial_id = NULL WHERE id = $1";
    KEEP_TEST = "UPDATE identity_provider SET test_trial_id = NULL WHERE id = $1 AND test_trial_id = $2";
    INSERT = "INSERT INTO identity_provider (id, name, issuer, client_id, client_secret, is_trusted, email_domains, declared, kind, rules, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    UPDATE = "UPDATE identity_provider SET name = $2, client_id = $3, client_secret = $4, is_trusted = $5, email_domains = $6, declared = $7, rules = $8 WHERE id = $1";
}

/// A provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its id.
    pub id: ProviderId,
    /// How it vouches; it never changes.
    pub kind: ProviderKind,
    /// Its name, as it stands on the sign-in link.
    pub name: String,
    /// Its issuer identifier (OpenID Connect Discovery).
    pub issuer: String,
    /// Our client id there, or the audience of a proxy's assertions.
    pub client_id: String,
    /// Our client secret there, sealed; `None` for a public client.
    pub client_secret: Option<Vec<u8>>,
    /// Whether its word counts.
    pub trust: ProviderTrust,
    /// E-mail domains of the workforce; none denies everybody.
    pub email_domains: Vec<String>,
    /// What else it must claim of a person.
    pub rules: ClaimRules,
    /// Whether the configuration file declares it: then it is changed there.
    pub declared: bool,
    /// The trial that it is seen under; `None` as it is kept, which is how it is stored here.
    pub trial: Option<TrialId>,
    /// Since when its rules ask for more than before.
    pub narrowed: Narrowings,
}

impl Provider {
    /// Who is one of ours by it.
    #[must_use]
    pub fn lists(&self) -> Lists<'_> {
        Lists {
            email_domains: &self.email_domains,
            rules: &self.rules,
        }
    }

    /// The same, noting since when it asks for more where it does so than before.
    #[must_use]
    pub fn narrowed_from(self, before: &Self, at: Timestamp) -> Self {
        Self {
            narrowed: before.narrowed.after(before.lists(), self.lists(), at),
            ..self
        }
    }
}

/// Beside the rules in their column: since when they ask for more.
const NARROWED: &str = "narrowed";

/// The rules as they are stored.
fn written(provider: &Provider) -> String {
    // INVARIANT: texts, lists of texts and moments are always JSON. Nothing is what cannot be read back, so that nobody gets in.
    let stored = || {
        let mut stored = serde_json::to_value(&provider.rules).ok()?;
        if provider.narrowed != Narrowings::NONE {
            let since = serde_json::to_value(provider.narrowed).ok()?;
            stored.as_object_mut()?.insert(NARROWED.to_owned(), since);
        }
        serde_json::to_string(&stored).ok()
    };
    stored().unwrap_or_default()
}

/// The rules, and since when they ask for more, as they are stored.
fn rules(stored: &str) -> Result<(ClaimRules, Narrowings), serde_json::Error> {
    let mut stored: Json = serde_json::from_str(stored)?;
    let since = stored.as_object_mut().and_then(|stored| stored.remove(NARROWED));
    let narrowed = since.map(serde_json::from_value).transpose()?;
    Ok((serde_json::from_value(stored)?, narrowed.unwrap_or_default()))
}

pub(crate) fn provider(row: &Row) -> Result<Provider, Error> {
    let domains: String = row.get("email_domains")?;
    let trusted: bool = row.get("is_trusted")?;
    let (rules, narrowed) = rules(&row.get::<String>("rules")?).map_err(|_| row.corrupt("rules"))?;
    Ok(Provider {
        id: row.parse("id")?,
        kind: row.parse("kind")?,
        name: row.get("name")?,
        issuer: row.get("issuer")?,
        client_id: row.get("client_id")?,
        client_secret: row.get("client_secret")?,
        trust: if trusted {
            ProviderTrust::Trusted
        } else {
            ProviderTrust::Untrusted
        },
        email_domains: domains.split_whitespace().map(str::to_owned).collect(),
        rules,
        narrowed,
        declared: row.get("declared")?,
        trial: None,
    })
}

/// A provider with what its page tells beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The provider.
    pub provider: Provider,
    /// When the connection was tested last, and what each step said.
    pub test: Option<(Timestamp, Vec<ProbeStep>)>,
    /// The trial whose settings were tested; `None` where it was those that are kept.
    pub test_trial: Option<TrialId>,
    /// How many accounts that are not deactivated are bound to it.
    pub people: u64,
}

fn listed(row: &Row) -> Result<Listed, Error> {
    let steps: Option<String> = row.get("test_steps")?;
    let steps = steps
        .map(|steps| serde_json::from_str(&steps).map_err(|_| row.corrupt("test_steps")))
        .transpose()?;
    Ok(Listed {
        provider: provider(row)?,
        test: row.time_opt("tested_at")?.zip(steps),
        test_trial: row.parse_opt("test_trial_id")?,
        people: row.count("people")?,
    })
}

/// All providers, by name, with what their pages tell.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_all(ex: &mut impl Executor) -> Result<Vec<Listed>, Error> {
    LISTED.fetch_all(ex).await?.iter().map(listed).collect()
}

/// One provider, with what its page tells.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_listed(ex: &mut impl Executor, id: ProviderId) -> Result<Option<Listed>, Error> {
    FIND_LISTED
        .bind(id)
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(listed)
        .transpose()
}

/// The names and addresses of everybody who signs in through a provider and is not deactivated, by address.
///
/// # Errors
/// When the database cannot be read.
pub async fn people(ex: &mut impl Executor, id: ProviderId) -> Result<Vec<(String, String)>, Error> {
    let rows = PEOPLE.bind(id).fetch_all(ex).await?;
    rows.iter()
        .map(|row| Ok((row.get("display_name")?, row.get("email")?)))
        .collect()
}

/// Notes what a connection test found, and the trial whose settings were tested.
///
/// # Errors
/// When the database cannot be written.
pub async fn note_test(
    tx: &mut WriteTx,
    (id, trial): (ProviderId, Option<TrialId>),
    at: Timestamp,
    steps: &[ProbeStep],
) -> Result<(), Error> {
    // INVARIANT: texts and numbers are always JSON; nothing is what cannot be read back.
    let steps = serde_json::to_string(steps).unwrap_or_default();
    let noted = NOTE_TEST.bind(id).bind(at).bind(steps);
    noted.bind(Value::text_opt(trial)).execute(tx).await?;
    Ok(())
}

/// Forgets the last connection test: it was of other settings.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget_test(tx: &mut WriteTx, id: ProviderId) -> Result<(), Error> {
    FORGET_TEST.bind(id).execute(tx).await?;
    Ok(())
}

/// The settings that a trial tried are kept now: a test of them was of what is kept.
///
/// # Errors
/// When the database cannot be written.
pub async fn keep_test(tx: &mut WriteTx, id: ProviderId, trial: TrialId) -> Result<bool, Error> {
    Ok(KEEP_TEST.bind(id).bind(trial).execute(tx).await? == 1)
}

/// All providers, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(ex: &mut impl Executor) -> Result<Vec<Provider>, Error> {
    LIST.fetch_all(ex).await?.iter().map(provider).collect()
}

/// One provider.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(ex: &mut impl Executor, id: ProviderId) -> Result<Option<Provider>, Error> {
    FIND.bind(id)
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(provider)
        .transpose()
}

/// Adds a provider.
///
/// # Errors
/// `Conflict` when the issuer is taken.
pub async fn insert(tx: &mut WriteTx, new: &Provider, now: Timestamp) -> Result<(), Error> {
    INSERT
        .bind(new.id)
        .bind(new.name.as_str())
        .bind(new.issuer.as_str())
        .bind(new.client_id.as_str())
        .bind(new.client_secret.clone())
        .bind(new.trust == ProviderTrust::Trusted)
        .bind(new.email_domains.join(" "))
        .bind(new.declared)
        .bind(new.kind.as_str())
        .bind(written(new))
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

/// Changes a provider; its kind and its issuer never.
///
/// # Errors
/// `Conflict` when there is none of this id.
pub async fn update(tx: &mut WriteTx, changed: &Provider) -> Result<(), Error> {
    let updated = UPDATE
        .bind(changed.id)
        .bind(changed.name.as_str())
        .bind(changed.client_id.as_str())
        .bind(changed.client_secret.clone())
        .bind(changed.trust == ProviderTrust::Trusted)
        .bind(changed.email_domains.join(" "))
        .bind(changed.declared)
        .bind(written(changed))
        .execute(tx)
        .await?;
    if updated == 1 {
        Ok(())
    } else {
        Err(Error::conflict("identity_provider.known"))
    }
}
