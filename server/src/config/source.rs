//! Where values come from: the file with the place of each, then the environment over it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Environment;
use super::keys::KEYS;
use super::kind::Raw;
use super::problem::{Place, Problem};

/// The prefix of variables that override keys.
const PREFIX: &str = "STAGEDOOR__";

/// What was given, by key.
#[derive(Debug, Default)]
pub(crate) struct Given {
    values: BTreeMap<String, (Raw, Place)>,
    file: Option<PathBuf>,
}

impl Given {
    pub(crate) fn get(&self, key: &str) -> Option<&(Raw, Place)> {
        self.values.get(key)
    }

    /// Where a key stands, for a problem that only several keys together have.
    pub(crate) fn place(&self, key: &str) -> Place {
        self.get(key)
            .map_or_else(|| self.file(), |(_, place)| place.clone())
    }

    /// The place for what is missing.
    pub(crate) fn file(&self) -> Place {
        self.file.clone().map_or(Place::Nowhere, Place::File)
    }
}

/// Gathers all values, and all that is wrong with how they are written.
pub(crate) fn gather(file: Option<(&Path, &str)>, environment: &Environment) -> (Given, Vec<Problem>) {
    let mut given = Given {
        values: BTreeMap::new(),
        file: file.map(|(path, _)| path.to_owned()),
    };
    let mut problems = Vec::new();
    if let Some((path, text)) = file {
        File { path, text }.gather(&mut given, &mut problems);
    }
    variables(environment, &mut given, &mut problems);
    (given, problems)
}

fn variables(environment: &Environment, given: &mut Given, problems: &mut Vec<Problem>) {
    for (name, value) in &environment.variables {
        let Some(rest) = name.strip_prefix(PREFIX) else {
            continue;
        };
        let key = rest.to_ascii_lowercase().replace("__", ".");
        let place = Place::Variable(name.clone());
        if is_known(&key) {
            given.values.insert(key, (Raw::Untyped(value.clone()), place));
        } else {
            problems.push(unknown(key, place));
        }
    }
}

fn is_known(key: &str) -> bool {
    KEYS.iter().any(|own| own.name == key)
}

fn unknown(key: String, place: Place) -> Problem {
    let nearest = KEYS
        .iter()
        .map(|own| (strsim::damerau_levenshtein(own.name, &key), own.name))
        .min()
        .filter(|(distance, _)| *distance <= 4);
    let message = match nearest {
        Some((_, name)) => format!("is not a key. Is {name} meant?"),
        None => "is not a key. Remove it.".to_owned(),
    };
    Problem { place, key, message }
}

struct File<'a> {
    path: &'a Path,
    text: &'a str,
}

impl File<'_> {
    fn gather(&self, given: &mut Given, problems: &mut Vec<Problem>) {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        problems.extend(errors.iter().map(|error| {
            Problem {
                place: error
                    .span()
                    .map_or(Place::File(self.path.to_owned()), |span| self.line(span.start)),
                key: String::new(),
                message: format!(
                    "is not TOML: {}.",
                    error.message().lines().next().unwrap_or("it cannot be read")
                ),
            }
        }));
        self.table(table.get_ref(), "", given, problems);
    }

    fn table(&self, table: &DeTable<'_>, prefix: &str, given: &mut Given, problems: &mut Vec<Problem>) {
        for (name, value) in table {
            let key = format!("{prefix}{}", name.get_ref());
            let place = self.line(name.span().start);
            match value.get_ref() {
                DeValue::Table(inner) if prefix.is_empty() => {
                    self.table(inner, &format!("{key}."), given, problems);
                }
                _ if is_known(&key) => {
                    given
                        .values
                        .insert(key, (raw(value), self.line(value.span().start)));
                }
                _ => problems.push(unknown(key, place)),
            }
        }
    }

    fn line(&self, offset: usize) -> Place {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Place::Line {
            file: self.path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

fn raw(value: &Spanned<DeValue<'_>>) -> Raw {
    match value.get_ref() {
        DeValue::String(text) => Raw::Text(text.to_string()),
        DeValue::Boolean(flag) => Raw::Flag(*flag),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Raw::Other("a number"), Raw::Number)
        }
        DeValue::Array(items) => items
            .iter()
            .map(|item| item.get_ref().as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
            .map_or(Raw::Other("a list"), Raw::List),
        _ => Raw::Other("something else"),
    }
}
