//! `cargo xtask build`: builds the release and prints its sizes. xtask starts the program of `crates/release` for
//! this. So cargo compiles xtask without the libraries that read wasm.

use crate::options::Build;
use crate::setup;
use anyhow::Result;
use release::programs::{Programs, run};
use release::project::Project;
use std::ffi::OsStr;
use std::path::Path;

/// Builds `dist/` and compares its sizes with the budgets.
///
/// # Errors
/// A tool is missing, the build fails, the release breaks a rule of `release::verify`, or a size exceeds its budget.
pub fn build(project: &Project, options: &Build) -> Result<()> {
    let mut programs = Programs::of_this_machine();
    setup::for_release(project, &mut programs)?;
    let dist = project.dist();
    release(project, &programs, &dist, &options.public_url)?;
    report(project, &programs, &dist)
}

/// Builds the release into a folder. If the code has not changed, cargo does not compile it again.
///
/// # Errors
/// The build fails, or the release breaks a rule of `release::verify`.
pub fn release(project: &Project, programs: &Programs, dist: &Path, public_url: &str) -> Result<()> {
    start(project, programs, &["build".as_ref(), dist.as_os_str(), public_url.as_ref()])
}

/// Prints the sizes of a dist and compares them with the budgets.
///
/// # Errors
/// A size exceeds its budget, or a file cannot be read.
pub fn report(project: &Project, programs: &Programs, dist: &Path) -> Result<()> {
    start(project, programs, &["size".as_ref(), dist.as_os_str()])
}

fn start(project: &Project, programs: &Programs, args: &[&OsStr]) -> Result<()> {
    let mut cargo = programs.command("cargo");
    cargo.args(["run", "--quiet", "--locked", "--package", "release", "--"]).args(args).current_dir(project.root());
    run(&mut cargo)
}

/// Builds the example into a folder, for the base path `/`. It is a debug build, because its size is not measured.
///
/// # Errors
/// The build fails.
pub fn example(project: &Project, programs: &Programs, dist: &Path) -> Result<()> {
    run(programs
        .trunk()
        .args(["build", "--locked", "--public-url", "/", "--dist"])
        .arg(dist)
        .current_dir(project.example()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn no_command_waits_for_the_tools_that_read_wasm() {
        let tree = |package: &str| {
            let mut cargo = Command::new("cargo");
            cargo.args(["tree", "--locked", "--offline", "--edges", "normal", "--package", package]);
            let output = cargo.current_dir(Project::here().root()).output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        for tool in ["wasmparser v", "brotli v"] {
            assert!(!tree("xtask").contains(tool) && !tree("e2e").contains(tool), "{tool}");
            assert!(tree("release").contains(tool), "{tool} must be in the list of release");
        }
    }
}
