//! Reads the command line. clap prints the doc comments of commands and fields as the text of `--help`.

use clap::builder::RangedI64ValueParser;
use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand, value_parser};
use release::configure;
use release::host_files::Host;
use std::ffi::OsString;
use std::path::PathBuf;

/// The commands of this project. Each one first installs the tools that it needs and cannot find, and prints what it
/// installs.
#[derive(Debug, Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", flatten_help = true)]
pub struct Options {
    /// The command to run. `None` prints the help.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// One command with its options.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Start the local provider and the app
    Serve(Serve),
    /// Run all tests, except those of --providers
    Test(Test),
    /// Check formatting, lints and documentation, native and wasm32, and spelling
    Check(Check),
    /// Check the dependencies against .cargo/deny.toml: licences, sources, bans, advisories
    Deny,
    /// Run the targets in crates/visma-connect/fuzz; needs the nightly compiler
    Fuzz(Fuzz),
    /// Build the release into dist/, print its sizes, fail if it exceeds size-budget.json
    Build(Build),
    /// Write a configuration into a built dist: config.json, content security policy, preconnect
    Configure(Configure),
    /// Measure the app beside other apps that do the same; refuses on a busy machine
    Bench(Bench),
}

/// Options of `serve`.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct Serve {
    /// Port of the app [default: 8080]
    #[arg(long, value_name = "N", value_parser = port())]
    pub port: Option<u16>,
    /// Port of the local provider [default: 9400]
    #[arg(long, value_name = "N", value_parser = port())]
    pub provider_port: Option<u16>,
    /// Lifetime of the local provider's access tokens in seconds [default: 3600]
    #[arg(long, value_name = "S", value_parser = value_parser!(u32).range(1..))]
    pub token_life: Option<u32>,
    /// Configuration to use. The local provider starts only for a plain http authority on this machine
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Serve https://NAME instead of http://localhost. Sign-in needs https everywhere except on localhost
    #[arg(long, value_name = "NAME", requires = "tls_cert")]
    pub host: Option<String>,
    /// Certificate chain, PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate, PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Serve the example (crates/visma-connect/examples/router) instead of the app
    #[arg(long)]
    pub example: bool,
}

/// Options of `test`.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct Test {
    /// The only part to run.
    #[command(flatten)]
    pub only: Only,
    /// Run the end-to-end tests also in Firefox and WebKit
    #[arg(long, conflicts_with_all = ["native", "browser"])]
    pub all_browsers: bool,
    /// Pass these to the test programs, for example a part of a test's name
    #[arg(last = true, value_name = "ARGS")]
    pub passthrough: Vec<OsString>,
}

/// The only part of the tests to run. If no field is set, all parts run except `providers`.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
#[group(multiple = false)]
pub struct Only {
    /// Only the native tests, of the Rust crates and of the local provider
    #[arg(long)]
    pub native: bool,
    /// Only the tests in headless Chrome, and the doc tests of wasm32
    #[arg(long)]
    pub browser: bool,
    /// Only the release build, its size, the test of `serve` and the end-to-end tests
    #[arg(long)]
    pub e2e: bool,
    /// Only the tests with the OpenID providers in tests/providers, or with one of them
    #[arg(long, value_name = "NAME")]
    pub providers: Option<Option<String>>,
}

/// Options of `check`.
#[derive(Args, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// Only formatting, native lints and the unit tests of the library
    #[arg(long)]
    pub fast: bool,
}

/// Options of `fuzz`.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fuzz {
    /// Seconds for each target
    #[arg(default_value_t = 60, value_parser = value_parser!(u32).range(1..))]
    pub seconds: u32,
}

/// Options of `build`.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// Base path of the app
    #[arg(long, value_name = "PATH", default_value = "/", value_parser = base_path)]
    pub public_url: String,
}

/// Options of `configure`.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Configure {
    /// Folder of the dist. With an https base URL, it must pass the checks of `build` [default: $TRUNK_STAGING_DIR,
    /// unchecked]
    #[arg(long, value_name = "DIR")]
    pub dist: Option<PathBuf>,
    /// Configuration to check and to write
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
    /// The URL at which the dist will be served.
    #[arg(
        long,
        value_name = "URL",
        help = "URL at which the dist will be served, for example https://app.example.com/"
    )]
    pub base_url: Option<String>,
    /// Also write the files that this host reads: netlify, cloudflare, azure, nginx or caddy
    #[arg(long, value_name = "HOST", requires = "base_url")]
    pub host_files: Option<Host>,
}

/// Options of `bench`.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct Bench {
    /// Runs of each app
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = value_parser!(u32).range(1..))]
    pub runs: u32,
    /// Only the profile without limits of processor and network
    #[arg(long, conflicts_with = "phone")]
    pub plain: bool,
    /// Only the profile with the processor and network of a phone
    #[arg(long)]
    pub phone: bool,
    /// Only check that each app can be measured, and what it verifies. For CI
    #[arg(long, conflicts_with_all = ["plain", "phone", "judge", "write", "runs"])]
    pub smoke: bool,
    /// Fail if a limit is missed
    #[arg(long)]
    pub judge: bool,
    /// Measure on a busy machine too. The output states that the numbers do not count
    #[arg(long)]
    pub even_if_busy: bool,
    /// Write docs/benchmark.md
    #[arg(long, conflicts_with_all = ["plain", "phone"])]
    pub write: bool,
    /// Measure the release that the last `cargo xtask test` has built
    #[arg(long)]
    pub built: bool,
}

impl Configure {
    /// Returns what to configure. `staging` is the value of `TRUNK_STAGING_DIR`: Trunk passes its output folder to a
    /// hook in this variable.
    ///
    /// # Errors
    /// Both `--dist` and `staging` are missing.
    pub fn plan(self, staging: Option<OsString>) -> Result<configure::Configure, clap::Error> {
        let is_finished = self.dist.is_some();
        let dist = self.dist.or(staging.map(PathBuf::from)).ok_or_else(|| {
            clap::Error::raw(ErrorKind::MissingRequiredArgument, "configure needs --dist DIR, the built folder.\n")
        })?;
        Ok(configure::Configure {
            dist,
            is_finished,
            config: self.config,
            base_url: self.base_url,
            host: self.host_files,
        })
    }
}

fn port() -> RangedI64ValueParser<u16> {
    value_parser!(u16).range(1..)
}

fn base_path(text: &str) -> Result<String, &'static str> {
    if text.starts_with('/') && text.ends_with('/') {
        Ok(text.to_owned())
    } else {
        Err("it must be a path that begins and ends with a slash, for example /app/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, String> {
        let words = ["xtask"].into_iter().chain(line.split_whitespace());
        let options = Options::try_parse_from(words).map_err(|problem| problem.to_string())?;
        options.command.ok_or_else(|| "help".to_owned())
    }

    #[test]
    fn clap_finds_no_fault_in_the_definition_of_the_options() {
        <Options as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn serve_without_options_leaves_everything_to_the_defaults() {
        assert_eq!(parse("serve"), Ok(Command::Serve(Serve::default())));
    }

    #[test]
    fn serve_reads_all_its_options() {
        let line = "serve --port 8081 --provider-port=9401 --token-life 5 --config c.json --host app.local \
            --tls-cert a --tls-key b --example";
        let expected = Serve {
            port: Some(8081),
            provider_port: Some(9401),
            token_life: Some(5),
            config: Some("c.json".into()),
            host: Some("app.local".to_owned()),
            tls_cert: Some("a".into()),
            tls_key: Some("b".into()),
            example: true,
        };
        assert_eq!(parse(line), Ok(Command::Serve(expected)));
    }

    #[test]
    fn fuzz_and_build_have_defaults() {
        assert_eq!(parse("fuzz"), Ok(Command::Fuzz(Fuzz { seconds: 60 })));
        assert_eq!(parse("fuzz 300"), Ok(Command::Fuzz(Fuzz { seconds: 300 })));
        for (line, path) in [("build", "/"), ("build --public-url /app/", "/app/")] {
            assert_eq!(parse(line), Ok(Command::Build(Build { public_url: path.to_owned() })));
        }
    }

    #[test]
    fn bench_runs_five_times_in_both_profiles() {
        assert_eq!(parse("bench"), Ok(Command::Bench(Bench { runs: 5, ..Bench::default() })));
        let smoke = Bench { runs: 5, smoke: true, built: true, ..Bench::default() };
        assert_eq!(parse("bench --smoke --built"), Ok(Command::Bench(smoke)));
    }

    #[test]
    fn only_the_folder_of_dist_must_pass_the_checks_of_a_release() {
        for (line, staging, dist, is_finished) in [
            ("--config c --dist d", None, "d", true),
            ("--config c --dist d", Some("staging"), "d", true),
            ("--config c", Some("staging"), "staging", false),
        ] {
            let Ok(Command::Configure(options)) = parse(&format!("configure {line}")) else { panic!("{line}") };
            let planned = options.plan(staging.map(OsString::from)).unwrap();
            assert_eq!((planned.dist, planned.is_finished), (dist.into(), is_finished), "{line} with {staging:?}");
        }
        let Ok(Command::Configure(options)) = parse("configure --config c") else { panic!("refused") };
        assert!(options.plan(None).unwrap_err().to_string().contains("--dist"));
    }

    #[test]
    fn the_error_for_a_malformed_line_names_the_option() {
        for (line, word) in [
            ("serve --port ninety", "--port"),
            ("serve --port 70000", "--port"),
            ("serve --port 0", "1..=65535"),
            ("serve --port", "--port"),
            ("serve --token-life 0", "--token-life"),
            ("serve --host app.local", "--tls-cert"),
            ("serve --tls-cert a", "--tls-key"),
            ("serve --tls-key a", "--tls-cert"),
            ("serve --fast", "--fast"),
            ("serve 8080", "8080"),
            ("test name", "[-- <ARGS>...]"),
            ("test --native --e2e", "cannot be used with"),
            ("test --providers --e2e", "cannot be used with"),
            ("test --providers one two", "two"),
            ("test --providers --all-browsers one", "one"),
            ("fuzz long", "long"),
            ("fuzz 0", "1.."),
            ("fuzz 10 20", "20"),
            ("fuzz --forever", "--forever"),
            ("test --all-browsers --native", "--all-browsers"),
            ("test --browser --all-browsers", "--all-browsers"),
            ("build --public-url app", "slash"),
            ("configure --dist d", "--config"),
            ("configure --dist d --config c --host-files apache", "apache"),
            ("configure --dist d --config c --host-files nginx", "--base-url"),
            ("check now", "now"),
            ("check --slow", "--slow"),
            ("deny bans", "bans"),
            ("bench --runs 0", "1.."),
            ("bench --phone --plain", "cannot be used with"),
            ("bench --smoke --judge", "cannot be used with"),
            ("bench --phone --write", "cannot be used with"),
            ("sreve", "sreve"),
        ] {
            let problem = parse(line).expect_err(line);
            assert!(problem.contains(word), "{line}: {problem}");
        }
    }

    #[test]
    fn arguments_after_two_dashes_are_passed_to_the_tests_unchanged() {
        let passthrough = ["--nocapture", "c05", "--"].map(OsString::from).to_vec();
        let only = Only { e2e: true, ..Only::default() };
        let expected = Test { only, passthrough, all_browsers: false };
        assert_eq!(parse("test --e2e -- --nocapture c05 --"), Ok(Command::Test(expected)));
    }

    #[test]
    fn all_browsers_is_allowed_when_end_to_end_tests_run() {
        for (line, e2e) in [("test --all-browsers", false), ("test --all-browsers --e2e", true)] {
            let only = Only { e2e, ..Only::default() };
            let expected = Test { only, all_browsers: true, ..Test::default() };
            assert_eq!(parse(line), Ok(Command::Test(expected)), "{line}");
        }
        let expected = Test { passthrough: vec!["--all-browsers".into()], ..Test::default() };
        assert_eq!(parse("test -- --all-browsers"), Ok(Command::Test(expected)));
    }

    #[test]
    fn providers_without_a_name_are_all_of_them() {
        for (line, provider, all_browsers) in [
            ("test --providers", None, false),
            ("test --providers canaille", Some("canaille"), false),
            ("test --providers canaille --all-browsers", Some("canaille"), true),
            ("test --all-browsers --providers", None, true),
        ] {
            let only = Only { providers: Some(provider.map(str::to_owned)), ..Only::default() };
            let expected = Test { only, all_browsers, passthrough: Vec::new() };
            assert_eq!(parse(line), Ok(Command::Test(expected)), "{line}");
        }
    }

    #[test]
    fn the_help_shows_the_options_of_every_command() {
        for line in ["--help", "-h", "help"] {
            let help = parse(line).unwrap_err();
            for option in
                ["--port <N>", "--all-browsers", "--fast", "[SECONDS]", "--public-url", "--host-files", "--judge"]
            {
                assert!(help.contains(option), "{line} without {option}: {help}");
            }
        }
    }
}
