//! What fits to what was typed: the same for the palette in the browser and for its page.
//!
//! Words are made small and taken apart by the server, and what is typed by the browser: the module then needs none of
//! Unicode's tables.

/// Whether each typed word is the beginning of one of the item's words, in any order. Both are in small letters, and the
/// item's words as [`spelt`] gives them.
#[must_use]
pub fn fits(words: &str, typed: &str) -> bool {
    typed
        .split(' ')
        .all(|part| words.starts_with(part) || words.split(' ').any(|word| word.starts_with(part)))
}

/// A text as words in small letters with a space between two, whatever stood there.
#[must_use]
pub fn spelt(text: &str) -> String {
    let small = text.to_lowercase();
    let words = small.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_of_words_fit_in_any_order() {
        for typed in ["", " ", "aud", "log", "log aud", "audit log", " audit  "] {
            assert!(fits("audit log", typed), "{typed:?}");
        }
        for typed in ["udit", "logs", "audit x", "t l"] {
            assert!(!fits("audit log", typed), "{typed:?}");
        }
    }

    #[test]
    fn words_are_small_and_apart() {
        assert_eq!(
            spelt("Sign out  kim@Acme-Corp.example"),
            "sign out kim acme corp example"
        );
        assert_eq!(spelt("Übersicht · 50%"), "übersicht 50");
        assert!(fits(&spelt("Sign out kim@acme-corp.example"), "acme"));
    }
}
