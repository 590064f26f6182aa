//! The local provider, and its controls for tests.

use std::collections::BTreeMap;
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

use crate::environment::Environment;
use crate::process::Process;

/// A running provider.
pub struct Provider {
    /// Its address, which is also the issuer.
    pub url: String,
    process: Process,
    runs: bool,
    client: reqwest::Client,
    start: Command,
}

/// A request that it got.
#[derive(Clone, Debug, Deserialize)]
pub struct Request {
    /// When, as ISO 8601 with milliseconds.
    pub at: String,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query's parameters.
    pub query: BTreeMap<String, Vec<String>>,
    /// What the tests look at of the headers.
    pub headers: Headers,
    /// The form's parameters, at the token endpoint and for a sign-out by form.
    pub form: Option<BTreeMap<String, Vec<String>>>,
    /// The status of the response; 0 when the request ended without one, nothing while it is on its way.
    pub status: Option<u16>,
}

/// Some of the headers.
#[derive(Clone, Debug, Deserialize)]
pub struct Headers {
    /// `Origin`.
    pub origin: Option<String>,
    /// `Referer`.
    pub referer: Option<String>,
    /// The scheme of `Authorization`.
    pub authorization: Option<String>,
    /// Whether there was a cookie.
    pub cookie: bool,
    /// `Content-Type`.
    pub content_type: Option<String>,
}

/// Something that it handed out.
#[derive(Clone, Debug, Deserialize)]
pub struct Issued {
    /// `code`, `access_token` or `id_token`.
    pub kind: String,
    /// The value.
    pub value: String,
}

impl Request {
    /// The value of a query parameter that is there once.
    pub fn parameter(&self, name: &str) -> &str {
        match self.query.get(name).map(Vec::as_slice) {
            Some([value]) => value,
            other => panic!("{} {} has for {name}: {other:?}", self.method, self.path),
        }
    }
}

impl Provider {
    /// Starts a provider for the app at this address.
    pub async fn start(environment: &Environment, app: &str, token_life: Option<u32>) -> Self {
        let mut start = Command::new("node");
        start.current_dir(&environment.provider).args(["server.mjs", "--test-controls", "--app", app]);
        if let Some(seconds) = token_life {
            start.args(["--token-life", &seconds.to_string()]);
        }
        let (process, url) = run(&start, "0").await;
        Self { url, process, runs: true, client: reqwest::Client::new(), start }
    }

    /// Kills it.
    pub fn kill(&mut self) {
        self.runs = false;
        self.process.end();
    }

    /// Starts it again at the same address, with no user signed in.
    pub async fn start_again(&mut self) {
        let port = self.url.rsplit(':').next().unwrap().to_owned();
        let (process, url) = run(&self.start, &port).await;
        assert_eq!(url, self.url);
        self.process = process;
        self.runs = true;
    }

    /// Sets the faults, in place of all others.
    ///
    /// # Panics
    /// There is no such fault.
    pub async fn lie(&self, faults: Value) {
        let response = self.client.post(self.control("faults")).json(&faults).send().await.unwrap();
        assert_eq!(response.status(), 204, "{faults}: {}", response.text().await.unwrap_or_default());
    }

    /// Removes all faults, and lets go what they hold.
    pub async fn tell_the_truth(&self) {
        self.lie(serde_json::json!({})).await;
    }

    /// Sets its switches, in place of all others: `{"kind": [...], "hard": [...]}`. provider/README.md lists them.
    /// Without any it does what Duende IdentityServer does.
    ///
    /// # Panics
    /// There is no such switch.
    pub async fn switch(&self, switches: Value) {
        let response = self.client.post(self.control("switches")).json(&switches).send().await.unwrap();
        assert_eq!(response.status(), 204, "{switches}: {}", response.text().await.unwrap_or_default());
    }

    /// Whether it can be asked anything.
    pub fn runs(&self) -> bool {
        self.runs
    }

    /// What it was asked, in order.
    pub async fn log(&self) -> Vec<Request> {
        self.get("log").await
    }

    /// What was asked of one route, in order.
    pub async fn requests(&self, method: &str, path: &str) -> Vec<Request> {
        let log = self.log().await;
        log.into_iter().filter(|request| request.method == method && request.path == path).collect()
    }

    /// Requests for a sign-in page.
    pub async fn authorize_requests(&self) -> Vec<Request> {
        self.requests("GET", "/connect/authorize").await
    }

    /// Requests for tokens.
    pub async fn token_requests(&self) -> Vec<Request> {
        self.requests("POST", "/connect/token").await
    }

    /// Requests for name and e-mail address.
    pub async fn userinfo_requests(&self) -> Vec<Request> {
        self.requests("GET", "/connect/userinfo").await
    }

    /// Requests for keys.
    pub async fn key_requests(&self) -> Vec<Request> {
        self.requests("GET", "/.well-known/openid-configuration/jwks").await
    }

    /// What it handed out, in order.
    pub async fn issued(&self) -> Vec<Issued> {
        self.get("issued").await
    }

    /// Forgets everybody who is signed in.
    pub async fn end_sessions(&self) {
        self.client.post(self.control("session/end")).send().await.unwrap().error_for_status().unwrap();
    }

    /// Empties the log and the list of what it handed out.
    pub async fn forget(&self) {
        self.client.delete(self.control("log")).send().await.unwrap().error_for_status().unwrap();
    }

    /// Its keys as they are published now.
    pub async fn keys(&self) -> String {
        let url = format!("{}/.well-known/openid-configuration/jwks", self.url);
        self.client.get(url).send().await.unwrap().text().await.unwrap()
    }

    /// The last lines of its own log.
    pub fn output(&self) -> String {
        self.process.output()
    }

    async fn get<T: for<'de> Deserialize<'de>>(&self, what: &str) -> T {
        self.client.get(self.control(what)).send().await.unwrap().json().await.unwrap()
    }

    fn control(&self, what: &str) -> String {
        format!("{}/_test/{what}", self.url)
    }
}

async fn run(start: &Command, port: &str) -> (Process, String) {
    let mut command = Command::new(start.get_program());
    command.args(start.get_args()).args(["--port", port]);
    if let Some(folder) = start.get_current_dir() {
        command.current_dir(folder);
    }
    let mut process = Process::start("provider", &command);
    let ready = process.line_with("provider ready at ").await;
    let url = ready.rsplit(' ').next().unwrap().to_owned();
    (process, url)
}
