//! `cargo xtask COMMAND`: reads the command line and runs one command.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a terminal program prints its messages")]

use clap::{CommandFactory, Parser};
use release::project::Project;
use std::process::ExitCode;
use xtask::options::{Command, Options};

fn main() -> ExitCode {
    let project = Project::here();
    let done = match Options::parse().command {
        None => {
            // Printing fails if the terminal is closed. That is not a failure of this command.
            Options::command().print_help().ok();
            Ok(())
        }
        Some(Command::Serve(options)) => xtask::serve::serve(&project, &options),
        Some(Command::Test(options)) => xtask::test::test(&project, &options),
        Some(Command::Check(options)) => xtask::check::check(&project, options),
        Some(Command::Deny) => xtask::deny::deny(&project),
        Some(Command::Fuzz(options)) => xtask::fuzz::fuzz(&project, options),
        Some(Command::Build(options)) => xtask::build::build(&project, &options),
        Some(Command::Configure(options)) => {
            let staging = std::env::var_os("TRUNK_STAGING_DIR");
            let planned = options.plan(staging).unwrap_or_else(|problem| problem.exit());
            release::configure::run(&planned)
        }
        Some(Command::Bench(options)) => xtask::bench::bench(&project, &options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem:#}");
            ExitCode::FAILURE
        }
    }
}
