//! Sessions as the console lists them: those of staff, and those of one tenant's people. Nothing here ends one.
//!
//! Both are paged by when a session began, newest first: the last activity moves under whoever walks through the pages.

mod beginning;
mod clocks;
pub(crate) mod members;
pub(crate) mod staff;

use stagedoor_core::id::SessionId;
use stagedoor_core::view::Total;

pub(crate) use beginning::address_key;
pub use beginning::{AddressRange, Beginning};
pub use clocks::{Clocks, Life, RoleClock, StaffClocks};
pub use members::{HeldByMember, MemberFilter, count_members, members, tenant_of};
pub use staff::{HeldByStaff, IsNarrowed, StaffFilter, count_people, count_staff, staff};

use crate::Error;
use crate::select::Select;
use crate::statement::Executor;

/// Where a page ended: when its last session began, and its id.
pub type StartKey = (i64, SessionId);

async fn total(ex: &mut impl Executor, select: Select) -> Result<Total, Error> {
    let query = select.count_up_to(Total::CAP + 1);
    Ok(Total::from_capped(query.fetch_one(ex).await?.count("total")?))
}
