//! Signing in on a tenant's host, with address and password, and signing out.
//!
//! Whoever cannot sign in hears one answer, whatever the reason: nobody has this address here, the password is wrong or
//! none was set, the membership is suspended or has ended, too many tries were made. The work is the same as well, statement
//! by statement: one look, one write that counts the try, one hash. What is told of the try is written behind the answer
//! ([`refused`]), for what that takes depends on whom the address names. Nothing tells whether an account has another tenant.

mod password;
mod refused;
mod session;

use std::time::Duration;

use stagedoor_core::action::Action;
use stagedoor_core::assurance::TenantFactor;
use stagedoor_core::attempts::Barred;
use stagedoor_core::audit::{Event, Field, Outcome, Target};
use stagedoor_core::decide;
use stagedoor_core::decision::Decision;
use stagedoor_core::guard::SessionFact;
use stagedoor_core::request::{Principal, Request};
use stagedoor_core::resource::{PersonTarget, Resource};
use stagedoor_core::secret::Reference;
use stagedoor_core::tenant::TenantState;
use stagedoor_core::time::{Timestamp, minutes};
use stagedoor_store::password::{self as store, Claimed};
use stagedoor_store::rate;
use stagedoor_store::tenant::Tenant;
use stagedoor_store::tx::Unaudited;

pub(crate) use password::Passwords;
pub(crate) use refused::RefusedTries;
pub use session::{TenantArrival, sign_out};

use crate::error::{ServiceError, SignInFailure};
use crate::recorder::Story;
use crate::state::Service;
use crate::tenant_op::{member_facts, member_person, session_facts};
use crate::visitor::{Visitor, subscriber};

/// The span of the counters.
const WINDOW: Duration = minutes(1);
/// Tries from one address within the span, at all tenants together.
const TRIES_OF_ADDRESS: u64 = 60;

/// What was typed into the form.
pub struct Typed {
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: String,
}

/// A try that has been counted.
struct Counted {
    barred: Option<Barred>,
    from_address: u64,
}

impl Service {
    /// Signs a person in on a tenant's host. `former` is the reference of the session that the browser holds, which ends.
    ///
    /// # Errors
    /// [`SignInFailure::Credentials`] for whoever cannot; [`SignInFailure::TenantSuspended`]; too often; unavailable.
    pub async fn sign_in_member(
        &self,
        visitor: &Visitor,
        tenant: &Tenant,
        former: Option<&str>,
        typed: &Typed,
    ) -> Result<TenantArrival, ServiceError> {
        if tenant.standing.state != TenantState::Active {
            return Err(ServiceError::SignIn(SignInFailure::TenantSuspended));
        }
        let claimed = store::find_claimed(&mut self.db().reader(), tenant.id, &typed.email).await?;
        let counted = self.count_try(visitor, claimed.as_ref()).await?;
        if counted.from_address > TRIES_OF_ADDRESS {
            return Err(ServiceError::TooOften {
                message: "Too many tries came from this network. Wait a minute, then try again.",
                again_after_seconds: WINDOW.as_secs(),
            });
        }
        let phc = claimed.as_ref().and_then(|claimed| claimed.phc.as_deref());
        let proved = self.passwords().verify(phc, &typed.password).await?;
        let Some(claimed) = claimed else {
            self.note_stranger(visitor, tenant).await?;
            return Err(ServiceError::SignIn(SignInFailure::Credentials));
        };
        let decision = self.may_sign_in(tenant, &claimed);
        match outcome(proved, counted.barred, &decision) {
            Outcome::Success => {
                let former = former.and_then(Reference::parse);
                self.enter_member(visitor, tenant, &claimed, former, &decision)
                    .await
            }
            refused => {
                self.record_refused_try(visitor, tenant, &claimed, refused, &decision)
                    .await?;
                Err(ServiceError::SignIn(SignInFailure::Credentials))
            }
        }
    }

    /// Counts the try, in one write for everybody: for the address it came from, and for the account that it names.
    async fn count_try(&self, visitor: &Visitor, claimed: Option<&Claimed>) -> Result<Counted, ServiceError> {
        let (now, rule) = (self.now(), self.policy().attempts);
        let scope = format!("sign_in/{}", network_of(visitor));
        let account = claimed.map(|claimed| claimed.account);
        self.db()
            .write(move |mut tx| {
                let scope = scope.clone();
                Box::pin(async move {
                    let from_address = rate::count(&mut tx, &scope, window(now)).await?;
                    let barred = match from_address {
                        few if few <= TRIES_OF_ADDRESS => {
                            store::take_attempt(&mut tx, account, rule, now).await?.err()
                        }
                        _ => None,
                    };
                    let counted = Counted { barred, from_address };
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::RateCounter, counted).await?)
                })
            })
            .await
    }

    /// What the core says of this person starting a session here.
    fn may_sign_in(&self, tenant: &Tenant, claimed: &Claimed) -> Decision {
        let own = PersonTarget {
            tenant: tenant.id,
            person: Some(claimed.member.id),
        };
        let request = Request {
            principal: Principal::Member(member_facts(&claimed.member, tenant)),
            action: Action::UserSignIn,
            resource: own.facts(),
            facts: session_facts(SessionFact::Starting, self.now()),
        };
        decide(&self.policy(), &request)
    }

    /// The entry of a refused try. What is barred anyway is told once a minute, so that nobody can fill a log.
    async fn record_refused_try(
        &self,
        visitor: &Visitor,
        tenant: &Tenant,
        claimed: &Claimed,
        refused: Outcome,
        decision: &Decision,
    ) -> Result<(), ServiceError> {
        let repeats = matches!(refused, Outcome::Failed(code) if code != SignInFailure::Credentials.code());
        let once = repeats.then(|| format!("sign_in/barred/{}/{}", tenant.id, claimed.account));
        let mut story = sign_in_story(tenant);
        story.outcome = refused;
        story.verdicts = Some(decision.verdicts);
        story.target = Some(Target::Member(claimed.member.id));
        story.target_person = Some(member_person(&claimed.member));
        // Who typed a name is not known to be its bearer: the actor is nobody known.
        self.tell_refused_try(visitor, Self::stranger(), story, once)
            .await
    }

    /// Tries with an address that nobody has here: one entry a minute and source (decision 14).
    async fn note_stranger(&self, visitor: &Visitor, tenant: &Tenant) -> Result<(), ServiceError> {
        let once = format!("sign_in/unknown/{}/{}", tenant.id, network_of(visitor));
        let mut story = sign_in_story(tenant);
        story.outcome = Outcome::Failed("unknown_person");
        self.tell_refused_try(visitor, Self::stranger(), story, Some(once))
            .await
    }

    async fn count_one(&self, scope: String, now: Timestamp) -> Result<u64, ServiceError> {
        self.db()
            .write(move |mut tx| {
                let scope = scope.clone();
                Box::pin(async move {
                    let used = rate::count(&mut tx, &scope, window(now)).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::RateCounter, used).await?)
                })
            })
            .await
    }

    /// Sets a person's password. For seeding, and for the use cases that a person chooses one in.
    pub(crate) async fn hash_password(
        &self,
        rng: &dyn stagedoor_core::clock::Rng,
        new: &str,
    ) -> Result<String, ServiceError> {
        self.passwords().hash(rng, new).await
    }

    /// Removes counters that nobody counts on any more.
    pub(crate) fn counters_over(&self) -> Timestamp {
        self.now().minus(WINDOW * 2)
    }
}

fn outcome(proved: bool, barred: Option<Barred>, decision: &Decision) -> Outcome {
    match (barred, proved, decision.reason()) {
        (Some(barred), ..) => Outcome::Failed(barred.code()),
        (None, false, _) => Outcome::Failed(SignInFailure::Credentials.code()),
        (None, true, Some(reason)) => Outcome::Denied(reason),
        (None, true, None) => Outcome::Success,
    }
}

fn sign_in_story(tenant: &Tenant) -> Story {
    let mut story = Story::new(Event::UserSignIn);
    story.tenant = Some(tenant.id);
    story
        .facts
        .insert(Field::Factor, TenantFactor::Password.as_str().to_owned());
    story
}

/// The beginning of the minute.
fn window(now: Timestamp) -> Timestamp {
    let span = i64::try_from(WINDOW.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(now.micros().div_euclid(span) * span)
}

/// Where tries are counted together.
fn network_of(visitor: &Visitor) -> String {
    visitor.address.map_or_else(
        || visitor.address_text(),
        |address| subscriber(address).to_string(),
    )
}

#[cfg(test)]
mod tests {
    use stagedoor_core::id::{Id, RequestId};

    use super::*;

    #[test]
    fn one_customer_s_addresses_count_together() {
        let from = |address: &str| {
            network_of(&Visitor::new(
                RequestId::from_uuid(1),
                Some(address.parse().unwrap()),
                "",
            ))
        };
        assert_eq!(from("2001:db8:1:2:3::4"), from("2001:db8:1:2:ffff::1"));
        assert_ne!(from("2001:db8:1:2::1"), from("2001:db8:1:3::1"));
        assert_ne!(from("192.0.2.7"), from("192.0.2.8"));
        assert_eq!(from("::ffff:192.0.2.7"), from("192.0.2.7"));
    }

    #[test]
    fn a_minute_begins_when_the_clock_says_so() {
        let at = |seconds: i64| window(Timestamp::from_micros(seconds * 1_000_000)).micros() / 1_000_000;
        assert_eq!((at(59), at(60), at(119), at(-1)), (0, 60, 60, -60));
    }
}
