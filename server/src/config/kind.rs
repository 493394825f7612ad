//! The kinds of values: how each is read, what it accepts in words, and how it is shown.

mod address;
mod administrator;
mod lines;
mod mail;
mod proxy;
pub(super) mod sub_role;
pub(super) mod witness;

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use stagedoor_store::DatabaseUrl;

pub(super) use address::Issuer;
pub use address::{Origin, TenantOrigins};
pub(super) use administrator::Administrator;
pub(super) use lines::Lines;
pub(super) use proxy::Proxy as ProxyName;
pub(super) use sub_role::SubRoleDraft;

/// A value as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Raw {
    /// A text in quotes.
    Text(String),
    /// A whole number.
    Number(i64),
    /// true or false.
    Flag(bool),
    /// A list of texts.
    List(Vec<String>),
    /// Anything else, by its name in TOML.
    Other(&'static str),
    /// From the environment or a default, where everything is text and lists are separated by commas.
    Untyped(String),
}

impl Raw {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Untyped(text) => Some(text.trim()),
            _ => None,
        }
    }
}

/// A kind of value.
pub(crate) trait Kind: Sized {
    /// What it accepts, to follow "must be".
    fn words() -> String;
    /// Reads a value; `None` when it is none of this kind.
    fn read(raw: &Raw) -> Option<Self>;
    /// For `config export`. Never a secret.
    fn show(&self) -> Value;
}

impl<K: Kind> Kind for Option<K> {
    fn words() -> String {
        format!("{}, or empty", K::words())
    }

    fn read(raw: &Raw) -> Option<Self> {
        match raw.text() {
            Some("") => Some(None),
            _ => K::read(raw).map(Some),
        }
    }

    fn show(&self) -> Value {
        self.as_ref().map_or(Value::Null, K::show)
    }
}

impl Kind for bool {
    fn words() -> String {
        "true or false".to_owned()
    }

    fn read(raw: &Raw) -> Option<Self> {
        match raw {
            Raw::Flag(flag) => Some(*flag),
            Raw::Untyped(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    fn show(&self) -> Value {
        json!(self)
    }
}

fn whole(raw: &Raw) -> Option<u64> {
    match raw {
        Raw::Number(number) => u64::try_from(*number).ok(),
        Raw::Untyped(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A span in whole seconds, within bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seconds<const MIN: u64, const MAX: u64>(u64);

impl<const MIN: u64, const MAX: u64> Seconds<MIN, MAX> {
    /// The span.
    #[must_use]
    pub const fn span(self) -> Duration {
        Duration::from_secs(self.0)
    }
}

impl<const MIN: u64, const MAX: u64> Kind for Seconds<MIN, MAX> {
    fn words() -> String {
        format!("a whole number of seconds from {MIN} to {MAX}")
    }

    fn read(raw: &Raw) -> Option<Self> {
        whole(raw).filter(|number| (MIN..=MAX).contains(number)).map(Self)
    }

    fn show(&self) -> Value {
        json!(self.0)
    }
}

/// A number within bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Count<MIN, MAX> {
    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl<const MIN: u32, const MAX: u32> Kind for Count<MIN, MAX> {
    fn words() -> String {
        format!("a whole number from {MIN} to {MAX}")
    }

    fn read(raw: &Raw) -> Option<Self> {
        let number = u32::try_from(whole(raw)?).ok()?;
        (MIN..=MAX).contains(&number).then_some(Self(number))
    }

    fn show(&self) -> Value {
        json!(self.0)
    }
}

/// A text that is not empty.
impl Kind for String {
    fn words() -> String {
        "a text that is not empty".to_owned()
    }

    fn read(raw: &Raw) -> Option<Self> {
        raw.text().filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn show(&self) -> Value {
        json!(self)
    }
}

impl Kind for PathBuf {
    fn words() -> String {
        "the path of a file".to_owned()
    }

    fn read(raw: &Raw) -> Option<Self> {
        raw.text().filter(|text| !text.is_empty()).map(Self::from)
    }

    fn show(&self) -> Value {
        json!(self.display().to_string())
    }
}

/// A text that nobody may see again.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Kind for Secret {
    fn words() -> String {
        "a text that is not empty".to_owned()
    }

    fn read(raw: &Raw) -> Option<Self> {
        String::read(raw).map(Self)
    }

    fn show(&self) -> Value {
        json!("(set, not shown)")
    }
}

fn list(raw: &Raw) -> Option<Vec<String>> {
    match raw {
        Raw::List(items) => Some(items.iter().map(|item| item.trim().to_owned()).collect()),
        Raw::Untyped(text) => Some(
            text.split(',')
                .map(|item| item.trim().to_owned())
                .filter(|item| !item.is_empty())
                .collect(),
        ),
        _ => None,
    }
}

impl Kind for Vec<String> {
    fn words() -> String {
        "a list of texts, such as [\"example.com\"]".to_owned()
    }

    fn read(raw: &Raw) -> Option<Self> {
        list(raw).filter(|items| items.iter().all(|item| !item.is_empty()))
    }

    fn show(&self) -> Value {
        json!(self)
    }
}

impl Kind for DatabaseUrl {
    fn words() -> String {
        "sqlite:///path/to/stagedoor.db or postgres://person:password@host/database".to_owned()
    }

    fn read(raw: &Raw) -> Option<Self> {
        Self::parse(raw.text()?).ok()
    }

    fn show(&self) -> Value {
        // Its own words leave out the password.
        json!(self.to_string())
    }
}

/// Which hosts a process serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Surface {
    /// Both.
    All,
    /// The staff console only.
    Staff,
    /// The tenants' portals only.
    Tenant,
}

impl Surface {
    const ALL: [(&'static str, Self); 3] = [
        ("all", Self::All),
        ("staff", Self::Staff),
        ("tenant", Self::Tenant),
    ];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Staff => "staff",
            Self::Tenant => "tenant",
        }
    }
}

impl Kind for Surface {
    fn words() -> String {
        "all, staff or tenant".to_owned()
    }

    fn read(raw: &Raw) -> Option<Self> {
        let text = raw.text()?;
        Self::ALL
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, surface)| *surface)
    }

    fn show(&self) -> Value {
        json!(self.as_str())
    }
}
