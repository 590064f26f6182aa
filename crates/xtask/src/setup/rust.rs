//! Finds or installs parts of the Rust toolchain.

use super::node::version_in;
use anyhow::{Result, anyhow, bail};
use release::programs::{Programs, run};
use release::project::WASM;
use std::path::Path;
use std::process::Stdio;

/// Adds the wasm32 target, if it is missing.
///
/// # Errors
/// The target is missing, and rustup is missing or cannot add the target.
pub fn wasm_target(programs: &Programs) -> Result<()> {
    // Look for the folder that the compiler prints. A toolchain without rustup can have the target too.
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

/// Adds a component of the toolchain, if it is missing. `subcommand` is a subcommand of cargo in this component.
///
/// # Errors
/// The component is missing, and rustup is missing or cannot add the component.
pub fn component(programs: &Programs, component: &str, subcommand: &str) -> Result<()> {
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

/// Returns why doc tests are skipped on wasm32, or `None` if they are not skipped. `compiler` is the line that the
/// compiler prints for `--version`. Cargo compiles these tests only since Rust 1.89. This project also supports 1.88.
pub fn no_doc_tests_for_wasm(compiler: &str) -> Option<String> {
    let version = compiler.split_whitespace().nth(1).and_then(version_in);
    if version.is_some_and(|version| version >= (1, 89)) {
        return None;
    }
    Some(format!("Skipped: cargo compiles doc tests for another target since Rust 1.89, and this is `{compiler}`."))
}

/// Checks that the nightly toolchain is installed. It is not installed automatically, because it is large and only
/// fuzzing needs it.
///
/// # Errors
/// The toolchain is missing. The message states how to install it.
pub fn nightly(programs: &Programs) -> Result<()> {
    let there = programs
        .command("rustup")
        .args(["run", "nightly", "rustc", "--version"])
        .stdin(Stdio::null())
        .output()
        .is_ok_and(|output| output.status.success());
    if there {
        return Ok(());
    }
    Err(anyhow!(
        "fuzzing needs the nightly compiler, which is not installed. Install it with `rustup toolchain install \
            nightly --profile minimal`. Stable stays the default."
    ))
}

fn rustup(programs: &Programs, args: &[&str]) -> Result<()> {
    if programs.find("rustup").is_none() {
        bail!(
            "rustup is not on PATH, so this cannot be added: {}. Install Rust with rustup, or add it to your \
                toolchain in another way.",
            args.join(" ")
        );
    }
    run(programs.command("rustup").args(args))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use fs_err as fs;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn doc_tests_for_wasm_are_left_out_with_a_word_where_the_compiler_is_too_old() {
        for compiler in ["rustc 1.88.0 (6b00bc388 2025-06-23)", "something else", ""] {
            let reason = no_doc_tests_for_wasm(compiler).unwrap();
            assert!(reason.contains("1.89") && reason.contains(compiler), "{reason}");
        }
        for compiler in
            ["rustc 1.89.0 (29483883e 2025-08-04)", "rustc 1.97.0-nightly (59807616e 2026-05-14)", "rustc 2.0.0"]
        {
            assert_eq!(no_doc_tests_for_wasm(compiler), None, "{compiler}");
        }
    }

    #[test]
    fn without_nightly_it_says_how_to_get_it() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("bin");
        fs::create_dir_all(&folder).unwrap();
        let mut programs = Programs::of_this_machine();
        programs.prefer(folder.clone());
        for (exit, is_there) in [(0, true), (1, false)] {
            fs::write(folder.join("rustup"), format!("#!/bin/sh\nexit {exit}\n")).unwrap();
            fs::set_permissions(folder.join("rustup"), PermissionsExt::from_mode(0o755)).unwrap();
            let response = nightly(&programs).map_err(|problem| problem.to_string());
            assert_eq!(response.is_ok(), is_there, "{response:?}");
        }
        let problem = nightly(&programs).unwrap_err().to_string();
        assert!(problem.contains("rustup toolchain install nightly"), "{problem}");
    }
}
