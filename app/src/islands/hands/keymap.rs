//! Which key does what: one table, for the keyboard and for the list of keys.
//!
//! Single keys never do anything while somebody types or holds a modifier, and can be switched off altogether (WCAG 2.1.4).

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// The next row of the list.
    Next,
    /// The row before.
    Previous,
    /// Choose the row, or not any more.
    Select,
    /// Open the row.
    Open,
    /// Type into the list's search box.
    Search,
    /// Open the palette.
    Palette,
    /// Show the list of keys.
    Help,
    /// Close what is open, or forget what is chosen.
    Close,
    /// Go to the page of a letter.
    Go(char),
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// The keys, any of which does it, as the browser names them.
    pub keys: &'static [&'static str],
    /// What they do.
    pub does: Does,
    /// In words.
    pub words: &'static str,
    /// In one word, for the line below a list.
    pub short: &'static str,
}

/// The letter that the letter of a page comes after.
pub const GO: char = 'g';
/// How long that letter waits for the other one, in milliseconds.
const PATIENCE_MS: f64 = 1500.0;

/// Every key, in the order of the list; the letters of the pages come from the navigation.
pub const BINDINGS: &[Binding] = &[
    Binding {
        keys: &["j"],
        does: Does::Next,
        words: "Next row",
        short: "next",
    },
    Binding {
        keys: &["k"],
        does: Does::Previous,
        words: "Row before",
        short: "before",
    },
    Binding {
        keys: &["x"],
        does: Does::Select,
        words: "Select the row",
        short: "select",
    },
    Binding {
        keys: &["Enter", "o"],
        does: Does::Open,
        words: "Open the row",
        short: "open",
    },
    Binding {
        keys: &["/"],
        does: Does::Search,
        words: "Search the list",
        short: "search",
    },
    Binding {
        keys: &["Ctrl K", "⌘ K"],
        does: Does::Palette,
        words: "Go anywhere",
        short: "go anywhere",
    },
    Binding {
        keys: &["?"],
        does: Does::Help,
        words: "This list of keys",
        short: "all keys",
    },
    Binding {
        keys: &["Escape"],
        does: Does::Close,
        words: "Close, or clear the selection",
        short: "close",
    },
];

/// Whether single keys do anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Single {
    /// They do.
    On,
    /// Only Escape, and keys with a modifier.
    Off,
}

/// A key that went down.
#[derive(Debug, Clone, Copy)]
pub struct Press<'a> {
    /// The browser's name for it, with Shift applied.
    pub key: &'a str,
    /// Control or Command is held.
    pub command: bool,
    /// Alt is held.
    pub alt: bool,
    /// The caret is in a field.
    pub typing: bool,
    /// The row itself has the focus, not a control in it.
    pub on_row: bool,
    /// When, in milliseconds from any moment on.
    pub at_ms: f64,
}

/// What was pressed before counts: `g`, and then the letter of a page.
#[derive(Debug, Clone, Copy)]
pub struct Keymap {
    single: Single,
    go_until_ms: Option<f64>,
}

impl Keymap {
    /// A keyboard on which nothing was pressed yet.
    #[must_use]
    pub const fn new(single: Single) -> Self {
        Self {
            single,
            go_until_ms: None,
        }
    }

    /// What a key asks for; `None` leaves it to the browser.
    pub fn press(&mut self, press: Press<'_>) -> Option<Does> {
        let going = self.go_until_ms.take().is_some_and(|until| press.at_ms <= until);
        if press.command {
            let palette = !press.alt && press.key.eq_ignore_ascii_case("k");
            return palette.then_some(Does::Palette);
        }
        if press.alt {
            return None;
        }
        match press.key {
            "Escape" => return Some(Does::Close),
            // Enter on a control is the control's own.
            "Enter" => return press.on_row.then_some(Does::Open),
            _ => {}
        }
        if press.typing || self.single == Single::Off {
            return None;
        }
        let mut letters = press.key.chars();
        let letter = letters.next().filter(|_| letters.next().is_none())?;
        if going && letter.is_ascii_lowercase() {
            return Some(Does::Go(letter));
        }
        if letter == GO {
            self.go_until_ms = Some(press.at_ms + PATIENCE_MS);
            return None;
        }
        BINDINGS
            .iter()
            .find(|binding| binding.keys.contains(&press.key))
            .map(|binding| binding.does)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(key: &str) -> Press<'_> {
        Press {
            key,
            command: false,
            alt: false,
            typing: false,
            on_row: false,
            at_ms: 0.0,
        }
    }

    fn pressed(press: Press<'_>) -> Option<Does> {
        Keymap::new(Single::On).press(press)
    }

    #[test]
    fn every_single_key_of_the_table_does_what_it_says() {
        for binding in BINDINGS.iter().filter(|binding| binding.does != Does::Palette) {
            for key in binding.keys {
                let press = Press {
                    on_row: true,
                    ..plain(key)
                };
                assert_eq!(pressed(press), Some(binding.does), "{key}");
            }
        }
    }

    #[test]
    fn a_key_stands_once_in_the_table_and_is_not_the_one_that_goes() {
        let mut keys: Vec<_> = BINDINGS.iter().flat_map(|binding| binding.keys).collect();
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count);
        assert!(!keys.contains(&&"g"));
    }

    #[test]
    fn nothing_happens_while_somebody_types_or_holds_a_modifier() {
        for binding in BINDINGS {
            for key in binding.keys.iter().filter(|key| key.chars().count() == 1) {
                let typing = Press {
                    typing: true,
                    ..plain(key)
                };
                let held = Press {
                    command: true,
                    ..plain(key)
                };
                let alt = Press {
                    alt: true,
                    ..plain(key)
                };
                let palette = (*key == "k").then_some(Does::Palette);
                assert_eq!(
                    (pressed(typing), pressed(held), pressed(alt)),
                    (None, palette, None),
                    "{key}"
                );
            }
        }
    }

    #[test]
    fn switched_off_only_escape_and_the_palette_are_left() {
        let mut keys = Keymap::new(Single::Off);
        for key in ["j", "k", "x", "o", "/", "?", "g", "u"] {
            assert_eq!(keys.press(plain(key)), None, "{key}");
        }
        assert_eq!(keys.press(plain("Escape")), Some(Does::Close));
        let palette = Press {
            command: true,
            ..plain("K")
        };
        assert_eq!(keys.press(palette), Some(Does::Palette));
    }

    #[test]
    fn g_waits_for_the_letter_of_a_page_but_not_for_long() {
        let at = |key, at_ms| Press { at_ms, ..plain(key) };
        let mut keys = Keymap::new(Single::On);
        assert_eq!(keys.press(at("g", 0.0)), None);
        assert_eq!(keys.press(at("u", 900.0)), Some(Does::Go('u')));
        assert_eq!(keys.press(at("u", 950.0)), None, "the letter counts once");
        assert_eq!(keys.press(at("g", 1000.0)), None);
        assert_eq!(keys.press(at("j", 9000.0)), Some(Does::Next), "too late");
        assert_eq!(keys.press(at("g", 9100.0)), None);
        assert_eq!(keys.press(at("Escape", 9200.0)), Some(Does::Close));
        assert_eq!(
            keys.press(at("j", 9300.0)),
            Some(Does::Next),
            "Escape forgets the g"
        );
    }

    #[test]
    fn enter_opens_a_row_and_leaves_controls_alone() {
        assert_eq!(pressed(plain("Enter")), None);
        assert_eq!(
            pressed(Press {
                on_row: true,
                ..plain("Enter")
            }),
            Some(Does::Open)
        );
    }
}
