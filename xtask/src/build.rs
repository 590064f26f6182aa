//! `cargo xtask build`: the dist that is shipped, and its bytes.

use crate::error::{Error, Result};
use crate::options::Build;
use crate::process::{Programs, cargo_home, run};
use crate::project::Project;
use crate::{dist, setup, size, slim, snip};
use std::path::Path;

/// Builds `dist/` and holds it against the budget.
///
/// # Errors
/// A tool is missing, the build fails or must not be shipped, or the first visit is over budget.
pub fn build(project: &Project, options: &Build) -> Result {
    let mut programs = Programs::of_this_machine();
    setup::for_release(project, &mut programs)?;
    let dist = project.dist();
    release(project, &programs, &dist, &options.public_url)?;
    size::report(project, &dist)
}

/// Added to the flags of .cargo/config.toml, for the page alone.
const RUSTFLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// Names that `snip` can read.
const STRIP: &str = "CARGO_PROFILE_RELEASE_STRIP";

/// Panic messages name source files. What ships names them as crates, not by their place on this machine: nobody's
/// home folder is made public, even where `snip` would miss one.
fn without_machine_paths(project: &Project) -> String {
    let registries = std::fs::read_dir(cargo_home().join("registry").join("src")).into_iter().flatten();
    registries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .chain([project.root().to_path_buf()])
        // The variable separates flags by spaces.
        .filter(|path| !path.to_string_lossy().contains(' '))
        .map(|path| format!("--remap-path-prefix={}/= ", path.display()))
        .collect()
}

/// Builds the release page into a folder. The wasm of the last build is used again when the code is the same.
///
/// # Errors
/// The build fails, the page cannot be copied, or something is in the folder that must not be shipped.
pub fn release(project: &Project, programs: &Programs, dist: &Path, public_url: &str) -> Result {
    // So that what is made smaller is what this build left, or nothing.
    let _ = std::fs::remove_file(project.linked_wasm());
    run(programs
        .trunk()
        .args(["build", "--release", "--public-url", public_url, "--dist"])
        .arg(dist)
        .env(RUSTFLAGS, [&snip::RUSTFLAGS.join(" "), " ", &without_machine_paths(project)].concat())
        .env(STRIP, "none")
        .current_dir(project.root()))?;
    slim::slim(project, programs, dist)?;
    // Hosts without a rule for single-page apps answer an unknown path with this file.
    std::fs::copy(dist.join("index.html"), dist.join("404.html"))
        .map_err(|cause| Error::new(format!("404.html cannot be written beside index.html: {cause}.")))?;
    dist::check(dist)
}

/// Builds the app of `examples/router` into a folder, for `/`: what it weighs is nobody's concern, so as fast as can
/// be.
///
/// # Errors
/// The build fails.
pub fn example(project: &Project, programs: &Programs, dist: &Path) -> Result {
    run(programs
        .trunk()
        .args(["build", "--locked", "--public-url", "/", "--dist"])
        .arg(dist)
        .current_dir(project.example()))
}
