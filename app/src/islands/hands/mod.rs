//! The console under the hands: keys, the palette, and choosing rows.
//!
//! The server has drawn all of it: dialogs, options, boxes. The island only moves what is there, so that it stays small, and
//! nothing is lost where it does not run. What a key does stands in one table ([`BINDINGS`]), which the list of keys shows.
//! It decides nothing and knows nothing: a page that is hidden from the person is not in the document either.

#[cfg(feature = "hydrate")]
mod browser;
mod fit;
mod keymap;
mod rows;

use leptos::prelude::*;

pub use fit::{fits, spelt};
pub use keymap::{BINDINGS, Binding, Does, GO, Keymap, Press, Single};
pub use rows::{between, moved};

/// Listens to keys, opens the palette, and chooses rows. What it must know stands in the document that it listens to.
#[island]
pub fn Hands() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::attach();
    view! { <span hidden></span> }
}
