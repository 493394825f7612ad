//! The design system: the small parts pages are made of.
//!
//! Nothing here loads data, knows a role or reads the request. A part takes plain values and gives markup whose classes
//! are those of the stylesheet; it never writes a `style` attribute or an inline script, which the content security
//! policy would refuse.

pub mod ask;
pub mod avatar;
pub mod button;
pub mod card;
pub mod chip;
pub mod choice;
pub mod columns;
pub mod diff;
pub mod export;
pub mod field;
pub mod flash;
pub mod guard;
pub mod icon;
pub mod kpi;
pub mod mark;
pub mod nav;
pub mod pager;
pub mod search;
pub mod state;
pub mod table;
pub mod tabs;
pub mod tag;
pub mod time;

pub use ask::{Ask, ask, dialog_frame};
pub use avatar::{avatar, who};
pub use button::{Act, Hidden, cancel_link, link_button, post_button};
pub use card::{page_head, titled_card};
pub use chip::{chip, search_box};
pub use columns::{ColumnMenu, column_menu};
pub use diff::diff;
pub use export::export_menu;
pub use field::{Field, text_field};
pub use flash::{flash_note, typed, wrong};
pub use guard::{glyph_list, glyph_sprite, glyphs};
pub use icon::{Icon, icon};
pub use kpi::kpis;
pub use nav::{NavLink, nav_heading, nav_link, person_foot, sidebar};
pub use pager::{pager, span};
pub use search::{SearchBar, add_filter, search_bar};
pub use state::{State, no_rows, state};
pub use table::sort_header;
pub use tabs::{Tab, tabs};
pub use tag::{status_tag, tag, tone_box, tone_text};
pub use time::Clock;
