//! The release page: Trunk builds it, and what Trunk leaves large is made smaller.

use crate::error::{Error, Result};
use crate::programs::{Programs, run};
use crate::project::Project;
use crate::{compiler, slim, verify};
use std::path::Path;

/// What Trunk prints. Its minifier cannot read the glue and says so each time, and cannot be switched off for the glue
/// alone; `slim` has esbuild minify that, and read the style sheet, and esbuild names what it cannot read.
const LOG: &str = "error,trunk=info,trunk::processing::minify=error";

/// Builds the release page into a folder. The wasm of the last build is used again when the code is the same.
///
/// # Errors
/// The build fails, the page cannot be copied, or something is in the folder that must not be shipped.
pub fn release(project: &Project, programs: &Programs, dist: &Path, public_url: &str) -> Result {
    // So that what is made smaller is what this build left, or nothing.
    let _ = std::fs::remove_file(project.linked_wasm());
    let mut trunk = programs.trunk();
    trunk
        .args(["build", "--release", "--features", "split", "--log", LOG, "--public-url", public_url, "--dist"])
        .arg(dist);
    trunk.current_dir(project.root());
    compiler::for_release(project, programs, &mut trunk)?;
    run(&mut trunk)?;
    slim::slim(project, programs, dist)?;
    // Hosts without a rule for single-page apps answer an unknown path with this file.
    std::fs::copy(dist.join("index.html"), dist.join("404.html"))
        .map_err(|cause| Error::new(format!("404.html cannot be written beside index.html: {cause}.")))?;
    verify::check(dist)
}
