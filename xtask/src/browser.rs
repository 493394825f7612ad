//! Chromium and Playwright, for the tests that look at pages as people do.

use std::path::Path;

use crate::setup;
use crate::shell::{Failure, Progress, which};

/// The Node packages and a Chromium, installed when missing.
pub(crate) fn ensure(progress: &Progress) -> Result<(), Failure> {
    setup::node_modules(progress)?;
    if has_chromium() {
        return Ok(());
    }
    // The shell is Chromium without windows, and faster. Not every release of Debian has it.
    let debian = |package| setup::packages(&[package], progress).is_ok();
    if which("apt-get").is_some() && (debian("chromium-headless-shell") || debian("chromium")) {
        return Ok(());
    }
    setup::playwright_chromium(progress)
}

/// Debian's Chromium, or one that Playwright has fetched for this account.
fn has_chromium() -> bool {
    let home = std::env::var_os("HOME").unwrap_or_default();
    let cache = std::fs::read_dir(Path::new(&home).join(".cache/ms-playwright"))
        .into_iter()
        .flatten()
        .flatten();
    let fetched = cache
        .filter_map(|entry| entry.file_name().into_string().ok())
        .any(|name| name.starts_with("chromium-"));
    let installed = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];
    fetched || installed.iter().any(|path| Path::new(path).exists())
}
