//! `cargo xtask build`: the dist that is shipped, and its bytes.

use crate::error::{Error, Result};
use crate::options::Build;
use crate::process::{Programs, run};
use crate::project::Project;
use crate::{setup, size};
use std::path::Path;

/// Builds `dist/` and holds it against the budget.
///
/// # Errors
/// A tool is missing, the build fails, or the first visit is over budget.
pub fn build(project: &Project, options: &Build) -> Result {
    let mut programs = Programs::of_this_machine();
    setup::for_release(project, &mut programs)?;
    let dist = project.dist();
    release(project, &programs, &dist, &options.public_url)?;
    size::report(project, &dist)
}

/// Builds the release page into a folder. The wasm of the last build is used again when the code is the same.
///
/// # Errors
/// The build fails, or the page cannot be copied.
pub fn release(project: &Project, programs: &Programs, dist: &Path, public_url: &str) -> Result {
    run(programs
        .trunk()
        .args(["build", "--release", "--public-url", public_url, "--dist"])
        .arg(dist)
        .current_dir(project.root()))?;
    // Hosts without a rule for single-page apps answer an unknown path with this file.
    std::fs::copy(dist.join("index.html"), dist.join("404.html"))
        .map(|_| ())
        .map_err(|cause| Error::new(format!("404.html cannot be written beside index.html: {cause}.")))
}
