//! Loads the later part of the app. The part contains everything except the home page, the pages that only wait, and
//! the start of a sign-in.
//!
//! Only the app of this repository has such a part. With the feature `split`, its build makes two wasm modules, and
//! this file loads the second one, `rest`. Without the feature there is one module, and the status is always
//! `Loaded`. A user can be signed in only after the part is loaded.
//!
//! ```text
//! (none) ──first need──> Loading ──> Loaded
//!                           ▲  └────> Missing ──try again──┐
//!                           └──────────────────────────────┘
//! ```

use std::future::ready;
use std::pin::Pin;
use std::rc::Rc;

use js_sys::Function;

use super::BrowserPlatform;
use crate::session::api::{ApiError, ApiRequest};
use crate::session::deferred::{Deferred, Immediate};
use crate::session::driver::{Call, Driver};

/// The status of the later part of the app.
///
/// Only the app of this repository needs it. Without the feature `split` it is always `Loaded`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It is being loaded.
    Loading,
    /// It is loaded, so its functions can be called.
    Loaded,
    /// The last attempt to load it failed.
    Missing,
}

#[cfg(feature = "split")]
mod loading {
    use std::cell::{Cell, RefCell};
    use std::future::poll_fn;
    use std::task::{Poll, Waker};

    use js_sys::{Function, Promise};
    use wasm_bindgen::{JsCast as _, JsValue};
    use wasm_bindgen_futures::{JsFuture, spawn_local};

    use super::Part;

    thread_local! {
        static LOADER: RefCell<Option<Function>> = const { RefCell::new(None) };
        static STATUS: Cell<Option<Part>> = const { Cell::new(None) };
        static WAITING: RefCell<Vec<Waker>> = const { RefCell::new(Vec::new()) };
        static ON_CHANGE: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
    }

    pub(super) fn load_with(loader: Option<Function>) {
        LOADER.set(loader);
    }

    pub(super) fn on_change(callback: impl Fn() + 'static) {
        ON_CHANGE.set(Some(Box::new(callback)));
    }

    pub(super) fn part() -> Part {
        STATUS.get().unwrap_or_else(|| {
            load();
            Part::Loading
        })
    }

    pub(super) fn try_again() {
        if STATUS.get() == Some(Part::Missing) {
            load();
            changed();
        }
    }

    pub(super) fn is_loaded() -> bool {
        STATUS.get() == Some(Part::Loaded)
    }

    pub(super) async fn settled() -> bool {
        until(|| part() != Part::Loading).await;
        is_loaded()
    }

    pub(super) async fn loaded() {
        until(is_loaded).await;
    }

    async fn until(condition: impl Fn() -> bool) {
        poll_fn(|context| {
            if condition() {
                return Poll::Ready(());
            }
            WAITING.with_borrow_mut(|waiting| waiting.push(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }

    fn load() {
        STATUS.set(Some(Part::Loading));
        spawn_local(async {
            let promise = LOADER.with_borrow(|loader| loader.as_ref()?.call1(&JsValue::NULL, &"rest".into()).ok());
            let has_arrived = match promise {
                Some(promise) => JsFuture::from(promise.unchecked_into::<Promise>()).await.is_ok(),
                None => false,
            };
            STATUS.set(Some(if has_arrived { Part::Loaded } else { Part::Missing }));
            changed();
        });
    }

    fn changed() {
        WAITING.take().into_iter().for_each(Waker::wake);
        ON_CHANGE.with_borrow(|callback| callback.iter().for_each(|callback| callback()));
    }
}

#[cfg(not(feature = "split"))]
mod loading {
    use js_sys::Function;

    use super::Part;

    pub(super) fn load_with(_: Option<Function>) {}

    pub(super) fn on_change(_: impl Fn() + 'static) {}

    pub(super) fn part() -> Part {
        Part::Loaded
    }

    pub(super) fn try_again() {}

    pub(super) fn is_loaded() -> bool {
        true
    }

    #[expect(clippy::unused_async, reason = "with the feature `split` it waits")]
    pub(super) async fn settled() -> bool {
        true
    }

    #[expect(clippy::unused_async, reason = "with the feature `split` it waits")]
    pub(super) async fn loaded() {}
}

/// Sets the function that loads a part of the app by its name. The JavaScript glue of the build exports it as `part`.
/// Pass `None` in an app with one wasm module.
///
/// Only the app of this repository needs it. Without the feature `split` it does nothing.
pub fn load_with(loader: Option<Function>) {
    loading::load_with(loader);
}

/// Sets the callback that is called after each change of [`part`]. It replaces the previous callback.
pub fn on_change(callback: impl Fn() + 'static) {
    loading::on_change(callback);
}

/// The status of the part. The first call starts to load it.
pub fn part() -> Part {
    loading::part()
}

/// Loads the later part again if the last attempt failed. Otherwise it does nothing.
///
/// Only the app of this repository needs it. Without the feature `split` it does nothing.
pub fn try_again() {
    loading::try_again();
}

/// Whether the functions of the part can be called. This function never starts to load the part.
pub fn is_loaded() -> bool {
    loading::is_loaded()
}

/// Waits until the later part of the app is loaded or has failed to load. Returns whether it is loaded. If nothing has
/// started to load it, this function does.
///
/// Only the app of this repository needs it. Without the feature `split` it returns `true` at once.
pub async fn settled() -> bool {
    loading::settled().await
}

/// Waits until the part is loaded. If nothing has started to load it, this function does. After a failure it waits
/// until [`try_again`] succeeds.
async fn until_loaded() {
    settled().await;
    loading::loaded().await;
}

/// Defines functions that are in the later part of the app, together with all code that only they call. Each function
/// has a unique ID of two digits. Call such a function only after the part is loaded.
///
/// Only the app of this repository needs it. `wasm_split_cli_support` finds the functions by the names of the imports
/// and exports below, so these names must not change.
#[macro_export]
#[doc(hidden)]
macro_rules! in_the_rest {
    ($($id:literal fn $name:ident$(<$life:lifetime>)?($($arg:ident: $type:ty),* $(,)?) -> $ret:ty $body:block)*) => { $(
        #[cfg(feature = "split")]
        #[allow(unsafe_code, improper_ctypes, improper_ctypes_definitions, reason = "both sides are this program")]
        fn $name$(<$life>)?($($arg: $type),*) -> $ret {
            #[link(wasm_import_module = "__wasm_split_placeholder__")]
            unsafe extern "C" {
                #[link_name = concat!("__wasm_split_00rest00_import_000000000000000000000000000000", $id)]
                safe fn imported$(<$life>)?($($arg: $type),*) -> $ret;
            }
            #[unsafe(export_name = concat!("__wasm_split_00rest00_export_000000000000000000000000000000", $id))]
            extern "C" fn exported$(<$life>)?($($arg: $type),*) -> $ret $body
            imported($($arg),*)
        }
        #[cfg(not(feature = "split"))]
        fn $name$(<$life>)?($($arg: $type),*) -> $ret $body
    )* };
}

/// A boxed future. An imported function cannot return `impl Future`.
type BoxedFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

in_the_rest! {
    "01" fn run_deferred_in<'a>(driver: &'a Driver<BrowserPlatform>, deferred: Deferred) -> BoxedFuture<'a, ()> {
        Box::pin(driver.run_deferred(deferred))
    }

    "02" fn run_now_in(driver: &Driver<BrowserPlatform>, immediate: Immediate<'_>) -> bool {
        driver.run_now(immediate)
    }

    "03" fn call_in(driver: Rc<Driver<BrowserPlatform>>, api: String, request: ApiRequest) -> Call {
        Box::pin(async move { driver.call(&api, &request).await })
    }
}

/// Runs deferred work after the part is loaded.
pub(super) async fn run_deferred(driver: &Driver<BrowserPlatform>, deferred: Deferred) {
    match deferred {
        // The user does not wait for these two, so they do not start to load the part.
        Deferred::Listen | Deferred::HandleTabMessage(_) => loading::loaded().await,
        _ => until_loaded().await,
    }
    run_deferred_in(driver, deferred).await;
}

/// Runs immediate work if the part is loaded, and returns its result. Otherwise it does nothing and returns `false`.
pub(super) fn run_now(driver: &Driver<BrowserPlatform>, immediate: Immediate<'_>) -> bool {
    is_loaded() && run_now_in(driver, immediate)
}

/// Calls an API. The result is `SessionEnded` if the part is not loaded: then no user is signed in.
pub(super) fn call(driver: Rc<Driver<BrowserPlatform>>, api: String, request: ApiRequest) -> Call {
    if is_loaded() { call_in(driver, api, request) } else { Box::pin(ready(Err(ApiError::SessionEnded))) }
}

/// Loads the part when the page has no other work, and then removes expired and invalid records
/// ([`Immediate::Sweep`]).
pub(super) async fn settle(driver: &Driver<BrowserPlatform>) {
    if is_loaded() {
        return;
    }
    try_again();
    if settled().await {
        run_now_in(driver, Immediate::Sweep);
    }
}
