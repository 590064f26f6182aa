//! What `cargo xtask test` prepares: the built app, the provider, and the browser's driver.

use std::path::PathBuf;

use crate::browser::Engine;

/// Where the things under test are.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The release dist, built for `/`.
    pub dist: PathBuf,
    /// The release dist, built for `/app/`.
    pub dist_app: PathBuf,
    /// The example, built for `/`.
    pub dist_example: PathBuf,
    /// The folder of the local provider.
    pub provider: PathBuf,
    /// The driver of the browser under test.
    pub driver: PathBuf,
}

impl Environment {
    /// Reads the environment variables.
    ///
    /// # Panics
    /// One of them is missing.
    pub fn read() -> Self {
        Self {
            dist: path("E2E_DIST"),
            dist_app: path("E2E_DIST_APP"),
            dist_example: path("E2E_DIST_EXAMPLE"),
            provider: path("E2E_PROVIDER"),
            driver: path(Engine::UNDER_TEST.driver_variable()),
        }
    }
}

/// The path in an environment variable.
///
/// # Panics
/// It is missing.
pub fn path(name: &str) -> PathBuf {
    match std::env::var_os(name) {
        Some(path) => path.into(),
        None => panic!(
            "{name} is not set: run these tests with `cargo xtask test`, which builds the app and starts them with \
                all that they need"
        ),
    }
}
