//! The session for Leptos: a `Copy` handle with tracked reads, provided once and used in all components below.
//!
//! ```text
//! Driver<P> ──on_change──> triggers ──> components
//!     ▲                                    │ Action
//!     └── clock: each second, on waking ───┘
//! ```

use std::cell::Cell;
use std::pin::Pin;
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
use crate::session::driver::{Driver, Parts, ProviderStatus, SessionMemory};
use crate::session::renewal::{RenewIn, Renewal};
use crate::session::route::Route;
use crate::session::state::{SessionState, SignedOutReason, User};

/// The session of this tab. It is `Copy`. It holds no token, only the means to ask for things.
///
/// Reading methods return the current value and are tracked: an effect or view that calls one runs again when the
/// value may have changed. The session ends with the component that provided it, and the token is dropped then. A
/// handle that outlives it reports that the user is signed out.
#[derive(Clone, Copy)]
pub struct Session {
    running: StoredValue<Rc<RunningSession>, LocalStorage>,
    config: &'static Config,
}

/// The driver, and what notifies Leptos.
struct RunningSession {
    driver: Rc<dyn DriverHandle>,
    /// Notified when [`SessionMemory`] may have changed.
    changed: ArcTrigger,
    /// Notified each second while the time matters.
    ticked: ArcTrigger,
}

/// The session ends with the component that provided it. Requests on their way are dropped.
impl Drop for RunningSession {
    fn drop(&mut self) {
        self.driver.stop();
    }
}

/// A driver on any platform.
trait DriverHandle {
    fn memory(&self) -> &SessionMemory;
    fn expires_in(&self) -> Option<u32>;
    fn was_signed_in(&self) -> bool;
    fn keep(&self, name: &str, value: &str) -> bool;
    fn start(self: Rc<Self>, action: Action);
    fn call(self: Rc<Self>, api: String, request: ApiRequest) -> Call;
    fn stop(&self);
}

/// What a page can start.
enum Action {
    /// A sign-in that returns to this page.
    SignIn(String, SignInOptions),
    /// A renewal that returns to this page. Without options it repeats the last one.
    Renew(RenewIn, String, Option<SignInOptions>),
    CancelRenewal,
    /// Ends the wait of calls to this API that wait for a renewal.
    StopWaiting(String),
    SignOut,
}

/// A call on its way. Dropping it ends the request.
type Call = Pin<Box<dyn Future<Output = Result<ApiResponse, ApiError>>>>;

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
            // Browsers open a window only while the click is being handled.
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
        Box::pin(async move { P::call(&self, &api, &request).await })
    }

    fn stop(&self) {
        self.stop();
    }
}

/// Starts the session of this tab and provides it to everything below.
///
/// On the callback page it takes query and fragment out of the address bar at once, before anything else can read
/// them, and finishes the sign-in; elsewhere it fetches the provider's metadata while the user reads the page. The
/// query and fragment of any other page are the app's own, and stay.
pub fn provide_session(config: Config) -> Session {
    let takes_query = Route::parse(&navigation::path(), &config).takes_query();
    let authorization_response = if takes_query { navigation::take_response() } else { navigation::take_held() };
    provide_session_on(BrowserPlatform::new(), config, authorization_response)
}

/// [`provide_session`] on any platform, with the response that the page has taken already.
pub fn provide_session_on<P: Parts>(platform: P, config: Config, authorization_response: String) -> Session {
    let session = start_session_on(platform, config, authorization_response);
    provide_context(session);
    session
}

/// [`provide_session`] with the response that the page has taken already, for an app that hands the session on itself.
pub fn start_session(config: Config, authorization_response: String) -> Session {
    start_session_on(BrowserPlatform::new(), config, authorization_response)
}

/// [`provide_session_on`] for an app that hands the session on itself, and does not call [`use_session`].
pub fn start_session_on<P: Parts>(platform: P, config: Config, authorization_response: String) -> Session {
    let authorization_response = Zeroizing::new(authorization_response);
    let path = navigation::path();
    let route = Route::parse(&path, &config);
    if !route.takes_query() && !authorization_response.is_empty() {
        // It was taken before the configuration said which page is the callback.
        navigation::replace_url(&[&*path, &authorization_response].concat());
    }
    Session::start(platform, config, |driver| match route {
        Route::Callback => start_now(async move {
            if driver.open_callback() {
                P::run_deferred(&driver, Deferred::FinishCallback(authorization_response)).await;
            }
            // Signed in, nothing more is needed; otherwise the next click should be quick.
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

/// Runs the future up to where it first waits before anything else, and the rest when its time comes: the user must
/// not count as signed out while the callback is about to be read.
fn start_now(future: impl Future<Output = ()> + 'static) {
    let mut future = Box::pin(future);
    if future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
        spawn_local(future);
    }
}

/// The session that [`provide_session`] has started above this component, if any.
pub fn use_session() -> Option<Session> {
    use_context()
}

impl Session {
    fn start<P: Parts>(platform: P, config: Config, begin: impl FnOnce(Rc<Driver<P>>)) -> Self {
        let (changed, ticked) = (ArcTrigger::new(), ArcTrigger::new());
        // A page has one configuration for as long as it lives.
        let config: &'static Config = Box::leak(Box::new(config));
        let driver = Rc::new_cyclic(|weak: &Weak<Driver<P>>| {
            let (weak, is_looking) = (weak.clone(), Rc::new(Cell::new(false)));
            let (changed, ticked) = (changed.clone(), ticked.clone());
            let on_change = move || {
                if !is_looking.get() {
                    keep_looking(weak.clone(), Rc::clone(&is_looking), ticked.clone());
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
                        // What was on its way when the page left did not come.
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
        // It ends with `stop`, which the end of `RunningSession` calls.
        spawn_local(async move { P::run_deferred(&listening, Deferred::Listen).await });
        let running = Rc::new(RunningSession { driver: Rc::<Driver<P>>::clone(&driver), changed, ticked });
        let session = Self { running: StoredValue::new_local(running), config };
        begin(driver);
        session
    }

    /// The session, while it runs. Tracks every change of [`SessionMemory`].
    fn tracked(&self) -> Option<Rc<RunningSession>> {
        let running = self.running.try_get_value()?;
        running.changed.track();
        Some(running)
    }

    fn start_action(&self, action: Action) {
        if let Some(running) = self.running.try_get_value() {
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

    /// What is known of the provider before a sign-in starts.
    pub fn provider(&self) -> ProviderStatus {
        self.tracked().map_or(ProviderStatus::Unknown, |running| running.driver.memory().provider())
    }

    /// Whole seconds until the session ends; `None` when the user is signed out. Tracked each second while the end is
    /// near.
    pub fn expires_in(&self) -> Option<u32> {
        let running = self.running.try_get_value()?;
        running.ticked.track();
        running.driver.expires_in()
    }

    /// Whether the user is signed in; `None` while a callback is being read.
    pub fn is_authenticated(&self) -> Option<bool> {
        self.state().is_authenticated()
    }

    /// The configuration.
    pub fn config(&self) -> &'static Config {
        self.config
    }

    /// The signed-in user; `None` when the user is signed out.
    pub fn user(&self) -> Option<User> {
        self.state().signed_in().cloned()
    }

    /// The renewal that is under way, or the last one if it failed.
    pub fn renewal(&self) -> Renewal {
        self.tracked().map_or(Renewal::None, |running| running.driver.memory().renewal())
    }

    /// Whether this browser had a session that did not end with a sign-out. A button may then read "Continue".
    pub fn was_signed_in(&self) -> bool {
        self.tracked().is_some_and(|running| running.driver.was_signed_in())
    }

    /// Whether another tab of this browser is signed in as another user.
    pub fn other_user_in_another_tab(&self) -> bool {
        self.tracked().is_some_and(|running| running.driver.memory().other_user_in_another_tab())
    }

    /// Whether the provider lets the user choose another account or company (`Prompt::SelectAccount`), according to its
    /// metadata. Not tracked: it does not change while a page shows a session.
    pub fn can_select_account(&self) -> bool {
        let running = self.running.try_get_value();
        running.is_some_and(|running| running.driver.memory().can_select_account(self.config))
    }

    /// Leaves for the provider's sign-in page and returns to the current page, or to `options.return_to`. If the user
    /// is signed in, or was until the session expired, this is [`renew_with`](Self::renew_with) in this tab: the
    /// session stays until the response has been accepted.
    pub fn sign_in(&self, options: SignInOptions) {
        let state = untrack(|| self.state());
        if state.is_authenticated() == Some(true) || matches!(state, SessionState::Expired) {
            self.renew_with(RenewIn::Tab, options);
        } else {
            self.start_action(Action::SignIn(navigation::place(), options));
        }
    }

    /// Gets a new token for the signed-in user, in a small window. [`renewal`](Self::renewal) reports the progress.
    /// Call it from a click handler: browsers open a window only then.
    pub fn renew(&self) {
        self.renew_with(RenewIn::Window, SignInOptions::default());
    }

    /// [`renew`](Self::renew), in a window or in this tab, with further requests: another company, more scopes, a
    /// stronger sign-in.
    pub fn renew_with(&self, place: RenewIn, options: SignInOptions) {
        self.start_action(Action::Renew(place, navigation::place(), Some(options)));
    }

    /// Repeats the last renewal with the same options, for example in another place.
    pub fn retry_renewal(&self, place: RenewIn) {
        self.start_action(Action::Renew(place, navigation::place(), None));
    }

    /// Stops waiting for the other window, or removes the error of the last renewal.
    pub fn cancel_renewal(&self) {
        self.start_action(Action::CancelRenewal);
    }

    /// The API with this name in the configuration. It is the only way to use the token.
    pub fn api(&self, name: &str) -> Api {
        Api { session: *self, name: name.to_owned() }
    }

    /// Keeps the value of a form field for this user: during a renewal, and while this tab is at the provider. Returns
    /// whether it was kept. It is not kept when the user is signed out, when there is too much (100 fields, 50 000
    /// bytes), or when the value contains the token. Never pass a password.
    pub fn keep(&self, name: &str, value: &str) -> bool {
        self.running.try_get_value().is_some_and(|running| running.driver.keep(name, value))
    }

    /// The value that [`keep`](Self::keep) has kept. Not tracked: a form reads it once, when it is built.
    pub fn kept(&self, name: &str) -> Option<String> {
        self.running.try_get_value()?.driver.memory().kept(name)
    }

    /// Signs out here, and then at the provider.
    pub fn sign_out(&self) {
        self.start_action(Action::SignOut);
    }
}

/// One API of the configuration.
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
    /// Sends `GET` for a path below the API's `base_url`.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn get(&self, path: &str) -> Result<ApiResponse, ApiError> {
        self.call(ApiRequest::get(path)).await
    }

    /// Calls the API. When the API refuses the token, a request that only reads waits for a renewal and is then sent
    /// again. Any other request returns the error. Dropping the future ends the request.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn call(&self, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        // The future must not hold the session, which ends with the component that provided it.
        let driver = self.session.running.try_get_value().map(|running| Rc::clone(&running.driver));
        match driver.map(|driver| driver.call(self.name.clone(), request)) {
            Some(call) => call.await,
            None => Err(ApiError::SessionEnded),
        }
    }

    /// Whether the API has refused the current token. A renewal may help; at Visma also another company.
    pub fn is_refused(&self) -> bool {
        self.session.tracked().is_some_and(|running| running.driver.memory().is_refused(&self.name))
    }

    /// The options for [`Session::renew_with`] that may help after this error. `None` when no renewal helps.
    pub fn asks_for(&self, error: &ApiError) -> Option<SignInOptions> {
        error.asks_for(self.session.config().apis().iter().find(|api| api.name() == self.name)?)
    }

    /// Accepts the refusal: a call that waits for a renewal returns its error.
    pub fn stop_waiting(&self) {
        self.session.start_action(Action::StopWaiting(self.name.clone()));
    }
}

/// Looks at the clocks when the driver says, for as long as it says so.
fn keep_looking<P: Parts>(driver: Weak<Driver<P>>, is_looking: Rc<Cell<bool>>, ticked: ArcTrigger) {
    let next = driver.upgrade().and_then(|driver| driver.next_look_ms());
    is_looking.set(next.is_some());
    let Some(ms) = next else { return };
    let look = move || {
        if let Some(driver) = driver.upgrade() {
            driver.tick();
        }
        ticked.notify();
        keep_looking(driver, is_looking, ticked);
    };
    set_timeout(look, Duration::from_millis(u64::from(ms)));
}
