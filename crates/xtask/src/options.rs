//! Reads the command line.

use lexopt::prelude::{Long, Short, Value, ValueExt};
use release::configure::Configure;
use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

/// The output of `--help`.
pub const HELP: &str = "\
Usage: cargo xtask COMMAND [OPTIONS]

  serve      Start the local provider and the app
      --port N             port of the app (8080)
      --provider-port N    port of the local provider (9400)
      --token-life S       lifetime of the local provider's access tokens in seconds (3600)
      --config FILE        use this configuration; the local provider starts only if the authority is
                           a plain http address of this machine
      --host NAME          serve https://NAME instead of http://localhost; needs --tls-cert and --tls-key
      --tls-cert FILE      certificate chain, PEM
      --tls-key FILE       private key of the certificate, PEM
      --example            serve the example (crates/visma-connect/examples/router) instead of the app

  test       Run all tests, except those of --providers
      --native             only the native tests, of the Rust crates and of the local provider
      --browser            only the tests in headless Chrome, and the doc tests of wasm32
      --e2e                only the release build, its size, the test of `serve` and the end-to-end tests
      --providers [NAME]   only the tests with the OpenID providers in tests/providers, or with one of them
      --all-browsers       run the end-to-end tests also in Firefox and WebKit
      -- ARGS              pass these to the test programs, for example a part of a test's name

  check      Check formatting, lints and documentation, native and wasm32, and spelling
      --fast               only formatting, native lints and the unit tests of the library

  deny       Check the dependencies against .cargo/deny.toml: licences, sources, bans, advisories

  fuzz       Run the targets in crates/visma-connect/fuzz; needs the nightly compiler
      SECONDS              time for each target (60)

  build      Build the release into dist/, print its sizes, fail if it exceeds size-budget.json
      --public-url PATH    base path of the app (/)

  configure  Write a configuration into a built dist: config.json and the content security policy
      --dist DIR           folder of the dist; if its URL is https, it must pass the checks of `build`.
                           If missing: $TRUNK_STAGING_DIR, without these checks, for a Trunk hook
      --config FILE        configuration to check and to write
      --base-url URL       URL at which the dist will be served, for example https://app.example.com/
      --host-files HOST    also write the files that this host reads: headers and the paths of the app;
                           netlify, cloudflare, azure, nginx or caddy; needs --base-url

Every command first installs the tools that it needs and cannot find, and prints what it installs.";

/// One command with its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Print [`HELP`].
    Help,
    /// Start the provider and the app.
    Serve(Serve),
    /// Run the tests.
    Test(Test),
    /// Check formatting, lints, documentation and spelling.
    Check(Check),
    /// Check licences, sources, bans and advisories of the dependencies.
    Deny,
    /// Run the fuzz targets.
    Fuzz(Fuzz),
    /// Build the release.
    Build(Build),
    /// Write a configuration into a built dist.
    Configure(Configure),
}

/// Options of `serve`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Serve {
    /// Port of the app.
    pub port: Option<u16>,
    /// Port of the local provider.
    pub provider_port: Option<u16>,
    /// Lifetime of access tokens, in seconds.
    pub token_life: Option<u32>,
    /// The configuration to use instead of the shipped config.json.
    pub config: Option<PathBuf>,
    /// The host name in the URL of the app. `None` is localhost.
    pub host: Option<String>,
    /// File with the certificate chain, PEM.
    pub tls_cert: Option<PathBuf>,
    /// File with the private key, PEM.
    pub tls_key: Option<PathBuf>,
    /// Whether to serve the example instead of the app.
    pub example: bool,
}

/// Options of `test`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Test {
    /// The only part to run. `None` runs all parts except [`Part::Providers`].
    pub part: Option<Part>,
    /// The only provider to run in [`Part::Providers`]. `None` runs all of them.
    pub provider: Option<String>,
    /// Whether to run the end-to-end tests also in Firefox and WebKit.
    pub all_browsers: bool,
    /// Arguments for the test programs.
    pub passthrough: Vec<OsString>,
}

/// A part of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Native tests, of the Rust crates and of the local provider.
    Native,
    /// wasm-bindgen tests in headless Chrome, and the doc tests of wasm32.
    Browser,
    /// Release build, its size, the test of `serve`, end-to-end tests.
    EndToEnd,
    /// Tests of the release with the OpenID providers in tests/providers.
    Providers,
}

/// Options of `check`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// Whether to run only the checks that take less than a minute when everything is compiled.
    pub fast: bool,
}

/// Options of `fuzz`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fuzz {
    /// The time for each target, in seconds.
    pub seconds: u32,
}

/// Options of `build`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// The base path of the app.
    pub public_url: String,
}

impl Command {
    /// Reads the arguments after the name of the program.
    ///
    /// # Errors
    /// A message that names the missing, unknown or malformed argument.
    pub fn parse(args: impl IntoIterator<Item = impl Into<OsString>>) -> Result<Self, String> {
        let mut args = lexopt::Parser::from_args(args);
        match args.next().map_err(sentence)? {
            None | Some(Short('h') | Long("help")) => Ok(Self::Help),
            Some(Value(name)) => match name.to_string_lossy().as_ref() {
                "serve" => parse_serve(&mut args),
                "test" => parse_test(&mut args),
                "check" => parse_check(&mut args),
                "deny" => parse_deny(&mut args),
                "fuzz" => parse_fuzz(&mut args),
                "build" => parse_build(&mut args),
                "configure" => parse_configure(&mut args, std::env::var_os("TRUNK_STAGING_DIR")),
                "help" => Ok(Self::Help),
                other => Err(format!("there is no command `{other}`.")),
            },
            Some(other) => Err(sentence(other.unexpected())),
        }
    }
}

fn parse_serve(args: &mut lexopt::Parser) -> Result<Command, String> {
    let mut options = Serve::default();
    while let Some(arg) = args.next().map_err(sentence)? {
        match arg {
            Long("port") => options.port = Some(number(args, "--port")?),
            Long("provider-port") => options.provider_port = Some(number(args, "--provider-port")?),
            Long("token-life") => options.token_life = Some(number(args, "--token-life")?),
            Long("config") => options.config = Some(value(args)?.into()),
            Long("host") => options.host = Some(text(args)?),
            Long("tls-cert") => options.tls_cert = Some(value(args)?.into()),
            Long("tls-key") => options.tls_key = Some(value(args)?.into()),
            Long("example") => options.example = true,
            Short('h') | Long("help") => return Ok(Command::Help),
            other => return Err(sentence(other.unexpected())),
        }
    }
    if options.port == Some(0) || options.provider_port == Some(0) {
        return Err("a port is a number from 1 to 65535.".to_owned());
    }
    if options.token_life == Some(0) {
        return Err("--token-life is a number of seconds, at least 1.".to_owned());
    }
    if options.tls_cert.is_some() != options.tls_key.is_some() {
        return Err("--tls-cert and --tls-key must be used together.".to_owned());
    }
    if options.host.is_some() && options.tls_cert.is_none() {
        return Err("--host needs --tls-cert and --tls-key: browsers offer WebCrypto, which sign-in needs, only over \
            https and on localhost."
            .to_owned());
    }
    Ok(Command::Serve(options))
}

fn parse_test(args: &mut lexopt::Parser) -> Result<Command, String> {
    let mut options = Test::default();
    let (mut all_browsers, mut provider, mut provider_may_follow) = (false, None, false);
    let mut choose = |part| {
        if options.part.replace(part).is_some() {
            let parts = "--native, --browser, --e2e and --providers exclude each other";
            return Err(format!("{parts}. Without them, everything except --providers runs."));
        }
        Ok(())
    };
    loop {
        // The arguments after `--` are for the test programs, so lexopt must not parse them.
        if let Some(mut raw) = args.try_raw_args()
            && raw.peek().is_some_and(|arg| arg == "--")
        {
            raw.next();
            options.passthrough = raw.collect();
            break;
        }
        match args.next().map_err(sentence)? {
            None => break,
            Some(Long("native")) => choose(Part::Native)?,
            Some(Long("browser")) => choose(Part::Browser)?,
            Some(Long("e2e")) => choose(Part::EndToEnd)?,
            Some(Long("providers")) => {
                choose(Part::Providers)?;
                provider_may_follow = true;
                continue;
            }
            Some(Value(name)) if provider_may_follow => provider = Some(name.string().map_err(sentence)?),
            Some(Long("all-browsers")) => all_browsers = true,
            Some(Short('h') | Long("help")) => return Ok(Command::Help),
            Some(other) => {
                return Err(format!(
                    "{} Arguments for the test programs come after `--`.",
                    sentence(other.unexpected())
                ));
            }
        }
        provider_may_follow = false;
    }
    options.provider = provider;
    if all_browsers && matches!(options.part, Some(Part::Native | Part::Browser)) {
        return Err("--all-browsers is for the end-to-end tests, which --native and --browser do not run.".to_owned());
    }
    options.all_browsers = all_browsers;
    Ok(Command::Test(options))
}

fn parse_check(args: &mut lexopt::Parser) -> Result<Command, String> {
    let mut options = Check::default();
    while let Some(arg) = args.next().map_err(sentence)? {
        match arg {
            Long("fast") => options.fast = true,
            Short('h') | Long("help") => return Ok(Command::Help),
            other => return Err(sentence(other.unexpected())),
        }
    }
    Ok(Command::Check(options))
}

fn parse_deny(args: &mut lexopt::Parser) -> Result<Command, String> {
    match args.next().map_err(sentence)? {
        None => Ok(Command::Deny),
        Some(Short('h') | Long("help")) => Ok(Command::Help),
        Some(other) => Err(sentence(other.unexpected())),
    }
}

fn parse_fuzz(args: &mut lexopt::Parser) -> Result<Command, String> {
    let mut seconds = None;
    while let Some(arg) = args.next().map_err(sentence)? {
        match arg {
            Value(value) if seconds.is_none() => {
                let text = value.to_string_lossy();
                let number = text.parse().ok().filter(|seconds| *seconds > 0);
                seconds = Some(number.ok_or(format!("fuzz needs a number of seconds, at least 1, and got `{text}`."))?);
            }
            Short('h') | Long("help") => return Ok(Command::Help),
            other => return Err(sentence(other.unexpected())),
        }
    }
    Ok(Command::Fuzz(Fuzz { seconds: seconds.unwrap_or(60) }))
}

fn parse_build(args: &mut lexopt::Parser) -> Result<Command, String> {
    let mut options = Build { public_url: "/".to_owned() };
    while let Some(arg) = args.next().map_err(sentence)? {
        match arg {
            Long("public-url") => options.public_url = text(args)?,
            Short('h') | Long("help") => return Ok(Command::Help),
            other => return Err(sentence(other.unexpected())),
        }
    }
    if !(options.public_url.starts_with('/') && options.public_url.ends_with('/')) {
        return Err("--public-url must be a path that begins and ends with a slash, for example /app/.".to_owned());
    }
    Ok(Command::Build(options))
}

/// `staging` is the value of `TRUNK_STAGING_DIR`, in which Trunk passes its folder to a hook.
fn parse_configure(args: &mut lexopt::Parser, staging: Option<OsString>) -> Result<Command, String> {
    let mut dist = None;
    let mut config = None;
    let mut base_url = None;
    let mut host = None;
    while let Some(arg) = args.next().map_err(sentence)? {
        match arg {
            Long("dist") => dist = Some(value(args)?),
            Long("config") => config = Some(value(args)?.into()),
            Long("base-url") => base_url = Some(text(args)?),
            Long("host-files") => host = Some(text(args)?.parse()?),
            Short('h') | Long("help") => return Ok(Command::Help),
            other => return Err(sentence(other.unexpected())),
        }
    }
    if host.is_some() && base_url.is_none() {
        return Err("--host-files needs --base-url: the headers and paths depend on it.".to_owned());
    }
    Ok(Command::Configure(Configure {
        is_finished: dist.is_some(),
        dist: dist.or(staging).map(PathBuf::from).ok_or("configure needs --dist DIR, the built folder.")?,
        config: config.ok_or("configure needs --config FILE, the configuration to write.")?,
        base_url,
        host,
    }))
}

fn value(args: &mut lexopt::Parser) -> Result<OsString, String> {
    args.value().map_err(sentence)
}

fn text(args: &mut lexopt::Parser) -> Result<String, String> {
    value(args)?.string().map_err(sentence)
}

fn number<T: FromStr>(args: &mut lexopt::Parser, option: &str) -> Result<T, String> {
    let text = text(args)?;
    text.parse().map_err(|_| format!("{option} needs a number in its valid range, and got `{text}`."))
}

fn sentence(problem: lexopt::Error) -> String {
    format!("{problem}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, String> {
        Command::parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn serve_without_options_leaves_everything_to_the_defaults() {
        assert_eq!(parse("serve"), Ok(Command::Serve(Serve::default())));
    }

    #[test]
    fn serve_takes_all_its_options() {
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
    fn a_check_is_whole_or_fast() {
        assert_eq!(parse("check"), Ok(Command::Check(Check { fast: false })));
        assert_eq!(parse("check --fast"), Ok(Command::Check(Check { fast: true })));
        assert_eq!(parse("deny"), Ok(Command::Deny));
    }

    #[test]
    fn fuzz_takes_the_seconds_of_each_target() {
        assert_eq!(parse("fuzz"), Ok(Command::Fuzz(Fuzz { seconds: 60 })));
        assert_eq!(parse("fuzz 300"), Ok(Command::Fuzz(Fuzz { seconds: 300 })));
    }

    #[test]
    fn only_a_dist_that_is_named_counts_as_finished() {
        for (line, staging, dist, is_finished) in [
            ("--config c --dist d", None, "d", true),
            ("--config c --dist d", Some("staging"), "d", true),
            ("--config c", Some("staging"), "staging", false),
        ] {
            let mut args = lexopt::Parser::from_args(line.split_whitespace());
            let expected = Configure { dist: dist.into(), is_finished, config: "c".into(), base_url: None, host: None };
            let parsed = parse_configure(&mut args, staging.map(OsString::from));
            assert_eq!(parsed, Ok(Command::Configure(expected)), "{line} with {staging:?}");
        }
    }

    #[test]
    fn a_malformed_line_is_refused_with_the_option_named() {
        for (line, word) in [
            ("serve --port ninety", "--port"),
            ("serve --port 70000", "--port"),
            ("serve --port 0", "1 to 65535"),
            ("serve --token-life 0", "--token-life"),
            ("serve --host app.local", "--tls-cert"),
            ("serve --tls-cert a", "--tls-key"),
            ("serve --fast", "--fast"),
            ("serve 8080", "8080"),
            ("test name", "after `--`"),
            ("test --native --e2e", "exclude"),
            ("test --providers --e2e", "exclude"),
            ("test --providers one two", "two"),
            ("test --providers --all-browsers one", "one"),
            ("fuzz long", "long"),
            ("fuzz 0", "at least 1"),
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
            ("sreve", "sreve"),
        ] {
            let problem = parse(line).expect_err(line);
            assert!(problem.contains(word), "{line}: {problem}");
        }
    }

    #[test]
    fn what_follows_two_dashes_goes_to_the_tests_untouched() {
        let expected = Test {
            part: Some(Part::EndToEnd),
            provider: None,
            all_browsers: false,
            passthrough: vec!["--nocapture".into(), "c05".into(), "--".into()],
        };
        assert_eq!(parse("test --e2e -- --nocapture c05 --"), Ok(Command::Test(expected)));
    }

    #[test]
    fn all_browsers_go_with_everything_that_has_end_to_end_tests() {
        for (line, part) in [("test --all-browsers", None), ("test --all-browsers --e2e", Some(Part::EndToEnd))] {
            let expected = Test { part, all_browsers: true, ..Test::default() };
            assert_eq!(parse(line), Ok(Command::Test(expected)), "{line}");
        }
        let expected = Test { passthrough: vec!["--all-browsers".into()], ..Test::default() };
        assert_eq!(parse("test -- --all-browsers"), Ok(Command::Test(expected)));
    }

    #[test]
    fn providers_are_all_of_them_or_the_one_that_is_named() {
        for (line, provider, all_browsers) in [
            ("test --providers", None, false),
            ("test --providers canaille", Some("canaille"), false),
            ("test --providers canaille --all-browsers", Some("canaille"), true),
            ("test --all-browsers --providers", None, true),
        ] {
            let (part, provider) = (Some(Part::Providers), provider.map(str::to_owned));
            let expected = Test { part, provider, all_browsers, passthrough: Vec::new() };
            assert_eq!(parse(line), Ok(Command::Test(expected)), "{line}");
        }
    }

    #[test]
    fn help_is_given_wherever_it_is_asked_for() {
        for line in
            ["", "--help", "-h", "help", "serve --help", "test --help", "check -h", "build --help", "configure --help"]
        {
            assert_eq!(parse(line), Ok(Command::Help), "{line}");
        }
    }

    #[test]
    fn every_option_of_the_help_is_known() {
        let mut command = "";
        for line in HELP.lines() {
            if let Some(name) = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')) {
                command = name.split(' ').next().unwrap();
            } else if let Some(option) = line.trim_start().strip_prefix("--") {
                let name = option.split(' ').next().unwrap();
                let problem = parse(&format!("{command} --{name}")).err().unwrap_or_default();
                assert!(!problem.contains("invalid option"), "{command} --{name}: {problem}");
            }
        }
    }
}
