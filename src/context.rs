//! The session for Leptos: a `Copy` handle whose answers are tracked, provided once and used anywhere below.
//!
//! ```text
//! Driver<P> ──on_change──> triggers ──> components
//!     ▲                                    │ sign_in, sign_out
//!     └── time: each second, and on waking ┘
//! ```

use std::cell::Cell;
use std::rc::{Rc, Weak};
use std::task::{Context, Waker};
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use zeroize::Zeroizing;

use crate::browser::wake::{Wake, on_wake};
use crate::browser::{BrowserPlatform, navigation, panic};
use crate::protocol::config::Config;
use crate::route::Route;
use crate::session::driver::{Driver, ProviderStatus};
use crate::session::platform::Platform;
use crate::session::state::{SessionState, Why};

/// The session of this tab. Copy it freely; it holds no token, only the way to ask for things.
///
/// What it returns is read anew from the driver, and tracked: an effect or a view that asks is run again when the
/// answer may have changed. It ends, token included, with the component that provided it; what still has the handle
/// then finds nobody signed in.
#[derive(Clone, Copy)]
pub struct Session {
    running: StoredValue<Rc<dyn Running>, LocalStorage>,
    config: &'static Config,
}

/// A driver at work, whatever its platform is.
trait Running {
    fn state(&self) -> SessionState;
    fn provider(&self) -> ProviderStatus;
    fn expires_in(&self) -> Option<u32>;
    fn sign_in(&self, return_to: String);
    fn sign_out(&self);
    /// Runs what asked for the state or the provider again.
    fn changed(&self) -> &ArcTrigger;
    /// Runs what asked for the time again, each second.
    fn ticked(&self) -> &ArcTrigger;
}

struct Work<P: Platform + 'static> {
    driver: Rc<Driver<P>>,
    changed: ArcTrigger,
    ticked: ArcTrigger,
}

/// The session goes with the component that provided it, and with it what is on its way.
impl<P: Platform + 'static> Drop for Work<P> {
    fn drop(&mut self) {
        self.driver.stop();
    }
}

impl<P: Platform + 'static> Running for Work<P> {
    fn state(&self) -> SessionState {
        self.driver.state()
    }

    fn provider(&self) -> ProviderStatus {
        self.driver.provider()
    }

    fn expires_in(&self) -> Option<u32> {
        self.driver.expires_in()
    }

    fn sign_in(&self, return_to: String) {
        let driver = Rc::clone(&self.driver);
        spawn_local(async move { driver.sign_in(&return_to).await });
    }

    fn sign_out(&self) {
        self.driver.sign_out();
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
/// them, and finishes the sign-in; elsewhere it fetches the provider's metadata while the person reads the page.
pub fn provide_session(config: Config) -> Session {
    let taken = match Route::parse(&navigation::path(), &config) {
        Route::Callback | Route::SignedOut => navigation::take_answer(),
        // The query of another page belongs to that page.
        Route::Home | Route::NotFound => String::new(),
    };
    provide_session_on(BrowserPlatform::new(), config, taken)
}

/// [`provide_session`] with the answer that the page has taken already (boot.js does), and with any platform.
pub fn provide_session_on<P: Platform + 'static>(platform: P, config: Config, taken: String) -> Session {
    let taken = Zeroizing::new(taken);
    let route = Route::parse(&navigation::path(), &config);
    let session = Session::start(platform, config, |driver| match route {
        Route::Callback => start_now(async move {
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

/// Runs the future up to where it first waits before anything else, and the rest when its time comes: nobody may take
/// the person for signed out while the callback is about to be read.
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
    fn start<P: Platform + 'static>(platform: P, config: Config, begin: impl FnOnce(Rc<Driver<P>>)) -> Self {
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
                    Wake::Restored => driver.page_restored(),
                }
            }
        });
        let broken = Rc::downgrade(&driver);
        panic::on_panic(move || {
            if let Some(driver) = broken.upgrade() {
                driver.stop();
            }
        });
        let work: Rc<dyn Running> = Rc::new(Work { driver: Rc::clone(&driver), changed, ticked });
        let session = Self { running: StoredValue::new_local(work), config };
        begin(driver);
        session
    }

    /// Who is signed in.
    pub fn state(&self) -> SessionState {
        match self.running.try_get_value() {
            Some(running) => {
                running.changed().track();
                running.state()
            }
            None => SessionState::Unauthenticated(Why::NotYet),
        }
    }

    /// What is known of the provider before anybody presses the button.
    pub fn provider(&self) -> ProviderStatus {
        match self.running.try_get_value() {
            Some(running) => {
                running.changed().track();
                running.provider()
            }
            None => ProviderStatus::Unknown,
        }
    }

    /// Whole seconds until the session ends, counting down; `None` when nobody is signed in.
    pub fn expires_in(&self) -> Option<u32> {
        let running = self.running.try_get_value()?;
        running.ticked().track();
        running.expires_in()
    }

    /// Whether somebody is signed in; `None` while a callback is being read.
    pub fn is_authenticated(&self) -> Option<bool> {
        self.state().is_authenticated()
    }

    /// The configuration.
    pub fn config(&self) -> &'static Config {
        self.config
    }

    /// Leaves for the provider's sign-in page and comes back to the page where the person is now.
    pub fn sign_in(&self) {
        if let Some(running) = self.running.try_get_value() {
            running.sign_in(navigation::path());
        }
    }

    /// Signs out here, and then at the provider.
    pub fn sign_out(&self) {
        if let Some(running) = self.running.try_get_value() {
            running.sign_out();
        }
    }
}

/// Looks at the clocks when the driver says, for as long as it says so.
fn keep_looking<P: Platform + 'static>(driver: Weak<Driver<P>>, is_looking: Rc<Cell<bool>>, ticked: ArcTrigger) {
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
