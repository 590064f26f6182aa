//! `crypto.getRandomValues`, through getrandom.

use crate::session::error::PlatformError;

/// 32 unpredictable bytes, or an error: there is no second source.
pub fn random() -> Result<[u8; 32], PlatformError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| PlatformError::RandomUnavailable)?;
    Ok(bytes)
}
