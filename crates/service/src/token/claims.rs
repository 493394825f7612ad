//! Claims as they were signed: an object in which no name stands twice, read by type. A claim of another type than the
//! one asked for is never taken for an absent one, and `null` is a type of its own.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};
use stagedoor_core::time::Timestamp;

use super::TokenFault;

/// The longest text that a claim may hold where it is a name for something (OpenID Connect Core 1.0, section 2, of `sub`).
const NAME_MAX: usize = 255;

/// A JSON object in which every name stands once.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Claims(Map<String, Value>);

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Claims;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Claims, A::Error> {
                let mut map = Map::new();
                while let Some((name, value)) = access.next_entry::<String, Value>()? {
                    if map.insert(name, value).is_some() {
                        return Err(A::Error::custom("a name stands there twice"));
                    }
                }
                Ok(Claims(map))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

impl Claims {
    /// Reads them.
    pub(crate) fn parse(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// All of them.
    pub(crate) fn all(&self) -> &Map<String, Value> {
        &self.0
    }

    /// A claim of whatever type.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A text of any length; `Err` with the fault where it is something else.
    pub(crate) fn text(&self, name: &str, fault: TokenFault) -> Result<Option<&str>, TokenFault> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(fault),
        }
    }

    /// A text that names something: not empty, not long, without control characters.
    pub(crate) fn name(&self, name: &str, fault: TokenFault) -> Result<Option<&str>, TokenFault> {
        match self.text(name, fault)? {
            Some(text) if text.is_empty() || text.len() > NAME_MAX => Err(fault),
            Some(text) if text.chars().any(char::is_control) => Err(fault),
            found => Ok(found),
        }
    }

    /// A moment, in seconds since the epoch (RFC 7519, section 2).
    pub(crate) fn time(&self, name: &str, fault: TokenFault) -> Result<Option<Timestamp>, TokenFault> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        // Fractions are allowed there, and of no use: what is cut off is less than a second.
        let seconds = value.as_i64().or_else(|| whole(value.as_f64()?)).ok_or(fault)?;
        let micros = seconds.checked_mul(1_000_000).ok_or(fault)?;
        Ok(Some(Timestamp::from_micros(micros)))
    }

    /// The audiences: a text, or a list of texts.
    pub(crate) fn audiences(&self) -> Result<Vec<&str>, TokenFault> {
        let fault = TokenFault::Audience;
        match self.0.get("aud").ok_or(fault)? {
            Value::String(one) => Ok(vec![one]),
            Value::Array(many) => many.iter().map(|one| one.as_str().ok_or(fault)).collect(),
            _ => Err(fault),
        }
    }
}

/// The whole seconds of a number that has a fraction.
fn whole(seconds: f64) -> Option<i64> {
    // Years beyond 9999 mean nothing in a token.
    const LAST: f64 = 253_402_300_800.0;
    if !(0.0..LAST).contains(&seconds) {
        return None;
    }
    format!("{:.0}", seconds.floor()).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(json: &str) -> Claims {
        Claims::parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn a_name_that_stands_there_twice_is_no_object() {
        for json in [
            r#"{"sub":"kim","sub":"ada"}"#,
            r#"["sub"]"#,
            r#""sub""#,
            "{",
            r#"{"a":1} x"#,
        ] {
            assert_eq!(Claims::parse(json.as_bytes()), None, "{json}");
        }
    }

    #[test]
    fn another_type_is_never_taken_for_an_absent_claim() {
        let fault = TokenFault::Subject;
        let long = format!(r#"{{"sub":"{}"}}"#, "x".repeat(256));
        for json in [
            r#"{"sub":null}"#,
            r#"{"sub":5}"#,
            r#"{"sub":["kim"]}"#,
            r#"{"sub":""}"#,
            r#"{"sub":"k\u0000"}"#,
            &long,
        ] {
            assert_eq!(claims(json).name("sub", fault), Err(fault), "{json}");
        }
        assert_eq!(claims("{}").name("sub", fault), Ok(None));
        assert_eq!(claims(r#"{"sub":"kim"}"#).name("sub", fault), Ok(Some("kim")));
    }

    #[test]
    fn moments_are_numbers_of_seconds() {
        let fault = TokenFault::Expiry;
        for json in [
            r#"{"exp":"1795262400"}"#,
            r#"{"exp":null}"#,
            r#"{"exp":true}"#,
            r#"{"exp":1e300}"#,
            r#"{"exp":-0.5}"#,
            r#"{"exp":9223372036854775807}"#,
        ] {
            assert_eq!(claims(json).time("exp", fault), Err(fault), "{json}");
        }
        let noon = Some(Timestamp::from_micros(1_795_262_400_000_000));
        for json in [
            r#"{"exp":1795262400}"#,
            r#"{"exp":1795262400.75}"#,
            r#"{"exp":1.7952624e9}"#,
        ] {
            assert_eq!(claims(json).time("exp", fault), Ok(noon), "{json}");
        }
    }

    #[test]
    fn audiences_are_texts() {
        for json in [
            "{}",
            r#"{"aud":5}"#,
            r#"{"aud":null}"#,
            r#"{"aud":["console",5]}"#,
        ] {
            assert_eq!(claims(json).audiences(), Err(TokenFault::Audience), "{json}");
        }
        assert_eq!(claims(r#"{"aud":"console"}"#).audiences(), Ok(vec!["console"]));
        assert_eq!(claims(r#"{"aud":["a","b"]}"#).audiences(), Ok(vec!["a", "b"]));
    }
}
