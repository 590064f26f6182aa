//! One Chromium with an empty profile, and the chromedriver that steers it.

use std::process::Command;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities as _;
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;
use thirtyfour::{DesiredCapabilities, LoggingPrefsLogLevel, WindowHandle};

use crate::environment::Environment;
use crate::process::Process;
use crate::wait::eventually;

pub use thirtyfour::Key;

/// The flags of the browser tests hold here too.
const FLAGS: &str = include_str!("../../../webdriver.json");

/// A running browser with one tab open.
pub struct Browser {
    /// Taken when the browser ends.
    driver: Option<WebDriver>,
    process: Process,
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

impl Browser {
    /// Starts a browser with these preferences, on top of the flags of webdriver.json.
    pub async fn start(environment: &Environment, preferences: &Value, more_flags: &[String]) -> Self {
        let (process, port) = start_driver(environment).await;
        let profile = tempfile::tempdir().unwrap();
        let mut capabilities = DesiredCapabilities::chrome();
        let flags: Value = serde_json::from_str(FLAGS).unwrap();
        for flag in flags["goog:chromeOptions"]["args"].as_array().unwrap() {
            capabilities.add_arg(flag.as_str().unwrap()).unwrap();
        }
        capabilities.add_arg(&format!("--user-data-dir={}", profile.path().display())).unwrap();
        for flag in more_flags {
            capabilities.add_arg(flag).unwrap();
        }
        capabilities.add_experimental_option("prefs", preferences).unwrap();
        capabilities.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        // A page counts as open when its scripts have begun: some tests keep the rest of it waiting.
        capabilities.set("pageLoadStrategy", "eager").unwrap();
        let driver = WebDriver::new(format!("http://localhost:{port}"), capabilities)
            .await
            .unwrap_or_else(|cause| panic!("the browser cannot be started: {cause}\n{}", process.output()));
        Self { driver: Some(driver), process, _profile: profile }
    }

    fn driver(&self) -> &WebDriver {
        self.driver.as_ref().unwrap()
    }

    /// Opens an address.
    pub async fn open(&self, url: &str) {
        self.driver().goto(url).await.unwrap();
    }

    /// The address of the page.
    pub async fn url(&self) -> String {
        self.driver().current_url().await.map_or_else(|cause| cause.to_string(), String::from)
    }

    /// Back, as with the browser's button.
    pub async fn back(&self) {
        self.driver().back().await.unwrap();
    }

    /// Forward, as with the browser's button.
    pub async fn forward(&self) {
        self.driver().forward().await.unwrap();
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.driver().refresh().await.unwrap();
    }

    /// Runs a script in the page: the body of a function. The error says why it could not run.
    pub async fn try_eval<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> Result<T, String> {
        let result = self.driver().execute(script, arguments).await.map_err(|cause| cause.to_string())?;
        serde_json::from_value(result.json().clone()).map_err(|cause| format!("{}: {cause}", result.json()))
    }

    /// Runs a script in the page: the body of a function.
    ///
    /// # Panics
    /// The script fails, or its value is of another type.
    pub async fn eval<T: DeserializeOwned>(&self, script: &str) -> T {
        self.try_eval(script, Vec::new()).await.unwrap_or_else(|cause| panic!("{script}: {cause}"))
    }

    /// Runs the body of an async function in the page.
    ///
    /// # Panics
    /// The script fails, or its value is of another type.
    pub async fn eval_async<T: DeserializeOwned>(&self, script: &str) -> T {
        let script = format!("const done = arguments[0]; (async () => {{ {script} }})().then(done)");
        let result = self.driver().execute_async(script, Vec::new()).await.unwrap();
        serde_json::from_value(result.json().clone()).unwrap()
    }

    /// Runs a script before any script of every page that is opened from now on.
    pub async fn before_each_page(&self, script: &str) {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    /// Sets the clock of every page that is opened from now on: this many seconds more than it is.
    pub async fn set_clock_of_next_pages(&self, seconds: i64) {
        let script = format!("const now = Date.now; Date.now = () => now() + {}", seconds * 1_000);
        self.before_each_page(&script).await;
    }

    /// Marks the page in its memory, so that it can be told from the same page loaded again.
    pub async fn mark_the_page(&self) {
        self.eval::<()>("window.marked = location.origin").await;
    }

    /// Waits for the marked page: the browser has kept it in memory and brought it back.
    pub async fn is_the_marked_page(&self) {
        self.mark_is("the marked page", "window.marked == location.origin").await;
    }

    /// Waits for a page of the app that is not the marked one.
    pub async fn is_not_the_marked_page(&self) {
        self.mark_is("another page of the app", "!window.marked && !!document.getElementById('app')").await;
    }

    async fn mark_is(&self, what: &str, condition: &str) {
        eventually(what, async || match self.try_eval::<bool>(&format!("return {condition}"), Vec::new()).await? {
            true => Ok(()),
            false => Err(self.seen().await),
        })
        .await;
    }

    /// Waits until the browser says in its own words that a page cannot be shown.
    pub async fn shows_its_own_error_page(&self) {
        self.mark_is("the browser's own error page", "location.protocol == 'chrome-error:'").await;
    }

    /// A command of the DevTools protocol.
    ///
    /// # Panics
    /// The browser refuses it.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        let answer = self.driver().cdp().send_raw(method, parameters).await;
        answer.unwrap_or_else(|cause| panic!("{method}: {cause}"))
    }

    /// Presses the element with the mouse, as soon as there is one that can be pressed.
    pub async fn press(&self, css: &str) {
        eventually(&format!("{css} to press"), async || {
            let pressed = async { self.driver().find(By::Css(css)).await?.click().await };
            match pressed.await {
                Ok(()) => Ok(()),
                // Each of these says that nothing was pressed yet.
                Err(error) => match &*error {
                    WebDriverErrorInner::NoSuchElement(_)
                    | WebDriverErrorInner::StaleElementReference(_)
                    | WebDriverErrorInner::ElementClickIntercepted(_)
                    | WebDriverErrorInner::ElementNotInteractable(_) => Err(self.seen().await),
                    _ => panic!("{css} was not pressed: {error}"),
                },
            }
        })
        .await;
    }

    /// Presses the element twice, quickly.
    pub async fn press_twice(&self, css: &str) {
        let element = self.driver().find(By::Css(css)).await.unwrap();
        self.driver().action_chain().double_click_element(&element).perform().await.unwrap();
    }

    /// Types keys into whatever has the focus.
    pub async fn press_key(&self, key: Key) {
        self.driver().action_chain().key_down(key.clone()).key_up(key).perform().await.unwrap();
    }

    /// Opens another tab and goes on there. Returns the tab left behind.
    pub async fn open_tab(&self) -> WindowHandle {
        let left = self.driver().window().await.unwrap();
        let tab = self.driver().new_tab().await.unwrap();
        self.driver().switch_to_window(tab).await.unwrap();
        left
    }

    /// Opens another tab from the page, which copies the page's sessionStorage, and goes on there. Returns the tab
    /// left behind.
    pub async fn open_copied_tab(&self, url: &str) -> WindowHandle {
        let left = self.driver().window().await.unwrap();
        let before = self.driver().windows().await.unwrap();
        self.try_eval::<()>("window.open(arguments[0])", vec![url.into()]).await.unwrap();
        let tab = eventually("the other tab", async || {
            let tabs = self.driver().windows().await.map_err(|cause| cause.to_string())?;
            tabs.into_iter().find(|tab| !before.contains(tab)).ok_or("it is not there".to_owned())
        })
        .await;
        self.driver().switch_to_window(tab).await.unwrap();
        left
    }

    /// Goes on in another tab. Returns the tab left behind.
    pub async fn switch_to(&self, tab: WindowHandle) -> WindowHandle {
        let left = self.driver().window().await.unwrap();
        self.driver().switch_to_window(tab).await.unwrap();
        left
    }

    /// Goes on in the tab that shows this address.
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

    /// Goes on inside the page's first frame.
    pub async fn enter_frame(&self) {
        self.driver().enter_frame(0).await.unwrap();
    }

    /// What the console got since the last call.
    pub async fn console(&self) -> Vec<ConsoleLine> {
        let lines = self.driver().browser_log().await.unwrap();
        lines.into_iter().map(|line| ConsoleLine { level: line.level, message: line.message }).collect()
    }

    /// A picture of the visible part of the page.
    pub async fn screenshot(&self) -> Vec<u8> {
        self.driver().screenshot_as_png().await.unwrap()
    }

    /// The page in one line, for a test that waits in vain.
    pub async fn seen(&self) -> String {
        let script = "return [location.href, document.title, \
            document.querySelector('[data-code]')?.dataset.code ?? 'no code', \
            document.body?.innerText.replace(/\\s+/g, ' ').slice(0, 400) ?? 'no body'].join(' | ')";
        match self.try_eval::<String>(script, Vec::new()).await {
            Ok(page) => page,
            Err(cause) => format!("{} ({cause})", self.url().await),
        }
    }

    /// The last lines of chromedriver's log.
    pub fn output(&self) -> String {
        self.process.output()
    }
}

/// Starts chromedriver and returns its port. It takes a free port of IPv4 and ends when somebody holds the same number
/// in IPv6; then another start takes another port.
async fn start_driver(environment: &Environment) -> (Process, u16) {
    let mut command = Command::new(&environment.chromedriver);
    command.arg("--port=0");
    let mut outputs = String::new();
    for _ in 0..5 {
        let mut process = Process::start("chromedriver", &command);
        if let Some(line) = process.line_or_end("started successfully on port ").await {
            let port = line.trim_end_matches('.').rsplit(' ').next().and_then(|port| port.parse().ok());
            return (process, port.unwrap_or_else(|| panic!("there is no port in “{line}”")));
        }
        outputs += &process.output();
    }
    panic!("chromedriver does not start:\n{outputs}");
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ending the process ends the session; asking for it first would only take time.
        if let Some(driver) = self.driver.take() {
            let _ = driver.leak();
        }
        self.process.end();
    }
}
