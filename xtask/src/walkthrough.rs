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
    /// Put lines behind the first line that holds some words.
    Insert {
        path: String,
        after: String,
        text: String,
    },
    /// Run a command.
    Run(String),
}

/// Follows the page, in a copy.
pub(crate) fn follow(progress: &Progress) -> Result<(), Failure> {
    let page = fs::read_to_string(workspace().join(PAGE)).map_err(|error| format!("{PAGE}: {error}"))?;
    let tree = copy(progress)?;
    let cluster = Cluster::start(progress)?;
    for step in read(&page)? {
        take(&step, &tree, &cluster, progress)?;
    }
    progress.say("walkthrough passed: every step of docs/walkthrough.md works as written");
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
        Step::Insert { path, after, text } => {
            let file = tree.join(path);
            let before = fs::read_to_string(&file).map_err(|error| format!("{path}: {error}"))?;
            let changed = insert(&before, after, text)
                .ok_or_else(|| format!("{PAGE}: no line of {path} holds `{after}`"))?;
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

/// Puts lines behind the first line that holds the words.
fn insert(before: &str, after: &str, text: &str) -> Option<String> {
    let at = before.find(after)?;
    let end = before[at..].find('\n').map_or(before.len(), |end| at + end + 1);
    let (head, tail) = before.split_at(end);
    let newline = if head.ends_with('\n') { "" } else { "\n" };
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
    match (language, what.split_once(" after ")) {
        ("sh", None) => Ok(Some(Step::Run(text.trim().to_owned()))),
        (_, Some((path, words))) => {
            let after = words.trim_matches('`').to_owned();
            Ok(Some(Step::Insert {
                path: path.to_owned(),
                after,
                text,
            }))
        }
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

    const PAGE_TEXT: &str = "Words.\n\n```rust a/b.rs after `two`\nthree\n```\n\n```sql c/d.sql\nfour\n```\n\n```sh\ntrue\n```\n\n```text\nfive\n```\n";

    #[test]
    fn a_page_is_read_into_its_steps() {
        let steps = read(PAGE_TEXT).unwrap();
        assert_eq!(
            steps,
            [
                Step::Insert {
                    path: "a/b.rs".into(),
                    after: "two".into(),
                    text: "three\n".into()
                },
                Step::Create {
                    path: "c/d.sql".into(),
                    text: "four\n".into()
                },
                Step::Run("true".into()),
            ]
        );
        assert!(read("```rust nonsense\n```\n").is_err());
    }

    #[test]
    fn lines_go_behind_the_first_line_that_holds_the_words() {
        assert_eq!(
            insert("one\ntwo x\ntwo\n", "two", "new\n").as_deref(),
            Some("one\ntwo x\nnew\ntwo\n")
        );
        assert_eq!(
            insert("one\ntwo", "two", "new\n").as_deref(),
            Some("one\ntwo\nnew\n")
        );
        assert_eq!(insert("one\n", "three", "new\n"), None);
    }
}
