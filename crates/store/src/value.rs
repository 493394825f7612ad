//! The four types that both engines store alike, and what the program turns into them.
//!
//! A closed list instead of the driver's own traits: nothing else can be bound, so nothing can be bound that one engine
//! takes and the other does not. Every null has a type, which PostgreSQL needs to plan a statement.

use std::fmt;

use stagedoor_core::id;
use stagedoor_core::time::Timestamp;

/// A value to bind.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Text; ids and names are text too.
    Text(Option<String>),
    /// Whole numbers, and points in time as microseconds UTC.
    Int(Option<i64>),
    /// Bytes: digests, ciphertexts, canonical forms.
    Bytes(Option<Vec<u8>>),
    /// Yes or no; an integer column of 0 and 1 in SQLite.
    Bool(Option<bool>),
}

impl Value {
    /// Anything by its text form.
    #[must_use]
    pub fn text(value: impl fmt::Display) -> Self {
        Self::Text(Some(value.to_string()))
    }

    /// Anything that may be absent, by its text form.
    #[must_use]
    pub fn text_opt(value: Option<impl fmt::Display>) -> Self {
        Self::Text(value.map(|value| value.to_string()))
    }
}

/// Shows the type only: bound values are personal data and secrets.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text",
            Self::Int(_) => "Int",
            Self::Bytes(_) => "Bytes",
            Self::Bool(_) => "Bool",
        })
    }
}

macro_rules! values {
    ($($from:ty => $variant:ident($name:ident) $make:expr;)+) => {
        $(
            impl From<$from> for Value {
                fn from($name: $from) -> Self {
                    Self::$variant(Some($make))
                }
            }

            impl From<Option<$from>> for Value {
                fn from(value: Option<$from>) -> Self {
                    Self::$variant(value.map(|$name| $make))
                }
            }
        )+
    };
}

values! {
    &str => Text(value) value.to_owned();
    &String => Text(value) value.clone();
    String => Text(value) value;
    i64 => Int(value) value;
    u32 => Int(value) i64::from(value);
    Timestamp => Int(value) value.micros();
    &[u8] => Bytes(value) value.to_vec();
    &Vec<u8> => Bytes(value) value.clone();
    Vec<u8> => Bytes(value) value;
    bool => Bool(value) value;
}

/// Types that are stored as the text they display as.
macro_rules! text_values {
    ($($type:ty),+ $(,)?) => {
        values! { $($type => Text(value) value.to_string();)+ }
        $(
            impl From<&$type> for Value {
                fn from(value: &$type) -> Self {
                    Self::text(value)
                }
            }
        )+
    };
}

text_values! {
    id::StaffId, id::SessionId, id::TenantId, id::MemberId, id::AccountId, id::ImpersonationId, id::EventId,
    id::PasskeyId, id::ProviderId, id::SignInId, id::InvitationId, id::BreakGlassId, id::RiskId, id::RequestId,
    id::ConsentRequestId, id::StepUpId, id::NetworkRuleId, id::TrialId, id::AlertId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absence_keeps_its_type() {
        assert_eq!(Value::from(None::<String>), Value::Text(None));
        assert_eq!(Value::from(None::<i64>), Value::Int(None));
        assert_eq!(Value::from(None::<Timestamp>), Value::Int(None));
        assert_eq!(Value::from(None::<Vec<u8>>), Value::Bytes(None));
        assert_eq!(Value::from(None::<bool>), Value::Bool(None));
        assert_eq!(Value::from(None::<id::StaffId>), Value::Text(None));
        assert_eq!(Value::text_opt(None::<id::StaffId>), Value::Text(None));
    }

    #[test]
    fn debug_never_shows_what_is_bound() {
        assert_eq!(format!("{:?}", Value::from("hunter2")), "Text");
    }
}
