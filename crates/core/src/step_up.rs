//! Step-up: a fresh proof for exactly one call (spec 01 "Step-up").
//!
//! A call is named by a digest of its method, its operation, its target and its arguments. The challenge that a passkey
//! signs commits to that digest ([`bind`]), and the [`Proof`] that comes of it is good for the one call that has the digest,
//! in the session that asked, once, within [`PROOF_TTL`]. Only [`StepUp::spend`] makes a proof, and only the call that it was
//! made for gets the factor out of it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::assurance::ProvenFactor;
use crate::decision::Reason;
use crate::id::{SessionId, StepUpId};
use crate::time::{Timestamp, minutes};

/// How long a call that was challenged is kept for its person to come with the passkey. Nothing is proved yet.
pub const ASK_TTL: Duration = minutes(5);
/// From the challenge to the call that its proof is for.
pub const PROOF_TTL: Duration = minutes(1);

/// What may be said of a proof that does not count. [`crate::decide`] says none of these: it never sees such a proof.
pub const REASONS: [Reason; 4] = [
    Reason::StepUpGone,
    Reason::StepUpLate,
    Reason::StepUpUnproved,
    Reason::StepUpOtherCall,
];

/// What a call brings along, in the form that is digested.
#[derive(Debug, Clone, PartialEq)]
pub enum Arguments {
    /// Nothing.
    None,
    /// JSON: neither white space nor the order of an object's fields matters.
    Json(Value),
    /// A form's fields, in their order.
    Fields(Vec<(String, String)>),
    /// Anything else, byte for byte.
    Bytes(Vec<u8>),
}

/// A call, as far as a proof commits to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The method: `DELETE`.
    pub method: String,
    /// Which operation it is, without what it acts upon: `/api/admin/session/passkeys/{id}`.
    pub operation: String,
    /// Upon what: the whole address, path and query.
    pub target: String,
    /// What it brings along.
    pub arguments: Arguments,
}

/// The digest of a [`Call`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallDigest([u8; 32]);

impl CallDigest {
    /// From a stored digest; `None` when it is not 32 bytes long.
    #[must_use]
    pub fn from_stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The digest's bytes, for storage.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Every text goes in behind its length, and every value behind its kind: no two calls have the same bytes.
struct Canonical(Sha256);

impl Canonical {
    fn count(&mut self, count: usize) {
        self.0.update((count as u64).to_be_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.0.update(bytes);
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.0.update(b"n"),
            Value::Bool(false) => self.0.update(b"f"),
            Value::Bool(true) => self.0.update(b"t"),
            Value::Number(number) => {
                self.0.update(b"#");
                self.bytes(number.to_string().as_bytes());
            }
            Value::String(text) => {
                self.0.update(b"s");
                self.bytes(text.as_bytes());
            }
            Value::Array(items) => {
                self.0.update(b"[");
                self.count(items.len());
                items.iter().for_each(|item| self.value(item));
            }
            Value::Object(fields) => {
                self.0.update(b"{");
                self.count(fields.len());
                let sorted: BTreeMap<_, _> = fields.iter().collect();
                for (name, value) in sorted {
                    self.bytes(name.as_bytes());
                    self.value(value);
                }
            }
        }
    }

    fn arguments(&mut self, arguments: &Arguments) {
        match arguments {
            Arguments::None => self.0.update(b"-"),
            Arguments::Json(value) => {
                self.0.update(b"j");
                self.value(value);
            }
            Arguments::Fields(fields) => {
                self.0.update(b"p");
                self.count(fields.len());
                for (name, value) in fields {
                    self.bytes(name.as_bytes());
                    self.bytes(value.as_bytes());
                }
            }
            Arguments::Bytes(bytes) => {
                self.0.update(b"b");
                self.bytes(bytes);
            }
        }
    }
}

impl Call {
    /// What a proof for this call commits to. Vectors are in `crates/core/tests/step_up.rs`; they never change.
    #[must_use]
    pub fn digest(&self) -> CallDigest {
        let mut canonical = Canonical(Sha256::new_with_prefix(b"stagedoor/call/v1"));
        for text in [&self.method, &self.operation, &self.target] {
            canonical.bytes(text.as_bytes());
        }
        canonical.arguments(&self.arguments);
        CallDigest(canonical.0.finalize().into())
    }
}

/// The challenge that commits to a call (decision 31): SHA-256 of a name, 32 random bytes, and the call's digest. Who keeps
/// the random bytes can show later what was signed.
#[must_use]
pub fn bind(random: &[u8; 32], call: &CallDigest) -> [u8; 32] {
    let bound = Sha256::new_with_prefix(b"stagedoor/bind/v1")
        .chain_update(random)
        .chain_update(call.0);
    bound.finalize().into()
}

/// Where a step-up is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepUpState {
    /// A call was challenged; its person has not begun.
    Asked,
    /// The passkey is asked for.
    Begun,
    /// The passkey signed, or another factor was proved, and the call has not come yet.
    Proved(ProvenFactor),
}

/// One call that needs a fresh proof. What was spent is no longer there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepUp {
    /// Its id, which the call brings along once it is proved.
    pub id: StepUpId,
    /// The one session that may prove and spend it.
    pub session: SessionId,
    /// The call.
    pub call: CallDigest,
    /// Where it is.
    pub state: StepUpState,
    /// When it is over by itself.
    pub until: Timestamp,
}

impl StepUp {
    /// A call was challenged.
    #[must_use]
    pub fn asked(id: StepUpId, session: SessionId, call: CallDigest, now: Timestamp) -> Self {
        Self {
            id,
            session,
            call,
            state: StepUpState::Asked,
            until: now.plus(ASK_TTL),
        }
    }

    /// A challenge is made, and a former one of the same step-up is void.
    ///
    /// # Errors
    /// When its time is over, or it is proved already.
    pub fn begin(self, now: Timestamp) -> Result<Self, Reason> {
        self.in_time(now)?;
        match self.state {
            StepUpState::Asked | StepUpState::Begun => Ok(Self {
                state: StepUpState::Begun,
                until: now.plus(PROOF_TTL),
                ..self
            }),
            StepUpState::Proved(_) => Err(Reason::StepUpGone),
        }
    }

    /// The passkey signed the challenge, or a code was typed for it. The clock does not start anew.
    ///
    /// # Errors
    /// When its time is over, or no challenge is out.
    pub fn prove(self, factor: ProvenFactor) -> Result<Self, Reason> {
        self.in_time(factor.at)?;
        match self.state {
            StepUpState::Begun => Ok(Self {
                state: StepUpState::Proved(factor),
                ..self
            }),
            StepUpState::Asked | StepUpState::Proved(_) => Err(Reason::StepUpGone),
        }
    }

    /// The call comes. Whoever asks has taken the step-up out of storage, so that it is spent however this ends.
    ///
    /// # Errors
    /// When it is another session's, over, not proved, or for another call.
    pub fn spend(self, session: SessionId, call: &CallDigest, now: Timestamp) -> Result<Proof, Reason> {
        if self.session != session {
            return Err(Reason::StepUpGone);
        }
        self.in_time(now)?;
        let StepUpState::Proved(factor) = self.state else {
            return Err(Reason::StepUpUnproved);
        };
        if self.call != *call {
            return Err(Reason::StepUpOtherCall);
        }
        Ok(Proof {
            id: self.id,
            call: self.call,
            factor,
        })
    }

    fn in_time(&self, now: Timestamp) -> Result<(), Reason> {
        if now < self.until {
            Ok(())
        } else {
            Err(Reason::StepUpLate)
        }
    }
}

/// A fresh proof for one call. It cannot be copied, and nothing but [`StepUp::spend`] makes one.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a proof is good for the call that it was made for, and for nothing else"]
pub struct Proof {
    id: StepUpId,
    call: CallDigest,
    factor: ProvenFactor,
}

impl Proof {
    /// Which step-up it comes from: what the entry of the call names.
    #[must_use]
    pub const fn id(&self) -> StepUpId {
        self.id
    }

    /// The factor that was proved, for the call that it was proved for. `None` for any other.
    #[must_use]
    pub fn factor_for(&self, call: &CallDigest) -> Option<ProvenFactor> {
        (self.call == *call).then_some(self.factor)
    }
}
