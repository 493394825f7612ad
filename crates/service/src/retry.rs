//! Trying once more when somebody else changed something between the look and the write.

use crate::error::ServiceError;

/// How often in all.
const TRIES: u32 = 4;

/// Runs a use case, and again when it found that the world had moved.
///
/// # Errors
/// What the use case fails with; [`ServiceError::Moved`] when it never held still.
pub(crate) async fn again<T, F, Fut>(mut work: F) -> Result<T, ServiceError>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, ServiceError>>,
{
    for _ in 1..TRIES {
        match work().await {
            Err(ServiceError::Moved) => {}
            ended => return ended,
        }
    }
    work().await
}
