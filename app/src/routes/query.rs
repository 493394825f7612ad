//! The part of an address behind the question mark: escaped when written, unescaped when read.
//!
//! A page's state is declared once ([`queries!`]): the fields are the names in the address, so what is written can be read.

use std::borrow::Cow;

use form_urlencoded::Serializer;
use stagedoor_core::view::directory::DirectorySort;

/// A path with the pairs that say something; empty ones are left out.
pub(super) fn address(path: &str, pairs: &[(&str, Option<&str>)]) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in pairs {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            query.append_pair(name, value);
        }
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// An address with one of its parameters set, or taken away; the others stay as they are.
#[must_use]
pub fn with_param(href: &str, name: &str, value: Option<&str>) -> String {
    let (path, query) = href.split_once('?').unwrap_or((href, ""));
    let mut rest = Pairs::parse(query).0;
    rest.retain(|(found, _)| found != name);
    let mut pairs: Vec<_> = rest
        .iter()
        .map(|(name, value)| (name.as_str(), Some(value.as_str())))
        .collect();
    pairs.push((name, value));
    address(path, &pairs)
}

/// The pairs of a query, taken one by one.
pub(super) struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// Reads a query, with or without its question mark. Malformed escapes become the replacement character.
    pub(super) fn parse(query: &str) -> Self {
        let query = query.strip_prefix('?').unwrap_or(query);
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// The first value of a name, unless it is empty.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(found, _)| found == name)?;
        Some(self.0.remove(at).1).filter(|value| !value.is_empty())
    }

    /// All values of a name.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        let named = self.0.iter().filter(|(found, _)| found == name);
        named.map(|(_, value)| value.clone()).collect()
    }
}

/// A value that can stand in a query. What cannot be read is as if it were not there.
pub(super) trait Part: Sized {
    /// Reads what stands behind the name, if anything does.
    fn read(text: Option<String>) -> Self;

    /// What to write behind the name; nothing leaves it out.
    fn write(&self) -> Option<Cow<'_, str>>;
}

impl Part for String {
    fn read(text: Option<String>) -> Self {
        text.unwrap_or_default()
    }

    fn write(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(self))
    }
}

impl Part for Option<String> {
    fn read(text: Option<String>) -> Self {
        text
    }

    fn write(&self) -> Option<Cow<'_, str>> {
        self.as_deref().map(Cow::Borrowed)
    }
}

impl Part for Option<DirectorySort> {
    fn read(text: Option<String>) -> Self {
        text.and_then(|name| DirectorySort::from_name(&name))
    }

    fn write(&self) -> Option<Cow<'_, str>> {
        self.map(|sort| Cow::Borrowed(sort.as_str()))
    }
}

/// The states of pages: a struct each, whose fields are the names in the address.
macro_rules! queries {
    ($(
        $(#[$about:meta])+
        $name:ident { $($(#[$doc:meta])+ $field:ident: $type:ty,)+ }
    )+) => {$(
        $(#[$about])+
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct $name {
            $($(#[$doc])+ pub $field: $type,)+
        }

        impl $name {
            /// Reads the part of an address behind `?`. Unknown names are ignored, of a repeated one the first counts.
            #[must_use]
            pub fn parse(query: &str) -> Self {
                let mut pairs = Pairs::parse(query);
                Self {
                    $($field: Part::read(pairs.take(stringify!($field))),)+
                }
            }

            /// The part behind `?` alone.
            #[must_use]
            pub fn text(&self) -> String {
                self.at("").trim_start_matches('?').to_owned()
            }

            /// The address of a path in this state.
            pub(super) fn at(&self, path: &str) -> String {
                let parts = [$((stringify!($field), Part::write(&self.$field))),+];
                let pairs = parts.each_ref().map(|(name, value)| (*name, value.as_deref()));
                address(path, &pairs)
            }
        }
    )+};
}

pub(super) use queries;
