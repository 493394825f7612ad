//! What needs a person, most urgent first; and the sentence that counts it.

use leptos::prelude::*;
use stagedoor_core::view::overview::Need;

use crate::ui::{Act, Icon, State, link_button, state, tone_box};

/// The sentence below the greeting.
pub(super) fn sentence(needs: usize) -> String {
    match needs {
        0 => "Nothing needs you. Everything is quiet.".to_owned(),
        1 => "One thing needs a person. Everything else is quiet.".to_owned(),
        many => format!(
            "{} things need a person. Everything else is quiet.",
            number_word(many)
        ),
    }
}

/// Small numbers read better as words.
fn number_word(number: usize) -> String {
    const WORDS: [&str; 9] = [
        "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
    ];
    number
        .checked_sub(2)
        .and_then(|at| WORDS.get(at))
        .map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

/// The list.
pub(super) fn needs_card(needs: &[Need]) -> AnyView {
    if needs.is_empty() {
        let quiet = State {
            icon: Icon::CircleCheck,
            title: "All clear".to_owned(),
            text: "What needs a person will wait for you here.".to_owned(),
        };
        return view! { <section class="card" aria-label="Needs a person">{state(quiet, ())}</section> }
            .into_any();
    }
    let rows = needs.iter().map(row).collect_view();
    view! {
        <section class="card" aria-label="Needs a person">
            <ul>{rows}</ul>
        </section>
    }
    .into_any()
}

fn row(need: &Need) -> AnyView {
    let (title, detail) = (need.title.clone(), need.detail.clone());
    let link = need
        .link
        .clone()
        .map(|(href, word)| link_button(Act::Small, href, word));
    view! {
        <li class="row">
            {tone_box(need.tone, Icon::named(&need.icon))}
            <div class="min-w-0 flex-1">
                <b>{title}</b>
                <div class="small muted">{detail}</div>
            </div>
            {link}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_are_counted_in_words() {
        assert_eq!(sentence(0), "Nothing needs you. Everything is quiet.");
        assert_eq!(sentence(1), "One thing needs a person. Everything else is quiet.");
        assert_eq!(
            sentence(4),
            "Four things need a person. Everything else is quiet."
        );
        assert_eq!(sentence(11), "11 things need a person. Everything else is quiet.");
    }
}
