//! A permit is a value that only a decision can make.
//!
//! [`authorize`] asks [`crate::decide`] about one action and gives a [`Granted`], which still owes what its action
//! asks for; [`Granted::discharge`] takes exactly that and gives the [`Permit`]. Effects take `&Permit<A>`: a new
//! endpoint cannot forget the check, for it would have nothing to pass. Neither type can be built outside this file.

use std::marker::PhantomData;

use crate::action::ActionKind;
use crate::decide::decide;
use crate::decision::Decision;
use crate::request::{Facts, Policy, Principal, Request};
use crate::resource::{Resource, ResourceFacts};
use crate::time::Timestamp;

/// A refusal, with the decision that explains it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// Never a permit.
    pub decision: Decision,
}

/// The decision was a permit; what the action owes is still outstanding.
#[derive(Debug)]
#[must_use = "a grant permits nothing until it is discharged"]
pub struct Granted<A: ActionKind> {
    decision: Decision,
    resource: ResourceFacts,
    at: Timestamp,
    action: PhantomData<A>,
}

/// The right to do one thing to one resource, now.
#[derive(Debug)]
pub struct Permit<A: ActionKind> {
    decision: Decision,
    resource: ResourceFacts,
    at: Timestamp,
    owed: A::Owes,
}

/// Asks whether a principal may take action `A` on a resource.
///
/// # Errors
/// [`Refused`] when the decision is anything but a permit.
pub fn authorize<A: ActionKind>(
    policy: &Policy,
    principal: Principal<'_>,
    facts: Facts,
    resource: &A::Resource,
) -> Result<Granted<A>, Refused> {
    let resource = resource.facts();
    let decision = decide(
        policy,
        &Request {
            principal,
            action: A::ACTION,
            resource,
            facts,
        },
    );
    if decision.is_permit() {
        Ok(Granted {
            decision,
            resource,
            at: facts.now,
            action: PhantomData,
        })
    } else {
        Err(Refused { decision })
    }
}

impl<A: ActionKind> Granted<A> {
    /// The decision behind it.
    #[must_use]
    pub const fn decision(&self) -> &Decision {
        &self.decision
    }

    /// Brings what the action owes.
    pub fn discharge(self, owed: A::Owes) -> Permit<A> {
        Permit {
            decision: self.decision,
            resource: self.resource,
            at: self.at,
            owed,
        }
    }
}

impl<A: ActionKind> Permit<A> {
    /// The decision behind it.
    #[must_use]
    pub const fn decision(&self) -> &Decision {
        &self.decision
    }

    /// What it was given for.
    #[must_use]
    pub const fn resource(&self) -> &ResourceFacts {
        &self.resource
    }

    /// When it was given.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// What was brought for it, e.g. the reason.
    #[must_use]
    pub const fn owed(&self) -> &A::Owes {
        &self.owed
    }
}
