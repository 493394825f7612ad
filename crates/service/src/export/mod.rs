//! Exports: exactly what a page's filter shows, as a file, in bounded memory, and never unrecorded.
//!
//! **What is recorded, and when.** The matching rows are counted first, in a snapshot of the database that is kept; then the
//! entry with that number, the format and the filter's digest is committed; only then does the first row leave, and every
//! row is read from that same snapshot. So the entry's number is not an estimate: the file holds exactly so many rows when
//! it arrives whole, and never one more. A transfer that breaks off leaves an entry that says more than left, never less.
//!
//! **What is bounded.** Rows are read by key, [`PAGE`] at a time, as fast as the reader takes them. A file has at most
//! [`ROWS_MAX`] rows, the first of the list's order; its manifest says whether that was all. A member of staff has one export
//! at a time, and a tenant one for all its people; staff together have [`AT_A_TIME`], and so have all tenants, because each
//! holds a connection. After [`LONGEST`] one is broken off, also where its reader asks for nothing more. Before every page
//! the core is asked again by the session, the person, their provider and the rules as they are then: who is signed out
//! meanwhile, or would be refused, gets no further row.

mod lent;
mod manifest;
mod turn;

use std::future::Future;
use std::time::Duration;

use stagedoor_core::action::Action;
use stagedoor_core::resource::ResourceFacts;
use stagedoor_core::time::{Timestamp, minutes};

use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::state::Service;
use crate::tenant_op::TenantOp;

use lent::Lent;
pub(crate) use manifest::Asked;
pub use manifest::{Format, Manifest};
pub use turn::Exports;
pub(crate) use turn::{Asker, Turn};

/// Most rows of a file.
pub const ROWS_MAX: u64 = 100_000;
/// Rows read at a time.
pub const PAGE: u32 = 500;
/// Exports at a time of all staff together, and as many of all tenants.
pub const AT_A_TIME: usize = 2;
/// How long one may take.
pub const LONGEST: Duration = minutes(10);

/// Rows that are read by key from one snapshot.
pub trait Pages: Send {
    /// A row.
    type Row: Send;

    /// The next rows, at most so many; none at the end.
    fn next(&mut self, limit: u32) -> impl Future<Output = Result<Vec<Self::Row>, ServiceError>> + Send;
}

/// Whose session an export stands on.
pub(crate) enum Holder {
    /// A member of staff, and what was permitted to them.
    Staff {
        op: StaffOp,
        action: Action,
        resource: ResourceFacts,
    },
    /// Whoever is inside a tenant.
    Tenant(TenantOp),
}

impl Holder {
    fn service(&self) -> &Service {
        match self {
            Self::Staff { op, .. } => op.service(),
            Self::Tenant(op) => op.service(),
        }
    }

    fn now(&self) -> Timestamp {
        self.service().now()
    }

    async fn still_holds(&self) -> Result<bool, ServiceError> {
        match self {
            Self::Staff { op, action, resource } => op.may_go_on(*action, *resource).await,
            Self::Tenant(op) => op.still_inside().await,
        }
    }
}

/// A recorded export on its way out. Dropping it ends it and frees its turn.
pub struct Export<P> {
    manifest: Manifest,
    /// What costs others something: the snapshot's connection, and the turn.
    held: Lent<(P, Turn)>,
    left: u64,
    until: Timestamp,
    holder: Holder,
}

impl<P: Pages + 'static> Export<P> {
    pub(crate) fn new(manifest: Manifest, pages: P, turn: Turn, holder: Holder) -> Self {
        Self {
            left: manifest.rows,
            until: holder.now().plus(LONGEST),
            manifest,
            held: Lent::new((pages, turn), LONGEST),
            holder,
        }
    }

    /// What the file is.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The last line of a file with proofs, over the digest of all lines above it; `None` for a file without.
    ///
    /// # Errors
    /// When nobody can sign.
    pub fn end(&self, sha256: [u8; 32]) -> Result<Option<String>, ServiceError> {
        let Some(proof) = &self.manifest.proof else {
            return Ok(None);
        };
        let service = self.holder.service();
        let origin = proof.checkpoint.lines().next().unwrap_or_default();
        let log = service.logs().log_of(origin);
        let log = log.ok_or_else(|| ServiceError::Internal(format!("{origin} is no log of ours")))?;
        service.export_end(log, self.manifest.rows, sha256).map(Some)
    }

    /// The next rows; `None` when all that was recorded has been given.
    ///
    /// # Errors
    /// When the session has ended meanwhile, it takes too long, or the database cannot be read: then the file must be
    /// broken off, so that nobody takes it for whole.
    pub async fn next_page(&mut self) -> Result<Option<Vec<P::Row>>, ServiceError> {
        if self.left == 0 {
            return Ok(None);
        }
        let too_long = ServiceError::Conflict("The export took too long and was broken off.");
        if self.holder.now() >= self.until {
            return Err(too_long);
        }
        if !self.holder.still_holds().await? {
            return Err(ServiceError::Conflict(
                "The session ended while the export ran, or what it stood on was withdrawn.",
            ));
        }
        let limit = u32::try_from(self.left).unwrap_or(PAGE).min(PAGE);
        let mut held = self.held.take().await;
        let (pages, _) = held.as_mut().ok_or(too_long)?;
        let rows = pages.next(limit).await?;
        if rows.is_empty() {
            // INVARIANT: the rows were counted in the snapshot that they are read from.
            return Err(ServiceError::Internal(
                "an export has fewer rows than it counted".to_owned(),
            ));
        }
        self.left = self.left.saturating_sub(rows.len() as u64);
        Ok(Some(rows))
    }
}
