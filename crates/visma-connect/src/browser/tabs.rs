//! Messages between the tabs and windows of one browser (BroadcastChannel), and values that they share (localStorage).
//! When a tab changes a shared value, the other tabs receive the event `storage`: see `wake.rs`. A page that is
//! restored from the back/forward cache reads the values again.
//!
//! The library does not listen to the event `message` of `window`: any page with a reference to this window can send
//! such messages.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};
use zeroize::Zeroizing;

use super::{http, storage};
use crate::session::tab_message::CHANNEL;

/// How long [`offer`] waits for a window that accepts the response, in milliseconds.
const OFFER_MS: i32 = 2_000;

/// The first characters of a message that offers a response. The response follows them. The number is the version of
/// the format: messages of another version are ignored.
const OFFER_PREFIX: &str = "1 response ";

/// The reply to an offer.
const ACCEPTED_MESSAGE: &str = "1 accepted";

/// The value that all tabs share under this key. `None` if there is no value, or if localStorage is blocked.
pub fn shared_get(key: &str) -> Option<String> {
    storage::shared()?.get_item(key).ok().flatten()
}

/// Stores a value for all tabs. `None` removes it. If localStorage is blocked or full, nothing changes.
pub fn shared_set(key: &str, value: Option<&str>) {
    if let Some(storage) = storage::shared() {
        let _ = match value {
            Some(value) => storage.set_item(key, value),
            None => storage.remove_item(key),
        };
    }
}

/// A channel that is closed when it is dropped.
struct Channel {
    channel: BroadcastChannel,
    _listener: Closure<dyn Fn(MessageEvent)>,
}

impl Channel {
    /// Opens a channel, and calls `on_text` with each text that another window sends. `None` in a browser without
    /// BroadcastChannel.
    fn open(name: &str, on_text: Box<dyn Fn(String)>) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                on_text(text);
            }
        });
        channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        Some(Self { channel, _listener: listener })
    }

    /// Sends a text to all other windows that have opened this channel.
    fn post(&self, text: &str) {
        let _ = self.channel.post_message(&JsValue::from_str(text));
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}

thread_local! {
    /// The channel of all tabs of the app. `None` before [`on_message`] is called, and in the back/forward cache.
    static ALL_TABS: RefCell<Option<Channel>> = const { RefCell::new(None) };
}

/// Calls `callback` with each message that another tab sends to all tabs. A later call replaces the callback.
///
/// While the page is in the back/forward cache, the channel is closed. Otherwise browsers would remove the page from
/// the cache when a message arrives.
pub fn on_message(callback: impl Fn(String) + 'static) {
    let callback = Rc::new(callback);
    let listen = move || {
        let callback = Rc::clone(&callback);
        let channel = Channel::open(CHANNEL, Box::new(move |text| callback(text)));
        ALL_TABS.with_borrow_mut(|all| *all = channel);
    };
    listen();
    let listener = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
        if event.type_() == "pagehide" {
            ALL_TABS.take();
        } else {
            listen();
        }
    });
    if let Some(window) = web_sys::window() {
        for event in ["pagehide", "pageshow"] {
            let _ = window.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
        }
    }
    listener.forget();
}

/// Sends a message to all other tabs of the app.
pub fn broadcast(message: &str) {
    ALL_TABS.with_borrow(|all| {
        if let Some(channel) = all {
            channel.post(message);
        }
    });
}

/// The name of the BroadcastChannel for one sign-in.
fn name_of(channel: &str) -> String {
    [CHANNEL, ":", channel].concat()
}

/// Sends an authorization response once on this channel, and waits at most two seconds until a window accepts it.
/// Returns whether a window has accepted it.
pub async fn offer(channel: &str, response: &str) -> bool {
    let accepted = Rc::new(Cell::new(false));
    let waiting: Rc<Cell<Option<Waker>>> = Rc::default();
    let (set_accepted, waker) = (Rc::clone(&accepted), Rc::clone(&waiting));
    let on_text = move |text: String| {
        if text == ACCEPTED_MESSAGE {
            set_accepted.set(true);
            waker.take().into_iter().for_each(Waker::wake);
        }
    };
    let Some(channel) = Channel::open(&name_of(channel), Box::new(on_text)) else { return false };
    channel.post(&Zeroizing::new([OFFER_PREFIX, response].concat()));
    let mut over = http::wait(OFFER_MS);
    poll_fn(|context| {
        if accepted.get() {
            return Poll::Ready(true);
        }
        waiting.set(Some(context.waker().clone()));
        Pin::new(&mut over).poll(context).map(|_| false)
    })
    .await
}

/// Waits for an authorization response that another window offers on this channel, and replies that this window has
/// accepted it. `None` in a browser without BroadcastChannel.
pub fn receive(channel: &str) -> Option<impl Future<Output = Zeroizing<String>> + 'static> {
    let received: Rc<RefCell<Option<Zeroizing<String>>>> = Rc::default();
    let waiting: Rc<Cell<Option<Waker>>> = Rc::default();
    let (response, waker) = (Rc::clone(&received), Rc::clone(&waiting));
    let on_text = move |text: String| {
        let text = Zeroizing::new(text);
        if let Some(text) = text.strip_prefix(OFFER_PREFIX) {
            response.borrow_mut().get_or_insert_with(|| Zeroizing::new(text.to_owned()));
            waker.take().into_iter().for_each(Waker::wake);
        }
    };
    let channel = Channel::open(&name_of(channel), Box::new(on_text))?;
    Some(poll_fn(move |context| {
        if let Some(response) = received.borrow_mut().take() {
            channel.post(ACCEPTED_MESSAGE);
            return Poll::Ready(response);
        }
        waiting.set(Some(context.waker().clone()));
        Poll::Pending
    }))
}
