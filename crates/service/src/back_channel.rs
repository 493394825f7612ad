//! Somebody signed out at their identity provider, and it says so (OpenID Connect Back-Channel Logout 1.0): what came from
//! that session ends here, with its visits, the sign-ins under way, and its person's questions to owners and their answers, in one
//! transaction with the entries.
//!
//! The word is a signed token, good once. No cookie and no origin stands behind the call, so nothing but the token counts,
//! and whoever sends another hears the same whatever is wrong with it; the audit knows what was.

use std::collections::BTreeSet;

use stagedoor_core::actor::Actor;
use stagedoor_core::audit::{AuditBatch, Event, Field, Outcome, Target};
use stagedoor_core::error::Code;
use stagedoor_core::id::{SessionId, StaffId};
use stagedoor_core::impersonation::VisitEnd;
use stagedoor_core::provider::ProviderKind;
use stagedoor_core::session::SessionEnd;
use stagedoor_core::time::Timestamp;
use stagedoor_store::consent_request::{self, ConsentRequest};
use stagedoor_store::db::Executor;
use stagedoor_store::provider::{self, Provider};
use stagedoor_store::session::{self, StaffSession};
use stagedoor_store::staff::{self, Staff};
use stagedoor_store::{provider_session, sign_in};

use crate::error::{ServiceError, SignInFailure};
use crate::impersonation::{end_told_visits, lapse};
use crate::op::{person, trusted};
use crate::recorder::{Acting, Marks, Story};
use crate::refusals::AnonymousRefusal;
use crate::retry::again;
use crate::state::Service;
use crate::token::logout::{self, LogoutToken};
use crate::token::{Jws, TokenFault, every_algorithm};
use crate::visitor::Visitor;

/// Where tokens are sent, as a refusal is counted.
const DOOR: &str = "/api/oidc/back-channel-logout";

/// Whom a token means here.
struct Meant {
    /// The person, where the provider's subject is somebody's.
    staff: Option<Staff>,
    sessions: Vec<StaffSession>,
    /// What those people asked tenants' owners, and the answers that they have not used.
    requests: Vec<ConsentRequest>,
}

impl Meant {
    fn ids(&self) -> Vec<SessionId> {
        self.sessions.iter().map(|session| session.id).collect()
    }
}

impl Service {
    /// Ends what a logout token names. That nothing runs any more is no failure: the provider may say so late.
    ///
    /// # Errors
    /// A failed sign-in, recorded with its reason, for a token that is not believed or was used before; unavailable when
    /// nothing could be written.
    pub async fn back_channel_logout(&self, visitor: &Visitor, token: &str) -> Result<(), ServiceError> {
        let claimed = self.claimed_providers(token).await?;
        let mut ended = Err(ServiceError::SignIn(SignInFailure::Token(unknown(token))));
        for provider in &claimed {
            ended = match self.verified_logout(provider, token).await {
                Ok(token) => again(|| self.end_meant(visitor, provider, &token)).await,
                Err(failure) => Err(ServiceError::SignIn(failure)),
            };
            if ended.is_ok() {
                break;
            }
        }
        match ended {
            Err(ServiceError::SignIn(failure)) => {
                Err(self.refuse_logout(visitor, claimed.first(), failure).await)
            }
            other => other,
        }
    }

    /// The trusted provider that a token says it is from: as it is in force, and as it is kept where other settings are tried.
    /// Sessions that began before a trial may be ended by what they began with.
    async fn claimed_providers(&self, token: &str) -> Result<Vec<Provider>, ServiceError> {
        let Some(issuer) = Jws::claimed_issuer(token) else {
            return Ok(Vec::new());
        };
        let mut known = self.providers_in_force().await?;
        if known.iter().any(|known| known.trial.is_some()) {
            let kept = provider::list(&mut self.db().reader()).await?;
            known.extend(kept);
        }
        // A proxy tells of nobody who left.
        let spoken_to = |provider: &Provider| trusted(provider) && provider.kind == ProviderKind::Oidc;
        let mut known: Vec<Provider> = known
            .into_iter()
            .filter(spoken_to)
            .filter(|provider| provider.issuer == issuer)
            .collect();
        known.dedup();
        Ok(known)
    }

    async fn verified_logout(&self, provider: &Provider, token: &str) -> Result<LogoutToken, SignInFailure> {
        let (providers, now) = (self.providers(), self.now());
        let claims = providers.claims(provider, token, &["logout+jwt"], now).await?;
        logout::check(&claims, &provider.issuer, &provider.client_id, now).map_err(SignInFailure::Token)
    }

    async fn end_meant(
        &self,
        visitor: &Visitor,
        provider: &Provider,
        token: &LogoutToken,
    ) -> Result<(), ServiceError> {
        let now = self.now();
        let meant = meant(&mut self.db().reader(), provider, token, now).await?;
        let batch = self.tell_of_logout(visitor, provider, token, &meant).await?;
        let (provider, token, ids) = (provider.clone(), token.clone(), meant.ids());
        let requests = meant.requests;
        self.db()
            .write(move |mut tx| {
                let (provider, token, ids, batch) =
                    (provider.clone(), token.clone(), ids.clone(), batch.clone());
                let requests = requests.clone();
                Box::pin(async move {
                    if !provider_session::use_token(&mut tx, provider.id, &token.id, token.until).await? {
                        let replayed = SignInFailure::Token(TokenFault::Replayed);
                        return Err(ServiceError::SignIn(replayed));
                    }
                    let still = self::meant(&mut tx, &provider, &token, now).await?;
                    let open: BTreeSet<SessionId> = still.ids().into_iter().collect();
                    // Somebody who came in, or out, between the look and the write.
                    if open != ids.iter().copied().collect() || still.requests != requests {
                        return Err(ServiceError::Moved);
                    }
                    for id in &ids {
                        session::end(&mut tx, *id, now, SessionEnd::ProviderSignedOut).await?;
                    }
                    match (&token.session, &still.staff) {
                        (Some(there), _) => {
                            provider_session::delete_sign_ins(&mut tx, provider.id, there).await?;
                        }
                        (None, Some(staff)) => {
                            sign_in::delete_of_staff(&mut tx, staff.id).await?;
                        }
                        (None, None) => {}
                    }
                    end_told_visits(&mut tx, &batch, now, VisitEnd::SessionEnded).await?;
                    lapse(&mut tx, &requests, now).await?;
                    Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
                })
            })
            .await
    }

    /// The entries: one of the provider's word, one for each session, and those of the visits.
    async fn tell_of_logout(
        &self,
        visitor: &Visitor,
        provider: &Provider,
        token: &LogoutToken,
        meant: &Meant,
    ) -> Result<AuditBatch, ServiceError> {
        let (now, acting) = (self.now(), by_itself(Actor::System));
        let mut story = Story::new(Event::StaffProviderSignOut);
        story.target = meant.staff.as_ref().map(|staff| Target::Staff(staff.id));
        story.target_person = meant.staff.as_ref().map(person);
        let after = now.since(token.issued).as_secs().to_string();
        let facts = [
            (Field::AfterSeconds, after),
            (Field::Provider, provider.name.clone()),
            (Field::Sessions, meant.sessions.len().to_string()),
        ];
        story.facts.extend(facts);
        let mut batch = self.record(visitor, &acting, story, now).await?;
        for session in &meant.sessions {
            let mut story = Story::new(Event::StaffSignOut);
            story.session = Some(session.id);
            let owner = staff::find(&mut self.db().reader(), session.staff, now).await?;
            story.target = Some(Target::Staff(session.staff));
            story.target_person = owner.as_ref().map(person);
            let why = SessionEnd::ProviderSignedOut.as_str().to_owned();
            story.facts.insert(Field::Why, why);
            batch = batch.and_all(self.record(visitor, &acting, story, now).await?);
            let visits = self
                .visit_ends_of_session(visitor, &acting, session.id, now)
                .await?;
            batch = visits.into_iter().fold(batch, AuditBatch::and_all);
        }
        self.told_lapsed((visitor, &acting), &meant.requests, batch, now)
            .await
    }

    /// Whoever sends tokens is nobody to us, so what they write is bounded: one that names no issuer of ours is counted with all
    /// else that is refused to strangers, and so is each but the first of a minute, an issuer and a source.
    async fn refuse_logout(
        &self,
        visitor: &Visitor,
        provider: Option<&Provider>,
        failure: SignInFailure,
    ) -> ServiceError {
        let now = self.now();
        let Some(provider) =
            provider.filter(|provider| self.refusals().is_first(provider.id, visitor.address, now))
        else {
            self.note_refusal(AnonymousRefusal {
                address: visitor.address,
                code: Code::Unauthenticated,
                door: DOOR,
            });
            return ServiceError::SignIn(failure);
        };
        let mut story = Story::new(Event::StaffProviderSignOut);
        story.outcome = Outcome::Failed(failure.code());
        story.facts.insert(Field::Provider, provider.name.clone());
        let acting = by_itself(Actor::Anonymous);
        let recorded = match self.record(visitor, &acting, story, now).await {
            Ok(batch) => self.commit_only(batch).await,
            Err(error) => Err(error),
        };
        recorded.err().unwrap_or(ServiceError::SignIn(failure))
    }
}

fn by_itself(actor: Actor) -> Acting {
    Acting {
        actor,
        person: None,
        subject: None,
        marks: Marks::none(),
    }
}

/// What is wrong with a token that names no issuer of ours.
fn unknown(token: &str) -> TokenFault {
    Jws::parse(token, &every_algorithm())
        .err()
        .unwrap_or(TokenFault::Issuer)
}

/// The sessions that a token means: those of the session at the provider, where it names one, else all of the person
/// that came from there. One that names both means what fits both.
async fn meant(
    ex: &mut impl Executor,
    provider: &Provider,
    token: &LogoutToken,
    now: Timestamp,
) -> Result<Meant, ServiceError> {
    let staff = match &token.subject {
        Some(subject) => staff::find_by_identity(ex, provider.id, subject, now).await?,
        None => None,
    };
    let mut sessions = match (&token.session, &staff) {
        (Some(there), _) => provider_session::list(ex, provider.id, there).await?,
        (None, Some(staff)) => session::list_of_staff(ex, staff.id).await?,
        (None, None) => Vec::new(),
    };
    let whose = staff.as_ref().map(|staff| staff.id);
    sessions.retain(|session| session.provider == provider.id);
    if token.subject.is_some() {
        sessions.retain(|session| Some(session.staff) == whose);
    }
    // Whoever is signed out of a session, or meant as a person. A session there that nothing came from means nobody.
    let mut people: BTreeSet<StaffId> = sessions.iter().map(|session| session.staff).collect();
    if token.session.is_none() {
        people.extend(whose);
    }
    let mut requests = Vec::new();
    for person in people {
        requests.extend(consent_request::list_open_of_staff(ex, person).await?);
    }
    Ok(Meant {
        staff,
        sessions,
        requests,
    })
}
