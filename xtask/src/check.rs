//! `cargo xtask check`: formatting and lints, for both machines that the code is compiled for.

use crate::error::{Error, Result};
use crate::process::{Programs, run};
use crate::project::Project;
use crate::setup;

/// Runs every check, also after one has failed.
///
/// # Errors
/// A check failed, or a tool is missing.
pub fn check(project: &Project) -> Result {
    let programs = Programs::of_this_machine();
    setup::for_check(&programs)?;
    let cargo = |args: &[&str]| run(programs.command("cargo").args(args).current_dir(project.root()));
    let deny = ["--", "-D", "warnings"];
    let native = [&["clippy", "--workspace", "--all-targets"][..], &deny].concat();
    let wasm =
        [&["clippy", "--package", "visma-connect-spa", "--all-targets", "--target", setup::rust::WASM][..], &deny]
            .concat();
    let example = [&["clippy", "--package", "router-example", "--target", setup::rust::WASM][..], &deny].concat();
    let checks: [(&str, &[&str]); 4] = [
        ("formatting", &["fmt", "--all", "--check"]),
        ("lints, native", &native),
        ("lints, wasm32", &wasm),
        ("lints, example", &example),
    ];
    let mut failed = Vec::new();
    for (name, args) in checks {
        println!("== {name}");
        if let Err(problem) = cargo(args) {
            eprintln!("{problem}");
            failed.push(name);
        }
    }
    if failed.is_empty() {
        println!("Everything is in order.");
        return Ok(());
    }
    Err(Error::new(format!("not in order: {}. `cargo fmt --all` formats.", failed.join("; "))))
}
