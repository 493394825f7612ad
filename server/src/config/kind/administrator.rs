//! The kind of the administrators: a list, each a subject, with a name and an address where an account is to be made.

use serde_json::{Value, json};
use stagedoor_service::named::DeclaredAdministrator;

use super::{Kind, Raw, list};

/// An administrator: a subject at the provider, perhaps with a name and an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Administrator {
    /// The subject.
    pub subject: String,
    /// Who it is, where an account is to be made.
    pub person: Option<DeclaredAdministrator>,
}

impl Administrator {
    /// `subject`, or `subject Name <address>`.
    fn read(text: &str) -> Option<Self> {
        let whole = |subject: &str| Self {
            subject: subject.to_owned(),
            person: None,
        };
        let Some(inside) = text.strip_suffix('>') else {
            return (!text.is_empty()).then(|| whole(text));
        };
        let (who, email) = inside.rsplit_once('<')?;
        let (subject, name) = who.trim().split_once(' ')?;
        let (name, email) = (name.trim(), email.trim());
        if name.is_empty() || !email.contains('@') {
            return None;
        }
        let person = DeclaredAdministrator {
            subject: subject.to_owned(),
            name: name.to_owned(),
            email: email.to_owned(),
        };
        Some(Self {
            subject: subject.to_owned(),
            person: Some(person),
        })
    }

    fn text(&self) -> String {
        match &self.person {
            Some(person) => format!("{} {} <{}>", self.subject, person.name, person.email),
            None => self.subject.clone(),
        }
    }
}

impl Kind for Vec<Administrator> {
    fn words() -> String {
        "a list of administrators, each a subject or a subject with a name and an address, such as [\"00u1k9 Kim Moreno <kim@example.com>\"]"
            .to_owned()
    }

    fn read(raw: &Raw) -> Option<Self> {
        list(raw)?.iter().map(|item| Administrator::read(item)).collect()
    }

    fn show(&self) -> Value {
        json!(self.iter().map(Administrator::text).collect::<Vec<_>>())
    }
}
