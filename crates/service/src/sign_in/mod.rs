//! Signing in: the provider says who somebody is, the staff table says whether they may enter, the passkey proves it.
//!
//! Each step takes what the former left (`DELETE … RETURNING`), so that nothing can be answered twice, and gives the
//! browser a fresh reference. Nobody is ever found by e-mail. A refusal to an identified person, or in a ceremony, is
//! an event of its own.

mod code;
mod enter;
mod entrance;
mod http;
mod leaving;
mod oidc;
mod passkey;
mod proxy;
mod recognise;

use std::time::Duration;

use stagedoor_core::actor::Actor;
use stagedoor_core::audit::{Event, Field, Outcome, Target};
use stagedoor_core::secret::Reference;
use stagedoor_core::time::Timestamp;
use stagedoor_store::provider::Provider;
use stagedoor_store::staff::Staff;

pub use entrance::Said;
pub(crate) use http::CallError;
pub use http::HttpClient;
pub use leaving::{BadLeaving, ID_TOKEN_MAX, Leaving, leaving};
pub use oidc::{Callback, Providers};

use crate::error::{ServiceError, SignInFailure};
use crate::op::person;
use crate::recorder::{Acting, Marks, Story};
use crate::state::Service;
use crate::visitor::Visitor;

/// How long the way to the provider and back may take.
pub const SIGN_IN_TTL: Duration = Duration::from_secs(600);
/// How long a person who was identified has for their passkey (decision 4: 15 minutes for a first one).
pub const IDENTIFIED_TTL: Duration = Duration::from_secs(900);
/// How long one WebAuthn ceremony may take.
pub const CEREMONY_TTL: Duration = Duration::from_secs(120);

/// The browser goes to the provider.
#[derive(Debug)]
pub struct Departure {
    /// Where.
    pub location: String,
    /// What the browser holds until it is back.
    pub reference: Reference,
}

/// What a sign-in that begins comes to.
#[derive(Debug)]
pub enum Begun {
    /// The browser goes to the provider.
    Away(Departure),
    /// The provider stands in front, and has said already who it is.
    Known(Answered),
}

/// Where somebody who signed out goes on to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayOut {
    /// The provider's name.
    pub name: String,
    /// Its address for ending its own session.
    pub href: String,
}

/// What the provider's answer comes to. Either way the browser holds this from now on.
#[derive(Debug)]
pub enum Answered {
    /// Somebody on staff; the passkey comes next.
    Identified(Reference),
    /// A proven identity that is nobody's here: it takes an enrolment token (`ENROLLMENT_REQUIRED`).
    Unenrolled(Reference),
}

/// A recovery code was right: the browser holds this from now on, and its person registers a passkey.
#[derive(Debug)]
pub struct Recovered {
    /// The fresh reference of the sign-in.
    pub reference: Reference,
}

/// A session has started.
#[derive(Debug)]
pub struct Arrival {
    /// What the browser holds from now on.
    pub reference: Reference,
    /// The session's absolute end.
    pub until: Timestamp,
}

impl Service {
    /// Nobody known.
    pub(crate) fn stranger() -> Acting {
        Acting {
            actor: Actor::Anonymous,
            person: None,
            subject: None,
            marks: Marks::none(),
        }
    }

    /// A member of staff who is known and has no session yet.
    pub(crate) fn known(staff: &Staff, now: Timestamp) -> Acting {
        Acting {
            actor: Actor::Staff {
                staff: staff.id,
                session: None,
            },
            person: Some(person(staff)),
            subject: None,
            marks: Marks::of(staff, now),
        }
    }

    /// What is told of a failed sign-in.
    fn failure_story(provider: Option<&Provider>, failure: SignInFailure) -> Story {
        let mut story = Story::new(Event::StaffSignIn);
        story.outcome = Outcome::Failed(failure.code());
        if let Some(provider) = provider {
            story.facts.insert(Field::Provider, provider.name.clone());
            story.target = Some(Target::Other("identity_provider", provider.id.to_string()));
        }
        story
    }

    /// Records that a sign-in failed, then gives the error to return. Where none was under way and nobody is known, the
    /// edge counts it with all else that is refused to strangers (decision 14).
    async fn failed(
        &self,
        visitor: &Visitor,
        acting: &Acting,
        provider: Option<&Provider>,
        failure: SignInFailure,
    ) -> ServiceError {
        if failure == SignInFailure::NotUnderWay && acting.actor == Actor::Anonymous {
            return ServiceError::SignIn(failure);
        }
        let story = Self::failure_story(provider, failure);
        match self.record(visitor, acting, story, self.now()).await {
            Ok(batch) => match self.commit_only(batch).await {
                Ok(()) => ServiceError::SignIn(failure),
                Err(error) => error,
            },
            Err(error) => error,
        }
    }
}
