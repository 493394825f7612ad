//! The receipt of one entry, for the console and, with the same body, for a tenant's own log.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Serialize;
use stagedoor_core::id::EventId;
use stagedoor_core::view::receipt::{ReceiptView, Standing};
use stagedoor_service::{StaffOp, audit};
use utoipa::ToSchema;

use super::refuse;
use crate::http::api::{Refusals, schema};
use crate::http::input::PathId;

/// What proves an entry.
#[derive(Serialize, ToSchema)]
#[schema(as = Proof)]
pub struct ProofBody {
    /// The entry's canonical bytes, to the letter: what its leaf in the log hashes.
    entry: String,
    /// Its place, the path to the root and the signed checkpoint, in the form c2sp.org/tlog-proof@v1.
    proof: String,
}

/// A key that the log's checkpoints are signed with.
#[derive(Serialize, ToSchema)]
#[schema(as = LogKey)]
pub struct KeyBody {
    /// What people call it.
    #[schema(example = "2026-11")]
    label: String,
    /// In the form of signed notes: `name+id+key`.
    key: String,
}

/// How many witnesses agree that an entry stands where it stands: each keeps, outside of this installation, what it has seen of
/// the log.
#[derive(Serialize, ToSchema)]
#[schema(as = Witnesses)]
pub struct WitnessesBody {
    /// How many have cosigned a checkpoint that covers the entry's place. This server says so; the receipt does not prove it.
    #[schema(example = 2)]
    agree: u32,
    /// How many are configured; 0 where none is.
    #[schema(example = 2)]
    of: u32,
}

/// The receipt of an entry. Check it yourself, or with `stagedoor audit verify --receipt FILE`.
#[derive(Serialize, ToSchema)]
#[schema(as = Receipt)]
pub struct ReceiptBody {
    #[schema(schema_with = schema::event_id)]
    id: String,
    /// `proved`; `waits` for the moment between an entry's commit and its place in the log; `unprovable` where the log is
    /// damaged.
    #[schema(value_type = String, example = "proved")]
    standing: Standing,
    /// `null` unless it is proved.
    receipt: Option<ProofBody>,
    /// The keys of the log, the one in use first. Whoever has had them before should compare them.
    keys: Vec<KeyBody>,
    witnesses: WitnessesBody,
}

impl From<ReceiptView> for ReceiptBody {
    fn from(view: ReceiptView) -> Self {
        let keys = view.keys.into_iter().map(|key| KeyBody {
            label: key.label,
            key: key.key,
        });
        Self {
            id: view.id,
            standing: view.standing,
            receipt: view.receipt.map(|receipt| ProofBody {
                entry: receipt.entry,
                proof: receipt.proof,
            }),
            keys: keys.collect(),
            witnesses: WitnessesBody {
                agree: view.witnesses.agree,
                of: view.witnesses.of,
            },
        }
    }
}

/// The proof that an entry stands in the platform's log, under the log's last signed checkpoint. Reading it is an entry itself.
#[utoipa::path(
    get, path = "/api/admin/audit-logs/{id}/receipt", tag = "audit", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The entry.")),
    responses((status = 200, description = "The receipt.", body = ReceiptBody), Refusals)
)]
pub async fn show(Extension(op): Extension<StaffOp>, PathId(id): PathId<EventId>) -> Response {
    match audit::receipt(&op, id).await {
        Ok(view) => Json(ReceiptBody::from(view)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
