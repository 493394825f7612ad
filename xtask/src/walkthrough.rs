//! The worked example of `docs/walkthrough.md`, followed to the letter in a copy of the tree: so that the page which
//! teaches a newcomer is true, or the test fails.
//!
//! A block of the page whose first line names a file is a change to it; a block of `sh` is run. Nothing here touches
//! the tree itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::postgres::Cluster;
use crate::shell::{Failure, Progress, program, quiet, run, workspace};

/// The page.
const PAGE: &str = "docs/walkthrough.md";

/// One thing that the page says to do.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// Make a file.
    Create { path: String, text: String },
    /// Put lines beside the first line that holds some words, or in its place.
    Change {
        path: String,
        place: Place,
        words: String,
        text: String,
    },
    /// Run a command.
    Run(String),
}

/// Where the lines of a change go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    After,
    Before,
    Instead,
}

/// The places, each as the page writes it between the file's name and the words.
const PLACES: [(&str, Place); 3] = [
    (" after ", Place::After),
    (" before ", Place::Before),
    (" instead of ", Place::Instead),
];

/// Follows the page, in a copy.
pub(crate) fn follow(progress: &Progress) -> Result<(), Failure> {
    let page = fs::read_to_string(workspace().join(PAGE)).map_err(|error| format!("{PAGE}: {error}"))?;
    let tree = copy(progress)?;
    let cluster = Cluster::start(progress)?;
    let steps = read(&page)?;
    let followed = steps
        .iter()
        .try_for_each(|step| take(step, &tree, &cluster, progress));
    forget()?;
    followed?;
    progress.say("walkthrough passed: every step of docs/walkthrough.md works as written");
    Ok(())
}

/// What was built from the copy stands where the tree's own crates stand, and cargo would take it for theirs: whatever is
/// built next begins with them.
fn forget() -> Result<(), Failure> {
    let kept = workspace().join("target/debug/.fingerprint");
    let listed = fs::read_dir(&kept).map_err(|error| format!("{}: {error}", kept.display()))?;
    let ours = listed
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("stagedoor-"));
    for entry in ours {
        let path = entry.path();
        fs::remove_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

fn take(step: &Step, tree: &Path, cluster: &Cluster, progress: &Progress) -> Result<(), Failure> {
    match step {
        Step::Create { path, text } => {
            let file = tree.join(path);
            if file.exists() {
                return Err(format!("{PAGE} creates {path}, which exists"));
            }
            file.parent()
                .map(fs::create_dir_all)
                .transpose()
                .map_err(|error| format!("{path}: {error}"))?;
            fs::write(&file, text).map_err(|error| format!("{path}: {error}"))
        }
        Step::Change {
            path,
            place,
            words,
            text,
        } => {
            let file = tree.join(path);
            let before = fs::read_to_string(&file).map_err(|error| format!("{path}: {error}"))?;
            let changed = change(&before, (*place, words), text)
                .ok_or_else(|| format!("{PAGE}: no line of {path} holds `{words}`"))?;
            fs::write(&file, changed).map_err(|error| format!("{path}: {error}"))
        }
        Step::Run(line) => {
            progress.say(&format!("walkthrough: {line}"));
            run(shell(line, tree).env("STAGEDOOR_TEST_POSTGRES", cluster.url()))
        }
    }
}

/// The copy shares the tree's build, so that only our own crates are compiled again.
fn shell(line: &str, tree: &Path) -> Command {
    let mut command = program("sh");
    command
        .args(["-ec", line])
        .current_dir(tree)
        .env("CARGO_TARGET_DIR", workspace().join("target"));
    command
}

/// The files that git knows or would take, in a fresh folder.
fn copy(progress: &Progress) -> Result<PathBuf, Failure> {
    // Outside the tree, as a clone would be, and always there, so that a second run builds less.
    let tree = std::env::temp_dir().join("stagedoor-walkthrough");
    progress.say("walkthrough: copying the tree");
    if tree.exists() {
        fs::remove_dir_all(&tree).map_err(|error| format!("{}: {error}", tree.display()))?;
    }
    let listed = quiet(program("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))?;
    for path in listed.lines().filter(|path| workspace().join(path).is_file()) {
        let target = tree.join(path);
        target
            .parent()
            .map(fs::create_dir_all)
            .transpose()
            .and_then(|_| fs::copy(workspace().join(path), &target))
            .map_err(|error| format!("{path}: {error}"))?;
    }
    // The server embeds the site; the copy's pages are the tree's.
    let site = tree.join("target");
    fs::create_dir_all(&site).map_err(|error| error.to_string())?;
    quiet(
        program("cp")
            .arg("-r")
            .arg(workspace().join("target/site"))
            .arg(&site),
    )?;
    Ok(tree)
}

/// Puts lines beside the first line that holds the words, or in its place.
fn change(before: &str, (place, words): (Place, &str), text: &str) -> Option<String> {
    let at = before.find(words)?;
    let start = before[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end = before[at..].find('\n').map_or(before.len(), |end| at + end + 1);
    let (head, tail) = match place {
        Place::After => (&before[..end], &before[end..]),
        Place::Before => (&before[..start], &before[start..]),
        Place::Instead => (&before[..start], &before[end..]),
    };
    let newline = if head.is_empty() || head.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    Some(format!("{head}{newline}{text}{tail}"))
}

/// The steps of a page, in order.
fn read(page: &str) -> Result<Vec<Step>, Failure> {
    let mut steps = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else {
            continue;
        };
        let text: String = lines
            .by_ref()
            .take_while(|line| *line != "```")
            .flat_map(|line| [line, "\n"])
            .collect();
        steps.extend(step(info, text)?);
    }
    Ok(steps)
}

fn step(info: &str, text: String) -> Result<Option<Step>, Failure> {
    let (language, what) = info.split_once(' ').unwrap_or((info, ""));
    // A path holds no space, so the first one ends it.
    let found = what.find(' ').and_then(|end| {
        let (path, rest) = what.split_at(end);
        let (_, place) = PLACES.iter().find(|(between, _)| rest.starts_with(between))?;
        let words = rest.split_once('`')?.1.trim_end_matches('`');
        Some((path, *place, words))
    });
    match (language, found) {
        ("sh", None) => Ok(Some(Step::Run(text.trim().to_owned()))),
        (_, Some((path, place, words))) => Ok(Some(Step::Change {
            path: path.to_owned(),
            place,
            words: words.to_owned(),
            text,
        })),
        (_, None) if what.contains('/') => Ok(Some(Step::Create {
            path: what.to_owned(),
            text,
        })),
        (_, None) if what.is_empty() => Ok(None),
        _ => Err(format!(
            "{PAGE}: a block begins with `{info}`, which names no file"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE_TEXT: &str = "Words.\n\n```rust a/b.rs after `two`\nthree\n```\n\n```sql c/d.sql\nfour\n```\n\n```sh\ntrue\n```\n\n```text\nfive\n```\n\n```rust a/b.rs instead of `x after y`\nsix\n```\n";

    #[test]
    fn a_page_is_read_into_its_steps() {
        let steps = read(PAGE_TEXT).unwrap();
        let change = |place, words: &str, text: &str| Step::Change {
            path: "a/b.rs".into(),
            place,
            words: words.into(),
            text: text.into(),
        };
        assert_eq!(
            steps,
            [
                change(Place::After, "two", "three\n"),
                Step::Create {
                    path: "c/d.sql".into(),
                    text: "four\n".into()
                },
                Step::Run("true".into()),
                change(Place::Instead, "x after y", "six\n"),
            ]
        );
        assert!(read("```rust nonsense\n```\n").is_err());
    }

    #[test]
    fn lines_go_beside_the_first_line_that_holds_the_words_or_in_its_place() {
        let changed = |before, place| change(before, (place, "two"), "new\n");
        let text = "one\ntwo x\ntwo\n";
        assert_eq!(
            changed(text, Place::After).as_deref(),
            Some("one\ntwo x\nnew\ntwo\n")
        );
        assert_eq!(
            changed(text, Place::Before).as_deref(),
            Some("one\nnew\ntwo x\ntwo\n")
        );
        assert_eq!(changed(text, Place::Instead).as_deref(), Some("one\nnew\ntwo\n"));
        assert_eq!(
            changed("one\ntwo", Place::After).as_deref(),
            Some("one\ntwo\nnew\n")
        );
        assert_eq!(changed("two", Place::Before).as_deref(), Some("new\ntwo"));
        assert_eq!(changed("one\n", Place::After), None);
    }
}
