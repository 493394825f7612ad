//! Whether the tests emit every event of the catalogue: one that no test ever emits is promised by a page and held by nobody.
//!
//! The tests note what they commit in a folder (`crates/store/src/testing/seen.rs`). What there should be stands in
//! docs/events.md, which a test of the core has just compared with the catalogue. A change counts when it was done, for a
//! refusal says nothing of the deed; a look counts either way, for many are written down only when they are refused.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::{Failure, workspace};

/// The variable that tells the tests the folder.
pub(crate) const VARIABLE: &str = "STAGEDOOR_EVENTS_SEEN";
/// The catalogue as a page.
const PAGE: &str = "docs/events.md";

/// A folder for the notes of one run.
#[derive(Debug)]
pub(crate) struct Seen {
    folder: PathBuf,
}

/// What the tests noted: the names of events that were done, and of all that were written down.
#[derive(Debug, Default)]
struct Notes {
    done: BTreeSet<String>,
    written: BTreeSet<String>,
}

impl Seen {
    /// An empty one.
    pub(crate) fn fresh() -> Result<Self, Failure> {
        let folder = workspace().join("target/events-seen");
        let failed = |error| format!("{}: {error}", folder.display());
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(failed)?;
        }
        fs::create_dir_all(&folder).map_err(failed)?;
        Ok(Self { folder })
    }

    /// Where the tests leave their notes.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Compares what was noted with the page. Only true after all of Rust's tests.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let page = fs::read_to_string(workspace().join(PAGE)).map_err(|error| format!("{PAGE}: {error}"))?;
        let mut notes = Notes::default();
        for outcome in files(&self.folder)? {
            let names = files(&self.folder.join(&outcome))?;
            if outcome == "success" {
                notes.done.clone_from(&names);
            }
            notes.written.extend(names);
        }
        judge(&page, &notes)
    }
}

fn files(folder: &Path) -> Result<BTreeSet<String>, Failure> {
    let files = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let names = files.flatten().map(|file| file.file_name());
    Ok(names.map(|name| name.to_string_lossy().into_owned()).collect())
}

/// What is wrong between the page and the notes.
fn judge(page: &str, notes: &Notes) -> Result<(), Failure> {
    let emitted = section(page, "Emitted");
    if emitted.is_empty() {
        return Err(format!(
            "{PAGE} has no events under \"Emitted\": it is written in another form than it is read"
        ));
    }
    let never = emitted.iter().filter(|(name, what)| match what.as_str() {
        "look" => !notes.written.contains(name),
        _ => !notes.done.contains(name),
    });
    let silent = [section(page, "Never refused"), section(page, "Awaited")].concat();
    let already = silent.iter().filter(|(name, _)| notes.written.contains(name));
    let complaints = [
        complaint(never, "is emitted by no test: write the one that does"),
        complaint(
            already,
            "is emitted, though its row says that it is not: take the last word out of it, and bless the page",
        ),
    ];
    let wrong: Vec<String> = complaints.into_iter().flatten().collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!("the events of {PAGE}:\n{}", wrong.join("\n")))
}

fn complaint<'a>(events: impl Iterator<Item = &'a (String, String)>, why: &str) -> Option<String> {
    let lines: Vec<String> = events.map(|(name, _)| format!("{name} {why}")).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The first two columns of a section's table: the name of an event, and whether it is a look or a change.
fn section(page: &str, title: &str) -> Vec<(String, String)> {
    let sections = page.split("\n## ");
    let rows = sections
        .filter_map(|section| section.strip_prefix(title))
        .flat_map(str::lines);
    rows.filter_map(|line| {
        let (name, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
        let (what, _) = rest.split_once(" |")?;
        Some((name.to_owned(), what.to_owned()))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "\
# Events

## Emitted

| event | what | log |
|---|---|---|
| `tenant.view` | look | platform |
| `tenant.update` | change | both |

## Never refused

| event | what | log |
|---|---|---|
| `portal.view` | look | tenant |

## Awaited

| event | what | log |
|---|---|---|
| `risk.raise` | change | both |

## Facts

| `path` | Path | The page. |
";

    fn judged(done: &[&str], refused: &[&str]) -> Result<(), Failure> {
        let names = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<BTreeSet<_>>()
        };
        let done = names(done);
        let written = done.union(&names(refused)).cloned().collect();
        judge(SAMPLE, &Notes { done, written })
    }

    #[test]
    fn changes_have_to_be_done_and_looks_to_be_written_down() {
        assert_eq!(judged(&["tenant.update"], &["tenant.view"]), Ok(()));
        assert_eq!(judged(&["tenant.update", "tenant.view"], &[]), Ok(()));
        let refused = judged(&["tenant.view"], &["tenant.update"]).unwrap_err();
        assert!(
            refused.ends_with("\ntenant.update is emitted by no test: write the one that does"),
            "{refused}"
        );
        let unseen = judged(&["tenant.update"], &[]).unwrap_err();
        assert!(unseen.contains("tenant.view is emitted by no test"), "{unseen}");
    }

    #[test]
    fn what_is_not_emitted_may_not_even_be_tried() {
        let early = judged(&["tenant.update", "tenant.view"], &["risk.raise"]).unwrap_err();
        assert!(early.contains("risk.raise is emitted, though its row"), "{early}");
    }

    #[test]
    fn what_is_never_refused_is_never_written_down() {
        let refused = judged(&["tenant.update", "tenant.view"], &["portal.view"]).unwrap_err();
        assert!(
            refused.contains("portal.view is emitted, though its row"),
            "{refused}"
        );
    }

    #[test]
    fn the_page_is_read_as_it_is_written() {
        let page = fs::read_to_string(workspace().join(PAGE)).unwrap();
        let emitted = section(&page, "Emitted");
        assert!(emitted.contains(&("staff.sign_in".to_owned(), "change".to_owned())));
        assert!(
            emitted.iter().all(|(_, what)| what == "look" || what == "change"),
            "{emitted:?}"
        );
        assert!(judge("# Events", &Notes::default()).is_err());
    }
}
