//! The local provider, and its controls for tests.

use std::collections::BTreeMap;
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

use crate::environment::Environment;
use crate::process::Process;

/// A running local provider.
pub struct Provider {
    /// Its URL, which is also the issuer.
    pub url: String,
    process: Process,
    runs: bool,
    client: reqwest::Client,
    start: Command,
}

/// A request that the provider received.
#[derive(Clone, Debug, Deserialize)]
pub struct Request {
    /// The time: ISO 8601 with milliseconds.
    pub at: String,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query parameters.
    pub query: BTreeMap<String, Vec<String>>,
    /// The headers that tests check.
    pub headers: Headers,
    /// The form parameters. Only at the token endpoint and the end-session endpoint.
    pub form: Option<BTreeMap<String, Vec<String>>>,
    /// The status of the response: 0 if the request ended without a response, `None` while the request is in
    /// progress.
    pub status: Option<u16>,
}

/// The headers that tests check.
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

/// A secret that the provider issued.
#[derive(Clone, Debug, Deserialize)]
pub struct Issued {
    /// `code`, `access_token` or `id_token`.
    pub kind: String,
    /// The value.
    pub value: String,
}

impl Request {
    /// The value of this query parameter.
    ///
    /// # Panics
    /// The parameter is missing, or it occurs more than once.
    pub fn parameter(&self, name: &str) -> &str {
        match self.query.get(name).map(Vec::as_slice) {
            Some([value]) => value,
            other => panic!("{} {} has for {name}: {other:?}", self.method, self.path),
        }
    }
}

impl Provider {
    /// Starts a provider for the app at this URL. `token_life` is in seconds.
    pub async fn start(environment: &Environment, app: &str, token_life: Option<u32>) -> Self {
        let mut start = Command::new("node");
        start.current_dir(&environment.provider).args(["server.mjs", "--test-controls", "--app", app]);
        if let Some(seconds) = token_life {
            start.args(["--token-life", &seconds.to_string()]);
        }
        let (process, url) = run(&start, "0").await;
        Self { url, process, runs: true, client: reqwest::Client::new(), start }
    }

    /// Stops the provider.
    pub fn kill(&mut self) {
        self.runs = false;
        self.process.end();
    }

    /// Starts the provider again at the same URL. No user is signed in there.
    pub async fn start_again(&mut self) {
        let port = self.url.rsplit(':').next().unwrap().to_owned();
        let (process, url) = run(&self.start, &port).await;
        assert_eq!(url, self.url);
        self.process = process;
        self.runs = true;
    }

    /// Replaces all faults. `provider/README.md` lists them ("Test controls").
    ///
    /// # Panics
    /// The provider does not know one of the faults.
    pub async fn set_faults(&self, faults: Value) {
        let response = self.client.post(self.control("faults")).json(&faults).send().await.unwrap();
        assert_eq!(response.status(), 204, "{faults}: {}", response.text().await.unwrap_or_default());
    }

    /// Removes all faults. The provider then sends the responses that the fault `hold` has delayed.
    pub async fn clear_faults(&self) {
        self.set_faults(serde_json::json!({})).await;
    }

    /// Replaces all switches: `{"kind": [...], "hard": [...]}`. `provider/README.md` lists them. Without switches the
    /// provider behaves like Duende IdentityServer.
    ///
    /// # Panics
    /// The provider does not know one of the switches.
    pub async fn switch(&self, switches: Value) {
        let response = self.client.post(self.control("switches")).json(&switches).send().await.unwrap();
        assert_eq!(response.status(), 204, "{switches}: {}", response.text().await.unwrap_or_default());
    }

    /// Whether the provider runs.
    pub fn runs(&self) -> bool {
        self.runs
    }

    /// All requests, in order.
    pub async fn log(&self) -> Vec<Request> {
        self.get("log").await
    }

    /// The requests to one route, in order.
    pub async fn requests(&self, method: &str, path: &str) -> Vec<Request> {
        let log = self.log().await;
        log.into_iter().filter(|request| request.method == method && request.path == path).collect()
    }

    /// The authorization requests.
    pub async fn authorize_requests(&self) -> Vec<Request> {
        self.requests("GET", "/connect/authorize").await
    }

    /// The token requests.
    pub async fn token_requests(&self) -> Vec<Request> {
        self.requests("POST", "/connect/token").await
    }

    /// The UserInfo requests.
    pub async fn userinfo_requests(&self) -> Vec<Request> {
        self.requests("GET", "/connect/userinfo").await
    }

    /// The requests for the JWKS.
    pub async fn key_requests(&self) -> Vec<Request> {
        self.requests("GET", "/.well-known/openid-configuration/jwks").await
    }

    /// All secrets that the provider issued, in order.
    pub async fn issued(&self) -> Vec<Issued> {
        self.get("issued").await
    }

    /// Ends all user sessions at the provider.
    pub async fn end_sessions(&self) {
        self.client.post(self.control("session/end")).send().await.unwrap().error_for_status().unwrap();
    }

    /// Empties the request log and the list of issued secrets.
    pub async fn forget(&self) {
        self.client.delete(self.control("log")).send().await.unwrap().error_for_status().unwrap();
    }

    /// The JWKS that the provider publishes at this moment, as text.
    pub async fn keys(&self) -> String {
        let url = format!("{}/.well-known/openid-configuration/jwks", self.url);
        self.client.get(url).send().await.unwrap().text().await.unwrap()
    }

    /// The last lines of the provider's output.
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
