//! The dark theme twice from one block: chosen (`data-theme=dark`), and wished by the system while nothing is chosen.

/// What the token file calls the chosen dark theme.
const DARK: &str = ":root[data-theme=dark]{";

/// The tokens, followed by the dark block again for `prefers-color-scheme: dark` where no theme is chosen.
pub(crate) fn with_system_dark(tokens: &str) -> String {
    let dark = dark_block(tokens);
    format!("{tokens}\n@media (prefers-color-scheme:dark){{:root:not([data-theme]){{{dark}}}}}\n")
}

/// The declarations of the dark theme.
pub(crate) fn dark_block(tokens: &str) -> &str {
    block(tokens, DARK)
}

/// What stands between `opening` and the next `}`; token blocks hold no nested braces. Empty when there is no such block.
pub(crate) fn block<'a>(css: &'a str, opening: &str) -> &'a str {
    css.split_once(opening)
        .and_then(|(_, rest)| rest.split_once('}'))
        .map_or("", |(body, _)| body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_dark_is_the_chosen_dark() {
        let css = with_system_dark(":root{--a:1}:root[data-theme=dark]{--a:2}");
        assert!(
            css.ends_with("@media (prefers-color-scheme:dark){:root:not([data-theme]){--a:2}}\n"),
            "{css}"
        );
    }
}
