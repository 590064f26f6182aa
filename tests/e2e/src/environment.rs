//! What `cargo xtask test` prepares: the built app, the provider, and the browser's driver.

use std::path::PathBuf;

use crate::browser::Engine;

/// Paths of the things under test.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The release of the app, built for `/`.
    pub dist: PathBuf,
    /// The release of the app, built for `/app/`.
    pub dist_app: PathBuf,
    /// The release of the example app, built for `/`.
    pub dist_example: PathBuf,
    /// The folder of the local provider.
    pub provider: PathBuf,
    /// The WebDriver program of the browser under test.
    pub driver: PathBuf,
}

impl Environment {
    /// Reads the environment variables.
    ///
    /// # Panics
    /// A variable is not set.
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
/// The variable is not set.
pub fn path(name: &str) -> PathBuf {
    match std::env::var_os(name) {
        Some(path) => path.into(),
        None => panic!(
            "{name} is not set: run these tests with `cargo xtask test`, which builds the app and sets all variables"
        ),
    }
}
