//! How a row of the table of actions is written: its letters, the sets of guardrails it may name, and the macro that makes of all
//! rows the enum, the marker types and the declarations. The rows themselves stand in [`super`].

use std::time::Duration;

use super::declaration::{Audience, Cell, Danger};
use crate::guard::{GuardSet, Guardrail};
use crate::time::minutes;

/// A letter of the table: a cell, and whether it asks for a grant.
pub(super) struct Letter(pub(super) Cell, pub(super) Danger);
pub(super) const Y: Letter = Letter(Cell::Yes, Danger::Ordinary);
pub(super) const N: Letter = Letter(Cell::No, Danger::Ordinary);
pub(super) const P: Letter = Letter(Cell::ByPolicy, Danger::Ordinary);
pub(super) const O: Letter = Letter(Cell::Own, Danger::Ordinary);
pub(super) const G: Letter = Letter(Cell::Yes, Danger::BreakGlass);

/// Whether any of the letters asks for a grant.
pub(super) const fn danger(letters: &[Letter]) -> Danger {
    let mut at = 0;
    while at < letters.len() {
        if matches!(letters[at].1, Danger::BreakGlass) {
            return Danger::BreakGlass;
        }
        at += 1;
    }
    Danger::Ordinary
}

/// All but two-person control, which follows from the letters.
pub(super) const ALL: GuardSet = GuardSet::EMPTY
    .with(Guardrail::Network)
    .with(Guardrail::Identity)
    .with(Guardrail::Mfa)
    .with(Guardrail::Authz)
    .with(Guardrail::Session);
/// A person may always see and end their own session, from wherever they are.
pub(super) const OWN_SESSION: GuardSet = GuardSet::EMPTY.with(Guardrail::Authz).with(Guardrail::Session);
/// All but the factor, which is just what is to be proved again; and for what gives a session another reference.
pub(super) const ALL_BUT_FACTOR: GuardSet = GuardSet::EMPTY
    .with(Guardrail::Network)
    .with(Guardrail::Identity)
    .with(Guardrail::Authz)
    .with(Guardrail::Session);
/// How fresh a proof must be to change what proves who one is.
pub(super) const TEN_MINUTES: Duration = minutes(10);
/// What a tenant's own people are asked for on their own host.
const OWN_PEOPLE: GuardSet = GuardSet::EMPTY.with(Guardrail::Authz).with(Guardrail::Session);

/// The guardrails of a row for a tenant's own people.
pub(super) const fn members(audience: Audience, guards: GuardSet) -> GuardSet {
    match audience {
        Audience::Tenant => OWN_PEOPLE,
        Audience::Staff => guards,
    }
}

/// The table as a whole: from its rows come the enum, the marker types and the declarations. What a row may leave out, and what it
/// means then, stands behind it.
macro_rules! actions {
    ($(
        $(#[doc = $doc:literal])+
        $variant:ident = $name:literal: $audience:ident $effect:ident on $resource:ident [$($letter:ident)+]
            $(guards $guards:ident)? $(within $within:ident)? $(owes $owes:ident)? $(impersonated $imp:ident)? $(reading $reading:ident)?;
    )+) => {
        /// Every action of the product.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Action {
            /// Every action, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant),+];
        }

        /// The marker types: one for each action.
        pub mod kind {
            #[allow(unused_imports)]
            use super::*;
            $(
                $(#[doc = $doc])+
                #[derive(Debug, Clone, Copy)]
                pub enum $variant {}

                impl ActionKind for $variant {
                    const ACTION: Action = Action::$variant;
                    type Resource = $resource;
                    type Owes = actions!(@owes $($owes)?);
                }
            )+
        }

        static DECLARATIONS: &[Declaration] = &[$(
            Declaration {
                name: $name,
                about: concat!($($doc),+),
                audience: Audience::$audience,
                resource: <$resource as Resource>::KIND,
                effect: Effect::$effect,
                cells: &[$($letter.0),+],
                danger: danger(&[$($letter),+]),
                guards: actions!(@guards $($guards)?),
                members: members(Audience::$audience, actions!(@guards $($guards)?)),
                impersonated: actions!(@imp $($imp)?),
                reading: actions!(@reading $($reading)?),
                factor_within: actions!(@within $($within)?),
            }
        ),+];
    };
    (@owes) => { () };
    (@owes $owes:ident) => { $owes };
    (@guards) => { ALL };
    (@guards $guards:ident) => { $guards };
    (@within) => { None };
    (@within $within:ident) => { Some($within) };
    (@imp) => { WhileImpersonated::Allowed };
    (@imp $imp:ident) => { WhileImpersonated::$imp };
    (@reading) => { WhileReading::Refused };
    (@reading $reading:ident) => { WhileReading::$reading };
}
pub(super) use actions;
