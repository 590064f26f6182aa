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

/// Looks for the nightly toolchain. It is not installed here: it is large, and everything else does without.
///
/// # Errors
/// It is missing; the sentence says how to get it.
pub fn nightly(programs: &Programs) -> Result {
    let there = programs
        .command("rustup")
        .args(["run", "nightly", "rustc", "--version"])
        .stdin(Stdio::null())
        .output()
        .is_ok_and(|output| output.status.success());
    if there {
        return Ok(());
    }
    Err(Error::new(
        "the fuzzer's instrumentation wants the nightly compiler, and there is none. `rustup toolchain install nightly --profile minimal` gets it; stable stays the default.",
    ))
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn without_nightly_it_says_how_to_get_it() {
        let folder = std::env::temp_dir().join(format!("xtask-rustup-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut programs = Programs::of_this_machine();
        programs.prefer(folder.clone());
        for (exit, is_there) in [(0, true), (1, false)] {
            std::fs::write(folder.join("rustup"), format!("#!/bin/sh\nexit {exit}\n")).unwrap();
            std::fs::set_permissions(folder.join("rustup"), PermissionsExt::from_mode(0o755)).unwrap();
            let answer = nightly(&programs).map_err(|problem| problem.to_string());
            assert_eq!(answer.is_ok(), is_there, "{answer:?}");
        }
        let problem = nightly(&programs).unwrap_err().to_string();
        assert!(problem.contains("rustup toolchain install nightly"), "{problem}");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
