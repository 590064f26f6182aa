//! The environment of one test. Tests share no part of it.

use serde_json::{Value, json};

use crate::app::{App, Session, Shown};
use crate::browser::{Browser, BrowserOptions};
use crate::environment::Environment;
use crate::provider::{Provider, Request};
use crate::sign_in_page::SignInPage;
use crate::site::Site;
use crate::wait::eventually;

/// How a world differs from the default.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The lifetime of an access token, in seconds.
    pub token_life: Option<u32>,
    /// The app is served below `/app/`.
    pub under_app: bool,
    /// Serves the example app instead of the app.
    pub example: bool,
    /// The browser blocks all storage of pages.
    pub storage_blocked: bool,
    /// The host allows other pages to show the app in a frame.
    pub framable: bool,
    /// The Back button loads the page again, without the back/forward cache. Browsers also do that when memory is
    /// short.
    pub no_page_cache: bool,
    /// A host name that the browser resolves to this machine.
    pub name_of_this_machine: Option<&'static str>,
    /// Members of config.json that replace those of the build.
    pub config: Value,
}

/// What the provider asks the user during a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interaction {
    /// To choose a user and to consent.
    SignInAndConsent,
    /// Nothing: the provider has a session and the consent, and redirects back immediately.
    None,
}

impl Interaction {
    /// `SignInAndConsent` for the first sign-in (index 0), `None` for later sign-ins.
    pub fn at(index: usize) -> Self {
        if index == 0 { Self::SignInAndConsent } else { Self::None }
    }
}

/// The app, its host, its provider and a browser.
pub struct World {
    /// The app, as a user sees it.
    pub app: App,
    /// The provider.
    pub provider: Provider,
    /// The host of the app.
    pub site: Site,
    /// The text of config.json as built.
    shipped: String,
}

impl World {
    /// A world with the default settings, which are those of `cargo xtask serve`.
    pub async fn new() -> Self {
        Self::with(Setup::default()).await
    }

    /// A world that differs from the default.
    pub async fn with(setup: Setup) -> Self {
        let environment = Environment::read();
        let (dist, path) = match setup {
            Setup { example: true, .. } => (&environment.dist_example, "/"),
            Setup { under_app: true, .. } => (&environment.dist_app, "/app/"),
            _ => (&environment.dist, "/"),
        };
        let site = Site::start(dist, path, setup.framable).await;
        let browser_options = BrowserOptions {
            storage_blocked: setup.storage_blocked,
            no_page_cache: setup.no_page_cache,
            name_of_this_machine: setup.name_of_this_machine,
        };
        let (provider, browser) = tokio::join!(
            Provider::start(&environment, &site.base, setup.token_life),
            Browser::start(&environment.driver, &browser_options, site.first_script()),
        );
        let shipped = site.read("config.json");
        let world = Self { app: App { browser, base: site.base.clone() }, provider, site, shipped };
        world.configure(&setup.config);
        world
    }

    /// Writes the config.json of the build for this provider, with these members replaced.
    pub fn configure(&self, members: &Value) {
        let shipped = self.shipped.replace("http://localhost:9400", &self.provider.url);
        let mut config: Value = serde_json::from_str(&shipped).unwrap();
        for (name, value) in members.as_object().into_iter().flatten() {
            config[name] = value.clone();
        }
        self.site.configure(&config);
    }

    /// The provider's pages.
    pub fn sign_in_page(&self) -> SignInPage<'_> {
        SignInPage { browser: &self.app.browser, url: &self.provider.url }
    }

    /// Chooses the second company as Ola in the window that has just opened, and waits until that window has closed.
    pub async fn choose_second_company_in_the_window(&self) {
        let page = self.app.browser.switch_to_the_opened_window().await;
        self.sign_in_page().choose_ola().await;
        self.sign_in_page().choose_second_company().await;
        self.app.browser.is_alone_with(page).await;
    }

    /// Opens the app, signs in as Kari, and waits until she is signed in.
    pub async fn sign_in_as_kari(&self) -> Session<'_> {
        self.app.open().await;
        self.app.press_sign_in().await;
        self.consent_as_kari().await;
        self.app.session().await
    }

    /// Opens the app, signs in as Ola for his first company, and waits until he is signed in. Ola has to choose a
    /// company and to consent to its API.
    pub async fn sign_in_as_ola(&self) -> Session<'_> {
        self.app.open().await;
        self.app.press_sign_in().await;
        self.consent_as_ola().await;
        self.app.session().await
    }

    /// Opens the app and signs in with the session that the provider still has.
    pub async fn sign_in_again(&self) -> Session<'_> {
        self.app.open().await;
        self.app.press_sign_in().await;
        self.app.session().await
    }

    /// Completes the provider's pages at the first sign-in, as Kari.
    pub async fn consent_as_kari(&self) {
        let page = self.sign_in_page();
        page.choose_kari().await;
        page.allow().await;
    }

    /// Completes the provider's pages at the first sign-in, as Ola.
    pub async fn consent_as_ola(&self) {
        let page = self.sign_in_page();
        page.choose_ola().await;
        page.choose_first_company().await;
        page.allow().await;
    }

    /// Opens the app, signs in and returns to the app. Does not check the result there.
    pub async fn sign_in_and_return(&self) {
        self.app.open().await;
        self.press_and_return(Interaction::SignInAndConsent).await;
    }

    /// Presses the sign-in button and returns to the app, on a new page. Does not check the result there.
    pub async fn press_and_return(&self, interaction: Interaction) {
        self.app.browser.mark_the_page().await;
        self.app.press_sign_in().await;
        match interaction {
            Interaction::SignInAndConsent => self.consent_as_kari().await,
            Interaction::None => {}
        }
        self.app.browser.is_not_the_marked_page().await;
    }

    /// Presses the sign-out button and returns to the app, on a new page. Does not check the result there.
    pub async fn sign_out_and_return(&self) {
        self.app.browser.mark_the_page().await;
        self.app.session().await.sign_out().await;
        self.app.browser.is_not_the_marked_page().await;
    }

    /// Opens the app, chooses Kari at the provider and declines the consent. Returns the error that the app shows.
    pub async fn decline_as_kari(&self) -> Shown {
        self.app.open().await;
        self.app.press_sign_in().await;
        let page = self.sign_in_page();
        page.choose_kari().await;
        page.decline().await;
        self.app.error_is("access_denied").await
    }

    /// Signs in as Kari until the callback page opens. The wasm module of that page does not load until
    /// [`Site::release`] is called.
    pub async fn wait_at_the_callback_for_the_module(&self) {
        self.app.open().await;
        self.app.press_sign_in().await;
        let page = self.sign_in_page();
        page.choose_kari().await;
        // The module is in the browser's cache. If the module has a new name, the browser must request it again.
        self.site.rename_wasm();
        self.site.hold(".wasm");
        page.allow().await;
        self.app.heading_is("Signing you in").await;
    }

    /// Starts a renewal in a window and cancels it there. Returns the app's message about the canceled renewal.
    pub async fn decline_a_renewal(&self) -> Shown {
        self.provider.end_sessions().await;
        self.app.press("renew").await;
        let opener = self.app.browser.switch_to_the_opened_window().await;
        self.sign_in_page().cancel().await;
        self.app.browser.is_alone_with(opener).await;
        self.app.part("renewal-error").await
    }

    /// Calls an API that requires step-up authentication, and waits until the app offers that authentication.
    pub async fn call_an_api_that_demands_a_second_step(&self) {
        let challenge = "Bearer error=\"insufficient_user_authentication\", acr_values=\"urn:idp:vismaconnect:mfa\"";
        self.provider
            .set_faults(json!({ "api": { "status": 401, "headers": { "WWW-Authenticate": challenge } } }))
            .await;
        self.app.press("call-api").await;
        self.app.api_result_is("step_up_required").await;
    }

    /// Waits until the provider's log has a token request with its form, and returns the first such request.
    pub async fn first_token_request(&self) -> Request {
        eventually("the token request", async || {
            let request = self.provider.token_requests().await.into_iter().find(|request| request.form.is_some());
            request.ok_or(self.app.browser.seen().await)
        })
        .await
    }

    /// Prints the output of the provider and the browser, and the requests that the host received.
    pub fn print_what_happened(&self) {
        eprintln!("{}{}", self.provider.output(), self.app.browser.output());
        for hit in self.site.hits() {
            eprintln!("  site: {} {} {}", hit.status, hit.method, hit.path);
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.print_what_happened();
        }
    }
}
