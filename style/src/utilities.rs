//! Tailwind's utilities, by `encre-css`, with the design tokens as the colour names (`text-danger`, `bg-sunken`).

use std::collections::BTreeSet;

use encre_css::{Config, Preflight};

/// The tokens that are colours; `text-text-2` reads oddly, so the three text tokens are `ink` here.
const COLOURS: [(&str, &str); 26] = [
    ("bg", "bg"),
    ("surface", "surface"),
    ("sunken", "sunken"),
    ("hover", "hover"),
    ("line", "line"),
    ("line-2", "line-2"),
    ("ink", "text"),
    ("ink-2", "text-2"),
    ("ink-3", "text-3"),
    ("accent", "accent"),
    ("accent-hover", "accent-hover"),
    ("accent-soft", "accent-soft"),
    ("on-accent", "on-accent"),
    ("ok", "ok"),
    ("ok-soft", "ok-soft"),
    ("ok-line", "ok-line"),
    ("warn", "warn"),
    ("warn-soft", "warn-soft"),
    ("warn-line", "warn-line"),
    ("danger", "danger"),
    ("danger-soft", "danger-soft"),
    ("danger-line", "danger-line"),
    ("info", "info"),
    ("info-soft", "info-soft"),
    ("info-line", "info-line"),
    ("control", "control"),
];

/// Whether a class is a utility.
pub(crate) fn exists(class: &str) -> bool {
    !generate([class]).trim().is_empty()
}

/// The rules of those words that are utilities, in Tailwind's order; other words yield nothing.
pub(crate) fn rules(words: &BTreeSet<String>) -> String {
    generate(words.iter().map(String::as_str))
}

fn generate<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut config = Config::default();
    config.preflight = Preflight::new_none();
    for (name, token) in COLOURS {
        config.theme.colors.add(name, format!("var(--{token})"));
    }
    encre_css::generate(words, &config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tailwind_and_tokens() {
        for class in [
            "flex",
            "gap-2",
            "md:hidden",
            "w-full",
            "truncate",
            "text-danger",
            "bg-sunken",
            "border-line-2",
            "mt-[3px]",
        ] {
            assert!(exists(class), "{class}");
        }
        assert!(rules(&BTreeSet::from(["text-ink-2".to_owned()])).contains("var(--text-2)"));
    }

    #[test]
    fn a_misspelt_class_is_none() {
        for class in ["flx", "btn", "text-dangr", "gap-"] {
            assert!(!exists(class), "{class}");
        }
    }
}
