//! Entries of the log, as many as wanted: the demo's happenings over and over, spread evenly over fourteen days.
//!
//! Each is made by the recorder, as a real one is: sealed, its people encrypted under their keys. Only the way into the
//! database is another, because a commit would stamp them all with now.

use stagedoor_core::time::{Timestamp, hours};
use stagedoor_store::staff;

use super::Progress;
use super::rows::{Rows, write};
use crate::error::ServiceError;
use crate::seed::history::Maker;
use crate::seed::{Made, SeededRng};
use crate::state::Service;

/// Entries a transaction.
const ENTRIES: usize = 5_000;
/// Entries between two lines of progress.
const TELL: usize = 100_000;

/// Makes them. Without anybody to tell of, there are none.
pub(super) async fn fill(
    service: &Service,
    random: &SeededRng,
    tenants: &[Made],
    count: u32,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<(), ServiceError> {
    let staff = staff::list(&mut service.db().reader(), service.now()).await?;
    let mut maker = Maker::new(random, tenants, &staff);
    let start = now.minus(hours(24 * 14));
    let step = now.since(start) / count.max(1);
    let (count, mut made, mut waiting) = (count as usize, 0, Vec::new());
    while made < count {
        let told = u32::try_from(made + waiting.len()).unwrap_or(u32::MAX);
        let happened = maker.one(start.plus(step * told));
        if happened.is_empty() {
            break;
        }
        for happening in happened {
            waiting.extend(happening.entries(service, random, now).await?);
        }
        if waiting.len() >= ENTRIES || made + waiting.len() >= count {
            let before = made;
            waiting.truncate(count - made);
            made += waiting.len();
            write(service, Rows::Entries(std::mem::take(&mut waiting))).await?;
            if made / TELL > before / TELL || made == count {
                progress(format!("{made} of {count} entries"));
            }
        }
    }
    Ok(())
}
