//! What stands around a page: the document, the console's frame, its navigation and its menus.

pub mod console;
pub mod document;
pub mod navigation;
pub mod permission;
mod scope;
mod session;

pub use console::{Around, console_frame};
pub use document::{Address, Page};
pub use permission::may;
