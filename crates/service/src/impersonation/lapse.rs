//! Questions to owners, and their answers, that end with what their asker was signed in by or with the account: each with its
//! entries, in the transaction of what ends them.

use stagedoor_core::audit::{AuditBatch, Event, Field};
use stagedoor_core::consent::{ConsentEnd, ConsentState};
use stagedoor_core::time::Timestamp;
use stagedoor_store::WriteTx;
use stagedoor_store::consent_request::{self, ConsentRequest};

use super::request_story;
use crate::error::ServiceError;
use crate::recorder::Acting;
use crate::state::Service;
use crate::visitor::Visitor;

impl Service {
    /// The entries of these questions' ends, behind those of what ends them.
    pub(crate) async fn told_lapsed(
        &self,
        (visitor, acting): (&Visitor, &Acting),
        requests: &[ConsentRequest],
        mut batch: AuditBatch,
        now: Timestamp,
    ) -> Result<AuditBatch, ServiceError> {
        for request in requests {
            let mut closed = request_story(Event::ConsentExpire, request);
            closed.facts.insert(Field::Was, request.state.as_str().to_owned());
            batch = batch.and_all(self.record(visitor, acting, closed, now).await?);
        }
        Ok(batch)
    }
}

/// Ends them as they were read.
///
/// # Errors
/// `Moved` when one is in another state by now.
pub(crate) async fn lapse(
    tx: &mut WriteTx,
    requests: &[ConsentRequest],
    now: Timestamp,
) -> Result<(), ServiceError> {
    for request in requests {
        let over = ConsentState::Over {
            at: now,
            why: ConsentEnd::Lapsed,
        };
        if !consent_request::advance(tx, request.id, (request.state, over), None).await? {
            return Err(ServiceError::Moved);
        }
    }
    Ok(())
}
