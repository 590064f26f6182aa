//! `cargo xtask check`: formatting, lints and documentation, for both machines that the code is compiled for.

use crate::setup;
use release::error::{Error, Result};
use release::programs::{Programs, run};
use release::project::{Project, WASM};

/// A part of the check: its name, and cargo's arguments.
type Check = (&'static str, &'static [&'static str]);

/// Clippy's own arguments stand behind `--`; rustdoc takes its from the environment.
const CHECKS: [Check; 7] = [
    ("formatting", &["fmt", "--all", "--check"]),
    ("lints, native", &["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    // A test that is run by its name alone is none of all targets.
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
    // The Leptos half exists here alone, and most of the links into it.
    ("documentation, wasm32", &["doc", "--locked", "--package", "visma-connect", "--no-deps", "--target", WASM]),
];

/// Runs every check, also after one has failed.
///
/// # Errors
/// A check failed, or a tool is missing.
pub fn check(project: &Project) -> Result {
    let programs = Programs::of_this_machine();
    setup::for_check(&programs)?;
    let mut failed = Vec::new();
    for (name, args) in CHECKS {
        println!("== {name}");
        let mut cargo = programs.command("cargo");
        cargo.args(args).env("RUSTDOCFLAGS", "-Dwarnings").current_dir(project.root());
        if let Err(problem) = run(&mut cargo) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use release::project::read;

    #[test]
    fn k06_no_check_writes_the_lock_file_or_lets_a_warning_pass() {
        for (name, args) in CHECKS.into_iter().filter(|(_, args)| args[0] != "fmt") {
            assert!(args.contains(&"--locked"), "{name}");
            assert!(args[0] == "doc" || args.ends_with(&["--", "-D", "warnings"]), "{name}");
        }
        // What builds before any of them runs must not mend the lock file for them.
        let root = Project::here().root().to_path_buf();
        let alias = read(&root.join(".cargo").join("config.toml")).unwrap();
        assert!(alias.contains("xtask = \"run --quiet --locked "), "{alias}");
        let trunk = read(&root.join("Trunk.toml")).unwrap();
        assert!(trunk.contains("[build]\n") && trunk.contains("\nlocked = true\n"), "{trunk}");
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
