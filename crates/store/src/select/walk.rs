//! Lists that are walked through page by page, the newest first: by a moment of each row, and by its id.

use super::{Filter, Select};
use crate::value::Value;

/// The two columns that a list is walked by, the second of them unique.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walk {
    /// What holds of all that is behind a key.
    pub(crate) behind: &'static str,
    /// The order of the whole list.
    pub(crate) order: &'static str,
}

/// The [`Walk`] by two columns, the newest first.
macro_rules! newest_first {
    ($at:literal, $id:literal) => {
        $crate::select::Walk {
            behind: concat!("(", $at, ", ", $id, ") < ($1, $2)"),
            order: concat!($at, " DESC, ", $id, " DESC"),
        }
    };
}
pub(crate) use newest_first;

impl Select {
    /// A page of a list, from behind the key of the last row of the page before it.
    pub(crate) fn page(
        self,
        walk: Walk,
        after: Option<(impl Into<Value>, impl Into<Value>)>,
        limit: u32,
    ) -> Self {
        let behind = match after {
            None => Filter::new(),
            Some((at, id)) => Filter::new().and(walk.behind, [at.into(), id.into()]),
        };
        self.filter(behind).order_by(walk.order).limit(limit)
    }
}
