//! Staff by what somebody types of their name or address, for the search boxes of the rooms.

use stagedoor_core::id::StaffId;
use stagedoor_core::input::{normalise, search_tokens};
use stagedoor_store::staff::{self, Staff};

use crate::error::ServiceError;
use crate::op::StaffOp;

/// Those of staff whose name or address has parts that begin with each of these words.
pub(crate) async fn staff_named(op: &StaffOp, words: &[String]) -> Result<Vec<StaffId>, ServiceError> {
    let all = staff::list(&mut op.service().db().reader(), op.now()).await?;
    let fits = |staff: &&Staff| {
        let tokens = search_tokens(&staff.name, &staff.email);
        words.iter().all(|word| {
            let word = normalise(word);
            tokens.iter().any(|token| token.starts_with(&word))
        })
    };
    Ok(all.iter().filter(fits).map(|staff| staff.id).collect())
}
