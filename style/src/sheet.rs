//! Puts the parts together, in cascade layers, and lets `lightningcss` check and minify them.

use std::collections::BTreeSet;

use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions, StyleSheet};

use crate::{Error, theme, utilities};

const FONTS: &str = include_str!("css/fonts.css");
const TOKENS: &str = include_str!("css/tokens.css");
const BASE: &str = include_str!("css/base.css");
const CONTROLS: &str = include_str!("css/controls.css");
const GUARD: &str = include_str!("css/guard.css");
const GATE: &str = include_str!("css/gate.css");
const GATE_BODY: &str = include_str!("css/gate-body.css");

/// The components, in the order of the cascade.
const COMPONENTS: [&str; 9] = [
    CONTROLS,
    include_str!("css/frame.css"),
    GUARD,
    include_str!("css/pieces.css"),
    include_str!("css/table.css"),
    include_str!("css/impersonation.css"),
    include_str!("css/dialog.css"),
    include_str!("css/audit.css"),
    GATE,
];

/// Utilities beat components whatever their selectors, because layers come before specificity.
pub(crate) fn console(words: &BTreeSet<String>) -> Result<String, Error> {
    let components = COMPONENTS.concat();
    let tokens = theme::with_system_dark(TOKENS);
    let utilities = utilities::rules(words);
    let css = format!(
        "@layer base,components,utilities;{FONTS}{tokens}@layer base{{{BASE}}}@layer components{{{components}}}@layer utilities{{{utilities}}}"
    );
    minified("console", &css)
}

/// The sign-in page's sheet: small, and complete without the other.
pub(crate) fn gate() -> Result<String, Error> {
    let tokens = theme::with_system_dark(TOKENS);
    minified(
        "gate",
        &format!("{tokens}{BASE}{CONTROLS}{GUARD}{GATE}{GATE_BODY}"),
    )
}

/// Every class that a component rule names.
pub(crate) fn component_classes() -> BTreeSet<String> {
    classes_of(COMPONENTS.iter().chain([&BASE]))
}

/// Every class that the sign-in page's sheet names; utilities are not in it.
pub(crate) fn gate_classes() -> BTreeSet<String> {
    classes_of([BASE, CONTROLS, GUARD, GATE, GATE_BODY].iter())
}

fn classes_of<'a>(parts: impl Iterator<Item = &'a &'a str>) -> BTreeSet<String> {
    let mut classes = BTreeSet::new();
    parts.for_each(|part| selectors(part, &mut classes));
    classes
}

/// Collects `.name` outside of strings and comments. In our CSS a dot before a letter stands nowhere else: numbers have
/// digits behind theirs, file names are in quotes.
fn selectors(css: &str, classes: &mut BTreeSet<String>) {
    let mut rest = css;
    while let Some(at) = rest.find(['.', '"', '/']) {
        let (mark, after) = (rest.as_bytes()[at], &rest[at + 1..]);
        rest = match mark {
            b'"' => after.split_once('"').map_or("", |(_, rest)| rest),
            b'/' if after.starts_with('*') => after.split_once("*/").map_or("", |(_, rest)| rest),
            b'.' if after.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                let end = after
                    .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
                    .unwrap_or(after.len());
                classes.insert(after[..end].to_owned());
                &after[end..]
            }
            _ => after,
        };
    }
}

fn minified(sheet: &'static str, css: &str) -> Result<String, Error> {
    let failed = |message: String| Error::Css { sheet, message };
    let mut parsed = StyleSheet::parse(css, ParserOptions::default()).map_err(|e| failed(e.to_string()))?;
    parsed
        .minify(MinifyOptions::default())
        .map_err(|e| failed(e.to_string()))?;
    let printed = parsed.to_css(PrinterOptions {
        minify: true,
        ..PrinterOptions::default()
    });
    printed.map(|out| out.code).map_err(|e| failed(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_read_from_selectors_only() {
        let mut classes = BTreeSet::new();
        selectors(
            r#"/* .no */.a.b-2{margin:.5rem;src:url("x.woff2")}@media(max-width:9.5px){.c>.d:hover{opacity:.4}}"#,
            &mut classes,
        );
        assert_eq!(classes.into_iter().collect::<Vec<_>>(), ["a", "b-2", "c", "d"]);
    }

    /// A class that our own CSS names gets no rule as a utility: whoever wrote `.grow` in a selector would take `grow` from all pages.
    /// These two are ours as a whole.
    #[test]
    fn no_selector_takes_a_utility_s_place() {
        let taken: Vec<_> = component_classes()
            .into_iter()
            .filter(|class| crate::utilities::exists(class))
            .collect();
        assert_eq!(taken, ["ring", "sr-only"]);
    }

    #[test]
    fn both_sheets_are_valid_and_keep_what_browsers_need() {
        let console = console(&BTreeSet::from(["gap-2".to_owned()])).unwrap();
        for needle in [
            "@view-transition",
            "::details-content",
            "::backdrop",
            "prefers-reduced-motion",
            "data-theme=dark",
            ".gap-2",
        ] {
            assert!(console.contains(needle), "{needle} is missing in {console}");
        }
        let gate = gate().unwrap();
        assert!(
            !gate.contains("@font-face")
                && gate.contains(".gl")
                && gate.contains("prefers-color-scheme:dark")
        );
    }
}
