//! Class names out of Rust sources, through the Rust tokenizer, so that comments, lifetimes and raw strings are no trap.
//!
//! Named (checked) are the literals of `class="…"`, `class=expression`, `class=("a", condition)`, the names of
//! `class:name=`, and every literal in a function or constant whose name is or ends in `class`. Any other string literal is
//! only a hint: if one of its words happens to be a utility, its rule is there.

use std::collections::BTreeSet;
use std::str::FromStr;

use proc_macro2::{Delimiter, LineColumn, TokenStream, TokenTree};

use crate::Error;

/// One class and where it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) line: usize,
    pub(crate) class: String,
}

/// What one file names.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) named: Vec<Used>,
    pub(crate) hinted: BTreeSet<String>,
}

/// Reads one file.
pub(crate) fn scan(path: &str, text: &str) -> Result<Found, Error> {
    let tokens = TokenStream::from_str(text).map_err(|error| Error::Source {
        path: path.to_owned(),
        line: error.span().start().line,
        message: error.to_string(),
    })?;
    let mut found = Found::default();
    walk(&tokens.into_iter().collect::<Vec<_>>(), &mut found);
    Ok(found)
}

fn walk(tokens: &[TokenTree], found: &mut Found) {
    let mut at = 0;
    while at < tokens.len() {
        if let Some(length) = attribute(&tokens[at..]) {
            at += take_attribute(&tokens[at..], length, found);
        } else if let Some(length) = helper(&tokens[at..]) {
            tokens[at..at + length]
                .iter()
                .for_each(|token| literals(token, found));
            at += length;
        } else {
            match &tokens[at] {
                TokenTree::Group(group) => walk(&group.stream().into_iter().collect::<Vec<_>>(), found),
                token => hint(token, found),
            }
            at += 1;
        }
    }
}

/// `class` followed by `=` (its value starts at 2) or by `:name=` (the name starts at 2).
fn attribute(tokens: &[TokenTree]) -> Option<usize> {
    if ident(tokens.first())? != "class" {
        return None;
    }
    let next = punct(tokens.get(1))?;
    let comparison = next == '=' && matches!(punct(tokens.get(2)), Some('=' | '>'));
    let path = next == ':' && (punct(tokens.get(2)) == Some(':') || !directive(tokens));
    (matches!(next, '=' | ':') && !comparison && !path).then_some(2)
}

/// Whether `class:` goes on as `name-with-dashes=`, and is not a field or an argument of that name.
fn directive(tokens: &[TokenTree]) -> bool {
    let end = 2 + name_length(&tokens[2..]);
    end > 2 && punct(tokens.get(end)) == Some('=')
}

/// How many tokens a name with dashes takes.
fn name_length(tokens: &[TokenTree]) -> usize {
    tokens
        .iter()
        .take_while(|t| matches!(t, TokenTree::Ident(_) | TokenTree::Literal(_)) || is_punct(t, '-'))
        .count()
}

fn take_attribute(tokens: &[TokenTree], start: usize, found: &mut Found) -> usize {
    if punct(tokens.get(1)) == Some(':') {
        let end = start + name_length(&tokens[start..]);
        let class = tokens[start..end].iter().map(ToString::to_string).collect();
        found.named.push(Used {
            line: begin(&tokens[start]).line,
            class,
        });
        return end;
    }
    match tokens.get(start) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            let inner: Vec<_> = group.stream().into_iter().collect();
            let comma = inner.iter().position(|t| is_punct(t, ',')).unwrap_or(inner.len());
            inner[..comma].iter().for_each(|token| literals(token, found));
            walk(&inner[comma..], found);
            start + 1
        }
        _ => {
            let length = expression_length(&tokens[start..]);
            strict(&tokens[start..start + length], found);
            start + length
        }
    }
}

/// Where an unbraced value of an attribute ends: before the next `name=` or the tag's `>`.
fn expression_length(tokens: &[TokenTree]) -> usize {
    if matches!(tokens.first(), Some(TokenTree::Literal(_) | TokenTree::Group(_))) {
        return 1;
    }
    let ends = |i: usize| {
        let closes =
            is_punct(&tokens[i], '>') && !matches!(punct(tokens.get(i.wrapping_sub(1))), Some('-' | '='));
        let names = i > 0
            && matches!(tokens[i], TokenTree::Ident(_))
            && matches!(
                tokens[i - 1],
                TokenTree::Ident(_) | TokenTree::Group(_) | TokenTree::Literal(_)
            )
            && matches!(punct(tokens.get(i + 1)), Some('=' | ':' | '-'));
        closes || names || is_punct(&tokens[i], ';') || is_punct(&tokens[i], ',')
    };
    (0..tokens.len()).find(|i| ends(*i)).unwrap_or(tokens.len())
}

/// `fn …class(…) … { … }` or `const …CLASS: … = …;`, as a number of tokens.
fn helper(tokens: &[TokenTree]) -> Option<usize> {
    let keyword = ident(tokens.first())?;
    let name = ident(tokens.get(1))?.to_ascii_lowercase();
    if !matches!(keyword.as_str(), "fn" | "const" | "static")
        || !(name.ends_with("class") || name.ends_with("classes"))
    {
        return None;
    }
    let is_end = |t: &TokenTree| match t {
        TokenTree::Group(g) => keyword == "fn" && g.delimiter() == Delimiter::Brace,
        other => is_punct(other, ';'),
    };
    tokens.iter().position(is_end).map(|end| end + 1)
}

/// Every literal below a token is named, except what a comparison or a match arm compares with.
fn literals(token: &TokenTree, found: &mut Found) {
    match token {
        TokenTree::Group(group) => strict(&group.stream().into_iter().collect::<Vec<_>>(), found),
        other => name(other, found),
    }
}

fn strict(tokens: &[TokenTree], found: &mut Found) {
    for (i, token) in tokens.iter().enumerate() {
        let compared =
            i > 1 && is_punct(&tokens[i - 1], '=') && matches!(punct(tokens.get(i - 2)), Some('=' | '!'));
        let matched =
            matches!(punct(tokens.get(i + 1)), Some('=' | '|')) && matches!(token, TokenTree::Literal(_));
        if !compared && !matched {
            literals(token, found);
        }
    }
}

fn name(token: &TokenTree, found: &mut Found) {
    let line = begin(token).line;
    for class in words(token) {
        found.named.push(Used { line, class });
    }
}

fn hint(token: &TokenTree, found: &mut Found) {
    found.hinted.extend(words(token));
}

/// The whole words of a string literal. What a format string fills in (`tag-{}`) cannot be known here.
fn words(token: &TokenTree) -> Vec<String> {
    let TokenTree::Literal(literal) = token else {
        return Vec::new();
    };
    let text = literal.to_string();
    let Some(text) = text.trim_start_matches(['r', '#']).strip_prefix('"') else {
        return Vec::new();
    };
    let text = text.trim_end_matches('#').trim_end_matches('"');
    text.split_whitespace()
        .filter(|word| !word.contains(['{', '}', '\\']))
        .map(str::to_owned)
        .collect()
}

fn ident(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
        _ => None,
    }
}

fn punct(token: Option<&TokenTree>) -> Option<char> {
    match token {
        Some(TokenTree::Punct(punct)) => Some(punct.as_char()),
        _ => None,
    }
}

fn is_punct(token: &TokenTree, c: char) -> bool {
    punct(Some(token)) == Some(c)
}

fn begin(token: &TokenTree) -> LineColumn {
    token.span().start()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(source: &str) -> Vec<String> {
        scan("x.rs", source)
            .unwrap()
            .named
            .into_iter()
            .map(|used| format!("{}:{}", used.line, used.class))
            .collect()
    }

    #[test]
    fn plain_attributes() {
        assert_eq!(
            named("fn f() {\n view! { <a class=\"btn pri\" href=\"x y\">\"some text\"</a> }\n}"),
            ["2:btn", "2:pri"]
        );
    }

    #[test]
    fn directives_and_pairs() {
        let source = r#"view! { <a class:sr-only=hidden class=("on", move || now == "six")/> }"#;
        assert_eq!(named(source), ["1:sr-only", "1:on"]);
    }

    #[test]
    fn expressions_name_what_they_yield_and_not_what_they_compare() {
        let braces = r#"view! { <a class={if kind == "x" { "tag ok" } else { "tag" }} id="b"/> }"#;
        assert_eq!(named(braces), ["1:tag", "1:ok", "1:tag"]);
        let bare = r#"view! { <a class=move || if on.get() { "on" } else { "off" } id="b">"text"</a> }"#;
        assert_eq!(named(bare), ["1:on", "1:off"]);
        let format = r#"view! { <a class=format!("tag {tone}") title="t"/> }"#;
        assert_eq!(named(format), ["1:tag"]);
    }

    #[test]
    fn helpers_called_class() {
        let source = r#"fn tone_class(t: &str) -> &'static str { match t { "good" => "tag ok", _ => "tag" } } const ROW_CLASS: &str = "row";"#;
        assert_eq!(named(source), ["1:tag", "1:ok", "1:tag", "1:row"]);
    }

    #[test]
    fn other_literals_are_hints() {
        let found = scan("x.rs", r#"let a = "flex gap-2"; // class="nothing""#).unwrap();
        assert!(found.named.is_empty() && found.hinted.contains("gap-2"));
    }

    #[test]
    fn a_field_or_comparison_called_class_is_no_attribute() {
        assert!(named(r#"S { class: "x", b: class == "y" }"#).is_empty());
    }
}
