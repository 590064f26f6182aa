//! The session for Leptos: a `Copy` handle with signals, provided once and used anywhere below.
//!
//! ```text
//! Driver<P> ──on_change──> signals ──> components
//!     ▲                                    │ sign_in, sign_out
//!     └── time: each second, and on waking ┘
//! ```

use std::cell::Cell;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;

use leptos::leptos_dom::helpers::{IntervalHandle, set_interval_with_handle};
use leptos::prelude::*;
use leptos::task::spawn_local;
use zeroize::Zeroizing;

use crate::browser::wake::{Wake, on_wake};
use crate::browser::{BrowserPlatform, navigation};
use crate::protocol::config::Config;
use crate::route::Route;
use crate::session::driver::{Driver, ProviderStatus};
use crate::session::platform::Platform;
use crate::session::state::SessionState;

/// The session of this tab. Copy it freely; it holds no token, only the way to ask for things.
#[derive(Clone, Copy)]
pub struct Session {
    state: RwSignal<SessionState>,
    provider: RwSignal<ProviderStatus>,
    expires_in: RwSignal<Option<u32>>,
    config: StoredValue<Arc<Config>>,
    commands: StoredValue<Rc<dyn Commands>, LocalStorage>,
}

/// What a handle can ask for, whatever the platform is.
trait Commands {
    fn sign_in(&self, return_to: String);
    fn sign_out(&self);
}

/// A driver at work: its timer, and the futures that it runs.
struct Running<P: 'static> {
    driver: Rc<Driver<P>>,
}

impl<P: Platform + 'static> Commands for Running<P> {
    fn sign_in(&self, return_to: String) {
        let driver = Rc::clone(&self.driver);
        spawn_local(async move { driver.sign_in(&return_to).await });
    }

    fn sign_out(&self) {
        self.driver.sign_out();
    }
}

/// Starts the session of this tab and provides it to everything below.
///
/// It takes query and fragment out of the address bar at once, before anything else can read them; on the callback
/// page it finishes the sign-in, elsewhere it fetches the provider's metadata while the person reads the page.
pub fn provide_session(config: Config) -> Session {
    let taken = navigation::take_answer();
    provide_session_on(BrowserPlatform::new(), config, taken)
}

/// [`provide_session`] with the answer that the page has taken already (boot.js does), and with any platform.
pub fn provide_session_on<P: Platform + 'static>(platform: P, config: Config, taken: String) -> Session {
    let taken = Zeroizing::new(taken);
    let route = Route::parse(&navigation::path(), &config);
    let session = Session::start(platform, config, |driver| match route {
        Route::Callback => spawn_local(async move {
            driver.resume(taken).await;
            // Signed in, nothing more is needed; otherwise the next click should be quick.
            if driver.state().is_authenticated() != Some(true) {
                driver.prepare().await;
            }
        }),
        Route::SignedOut => {
            driver.returned_from_sign_out(&taken);
            spawn_local(async move { driver.prepare().await });
        }
        Route::Home | Route::NotFound => spawn_local(async move { driver.prepare().await }),
    });
    provide_context(session);
    session
}

/// The session that [`provide_session`] has started above this component, if any.
pub fn use_session() -> Option<Session> {
    use_context()
}

impl Session {
    fn start<P: Platform + 'static>(platform: P, config: Config, begin: impl FnOnce(Rc<Driver<P>>)) -> Self {
        let state = RwSignal::new(SessionState::Unauthenticated(crate::session::state::Why::NotYet));
        let provider = RwSignal::new(ProviderStatus::Unknown);
        let expires_in = RwSignal::new(None);
        let config = Arc::new(config);
        let shared = Arc::clone(&config);
        let driver = Rc::new_cyclic(|weak: &Weak<Driver<P>>| {
            let (weak, timer) = (weak.clone(), Cell::new(None::<IntervalHandle>));
            let on_change = move || {
                let Some(driver) = weak.upgrade() else { return };
                state.set(driver.state());
                expires_in.set(driver.expires_in());
                if provider.with_untracked(|known| *known != driver.provider()) {
                    provider.set(driver.provider());
                }
                tick_while_needed(&driver, &timer, expires_in);
            };
            Driver::new(platform, config, Box::new(on_change))
        });
        let waking = Rc::downgrade(&driver);
        on_wake(move |wake| {
            if let Some(driver) = waking.upgrade() {
                match wake {
                    Wake::Seen => driver.tick(),
                    Wake::Restored => driver.page_restored(),
                }
            }
        });
        let session = Self {
            state,
            provider,
            expires_in,
            config: StoredValue::new(shared),
            commands: StoredValue::new_local(Rc::new(Running { driver: Rc::clone(&driver) })),
        };
        begin(driver);
        session
    }

    /// Who is signed in.
    pub fn state(&self) -> Signal<SessionState> {
        self.state.into()
    }

    /// What is known of the provider before anybody presses the button.
    pub fn provider(&self) -> Signal<ProviderStatus> {
        self.provider.into()
    }

    /// Whole seconds until the session ends, counting down; `None` when nobody is signed in.
    pub fn expires_in(&self) -> Signal<Option<u32>> {
        self.expires_in.into()
    }

    /// Whether somebody is signed in; `None` while a callback is being read. It tracks the state.
    pub fn is_authenticated(&self) -> Option<bool> {
        self.state.with(SessionState::is_authenticated)
    }

    /// The configuration.
    pub fn config(&self) -> Arc<Config> {
        self.config.get_value()
    }

    /// Leaves for the provider's sign-in page and comes back to the page where the person is now.
    pub fn sign_in(&self) {
        self.commands.with_value(|commands| commands.sign_in(navigation::path()));
    }

    /// Signs out here, and then at the provider.
    pub fn sign_out(&self) {
        self.commands.with_value(|commands| commands.sign_out());
    }
}

/// Runs a timer of one second exactly while something depends on the time.
fn tick_while_needed<P: Platform + 'static>(
    driver: &Rc<Driver<P>>,
    timer: &Cell<Option<IntervalHandle>>,
    expires_in: RwSignal<Option<u32>>,
) {
    let is_needed = matches!(driver.state(), SessionState::Authenticated(_) | SessionState::Redirecting { .. });
    match (is_needed, timer.take()) {
        (true, None) => {
            let driver = Rc::downgrade(driver);
            let tick = move || {
                if let Some(driver) = driver.upgrade() {
                    driver.tick();
                    let left = driver.expires_in();
                    if expires_in.get_untracked() != left {
                        expires_in.set(left);
                    }
                }
            };
            timer.set(set_interval_with_handle(tick, Duration::from_secs(1)).ok());
        }
        (true, handle) => timer.set(handle),
        (false, Some(handle)) => handle.clear(),
        (false, None) => {}
    }
}
