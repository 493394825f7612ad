//! What is lent for a time and no longer: when it is over the thing is dropped, though nobody asks for it any more.
//!
//! A reader that takes one byte now and then is never asked anything between two pages; the connection and the turn
//! behind its file end all the same.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};
use tokio::task::JoinSet;

/// A thing with an end. Dropping this drops the thing.
pub(super) struct Lent<T> {
    thing: Arc<Mutex<Option<T>>>,
    /// The task that waits for the end, and goes with this.
    _end: JoinSet<()>,
}

impl<T: Send + 'static> Lent<T> {
    /// Lends a thing for so long. It is not dropped while it is in use.
    pub(super) fn new(thing: T, longest: Duration) -> Self {
        let thing = Arc::new(Mutex::new(Some(thing)));
        let at_the_end = Arc::downgrade(&thing);
        let mut end = JoinSet::new();
        end.spawn(async move {
            tokio::time::sleep(longest).await;
            if let Some(thing) = at_the_end.upgrade() {
                thing.lock().await.take();
            }
        });
        Self { thing, _end: end }
    }

    /// The thing, to use it now; `None` within when its time is over.
    pub(super) async fn take(&self) -> MutexGuard<'_, Option<T>> {
        self.thing.lock().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_nobody_asks_for_any_more_ends_all_the_same() {
        let thing = Arc::new(());
        let gone = Arc::downgrade(&thing);
        let lent = Lent::new(thing, Duration::from_millis(20));
        assert!(lent.take().await.is_some());
        while gone.upgrade().is_some() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(lent.take().await.is_none());
    }

    #[tokio::test]
    async fn who_is_done_before_the_end_gives_it_back_at_once() {
        let thing = Arc::new(());
        let gone = Arc::downgrade(&thing);
        drop(Lent::new(thing, stagedoor_core::time::hours(1)));
        assert!(gone.upgrade().is_none());
    }
}
