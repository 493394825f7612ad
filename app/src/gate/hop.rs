//! A page of our own that goes on by itself: a form may not be redirected to another host (decision 22), and cookies want
//! a navigation that started on their own site.

use leptos::prelude::*;

use super::document::{heading, page, render};
use crate::layout::Page;
use crate::server::Look;

/// A stop on the way to somewhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// What is going on: `Starting the impersonation`.
    pub title: String,
    /// Where it leads, in words.
    pub words: String,
    /// Where it leads. Made by the server, never taken from a request.
    pub href: String,
    /// The words of the link, for browsers that do not go on by themselves.
    pub label: String,
}

/// The page, which goes on at once.
#[must_use]
pub fn hop_page(hop: &Hop, look: &Look) -> String {
    render(look, || {
        let body = view! {
            {heading(&hop.title, &hop.words)}
            <p>
                <a class="btn big" href=hop.href.clone()>
                    {hop.label.clone()}
                </a>
            </p>
            <p class="gate-f">"You are taken there at once. If nothing happens, follow the link."</p>
        };
        Page {
            refresh: Some((0, hop.href.clone())),
            ..page(&hop.title, body)
        }
    })
}
