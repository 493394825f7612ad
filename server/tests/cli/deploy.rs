//! The files that operators start from: the example is a configuration, and the commands on the pages are commands.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use stagedoor_server::cli::Cli;

use super::installation::Installation;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn text(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap()
}

#[test]
fn the_example_is_a_configuration() {
    let installation = Installation::new();
    installation.secret("client.secret", "not a real one\n");
    let folder = installation.path("");
    let example = text("deploy/stagedoor.toml");
    let here = ["/etc/stagedoor/", "/var/lib/stagedoor/"]
        .iter()
        .fold(example, |text, away| {
            text.replace(&format!("\"{away}"), &format!("\"{}", folder.display()))
        })
        .replace(
            "sqlite:///var/lib/stagedoor/",
            &format!("sqlite://{}", folder.display()),
        );
    fs::write(installation.path("stagedoor.toml"), here).unwrap();
    let (fine, words) = installation.run(&["config", "check"]);
    assert!(fine && !words.contains("warning"), "{words}");
    assert!(installation.run(&["migrate"]).0);
}

/// The commands of this program in the fenced blocks of a page, a line each.
fn commands(page: &str) -> Vec<String> {
    let fenced = page.split("```").skip(1).step_by(2);
    fenced
        .flat_map(|block| block.lines())
        .map(|line| line.split(" # ").next().unwrap_or_default().trim())
        .filter(|line| line.starts_with("stagedoor "))
        .map(ToOwned::to_owned)
        .collect()
}

/// As a shell would: quotes keep words together.
fn words(line: &str) -> Vec<String> {
    let quoted = line.split('"').enumerate();
    quoted
        .flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().map(ToOwned::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

#[test]
fn commands_of_the_pages_are_commands() {
    let mut pages: Vec<PathBuf> = fs::read_dir(repository().join("docs/deploy"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    pages.push(repository().join("README.md"));
    let mut seen = 0;
    for page in pages {
        for line in commands(&fs::read_to_string(&page).unwrap()) {
            let parsed = Cli::try_parse_from(words(&line));
            assert!(
                parsed.is_ok(),
                "{}: {line}: {}",
                page.display(),
                parsed.unwrap_err()
            );
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen}");
}

#[test]
fn the_image_starts_what_there_is() {
    let file = text("Dockerfile");
    let lists: Vec<Vec<String>> = file
        .lines()
        .filter_map(|line| {
            line.split_once("CMD [")
                .or_else(|| line.split_once("ENTRYPOINT ["))
        })
        .map(|(_, list)| {
            let list = list.trim_end_matches(']').split(", ");
            list.map(|word| word.trim_matches('"').to_owned()).collect()
        })
        .collect();
    let [health, entry, arguments] = &lists[..] else {
        unreachable!("a health check, an entry point, its arguments: {lists:?}");
    };
    for line in [health.clone(), [&entry[..], &arguments[..]].concat()] {
        assert!(Cli::try_parse_from(&line).is_ok(), "{line:?}");
    }
    for name in file.split(|at: char| !(at.is_ascii_uppercase() || at == '_')) {
        if let Some(key) = name.strip_prefix("STAGEDOOR__") {
            let key = key.to_lowercase().replace("__", ".");
            assert!(
                stagedoor_server::config::KEYS
                    .iter()
                    .any(|known| known.name == key),
                "{name}"
            );
        }
    }
}
