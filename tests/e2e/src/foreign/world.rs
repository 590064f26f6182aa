//! The environment of one journey: the built app, a provider of another project, and a browser.

use serde_json::{Value, json};

use super::running::{Prepared, Running};
use super::{After, Consent, Foreign, Journey, Profile, Response, Step, docs};
use crate::app::{App, Session};
use crate::browser::{Browser, BrowserOptions, Engine};
use crate::environment;
use crate::site::{Hit, Site};
use crate::wait::eventually;

/// The app, its host, the provider and a browser.
pub struct ForeignWorld {
    /// The app, as a user sees it.
    pub app: App,
    /// The host of the app.
    pub site: Site,
    /// The running provider.
    pub provider: Running,
    /// Its steps and expected responses.
    pub foreign: &'static Foreign,
    journey: Journey,
    prepared: Prepared,
}

impl ForeignWorld {
    /// An environment for one journey. `config` has members of config.json, in addition to those that the provider
    /// needs. At the start of `redirect_uri`, `APP` stands for the URL of the app.
    pub async fn new(journey: Journey, config: Value) -> Self {
        let prepared = Prepared::read();
        let site = Site::start(&environment::path("E2E_DIST"), "/", false).await;
        let driver = environment::path(Engine::UNDER_TEST.driver_variable());
        let browser_options = BrowserOptions::default();
        let (provider, browser) = tokio::join!(
            Running::start(&prepared, &site),
            Browser::start(&driver, &browser_options, site.first_script()),
        );
        let app = App { browser, base: site.base.clone() };
        let world = Self { app, site, provider, foreign: prepared.foreign, journey, prepared };
        world.configure(&config);
        world
    }

    fn configure(&self, members: &Value) {
        let mut config: Value = serde_json::from_str(&self.site.read("config.json")).unwrap();
        config["authority"] = json!(self.provider.issuer);
        // The configuration of the build has an API and scopes of the local provider.
        config["apis"] = json!([]);
        config["scopes"] = json!(["openid", "profile", "email"]);
        for (name, value) in self.provider.config.iter().chain(members.as_object().into_iter().flatten()) {
            config[name] = value.clone();
        }
        if let Some(path) = config["redirect_uri"].as_str().and_then(|uri| uri.strip_prefix("APP")) {
            config["redirect_uri"] = json!(format!("{}{path}", self.site.base));
        }
        self.site.configure(&config);
    }

    /// Stores the result of the journey for the table of the complete run. A test calls this at its end, when all
    /// checks have passed.
    pub fn done(&self) {
        let Some(report) = &self.prepared.report else { return };
        let words = docs::result(self.foreign, self.journey);
        let name = format!("{}.{:?}.{:?}", self.foreign.folder, Engine::UNDER_TEST, self.journey);
        std::fs::write(report.join(name), words).unwrap();
    }

    /// Does these steps on the provider's pages.
    pub async fn walk(&self, steps: &[Step]) {
        for step in steps {
            match *step {
                Step::Press(css) => self.app.browser.press(css).await,
                Step::Type(css, text) => {
                    self.app.wait_for("a field of the provider's page", css).await;
                    self.app.browser.type_into(css, text).await;
                }
                Step::Fill(css, text) => {
                    self.app.wait_for("a field of the provider's page", css).await;
                    let script = "document.querySelector(arguments[0]).value = arguments[1]";
                    self.app.browser.try_eval::<()>(script, vec![css.into(), text.into()]).await.unwrap();
                }
                Step::Read(text) => self.app.shows_text(text).await,
            }
        }
    }

    /// Opens the app and presses the sign-in button.
    pub async fn leave_for_the_provider(&self) {
        self.app.open().await;
        self.app.press_sign_in().await;
    }

    /// Completes the provider's pages that come before its response.
    pub async fn go_through(&self, after: After) {
        if after != After::Nothing {
            self.walk(self.foreign.sign_in).await;
        }
        if let (After::Consent, Consent::Asked { allow, .. }) = (after, self.foreign.consent) {
            self.walk(allow).await;
        }
    }

    /// Opens the app, signs in for the first time, and waits until the user is signed in.
    pub async fn sign_in(&self) -> Session<'_> {
        self.leave_for_the_provider().await;
        self.go_through(After::Consent).await;
        self.shows_the_user().await
    }

    /// Waits until the app shows the data about the user that this provider sends.
    pub async fn shows_the_user(&self) -> Session<'_> {
        let session = self.app.session().await;
        match self.foreign.profile {
            Profile::Shown { name, email } => {
                assert_eq!((session.name().await.as_str(), session.email().await.as_str()), (name, email));
            }
            Profile::Nameless => assert_eq!(session.name().await, "No name given"),
            Profile::NotShown { code } => assert_eq!(self.app.part("profile-error").await.code, code),
        }
        session
    }

    /// Waits for this response of the provider, and checks what the app received.
    pub async fn shows_response(&self, response: Response) {
        let withheld = "[data-testid=session] [data-testid=withheld]";
        match response {
            Response::SignsIn => {
                self.shows_the_user().await;
            }
            Response::SignsInWithLess => {
                self.shows_the_user().await;
                assert_eq!(
                    self.app.count(withheld).await,
                    Ok(1),
                    "the app shows that the provider granted less than requested"
                );
            }
            Response::Error { sent, shown } => {
                self.app.error_is(shown).await;
                assert_eq!(self.app.sign_in_buttons().await, 1, "the user can sign in again");
                let responses = self.responses();
                let error = format!("error={sent}");
                let is_sent = |hit: &Hit| hit.query.split('&').any(|part| part == error);
                assert!(responses.len() == 1 && responses.iter().all(is_sent), "{responses:?}");
            }
            Response::OwnPage(text) => {
                self.stays_at_the_provider(text).await;
                assert!(self.responses().is_empty(), "{:?}", self.responses());
            }
        }
    }

    /// Waits for a page of the provider with this text.
    pub async fn stays_at_the_provider(&self, text: &str) {
        eventually(&format!("a page of the provider with “{text}”"), async || {
            // This asks the browser for the URL and does not read `location`. If the provider sends an empty page, the
            // browser shows its own error page, which has another `location`.
            let is_there = self.app.browser.url().await.starts_with(self.provider.origin());
            let script = "return document.body.innerText.includes(arguments[0])";
            match is_there && self.app.browser.try_eval::<bool>(script, vec![text.into()]).await? {
                true => Ok(()),
                false => Err(self.app.browser.seen().await),
            }
        })
        .await;
    }

    /// The authorization responses that the app's host received.
    pub fn responses(&self) -> Vec<Hit> {
        let is_response = |hit: &Hit| {
            let mut names = hit.query.split('&').filter_map(|part| part.split('=').next());
            names.any(|name| name == "code" || name == "error")
        };
        self.site.hits().into_iter().filter(is_response).collect()
    }

    /// Waits for exactly this number of authorization responses.
    pub async fn has_responses(&self, count: usize) -> Vec<Hit> {
        eventually(&format!("{count} authorization responses"), async || {
            let responses = self.responses();
            if responses.len() == count { Ok(responses) } else { Err(format!("{responses:?}")) }
        })
        .await
    }

    /// Deletes the provider's cookies in the browser, so that it has no session. Cookies are shared by all ports of a
    /// host, so this works from the app's page.
    pub async fn forget_the_session(&self) {
        self.app.browser.forget_cookies().await;
    }
}

impl Drop for ForeignWorld {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}{}", self.provider.output(), self.app.browser.output());
            for hit in self.site.hits() {
                eprintln!("  site: {} {} {}", hit.status, hit.method, hit.path);
            }
        }
    }
}
