//! Firefox, controlled by geckodriver.

use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value, json};
use thirtyfour::{CapabilitiesHelper as _, DesiredCapabilities};

use super::{BrowserOptions, RunningDriver};
use crate::process::Process;

/// A JavaScript expression: whether the page is the browser's own error page.
pub(super) const IS_ERROR_PAGE: &str = "document.documentURI.startsWith('about:neterror')";

/// Starts geckodriver.
pub(super) async fn start(driver: &Path, browser_options: &BrowserOptions, profile: &Path) -> RunningDriver {
    let mut command = Command::new(driver);
    command.args(["--port", "0", "--profile-root"]).arg(profile);
    let mut process = Process::start("geckodriver", &command);
    let line = process.line_with("Listening on ").await;
    let port = line.rsplit(':').next().and_then(|port| port.trim().parse().ok());
    let port = port.unwrap_or_else(|| panic!("no port in “{line}”"));

    let mut capabilities = DesiredCapabilities::firefox();
    let options = json!({ "args": ["-headless"], "prefs": preferences(browser_options) });
    capabilities.set("moz:firefoxOptions", options).unwrap();
    RunningDriver { process, port, capabilities: capabilities.as_ref().clone() }
}

fn preferences(browser_options: &BrowserOptions) -> Map<String, Value> {
    let mut all = Map::new();
    let mut set = |name: &str, value: Value| all.insert(name.to_owned(), value);
    // Switches off requests that Firefox sends automatically, not for a page.
    for name in ["network.captive-portal-service.enabled", "network.connectivity-service.enabled"] {
        set(name, json!(false));
    }
    // Firefox ignores clicks on a page that it painted a moment ago, as a protection against clickjacking. Tests click
    // earlier than users do, so the protection is switched off.
    for name in ["dom.input_events.security.minNumTicks", "dom.input_events.security.minTimeElapsedInMS"] {
        set(name, json!(0));
    }
    // Firefox prints the console lines on its standard output. The tests read them from this output.
    set("devtools.console.stdout.content", json!(true));
    // Allows scripts to open tabs. By default, Firefox blocks tabs that a script opens without a click.
    set("dom.disable_open_during_load", json!(false));
    if browser_options.no_page_cache {
        set("browser.sessionhistory.max_total_viewers", json!(0));
    }
    if let Some(name) = browser_options.name_of_this_machine {
        set("network.dns.localDomains", json!(name));
    }
    if browser_options.storage_blocked {
        // The setting “block all cookies”. It also blocks all other storage.
        set("network.cookie.cookieBehavior", json!(2));
    }
    all
}
