//! Locks that tabs share: only one tab can claim a name.

use js_sys::Promise;
use visma_connect::browser::locks;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use super::page::script;

#[wasm_bindgen_test]
async fn c23_a_name_is_claimed_once_in_ten_minutes() {
    script("localStorage.clear()");
    assert!(locks::claim("name").await);
    assert!(!locks::claim("name").await);
    assert!(locks::claim("other").await);
    // Both claims expire after ten minutes.
    script("for (const key of Object.keys(localStorage)) localStorage[key] = Date.now() - 600_000");
    assert!(locks::claim("third").await);
    assert_eq!(script("return Object.keys(localStorage).join()"), "visma-connect-spa:claimed:third");
    assert!(locks::claim("name").await);
    script("localStorage.clear()");
}

#[wasm_bindgen_test]
async fn c23_two_tabs_that_claim_at_once_wait_for_each_other() {
    script("localStorage.clear()");
    // Another tab holds the lock and writes its claim before it releases the lock.
    script(
        "window.letGo = new Promise((done) => { window.done = done; });
         navigator.locks.request('visma-connect-spa:claimed:', async () => {
             await window.letGo;
             localStorage['visma-connect-spa:claimed:name'] = Date.now();
         });
         setTimeout(() => window.done(), 0)",
    );
    assert!(!locks::claim("name").await);
    script("localStorage.clear(); delete window.letGo; delete window.done");
}

#[wasm_bindgen_test]
async fn c23_a_frozen_tab_with_the_lock_blocks_no_tab_and_its_claim_counts() {
    // Another tab has written a claim and holds the lock.
    let is_held = script(
        "localStorage.clear();
         localStorage['visma-connect-spa:claimed:name'] = Date.now();
         return new Promise((isHeld) => {
             window.over = navigator.locks.request('visma-connect-spa:claimed:', () =>
                 new Promise((letGo) => { window.letGo = letGo; isHeld(); }));
         })",
    );
    JsFuture::from(is_held.unchecked_into::<Promise>()).await.unwrap();
    // A timer of two seconds fires at once. Other timers are unchanged.
    script(
        "window.real = setTimeout;
         window.waits = 0;
         window.setTimeout = (done, ms, ...rest) => {
             window.waits += ms == 2_000;
             return window.real(done, ms == 2_000 ? 0 : ms, ...rest);
         }",
    );
    let claimed = (locks::claim("name").await, locks::claim("other").await, locks::claim("other").await);
    let waits = script("window.setTimeout = window.real; return window.waits");
    // The browser grants the earlier requests for the lock now. This must change nothing.
    JsFuture::from(script("window.letGo(); return window.over").unchecked_into::<Promise>()).await.unwrap();
    let later = (locks::claim("name").await, locks::claim("other").await, locks::claim("third").await);
    script("localStorage.clear(); for (const name of ['over', 'letGo', 'real', 'waits']) delete window[name]");
    assert_eq!(claimed, (false, true, false));
    assert_eq!(waits, 3);
    assert_eq!(later, (false, false, true));
}

#[wasm_bindgen_test]
async fn c23_g06_without_locks_the_claim_counts_and_without_storage_each_tab_is_first() {
    script("localStorage.clear(); Object.defineProperty(navigator, 'locks', { configurable: true, value: undefined })");
    let results = (locks::claim("name").await, locks::claim("name").await);
    script(
        "window.real = Object.getOwnPropertyDescriptor(window, 'localStorage');
         const getter = { configurable: true, get() { throw new DOMException('no', 'SecurityError') } };
         Object.defineProperty(window, 'localStorage', getter)",
    );
    let without_storage = (locks::claim("name").await, locks::claim("name").await);
    script(
        "delete navigator.locks; Object.defineProperty(window, 'localStorage', window.real); delete window.real;
         localStorage.clear()",
    );
    assert_eq!((results, without_storage), ((true, false), (true, true)));
}
