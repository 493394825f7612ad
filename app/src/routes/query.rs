//! The part of an address behind the question mark: escaped when written, unescaped when read.

use form_urlencoded::Serializer;

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
}
