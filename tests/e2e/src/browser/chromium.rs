//! Chromium, controlled by chromedriver. Tests can use the DevTools protocol only in Chromium.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities as _;
use thirtyfour::{DesiredCapabilities, LoggingPrefsLogLevel};

use super::{BrowserOptions, RunningDriver};
use crate::process::Process;

/// The same flags as for the tests of the library in headless Chrome.
const FLAGS: &str = include_str!("../../../../.cargo/webdriver.json");

/// A JavaScript expression: whether the page is the browser's own error page.
pub(super) const IS_ERROR_PAGE: &str = "location.protocol == 'chrome-error:'";

/// Starts chromedriver.
pub(super) async fn start(driver: &Path, browser_options: &BrowserOptions, profile: &Path) -> RunningDriver {
    let mut capabilities = DesiredCapabilities::chrome();
    let flags: Value = serde_json::from_str(FLAGS).unwrap();
    for flag in flags["goog:chromeOptions"]["args"].as_array().unwrap() {
        capabilities.add_arg(flag.as_str().unwrap()).unwrap();
    }
    capabilities.add_arg(&format!("--user-data-dir={}", profile.display())).unwrap();
    if browser_options.no_page_cache {
        capabilities.add_arg("--disable-features=BackForwardCache").unwrap();
    }
    if let Some(name) = browser_options.name_of_this_machine {
        capabilities.add_arg(&format!("--host-resolver-rules=MAP {name} 127.0.0.1")).unwrap();
    }
    if browser_options.storage_blocked {
        // The setting “block all cookies”. It also blocks all other storage.
        let blocked = json!({ "profile.default_content_setting_values.cookies": 2 });
        capabilities.add_experimental_option("prefs", blocked).unwrap();
    }
    capabilities.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
    let (process, port) = listening(driver).await;
    RunningDriver { process, port, capabilities: capabilities.as_ref().clone() }
}

/// Starts chromedriver. chromedriver picks a free IPv4 port, and ends if another program uses the same port number in
/// IPv6. In that case, this function starts chromedriver again, and chromedriver picks another port.
async fn listening(driver: &Path) -> (Process, u16) {
    let mut command = Command::new(driver);
    command.arg("--port=0");
    let mut outputs = String::new();
    for _ in 0..5 {
        let mut process = Process::start("chromedriver", &command);
        if let Some(line) = process.line_or_end("started successfully on port ").await {
            let port = line.trim_end_matches('.').rsplit(' ').next().and_then(|port| port.parse().ok());
            return (process, port.unwrap_or_else(|| panic!("no port in “{line}”")));
        }
        outputs += &process.output();
    }
    panic!("chromedriver does not start:\n{outputs}");
}
