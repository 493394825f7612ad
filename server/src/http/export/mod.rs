//! Exports on the wire: a body that is written page by page as fast as it is read, and says in its headers what it is.
//!
//! **The manifest.** `Stagedoor-Export-Rows`, `-Complete`, `-Limit` and `-Filter` stand in the headers of every export. JSON
//! Lines repeats all of it in its first line, `{"manifest": {…}}`, so that it stays with the file; CSV knows no comments
//! (RFC 4180), so its file's name says when it is not all. A transfer that fails is broken off, never ended in order.
//!
//! Only our own pages and people who type an address may start one: a link on another site would have somebody export, and be
//! recorded for it. Nothing is fetched ahead, and `HEAD` is refused, for what nobody took must not stand in the log as taken.

pub mod csv;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use futures_util::stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Serialize;
use sha2::{Digest, Sha256};
use stagedoor_core::error::{ApiError, Code};
use stagedoor_core::input::FieldError;
use stagedoor_service::ServiceError;
use stagedoor_service::export::{Export, Format, Manifest, Pages};

use self::csv::Table;
use crate::edge::{Context, Edge, JsonError, wants_page};
use crate::http::page::gate_error;
use crate::layer::tenant::is_speculative;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const ROWS: HeaderName = HeaderName::from_static("stagedoor-export-rows");
const COMPLETE: HeaderName = HeaderName::from_static("stagedoor-export-complete");
const LIMIT: HeaderName = HeaderName::from_static("stagedoor-export-limit");
const FILTER: HeaderName = HeaderName::from_static("stagedoor-export-filter");

/// The form of a file: comma-separated values (RFC 4180), or one JSON object a line.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "read by the documentation only")]
pub enum FormatName {
    /// Comma-separated values.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

/// A call for an export: where its errors go, and proof that one of our pages or a person asked.
pub struct Caller {
    edge: Edge,
    context: Context,
    headers: HeaderMap,
}

impl FromRequestParts<Edge> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Response> {
        let context = Context::from_request_parts(parts, edge)
            .await
            .map_err(IntoResponse::into_response)?;
        let caller = Self {
            edge: edge.clone(),
            context,
            headers: parts.headers.clone(),
        };
        if parts.method != Method::GET || is_speculative(&parts.method, &parts.headers) {
            let message = "An export is fetched with GET, and never ahead.";
            return Err(caller.refuse_by(Code::MethodNotAllowed, message));
        }
        let site = parts.headers.get(FETCH_SITE).map(HeaderValue::as_bytes);
        if site.is_some_and(|site| site != b"same-origin" && site != b"none") {
            let message = "This export was asked for by another site. Open the page and export there.";
            return Err(caller.refuse_by(Code::OriginDenied, message));
        }
        Ok(caller)
    }
}

impl Caller {
    /// A refusal: a page for whoever clicked, JSON for a program.
    pub fn refuse(&self, error: &ServiceError) -> Response {
        let mut response = self.answer(&error.public(self.context.visitor.request));
        if let ServiceError::TooOften {
            again_after_seconds, ..
        } = error
        {
            let seconds = HeaderValue::from(*again_after_seconds);
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        response
    }

    fn refuse_by(&self, code: Code, message: &str) -> Response {
        self.answer(&JsonError::edge(&self.context, code, message).0)
    }

    fn answer(&self, error: &ApiError) -> Response {
        if wants_page(&self.headers) {
            gate_error(
                &self.edge,
                &self.context,
                &CookieJar::from_headers(&self.headers),
                error,
            )
        } else {
            JsonError(error.clone()).into_response()
        }
    }
}

/// The format that is asked for by name.
///
/// # Errors
/// Names the field `format`.
pub fn format(name: &str) -> Result<Format, ServiceError> {
    let unknown = || ServiceError::field(FieldError::new("format", "Choose csv or jsonl."));
    Format::from_name(name).ok_or_else(unknown)
}

/// The answer that carries an export. `row` makes of a row what is written: as JSON, and as a line of a table.
pub fn answer<P, R>(export: Export<P>, row: fn(P::Row) -> R) -> Response
where
    P: Pages + 'static,
    R: Serialize + Table + 'static,
{
    let manifest = export.manifest().clone();
    let first = match manifest.format {
        Format::Csv => csv::line(R::HEAD.iter().copied()),
        Format::JsonLines => json_line(&serde_json::json!({ "manifest": manifest })).unwrap_or_default(),
    };
    let writing = Writing {
        export,
        row,
        digest: manifest.proof.is_some().then(Sha256::new),
        first: Some(first),
    };
    let pieces = stream::try_unfold(writing, |mut writing| async move {
        match writing.next().await {
            Ok(text) => Ok(text.map(|text| (text, writing))),
            Err(error) => {
                tracing::warn!(%error, "an export was broken off");
                Err(std::io::Error::other(error))
            }
        }
    });
    let mut response = Body::from_stream(pieces).into_response();
    headers(response.headers_mut(), &manifest);
    response
}

/// A file that is being written.
struct Writing<P: Pages, R> {
    export: Export<P>,
    row: fn(P::Row) -> R,
    /// Over all that was written, where a signed end follows.
    digest: Option<Sha256>,
    first: Option<String>,
}

impl<P: Pages + 'static, R: Serialize + Table> Writing<P, R> {
    /// The next piece: the first line, pages of rows, and the signed end where the file has proofs.
    async fn next(&mut self) -> Result<Option<String>, ServiceError> {
        if let Some(first) = self.first.take() {
            return Ok(Some(self.eaten(first)));
        }
        if let Some(rows) = self.export.next_page().await? {
            let rows = rows.into_iter().map(self.row);
            let text = write(self.export.manifest().format, rows)
                .map_err(|error| ServiceError::Internal(error.to_string()))?;
            return Ok(Some(self.eaten(text)));
        }
        let Some(digest) = self.digest.take() else {
            return Ok(None);
        };
        let end = self.export.end(digest.finalize().into())?;
        Ok(end.map(|end| end + "\n"))
    }

    fn eaten(&mut self, text: String) -> String {
        if let Some(digest) = &mut self.digest {
            digest.update(&text);
        }
        text
    }
}

fn headers(headers: &mut HeaderMap, manifest: &Manifest) {
    let kind = match manifest.format {
        Format::Csv => "text/csv; charset=utf-8; header=present",
        Format::JsonLines => "application/jsonl; charset=utf-8",
    };
    let name = format!("attachment; filename=\"{}\"", manifest.file_name());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(ROWS, HeaderValue::from(manifest.rows));
    headers.insert(LIMIT, HeaderValue::from(manifest.limit));
    let complete = if manifest.complete { "true" } else { "false" };
    headers.insert(COMPLETE, HeaderValue::from_static(complete));
    // INVARIANT: both are ASCII of our own making.
    for (header, text) in [(CONTENT_DISPOSITION, name), (FILTER, manifest.filter.clone())] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(header, value);
        }
    }
}

fn write<R: Serialize + Table>(
    format: Format,
    rows: impl Iterator<Item = R>,
) -> Result<String, serde_json::Error> {
    let mut text = String::new();
    for row in rows {
        match format {
            Format::Csv => {
                let cells = row.cells();
                text.push_str(&csv::line(cells.iter().map(String::as_str)));
            }
            Format::JsonLines => text.push_str(&json_line(&row)?),
        }
    }
    Ok(text)
}

/// One JSON text and a line feed: JSON has no raw line feed in it.
fn json_line(value: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string(value).map(|text| text + "\n")
}
