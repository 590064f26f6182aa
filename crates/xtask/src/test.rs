//! `cargo xtask test`: runs the tests, and prints a table of the results.

use crate::options::Test;
use crate::process::run_counting;
use crate::providers::{self, Provider};
use crate::tally::Tally;
use crate::{build, setup};
use anyhow::{Result, bail};
use fs_err as fs;
use release::programs::Programs;
use release::project::{Project, WASM};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Runs the tests and prints the table. A failed test does not stop the others.
///
/// # Errors
/// A stage failed, or the named provider does not exist.
pub fn test(project: &Project, options: &Test) -> Result<()> {
    let only = &options.only;
    // The tests with other providers run only with `--providers`.
    let all = !only.native && !only.browser && !only.e2e && only.providers.is_none();
    let mut run = Run { project, options, programs: Programs::of_this_machine(), stages: Vec::new() };
    if all || only.native {
        run.native();
    }
    if all || only.browser {
        run.browser();
    }
    if all || only.e2e {
        run.end_to_end();
    }
    if let Some(provider) = &only.providers {
        run.providers(provider.as_deref())?;
    }
    println!("\n{}", table(&run.stages));
    if run.stages.iter().any(|stage| stage.verdict == Verdict::Failed) {
        bail!("at least one stage failed. The table names it, and its output above shows the cause.");
    }
    Ok(())
}

/// A browser for the end-to-end tests.
struct Browser {
    /// The name of its row in the table.
    stage: &'static str,
    /// The name of its engine in the tests.
    engine: &'static str,
    /// The arguments of cargo that select it.
    features: &'static [&'static str],
    /// The environment variable with the path of its driver.
    variable: &'static str,
    /// Finds or installs the browser and its driver. Returns the path of the driver.
    driver: fn(&Project, &mut Programs) -> Result<PathBuf>,
}

/// The browsers. The first is used in every run, the others only with `--all-browsers`.
const BROWSERS: [Browser; 3] = [
    Browser {
        stage: "end-to-end tests",
        engine: "Chromium",
        features: &[],
        variable: "CHROMEDRIVER",
        driver: setup::for_browser_tests,
    },
    Browser {
        stage: "end-to-end Firefox",
        engine: "Firefox",
        features: &["--no-default-features", "--features", "firefox"],
        variable: "GECKODRIVER",
        driver: setup::for_firefox_tests,
    },
    Browser {
        stage: "end-to-end WebKit",
        engine: "WebKit",
        features: &["--no-default-features", "--features", "webkit"],
        variable: "WEBKITWEBDRIVER",
        driver: |_, programs| setup::for_webkit_tests(programs),
    },
];

/// One run of the tests.
struct Run<'a> {
    project: &'a Project,
    options: &'a Test,
    programs: Programs,
    stages: Vec<Stage>,
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stage {
    name: String,
    took: Duration,
    verdict: Verdict,
    tally: Tally,
}

/// The result of a stage.
struct Outcome {
    passed: bool,
    tally: Tally,
}

impl Outcome {
    /// The result of a successful stage without tests.
    const DONE: Self = Self { passed: true, tally: Tally { passed: 0, failed: 0, ignored: 0 } };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Passed,
    Failed,
    /// The stage was skipped, because an earlier stage failed or the compiler is too old.
    NotRun,
}

impl Run<'_> {
    fn native(&mut self) {
        self.stage("native tests", |run| run.cargo_test(&["--workspace", "--exclude", "e2e"], &[]));
        if !self.options.passthrough.is_empty() {
            // The arguments are for the test programs of Rust. The test runner of Node does not have them.
            return;
        }
        self.stage("provider tests", |run| {
            setup::for_provider(run.project, &run.programs)?;
            counted(run.programs.command("npm").arg("test").current_dir(run.project.provider()))
        });
        // These tests need no npm packages.
        self.stage("bench tests", |run| {
            counted(run.programs.command("npm").arg("test").current_dir(run.project.bench()))
        });
    }

    fn browser(&mut self) {
        self.stage("browser tests", |run| {
            let chromedriver = setup::for_browser_tests(run.project, &mut run.programs)?;
            let mut args = vec!["--target", WASM, "--package", "visma-connect"];
            // The app has no library, so the tests of its components are in the binary.
            args.extend(["--package", "visma-connect-spa", "--bin", "visma-connect-spa"]);
            let names = browser_tests(&run.project.visma_connect().join("tests"))?;
            args.extend(names.iter().flat_map(|name| ["--test", name]));
            // The debug build of the wasm is large. On a busy machine, the first page takes long to load it.
            run.cargo_test(&args, &[("CHROMEDRIVER", chromedriver), ("WASM_BINDGEN_TEST_TIMEOUT", "180".into())])
        });
        self.doc_tests();
    }

    /// Compiles the examples in the documentation of code for wasm32. They are not run.
    fn doc_tests(&mut self) {
        let name = "doc tests, wasm32";
        // An older version of cargo skips these tests and prints no message.
        let compiler = self.programs.version_line("rustc").unwrap_or_default();
        if let Some(reason) = setup::rust::no_doc_tests_for_wasm(&compiler) {
            println!("\n== {name}\n{reason}");
            return self.not_run(name);
        }
        self.stage(name, |run| {
            setup::rust::wasm_target(&run.programs)?;
            setup::cargo_tool::wasm_bindgen(run.project, &mut run.programs)?;
            let args = ["--doc", "--package", "visma-connect", "--target", WASM];
            let outcome = run.cargo_test(&args, &[])?;
            if outcome.passed && outcome.tally.passed == 0 && run.options.passthrough.is_empty() {
                bail!("cargo compiled no doc test for wasm32, although there are some.");
            }
            Ok(outcome)
        });
    }

    fn end_to_end(&mut self) {
        let dist = self.project.work("dist");
        let dist_app = self.project.work("dist-app");
        let dist_example = self.project.work("dist-example");
        let built = self.stage("release build", |run| {
            setup::for_release(run.project, &mut run.programs)?;
            build::release(run.project, &run.programs, &dist, "/")?;
            build::release(run.project, &run.programs, &dist_app, "/app/")?;
            Ok(Outcome::DONE)
        });
        if built {
            self.stage("first visit's bytes", |run| {
                build::report(run.project, &run.programs, &dist).map(|()| Outcome::DONE)
            });
        } else {
            self.not_run("first visit's bytes");
        }
        let built = self.stage("example build", |run| {
            setup::for_page(run.project, &mut run.programs)?;
            build::example(run.project, &run.programs, &dist_example)?;
            Ok(Outcome::DONE)
        }) && built;
        self.stage("cargo xtask serve", |run| {
            // Install the tools before the test, because its time limits are only for building and serving.
            setup::for_page(run.project, &mut run.programs)?;
            setup::for_provider(run.project, &run.programs)?;
            run.cargo_test(&["--package", "xtask", "--test", "serve"], &[])
        });
        let browsers = if self.options.all_browsers { BROWSERS.len() } else { 1 };
        for browser in BROWSERS.iter().take(browsers) {
            if !built {
                self.not_run(browser.stage);
                continue;
            }
            self.stage(browser.stage, |run| {
                setup::for_provider(run.project, &run.programs)?;
                let paths = [
                    ("E2E_DIST", dist.clone()),
                    ("E2E_DIST_APP", dist_app.clone()),
                    ("E2E_DIST_EXAMPLE", dist_example.clone()),
                    ("E2E_PROVIDER", run.project.provider()),
                    (browser.variable, (browser.driver)(run.project, &mut run.programs)?),
                ];
                run.cargo_test(&[&["--package", "e2e"], browser.features].concat(), &paths)
            });
        }
    }

    /// Tests the release with each provider of another project, or only with the named one.
    fn providers(&mut self, name: Option<&str>) -> Result<()> {
        let providers = providers::chosen(self.project, name)?;
        let report = self.project.work("providers").join("report");
        providers::empty_report(&report)?;
        let dist = self.project.work("dist");
        let built = self.stage("release build", |run| {
            setup::for_release(run.project, &mut run.programs)?;
            build::release(run.project, &run.programs, &dist, "/")?;
            Ok(Outcome::DONE)
        });
        let browsers = if self.options.all_browsers { BROWSERS.len() } else { 1 };
        for provider in &providers {
            let mut installed = None;
            let is_ready = self.stage(format!("{}: set-up", provider.name()), |run| {
                installed = Some(provider.install(run.project, &run.programs)?);
                Ok(Outcome::DONE)
            });
            for browser in BROWSERS.iter().take(browsers) {
                let name = format!("{}: {}", provider.name(), browser.engine);
                match &installed {
                    Some(env) if built && is_ready => self.stage(name, |run| {
                        let mut env = env.clone();
                        env.push(("E2E_DIST", dist.clone()));
                        env.push(("E2E_FOREIGN_REPORT", report.clone()));
                        env.push((browser.variable, (browser.driver)(run.project, &mut run.programs)?));
                        run.journeys(browser, &env)
                    }),
                    _ => {
                        self.not_run(name);
                        false
                    }
                };
            }
        }
        let names: Vec<&str> = providers.iter().map(Provider::name).collect();
        println!("\n{}", providers::table(&report, &names)?);
        Ok(())
    }

    /// Runs the journeys in one browser. `providers::journeys` chooses them.
    fn journeys(&self, browser: &Browser, env: &[(&str, PathBuf)]) -> Result<Outcome> {
        let mut command = self.programs.command("cargo");
        command.args(["test", "--locked", "--package", "e2e"]).args(browser.features).arg("--no-fail-fast");
        command.args(["--", "--ignored"]).current_dir(self.project.root()).envs(env.iter().cloned());
        command.args(providers::journeys(browser.engine == BROWSERS[0].engine, &self.options.passthrough));
        counted(&mut command)
    }

    fn not_run(&mut self, name: impl Into<String>) {
        self.stages.push(Stage {
            name: name.into(),
            took: Duration::ZERO,
            verdict: Verdict::NotRun,
            tally: Tally::default(),
        });
    }

    /// Runs one stage and adds its row. Returns whether it passed.
    fn stage(&mut self, name: impl Into<String>, work: impl FnOnce(&mut Self) -> Result<Outcome>) -> bool {
        let name = name.into();
        println!("\n== {name}");
        let began = Instant::now();
        let (passed, tally) = match work(self) {
            Ok(outcome) => (outcome.passed, outcome.tally),
            Err(problem) => {
                eprintln!("error: {problem:#}");
                (false, Tally::default())
            }
        };
        let verdict = if passed { Verdict::Passed } else { Verdict::Failed };
        self.stages.push(Stage { name, took: began.elapsed(), verdict, tally });
        passed
    }

    fn cargo_test(&self, args: &[&str], env: &[(&str, PathBuf)]) -> Result<Outcome> {
        let mut command = self.programs.command("cargo");
        command
            .args(["test", "--locked"])
            .args(args)
            .arg("--no-fail-fast")
            .current_dir(self.project.root())
            .envs(env.iter().cloned());
        if !self.options.passthrough.is_empty() {
            command.arg("--").args(&self.options.passthrough);
        }
        counted(&mut command)
    }
}

fn counted(command: &mut Command) -> Result<Outcome> {
    let (status, tally) = run_counting(command, std::io::stdout(), std::io::stderr())?;
    Ok(Outcome { passed: status.success() && tally.failed == 0, tally })
}

/// Returns the names of the test programs that run in a browser: `browser_x` for `browser_x.rs` or
/// `browser_x/main.rs`.
fn browser_tests(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder)?;
    let name = |path: PathBuf| {
        let is_program = path.extension().is_some_and(|extension| extension == "rs") || path.join("main.rs").is_file();
        path.file_stem()?.to_str().filter(|name| is_program && name.starts_with("browser_")).map(str::to_owned)
    };
    let mut names: Vec<String> = entries.filter_map(|entry| name(entry.ok()?.path())).collect();
    names.sort();
    if names.is_empty() {
        bail!("there is no test program browser_*, so no test would run in the browser.");
    }
    Ok(names)
}

/// Returns the stages as a table. The last line has only the sums of passed and failed tests. If a stage failed but
/// none of its tests did, for example because it did not compile, it counts as one failed test.
fn table(stages: &[Stage]) -> String {
    let mut table =
        format!("{:<22} {:>8} {:>8} {:>8} {:>8}  verdict\n", "stage", "seconds", "passed", "failed", "ignored");
    for stage in stages {
        let verdict = match stage.verdict {
            Verdict::Passed => "ok",
            Verdict::Failed => "FAILED",
            Verdict::NotRun => "not run",
        };
        let Tally { passed, failed, ignored } = stage.tally;
        table.push_str(&format!(
            "{:<22} {:>8.1} {passed:>8} {failed:>8} {ignored:>8}  {verdict}\n",
            stage.name,
            stage.took.as_secs_f32()
        ));
    }
    let seconds: f32 = stages.iter().map(|stage| stage.took.as_secs_f32()).sum();
    let sum = stages.iter().fold(Tally::default(), |sum, stage| {
        let broken = u32::from(stage.verdict == Verdict::Failed && stage.tally.failed == 0);
        sum.plus(stage.tally).plus(Tally { failed: broken, ..Tally::default() })
    });
    table.push_str(&format!("{:<22} {seconds:>8.1}\n{} passed, {} failed", "all", sum.passed, sum.failed));
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(name: &'static str, verdict: Verdict, passed: u32, failed: u32) -> Stage {
        Stage {
            name: name.to_owned(),
            took: Duration::from_millis(1_500),
            verdict,
            tally: Tally { passed, failed, ignored: 0 },
        }
    }

    #[test]
    fn the_last_line_is_the_sum() {
        let stages = [stage("native tests", Verdict::Passed, 40, 0), stage("browser tests", Verdict::Failed, 7, 2)];
        assert_eq!(table(&stages).lines().last(), Some("47 passed, 2 failed"));
    }

    #[test]
    fn tests_that_were_ignored_are_counted_beside_and_not_among_those_that_passed() {
        let mut stage = stage("end-to-end WebKit", Verdict::Passed, 40, 0);
        stage.tally.ignored = 7;
        let table = table(&[stage]);
        let row: Vec<&str> = table.lines().nth(1).unwrap().split_whitespace().collect();
        assert_eq!(row, ["end-to-end", "WebKit", "1.5", "40", "0", "7", "ok"]);
        assert_eq!(table.lines().last(), Some("40 passed, 0 failed"));
    }

    #[test]
    fn a_browser_test_is_a_file_or_a_folder_with_a_main_file() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("tests");
        for name in ["browser_edge", "browser_notes", "fake"] {
            fs::create_dir_all(folder.join(name)).unwrap();
        }
        for name in ["browser_edge/main.rs", "browser_edge/fetch.rs", "browser_notes/x.rs", "fake/main.rs"] {
            fs::write(folder.join(name), "").unwrap();
        }
        assert_eq!(browser_tests(&folder).unwrap(), ["browser_edge"]);
        for name in ["browser_tabs.rs", "browser_tabs.md", "readers.rs"] {
            fs::write(folder.join(name), "").unwrap();
        }
        assert_eq!(browser_tests(&folder).unwrap(), ["browser_edge", "browser_tabs"]);
        fs::remove_dir_all(folder.join("browser_edge")).unwrap();
        fs::remove_file(folder.join("browser_tabs.rs")).unwrap();
        assert!(browser_tests(&folder).is_err());
    }

    #[test]
    fn a_stage_that_broke_before_its_tests_is_a_failure() {
        let stages = [stage("release build", Verdict::Failed, 0, 0), stage("end-to-end tests", Verdict::NotRun, 0, 0)];
        let table = table(&stages);
        assert_eq!(table.lines().last(), Some("0 passed, 1 failed"));
        assert!(table.contains("FAILED") && table.contains("not run"), "{table}");
    }
}
