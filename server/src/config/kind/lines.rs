//! Lines that people read: a text each, in which commas are just commas.

use serde_json::{Value, json};
use stagedoor_core::duties::OWN_MAX;

use super::{Kind, Raw};

/// Most characters of a line.
const LONGEST: usize = 300;

/// Lines of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines(pub Vec<String>);

impl Kind for Lines {
    fn words() -> String {
        format!(
            "a list of at most {OWN_MAX} lines of at most {LONGEST} characters each; in the environment each on its own line"
        )
    }

    fn read(raw: &Raw) -> Option<Self> {
        let lines: Vec<String> = match raw {
            Raw::List(items) => items.iter().map(|item| item.trim().to_owned()).collect(),
            Raw::Untyped(text) => text
                .lines()
                .map(|line| line.trim().to_owned())
                .filter(|line| !line.is_empty())
                .collect(),
            _ => return None,
        };
        let good = |line: &String| {
            !line.is_empty() && line.chars().count() <= LONGEST && !line.chars().any(char::is_control)
        };
        (lines.len() <= OWN_MAX && lines.iter().all(good)).then_some(Self(lines))
    }

    fn show(&self) -> Value {
        json!(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_belongs_to_its_line_wherever_it_comes_from() {
        let expected = Some(Lines(vec![
            "Lock up, always.".to_owned(),
            "Ask first.".to_owned(),
        ]));
        let listed = vec!["Lock up, always.".to_owned(), " Ask first. ".to_owned()];
        assert_eq!(Lines::read(&Raw::List(listed)), expected);
        let given = Raw::Untyped("Lock up, always.\n\nAsk first.\n".to_owned());
        assert_eq!(Lines::read(&given), expected);
        assert_eq!(Lines::read(&Raw::Untyped(String::new())), Some(Lines(Vec::new())));
    }

    #[test]
    fn what_nobody_would_read_is_refused() {
        for lines in [
            vec![String::new()],
            vec!["x".repeat(LONGEST + 1)],
            vec!["two\nlines".to_owned()],
            vec!["One more.".to_owned(); OWN_MAX + 1],
        ] {
            assert_eq!(Lines::read(&Raw::List(lines)), None);
        }
    }
}
