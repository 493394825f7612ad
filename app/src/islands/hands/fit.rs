//! What fits to what was typed: the same for the palette in the browser and for its page.

/// Whether each typed word is the beginning of one of the item's words, whatever their case and order.
#[must_use]
pub fn fits(words: &str, typed: &str) -> bool {
    let words = words.to_lowercase();
    let known: Vec<&str> = words
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    typed
        .to_lowercase()
        .split_whitespace()
        .all(|part| known.iter().any(|word| word.starts_with(part)) || words.starts_with(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_of_words_fit_in_any_order() {
        for typed in ["", "  ", "aud", "LOG", "log aud", "audit log"] {
            assert!(fits("Audit log", typed), "{typed:?}");
        }
        for typed in ["udit", "logs", "audit x"] {
            assert!(!fits("Audit log", typed), "{typed:?}");
        }
        assert!(
            fits("Sign out kim@acme-corp.example", "acme"),
            "an address by its parts"
        );
        assert!(fits("Übersicht", "üb"));
    }
}
