//! Receipts: the proof that an entry stands in its log, under the log's last checkpoint.

use stagedoor_core::audit::note::{Note, NoteKey};
use stagedoor_core::audit::proof::{InclusionProof, Plan};
use stagedoor_core::audit::receipt::Receipt;
use stagedoor_core::id::EventId;
use stagedoor_core::view::receipt::{KeyLine, ReceiptView, Standing};
use stagedoor_store::audit::Stored;
use stagedoor_store::db::ReadTx;
use stagedoor_store::log::{head, leaf, subtree};

use crate::error::ServiceError;
use crate::state::Service;

impl Service {
    /// The receipt of an entry of a log, which the caller has found that its reader may read.
    pub(crate) async fn receipt(&self, log: &str, entry: &Stored) -> Result<ReceiptView, ServiceError> {
        // One moment of the log: its head must not move on between the reads.
        let mut ex = self.db().snapshot().await?;
        let place = leaf::find(&mut ex, entry.id).await?;
        let (standing, receipt) = match self.prove(&mut ex, entry, place.as_ref()).await? {
            Ok(receipt) => (Standing::Proved, Some(receipt)),
            Err(standing) => (standing, None),
        };
        let place = place
            .filter(|(its_log, _)| its_log == log)
            .map(|(_, index)| index);
        let known = self.logs().known(log)?;
        let line = |key: &NoteKey| KeyLine {
            label: self.logs().keys().label_of(key).unwrap_or_default().to_owned(),
            key: key.to_string(),
        };
        Ok(ReceiptView {
            id: entry.id.to_string(),
            standing,
            receipt,
            keys: known.iter().map(line).collect(),
            witnesses: self.count_witnesses(&mut ex, log, place).await?,
        })
    }

    async fn prove(
        &self,
        ex: &mut ReadTx,
        entry: &Stored,
        place: Option<&(String, u64)>,
    ) -> Result<Result<Receipt, Standing>, ServiceError> {
        let Some((log, index)) = place else {
            return Ok(Err(self.without_leaf(entry.id).await?));
        };
        let index = *index;
        let Some(head) = head::find(ex, log).await? else {
            return Ok(Err(Standing::Unprovable));
        };
        let Some(plan) = Plan::inclusion(index, head.size) else {
            return Ok(Err(Standing::Unprovable));
        };
        let hashes = subtree::hashes(ex, log, plan.wanted()).await?;
        let (Ok(path), Ok(note)) = (
            plan.path(|subtree| hashes.get(&subtree).copied()),
            head.note.parse::<Note>(),
        ) else {
            return Ok(Err(Standing::Unprovable));
        };
        let size = head.size;
        let proof = InclusionProof { index, size, path };
        let receipt = Receipt::new(&entry.canonical, &proof, &note);
        Ok(receipt.ok_or(Standing::Unprovable))
    }

    async fn without_leaf(&self, id: EventId) -> Result<Standing, ServiceError> {
        let waits = stagedoor_store::log::queue::contains(&mut self.db().reader(), id).await?;
        Ok(if waits {
            Standing::Waits
        } else {
            Standing::Unprovable
        })
    }
}
