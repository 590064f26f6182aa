//! `cargo xtask serve`: starts the local provider and the app, and ends both together.

use crate::options::Serve;
use crate::process::{Group, GroupCommand};
use crate::setup;
use anyhow::{Context, Result, bail};
use fs_err as fs;
use release::app_config::check;
use release::programs::Programs;
use release::project::{Project, read_any};
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use visma_connect::protocol::config::Config;
use visma_connect::protocol::https_url::HttpsUrl;

const APP_PORT: u16 = 8080;
const PROVIDER_PORT: u16 = 9400;
/// The URL of the local provider in the shipped config.json.
const SHIPPED_PROVIDER: &str = "http://localhost:9400";
/// The file with Trunk's configuration, if the app does not use the shipped config.json.
const TRUNK_CONFIG: &str = ".Trunk.serve.toml";
const TRUNK: &str = "Trunk";
/// How many times Trunk is restarted. Under load, the file watcher of Trunk can panic. Trunk then ends.
const RESTARTS: u32 = 3;

/// Starts the local provider and the app, prints the URL of the app, and runs until Ctrl-C or SIGTERM.
///
/// # Errors
/// A port is in use, the configuration is wrong, a tool is missing, or one of the programs ended unexpectedly.
pub fn serve(project: &Project, options: &Serve) -> Result<()> {
    let app = if options.example { project.example() } else { project.root().to_path_buf() };
    let shipped =
        fs::read_to_string(&if options.example { app.join("config.json") } else { project.shipped_config() })?;
    let own = options.config.as_deref().map(|path| read_any(path).map(|text| (path, text))).transpose()?;
    let plan = Plan::new(options, &shipped, own.as_ref().map(|(path, text)| (*path, text.as_str())))?;
    plan.ports_are_free(is_in_use)?;

    let mut programs = Programs::of_this_machine();
    setup::for_page(project, &mut programs)?;
    if plan.provider.is_some() {
        setup::for_provider(project, &programs)?;
    }

    let mut session = Session::default();
    session.app = app;
    let stop = Arc::clone(&session.stop);
    ctrlc::set_handler(move || stop.store(true, Ordering::Relaxed))
        .context("the handler for Ctrl-C cannot be installed")?;
    session.run(project, &programs, &plan)
}

/// The decisions that depend on the options. They are made before any program is started.
#[derive(Debug)]
struct Plan {
    app_port: u16,
    /// The URL that the user opens.
    app_url: String,
    tls: Option<(PathBuf, PathBuf)>,
    /// The port of the local provider. `None` if it is not started.
    provider: Option<u16>,
    token_life: Option<u32>,
    /// The configuration to serve instead of the shipped config.json.
    config_text: Option<String>,
    config: Config,
}

impl Plan {
    fn new(options: &Serve, shipped: &str, own: Option<(&Path, &str)>) -> Result<Self> {
        let app_port = options.port.unwrap_or(APP_PORT);
        let (scheme, usual_port) = if options.tls_cert.is_some() { ("https", 443) } else { ("http", 80) };
        let host = options.host.as_deref().unwrap_or("localhost");
        let port = if app_port == usual_port { String::new() } else { format!(":{app_port}") };
        let app_url = format!("{scheme}://{host}{port}/");

        let config_text = match (own, options.provider_port) {
            (Some((_, text)), _) => Some(text.to_owned()),
            (None, Some(port)) if port != PROVIDER_PORT => Some(at_port(shipped, port)?),
            (None, _) => None,
        };
        let config = check(config_text.as_deref().unwrap_or(shipped), Some(&app_url))
            .with_context(|| own.map_or_else(|| "config.json".to_owned(), |(path, _)| path.display().to_string()))?;

        let provider = port_on_this_machine(config.authority());
        if let (Some(there), Some(asked)) = (provider, options.provider_port)
            && there != asked
        {
            bail!(
                "the configuration's authority is {}, and --provider-port is {asked}. Change one of them, or omit \
                    --provider-port.",
                config.authority().as_str()
            );
        }
        if provider.is_none() && (options.provider_port.is_some() || options.token_life.is_some()) {
            bail!(
                "the configuration's authority is {}, so no local provider is started. Omit --provider-port and \
                    --token-life.",
                config.authority().as_str()
            );
        }
        Ok(Self {
            app_port,
            app_url,
            tls: options.tls_cert.clone().zip(options.tls_key.clone()),
            provider,
            token_life: options.token_life,
            config_text,
            config,
        })
    }

    fn ports_are_free(&self, is_in_use: impl Fn(u16) -> bool) -> Result<()> {
        if self.provider == Some(self.app_port) {
            bail!("the app and the provider cannot share a port. Choose another with --port or --provider-port.");
        }
        let wanted = [
            Some(("app", self.app_port, "--port")),
            self.provider.map(|port| ("local provider", port, "--provider-port")),
        ];
        for (name, port, option) in wanted.into_iter().flatten() {
            if is_in_use(port) {
                bail!(
                    "port {port} for the {name} is in use. End the program that uses it, or choose another port \
                        with {option}."
                );
            }
        }
        Ok(())
    }

    fn announce(&self) {
        println!("\n  Open   {}", self.app_url);
        match self.provider {
            Some(port) => println!(
                "  Signs in at the local provider, http://localhost:{port}, which replaces Visma Connect on this \
                    machine."
            ),
            None => {
                println!(
                    "  Signs in at {}, so no local provider was started. Register exactly these there:",
                    self.config.authority().as_str()
                );
                println!("    redirect URI              {}", self.config.redirect_uri().as_str());
                println!("    post-logout redirect URI  {}", self.config.post_logout_redirect_uri().as_str());
                println!("    allowed origin (CORS)     {}", self.config.redirect_uri().origin());
            }
        }
        println!("  Ctrl-C stops everything.\n");
    }
}

/// Returns the shipped configuration, with another port of the local provider.
pub(crate) fn at_port(shipped: &str, port: u16) -> Result<String> {
    let mut config: serde_json::Value = serde_json::from_str(shipped).context("config.json is not JSON")?;
    move_provider(&mut config, &format!("http://localhost:{port}"));
    Ok(format!("{config:#}\n"))
}

fn move_provider(value: &mut serde_json::Value, to: &str) {
    match value {
        serde_json::Value::String(text) => {
            if let Some(rest) = text.strip_prefix(SHIPPED_PROVIDER)
                && (rest.is_empty() || rest.starts_with('/'))
            {
                *text = format!("{to}{rest}");
            }
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(|value| move_provider(value, to)),
        serde_json::Value::Object(object) => object.values_mut().for_each(|value| move_provider(value, to)),
        _ => {}
    }
}

/// Returns the port of an authority with plain http on this machine, and `None` for all other authorities. Only an
/// authority with such a port can be the local provider.
fn port_on_this_machine(authority: &HttpsUrl) -> Option<u16> {
    let rest = authority.as_str().strip_prefix("http://")?;
    if !authority.is_loopback() || !authority.path_and_query().is_empty() {
        return None;
    }
    match rest.rsplit_once(':') {
        Some((_, port)) if !port.ends_with(']') => port.parse().ok(),
        _ => Some(80),
    }
}

fn is_in_use(port: u16) -> bool {
    let addresses = [SocketAddr::from((Ipv4Addr::LOCALHOST, port)), SocketAddr::from((Ipv6Addr::LOCALHOST, port))];
    addresses.iter().any(|address| {
        // Connect first, because some systems let a second program listen on an address that is in use.
        TcpStream::connect_timeout(address, Duration::from_millis(200)).is_ok()
            || TcpListener::bind(address).is_err_and(|cause| cause.kind() == ErrorKind::AddrInUse)
    })
}

/// The running programs. When the session is dropped, it ends them and removes Trunk's configuration file.
#[derive(Debug, Default)]
struct Session {
    /// The folder of the app.
    app: PathBuf,
    /// The name of each running program, for messages.
    running: Vec<(&'static str, Group)>,
    /// The command that restarts Trunk, and how many restarts are left. `None` until Trunk listens on its port.
    again: Option<(GroupCommand, u32)>,
    trunk_config: Option<PathBuf>,
    /// Set by Ctrl-C or SIGTERM.
    stop: Arc<AtomicBool>,
}

impl Drop for Session {
    fn drop(&mut self) {
        let mut groups: Vec<_> = self.running.drain(..).map(|(_, group)| group).collect();
        Group::end(&mut groups, Duration::from_secs(5));
        if let Some(path) = &self.trunk_config {
            fs::remove_file(path).ok();
        }
    }
}

impl Session {
    fn run(&mut self, project: &Project, programs: &Programs, plan: &Plan) -> Result<()> {
        if let Some(port) = plan.provider {
            let mut provider = programs.command("node");
            // The provider allows CORS requests from this origin.
            let app = plan.app_url.trim_end_matches('/');
            provider.args(["server.mjs", "--port", &port.to_string(), "--app", app]).current_dir(project.provider());
            if let Some(seconds) = plan.token_life {
                provider.args(["--token-life", &seconds.to_string()]);
            }
            self.start("the local provider", &mut provider.into())?;
            if self.wait_until(|| responds(port, "/.well-known/openid-configuration"))? == Waited::Stopped {
                return Ok(());
            }
        }

        // One folder for each port, so that sessions on different ports do not overwrite each other's build.
        let dist = project.work("serve").join(plan.app_port.to_string());
        fs::create_dir_all(&dist)?;
        // If a build fails, Trunk serves the page of the last build. Remove the page, so that Trunk never serves an old
        // one.
        fs::remove_file(dist.join("index.html")).ok();
        let mut trunk = programs.trunk();
        if let Some(text) = &plan.config_text {
            self.write_trunk_config(project, plan, text)?;
            trunk.args(["--config", TRUNK_CONFIG]);
        }
        trunk.args(["serve", "--port", &plan.app_port.to_string(), "--dist"]).arg(&dist).current_dir(&self.app);
        if let Some((cert, key)) = &plan.tls {
            trunk.arg("--tls-cert-path").arg(absolute(cert)).arg("--tls-key-path").arg(absolute(key));
        }
        println!("Building the app. The first build takes some minutes.");
        let mut trunk = trunk.into();
        self.start(TRUNK, &mut trunk)?;
        if self.wait_until(|| accepts(plan.app_port))? == Waited::Stopped {
            return Ok(());
        }
        self.again = Some((trunk, RESTARTS));
        if dist.join("index.html").is_file() {
            plan.announce();
        } else {
            println!(
                "\n  The app does not build yet. The output above shows the cause. When you save a change, Trunk \
                    builds it again."
            );
            if self.wait_until(|| dist.join("index.html").is_file())? == Waited::Stopped {
                return Ok(());
            }
            plan.announce();
        }
        self.wait_until(|| false).map(|_| ())
    }

    /// Writes a Trunk configuration with a hook. Trunk builds the page again after every change, and the hook writes
    /// the configuration of the app into every build.
    fn write_trunk_config(&mut self, project: &Project, plan: &Plan, config: &str) -> Result<()> {
        let folder = project.work("serve-config").join(plan.app_port.to_string());
        fs::create_dir_all(&folder)?;
        let file = folder.join("config.json");
        fs::write(&file, config)?;
        let this = std::env::current_exe().context("the path of this program is unknown")?;
        let base = fs::read_to_string(self.app.join("Trunk.toml"))?;
        let path = self.app.join(TRUNK_CONFIG);
        fs::write(&path, format!("{base}\n{}", hook(&this, &file, &plan.app_url)))?;
        self.trunk_config = Some(path);
        Ok(())
    }

    fn start(&mut self, name: &'static str, command: &mut GroupCommand) -> Result<()> {
        self.running.push((name, command.start()?));
        Ok(())
    }

    /// Removes a program that has ended, and ends its child processes. Returns its name and its exit status in words.
    fn remove_ended(&mut self) -> Option<(&'static str, String)> {
        let (index, status) = self.running.iter_mut().enumerate().find_map(|(index, (_, group))| {
            let status = match group.exit_status() {
                Ok(status) => format!("({})", status?),
                Err(cause) => format!("(its exit status is unknown: {cause})"),
            };
            Some((index, status))
        })?;
        let (name, group) = self.running.remove(index);
        Group::end(&mut [group], Duration::from_secs(1));
        Some((name, status))
    }

    /// Restarts Trunk, if it has listened on its port and a restart is left. Returns whether it was restarted.
    fn start_again(&mut self, status: &str) -> Result<bool> {
        let Some((mut trunk, left @ 1..)) = self.again.take() else { return Ok(false) };
        println!("\nTrunk ended unexpectedly {status}. Restarting it.");
        self.start(TRUNK, &mut trunk)?;
        self.again = Some((trunk, left - 1));
        Ok(true)
    }

    /// Waits for a condition or for Ctrl-C. If Trunk ends, it is restarted if possible. If another program ends, that
    /// is an error.
    fn wait_until(&mut self, condition: impl Fn() -> bool) -> Result<Waited> {
        while !condition() {
            std::thread::sleep(Duration::from_millis(100));
            if self.stop.load(Ordering::Relaxed) {
                println!("\nStopping.");
                return Ok(Waited::Stopped);
            }
            if let Some((name, status)) = self.remove_ended()
                && (name != TRUNK || !self.start_again(&status)?)
            {
                bail!("{name} ended unexpectedly {status}, so all is stopped. Its output above shows the cause.");
            }
        }
        Ok(Waited::Happened)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waited {
    Happened,
    Stopped,
}

/// Returns lines for Trunk's configuration. They define a hook that writes `config` into every build.
fn hook(xtask: &Path, config: &Path, app_url: &str) -> String {
    // A JSON string is also a valid basic string of TOML.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let args = ["configure", "--config", &config.to_string_lossy(), "--base-url", app_url].map(quoted).join(", ");
    format!(
        "[[hooks]]\nstage = \"post_build\"\ncommand = {}\ncommand_arguments = [{args}]\n",
        quoted(&xtask.to_string_lossy())
    )
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

fn connect(port: u16) -> Option<TcpStream> {
    let addresses = [SocketAddr::from((Ipv4Addr::LOCALHOST, port)), SocketAddr::from((Ipv6Addr::LOCALHOST, port))];
    addresses.iter().find_map(|address| TcpStream::connect_timeout(address, Duration::from_millis(200)).ok())
}

fn accepts(port: u16) -> bool {
    connect(port).is_some()
}

/// Returns whether a plain http server on this machine responds to this path with the status 200.
fn responds(port: u16, path: &str) -> bool {
    let Some(mut stream) = connect(port) else { return false };
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    let mut start = [0; 12];
    stream.set_read_timeout(Some(Duration::from_secs(2))).is_ok()
        && stream.write_all(request.as_bytes()).is_ok()
        && stream.read_exact(&mut start).is_ok()
        && start.ends_with(b" 200")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;
    #[cfg(unix)]
    use std::process::Command;

    const SHIPPED: &str = r#"{"authority":"http://localhost:9400","client_id":"demo-spa","apis":[{"name":"ERP","base_url":"http://localhost:9400/v1"}]}"#;
    const REAL: &str = r#"{"authority":"https://connect.visma.com","client_id":"isv_demo"}"#;

    fn plan(options: Serve, own: Option<&str>) -> Result<Plan> {
        Plan::new(&options, SHIPPED, own.map(|text| (Path::new("config.local.json"), text)))
    }

    #[test]
    fn the_defaults_serve_the_shipped_configuration() {
        let plan = plan(Serve::default(), None).unwrap();
        assert_eq!((plan.app_url.as_str(), plan.provider), ("http://localhost:8080/", Some(9400)));
        assert!(plan.config_text.is_none());
    }

    #[test]
    fn another_provider_port_moves_everything_that_names_it() {
        let plan = plan(Serve { provider_port: Some(9500), port: Some(8081), ..Serve::default() }, None).unwrap();
        assert_eq!((plan.app_url.as_str(), plan.provider), ("http://localhost:8081/", Some(9500)));
        assert_eq!(plan.config.authority().as_str(), "http://localhost:9500");
        assert_eq!(plan.config.apis()[0].base_url().as_str(), "http://localhost:9500/v1");
        assert!(!plan.config_text.unwrap().contains("9400"));
    }

    #[test]
    fn a_real_authority_gets_no_local_provider() {
        let options = Serve {
            host: Some("app.local".to_owned()),
            tls_cert: Some("c".into()),
            tls_key: Some("k".into()),
            ..Serve::default()
        };
        let plan = plan(options, Some(REAL)).unwrap();
        assert_eq!((plan.app_url.as_str(), plan.provider), ("https://app.local:8080/", None));
        assert_eq!(plan.config.redirect_uri().as_str(), "https://app.local:8080/callback");
        assert_eq!(plan.config.post_logout_redirect_uri().as_str(), "https://app.local:8080/signed-out");
    }

    #[test]
    fn the_usual_port_is_not_written() {
        let options =
            Serve { port: Some(443), tls_cert: Some("c".into()), tls_key: Some("k".into()), ..Serve::default() };
        assert_eq!(plan(options, Some(REAL)).unwrap().app_url, "https://localhost/");
    }

    #[test]
    fn an_own_configuration_says_where_the_local_provider_is() {
        let own = r#"{"authority":"http://localhost:9700","client_id":"demo-spa"}"#;
        assert_eq!(plan(Serve::default(), Some(own)).unwrap().provider, Some(9700));
        let conflict =
            plan(Serve { provider_port: Some(9701), ..Serve::default() }, Some(own)).unwrap_err().to_string();
        assert!(conflict.contains("9700") && conflict.contains("9701"), "{conflict}");
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (options, own, word) in [
            (Serve { token_life: Some(5), ..Serve::default() }, Some(REAL), "--token-life"),
            (Serve::default(), Some(r#"{"authority":"https://connect.visma.com"}"#), "config.local.json: "),
            (Serve { provider_port: Some(8080), ..Serve::default() }, None, "share"),
        ] {
            let problem = plan(options, own).and_then(|plan| plan.ports_are_free(|_| false)).unwrap_err();
            let problem = format!("{problem:#}");
            assert!(problem.contains(word), "{problem}");
        }
    }

    #[test]
    fn a_taken_port_is_named_with_what_it_was_meant_for_and_the_option_for_another() {
        let moved = Serve { provider_port: Some(9500), ..Serve::default() };
        let own = r#"{"authority":"http://localhost:9700","client_id":"demo-spa"}"#;
        for (options, own, taken, server, option) in [
            (Serve::default(), None, 8080, "the app", "--port."),
            (Serve { port: Some(8081), ..Serve::default() }, None, 8081, "the app", "--port."),
            (Serve::default(), None, 9400, "the local provider", "--provider-port."),
            (moved, None, 9500, "the local provider", "--provider-port."),
            (Serve::default(), Some(own), 9700, "the local provider", "--provider-port."),
        ] {
            let plan = plan(options, own).unwrap();
            let problem = plan.ports_are_free(|port| port == taken).unwrap_err().to_string();
            let expected = format!("port {taken} for {server} is in use.");
            assert!(problem.starts_with(&expected) && problem.ends_with(&format!(" with {option}")), "{problem}");
            assert!(plan.ports_are_free(|_| false).is_ok());
        }
    }

    #[test]
    fn a_port_is_in_use_as_long_as_a_program_listens() {
        for address in [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)] {
            // A machine may lack IPv6.
            let Ok(holder) = TcpListener::bind((address, 0)) else { continue };
            let port = holder.local_addr().unwrap().port();
            assert!(is_in_use(port), "{address}");
            drop(holder);
            assert!(!is_in_use(port), "{address}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn trunk_is_started_again_when_it_has_served_before_and_not_for_ever() {
        let script = |line: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", line]);
            GroupCommand::from(command)
        };
        let ends = |waited: Result<Waited>| waited.unwrap_err().to_string();

        // If Trunk ends before it listens on its port, that is an error.
        let mut early = Session::default();
        early.start(TRUNK, &mut script("exit 1")).unwrap();
        assert!(ends(early.wait_until(|| false)).starts_with("Trunk ended unexpectedly (exit status: 1)"));

        let temp = tempfile::tempdir().unwrap();
        let log = temp.path().join("log");
        let mut trunk = script(&format!("echo started >>'{}'; exit 101", log.display()));
        let mut served = Session::default();
        served.start(TRUNK, &mut trunk).unwrap();
        served.again = Some((trunk, 2));
        assert!(ends(served.wait_until(|| false)).contains("exit status: 101"));
        assert_eq!(fs::read_to_string(&log).unwrap(), "started\nstarted\nstarted\n");

        // The provider is not restarted.
        let mut provider = Session::default();
        provider.again = Some((script("exit 0"), 2));
        provider.start("the local provider", &mut script("exit 3")).unwrap();
        assert!(ends(provider.wait_until(|| false)).starts_with("the local provider ended unexpectedly"));
    }

    #[test]
    fn the_hook_survives_any_path() {
        let lines = hook(Path::new(r#"C:\a "b"\xtask.exe"#), Path::new("/tmp/c d.json"), "http://localhost:8081/");
        assert!(lines.contains(r#"command = "C:\\a \"b\"\\xtask.exe""#), "{lines}");
        assert!(lines.contains(r#""--config", "/tmp/c d.json", "--base-url", "http://localhost:8081/"]"#), "{lines}");
    }
}
