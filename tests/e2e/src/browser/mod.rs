//! One browser with an empty profile, controlled through its WebDriver program. A feature of this crate selects the
//! browser.
//!
//! Each engine has a file: how the browser starts, and which script recognizes its error page. Some functions work
//! only in Chromium: [`devtools`](Browser::devtools), [`console`](Browser::console) and
//! [`App::resize`](crate::App::resize). They fail in the other browsers. A test that calls one of them has this
//! attribute, which ignores the test in the other browsers:
//!
//! ```ignore
//! #[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: …")]
//! ```

mod chromium;
mod firefox;
mod webkit;

use std::cell::Cell;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;
use thirtyfour::{Capabilities, WindowHandle};

use crate::process::Process;
use crate::wait::eventually;

pub use thirtyfour::Key;

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The engine of Chrome and Edge.
    Chromium,
    /// Firefox.
    Firefox,
    /// The engine of Safari, tested in the MiniBrowser of WebKitGTK.
    WebKit,
}

#[cfg(any(
    all(feature = "firefox", feature = "webkit"),
    all(feature = "chromium", any(feature = "firefox", feature = "webkit")),
))]
compile_error!("select exactly one browser: --no-default-features --features firefox, or webkit");

impl Engine {
    /// The engine that this build tests.
    pub const UNDER_TEST: Self = if cfg!(feature = "firefox") {
        Self::Firefox
    } else if cfg!(feature = "webkit") {
        Self::WebKit
    } else {
        Self::Chromium
    };

    /// The environment variable with the path of its WebDriver program.
    pub const fn driver_variable(self) -> &'static str {
        match self {
            Self::Chromium => "CHROMEDRIVER",
            Self::Firefox => "GECKODRIVER",
            Self::WebKit => "WEBKITWEBDRIVER",
        }
    }

    async fn start(self, driver: &Path, browser_options: &BrowserOptions, profile: &Path) -> RunningDriver {
        match self {
            Self::Chromium => chromium::start(driver, browser_options, profile).await,
            Self::Firefox => firefox::start(driver, browser_options, profile).await,
            Self::WebKit => webkit::start(driver, browser_options).await,
        }
    }

    /// The WebDriver page load strategy. With `eager`, a command that opens a page returns as soon as the scripts of
    /// the page run. A command cannot wait for the complete page, because some tests delay the rest of the page.
    /// WebKitWebDriver sometimes does not notice that the scripts run, and then every command waits forever. So WebKit
    /// uses `none`: the driver does not wait, and [`Browser::another_page`] waits instead.
    const fn page_load_strategy(self) -> &'static str {
        match self {
            Self::Chromium | Self::Firefox => "eager",
            Self::WebKit => "none",
        }
    }

    const fn is_error_page(self) -> &'static str {
        match self {
            Self::Chromium => chromium::IS_ERROR_PAGE,
            Self::Firefox => firefox::IS_ERROR_PAGE,
            Self::WebKit => webkit::IS_ERROR_PAGE,
        }
    }
}

/// The time limit for a command in WebKit. It is long enough for a busy machine. The other browsers have no such
/// limit.
const LOST_AFTER: Duration = Duration::from_secs(6);

/// How a browser differs from the default.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserOptions {
    /// The browser blocks all storage of pages.
    pub storage_blocked: bool,
    /// The Back button loads the page again, without the back/forward cache. Browsers also do that when memory is
    /// short.
    pub no_page_cache: bool,
    /// A host name that the browser resolves to this machine.
    pub name_of_this_machine: Option<&'static str>,
}

/// A script that runs before all other scripts of a page. The app's host adds it to each page, for browsers whose
/// WebDriver program cannot inject a script.
#[derive(Clone, Debug, Default)]
pub struct FirstScript(Arc<Mutex<String>>);

impl FirstScript {
    /// The script; empty if there is none.
    pub fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    fn add(&self, script: &str) {
        let mut text = self.0.lock().unwrap();
        // Each script is a block, so that the names in two scripts do not collide.
        *text += &format!("{{ {script} }}\n");
    }
}

/// A running WebDriver program that has no session yet, and the capabilities for its only session.
struct RunningDriver {
    process: Process,
    port: u16,
    capabilities: Capabilities,
}

/// A running browser with one tab open.
pub struct Browser {
    /// `None` only while the browser is dropped.
    driver: Option<WebDriver>,
    process: Process,
    first_script: FirstScript,
    _profile: TempDir,
}

/// A line of the console.
#[derive(Clone, Debug, Deserialize)]
pub struct ConsoleLine {
    /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    /// The text.
    pub message: String,
}

/// Data that the browser keeps outside of the page.
#[derive(Clone, Debug)]
pub struct Kept {
    /// URL and title of each entry of the tab's history. Empty except in Chromium.
    pub history: Vec<(String, String)>,
    /// The cookies: all cookies in Chromium, only the cookies of this page in the other browsers.
    pub cookies: String,
    /// The lines of the console. Chromium: since the last read. Firefox: since its start, with everything else that
    /// it prints. WebKit: none.
    pub console: Vec<ConsoleLine>,
}

impl Browser {
    /// Starts the browser with this driver. `first_script` is the script of the host that serves the app.
    pub async fn start(driver: &Path, browser_options: &BrowserOptions, first_script: FirstScript) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let RunningDriver { process, port, mut capabilities } =
            Engine::UNDER_TEST.start(driver, browser_options, profile.path()).await;
        capabilities.set("pageLoadStrategy", Engine::UNDER_TEST.page_load_strategy()).unwrap();
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities)
            .await
            .unwrap_or_else(|cause| panic!("the browser cannot be started: {cause}\n{}", process.output()));
        Self { driver: Some(driver), process, first_script, _profile: profile }
    }

    fn driver(&self) -> &WebDriver {
        self.driver.as_ref().unwrap()
    }

    /// Opens a URL.
    pub async fn open(&self, url: &str) {
        self.another_page(self.driver().goto(url)).await;
    }

    /// The URL of the page.
    pub async fn url(&self) -> String {
        self.driver().current_url().await.map_or_else(|cause| cause.to_string(), String::from)
    }

    /// Goes back in the history, like the browser's button.
    pub async fn back(&self) {
        self.driver().back().await.unwrap();
    }

    /// Goes forward in the history, like the browser's button.
    pub async fn forward(&self) {
        self.driver().forward().await.unwrap();
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.another_page(self.driver().refresh()).await;
    }

    /// Runs `leave`, which opens another page, and returns when the scripts of that page run.
    async fn another_page(&self, leave: impl Future<Output = WebDriverResult<()>>) {
        if Engine::UNDER_TEST.page_load_strategy() != "none" {
            return leave.await.unwrap();
        }
        self.eval::<()>("window.isLeft = true").await;
        leave.await.unwrap();
        self.is_there("the page to open", "!window.isLeft && document.readyState != 'loading'").await;
    }

    /// Runs a script in the page, given as the body of a function. The error is the reason why the script failed.
    pub async fn try_eval<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> Result<T, String> {
        let response = self.with_time_limit(self.driver().execute(script, arguments)).await?;
        let result = response.map_err(|cause| cause.to_string())?;
        serde_json::from_value(result.json().clone()).map_err(|cause| format!("{}: {cause}", result.json()))
    }

    /// WebKitGTK loses a command that arrives while one page replaces another. Its WebDriver program then waits
    /// forever. So in WebKit a command fails after [`LOST_AFTER`], and the caller can repeat it.
    async fn with_time_limit<T>(&self, command: impl Future<Output = T>) -> Result<T, String> {
        match Engine::UNDER_TEST {
            Engine::Chromium | Engine::Firefox => Ok(command.await),
            Engine::WebKit => {
                tokio::time::timeout(LOST_AFTER, command).await.map_err(|_| "the page does not respond".to_owned())
            }
        }
    }

    /// Runs a script in the page, given as the body of a function.
    ///
    /// # Panics
    /// The script fails, or its result has another type.
    pub async fn eval<T: DeserializeOwned>(&self, script: &str) -> T {
        self.try_eval(script, Vec::new()).await.unwrap_or_else(|cause| panic!("{script}: {cause}"))
    }

    /// Runs a script in the page, given as the body of an async function.
    ///
    /// # Panics
    /// The script fails, or its result has another type.
    pub async fn eval_async<T: DeserializeOwned>(&self, script: &str) -> T {
        let script = format!("const done = arguments[0]; (async () => {{ {script} }})().then(done)");
        let result = self.driver().execute_async(script, Vec::new()).await.unwrap();
        serde_json::from_value(result.json().clone()).unwrap()
    }

    /// Adds a script to each page of the app that is opened later. It runs before all other scripts of the page.
    pub async fn before_each_page(&self, script: &str) {
        match Engine::UNDER_TEST {
            Engine::Chromium => {
                self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
            }
            Engine::Firefox | Engine::WebKit => self.first_script.add(script),
        }
    }

    /// Adds this number of seconds to the clock of each page that is opened later.
    pub async fn set_clock_of_next_pages(&self, seconds: i64) {
        let script = format!("const now = Date.now; Date.now = () => now() + {}", seconds * 1_000);
        self.before_each_page(&script).await;
    }

    /// Sets a mark in the memory of the page. A reload removes it, the back/forward cache keeps it.
    pub async fn mark_the_page(&self) {
        self.eval::<()>("window.marked = location.origin").await;
    }

    /// Waits for the marked page. It appears only if the browser restores it from the back/forward cache.
    pub async fn is_the_marked_page(&self) {
        self.is_there("the marked page", "window.marked == location.origin").await;
    }

    /// Waits for a page of the app without the mark.
    pub async fn is_not_the_marked_page(&self) {
        self.is_there("another page of the app", "!window.marked && !!document.getElementById('app')").await;
    }

    async fn is_there(&self, what: &str, condition: &str) {
        eventually(what, async || match self.try_eval::<bool>(&format!("return {condition}"), Vec::new()).await? {
            true => Ok(()),
            false => Err(self.seen().await),
        })
        .await;
    }

    /// Waits until the browser shows its own error page.
    pub async fn shows_its_own_error_page(&self) {
        self.is_there("the browser's own error page", Engine::UNDER_TEST.is_error_page()).await;
    }

    /// Sends a command of the DevTools protocol.
    ///
    /// # Panics
    /// The browser rejects the command, or it is not Chromium.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        needs_chromium(method);
        let response = self.driver().cdp().send_raw(method, parameters).await;
        response.unwrap_or_else(|cause| panic!("{method}: {cause}"))
    }

    /// Clicks the element as soon as it is there and can be clicked.
    pub async fn press(&self, css: &str) {
        eventually(&format!("{css}, to press it"), async || {
            let found = Cell::new(false);
            let pressed = async {
                let element = self.driver().find(By::Css(css)).await?;
                self.notice_a_press().await?;
                found.set(true);
                element.click().await
            };
            match self.with_time_limit(pressed).await {
                Err(_) if !found.get() => Err(self.seen().await),
                // The driver did not reply. The click may still have arrived.
                Err(_) | Ok(Ok(())) if self.has_lost_the_press().await => Err(self.seen().await),
                Err(_) | Ok(Ok(())) => Ok(()),
                // With each of these errors, the click did not happen.
                Ok(Err(error)) => match &*error {
                    WebDriverErrorInner::NoSuchElement(_)
                    | WebDriverErrorInner::NoSuchFrame(_)
                    | WebDriverErrorInner::StaleElementReference(_)
                    | WebDriverErrorInner::ElementClickIntercepted(_)
                    | WebDriverErrorInner::ElementNotInteractable(_) => Err(self.seen().await),
                    // geckodriver reports the error page that the click led to. The click itself worked.
                    WebDriverErrorInner::UnknownError(info) if info.to_string().contains("Reached error page") => {
                        Ok(())
                    }
                    _ => panic!("{css} was not pressed: {error}"),
                },
            }
        })
        .await;
    }

    /// Firefox and WebKitGTK sometimes lose a click while they still paint the page, and their drivers do not report
    /// it. So the page records the click.
    async fn notice_a_press(&self) -> WebDriverResult<()> {
        if Engine::UNDER_TEST != Engine::Chromium {
            let script = "window.isPressed = false; \
                addEventListener('click', () => { window.isPressed = true; }, { capture: true, once: true })";
            self.driver().execute(script, Vec::new()).await?;
        }
        Ok(())
    }

    async fn has_lost_the_press(&self) -> bool {
        // If this variable is missing, the click opened a new page. So the click was not lost.
        Engine::UNDER_TEST != Engine::Chromium
            && self.try_eval("return window.isPressed", Vec::new()).await == Ok(Some(false))
    }

    /// Double-clicks the element.
    pub async fn press_twice(&self, css: &str) {
        let element = self.driver().find(By::Css(css)).await.unwrap();
        self.driver().action_chain().double_click_element(&element).perform().await.unwrap();
    }

    /// Presses a key. The focused element receives it.
    pub async fn press_key(&self, key: Key) {
        self.driver().action_chain().key_down(key.clone()).key_up(key).perform().await.unwrap();
    }

    /// Switches to the window that the current page opened. Returns the previous window.
    pub async fn switch_to_the_opened_window(&self) -> WindowHandle {
        let left = self.driver().window().await.unwrap();
        let opened = eventually("the small window", async || {
            let windows = self.driver().windows().await.map_err(|cause| cause.to_string())?;
            windows.into_iter().find(|window| *window != left).ok_or("there is one window".to_owned())
        })
        .await;
        self.driver().switch_to_window(opened).await.unwrap();
        left
    }

    /// Waits until this window is the only one, and switches to it.
    pub async fn is_alone_with(&self, window: WindowHandle) {
        eventually("the small window to close", async || {
            match self.driver().windows().await.map_err(|cause| cause.to_string())?.len() {
                1 => Ok(()),
                count => Err(format!("{count} windows")),
            }
        })
        .await;
        self.driver().switch_to_window(window).await.unwrap();
    }

    /// Closes the current window and switches to `window`.
    pub async fn close_and_switch_to(&self, window: WindowHandle) {
        self.driver().close_window().await.unwrap();
        self.driver().switch_to_window(window).await.unwrap();
    }

    /// Clears a field and types into it.
    pub async fn type_into(&self, css: &str, text: &str) {
        let field = self.driver().find(By::Css(css)).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Deletes the cookies of the page's host. Cookies are shared by all ports of a host.
    pub async fn forget_cookies(&self) {
        self.driver().delete_all_cookies().await.unwrap();
    }

    /// Opens a new tab and switches to it. Returns the previous tab.
    pub async fn open_tab(&self) -> WindowHandle {
        let left = self.driver().window().await.unwrap();
        let tab = self.driver().new_tab().await.unwrap();
        self.driver().switch_to_window(tab).await.unwrap();
        left
    }

    /// Opens a tab with `window.open`, which copies the page's sessionStorage, and switches to it. Returns the
    /// previous tab.
    pub async fn open_copied_tab(&self, url: &str) -> WindowHandle {
        let left = self.driver().window().await.unwrap();
        let before = self.driver().windows().await.unwrap();
        self.try_eval::<()>("window.open(arguments[0])", vec![url.into()]).await.unwrap();
        let tab = eventually("the other tab", async || {
            let tabs = self.driver().windows().await.map_err(|cause| cause.to_string())?;
            tabs.into_iter().find(|tab| !before.contains(tab)).ok_or("there is no other tab".to_owned())
        })
        .await;
        self.driver().switch_to_window(tab).await.unwrap();
        left
    }

    /// The current tab or window.
    pub async fn window(&self) -> WindowHandle {
        self.driver().window().await.unwrap()
    }

    /// Switches to this tab. Returns the previous tab.
    pub async fn switch_to(&self, tab: WindowHandle) -> WindowHandle {
        let left = self.driver().window().await.unwrap();
        self.driver().switch_to_window(tab).await.unwrap();
        left
    }

    /// Waits for a tab with this URL and switches to it.
    pub async fn switch_to_the_tab_at(&self, url: &str) {
        eventually(&format!("a tab at {url}"), async || {
            let mut seen = Vec::new();
            for tab in self.driver().windows().await.map_err(|cause| cause.to_string())? {
                self.switch_to(tab).await;
                match self.url().await {
                    shown if shown == url => return Ok(()),
                    shown => seen.push(shown),
                }
            }
            Err(seen.join(", "))
        })
        .await;
    }

    /// Switches to the first frame of the page.
    pub async fn enter_frame(&self) {
        self.has_loaded_its_frame().await;
        self.driver().enter_frame(0).await.unwrap();
    }

    /// Waits until the first frame shows the browser's own error page.
    pub async fn shows_its_own_error_page_in_frame(&self) {
        self.has_loaded_its_frame().await;
        let script = format!("return {}", Engine::UNDER_TEST.is_error_page());
        eventually("the browser's own error page in the frame", async || {
            // When WebKit blocks the page in a frame, it replaces the frame by a new frame. So each check enters the
            // frame again.
            self.driver().enter_default_frame().await.map_err(|cause| cause.to_string())?;
            self.driver().enter_frame(0).await.map_err(|cause| cause.to_string())?;
            match self.try_eval::<bool>(&script, Vec::new()).await? {
                true => Ok(()),
                false => Err(self.seen().await),
            }
        })
        .await;
        self.driver().enter_default_frame().await.unwrap();
    }

    async fn has_loaded_its_frame(&self) {
        self.is_there("the page with its frame", "document.readyState == 'complete' && frames.length > 0").await;
    }

    /// The console lines since the last call.
    ///
    /// # Panics
    /// The browser is not Chromium.
    pub async fn console(&self) -> Vec<ConsoleLine> {
        needs_chromium("the console");
        let lines = self.driver().browser_log().await.unwrap();
        lines.into_iter().map(|line| ConsoleLine { level: line.level, message: line.message }).collect()
    }

    /// Data that the browser keeps outside of the page, as far as this engine reports it.
    pub async fn kept(&self) -> Kept {
        if Engine::UNDER_TEST != Engine::Chromium {
            // Firefox prints the console lines. WebKitWebDriver discards the output of its browser.
            let line = |message| ConsoleLine { level: "printed".to_owned(), message };
            return Kept {
                history: Vec::new(),
                cookies: format!("{:?}", self.driver().get_all_cookies().await.unwrap()),
                console: self.process.lines().into_iter().map(line).collect(),
            };
        }
        let history = self.devtools("Page.getNavigationHistory", json!({})).await;
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let entries = history["entries"].as_array().unwrap();
        Kept {
            // A page or a user can read only these parts of an entry. Chromium also stores the first URL of a redirect
            // chain. In these tests, that is a URL of the provider.
            history: entries.iter().map(|entry| (text(entry, "url"), text(entry, "title"))).collect(),
            cookies: self.devtools("Network.getAllCookies", json!({})).await.to_string(),
            console: self.console().await,
        }
    }

    /// A screenshot of the visible part of the page, as PNG.
    pub async fn screenshot(&self) -> Vec<u8> {
        self.driver().screenshot_as_png().await.unwrap()
    }

    /// URL, title, error code and text of the page in one line, for the message of a test that fails.
    pub async fn seen(&self) -> String {
        let script = "return [location.href, document.title, \
            document.querySelector('[data-code]')?.dataset.code ?? 'no code', \
            document.body?.innerText.replace(/\\s+/g, ' ').slice(0, 400) ?? 'no body'].join(' | ')";
        match self.try_eval::<String>(script, Vec::new()).await {
            Ok(page) => page,
            Err(cause) => format!("{} ({cause})", self.url().await),
        }
    }

    /// The last lines of the driver's output.
    pub fn output(&self) -> String {
        self.process.output()
    }
}

fn needs_chromium(what: &str) {
    assert!(
        Engine::UNDER_TEST == Engine::Chromium,
        "{what}: this works only in Chromium. tests/e2e/src/browser/mod.rs shows the attribute for such a test."
    );
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The end of the process also ends the WebDriver session. So no request to end the session is necessary.
        if let Some(driver) = self.driver.take() {
            let _ = driver.leak();
        }
        self.process.end();
    }
}
