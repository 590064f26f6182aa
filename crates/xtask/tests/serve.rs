//! Tests `cargo xtask serve` with the real program, Trunk and the provider. The tests check the responses that a
//! browser would receive.
//!
//! The tests make a debug build of the page, which takes minutes the first time. So Cargo.toml has `test = false` for
//! them, and plain `cargo test` skips them.
//! `cargo xtask test` runs them as a separate stage.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

use fs_err as fs;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use release::project::Project;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The time limit for a build. A full build takes five minutes on two cores.
const FOR_THE_BUILD: Duration = Duration::from_secs(20 * 60);

/// The time limit for the end of `serve`, which gives its programs five seconds to end.
const FOR_THE_END: Duration = Duration::from_secs(15);

/// A lock that is held while `serve` runs, because every run writes the same Trunk configuration file.
static TRUNK_CONFIG: Mutex<()> = Mutex::new(());

/// A running `cargo xtask serve`. It ends when this value is dropped.
struct Serving {
    child: Child,
    lines: Receiver<String>,
    /// Its output so far.
    printed: String,
    _alone: MutexGuard<'static, ()>,
}

impl Serving {
    fn start(args: &[&str]) -> Self {
        let alone = TRUNK_CONFIG.lock().unwrap_or_else(PoisonError::into_inner);
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let mut child = command.arg("serve").args(args).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines, printed: String::new(), _alone: alone }
    }

    /// Waits until the output contains `words`.
    fn wait_for(&mut self, words: &str) {
        let deadline = Instant::now() + FOR_THE_BUILD;
        while !self.printed.contains(words) {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    println!("{line}");
                    self.printed.extend([line.as_str(), "\n"]);
                    // After this line, `serve` waits for a change of a file.
                    assert!(!line.contains("does not build yet"), "{}", self.printed);
                }
                Err(RecvTimeoutError::Disconnected) => panic!("it ended without `{words}`:\n{}", self.printed),
                Err(RecvTimeoutError::Timeout) => panic!("it printed no `{words}` in time:\n{}", self.printed),
            }
        }
    }

    /// Sends SIGTERM and waits until the program ends. Returns `None` if it does not end in time.
    fn end(&mut self) -> Option<ExitStatus> {
        kill(Pid::from_raw(self.child.id().cast_signed()), Signal::SIGTERM).ok();
        let deadline = Instant::now() + FOR_THE_END;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(20)),
                _ => return None,
            }
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) && self.end().is_none() {
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }
}

/// Returns a port that is free on both loopback addresses.
fn free_port() -> u16 {
    let port = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    std::iter::repeat_with(port).find(|port| is_free(*port)).unwrap()
}

fn is_free(port: u16) -> bool {
    let taken = |cause: std::io::Error| cause.kind() == std::io::ErrorKind::AddrInUse;
    let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).err();
    let v6 = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).err();
    !v4.into_iter().chain(v6).any(taken)
}

/// Runs a JavaScript module in Node, and returns its output. The provider needs Node too, so it is installed.
fn node(module: &str, args: &[&str]) -> String {
    let mut command = Command::new("node");
    command.args(["--input-type=module", "--eval", module, "--"]).args(args);
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// Returns the status and the body of a response. Over https, the server must have this certificate.
fn get(url: &str, certificate: Option<&Path>) -> (String, String) {
    let response = node(
        "import { readFileSync } from 'node:fs';
        const [url, ca] = process.argv.slice(1);
        const { get } = await import(url.startsWith('https:') ? 'node:https' : 'node:http');
        get(url, { agent: false, ca: ca && readFileSync(ca) }, (response) => {
            console.log(response.statusCode);
            response.pipe(process.stdout);
        });",
        &[&[url], certificate.map(|path| path.to_str().unwrap()).as_slice()].concat(),
    );
    let (status, text) = response.split_once('\n').unwrap_or((&response, ""));
    (status.to_owned(), text.to_owned())
}

/// Returns the lifetime in seconds that the provider states for an access token of this app.
fn token_life(issuer: &str, app: &str) -> String {
    let client = Project::here().provider().join("test/support/client.mjs");
    node(
        "const [client, issuer, app] = process.argv.slice(1);
        const { authorize, exchange } = await import(client);
        const authorization = await authorize(issuer, { redirect_uri: `${app}callback` });
        const response = await exchange(issuer, authorization, {}, { origin: new URL(app).origin });
        console.log((await response.json()).expires_in);",
        &[client.to_str().unwrap(), issuer, app],
    )
}

/// Makes `localhost.crt` and `localhost.key` in a folder, with the command in docs/registration.md, which names
/// another host.
fn make_certificate(folder: &Path) {
    let guide = fs::read_to_string(Project::here().root().join("docs/registration.md")).unwrap().replace("\r\n", "\n");
    let (_, command) = guide.split_once("\nopenssl ").unwrap();
    let mut args = Vec::new();
    for line in command.lines() {
        args.extend(line.trim_end_matches('\\').split_whitespace().map(|arg| arg.replace("app.local", "localhost")));
        if !line.ends_with('\\') {
            break;
        }
    }
    let made = Command::new("openssl").args(&args).current_dir(folder).stdin(Stdio::null()).output().unwrap();
    assert!(made.status.success(), "{args:?}: {}", String::from_utf8_lossy(&made.stderr));
}

fn trunk_config() -> PathBuf {
    Project::here().root().join(".Trunk.serve.toml")
}

#[test]
fn provider_and_app_run_where_they_should_until_they_are_stopped() {
    let (port, provider_port) = (free_port(), free_port());
    let (port_text, provider_text) = (port.to_string(), provider_port.to_string());
    let mut serving = Serving::start(&["--port", &port_text, "--provider-port", &provider_text, "--token-life", "5"]);
    let (app, issuer) = (format!("http://localhost:{port}/"), format!("http://localhost:{provider_port}"));
    serving.wait_for(&format!("Open   {app}"));
    serving.wait_for("Ctrl-C stops everything.");

    let (status, page) = get(&app, None);
    assert_eq!(status, "200", "{page}");
    assert!(
        page.contains("data-testid=\"sign-in\"") && page.contains(&format!("connect-src 'self' {issuer};")),
        "{page}"
    );
    let (status, config) = get(&format!("{app}config.json"), None);
    assert!(status == "200" && config.contains(&format!("\"authority\": \"{issuer}\"")), "{config}");
    let (status, metadata) = get(&format!("{issuer}/.well-known/openid-configuration"), None);
    assert!(status == "200" && metadata.contains(&format!("\"issuer\":\"{issuer}\"")), "{metadata}");
    assert_eq!(token_life(&issuer, &app), "5");
    assert!(!is_free(port) && !is_free(provider_port) && trunk_config().exists());

    assert!(serving.end().is_some_and(|status| status.success()), "{}", serving.printed);
    assert!(is_free(port), "the app's port is still in use");
    assert!(is_free(provider_port), "the provider's port is still in use");
    assert!(!trunk_config().exists());
}

#[test]
fn the_certificate_of_the_readme_is_that_of_a_server_and_of_no_authority() {
    let folder = Project::here().work("certificate-test");
    fs::create_dir_all(&folder).unwrap();
    make_certificate(&folder);
    // The certificate must not be that of a certificate authority. Firefox refuses such a certificate for a server. A
    // user who trusts it trusts its key for every site.
    let printed = node(
        "import { readFileSync } from 'node:fs';
        import { X509Certificate } from 'node:crypto';
        const certificate = new X509Certificate(readFileSync(process.argv[1]));
        const { ca, keyUsage, subjectAltName } = certificate;
        console.log(JSON.stringify([ca, keyUsage, subjectAltName, certificate.checkHost('localhost') ?? null]));",
        &[folder.join("localhost.crt").to_str().unwrap()],
    );
    // 1.3.6.1.5.5.7.3.1 is the key purpose `id-kp-serverAuth` (RFC 5280, section 4.2.1.12).
    assert_eq!(printed, r#"[false,["1.3.6.1.5.5.7.3.1"],"DNS:localhost","localhost"]"#);
    // Git must ignore its private key.
    let ignored = fs::read_to_string(Project::here().root().join(".gitignore")).unwrap();
    assert!(ignored.lines().any(|line| line == "/*.key"), "{ignored}");
}

#[test]
fn a_configuration_for_a_real_authority_is_served_over_https_without_a_provider() {
    let port = free_port();
    let folder = Project::here().work("serve-test");
    fs::create_dir_all(&folder).unwrap();
    let place = |name: &str| folder.join(name);
    let (config, certificate, key) = (place("config.json"), place("localhost.crt"), place("localhost.key"));
    let real = r#"{"authority":"https://connect.visma.com","client_id":"isv_demo","apis":[{"name":"erp","base_url":"https://api.example/v1"}]}"#;
    fs::write(&config, real).unwrap();
    make_certificate(&folder);

    let [config, cert, key] = [&config, &certificate, &key].map(|path| path.to_str().unwrap());
    let https = ["--host", "localhost", "--tls-cert", cert, "--tls-key", key];
    let mut serving = Serving::start(&[&["--port", &port.to_string(), "--config", config], &https[..]].concat());
    let app = format!("https://localhost:{port}/");
    serving.wait_for(&format!("Open   {app}"));
    serving.wait_for("Ctrl-C stops everything.");
    for line in [
        "Signs in at https://connect.visma.com, so no local provider was started. Register exactly these there:",
        &format!("redirect URI              {app}callback"),
        &format!("post-logout redirect URI  {app}signed-out"),
        &format!("allowed origin (CORS)     https://localhost:{port}"),
    ] {
        assert!(serving.printed.contains(line), "{}", serving.printed);
    }
    assert!(!serving.printed.contains("provider ready"), "{}", serving.printed);

    let (status, page) = get(&app, Some(&certificate));
    assert_eq!(status, "200", "{page}");
    let connect = "connect-src 'self' https://connect.visma.com https://api.example;";
    assert!(page.contains(connect) && page.contains("; upgrade-insecure-requests\""), "{page}");
    assert_eq!(get(&format!("{app}config.json"), Some(&certificate)), ("200".to_owned(), real.to_owned()));
    // The shipped configuration is unchanged.
    let shipped = fs::read_to_string(Project::here().shipped_config()).unwrap();
    assert!(shipped.contains("localhost:9400"), "{shipped}");

    assert!(serving.end().is_some_and(|status| status.success()), "{}", serving.printed);
    assert!(is_free(port) && !trunk_config().exists());
}
