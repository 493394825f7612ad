//! The little query language of the search boxes: words, and `key:value` with several values separated by commas.
//!
//! It only takes text apart and says it again as chips; what a key means is the list's own. A query that cannot be read is never half applied.

use std::time::Duration;

use stagedoor_core::view::directory::Chip;

/// A piece of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The key; `None` for a plain word.
    pub key: Option<String>,
    /// The values; exactly one for a plain word.
    pub values: Vec<String>,
    /// The piece as it was typed.
    pub text: String,
}

/// Longest query that is read.
pub const QUERY_MAX: usize = 400;
/// Most pieces.
const TERMS_MAX: usize = 12;

/// Takes a query apart.
///
/// # Errors
/// In words, when it is too long, or a key has no value.
pub fn parse(query: &str) -> Result<Vec<Term>, String> {
    if query.chars().count() > QUERY_MAX {
        return Err(format!("Use at most {QUERY_MAX} characters."));
    }
    let terms: Vec<Term> = query.split_whitespace().map(term).collect::<Result<_, _>>()?;
    if terms.len() > TERMS_MAX {
        Err(format!("Use at most {TERMS_MAX} words or filters."))
    } else {
        Ok(terms)
    }
}

fn term(text: &str) -> Result<Term, String> {
    let plain = Term {
        key: None,
        values: vec![text.to_owned()],
        text: text.to_owned(),
    };
    let Some((key, values)) = text.split_once(':') else {
        return Ok(plain);
    };
    if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
        return Ok(plain);
    }
    let values: Vec<String> = values
        .split(',')
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
        .collect();
    if values.is_empty() {
        return Err(format!("Say what {key} should be, for example {key}:value."));
    }
    Ok(Term {
        key: Some(key.to_owned()),
        values,
        text: text.to_owned(),
    })
}

/// The query without one of its pieces, for the × of a chip.
#[must_use]
pub fn without(terms: &[Term], position: usize) -> String {
    let rest: Vec<&str> = terms
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != position)
        .map(|(_, term)| term.text.as_str())
        .collect();
    rest.join(" ")
}

/// A span such as `30m`, `24h`, `7d`.
#[must_use]
pub fn span(text: &str) -> Option<Duration> {
    let unit = text.chars().next_back()?;
    let seconds = match unit {
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return None,
    };
    let count: u64 = text[..text.len() - 1].parse().ok()?;
    (1..=36_500)
        .contains(&count)
        .then(|| Duration::from_secs(count * seconds))
}

/// The values of a term, each read; one that cannot be is an error that says what is known.
pub(crate) fn values<T>(
    term: &Term,
    read: impl Fn(&str) -> Option<T>,
    known: &str,
) -> Result<Vec<T>, String> {
    let key = term.key.as_deref().unwrap_or_default();
    term.values
        .iter()
        .map(|value| read(value).ok_or_else(|| format!("{key} is {known}, not {value}.")))
        .collect()
}

/// The filters of a query as chips; plain words are none, they stand in the box.
pub(crate) fn chips(terms: &[Term]) -> Vec<Chip> {
    terms
        .iter()
        .enumerate()
        .filter_map(|(position, term)| {
            let label = match term.key.as_deref() {
                None if term.text == "session.recent" => "session in the last 24 h".to_owned(),
                None => return None,
                Some("seen" | "since") => format!("in the last {}", term.values.join(" or ")),
                Some(key) => format!("{key} is {}", term.values.join(" or ")),
            };
            Some(Chip {
                label,
                without: without(terms, position),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_filters_are_told_apart() {
        let terms = parse("rod role:admin,developer http://x").unwrap();
        assert_eq!(terms[0].key, None);
        assert_eq!(terms[1].key.as_deref(), Some("role"));
        assert_eq!(terms[1].values, ["admin", "developer"]);
        assert_eq!(without(&terms, 1), "rod http://x");
        assert!(parse("role:").is_err());
        assert!(parse(&"x".repeat(QUERY_MAX + 1)).is_err());
        assert!(parse(&"x ".repeat(TERMS_MAX + 1)).is_err());
    }

    #[test]
    fn spans_have_a_unit() {
        assert_eq!(span("24h"), Some(Duration::from_secs(86_400)));
        assert_eq!(span("7d"), Some(Duration::from_secs(604_800)));
        for bad in ["", "h", "0h", "24", "-1h", "999999999d", "1é"] {
            assert_eq!(span(bad), None, "{bad}");
        }
    }
}
