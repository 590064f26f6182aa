//! `cargo xtask deny`: checks the dependencies against `.cargo/deny.toml`.
//!
//! The checks of licences, sources and bans need no network. The check of advisories first downloads the database of
//! advisories. If the download fails, the command reports that the advisories were not checked, and does not fail.

use crate::setup::cargo_tool;
use anyhow::{Result, anyhow};
use release::programs::{Programs, run};
use release::project::Project;
use std::process::Command;

/// Arguments of the checks that need no network.
const OFFLINE: [&str; 6] = ["--locked", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"];
const FETCH: [&str; 3] = ["--locked", "fetch", "db"];
const ADVISORIES: [&str; 3] = ["--locked", "check", "advisories"];

/// Checks licences, sources and bans. Checks advisories too, if their database can be downloaded.
///
/// # Errors
/// A dependency is not allowed or has an advisory, or cargo-deny cannot be installed.
pub fn deny(project: &Project) -> Result<()> {
    let mut programs = Programs::of_this_machine();
    cargo_tool::cargo_deny(project, &mut programs)?;
    let cargo_deny = |args: &[&str]| {
        let mut command = programs.command("cargo-deny");
        command.args(args).current_dir(project.root());
        command
    };
    all(cargo_deny)
}

/// Runs all checks. A failed check does not stop the others. `cargo_deny` makes the command for these arguments.
fn all(cargo_deny: impl Fn(&[&str]) -> Command) -> Result<()> {
    let mut failed = Vec::new();
    println!("== bans, licences, sources");
    if run(&mut cargo_deny(&OFFLINE)).is_err() {
        failed.push("bans, licences or sources");
    }
    println!("== advisories");
    if run(&mut cargo_deny(&FETCH)).is_err() {
        println!("NOT CHECKED: the database of advisories cannot be fetched. See the output above.");
    } else if run(&mut cargo_deny(&ADVISORIES)).is_err() {
        failed.push("advisories");
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(anyhow!("these checks failed: {}. The output above shows the cause.", failed.join("; ")))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Runs the checks with a program that fails if its arguments contain one of `faults`.
    fn with_faults(faults: &'static [&'static str]) -> Result<()> {
        all(|args| Command::new(if args.iter().any(|arg| faults.contains(arg)) { "false" } else { "true" }))
    }

    #[test]
    fn k06_a_missing_database_is_no_failure_and_everything_else_is() {
        assert_eq!(with_faults(&[]).map_err(|problem| problem.to_string()), Ok(()));
        assert_eq!(with_faults(&["fetch", "advisories"]).map_err(|problem| problem.to_string()), Ok(()));
        for (faults, words) in [
            (&["licenses"][..], "bans, licences or sources"),
            (&["licenses", "fetch"], "bans, licences or sources"),
            (&["advisories"], "these checks failed: advisories"),
        ] {
            let problem = with_faults(faults).unwrap_err().to_string();
            assert!(problem.contains(words), "{faults:?}: {problem}");
        }
    }
}
