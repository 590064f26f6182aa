//! The process of a provider of another project.

use std::cell::RefCell;
use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;
use serde_json::{Map, Value};
use tempfile::TempDir;

use super::{ALL, Foreign};
use crate::listener::Loopback;
use crate::process::Process;
use crate::site::Site;

/// What `cargo xtask test --providers` prepares for one provider.
pub struct Prepared {
    /// The provider.
    pub foreign: &'static Foreign,
    /// Its folder in `tests/providers/`.
    folder: PathBuf,
    /// The script that starts the provider.
    program: PathBuf,
    /// The program that runs this script.
    runner: PathBuf,
    /// The folder for the results of journeys that passed.
    pub report: Option<PathBuf>,
}

impl Prepared {
    /// Reads the environment variables.
    ///
    /// # Panics
    /// A variable is not set, or there is no provider of this name.
    pub fn read() -> Self {
        let [folder, program, runner] = ["E2E_FOREIGN", "E2E_FOREIGN_PROGRAM", "E2E_FOREIGN_RUNNER"].map(|name| {
            let value = std::env::var_os(name).map(PathBuf::from);
            value.unwrap_or_else(|| panic!("{name} is not set: run these tests with `cargo xtask test --providers`"))
        });
        let name = folder.file_name().unwrap().to_str().unwrap();
        let foreign = ALL.iter().find(|foreign| foreign.folder == name);
        let foreign = foreign.unwrap_or_else(|| panic!("tests/e2e/src/foreign/mod.rs lists no provider {name}"));
        let report = std::env::var_os("E2E_FOREIGN_REPORT").map(PathBuf::from);
        Self { foreign, folder, program, runner, report }
    }
}

/// The line of JSON that the start script prints when the provider is ready.
#[derive(Deserialize)]
struct Ready {
    issuer: String,
    version: String,
    config: Map<String, Value>,
}

/// A running provider.
pub struct Running {
    /// The issuer.
    pub issuer: String,
    /// The members of config.json that this provider needs.
    pub config: Map<String, Value>,
    start: Command,
    process: RefCell<Process>,
    _data: TempDir,
}

impl Running {
    /// Starts the provider for the app on this host.
    pub async fn start(prepared: &Prepared, site: &Site) -> Self {
        let data = tempfile::tempdir().unwrap();
        // The listener is closed at the end of this statement. Its port is then free immediately, because no client
        // has connected to it.
        let port = Loopback::bind().await.port;
        let mut start = Command::new(&prepared.runner);
        start
            .current_dir(&prepared.folder)
            .arg(&prepared.program)
            .env("PORT", port.to_string())
            .env("APP_URL", &site.base)
            .env("REDIRECT_URI", format!("{}callback", site.base))
            .env("POST_LOGOUT_REDIRECT_URI", format!("{}signed-out", site.base))
            .env("DATA_DIR", data.path());
        let (process, ready) = run(&start).await;
        let expected = prepared.foreign.version;
        assert!(ready.version.starts_with(expected), "version {} runs instead of {expected}", ready.version);
        assert!(ready.issuer.starts_with(&format!("http://localhost:{port}")), "{}", ready.issuer);
        Self { issuer: ready.issuer, config: ready.config, start, process: RefCell::new(process), _data: data }
    }

    /// Stops the provider.
    pub fn kill(&self) {
        self.process.borrow_mut().end();
    }

    /// Starts the provider again with the same URL and data.
    pub async fn start_again(&self) {
        let (process, ready) = run(&self.start).await;
        assert_eq!(ready.issuer, self.issuer);
        self.process.replace(process);
    }

    /// The scheme, host and port of the issuer.
    pub fn origin(&self) -> &str {
        let end = self.issuer.match_indices('/').nth(2).map_or(self.issuer.len(), |(at, _)| at);
        &self.issuer[..end]
    }

    /// The last lines of the provider's output.
    pub fn output(&self) -> String {
        self.process.borrow().output()
    }
}

async fn run(start: &Command) -> (Process, Ready) {
    let mut process = Process::start("provider", start);
    let line = loop {
        let line = process.line_with("{").await;
        if line.starts_with('{') {
            break line;
        }
    };
    let ready = serde_json::from_str(&line).unwrap_or_else(|cause| panic!("{line}: {cause}"));
    (process, ready)
}
