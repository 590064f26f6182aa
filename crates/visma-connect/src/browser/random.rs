//! Random numbers from `crypto.getRandomValues`, through the crate getrandom.

use crate::session::error::PlatformError;

/// Returns 32 unpredictable bytes.
///
/// # Errors
/// `RandomUnavailable` if the browser's generator fails. There is no other source.
pub fn random() -> Result<[u8; 32], PlatformError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| PlatformError::RandomUnavailable)?;
    Ok(bytes)
}
