//! Firefox, steered by geckodriver.

use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value, json};
use thirtyfour::{CapabilitiesHelper as _, DesiredCapabilities};

use super::{Habits, Steering};
use crate::process::Process;

/// Whether the page is the browser's own, which says that a page cannot be shown.
pub(super) const IS_ERROR_PAGE: &str = "document.documentURI.startsWith('about:neterror')";

/// Starts geckodriver.
pub(super) async fn start(driver: &Path, habits: &Habits, profile: &Path) -> Steering {
    let mut command = Command::new(driver);
    command.args(["--port", "0", "--profile-root"]).arg(profile);
    let mut process = Process::start("geckodriver", &command);
    let line = process.line_with("Listening on ").await;
    let port = line.rsplit(':').next().and_then(|port| port.trim().parse().ok());
    let port = port.unwrap_or_else(|| panic!("there is no port in “{line}”"));

    let mut capabilities = DesiredCapabilities::firefox();
    let options = json!({ "args": ["-headless"], "prefs": preferences(habits) });
    capabilities.set("moz:firefoxOptions", options).unwrap();
    Steering { process, port, capabilities: capabilities.as_ref().clone() }
}

fn preferences(habits: &Habits) -> Map<String, Value> {
    let mut all = Map::new();
    let mut set = |name: &str, value: Value| all.insert(name.to_owned(), value);
    // Nothing that a test did not ask for goes out.
    for name in ["network.captive-portal-service.enabled", "network.connectivity-service.enabled"] {
        set(name, json!(false));
    }
    // Firefox swallows presses on a page that it has only just painted, and a test is quicker than a user.
    for name in ["dom.input_events.security.minNumTicks", "dom.input_events.security.minTimeElapsedInMS"] {
        set(name, json!(0));
    }
    // The console's lines are looked at where the browser prints them.
    set("devtools.console.stdout.content", json!(true));
    // A tab that a script opens is no advertisement here.
    set("dom.disable_open_during_load", json!(false));
    if habits.no_page_cache {
        set("browser.sessionhistory.max_total_viewers", json!(0));
    }
    if let Some(name) = habits.name_of_this_machine {
        set("network.dns.localDomains", json!(name));
    }
    if habits.storage_blocked {
        // The setting “block all cookies”, which closes the other storages as well.
        set("network.cookie.cookieBehavior", json!(2));
    }
    all
}
