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

pub use fit::fits;
pub use keymap::{BINDINGS, Binding, Does, GO, Keymap, Press, Single};
pub use rows::{between, moved};

/// Listens to keys, opens the palette, and chooses rows.
#[island]
pub fn Hands(
    /// Whether single keys do anything for this person.
    single: bool,
    /// Whose pages are remembered as recent: another person in the same tab does not see them.
    person: String,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::attach(if single { Single::On } else { Single::Off }, person);
    #[cfg(not(feature = "hydrate"))]
    let _ = (single, person);
    view! { <span hidden></span> }
}
