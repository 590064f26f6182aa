//! Parts of the Rust toolchain.

use crate::error::{Error, Result};
use crate::process::{Programs, run};
use std::path::Path;
use std::process::Stdio;

/// The target that browsers run.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Adds the wasm32 target.
///
/// # Errors
/// It is missing, and rustup is missing or cannot add it.
pub fn wasm_target(programs: &Programs) -> Result {
    // Asks the compiler, not rustup: a toolchain from elsewhere may hold the target too.
    let there =
        programs.command("rustc").args(["--print", "target-libdir", "--target", WASM]).output().is_ok_and(|output| {
            output.status.success() && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
        });
    if there {
        return Ok(());
    }
    println!("Adding the Rust target {WASM}: the app is compiled to WebAssembly.");
    rustup(programs, &["target", "add", WASM])
}

/// Adds a component of the toolchain that is started as a subcommand of cargo.
///
/// # Errors
/// It is missing, and rustup is missing or cannot add it.
pub fn component(programs: &Programs, component: &str, subcommand: &str) -> Result {
    let there = programs
        .command("cargo")
        .args([subcommand, "--version"])
        .stdin(Stdio::null())
        .output()
        .is_ok_and(|output| output.status.success());
    if there {
        return Ok(());
    }
    println!("Adding the Rust component {component}: `cargo {subcommand}` is part of this check.");
    rustup(programs, &["component", "add", component])
}

fn rustup(programs: &Programs, args: &[&str]) -> Result {
    if programs.find("rustup").is_none() {
        return Err(Error::new(format!(
            "rustup is not on PATH, so this cannot be added: {}. Install Rust with rustup, or add it to your toolchain in its own way.",
            args.join(" ")
        )));
    }
    run(programs.command("rustup").args(args))
}
