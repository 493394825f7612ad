//! Trying once more when somebody else changed something between the look and the write.

use std::time::Duration;

use crate::error::ServiceError;

/// How often in all. So often that closing a door wins against as many who come in as the limits of visits admit: an
/// owner who switches support off is not to be told to try again.
const TRIES: u32 = 16;
/// So many times at once; then with pauses, which let the others come to an end.
const AT_ONCE: u32 = 3;
const LONGEST_PAUSE: Duration = Duration::from_millis(64);

/// Runs a use case, and again when it found that the world had moved.
///
/// # Errors
/// What the use case fails with; [`ServiceError::Moved`] when it never held still.
pub(crate) async fn again<T, F, Fut>(mut work: F) -> Result<T, ServiceError>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, ServiceError>>,
{
    for tried in 1..TRIES {
        match work().await {
            Err(ServiceError::Moved) => tokio::time::sleep(pause(tried)).await,
            ended => return ended,
        }
    }
    work().await
}

/// How long to wait after so many tries.
fn pause(tried: u32) -> Duration {
    match tried.checked_sub(AT_ONCE) {
        None | Some(0) => Duration::ZERO,
        Some(over) => Duration::from_millis(1 << over.min(6)).min(LONGEST_PAUSE),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    async fn after(moves: u32) -> (Result<u32, ServiceError>, u32) {
        let tries = Cell::new(0);
        let result = again(|| {
            tries.set(tries.get() + 1);
            let tried = tries.get();
            async move {
                if tried <= moves {
                    Err(ServiceError::Moved)
                } else {
                    Ok(tried)
                }
            }
        })
        .await;
        (result, tries.get())
    }

    #[tokio::test]
    async fn a_world_that_moves_a_dozen_times_is_caught_and_one_that_never_stops_is_told() {
        assert!(matches!(after(0).await, (Ok(1), 1)));
        assert!(matches!(after(12).await, (Ok(13), 13)));
        assert!(matches!(after(u32::MAX).await, (Err(ServiceError::Moved), TRIES)));
    }

    #[tokio::test]
    async fn what_fails_otherwise_is_not_tried_again() {
        let tries = Cell::new(0);
        let result: Result<(), _> = again(|| {
            tries.set(tries.get() + 1);
            async { Err(ServiceError::NotFound) }
        })
        .await;
        assert!(matches!(result, Err(ServiceError::NotFound)));
        assert_eq!(tries.get(), 1);
    }

    #[test]
    fn pauses_come_late_grow_and_end() {
        let pauses: Vec<_> = (1..TRIES).map(pause).collect();
        assert!(pauses[..3].iter().all(Duration::is_zero));
        assert!(pauses.is_sorted());
        assert_eq!(pauses.last(), Some(&LONGEST_PAUSE));
    }
}
