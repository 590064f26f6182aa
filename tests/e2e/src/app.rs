//! What a user sees and does in the app.

use serde_json::Value;

use crate::browser::Browser;
use crate::wait::eventually;

/// The app in the browser.
pub struct App {
    /// The browser.
    pub browser: Browser,
    /// The URL of the app's folder.
    pub base: String,
}

/// An element of the page, for example an error: its code and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The attribute `data-code`; empty if there is none.
    pub code: String,
    /// The visible text. Each run of white space is one space.
    pub text: String,
}

impl App {
    /// Opens the home page and waits until the app runs.
    pub async fn open(&self) {
        self.open_at("").await;
    }

    /// Opens a path below the base and waits until the app runs.
    pub async fn open_at(&self, path: &str) {
        self.visit(path).await;
        self.is_running().await;
    }

    /// Opens a path below the base, without waiting for the app.
    pub async fn visit(&self, path: &str) {
        self.browser.open(&format!("{}{path}", self.base)).await;
    }

    /// Waits until the app has replaced the static page.
    pub async fn is_running(&self) {
        self.wait_for("the app to run", "#app > [role=status]").await;
    }

    /// Waits until an element matches this CSS selector. `what` describes the element in the message of a failing
    /// test.
    pub async fn wait_for(&self, what: &str, css: &str) {
        eventually(what, async || if self.count(css).await? > 0 { Ok(()) } else { Err(self.browser.seen().await) })
            .await;
    }

    /// The current number of elements that match this CSS selector.
    pub async fn count(&self, css: &str) -> Result<usize, String> {
        self.browser.try_eval("return document.querySelectorAll(arguments[0]).length", vec![css.into()]).await
    }

    /// The current number of sign-in buttons.
    pub async fn sign_in_buttons(&self) -> usize {
        self.count("[data-testid=sign-in]").await.unwrap()
    }

    /// Whether the page shows a signed-in user at this moment.
    pub async fn shows_a_session(&self) -> bool {
        self.count("[data-testid=session]").await.unwrap() > 0
    }

    /// Presses the sign-in button.
    pub async fn press_sign_in(&self) {
        self.browser.press("[data-testid=sign-in]").await;
    }

    /// Waits until the main heading has this text.
    pub async fn heading_is(&self, heading: &str) {
        eventually(&format!("the heading “{heading}”"), async || {
            let script = "return document.querySelector('h1')?.textContent ?? ''";
            let seen: String = self.browser.try_eval(script, Vec::new()).await?;
            if seen == heading { Ok(()) } else { Err(self.browser.seen().await) }
        })
        .await;
    }

    /// Waits until the page contains this text.
    pub async fn shows_text(&self, text: &str) {
        eventually(&format!("the text “{text}”"), async || {
            if self.text().await?.contains(text) { Ok(()) } else { Err(self.browser.seen().await) }
        })
        .await;
    }

    /// All visible text of the page. Each run of white space is one space.
    pub async fn text(&self) -> Result<String, String> {
        self.browser.try_eval("return document.body.innerText.replace(/\\s+/g, ' ')", Vec::new()).await
    }

    /// Waits for the home page of a user who is signed out.
    pub async fn is_at_home(&self) {
        self.heading_is("Sign in with your Visma account").await;
    }

    /// Waits until the page shows an error, and returns the error.
    pub async fn error(&self) -> Shown {
        self.shown("an error", "[data-testid=error]").await
    }

    /// Waits until the page shows the error with this code, and returns the error.
    pub async fn error_is(&self, code: &str) -> Shown {
        self.shown(&format!("the error {code}"), &format!("[data-testid=error][data-code={code}]")).await
    }

    /// Waits for the page that lists the errors of the configuration, and returns its text.
    pub async fn config_error(&self) -> String {
        self.shown("the configuration's errors", "[data-testid=config-error]").await.text
    }

    async fn shown(&self, what: &str, css: &str) -> Shown {
        eventually(what, async || {
            let script = "const shown = document.querySelector(arguments[0]); \
                return shown && [shown.dataset.code ?? '', shown.innerText.replace(/\\s+/g, ' ')]";
            match self.browser.try_eval::<Option<(String, String)>>(script, vec![css.into()]).await? {
                Some((code, text)) => Ok(Shown { code, text }),
                None => Err(self.browser.seen().await),
            }
        })
        .await
    }

    /// The value of a field.
    pub async fn value_of(&self, css: &str) -> String {
        let script = "return document.querySelector(arguments[0]).value";
        self.browser.try_eval(script, vec![css.into()]).await.unwrap()
    }

    /// Presses the button with this test id.
    pub async fn press(&self, testid: &str) {
        self.browser.press(&format!("[data-testid={testid}]")).await;
    }

    /// Waits for the element with this test id and returns its code and text.
    pub async fn part(&self, testid: &str) -> Shown {
        self.shown(testid, &format!("[data-testid={testid}]")).await
    }

    /// Waits until the result of the API call has this code: an HTTP status or an error code.
    pub async fn api_result_is(&self, code: &str) -> Shown {
        self.shown(&format!("the API's {code}"), &format!("[data-testid=api-result][data-code=\"{code}\"]")).await
    }

    /// Waits until the user is signed in.
    pub async fn session(&self) -> Session<'_> {
        self.wait_for("the user to be signed in", "[data-testid=session]").await;
        Session { app: self }
    }

    /// The page's URL relative to the base: path, query and fragment.
    pub async fn address(&self) -> String {
        let url = self.browser.url().await;
        url.strip_prefix(&self.base).map_or(url.clone(), str::to_owned)
    }

    /// The keys in this tab's sessionStorage.
    pub async fn stored(&self) -> Vec<String> {
        self.browser.eval("return Object.keys(sessionStorage)").await
    }

    /// The keys of the records of pending sign-ins in this tab's sessionStorage.
    pub async fn waiting(&self) -> Vec<String> {
        let is_pending = |name: &String| name.starts_with("visma-connect-spa:pending:");
        self.stored().await.into_iter().filter(is_pending).collect()
    }

    /// Waits until this element has the focus.
    pub async fn focus_is_on(&self, css: &str) {
        eventually(&format!("the focus on {css}"), async || {
            let script = "return [document.activeElement.matches(arguments[0]), document.activeElement.outerHTML]";
            match self.browser.try_eval::<(bool, String)>(script, vec![css.into()]).await? {
                (true, _) => Ok(()),
                (false, other) => Err(other),
            }
        })
        .await;
    }

    /// The position of an element on the page in CSS pixels: left, top, width, height.
    pub async fn place_of(&self, css: &str) -> [f64; 4] {
        let script = "const box = document.querySelector(arguments[0]).getBoundingClientRect(); \
            return [box.x + scrollX, box.y + scrollY, box.width, box.height]";
        let place = self.browser.try_eval(script, vec![Value::from(css)]).await;
        place.unwrap_or_else(|cause| panic!("{css}: {cause}"))
    }

    /// Disconnects the browser from the network, or connects it again. Works only in Chromium.
    pub async fn set_offline(&self, offline: bool) {
        let line =
            serde_json::json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.browser.devtools("Network.enable", serde_json::json!({})).await;
        self.browser.devtools("Network.emulateNetworkConditions", line).await;
    }

    /// Sets the size of the viewport in CSS pixels. Works only in Chromium.
    pub async fn resize(&self, width: u32, height: u32) {
        let size = serde_json::json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.browser.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }
}

/// The part of the page that shows the signed-in user.
pub struct Session<'a> {
    app: &'a App,
}

impl Session<'_> {
    /// Waits until the page shows the user's name, and returns the name.
    pub async fn name(&self) -> String {
        self.part("user-name").await
    }

    /// Waits until the page shows the user's e-mail address, and returns the address.
    pub async fn email(&self) -> String {
        self.part("user-email").await
    }

    /// The remaining seconds of the session, as shown.
    pub async fn expires_in(&self) -> u32 {
        let clock = self.part("expires-in").await;
        let seconds = clock
            .split_once(':')
            .and_then(|(minutes, seconds)| Some(minutes.parse::<u32>().ok()? * 60 + seconds.parse::<u32>().ok()?));
        seconds.unwrap_or_else(|| panic!("“{clock}” is not a time"))
    }

    /// The complete text of this part.
    pub async fn text(&self) -> String {
        self.app.shown("the session", "[data-testid=session]").await.text
    }

    /// Presses the sign-out button.
    pub async fn sign_out(&self) {
        self.app.browser.press("[data-testid=sign-out]").await;
    }

    async fn part(&self, name: &str) -> String {
        self.app.shown(name, &format!("[data-testid=session] [data-testid={name}]")).await.text
    }
}
