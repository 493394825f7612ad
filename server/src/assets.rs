//! The browser's files: hashed names, precompressed, inside the binary.

use std::collections::HashMap;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue, StatusCode};
use rust_embed::RustEmbed;
use serde::Deserialize;
use stagedoor_app::server::Assets;

#[derive(RustEmbed)]
#[folder = "../target/site"]
struct Site;

const MANIFEST: &str = "manifest.json";

#[derive(Deserialize)]
struct Published {
    name: String,
}

/// The files were not built into this program.
#[derive(Debug, thiserror::Error)]
#[error(
    "the browser's files are missing from this build ({0}): build with `cargo xtask build` or start with `cargo xtask demo`"
)]
pub struct AssetsMissing(&'static str);

/// Reads the manifest: logical names to the paths they are served at.
///
/// # Errors
/// When the files were not built.
pub fn load() -> Result<Assets, AssetsMissing> {
    let file = Site::get(MANIFEST).ok_or(AssetsMissing("no manifest"))?;
    let files: HashMap<String, Published> =
        serde_json::from_slice(&file.data).map_err(|_| AssetsMissing("unreadable manifest"))?;
    Ok(Assets::new(
        files
            .into_iter()
            .map(|(logical, file)| (logical, format!("/assets/{}", file.name)))
            .collect(),
    ))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// One file. Names carry a hash of the content, so that a file never changes and may be kept for ever.
pub async fn serve(axum::extract::Path(name): axum::extract::Path<String>, headers: HeaderMap) -> Response {
    let brotli = headers
        .get(ACCEPT_ENCODING)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.split(',').any(|one| one.trim().starts_with("br")));
    let known = !name.ends_with(".br") && !name.starts_with('.') && name != MANIFEST;
    let packed = if brotli && known {
        Site::get(&format!("{name}.br"))
    } else {
        None
    };
    let encoded = packed.is_some();
    let Some(file) = packed.or_else(|| if known { Site::get(&name) } else { None }) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = Response::new(Body::from(file.data.into_owned()));
    let out = response.headers_mut();
    out.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(&name)));
    out.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    out.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if encoded {
        out.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}
