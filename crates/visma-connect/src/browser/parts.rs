//! The part of the page that comes later, and what is in it: everything but the way to the sign-in page.
//!
//! With the feature `split` the page's build cuts there, and this module asks for the part. Without it the part is
//! always here. A user is signed in only where it is here.
//!
//! ```text
//! nothing ──first need──> on its way ──> here
//!                          ▲      └────> missing ──try again──┐
//!                          └──────────────────────────────────┘
//! ```

use std::pin::Pin;

use js_sys::Function;

use super::BrowserPlatform;
use crate::session::api::{ApiError, ApiRequest, ApiResponse};
use crate::session::deferred::{Deferred, Immediate};
use crate::session::driver::Driver;

/// Where the part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It has been asked for.
    OnItsWay,
    /// What is in it can be called.
    Here,
    /// It did not come.
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
            ask();
            Part::OnItsWay
        })
    }

    pub(super) fn try_again() {
        if STATUS.get() == Some(Part::Missing) {
            ask();
            changed();
        }
    }

    pub(super) fn is_here() -> bool {
        STATUS.get() == Some(Part::Here)
    }

    pub(super) async fn settled() -> bool {
        until(|| part() != Part::OnItsWay).await;
        is_here()
    }

    pub(super) async fn here() {
        until(is_here).await;
    }

    async fn until(is_so: impl Fn() -> bool) {
        poll_fn(|context| {
            if is_so() {
                return Poll::Ready(());
            }
            WAITING.with_borrow_mut(|waiting| waiting.push(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }

    fn ask() {
        STATUS.set(Some(Part::OnItsWay));
        spawn_local(async {
            let asked = LOADER.with_borrow(|loader| loader.as_ref()?.call1(&JsValue::NULL, &"rest".into()).ok());
            let has_come = match asked {
                Some(asked) => JsFuture::from(asked.unchecked_into::<Promise>()).await.is_ok(),
                None => false,
            };
            STATUS.set(Some(if has_come { Part::Here } else { Part::Missing }));
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
        Part::Here
    }

    pub(super) fn try_again() {}

    pub(super) fn is_here() -> bool {
        true
    }

    #[expect(clippy::unused_async, reason = "a page in parts waits here")]
    pub(super) async fn settled() -> bool {
        true
    }

    #[expect(clippy::unused_async, reason = "a page in parts waits here")]
    pub(super) async fn here() {}
}

/// Says which function loads a part by its name: that of the glue. A page that is one module has none.
pub fn load_with(loader: Option<Function>) {
    loading::load_with(loader);
}

/// Calls back whenever [`part`] changes. There is one callback.
pub fn on_change(callback: impl Fn() + 'static) {
    loading::on_change(callback);
}

/// Where the part is. The first call asks for it.
pub fn part() -> Part {
    loading::part()
}

/// Asks again for what did not come.
pub fn try_again() {
    loading::try_again();
}

/// Whether what is in it can be called. Asks for nothing.
pub fn is_here() -> bool {
    loading::is_here()
}

/// Waits until it is here or missing, and says whether it is here. Asks for it.
pub async fn settled() -> bool {
    loading::settled().await
}

/// Waits until the part can be called. Asks for it, and after a failure waits for the next attempt.
async fn ready() {
    settled().await;
    loading::here().await;
}

/// Functions that are in the part, with everything that only they call. Each has a number of its own, of two digits.
/// They are called only when the part is here.
///
/// The names of import and export are those that the splitter looks for.
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

/// A future behind a pointer: what the part gives back has one shape.
type Later<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

in_the_rest! {
    "01" fn run_in<'a>(driver: &'a Driver<BrowserPlatform>, deferred: Deferred) -> Later<'a, ()> {
        Box::pin(driver.run_deferred(deferred))
    }

    "02" fn act_in(driver: &Driver<BrowserPlatform>, immediate: Immediate<'_>) -> bool {
        driver.run_now(immediate)
    }

    "03" fn call_in<'a>(
        driver: &'a Driver<BrowserPlatform>,
        api: &'a str,
        request: &'a ApiRequest,
    ) -> Later<'a, Result<ApiResponse, ApiError>> {
        Box::pin(driver.call(api, request))
    }
}

/// Does deferred work as soon as the part is here.
pub(super) async fn run_deferred(driver: &Driver<BrowserPlatform>, deferred: Deferred) {
    match deferred {
        // Nothing waits for these, so they ask for nothing.
        Deferred::Listen | Deferred::Heard(_) => loading::here().await,
        _ => ready().await,
    }
    run_in(driver, deferred).await;
}

/// Acts, where the part is here.
pub(super) fn run_now(driver: &Driver<BrowserPlatform>, immediate: Immediate<'_>) -> bool {
    is_here() && act_in(driver, immediate)
}

/// Calls an API.
pub(super) async fn call(
    driver: &Driver<BrowserPlatform>,
    api: &str,
    request: &ApiRequest,
) -> Result<ApiResponse, ApiError> {
    if is_here() { call_in(driver, api, request).await } else { Err(ApiError::SessionEnded) }
}

/// Fetches the part while nothing else is to be done, and does what was left for it.
pub(super) async fn settle(driver: &Driver<BrowserPlatform>) {
    if is_here() {
        return;
    }
    try_again();
    if settled().await {
        act_in(driver, Immediate::Sweep);
    }
}
