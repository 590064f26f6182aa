//! WebKit in the MiniBrowser of WebKitGTK, controlled by WebKitWebDriver.

use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use serde_json::json;
use thirtyfour::Capabilities;
use tokio::sync::OnceCell;

use super::{BrowserOptions, RunningDriver};
use crate::listener::Loopback;
use crate::process::Process;
use crate::wait::eventually;

/// A JavaScript expression: whether the page is the browser's own error page.
pub(super) const IS_ERROR_PAGE: &str = "document.title == '' && !document.getElementById('app')";

/// Starts WebKitWebDriver. Its browser stores nothing on disk, so it needs no profile.
pub(super) async fn start(driver: &Path, browser_options: &BrowserOptions) -> RunningDriver {
    assert!(!browser_options.storage_blocked, "WebKitGTK's browser has no setting that blocks sessionStorage");
    assert!(
        browser_options.name_of_this_machine.is_none(),
        "WebKitGTK's browser resolves host names only through the system"
    );
    let (process, port) = listening(driver).await;
    let mut args = vec![
        "--automation",
        // Allows scripts to open tabs without a click.
        "--javascript-can-open-windows-automatically=true",
    ];
    if browser_options.no_page_cache {
        args.push("--enable-page-cache=false");
    }
    let mut capabilities = Capabilities::new();
    capabilities.set("webkitgtk:browserOptions", json!({ "args": args })).unwrap();
    RunningDriver { process, port, capabilities }
}

/// Starts WebKitWebDriver with the number of a free port. Another program may take the port before WebKitWebDriver
/// listens. In that case, this function tries another port.
async fn listening(driver: &Path) -> (Process, u16) {
    let mut outputs = String::new();
    for _ in 0..5 {
        let port = Loopback::bind().await.port;
        let mut command = Command::new(driver);
        command.arg(format!("--port={port}")).env("DISPLAY", display().await).env("LIBGL_ALWAYS_SOFTWARE", "1");
        // In a container there is no graphics card, and the sandbox does not work for root.
        command.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1").env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1");
        let mut process = Process::start("WebKitWebDriver", &command);
        let is_listening =
            eventually("WebKitWebDriver to listen", async || match TcpStream::connect(("127.0.0.1", port)) {
                Ok(_) => Ok(true),
                Err(_) if process.has_ended() => Ok(false),
                Err(cause) => Err(cause.to_string()),
            })
            .await;
        if is_listening {
            return (process, port);
        }
        outputs += &process.output();
    }
    panic!("WebKitWebDriver does not start:\n{outputs}");
}

/// Starts a virtual display once, and returns its name. The display ends with this program.
async fn display() -> &'static str {
    static DISPLAY: OnceCell<(Mutex<Process>, String)> = OnceCell::const_new();
    let start = async || {
        let mut command = Command::new("Xvfb");
        // Xvfb picks a free display number and prints it. It creates no Unix socket, so no file is left behind.
        command.args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-nolisten", "unix"]);
        let mut process = Process::start("Xvfb", &command);
        let number = process.line_with("").await;
        (Mutex::new(process), format!(":{}", number.trim()))
    };
    &DISPLAY.get_or_init(start).await.1
}
