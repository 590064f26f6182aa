//! The session for Leptos: a `Copy` handle whose answers are tracked, provided once and used anywhere below.
//!
//! ```text
//! Driver<P> ──on_change──> triggers ──> components
//!     ▲                                    │ sign_in, sign_out
//!     └── time: each second, and on waking ┘
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
use crate::session::driver::{Driver, Parts, ProviderStatus};
use crate::session::renewal::{RenewIn, Renewal};
use crate::session::route::Route;
use crate::session::state::{SessionState, SignedOutReason, User};

/// The session of this tab. Copy it freely; it holds no token, only the way to ask for things.
///
/// What it returns is read anew from the driver, and tracked: an effect or a view that asks is run again when the
/// answer may have changed. It ends, token included, with the component that provided it; what still has the handle
/// then finds the user signed out.
#[derive(Clone, Copy)]
pub struct Session {
    driver: StoredValue<Rc<dyn DriverHandle>, LocalStorage>,
    config: &'static Config,
}

/// A driver at work, whatever its platform is.
trait DriverHandle {
    fn state(&self) -> SessionState;
    fn provider(&self) -> ProviderStatus;
    fn renewal(&self) -> Renewal;
    fn expires_in(&self) -> Option<u32>;
    fn was_signed_in(&self) -> bool;
    fn other_user_in_another_tab(&self) -> bool;
    fn can_select_account(&self) -> bool;
    fn is_refused(&self, api: &str) -> bool;
    fn stop_waiting(&self, api: &str);
    fn sign_in(&self, return_to: String, options: SignInOptions);
    fn renew(&self, place: RenewIn, return_to: String, options: Option<SignInOptions>);
    fn cancel_renewal(&self);
    fn sign_out(&self);
    fn keep(&self, name: &str, value: &str) -> bool;
    fn kept(&self, name: &str) -> Option<String>;
    fn call(&self, api: String, request: ApiRequest) -> Call;
    /// Runs what asked for the state or the provider again.
    fn changed(&self) -> &ArcTrigger;
    /// Runs what asked for the time again, each second.
    fn ticked(&self) -> &ArcTrigger;
}

/// A call on its way. Dropping it ends the request.
type Call = Pin<Box<dyn Future<Output = Result<ApiResponse, ApiError>>>>;

struct DriverCell<P: Parts> {
    driver: Rc<Driver<P>>,
    changed: ArcTrigger,
    ticked: ArcTrigger,
}

/// The session goes with the component that provided it, and with it what is on its way.
impl<P: Parts> Drop for DriverCell<P> {
    fn drop(&mut self) {
        self.driver.stop();
    }
}

impl<P: Parts> DriverHandle for DriverCell<P> {
    fn state(&self) -> SessionState {
        self.driver.state()
    }

    fn provider(&self) -> ProviderStatus {
        self.driver.provider()
    }

    fn expires_in(&self) -> Option<u32> {
        self.driver.expires_in()
    }

    fn renewal(&self) -> Renewal {
        self.driver.renewal()
    }

    fn was_signed_in(&self) -> bool {
        self.driver.was_signed_in()
    }

    fn other_user_in_another_tab(&self) -> bool {
        self.driver.other_user_in_another_tab()
    }

    fn can_select_account(&self) -> bool {
        self.driver.can_select_account()
    }

    fn is_refused(&self, api: &str) -> bool {
        self.driver.is_refused(api)
    }

    fn stop_waiting(&self, api: &str) {
        self.driver.stop_waiting(api);
    }

    fn sign_in(&self, return_to: String, options: SignInOptions) {
        let driver = Rc::clone(&self.driver);
        spawn_local(async move { driver.sign_in_with(&return_to, options).await });
    }

    fn renew(&self, place: RenewIn, return_to: String, options: Option<SignInOptions>) {
        let driver = Rc::clone(&self.driver);
        // Within the click: browsers open no window later.
        start_now(async move { P::run_deferred(&driver, Deferred::Renew(place, return_to, options)).await });
    }

    fn cancel_renewal(&self) {
        self.driver.cancel_renewal();
    }

    fn keep(&self, name: &str, value: &str) -> bool {
        P::run_now(&self.driver, Immediate::Keep(name, value))
    }

    fn kept(&self, name: &str) -> Option<String> {
        self.driver.kept(name)
    }

    fn call(&self, api: String, request: ApiRequest) -> Call {
        let driver = Rc::clone(&self.driver);
        Box::pin(async move { P::call(&driver, &api, &request).await })
    }

    fn sign_out(&self) {
        P::run_now(&self.driver, Immediate::SignOut);
    }

    fn changed(&self) -> &ArcTrigger {
        &self.changed
    }

    fn ticked(&self) -> &ArcTrigger {
        &self.ticked
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
        let hearing = Rc::downgrade(&driver);
        tabs::on_message(move |message| {
            if let Some(driver) = hearing.upgrade() {
                start_now(async move { P::run_deferred(&driver, Deferred::Heard(message)).await });
            }
        });
        let broken = Rc::downgrade(&driver);
        panic::on_panic(move || {
            if let Some(driver) = broken.upgrade() {
                driver.stop();
            }
        });
        let listening = Rc::clone(&driver);
        // It ends with `stop`, which the end of `DriverCell` calls.
        spawn_local(async move { P::run_deferred(&listening, Deferred::Listen).await });
        let work: Rc<dyn DriverHandle> = Rc::new(DriverCell { driver: Rc::clone(&driver), changed, ticked });
        let session = Self { driver: StoredValue::new_local(work), config };
        begin(driver);
        session
    }

    /// Who is signed in.
    pub fn state(&self) -> SessionState {
        match self.driver.try_get_value() {
            Some(driver) => {
                driver.changed().track();
                driver.state()
            }
            None => SessionState::Unauthenticated(SignedOutReason::NotYet),
        }
    }

    /// What is known of the provider before a click.
    pub fn provider(&self) -> ProviderStatus {
        match self.driver.try_get_value() {
            Some(driver) => {
                driver.changed().track();
                driver.provider()
            }
            None => ProviderStatus::Unknown,
        }
    }

    /// Whole seconds until the session ends, counting down; `None` when the user is signed out.
    pub fn expires_in(&self) -> Option<u32> {
        let driver = self.driver.try_get_value()?;
        driver.ticked().track();
        driver.expires_in()
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

    /// How far a renewal has come.
    pub fn renewal(&self) -> Renewal {
        match self.driver.try_get_value() {
            Some(driver) => {
                driver.changed().track();
                driver.renewal()
            }
            None => Renewal::None,
        }
    }

    /// Whether there was a session in this browser that was not signed out: "continue" is then the better word.
    pub fn was_signed_in(&self) -> bool {
        self.driver.try_get_value().is_some_and(|driver| {
            driver.changed().track();
            driver.was_signed_in()
        })
    }

    /// Whether another tab of this browser is signed in as another user.
    pub fn other_user_in_another_tab(&self) -> bool {
        self.driver.try_get_value().is_some_and(|driver| {
            driver.changed().track();
            driver.other_user_in_another_tab()
        })
    }

    /// Whether the provider lets the user choose another account or company (`Prompt::SelectAccount`), as far as its
    /// metadata says. Not tracked: it does not change while a page shows a session.
    pub fn can_select_account(&self) -> bool {
        self.driver.try_get_value().is_some_and(|driver| driver.can_select_account())
    }

    /// Leaves for the provider's sign-in page and comes back to the page where the user is now, or to
    /// `options.return_to`. While the user is signed in, or was until the time had passed, this is
    /// [`renew_with`](Self::renew_with) in this tab: the session stays until the response counts.
    pub fn sign_in(&self, options: SignInOptions) {
        let state = untrack(|| self.state());
        if state.is_authenticated() == Some(true) || matches!(state, SessionState::Expired) {
            self.renew_with(RenewIn::Tab, options);
        } else if let Some(driver) = self.driver.try_get_value() {
            driver.sign_in(navigation::place(), options);
        }
    }

    /// Gets a new token for who is signed in, in a small window; [`renewal`](Self::renewal) says how far that has come.
    /// Call it from a click: browsers open a window for nothing else.
    pub fn renew(&self) {
        self.renew_with(RenewIn::Window, SignInOptions::default());
    }

    /// [`renew`](Self::renew), in a window or in this tab, asking for more than the configuration does: another
    /// company, further scopes, a stronger sign-in.
    pub fn renew_with(&self, place: RenewIn, options: SignInOptions) {
        if let Some(driver) = self.driver.try_get_value() {
            driver.renew(place, navigation::place(), Some(options));
        }
    }

    /// The last renewal once more, in another place for example, asking for the same.
    pub fn retry_renewal(&self, place: RenewIn) {
        if let Some(driver) = self.driver.try_get_value() {
            driver.renew(place, navigation::place(), None);
        }
    }

    /// Gives up waiting for the other window, or puts away what a renewal has said.
    pub fn cancel_renewal(&self) {
        if let Some(driver) = self.driver.try_get_value() {
            driver.cancel_renewal();
        }
    }

    /// The API of this name in the configuration: the one way to spend the token.
    pub fn api(&self, name: &str) -> Api {
        Api { session: *self, name: name.to_owned() }
    }

    /// Keeps the value of a form's field for as long as this user is at it: over a renewal, and over the way to the
    /// provider and back in this tab. Returns whether it was kept: false when signed out, or with too much (100 fields,
    /// 50 000 bytes), and what has the token in it is not. Never give it a password.
    pub fn keep(&self, name: &str, value: &str) -> bool {
        self.driver.try_get_value().is_some_and(|driver| driver.keep(name, value))
    }

    /// What [`keep`](Self::keep) has kept. Not tracked: a form asks once, when it is built.
    pub fn kept(&self, name: &str) -> Option<String> {
        self.driver.try_get_value()?.kept(name)
    }

    /// Signs out here, and then at the provider.
    pub fn sign_out(&self) {
        if let Some(driver) = self.driver.try_get_value() {
            driver.sign_out();
        }
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
///     let answer = session.api("erp").get("organization").await?;
///     let organizations: Vec<Organization> = answer.json()?;
///     Ok(organizations.into_iter().map(|organization| organization.name).collect())
/// }
/// ```
#[derive(Clone)]
pub struct Api {
    session: Session,
    name: String,
}

impl Api {
    /// `GET`s a path beneath the API's `base_url`.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn get(&self, path: &str) -> Result<ApiResponse, ApiError> {
        self.call(ApiRequest::get(path)).await
    }

    /// Calls the API. A request that only reads and whose token the API refuses waits for a renewal, and is then sent
    /// once more; every other is handed back. Dropping the future ends the request.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn call(&self, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        // What is awaited must not hold the session: it ends with the component that provided it.
        let call = self.session.driver.try_get_value().map(|driver| driver.call(self.name.clone(), request));
        match call {
            Some(call) => call.await,
            None => Err(ApiError::SessionEnded),
        }
    }

    /// Whether the API has refused the present token: a renewal, or at Visma another company, may help.
    pub fn is_refused(&self) -> bool {
        self.session.driver.try_get_value().is_some_and(|driver| {
            driver.changed().track();
            driver.is_refused(&self.name)
        })
    }

    /// What [`Session::renew_with`] has to ask for so that this API may say yes after this error. `None` where no
    /// renewal of this kind would help.
    pub fn asks_for(&self, error: &ApiError) -> Option<SignInOptions> {
        error.asks_for(self.session.config().apis().iter().find(|api| api.name() == self.name)?)
    }

    /// Takes the refusal for a response: what waits for a renewal gets its error.
    pub fn stop_waiting(&self) {
        if let Some(driver) = self.session.driver.try_get_value() {
            driver.stop_waiting(&self.name);
        }
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
