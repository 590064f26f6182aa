//! The program `release`, which xtask starts.
//!
//! - `release build DIST PUBLIC_URL` makes a release in the folder DIST.
//! - `release size DIST` prints its sizes and checks the size budgets.
//!
//! xtask sets PATH so that this program finds its tools.

#![allow(clippy::print_stderr, reason = "a terminal program prints its messages")]

use anyhow::anyhow;
use release::programs::Programs;
use release::project::Project;
use release::{build, size};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let project = Project::here();
    let done = match args.as_slice() {
        ["build", dist, public_url] => {
            build::release(&project, &Programs::of_this_machine(), Path::new(dist), public_url)
        }
        ["size", dist] => size::report(&project, Path::new(dist)),
        _ => Err(anyhow!("wrong arguments. `cargo xtask build` and `cargo xtask test` start this program.")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem:#}");
            ExitCode::FAILURE
        }
    }
}
