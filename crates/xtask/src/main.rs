//! `cargo xtask COMMAND`: reads the command line and runs one command.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a terminal program prints its messages")]

use release::project::Project;
use std::process::ExitCode;
use xtask::options::{Command, HELP};

fn main() -> ExitCode {
    let command = match Command::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(problem) => {
            eprintln!("error: {problem}\n\n`cargo xtask --help` lists the commands and their options.");
            return ExitCode::from(2);
        }
    };
    let project = Project::here();
    let done = match command {
        Command::Help => {
            println!("{HELP}");
            Ok(())
        }
        Command::Serve(options) => xtask::serve::serve(&project, &options),
        Command::Test(options) => xtask::test::test(&project, &options),
        Command::Check(options) => xtask::check::check(&project, options),
        Command::Deny => xtask::deny::deny(&project),
        Command::Fuzz(options) => xtask::fuzz::fuzz(&project, options),
        Command::Build(options) => xtask::build::build(&project, &options),
        Command::Configure(options) => release::configure::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}
