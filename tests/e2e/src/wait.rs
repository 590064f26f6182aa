//! Waits for conditions, never for a fixed time.

use std::time::Duration;

/// Time limit for any condition, long enough for a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

const BETWEEN_LOOKS: Duration = Duration::from_millis(25);

/// Calls `look` again and again until it returns `Ok`, and returns that value. Fails with the last `Err` after
/// [`PATIENCE`].
///
/// # Panics
/// The condition is not met in time.
pub async fn eventually<T>(what: &str, look: impl AsyncFnMut() -> Result<T, String>) -> T {
    eventually_within(PATIENCE, what, look).await
}

/// [`eventually`] with another time limit.
///
/// # Panics
/// The condition is not met in time.
pub async fn eventually_within<T>(limit: Duration, what: &str, mut look: impl AsyncFnMut() -> Result<T, String>) -> T {
    let end = tokio::time::Instant::now() + limit;
    loop {
        match look().await {
            Ok(found) => return found,
            Err(seen) if tokio::time::Instant::now() >= end => {
                panic!("waited {} s for {what}; instead: {seen}", limit.as_secs())
            }
            Err(_) => tokio::time::sleep(BETWEEN_LOOKS).await,
        }
    }
}
