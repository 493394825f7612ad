//! Names of sub-roles, checked. That a name is well formed does not say that there is such a sub-role.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::input::FieldError;
use crate::role::BadRole;

/// Most characters of a name.
const NAME_MAX: usize = 40;

/// The name of a sub-role: lower-case letters, digits and `_`, beginning with a letter. That it is well formed does not say
/// that there is such a sub-role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SubRoleName(Cow<'static, str>);

impl SubRoleName {
    /// Checks a name.
    ///
    /// # Errors
    /// Names the field `sub_role` when it is none.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
        if begins && text.len() <= NAME_MAX && text.bytes().all(plain) {
            Ok(Self(Cow::Owned(text.to_owned())))
        } else {
            let message = format!(
                "A sub-role's name begins with a lower-case letter and has at most {NAME_MAX} lower-case letters, digits and _."
            );
            Err(FieldError::new("sub_role", message))
        }
    }

    /// A name that is written down in the program: a test checks that somebody could have typed it.
    pub(super) const fn shipped(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SubRoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SubRoleName {
    type Err = BadRole;

    fn from_str(text: &str) -> Result<Self, BadRole> {
        Self::parse(text).map_err(|_| BadRole)
    }
}

impl TryFrom<String> for SubRoleName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).map_err(|_| "not the name of a sub-role")
    }
}

impl From<SubRoleName> for String {
    fn from(name: SubRoleName) -> Self {
        name.0.into_owned()
    }
}
