//! What only one tab of this browser may do: localStorage remembers for ten minutes who came first, and a Web Lock
//! keeps two tabs from looking at the same time.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::clock;
use super::storage;

/// How the keys of all claims begin, and the name of the lock.
const PREFIX: &str = "visma-connect-spa:claimed:";

/// As long as the record of a sign-in lives.
const CLAIM_MS: i64 = 600_000;

#[wasm_bindgen]
extern "C" {
    // Not from web_sys, where a browser without locks cannot be told from one that has them.
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = request, catch)]
    fn request_lock(name: &str, held: &js_sys::Function) -> Result<Promise, JsValue>;
}

/// Claims a name; `false` when another tab has claimed it in the last ten minutes.
pub async fn claim(name: &str) -> bool {
    let key = [PREFIX, name].concat();
    let verdict = Rc::new(Cell::new(None));
    let look = {
        let verdict = Rc::clone(&verdict);
        move || verdict.set(Some(is_first(&key)))
    };
    let held = Closure::<dyn FnMut()>::new(look.clone());
    if let Ok(lock) = request_lock(PREFIX, held.as_ref().unchecked_ref()) {
        let _ = JsFuture::from(lock).await;
    }
    // Without locks, what is remembered has to do alone.
    if verdict.get().is_none() {
        look();
    }
    verdict.get().unwrap_or(true)
}

/// Looks and writes in one go. Where nothing can be remembered, everybody is first.
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
