//! Builds the release: Trunk builds the page, then `slim` reduces its size and `verify` checks it.

use crate::error::{Error, Result};
use crate::programs::{Programs, run};
use crate::project::Project;
use crate::{compiler, slim, verify};
use std::path::Path;

/// The log levels of Trunk. Its minifier cannot parse the glue and warns about it in each build. The minifier cannot
/// be switched off for one file, so its warnings are hidden. `slim` runs esbuild on the glue and on the style sheet,
/// and esbuild reports what it cannot parse.
const LOG: &str = "error,trunk=info,trunk::processing::minify=error";

/// Builds the release into a folder. If the code is unchanged, cargo reuses the wasm of the last build.
///
/// # Errors
/// The build fails, 404.html cannot be written, or the folder contains something that must not be shipped.
pub fn release(project: &Project, programs: &Programs, dist: &Path, public_url: &str) -> Result {
    // Remove the wasm of an earlier build, so that `slim` fails if this build writes none.
    let _ = std::fs::remove_file(project.linked_wasm());
    let mut trunk = programs.trunk();
    trunk
        .args(["build", "--release", "--features", "split", "--log", LOG, "--public-url", public_url, "--dist"])
        .arg(dist);
    trunk.current_dir(project.root());
    compiler::for_release(project, programs, &mut trunk)?;
    run(&mut trunk)?;
    slim::slim(project, programs, dist)?;
    // Hosts without a rule for single-page apps send this file for an unknown path.
    std::fs::copy(dist.join("index.html"), dist.join("404.html"))
        .map_err(|cause| Error::new(format!("404.html cannot be written beside index.html: {cause}.")))?;
    verify::check(dist)
}
