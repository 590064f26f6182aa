//! The session for Leptos. [`Session`] is a `Copy` handle. An app provides it once. All components below it read the
//! session through this handle, and these reads are tracked.
//!
//! ```text
//! Driver<P> ──on_change──> triggers ──> components
//!     ▲                                    │ Action
//!     └── clock: each second, on wake ─────┘
//! ```

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::task::{Context, Waker};
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use zeroize::Zeroizing;

use crate::browser::wake::{Wake, on_wake};
use crate::browser::{BrowserPlatform, navigation, panic, tabs};
use crate::protocol::config::Config;
use crate::protocol::options::SignInOptions;
use crate::session::api::{ApiError, ApiRequest, ApiResponse};
use crate::session::deferred::{Deferred, Immediate};
use crate::session::driver::{Call, Driver, Parts, ProviderStatus, SessionMemory};
use crate::session::renewal::{RenewIn, Renewal};
use crate::session::route::Route;
use crate::session::state::{SessionState, SignedOutReason, User};

/// The session of this tab. It is `Copy`, and it gives no access to the token.
///
/// The methods that read return the current value. They are tracked, unless their documentation says otherwise: an
/// effect or view that calls such a method runs again when the value may have changed.
///
/// When the component that provided the session is removed, the session ends and the token is dropped. A handle that
/// still exists then reports that the user is signed out. This includes the functions that `on_cleanup` runs for that
/// component.
///
/// # Example
///
/// ```no_run
/// # use leptos::prelude::*;
/// # use visma_connect::{Prompt, RenewIn, SignInOptions, use_session};
/// # #[component]
/// # fn Account() -> impl IntoView {
/// let session = use_session()?;
/// let time_left = move || session.expires_in().map(|seconds| format!("{} minutes left", seconds / 60));
/// let other_company = move |_| {
///     let options = SignInOptions { prompt: Some(Prompt::SelectAccount), ..SignInOptions::default() };
///     session.renew_with(RenewIn::Tab, options);
/// };
/// Some(view! {
///     <p>{time_left}</p>
///     <button on:click=other_company>"Switch company"</button>
/// })
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Session {
    /// The index in [`RUNNING`].
    index: usize,
    config: &'static Config,
}

thread_local! {
    /// The sessions of this page, in the order of their start. When a session ends, its entry becomes `None`.
    ///
    /// A `StoredValue` would work too. But it compares the current thread with the thread of the value. The code of the
    /// standard library for this has its own allocator, which adds 2 kB brotli to the first load.
    static RUNNING: RefCell<Vec<Option<Rc<RunningSession>>>> = const { RefCell::new(Vec::new()) };
}

/// The driver, and the triggers that notify Leptos.
struct RunningSession {
    driver: Rc<dyn DriverHandle>,
    /// Notified when [`SessionMemory`] may have changed.
    changed: ArcTrigger,
    /// Notified each second while the state depends on the time, and whenever `changed` is notified.
    ticked: ArcTrigger,
}

/// Ends the session when the component that provided it is removed. Running requests are aborted.
impl Drop for RunningSession {
    fn drop(&mut self) {
        self.driver.stop();
    }
}

/// A [`Driver`] without its type parameter, so that [`Session`] has none.
trait DriverHandle {
    fn memory(&self) -> &SessionMemory;
    fn expires_in(&self) -> Option<u32>;
    fn was_signed_in(&self) -> bool;
    fn keep(&self, name: &str, value: &str) -> bool;
    fn start(self: Rc<Self>, action: Action);
    fn call(self: Rc<Self>, api: String, request: ApiRequest) -> Call;
    fn stop(&self);
}

/// Work that a page can start.
enum Action {
    /// A sign-in. The text is the page to return to: path, query and fragment.
    SignIn(String, SignInOptions),
    /// A renewal. The text is the page to return to: path, query and fragment. `None` repeats the options of the last
    /// renewal.
    Renew(RenewIn, String, Option<SignInOptions>),
    CancelRenewal,
    /// Calls of this API that wait for a new token stop waiting, and return `TokenRefused`.
    StopWaiting(String),
    SignOut,
}

impl<P: Parts> DriverHandle for Driver<P> {
    fn memory(&self) -> &SessionMemory {
        self.memory()
    }

    fn expires_in(&self) -> Option<u32> {
        self.expires_in()
    }

    fn was_signed_in(&self) -> bool {
        self.was_signed_in()
    }

    fn keep(&self, name: &str, value: &str) -> bool {
        P::run_now(self, Immediate::Keep(name, value))
    }

    fn start(self: Rc<Self>, action: Action) {
        match action {
            Action::SignIn(return_to, options) => {
                spawn_local(async move { self.sign_in_with(&return_to, options).await });
            }
            // Poll the future now, because browsers open a window only while they handle a click.
            Action::Renew(place, return_to, options) => {
                start_now(async move { P::run_deferred(&self, Deferred::Renew(place, return_to, options)).await });
            }
            Action::CancelRenewal => self.cancel_renewal(),
            Action::StopWaiting(api) => self.stop_waiting(&api),
            Action::SignOut => {
                P::run_now(&self, Immediate::SignOut);
            }
        }
    }

    fn call(self: Rc<Self>, api: String, request: ApiRequest) -> Call {
        P::call(self, api, request)
    }

    fn stop(&self) {
        self.stop();
    }
}

/// Starts the session of this tab, and provides it to the current component and all components below it. They get it
/// with [`use_session`]. Call it once, and before a router reads the address.
///
/// What it does next depends on the page:
/// - On the callback page, the signed-out page and `initiate`, it removes query and fragment from the address bar
///   before it returns, so that code which runs later cannot read them. Then it finishes the sign-in, reads the
///   result of the sign-out, or starts the requested sign-in.
/// - On `sign-out` it starts no sign-in. It fetches the provider's metadata.
/// - On any other page, query and fragment belong to the app and stay. It fetches the provider's metadata, so that a
///   later sign-in starts without a delay. If the configuration has `"restore": "redirect"` and this browser had a
///   session, it first tries to continue that session at the provider, without a click.
///
/// # Example
///
/// ```no_run
/// # use leptos::prelude::*;
/// # use visma_connect::{Config, SignInButton, SignedIn, SignedOut, provide_session};
/// #[component]
/// fn App(config: Config) -> impl IntoView {
///     provide_session(config);
///     view! {
///         <SignedOut><SignInButton/></SignedOut>
///         <SignedIn>"Your work"</SignedIn>
///     }
/// }
/// ```
pub fn provide_session(config: Config) -> Session {
    let takes_query = Route::parse(&navigation::path(), &config).takes_query();
    let authorization_response =
        if takes_query { navigation::take_response() } else { navigation::take_stored_response() };
    provide_session_on(BrowserPlatform::new(), config, authorization_response)
}

/// Does what [`provide_session`] does, but on any platform, and with an authorization response that the caller has
/// removed from the address bar. Only the tests of this repository call it.
pub fn provide_session_on<P: Parts>(platform: P, config: Config, authorization_response: String) -> Session {
    let session = start_session_on(platform, config, authorization_response);
    provide_context(session);
    session
}

/// Starts the session of this tab, but does not provide it to components, so [`use_session`] does not find it. It is
/// for an app that passes the session as an argument. Most apps call [`provide_session`] instead.
///
/// `authorization_response` is `location.search + location.hash`, which a start script has already removed from the
/// address bar. It is empty if there was none. On a page that is not the callback page, the signed-out page or
/// `initiate`, it is put back into the address bar.
pub fn start_session(config: Config, authorization_response: String) -> Session {
    start_session_on(BrowserPlatform::new(), config, authorization_response)
}

/// Does what [`start_session`] does, on any platform.
pub fn start_session_on<P: Parts>(platform: P, config: Config, authorization_response: String) -> Session {
    let authorization_response = Zeroizing::new(authorization_response);
    let path = navigation::path();
    let route = Route::parse(&path, &config);
    if !route.takes_query() && !authorization_response.is_empty() {
        // Query and fragment were removed from the address before the configuration was known. On this page they belong
        // to the app.
        navigation::replace_url(&[&*path, &authorization_response].concat());
    }
    Session::start(platform, config, |driver| match route {
        Route::Callback => start_now(async move {
            if driver.open_callback() {
                P::run_deferred(&driver, Deferred::FinishCallback(authorization_response)).await;
            }
            // Without a session, fetch the metadata, so that the next sign-in starts without a delay.
            if driver.state().is_authenticated() != Some(true) {
                driver.prepare().await;
            }
        }),
        Route::SignedOut => {
            driver.returned_from_sign_out(&authorization_response);
            spawn_local(async move { driver.prepare().await });
        }
        Route::Initiate => {
            start_now(async move { P::run_deferred(&driver, Deferred::Initiate(authorization_response)).await })
        }
        Route::Home | Route::NotFound => {
            let place = navigation::place();
            start_now(async move {
                driver.restore(&place).await;
                P::settle(&driver).await;
            });
        }
        // Never start a silent sign-in on /sign-out.
        Route::SignOut => spawn_local(async move { driver.prepare().await }),
    })
}

/// Polls a future once now, and then runs the rest of it as a task. So on the callback page the state is `Exchanging`
/// before the first view is drawn, and a click handler can open a window.
fn start_now(future: impl Future<Output = ()> + 'static) {
    let mut future = Box::pin(future);
    if future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
        spawn_local(future);
    }
}

/// Returns the session that [`provide_session`] has provided to this component. `None` if there is none.
///
/// # Example
///
/// ```no_run
/// # use leptos::prelude::*;
/// # use visma_connect::{ProfileState, use_session};
/// #[component]
/// fn Greeting() -> impl IntoView {
///     let session = use_session()?;
///     let name = move || match session.user()?.profile() {
///         ProfileState::Loaded(profile) => profile.name.clone(),
///         _ => None,
///     };
///     Some(view! { <p>"Hello " {name}</p> })
/// }
/// ```
pub fn use_session() -> Option<Session> {
    use_context()
}

impl Session {
    fn start<P: Parts>(platform: P, config: Config, begin: impl FnOnce(Rc<Driver<P>>)) -> Self {
        let (changed, ticked) = (ArcTrigger::new(), ArcTrigger::new());
        // The configuration is used until the page is unloaded, so it is never freed.
        let config: &'static Config = Box::leak(Box::new(config));
        let driver = Rc::new_cyclic(|weak: &Weak<Driver<P>>| {
            let (weak, is_scheduled) = (weak.clone(), Rc::new(Cell::new(false)));
            let (changed, ticked) = (changed.clone(), ticked.clone());
            let on_change = move || {
                if !is_scheduled.get() {
                    schedule_tick(weak.clone(), Rc::clone(&is_scheduled), ticked.clone());
                }
                changed.notify();
                ticked.notify();
            };
            Driver::new(platform, config, Box::new(on_change))
        });
        let waking = Rc::downgrade(&driver);
        on_wake(move |wake| {
            if let Some(driver) = waking.upgrade() {
                match wake {
                    Wake::Seen => driver.tick(),
                    Wake::Restored => {
                        driver.page_restored();
                        // If the user left the page while the later part of the app was being loaded, that load has
                        // failed. Try again.
                        start_now(async move { P::settle(&driver).await });
                    }
                }
            }
        });
        let receiver = Rc::downgrade(&driver);
        tabs::on_message(move |message| {
            if let Some(driver) = receiver.upgrade() {
                start_now(async move { P::run_deferred(&driver, Deferred::HandleTabMessage(message)).await });
            }
        });
        let broken = Rc::downgrade(&driver);
        panic::on_panic(move || {
            if let Some(driver) = broken.upgrade() {
                driver.stop();
            }
        });
        let listening = Rc::clone(&driver);
        // `stop` ends this task. It is called when `RunningSession` is dropped.
        spawn_local(async move { P::run_deferred(&listening, Deferred::Listen).await });
        let running = Rc::new(RunningSession { driver: Rc::<Driver<P>>::clone(&driver), changed, ticked });
        let index = RUNNING.with_borrow_mut(|all| {
            all.push(Some(running));
            all.len() - 1
        });
        on_cleanup(move || {
            // Drop the session after the borrow of `RUNNING` has ended. Dropping it wakes tasks, which may read
            // `RUNNING`.
            let ended = RUNNING.with_borrow_mut(|all| all.get_mut(index).and_then(Option::take));
            drop(ended);
        });
        let session = Self { index, config };
        begin(driver);
        session
    }

    /// The running session, or `None` after its end.
    fn running(&self) -> Option<Rc<RunningSession>> {
        RUNNING.with_borrow(|all| all.get(self.index)?.clone())
    }

    /// Like [`running`](Self::running). Tracks every change of [`SessionMemory`].
    fn tracked(&self) -> Option<Rc<RunningSession>> {
        let running = self.running()?;
        running.changed.track();
        Some(running)
    }

    fn start_action(&self, action: Action) {
        if let Some(running) = self.running() {
            Rc::clone(&running.driver).start(action);
        }
    }

    /// The state of the session.
    pub fn state(&self) -> SessionState {
        match self.tracked() {
            Some(running) => running.driver.memory().state(),
            None => SessionState::Unauthenticated(SignedOutReason::NotYet),
        }
    }

    /// Whether the provider's metadata could be fetched. With this value, a page can show an error before the user
    /// starts a sign-in.
    pub fn provider(&self) -> ProviderStatus {
        self.tracked().map_or(ProviderStatus::Unknown, |running| running.driver.memory().provider())
    }

    /// Seconds until the session ends, rounded up. `None` while the user is signed out. Tracked: an effect that reads
    /// this value runs each second while the user is signed in.
    pub fn expires_in(&self) -> Option<u32> {
        let running = self.running()?;
        running.ticked.track();
        running.driver.expires_in()
    }

    /// Whether the user is signed in. `None` while an authorization response is being processed. `Some(false)` also in
    /// the states `Expired`, `Redirecting` and `SigningOut`.
    pub fn is_authenticated(&self) -> Option<bool> {
        self.state().is_authenticated()
    }

    /// The configuration. It never changes, so it is not tracked.
    pub fn config(&self) -> &'static Config {
        self.config
    }

    /// The signed-in user. `None` while [`is_authenticated`](Self::is_authenticated) is not `Some(true)`.
    pub fn user(&self) -> Option<User> {
        self.state().signed_in().cloned()
    }

    /// The progress of the current renewal, or the error of the last one.
    pub fn renewal(&self) -> Renewal {
        self.tracked().map_or(Renewal::None, |running| running.driver.memory().renewal())
    }

    /// Whether a user has signed in or renewed the session in this browser in the last 24 hours, and has not signed out
    /// since. The label of the sign-in button can then be "Continue". Always `false` if the configuration has
    /// `"restore": "off"`.
    pub fn was_signed_in(&self) -> bool {
        self.tracked().is_some_and(|running| running.driver.was_signed_in())
    }

    /// Whether another tab of this browser is signed in as another user.
    pub fn other_user_in_another_tab(&self) -> bool {
        self.tracked().is_some_and(|running| running.driver.memory().other_user_in_another_tab())
    }

    /// Whether the provider lets the user choose another account or company (`Prompt::SelectAccount`), according to its
    /// metadata. `true` until the metadata is known. Not tracked.
    pub fn can_select_account(&self) -> bool {
        let running = self.running();
        running.is_some_and(|running| running.driver.memory().can_select_account(self.config))
    }

    /// Starts a sign-in: leaves for the provider's sign-in page. After the sign-in the user returns to the current
    /// page, or to `options.return_to`. [`state`](Self::state) reports the progress and an error.
    ///
    /// If the user is signed in, or the session has expired, this method calls [`renew_with`](Self::renew_with) in this
    /// tab instead. Then [`renewal`](Self::renewal) reports the progress and an error, and a session that has not
    /// expired continues if the renewal fails.
    pub fn sign_in(&self, options: SignInOptions) {
        let state = untrack(|| self.state());
        if state.is_authenticated() == Some(true) || matches!(state, SessionState::Expired) {
            self.renew_with(RenewIn::Tab, options);
        } else {
            self.start_action(Action::SignIn(navigation::place(), options));
        }
    }

    /// Gets a new token for the signed-in user, or for the user of an expired session, in a small window. This page
    /// stays open. In any other state, this method does nothing. [`renewal`](Self::renewal) reports the progress and an
    /// error.
    ///
    /// Call it directly from a click handler: otherwise browsers block the window.
    pub fn renew(&self) {
        self.renew_with(RenewIn::Window, SignInOptions::default());
    }

    /// Does what [`renew`](Self::renew) does, in a window or in this tab, with these options: for example another
    /// company, more scopes, or a stronger sign-in.
    pub fn renew_with(&self, place: RenewIn, options: SignInOptions) {
        self.start_action(Action::Renew(place, navigation::place(), Some(options)));
    }

    /// Repeats the last renewal with the same options, in a window or in this tab.
    pub fn retry_renewal(&self, place: RenewIn) {
        self.start_action(Action::Renew(place, navigation::place(), None));
    }

    /// Stops waiting for the other window, or dismisses the error of the last renewal.
    pub fn cancel_renewal(&self) {
        self.start_action(Action::CancelRenewal);
    }

    /// The API with this name in the configuration. The access token is sent only to these APIs and to the provider's
    /// UserInfo endpoint. If the configuration has no API with this name, each call returns [`ApiError::Unknown`].
    pub fn api(&self, name: &str) -> Api {
        Api { session: *self, name: name.to_owned() }
    }

    /// Keeps the value of a form field, so that it still exists after a renewal in this tab. Only the same user at the
    /// same company can read it again, within ten minutes. While the browser is at the provider, the value is in
    /// sessionStorage. Never pass a password. An empty value removes the field.
    ///
    /// Returns whether the value was kept. It is not kept:
    /// - while the user is signed out; in the state `Expired` it is kept,
    /// - beyond 100 fields, or beyond 50 000 bytes for all names and values together,
    /// - if the name has more than 100 bytes,
    /// - if the value contains the access token.
    pub fn keep(&self, name: &str, value: &str) -> bool {
        self.running().is_some_and(|running| running.driver.keep(name, value))
    }

    /// The value that [`keep`](Self::keep) has kept under this name. Not tracked: a form reads it once, when it is
    /// created.
    pub fn kept(&self, name: &str) -> Option<String> {
        self.running()?.driver.memory().kept(name)
    }

    /// Signs out in all tabs of this browser, and then leaves for the provider to sign out there. After
    /// [`ProviderSession::ConfirmationNeeded`](crate::ProviderSession::ConfirmationNeeded) it only leaves for the
    /// provider, which asks the user to confirm.
    pub fn sign_out(&self) {
        self.start_action(Action::SignOut);
    }
}

/// One API of the configuration. [`Session::api`] returns it.
///
/// # Example
///
/// ```no_run
/// # use visma_connect::{ApiError, Session};
/// #[derive(serde::Deserialize)]
/// struct Organization {
///     name: String,
/// }
///
/// async fn names(session: Session) -> Result<Vec<String>, ApiError> {
///     let response = session.api("erp").get("organization").await?;
///     let organizations: Vec<Organization> = response.json()?;
///     Ok(organizations.into_iter().map(|organization| organization.name).collect())
/// }
/// ```
#[derive(Clone)]
pub struct Api {
    session: Session,
    name: String,
}

impl Api {
    /// Sends a `GET` request. `path` is relative to the API's `base_url`. See [`call`](Self::call).
    ///
    /// # Errors
    /// The same as for [`call`](Self::call).
    pub async fn get(&self, path: &str) -> Result<ApiResponse, ApiError> {
        self.call(ApiRequest::get(path)).await
    }

    /// Sends a request with the access token. Every HTTP status except 401, 429 and 403 with `insufficient_scope` is a
    /// response, not an error. Dropping the future aborts the request.
    ///
    /// When the API refuses the token (401), a `GET` or `HEAD` request waits for a new token and is then sent once
    /// more. Any other request returns the error. The wait has no time limit. It ends with a new token, with the end of
    /// the session, or with [`stop_waiting`](Self::stop_waiting).
    ///
    /// # Errors
    /// - `Unknown`: the configuration has no API with this name.
    /// - `RequestRefused`: the path is not below `base_url`, or a header is not valid. Nothing was sent.
    /// - `SessionEnded`: the user is signed out, or too little time is left. Or the session ended, or another user
    ///   signed in, during the call.
    /// - `TokenRefused`: the API refused the token (401), and the method is not `GET` or `HEAD`, or the API refused the
    ///   new token too, or [`stop_waiting`](Self::stop_waiting) was called.
    /// - `StepUpRequired`: the API responded with 401 and `insufficient_user_authentication`. The call does not wait.
    /// - `ScopeMissing`: the API responded with 403 and `insufficient_scope`.
    /// - `TooManyRequests`: the API responded with 429, or the waiting time of an earlier 429 has not passed.
    /// - `Platform`: the browser could not complete the request.
    pub async fn call(&self, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        // Hold only the driver. If the future held `RunningSession`, the session would not end when its component is
        // removed.
        let driver = self.session.running().map(|running| Rc::clone(&running.driver));
        match driver.map(|driver| driver.call(self.name.clone(), request)) {
            Some(call) => call.await,
            None => Err(ApiError::SessionEnded),
        }
    }

    /// Whether the API has refused the current token (401). A renewal may help. At Visma Connect, the token is usually
    /// for another company.
    pub fn is_refused(&self) -> bool {
        self.session.tracked().is_some_and(|running| running.driver.memory().is_refused(&self.name))
    }

    /// The options for [`Session::renew_with`] after which the API may accept the call: the missing scopes after
    /// `ScopeMissing`, a stronger sign-in after `StepUpRequired`. `None` for every other error.
    pub fn renewal_options(&self, error: &ApiError) -> Option<SignInOptions> {
        error.renewal_options(self.session.config().apis().iter().find(|api| api.name() == self.name)?)
    }

    /// Stops waiting for a new token: each waiting call of this API returns `TokenRefused`. Call it when the user does
    /// not want a renewal.
    pub fn stop_waiting(&self) {
        self.session.start_action(Action::StopWaiting(self.name.clone()));
    }
}

/// Reads the clocks after the time that [`Driver::next_tick_ms`] returns. Repeats this until `next_tick_ms` returns
/// `None`.
fn schedule_tick<P: Parts>(driver: Weak<Driver<P>>, is_scheduled: Rc<Cell<bool>>, ticked: ArcTrigger) {
    let next = driver.upgrade().and_then(|driver| driver.next_tick_ms());
    is_scheduled.set(next.is_some());
    let Some(ms) = next else { return };
    let look = move || {
        if let Some(driver) = driver.upgrade() {
            driver.tick();
        }
        ticked.notify();
        schedule_tick(driver, is_scheduled, ticked);
    };
    set_timeout(look, Duration::from_millis(u64::from(ms)));
}
