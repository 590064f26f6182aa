//! One browser with an empty profile, and the driver that steers it. Which browser that is, this crate's feature says.
//!
//! Each engine has a file: how it starts, and how it does what the tests ask for. What only Chromium can do
//! ([`devtools`](Browser::devtools), [`console`](Browser::console), [`App::resize`](crate::App::resize)) fails in the
//! others; a test that needs it is declared so:
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

/// What draws the page and runs its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chrome and its relatives.
    Chromium,
    /// Firefox.
    Firefox,
    /// Safari's; here in WebKitGTK's small browser.
    WebKit,
}

#[cfg(any(
    all(feature = "firefox", feature = "webkit"),
    all(feature = "chromium", any(feature = "firefox", feature = "webkit")),
))]
compile_error!("one browser at a time: --no-default-features --features firefox, or webkit");

impl Engine {
    /// The one that this build tests.
    pub const UNDER_TEST: Self = if cfg!(feature = "firefox") {
        Self::Firefox
    } else if cfg!(feature = "webkit") {
        Self::WebKit
    } else {
        Self::Chromium
    };

    /// The environment variable that names its driver.
    pub const fn driver_variable(self) -> &'static str {
        match self {
            Self::Chromium => "CHROMEDRIVER",
            Self::Firefox => "GECKODRIVER",
            Self::WebKit => "WEBKITWEBDRIVER",
        }
    }

    async fn start(self, driver: &Path, habits: &Habits, profile: &Path) -> Steering {
        match self {
            Self::Chromium => chromium::start(driver, habits, profile).await,
            Self::Firefox => firefox::start(driver, habits, profile).await,
            Self::WebKit => webkit::start(driver, habits).await,
        }
    }

    /// When a page counts as open: as soon as its scripts have begun, since some tests keep the rest of it waiting.
    /// WebKitWebDriver sometimes misses that moment and lets every command wait for it in vain, so there it is not
    /// asked to wait, and [`Browser::another_page`] does.
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

/// How long a page may take to answer while other tests keep the machine busy.
const LOST_AFTER: Duration = Duration::from_secs(6);

/// What is unusual about a browser.
#[derive(Clone, Copy, Debug, Default)]
pub struct Habits {
    /// It keeps nothing for any page.
    pub storage_blocked: bool,
    /// It loads a page again on Back, as browsers do when memory is short.
    pub no_page_cache: bool,
    /// Another name that leads to this machine.
    pub name_of_this_machine: Option<&'static str>,
}

/// A script that the app's host puts before all others of every page, for browsers that cannot be told to run one.
#[derive(Clone, Debug, Default)]
pub struct FirstScript(Arc<Mutex<String>>);

impl FirstScript {
    /// The text; empty without one.
    pub fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    fn add(&self, script: &str) {
        let mut text = self.0.lock().unwrap();
        // In a block of its own, as the names in one script are not those of another.
        *text += &format!("{{ {script} }}\n");
    }
}

/// A driver that waits for its one session, and what that session shall be.
struct Steering {
    process: Process,
    port: u16,
    capabilities: Capabilities,
}

/// A running browser with one tab open.
pub struct Browser {
    /// Taken when the browser ends.
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

/// What a browser keeps beside the page.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Address and title of each entry of the tab's history; only Chromium tells.
    pub history: Vec<(String, String)>,
    /// The cookies: all of them in Chromium, and those for this page elsewhere.
    pub cookies: String,
    /// What the console got: in Chromium since it was last read, in Firefox since it started, in WebKit never anything.
    pub console: Vec<ConsoleLine>,
}

impl Browser {
    /// Starts the browser of this driver. It comes to a host with this first script.
    pub async fn start(driver: &Path, habits: &Habits, first_script: FirstScript) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let Steering { process, port, mut capabilities } =
            Engine::UNDER_TEST.start(driver, habits, profile.path()).await;
        capabilities.set("pageLoadStrategy", Engine::UNDER_TEST.page_load_strategy()).unwrap();
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities)
            .await
            .unwrap_or_else(|cause| panic!("the browser cannot be started: {cause}\n{}", process.output()));
        Self { driver: Some(driver), process, first_script, _profile: profile }
    }

    fn driver(&self) -> &WebDriver {
        self.driver.as_ref().unwrap()
    }

    /// Opens an address.
    pub async fn open(&self, url: &str) {
        self.another_page(self.driver().goto(url)).await;
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
        self.another_page(self.driver().refresh()).await;
    }

    /// Does what leads to another page, and returns when that one has begun.
    async fn another_page(&self, leave: impl Future<Output = WebDriverResult<()>>) {
        if Engine::UNDER_TEST.page_load_strategy() != "none" {
            return leave.await.unwrap();
        }
        self.eval::<()>("window.isLeft = true").await;
        leave.await.unwrap();
        self.is_there("the page to open", "!window.isLeft && document.readyState != 'loading'").await;
    }

    /// Runs a script in the page: the body of a function. The error says why it could not run.
    pub async fn try_eval<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> Result<T, String> {
        let response = self.answered(self.driver().execute(script, arguments)).await?;
        let result = response.map_err(|cause| cause.to_string())?;
        serde_json::from_value(result.json().clone()).map_err(|cause| format!("{}: {cause}", result.json()))
    }

    /// WebKitGTK loses a question to a page that is about to be another, and its driver waits for the response without
    /// end. So a question may be asked again soon.
    async fn answered<T>(&self, question: impl Future<Output = T>) -> Result<T, String> {
        match Engine::UNDER_TEST {
            Engine::Chromium | Engine::Firefox => Ok(question.await),
            Engine::WebKit => {
                tokio::time::timeout(LOST_AFTER, question).await.map_err(|_| "the page does not answer".to_owned())
            }
        }
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

    /// Runs a script before any script of every page of the app that is opened from now on.
    pub async fn before_each_page(&self, script: &str) {
        match Engine::UNDER_TEST {
            Engine::Chromium => {
                self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
            }
            Engine::Firefox | Engine::WebKit => self.first_script.add(script),
        }
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
        self.is_there("the marked page", "window.marked == location.origin").await;
    }

    /// Waits for a page of the app that is not the marked one.
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

    /// Waits until the browser says in its own words that a page cannot be shown.
    pub async fn shows_its_own_error_page(&self) {
        self.is_there("the browser's own error page", Engine::UNDER_TEST.is_error_page()).await;
    }

    /// A command of the DevTools protocol.
    ///
    /// # Panics
    /// The browser refuses it, or is not Chromium.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        needs_chromium(method);
        let response = self.driver().cdp().send_raw(method, parameters).await;
        response.unwrap_or_else(|cause| panic!("{method}: {cause}"))
    }

    /// Presses the element with the mouse, as soon as there is one that can be pressed.
    pub async fn press(&self, css: &str) {
        eventually(&format!("{css} to press"), async || {
            let found = Cell::new(false);
            let pressed = async {
                let element = self.driver().find(By::Css(css)).await?;
                self.notice_a_press().await?;
                found.set(true);
                element.click().await
            };
            match self.answered(pressed).await {
                Err(_) if !found.get() => Err(self.seen().await),
                // Without a response it may have been pressed all the same.
                Err(_) | Ok(Ok(())) if self.has_lost_the_press().await => Err(self.seen().await),
                Err(_) | Ok(Ok(())) => Ok(()),
                // Each of these says that nothing was pressed yet.
                Ok(Err(error)) => match &*error {
                    WebDriverErrorInner::NoSuchElement(_)
                    | WebDriverErrorInner::NoSuchFrame(_)
                    | WebDriverErrorInner::StaleElementReference(_)
                    | WebDriverErrorInner::ElementClickIntercepted(_)
                    | WebDriverErrorInner::ElementNotInteractable(_) => Err(self.seen().await),
                    // geckodriver reports what the press led to.
                    WebDriverErrorInner::UnknownError(info) if info.to_string().contains("Reached error page") => {
                        Ok(())
                    }
                    _ => panic!("{css} was not pressed: {error}"),
                },
            }
        })
        .await;
    }

    /// Firefox and WebKitGTK sometimes lose a press on a page that they are still painting, and the drivers do not
    /// know. So the page is asked.
    async fn notice_a_press(&self) -> WebDriverResult<()> {
        if Engine::UNDER_TEST != Engine::Chromium {
            let script = "window.isPressed = false; \
                addEventListener('click', () => { window.isPressed = true; }, { capture: true, once: true })";
            self.driver().execute(script, Vec::new()).await?;
        }
        Ok(())
    }

    async fn has_lost_the_press(&self) -> bool {
        // A page that knows nothing of a press is another one: then it was none that was lost.
        Engine::UNDER_TEST != Engine::Chromium
            && self.try_eval("return window.isPressed", Vec::new()).await == Ok(Some(false))
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

    /// Goes on in the small window that the page has opened. Returns the page's own.
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

    /// Waits until this window is the only one, and goes on there.
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

    /// Closes the window and goes on in another.
    pub async fn close_and_switch_to(&self, window: WindowHandle) {
        self.driver().close_window().await.unwrap();
        self.driver().switch_to_window(window).await.unwrap();
    }

    /// Empties a field and types into it.
    pub async fn type_into(&self, css: &str, text: &str) {
        let field = self.driver().find(By::Css(css)).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Removes the cookies of the page's host, whatever the port.
    pub async fn forget_cookies(&self) {
        self.driver().delete_all_cookies().await.unwrap();
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

    /// The tab or window that is steered now.
    pub async fn window(&self) -> WindowHandle {
        self.driver().window().await.unwrap()
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
        self.has_loaded_its_frame().await;
        self.driver().enter_frame(0).await.unwrap();
    }

    /// Waits until the browser says in its own words that the page of the first frame cannot be shown.
    pub async fn shows_its_own_error_page_in_frame(&self) {
        self.has_loaded_its_frame().await;
        let script = format!("return {}", Engine::UNDER_TEST.is_error_page());
        eventually("the browser's own error page in the frame", async || {
            // WebKit puts another frame into the place of one whose page it refuses, so it is entered for each look.
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

    /// What the console got since the last call.
    ///
    /// # Panics
    /// The browser is not Chromium.
    pub async fn console(&self) -> Vec<ConsoleLine> {
        needs_chromium("the console");
        let lines = self.driver().browser_log().await.unwrap();
        lines.into_iter().map(|line| ConsoleLine { level: line.level, message: line.message }).collect()
    }

    /// What the browser keeps beside the page, as far as this engine tells.
    pub async fn kept(&self) -> Kept {
        if Engine::UNDER_TEST != Engine::Chromium {
            // The console's lines are among what Firefox prints. WebKitWebDriver throws away what its browser prints.
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
            // Only what a page, a user or another visit can see of an entry: Chromium also remembers the first address
            // of a chain of redirects, which here is the provider's.
            history: entries.iter().map(|entry| (text(entry, "url"), text(entry, "title"))).collect(),
            cookies: self.devtools("Network.getAllCookies", json!({})).await.to_string(),
            console: self.console().await,
        }
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

    /// The last lines of the driver's log.
    pub fn output(&self) -> String {
        self.process.output()
    }
}

fn needs_chromium(what: &str) {
    assert!(
        Engine::UNDER_TEST == Engine::Chromium,
        "{what}: only Chromium's DevTools give this. Declare the test so, as tests/e2e/src/browser/mod.rs says."
    );
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
