//! Changing a list's query for a link: the little language of the search boxes, one filter added or replaced.

/// The query with a filter such as `outcome:denied`; another filter of the same key goes.
#[must_use]
pub fn with_filter(query: &str, filter: &str) -> String {
    let key = filter.split_once(':').map(|(key, _)| format!("{key}:"));
    let kept = query
        .split_whitespace()
        .filter(|term| key.as_ref().is_none_or(|key| !term.starts_with(key.as_str())))
        .chain([filter]);
    kept.collect::<Vec<_>>().join(" ")
}

/// Whether a filter stands in the query as it is.
#[must_use]
pub fn has_filter(query: &str, filter: &str) -> bool {
    query.split_whitespace().any(|term| term == filter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_added_or_takes_the_place_of_its_like() {
        assert_eq!(with_filter("", "outcome:denied"), "outcome:denied");
        assert_eq!(
            with_filter("kim outcome:success", "outcome:denied"),
            "kim outcome:denied"
        );
        assert_eq!(
            with_filter("since:7d", "outcome:denied"),
            "since:7d outcome:denied"
        );
        assert!(has_filter("kim outcome:denied", "outcome:denied"));
        assert!(!has_filter("kim", "outcome:denied"));
    }
}
