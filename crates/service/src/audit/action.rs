//! What `action:` in a query may be: the name of an event of the catalogue, or the beginning of one with a star.

use stagedoor_core::audit::{Event, EventScope};
use stagedoor_store::audit::AuditFilter;

/// Most names that are suggested.
const SUGGESTED: usize = 3;

/// The name or beginning, as the log is asked for it.
///
/// # Errors
/// In words, with the nearest names of events in this log, when no event is called so.
pub(super) fn pattern(value: &str, log: &AuditFilter) -> Result<String, String> {
    let known = match value.strip_suffix('*') {
        Some(start) => Event::ALL.iter().any(|event| event.name().starts_with(start)),
        None => Event::from_name(value).is_some(),
    };
    if known {
        return Ok(value.to_owned());
    }
    let suggested = match nearest(value, names(log)).as_slice() {
        [] => "Names are like tenant.suspend, and tenant.* stands for all that begin so.".to_owned(),
        [one] => format!("Is {one} meant?"),
        [some @ .., last] => format!("Is {} or {last} meant?", some.join(", ")),
    };
    Err(format!("There is no action {value}. {suggested}"))
}

/// The names of events that this reader may find in this log, and their beginnings with a star.
fn names(log: &AuditFilter) -> Vec<String> {
    let platform = log.scope == "platform";
    let there = Event::ALL.iter().filter(|event| {
        (platform || event.scope() != EventScope::Platform) && !(log.without_admin && event.is_admin())
    });
    let mut names: Vec<String> = there
        .flat_map(|event| {
            let name = event.name();
            let family = name.rsplit_once('.').map(|(family, _)| format!("{family}.*"));
            family.into_iter().chain([name.to_owned()])
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The names most like what was typed: first those that hold it, then those that few letters lead to.
fn nearest(typed: &str, names: Vec<String>) -> Vec<String> {
    let word = typed.trim_end_matches('*').trim_matches('.');
    let far = word.chars().count() / 3;
    let mut near: Vec<(bool, usize, String)> = names
        .into_iter()
        .map(|name| {
            let apart = strsim::damerau_levenshtein(&name, word);
            let holds = !word.is_empty() && name.contains(word);
            (!holds, apart, name)
        })
        .filter(|(strange, apart, _)| !strange || *apart <= far)
        .collect();
    near.sort_unstable();
    near.into_iter()
        .map(|(_, _, name)| name)
        .take(SUGGESTED)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(value: &str, log: &AuditFilter) -> String {
        pattern(value, log).unwrap_err()
    }

    #[test]
    fn a_name_or_the_beginning_of_one_is_taken_as_it_is() {
        let log = AuditFilter::log("platform");
        for value in ["staff.sign_in", "impersonation.*", "admin.*", "imp*", "*"] {
            assert_eq!(pattern(value, &log).as_deref(), Ok(value));
        }
    }

    #[test]
    fn what_is_no_event_is_refused_with_the_nearest_names() {
        let log = AuditFilter::log("platform");
        assert_eq!(
            refused("tenant.suspnd", &log),
            "There is no action tenant.suspnd. Is tenant.suspend meant?"
        );
        assert_eq!(
            refused("sign_in", &log),
            "There is no action sign_in. Is user.sign_in or staff.sign_in meant?"
        );
        let visits = refused("impersonation", &log);
        assert!(visits.contains("Is impersonation.*, "), "{visits}");
        let nothing = refused("zzzzzzzz*", &log);
        assert!(nothing.contains("Names are like tenant.suspend"), "{nothing}");
    }

    #[test]
    fn nobody_is_led_to_what_they_may_not_find() {
        let tenant = refused("sign_in", &AuditFilter::log("org_1"));
        assert!(
            tenant.contains("user.sign_in") && !tenant.contains("staff"),
            "{tenant}"
        );
        let mut support = AuditFilter::log("platform");
        assert!(refused("audit.re", &support).contains("admin.audit.read"));
        support.without_admin = true;
        assert!(!refused("audit.re", &support).contains("admin"));
    }
}
