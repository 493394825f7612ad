//! One of several, in a form: a list that drops down, with its label, its hint and what is wrong with it.

use leptos::prelude::*;

/// Some of the options, under a heading where they have one.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Their heading.
    pub heading: Option<String>,
    /// The value that is sent, and the words for it.
    pub items: Vec<(String, String)>,
}

impl Options {
    /// Options without a heading.
    #[must_use]
    pub fn plain(items: &[(&str, &str)]) -> Vec<Self> {
        let items = items
            .iter()
            .map(|(value, words)| ((*value).to_owned(), (*words).to_owned()));
        vec![Self {
            heading: None,
            items: items.collect(),
        }]
    }
}

/// A list that drops down. `name` is the form's.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// The form's name for it, and the base of its ids.
    pub name: &'static str,
    /// The base of its ids, where another form of the page has the name, too.
    pub id: Option<&'static str>,
    /// Its label.
    pub label: &'static str,
    /// What can be chosen.
    pub options: Vec<Options>,
    /// What is chosen.
    pub chosen: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// Draws it.
pub fn choice(choice: Choice) -> AnyView {
    let id = choice.id.unwrap_or(choice.name);
    let error_id = format!("{id}-error");
    let described = choice.error.as_ref().map(|_| error_id.clone());
    let invalid = choice.error.as_ref().map(|_| "true");
    let error = choice
        .error
        .map(|text| view! { <p class="err" id=error_id>{text}</p> });
    let chosen = choice.chosen;
    let groups = choice
        .options
        .into_iter()
        .map(|options| group(options, &chosen))
        .collect_view();
    view! {
        <div class="grid gap-[5px]">
            <label for=id>{choice.label}</label>
            <select class="in" id=id name=choice.name aria-invalid=invalid aria-describedby=described>
                {groups}
            </select>
            {error}
        </div>
    }
    .into_any()
}

fn group(options: Options, chosen: &str) -> AnyView {
    let items = options
        .items
        .into_iter()
        .map(|(value, words)| {
            let selected = value == chosen;
            view! {
                <option value=value selected=selected>
                    {words}
                </option>
            }
        })
        .collect_view();
    match options.heading {
        Some(heading) => view! { <optgroup label=heading>{items}</optgroup> }.into_any(),
        None => items.into_any(),
    }
}
