//! The documents speak of what is there: the tests and files that they name, the pages they lead to, the folders they map.
//!
//! Whether a sentence is true is for its readers. What is looked at here is what goes stale unnoticed: a test that was
//! renamed, a file that was moved, a module that came after the map was drawn.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a test reads the tree and panics with what it finds"
)]

mod tree;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tree::{root, rust_files, shown};

/// The folders that a path in a document begins with.
const TOP: [&str; 10] = [
    "app",
    "bench",
    "crates",
    "deploy",
    "docs",
    "end2end",
    "frontend",
    "migrations",
    "server",
    "xtask",
];

#[test]
fn every_test_that_is_named_exists() {
    let functions = functions();
    let mut gone = Vec::new();
    for (page, text) in pages() {
        for name in spans(&text).into_iter().filter(|span| is_test_name(span)) {
            if !functions.contains(name) {
                gone.push(format!("{page}: {name}"));
            }
        }
    }
    assert!(gone.is_empty(), "named, but nowhere:\n{}", gone.join("\n"));
}

#[test]
fn every_file_that_is_named_exists() {
    // What commands leave behind may be named before it is there.
    let left_behind = fs::read_to_string(root().join(".gitignore")).unwrap();
    let mut gone = Vec::new();
    for (page, text) in pages() {
        let named = spans(&text).into_iter().filter(|span| is_path(span));
        gone.extend(
            named
                .filter(|path| {
                    !left_behind
                        .lines()
                        .any(|line| line.trim_start_matches('/') == *path)
                })
                .filter(|path| !root().join(path).exists())
                .map(|path| format!("{page}: {path}")),
        );
        let folder = root().join(&page).parent().unwrap().to_owned();
        gone.extend(
            links(&text)
                .into_iter()
                .filter(|link| !folder.join(link).exists())
                .map(|link| format!("{page}: a link to {link}")),
        );
    }
    assert!(gone.is_empty(), "named, but not there:\n{}", gone.join("\n"));
}

#[test]
fn the_map_has_every_module_of_the_folders_it_draws() {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let sections: Vec<(&str, &str)> = page
        .split("\n### `")
        .skip(1)
        .filter_map(|section| section.split_once('`'))
        .collect();
    assert!(sections.len() >= 7, "the map has lost its folders");
    let mut wrong = Vec::new();
    for (folder, section) in sections {
        let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
        let cells = rows.filter_map(|row| row.split_once(" |"));
        let drawn: BTreeSet<String> = cells
            .flat_map(|(cell, _)| cell.split('`').map(str::to_owned).collect::<Vec<_>>())
            .filter(|name| !name.trim().is_empty())
            .collect();
        let there = children(&root().join(folder));
        wrong.extend(
            drawn
                .difference(&there)
                .map(|name| format!("{folder}/{name} is drawn, but not there")),
        );
        wrong.extend(
            there
                .difference(&drawn)
                .map(|name| format!("{folder}/{name} has no line")),
        );
    }
    assert!(
        wrong.is_empty(),
        "the code map of ARCHITECTURE.md:\n{}",
        wrong.join("\n")
    );
}

/// Every document with its text, blocks of code left out.
fn pages() -> Vec<(String, String)> {
    let mut files = markdown(&root());
    for folder in ["docs", "docs/adr", "docs/deploy"] {
        files.extend(markdown(&root().join(folder)));
    }
    assert!(files.len() > 15, "the documents are somewhere else: {files:?}");
    files
        .into_iter()
        .map(|file| (shown(&file), prose(&fs::read_to_string(&file).unwrap())))
        .collect()
}

fn markdown(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect()
}

fn prose(text: &str) -> String {
    let parts = text.split("\n```").step_by(2);
    parts.collect::<Vec<_>>().join("\n")
}

/// What stands between single backticks.
fn spans(text: &str) -> Vec<&str> {
    let lines = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    lines.collect()
}

/// The targets of links within the tree, without their anchors.
fn links(text: &str) -> Vec<&str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter_map(|link| link.split('#').next())
        .filter(|link| !link.is_empty() && !link.contains("://"))
        .collect()
}

fn is_test_name(span: &str) -> bool {
    let word = span
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    word && span.matches('_').count() > 2
}

fn is_path(span: &str) -> bool {
    let example = span.contains(['<', '{', '*', ' ']) || span.contains("NNNN");
    let top = span.split_once('/').map(|(top, _)| top);
    !example && top.is_some_and(|top| TOP.contains(&top))
}

/// The name of every function in the tree.
fn functions() -> BTreeSet<String> {
    rust_files(&root())
        .iter()
        .flat_map(|file| {
            let source = fs::read_to_string(file).unwrap();
            let after = source.split("fn ").skip(1).map(|rest| {
                let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
                rest[..end.unwrap_or(rest.len())].to_owned()
            });
            after.collect::<Vec<_>>()
        })
        .collect()
}

/// The modules and folders directly in a folder; a folder ends in `/`.
fn children(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() { format!("{name}/") } else { name }
        })
        .filter(|name| name != "lib.rs" && name != "mod.rs")
        .collect()
}
