//! `cargo xtask deny`: the dependencies against `.cargo/deny.toml`.
//!
//! Licences, sources and bans need no network. The advisories do: their database is fetched first, and where that is
//! impossible the command says that they were not checked.

use crate::setup::cargo_tool;
use release::error::{Error, Result};
use release::programs::{Programs, run};
use release::project::Project;
use std::process::Command;

/// What is checked without a network.
const OFFLINE: [&str; 6] = ["--locked", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"];
const FETCH: [&str; 3] = ["--locked", "fetch", "db"];
const ADVISORIES: [&str; 3] = ["--locked", "check", "advisories"];

/// Checks licences, sources, bans and, where their database can be fetched, advisories.
///
/// # Errors
/// A dependency is not allowed or has an advisory, or cargo-deny cannot be installed.
pub fn deny(project: &Project) -> Result {
    let mut programs = Programs::of_this_machine();
    cargo_tool::cargo_deny(project, &mut programs)?;
    let cargo_deny = |args: &[&str]| {
        let mut command = programs.command("cargo-deny");
        command.args(args).current_dir(project.root());
        command
    };
    all(cargo_deny)
}

/// Runs the advisories too when something else has failed.
fn all(cargo_deny: impl Fn(&[&str]) -> Command) -> Result {
    let mut failed = Vec::new();
    println!("== bans, licences, sources");
    if run(&mut cargo_deny(&OFFLINE)).is_err() {
        failed.push("bans, licences or sources");
    }
    println!("== advisories");
    if run(&mut cargo_deny(&FETCH)).is_err() {
        println!("NOT CHECKED: the database of advisories cannot be fetched; see above.");
    } else if run(&mut cargo_deny(&ADVISORIES)).is_err() {
        failed.push("advisories");
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(Error::new(format!("not in order: {}; what is printed above says why.", failed.join("; "))))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// A cargo-deny that fails at the checks with these names.
    fn with_faults(faults: &'static [&'static str]) -> Result {
        all(|args| Command::new(if args.iter().any(|arg| faults.contains(arg)) { "false" } else { "true" }))
    }

    #[test]
    fn k06_a_missing_database_is_no_failure_and_everything_else_is() {
        assert_eq!(with_faults(&[]).map_err(|problem| problem.to_string()), Ok(()));
        assert_eq!(with_faults(&["fetch", "advisories"]).map_err(|problem| problem.to_string()), Ok(()));
        for (faults, words) in [
            (&["licenses"][..], "bans, licences or sources"),
            (&["licenses", "fetch"], "bans, licences or sources"),
            (&["advisories"], "not in order: advisories"),
        ] {
            let problem = with_faults(faults).unwrap_err().to_string();
            assert!(problem.contains(words), "{faults:?}: {problem}");
        }
    }
}
