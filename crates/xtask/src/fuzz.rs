//! `cargo xtask fuzz`: runs each fuzz target for some time, and prints a table of the results.
//!
//! ```text
//! seeds/TARGET ───────┐
//!                     ├─> libFuzzer ──> target/xtask/fuzz/TARGET.log, and after a failure artifacts/TARGET/
//! corpus in target/ <─┘
//! ```
//! seeds/ and artifacts/ are in crates/visma-connect/fuzz.

use crate::options::Fuzz;
use crate::setup;
use anyhow::{Context, Result, anyhow};
use fs_err as fs;
use release::programs::{Programs, run};
use release::project::Project;
use std::path::Path;
use std::process::{Command, Stdio};

/// Each target, with the maximum length of an input in bytes. The target accepts a little less than this length.
const TARGETS: [(&str, u32); 6] = [
    ("callback", 20_000),
    ("token_response", 16_000),
    ("jwt", 16_000),
    ("jwks", 16_000),
    ("metadata", 8_000),
    ("return_to", 2_000),
];

/// The time limit for one input, in seconds.
const TIMEOUT: u32 = 10;

/// The number of log lines that are printed if a target failed.
const TAIL: usize = 25;

/// Runs every target and prints the table. A failed target does not stop the others.
///
/// # Errors
/// The nightly compiler is missing, a target does not build, or an input violates an invariant.
pub fn fuzz(project: &Project, options: Fuzz) -> Result<()> {
    let mut programs = Programs::of_this_machine();
    setup::for_fuzzing(project, &mut programs)?;
    let work = project.work("fuzz");
    fs::create_dir_all(&work)?;
    println!("== building the targets");
    run(&mut cargo_fuzz(project, &programs, "build"))?;
    let mut rows = Vec::new();
    for (target, max_len) in TARGETS {
        let log = work.join(format!("{target}.log"));
        println!("== {target}, {} s; its log is {}", options.seconds, log.display());
        let corpus = work.join("corpus").join(target);
        fs::create_dir_all(&corpus)?;
        let mut command = cargo_fuzz(project, &programs, "run");
        command
            .arg(target)
            .arg(&corpus)
            .arg(project.fuzz().join("seeds").join(target))
            .args(["--", "-print_final_stats=1"])
            .args([("max_total_time", options.seconds), ("max_len", max_len), ("timeout", TIMEOUT)].map(setting));
        let is_success = run_into(&mut command, &log)?;
        let text = fs::read_to_string(&log)?;
        if !is_success {
            let lines: Vec<_> = text.lines().collect();
            lines.iter().skip(lines.len().saturating_sub(TAIL)).for_each(|line| eprintln!("  {line}"));
        }
        rows.push(Row { target, log: FuzzLog::read(&text), is_success });
    }
    println!("\n{}", table(&rows));
    if rows.iter().all(|row| row.is_success) {
        return Ok(());
    }
    Err(anyhow!(
        "a target failed. An artifact is the input that caused the failure. Copy it into \
            crates/visma-connect/fuzz/seeds/TARGET/, so that `cargo xtask test` reads it too."
    ))
}

fn cargo_fuzz(project: &Project, programs: &Programs, verb: &str) -> Command {
    let mut command = programs.command("rustup");
    command
        .args(["run", "nightly", "cargo", "fuzz", verb, "--fuzz-dir"])
        .arg(project.fuzz())
        .arg("--target-dir")
        .arg(project.work("fuzz").join("target"))
        .current_dir(project.root());
    command
}

fn setting((name, value): (&str, u32)) -> String {
    format!("-{name}={value}")
}

/// Runs a program, and writes its standard output and standard error into one file. Returns whether it succeeded.
fn run_into(command: &mut Command, log: &Path) -> Result<bool> {
    let file = fs::File::create(log)?.into_file();
    let status = command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .status()
        .context("rustup cannot be started")?;
    Ok(status.success())
}

/// One row of the table.
struct Row {
    target: &'static str,
    log: FuzzLog,
    is_success: bool,
}

/// The results in a log of libFuzzer.
#[derive(Debug, Default, PartialEq, Eq)]
struct FuzzLog {
    executions: u64,
    /// The number of code edges that the seeds and the corpus of earlier runs cover.
    cov_before: u64,
    cov_after: u64,
    /// The path of the input that caused the failure.
    artifact: Option<String>,
}

impl FuzzLog {
    fn read(text: &str) -> Self {
        let mut log = Self::default();
        for line in text.lines() {
            if let Some(count) = line.strip_prefix("stat::number_of_executed_units:") {
                log.executions = count.trim().parse().unwrap_or(0);
            } else if let Some((_, path)) = line.split_once("Test unit written to ") {
                log.artifact = Some(path.trim().to_owned());
            } else if line.starts_with('#')
                && let Some((before, after)) = line.split_once(" cov: ")
            {
                log.cov_after = after.split(' ').next().and_then(|count| count.parse().ok()).unwrap_or(log.cov_after);
                if before.ends_with("INITED") {
                    log.cov_before = log.cov_after;
                }
            }
        }
        log
    }
}

fn table(rows: &[Row]) -> String {
    let mut table = format!("{:<16} {:>12} {:>13}  verdict\n", "target", "executions", "new coverage");
    for Row { target, log, is_success } in rows {
        let verdict = match (is_success, &log.artifact) {
            (true, _) => "ok".to_owned(),
            (false, Some(artifact)) => format!("FOUND {artifact}"),
            (false, None) => "FAILED".to_owned(),
        };
        let new = log.cov_after.saturating_sub(log.cov_before);
        table.push_str(&format!("{target:<16} {:>12} {new:>13}  {verdict}\n", log.executions));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: &str = "\
INFO: seed corpus: files: 9 min: 3b max: 209b total: 1000b rss: 40Mb
#10\tINITED cov: 700 ft: 900 corp: 9/900b exec/s: 0 rss: 45Mb
#11\tNEW    cov: 702 ft: 905 corp: 10/950b lim: 209 exec/s: 0 rss: 45Mb L: 50/209 MS: 1 ChangeBit-
#920102\tDONE   cov: 1608 ft: 4892 corp: 1013/192Kb lim: 1310 exec/s: 3056 rss: 490Mb
Done 920102 runs in 301 second(s)
stat::number_of_executed_units: 920102
stat::average_exec_per_sec:     3056
";

    const LOUD: &str = "\
#10\tINITED cov: 700 ft: 900 corp: 9/900b exec/s: 0 rss: 45Mb
thread '<unnamed>' panicked at crates/visma-connect/tests/invariants/return_to.rs:23:9:
SUMMARY: libFuzzer: deadly signal
artifact_prefix='/somewhere/fuzz/artifacts/return_to/'; Test unit written to /somewhere/fuzz/artifacts/return_to/crash-0a1b
stat::number_of_executed_units: 4711
";

    #[test]
    fn the_log_has_the_executions_and_the_coverage() {
        let log = FuzzLog::read(QUIET);
        assert_eq!(log, FuzzLog { executions: 920_102, cov_before: 700, cov_after: 1_608, artifact: None });
    }

    #[test]
    fn a_failure_is_listed_with_its_input() {
        let row = |log, is_success| Row { target: "return_to", log: FuzzLog::read(log), is_success };
        let table = table(&[row(QUIET, true), row(LOUD, false), row("error: no such target", false)]);
        let lines: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[0], ["return_to", "920102", "908", "ok"]);
        assert_eq!(lines[1], ["return_to", "4711", "0", "FOUND", "/somewhere/fuzz/artifacts/return_to/crash-0a1b"]);
        assert_eq!(lines[2], ["return_to", "0", "0", "FAILED"]);
    }

    /// Every target of the manifest must be in [`TARGETS`] and have seeds.
    #[test]
    fn every_target_is_run_and_has_seeds() {
        let fuzz = Project::here().fuzz();
        let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
        let mut built: Vec<_> =
            manifest.lines().filter_map(|line| line.strip_prefix("path = \"fuzz_targets/")).collect();
        let mut run: Vec<_> = TARGETS.iter().map(|(target, _)| format!("{target}.rs\"")).collect();
        built.sort_unstable();
        run.sort_unstable();
        assert_eq!(built, run);
        for (target, _) in TARGETS {
            assert!(fs::read_dir(fuzz.join("seeds").join(target)).unwrap().count() > 1, "{target}");
        }
    }
}
