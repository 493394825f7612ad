//! `stagedoor openapi`: the description of the JSON API, without a server.

use super::CommandError;
use crate::cli::announce;
use crate::http::api;

/// Prints it.
///
/// # Errors
/// Never so far; the description is made of constants.
pub fn run() -> Result<(), CommandError> {
    let text = api::document()
        .to_pretty_json()
        .map_err(|error| CommandError::Refused(error.to_string()))?;
    announce(&text);
    Ok(())
}
