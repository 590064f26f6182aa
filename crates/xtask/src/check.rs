//! `cargo xtask check`: checks formatting, lints, documentation and spelling. Lints and documentation are checked
//! twice: natively and for wasm32.

use crate::options::Check as Options;
use crate::setup;
use anyhow::{Result, anyhow};
use release::programs::{Programs, run};
use release::project::{Project, WASM};
use std::process::Command;
use std::time::Instant;

/// One check: its name, and the arguments of cargo.
type Check = (&'static str, &'static [&'static str]);

/// The name of the spelling check. It runs typos, all other checks run cargo.
const SPELLING: &str = "spelling";

/// All checks that run cargo. The arguments after `--` are for clippy. rustdoc reads its arguments from the variable
/// `RUSTDOCFLAGS`.
const CHECKS: [Check; 7] = [
    ("formatting", &["fmt", "--all", "--check"]),
    ("lints, native", &["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    // `--all-targets` omits this test, because Cargo.toml has `test = false` for it.
    ("lints, serve", &["clippy", "--locked", "--package", "xtask", "--test", "serve", "--", "-D", "warnings"]),
    (
        "lints, wasm32",
        &[
            "clippy",
            "--locked",
            "--package",
            "visma-connect",
            "--package",
            "visma-connect-spa",
            "--all-targets",
            "--target",
            WASM,
            "--",
            "-D",
            "warnings",
        ],
    ),
    (
        "lints, example",
        &["clippy", "--locked", "--package", "router-example", "--target", WASM, "--", "-D", "warnings"],
    ),
    ("documentation, native", &["doc", "--locked", "--workspace", "--no-deps"]),
    // The Leptos code is compiled only for wasm32. Most links in the documentation lead to this code.
    ("documentation, wasm32", &["doc", "--locked", "--package", "visma-connect", "--no-deps", "--target", WASM]),
];

/// The checks of `--fast`. They take less than a minute when everything is compiled.
const FAST: [Check; 3] = [
    CHECKS[0],
    CHECKS[1],
    ("unit tests of the library", &["test", "--locked", "--quiet", "--package", "visma-connect", "--lib"]),
];

/// Runs every check. A failed check does not stop the others.
///
/// # Errors
/// A check failed, or a tool is missing.
pub fn check(project: &Project, options: Options) -> Result<()> {
    let mut programs = Programs::of_this_machine();
    let checks: &[Check] = if options.fast {
        setup::for_fast_check(&programs)?;
        &FAST
    } else {
        setup::for_check(project, &mut programs)?;
        &CHECKS
    };
    let mut failed: Vec<&str> = Vec::new();
    let mut one = |name, command: &mut Command| {
        println!("== {name}");
        let began = Instant::now();
        if let Err(problem) = run(command.current_dir(project.root())) {
            eprintln!("{problem:#}");
            failed.push(name);
        }
        println!("   {} s", began.elapsed().as_secs());
    };
    for (name, args) in checks.iter().copied() {
        one(name, programs.command("cargo").args(args).env("RUSTDOCFLAGS", "-Dwarnings"));
    }
    if !options.fast {
        one(SPELLING, &mut programs.command("typos"));
    }
    if failed.is_empty() {
        println!("Everything is in order.");
        return Ok(());
    }
    let remedy = if failed.contains(&SPELLING) {
        " If the spelling of a reported word is correct, add it to `extend-words` in Cargo.toml."
    } else {
        ""
    };
    Err(anyhow!("these checks failed: {}. `cargo fmt --all` corrects the formatting.{remedy}", failed.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fs_err as fs;

    #[test]
    fn k06_no_check_writes_the_lock_file_or_lets_a_warning_pass() {
        for (name, args) in CHECKS.into_iter().chain(FAST).filter(|(_, args)| args[0] != "fmt") {
            assert!(args.contains(&"--locked"), "{name}");
            assert!(args[0] != "clippy" || args.ends_with(&["--", "-D", "warnings"]), "{name}");
        }
        // `cargo xtask` and Trunk also build. They must not change the lock file either.
        let root = Project::here().root().to_path_buf();
        let alias = fs::read_to_string(root.join(".cargo").join("config.toml")).unwrap();
        assert!(alias.contains("xtask = \"run --quiet --locked "), "{alias}");
        let trunk = fs::read_to_string(root.join("Trunk.toml")).unwrap();
        assert!(trunk.contains("[build]\n") && trunk.contains("\nlocked = true\n"), "{trunk}");
    }

    /// `--fast` must not lint wasm32 or build documentation.
    #[test]
    fn the_fast_check_formats_lints_natively_and_runs_the_unit_tests() {
        let commands = FAST.map(|(_, args)| args[0]);
        assert_eq!(commands, ["fmt", "clippy", "test"]);
        assert!(FAST.iter().all(|(_, args)| !args.contains(&WASM)));
        assert!(FAST[2].1.ends_with(&["--package", "visma-connect", "--lib"]));
    }

    #[test]
    fn both_machines_are_linted_and_documented() {
        for command in ["clippy", "doc"] {
            let of = |wasm: bool| {
                CHECKS.iter().filter(move |(_, args)| args[0] == command && args.contains(&WASM) == wasm).count()
            };
            assert!(of(true) > 0 && of(false) > 0, "{command}");
        }
    }
}
