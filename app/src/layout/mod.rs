//! What stands around a page: the document, the console's frame, its navigation and its menus.

pub mod console;
pub mod document;
pub(crate) mod keys;
pub mod navigation;
pub(crate) mod palette;
mod scope;
mod session;
mod trial;

pub use console::{Around, console_frame};
pub use document::{Address, Page};
pub(crate) use keys::keys_hint;

use crate::routes::columns::{Column, Shown};
use crate::routes::staff;
use crate::ui::{ColumnMenu, column_menu};

/// The menu that chooses a list's columns. `back` is the list's address, to which the choice is added.
pub(crate) fn columns_of<C: Column>(shown: &Shown<C>, back: &str) -> leptos::prelude::AnyView {
    let columns = C::ALL
        .iter()
        .map(|column| (column.name(), column.label(), shown.has(*column)));
    column_menu(ColumnMenu {
        action: staff::COLUMNS,
        hidden: vec![("list", C::LIST.to_owned()), ("back", back.to_owned())],
        first: C::FIRST.1,
        columns: columns.collect(),
    })
}
