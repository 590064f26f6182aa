//! Builds the release: Trunk builds the page, then `slim` reduces its size and `verify` checks it.

use crate::programs::{Programs, run};
use crate::project::Project;
use crate::{compiler, slim, verify};
use anyhow::Result;
use fs_err as fs;
use std::path::Path;

/// The log levels of Trunk. Its minifier cannot parse the glue, which is the JavaScript of wasm-bindgen, and warns
/// about it in each build. The minifier cannot be switched off for one file, so its warnings are hidden. No syntax
/// error is missed: `slim` runs esbuild on the glue and on the style sheet, and esbuild reports errors.
const LOG: &str = "error,trunk=info,trunk::processing::minify=error";

/// Builds the release into the folder `dist`, for the path `public_url`.
///
/// # Errors
/// The build fails, 404.html cannot be written, or the folder breaks a rule of `verify`.
pub fn release(project: &Project, programs: &Programs, dist: &Path, public_url: &str) -> Result<()> {
    // Remove the wasm of an earlier build. Cargo writes this file in each build, even if the code is unchanged. If it
    // does not, `slim` fails and does not use an old file.
    let _ = fs::remove_file(project.linked_wasm());
    let mut trunk = programs.trunk();
    trunk
        .args(["build", "--release", "--features", "split", "--log", LOG, "--public-url", public_url, "--dist"])
        .arg(dist);
    trunk.current_dir(project.root());
    compiler::for_release(project, programs, &mut trunk)?;
    run(&mut trunk)?;
    slim::slim(project, programs, dist)?;
    // Most hosts send 404.html for a path without a file.
    fs::copy(dist.join("index.html"), dist.join("404.html"))?;
    verify::check(dist)
}
