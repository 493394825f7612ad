//! The stylesheets: design tokens, component rules and the Tailwind utilities the pages name.
//!
//! [`stylesheet`] reads the Rust sources of the pages, and refuses a class that no rule answers: a misspelt class is a
//! build error, never a page that quietly looks wrong. It reads no file and writes none; the caller brings the sources and
//! takes the text. Fonts are named by their plain file names (`inter.woff2`), which the caller replaces by hashed ones.

mod classes;
mod error;
mod sheet;
mod theme;
mod utilities;

pub use error::{Error, UnknownClass};

use std::collections::BTreeSet;

/// The finished, minified sheets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Css {
    /// The console's and the portal's: web fonts, every component, utilities.
    pub console: String,
    /// The sign-in page's: tokens, controls and the gate, the system's font.
    pub gate: String,
}

/// Where the sign-in pages' sources lie: what they name must be in their own sheet.
const GATE: &str = "/gate/";

/// Builds both sheets for the pages in `sources`, pairs of a path and Rust text. The path is for messages; one with
/// `/gate/` in it belongs to the sign-in pages.
///
/// # Errors
/// [`Error::UnknownClasses`] lists every class without a rule, [`Error::Source`] names a file that is not Rust,
/// [`Error::Css`] says where our own CSS is wrong.
pub fn stylesheet(sources: &[(&str, &str)]) -> Result<Css, Error> {
    let (components, gate) = (sheet::component_classes(), sheet::gate_classes());
    let mut words = BTreeSet::new();
    let mut unknown = Vec::new();
    for (path, text) in sources {
        let found = classes::scan(path, text)?;
        let at_gate = path.contains(GATE);
        for used in found.named {
            let known = if at_gate {
                gate.contains(&used.class)
            } else {
                components.contains(&used.class)
            };
            if known {
                continue;
            }
            if at_gate || !utilities::exists(&used.class) {
                unknown.push(UnknownClass {
                    path: (*path).to_owned(),
                    line: used.line,
                    class: used.class,
                });
            } else {
                words.insert(used.class);
            }
        }
        words.extend(found.hinted);
    }
    if !unknown.is_empty() {
        return Err(Error::UnknownClasses(unknown));
    }
    words.retain(|word| !components.contains(word));
    Ok(Css {
        console: sheet::console(&words)?,
        gate: sheet::gate()?,
    })
}
