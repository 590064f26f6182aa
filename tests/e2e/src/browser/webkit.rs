//! WebKit as WebKitGTK has it, in its small browser, steered by WebKitWebDriver.

use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use serde_json::json;
use thirtyfour::Capabilities;
use tokio::sync::OnceCell;

use super::{Habits, Steering};
use crate::listener::Loopback;
use crate::process::Process;
use crate::wait::eventually;

/// Whether the page is the browser's own, which says that a page cannot be shown.
pub(super) const IS_ERROR_PAGE: &str = "document.title == '' && !document.getElementById('app')";

/// Starts WebKitWebDriver. Its browser keeps nothing on disk, so that it needs no profile.
pub(super) async fn start(driver: &Path, habits: &Habits) -> Steering {
    assert!(!habits.storage_blocked, "WebKitGTK's browser has no setting that blocks sessionStorage");
    assert!(habits.name_of_this_machine.is_none(), "WebKitGTK's browser takes names from the system alone");
    let (process, port) = listening(driver).await;
    let mut args = vec![
        "--automation",
        // A tab that a script opens is no advertisement here.
        "--javascript-can-open-windows-automatically=true",
    ];
    if habits.no_page_cache {
        args.push("--enable-page-cache=false");
    }
    let mut capabilities = Capabilities::new();
    capabilities.set("webkitgtk:browserOptions", json!({ "args": args })).unwrap();
    Steering { process, port, capabilities }
}

/// The driver wants to be told its port, and another program may take it first; then another start takes another port.
async fn listening(driver: &Path) -> (Process, u16) {
    let mut outputs = String::new();
    for _ in 0..5 {
        let port = Loopback::bind().await.port;
        let mut command = Command::new(driver);
        command.arg(format!("--port={port}")).env("DISPLAY", display().await).env("LIBGL_ALWAYS_SOFTWARE", "1");
        // No graphics card, and for root no sandbox: both are true of a container.
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

/// The name of a virtual display, which ends with this program.
async fn display() -> &'static str {
    static DISPLAY: OnceCell<(Mutex<Process>, String)> = OnceCell::const_new();
    let start = async || {
        let mut command = Command::new("Xvfb");
        // It takes a free number and says which. Without a socket in a folder, nothing of it stays behind.
        command.args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-nolisten", "unix"]);
        let mut process = Process::start("Xvfb", &command);
        let number = process.line_with("").await;
        (Mutex::new(process), format!(":{}", number.trim()))
    };
    &DISPLAY.get_or_init(start).await.1
}
