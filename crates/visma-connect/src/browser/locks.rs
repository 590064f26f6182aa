//! Claims and locks, for work that only one tab of this browser may do. A claim is a record in localStorage that is
//! valid for ten minutes. A Web Lock prevents two tabs from reading and writing claims at the same time.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use js_sys::Promise;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::storage;
use super::{clock, http};
use crate::protocol::pending_sign_in::PENDING_MAX_AGE_SECONDS;
use crate::session::state::LEAVING_MAX_MS;

/// Prefix of the localStorage keys of all claims. It is also the name of the lock that protects them.
const PREFIX: &str = "visma-connect-spa:claimed:";

/// How long [`claim`] waits for the lock, in milliseconds.
const CLAIM_WAIT_MS: i32 = 2_000;

/// How long [`lock`] holds a lock, in milliseconds: as long as leaving for the provider may take.
const LOCK_MS: i32 = LEAVING_MAX_MS as i32;

/// How long a claim is valid, in milliseconds: as long as the record of a sign-in.
const CLAIM_MS: i64 = PENDING_MAX_AGE_SECONDS * 1_000;

#[wasm_bindgen]
extern "C" {
    // Declared here with `catch`: the binding of web_sys throws in a browser without `navigator.locks`.
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = request, catch)]
    fn request_lock(name: &str, held: &js_sys::Function) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = request, catch)]
    fn request_lock_now(name: &str, options: &JsValue, held: &js_sys::Function) -> Result<Promise, JsValue>;
}

/// Claims a name. Returns `false` if it was already claimed in this browser in the last ten minutes.
pub async fn claim(name: &str) -> bool {
    let key = [PREFIX, name].concat();
    let verdict = Rc::new(Cell::new(None));
    let look = {
        let verdict = Rc::clone(&verdict);
        move || verdict.set(Some(is_first(&key)))
    };
    let held = Closure::<dyn FnMut()>::new(look.clone());
    if let Ok(lock) = request_lock(PREFIX, held.as_ref().unchecked_ref()) {
        // Wait at most `CLAIM_WAIT_MS`: a suspended tab that holds the lock must not block the other tabs.
        let _ = JsFuture::from(Promise::race(&js_sys::Array::of2(&lock, &http::promise_after(CLAIM_WAIT_MS)))).await;
    }
    // If the lock was not granted in time, read and write the claims without it.
    if verdict.get().is_none() {
        look();
        // The browser may still grant the lock later, and then calls this closure. So never drop it.
        held.forget();
    }
    verdict.get().unwrap_or(true)
}

/// Returns whether the name of this key is not claimed, and claims it. Reading and writing are in one task. Also
/// removes expired claims. Returns `true` if localStorage is not available.
fn is_first(key: &str) -> bool {
    let Some(storage) = storage::shared() else { return true };
    let now = clock::now().wall_ms;
    let is_claimed = |key: &str| {
        let claimed = storage.get_item(key).ok().flatten();
        let age = claimed.and_then(|at| at.parse::<i64>().ok()).map(|at| now.saturating_sub(at));
        age.is_some_and(|age| (-CLAIM_MS..CLAIM_MS).contains(&age))
    };
    let is_first = !is_claimed(key);
    for old in storage::keys_of(&storage, PREFIX).iter().filter(|key| !is_claimed(key)) {
        let _ = storage.remove_item(old);
    }
    if is_first {
        let _ = storage.set_item(key, &now.to_string());
    }
    is_first
}

/// Acquires a lock. Returns `false` if another tab holds it. The lock is held until the page is unloaded, at most for
/// as long as leaving for the provider may take. In a browser without locks the result is `true`.
pub async fn lock(name: &str) -> bool {
    let options = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&options, &JsValue::from_str("ifAvailable"), &JsValue::TRUE);
    let verdict = Rc::new(Cell::new(None));
    let waiting: Rc<Cell<Option<Waker>>> = Rc::default();
    let (set_verdict, waker) = (Rc::clone(&verdict), Rc::clone(&waiting));
    let held = Closure::<dyn FnMut(JsValue) -> JsValue>::new(move |lock: JsValue| {
        let is_free = !lock.is_null();
        set_verdict.set(Some(is_free));
        waker.take().into_iter().for_each(Waker::wake);
        // The lock is held while this promise is pending.
        if is_free { http::promise_after(LOCK_MS).into() } else { JsValue::UNDEFINED }
    });
    let Ok(request) = request_lock_now(name, &options, held.as_ref().unchecked_ref()) else { return true };
    let mut request = JsFuture::from(request);
    poll_fn(|context| {
        if let Some(verdict) = verdict.get() {
            return Poll::Ready(verdict);
        }
        waiting.set(Some(context.waker().clone()));
        Pin::new(&mut request).poll(context).map(|_| verdict.get().unwrap_or(true))
    })
    .await
}
