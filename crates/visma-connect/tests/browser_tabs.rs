//! Messages between tabs, locks that tabs share, and events that wake a page. The tests use the real channels, locks
//! and events of the browser. A channel does not receive its own messages. So a second channel in the same page acts
//! as another tab.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use futures_util::future::{Either, join, join3, select};
use js_sys::{Function, Promise};
use visma_connect::browser::wake::{Wake, on_wake};
use visma_connect::browser::{clock, locks, tabs};
use visma_connect::session::tab_message::CHANNEL;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{BroadcastChannel, MessageEvent};

wasm_bindgen_test_configure!(run_in_browser);

fn script(body: &str) -> JsValue {
    Function::new_no_args(body).call0(&JsValue::NULL).unwrap()
}

/// Waits for the promise that the script returns.
async fn promised(body: &str) -> JsValue {
    JsFuture::from(script(body).unchecked_into::<Promise>()).await.unwrap()
}

/// Lets the browser run the tasks that it has queued.
async fn next_task() {
    promised("return new Promise((done) => setTimeout(done))").await;
}

/// Waits until the condition is true, for at most 2000 tasks.
async fn eventually(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..2_000 {
        if holds() {
            return;
        }
        next_task().await;
    }
    panic!("timed out while waiting for {what}");
}

/// Waits for a future, for at most ten seconds.
async fn soon<F: Future>(what: &str, future: F) -> F::Output {
    let too_late = Box::pin(promised("return new Promise((done) => setTimeout(done, 10_000))"));
    match select(Box::pin(future), too_late).await {
        Either::Left((value, _)) => value,
        Either::Right(_) => panic!("timed out while waiting for {what}"),
    }
}

/// Polls a future once, to check whether it waits.
fn poll<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// A list of received messages. A callback adds to it.
type Received<T> = Rc<RefCell<Vec<T>>>;

/// The channel on which a response with this `state` is offered.
fn channel_of(name: &str) -> String {
    [CHANNEL, ":", name].concat()
}

/// Another page of this origin: it receives all messages of a channel, and can send any message.
struct Other {
    channel: BroadcastChannel,
    received: Received<JsValue>,
    _listener: Closure<dyn Fn(MessageEvent)>,
}

impl Other {
    fn on(channel: &str) -> Self {
        let channel = BroadcastChannel::new(channel).unwrap();
        let received = Received::default();
        let keep = Rc::clone(&received);
        let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            keep.borrow_mut().push(event.data());
        });
        channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        Self { channel, received, _listener: listener }
    }

    fn send(&self, text: &str) {
        self.channel.post_message(&text.into()).unwrap();
    }

    /// The messages of other pages that have arrived here. This function sends one last message and waits for it.
    /// Messages arrive in the order in which they were sent. So when the last message has arrived, all earlier
    /// messages have arrived too, here and on every older channel of this name.
    async fn received(&self) -> Vec<String> {
        let last = BroadcastChannel::new(&self.channel.name()).unwrap();
        last.post_message(&"the last".into()).unwrap();
        eventually("the last message", || self.received.borrow().last().is_some_and(|last| *last == "the last")).await;
        last.close();
        let mut received = self.received.take();
        received.pop();
        received.iter().map(|data| data.as_string().unwrap_or_else(|| "no text".to_owned())).collect()
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        self.channel.close();
    }
}

// Tests of a response that is offered to another window.

#[wasm_bindgen_test]
async fn a_response_that_is_not_accepted_is_offered_once_and_for_two_seconds() {
    let other = Other::on(&channel_of("unused"));
    let began = clock::now().monotonic_ms;
    let is_accepted = tabs::offer("unused", "?code=c").await;
    let took = clock::now().monotonic_ms - began;
    assert!(!is_accepted);
    // Both times are rounded down to whole milliseconds.
    assert!((1_999..10_000).contains(&took), "{took} ms");
    assert_eq!(other.received().await, ["1 response ?code=c"]);
}

#[wasm_bindgen_test]
async fn an_accepted_response_is_confirmed_to_the_sender() {
    let other = Other::on(&channel_of("one"));
    let waiting = tabs::receive("one").unwrap();
    let (response, is_accepted) = soon("the response", join(waiting, tabs::offer("one", "?code=c&state=s#f"))).await;
    assert_eq!((response.as_str(), is_accepted), ("?code=c&state=s#f", true));
    assert_eq!(other.received().await, ["1 response ?code=c&state=s#f", "1 accepted"]);
}

#[wasm_bindgen_test]
async fn two_windows_that_wait_for_one_response_both_get_it_and_it_is_offered_once() {
    let other = Other::on(&channel_of("two"));
    let (first, second) = (tabs::receive("two").unwrap(), tabs::receive("two").unwrap());
    let (first, second, is_accepted) = soon("the response", join3(first, second, tabs::offer("two", "?code=c"))).await;
    assert_eq!((first.as_str(), second.as_str(), is_accepted), ("?code=c", "?code=c", true));
    assert_eq!(other.received().await, ["1 response ?code=c", "1 accepted", "1 accepted"]);
}

/// Messages of another version of the app, or of other code.
const NOISE: [&str; 9] = [
    "'2 response ?code=x'",
    "'2 accepted'",
    "'response ?code=x'",
    "'accepted'",
    "'1 responded ?code=x'",
    "new String('1 accepted')",
    "{ text: '1 response ?code=x' }",
    "['1 accepted']",
    "null",
];

fn noise(other: &Other) {
    for data in NOISE {
        other.channel.post_message(&script(&format!("return {data}"))).unwrap();
    }
}

#[wasm_bindgen_test]
async fn another_versions_response_is_not_received_and_of_ours_the_first_counts() {
    let mut waiting = Box::pin(tabs::receive("noise").unwrap());
    let (elsewhere, other) = (Other::on(&channel_of("another")), Other::on(&channel_of("noise")));
    noise(&other);
    other.send("1 accepted");
    elsewhere.send("1 response ?code=of-another-state");
    elsewhere.received().await;
    assert!(other.received().await.is_empty());
    assert!(poll(&mut waiting).is_pending());
    other.send("1 response ?code=first");
    other.send("1 response ?code=second");
    assert!(other.received().await.is_empty(), "the receiver must not reply before it has read the response");
    assert_eq!(soon("the response", waiting).await.as_str(), "?code=first");
    assert_eq!(other.received().await, ["1 accepted"]);
}

#[wasm_bindgen_test]
async fn a_message_of_another_version_does_not_accept_a_response() {
    let mut offer = Box::pin(tabs::offer("words", "?code=c"));
    assert!(poll(&mut offer).is_pending());
    let other = Other::on(&channel_of("words"));
    noise(&other);
    other.send("1 accepted or not");
    other.send("1 response ?code=x");
    other.received().await;
    assert!(poll(&mut offer).is_pending());
    other.send("1 accepted");
    assert!(offer.await);
}

#[wasm_bindgen_test]
async fn a_channel_is_closed_when_its_future_has_ended_or_is_dropped() {
    script(
        "window.opened = [];
         window.Real = BroadcastChannel;
         window.BroadcastChannel = class extends Real { constructor(name) { super(name); window.opened.push(this) } }",
    );
    // A closed channel throws when a message is posted.
    let open = || {
        script(
            "return window.opened.filter((one) => {
                 try { one.postMessage(''); return true } catch (error) {
                     if (error.name !== 'InvalidStateError') throw error;
                     return false;
                 }
             }).length",
        )
    };
    let waiting = tabs::receive("closed").unwrap();
    let while_waiting = open();
    drop(waiting);
    let after_waiting = open();
    let mut offer = Box::pin(tabs::offer("closed", "?code=c"));
    let is_pending = poll(&mut offer).is_pending();
    let while_offering = open();
    drop(offer);
    let after_offering = open();
    let waiting = tabs::receive("closed").unwrap();
    soon("the response", join(waiting, tabs::offer("closed", "?code=c"))).await;
    let (all, after_both) = (script("return window.opened.length"), open());
    script("window.BroadcastChannel = window.Real; delete window.Real; delete window.opened");
    assert!(is_pending);
    assert_eq!([while_waiting, after_waiting, while_offering, after_offering, after_both], [1, 0, 1, 0, 0]);
    assert_eq!(all, 4);
}

// Tests of messages to all tabs.

/// Listens to messages as a session does.
fn listening() -> Received<String> {
    let received = Received::default();
    let keep = Rc::clone(&received);
    tabs::on_message(move |text| keep.borrow_mut().push(text));
    received
}

fn has(received: &Received<String>, text: &str) -> bool {
    received.borrow().iter().any(|received| received == text)
}

#[wasm_bindgen_test]
async fn tabs_send_and_receive_except_for_one_in_the_back_forward_cache() {
    let received = listening();
    let other = Other::on(CHANNEL);
    tabs::broadcast("from here");
    other.send("from there");
    assert_eq!(other.received().await, ["from here"]);
    assert!(has(&received, "from there") && !has(&received, "from here"), "{received:?}");
    script("window.dispatchEvent(new Event('pagehide'))");
    tabs::broadcast("from the cache");
    other.send("into the cache");
    assert!(other.received().await.is_empty());
    script("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    other.send("after it");
    eventually("the message after the restore", || has(&received, "after it")).await;
    assert!(!has(&received, "into the cache"), "{received:?}");
    tabs::broadcast("from here again");
    assert_eq!(other.received().await, ["from here again"]);
}

#[wasm_bindgen_test]
async fn only_messages_of_text_are_received() {
    let received = listening();
    let other = Other::on(CHANNEL);
    for data in ["7", "null", "undefined", "true", "10n", "{}", "['x']", "new Date()", "new Blob(['x'])", "new Map()"] {
        other.channel.post_message(&script(&format!("return {data}"))).unwrap();
    }
    other.channel.post_message(&script("return new String('an object')")).unwrap();
    other.send("");
    other.received().await;
    eventually("the last message", || received.borrow().len() == 2).await;
    assert_eq!(*received.borrow(), ["", "the last"]);
}

// Tests in a browser that has no channels or no locks.

#[wasm_bindgen_test]
async fn g06_without_channels_no_message_is_sent_or_received_and_no_call_waits() {
    script("window.Real = BroadcastChannel; delete window.BroadcastChannel");
    let is_received = tabs::receive("g06").is_some();
    // No window could receive the response, so the call must not wait two seconds.
    let offered = poll(&mut Box::pin(tabs::offer("g06", "?code=c")));
    let received = listening();
    tabs::broadcast("x");
    script("for (const event of ['pageshow', 'pagehide', 'pageshow']) window.dispatchEvent(new Event(event))");
    tabs::broadcast("x");
    script("window.BroadcastChannel = window.Real; delete window.Real");
    assert!(!is_received);
    assert_eq!(offered, Poll::Ready(false));
    // The same listener works again when channels are available.
    let other = Other::on(CHANNEL);
    other.send("while closed");
    other.received().await;
    assert!(received.borrow().is_empty());
    script("window.dispatchEvent(new Event('pageshow'))");
    other.send("while open");
    eventually("the message that is sent with channels", || has(&received, "while open")).await;
    assert!(!has(&received, "while closed"));
}

#[wasm_bindgen_test]
async fn g06_without_locks_every_tab_gets_one_and_only_the_claim_counts() {
    script("localStorage.clear()");
    for locks in ["undefined", "{}", "{ request() { return Promise.reject(new DOMException('no', 'SecurityError')) } }"]
    {
        script(&format!("Object.defineProperty(navigator, 'locks', {{ configurable: true, value: {locks} }})"));
        let locked = (locks::lock("g06").await, locks::lock("g06").await);
        let claimed = (locks::claim(locks).await, locks::claim(locks).await);
        script("delete navigator.locks");
        assert_eq!((locked, claimed), ((true, true), (true, false)), "{locks}");
    }
    script("localStorage.clear()");
    // The real locks are restored.
    assert!(locks::lock("g06").await && !locks::lock("g06").await);
}

// Tests of locks, which only one tab may hold.

#[wasm_bindgen_test]
async fn a_held_lock_is_refused_and_a_free_lock_is_granted() {
    promised(
        "return new Promise((isHeld) => {
             window.over = navigator.locks.request('held', () => {
                 isHeld();
                 return new Promise((letGo) => { window.letGo = letGo });
             });
         })",
    )
    .await;
    assert!(!locks::lock("held").await);
    assert!(locks::lock("another").await);
    assert!(!locks::lock("held").await, "a refused request must not hold the lock");
    soon("the end of the lock", promised("window.letGo(); return window.over")).await;
    assert!(locks::lock("held").await);
    assert!(!locks::lock("held").await, "the same page cannot get the lock twice");
    let others = promised(
        "return navigator.locks.request('held', { ifAvailable: true }, (lock) => lock === null ? 'refused' : 'given')",
    );
    assert_eq!(others.await, "refused");
    script("delete window.letGo; delete window.over");
}

#[wasm_bindgen_test]
async fn a_lock_is_held_for_fifteen_seconds() {
    script(
        "window.real = window.setTimeout;
         window.setTimeout = (done, ms) => { window.asked = ms; window.over = done; return 0 }",
    );
    let is_mine = locks::lock("leaving").await;
    script("window.setTimeout = window.real; delete window.real");
    assert!(is_mine);
    assert_eq!(script("return window.asked"), 15_000);
    assert!(!locks::lock("leaving").await);
    script("window.over(); delete window.over; delete window.asked");
    // This request waits until the tab releases the lock.
    soon("the lock", promised("return navigator.locks.request('leaving', () => {})")).await;
    assert!(locks::lock("leaving").await);
}

// Tests of events that wake a page.

#[wasm_bindgen_test]
async fn a_page_wakes_when_it_is_shown_or_restored_or_when_storage_changes() {
    let woken = Received::default();
    let keep = Rc::clone(&woken);
    on_wake(move |wake| keep.borrow_mut().push(wake));
    for (event, expected) in [
        ("document.dispatchEvent(new Event('visibilitychange'))", Wake::Seen),
        ("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))", Wake::Restored),
        ("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }))", Wake::Seen),
        ("window.dispatchEvent(new FocusEvent('focus'))", Wake::Seen),
        ("window.dispatchEvent(new StorageEvent('storage'))", Wake::Seen),
    ] {
        woken.take();
        script(event);
        assert_eq!(*woken.borrow(), [expected], "{event}");
    }
    woken.take();
    script("for (const event of ['blur', 'pagehide', 'resize']) window.dispatchEvent(new Event(event))");
    assert!(woken.borrow().is_empty());

    // An event that the browser itself sends: another page of this origin has written to localStorage.
    script(
        "window.frame = document.body.appendChild(document.createElement('iframe'));
         window.frame.contentWindow.localStorage.setItem('of-another-page', '1')",
    );
    eventually("the event of the browser", || !woken.borrow().is_empty()).await;
    script("window.frame.remove(); delete window.frame; localStorage.clear()");
    assert!(woken.borrow().iter().all(|wake| *wake == Wake::Seen));
}
