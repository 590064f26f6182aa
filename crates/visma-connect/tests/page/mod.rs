//! A test area in the page: mounts a view at a path, finds and clicks elements in it, and restores everything
//! afterwards.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use visma_connect::Session;
use visma_connect::browser::navigation;
use visma_connect::leptos::handle::provide_session_on;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement};

use super::fake::{Fake, World, callback, config};

pub(crate) fn script(body: &str) -> JsValue {
    Function::new_no_args(body).call0(&JsValue::NULL).unwrap()
}

/// Lets the browser run the tasks that it has queued.
pub(crate) async fn next_task() {
    let task = Promise::new(&mut |resolve, _| {
        window().set_timeout_with_callback(&resolve).unwrap();
    });
    JsFuture::from(task).await.unwrap();
}

/// Waits until the condition is true, for at most 2000 tasks.
pub(crate) async fn eventually(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..2_000 {
        if holds() {
            return;
        }
        next_task().await;
    }
    panic!("timed out while waiting for {what}: {}", document().body().unwrap().inner_html());
}

/// An element of the test page, at a path, in which views can be mounted. Dropping it restores the page and its path.
pub(crate) struct Place {
    pub(crate) root: HtmlElement,
    before: String,
    mounted: Vec<UnmountHandle<AnyViewState>>,
}

pub(crate) type AnyViewState = <AnyView as Render>::State;

impl Place {
    pub(crate) fn at(path: &str) -> Self {
        let before = navigation::path();
        script(&format!("history.replaceState(null, '', '{path}')"));
        let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&root).unwrap();
        Self { root, before, mounted: Vec::new() }
    }

    /// Mounts a view and returns the value that the function made together with the view.
    pub(crate) fn mount<T: 'static>(&mut self, view: impl FnOnce(&HtmlElement) -> (T, AnyView) + 'static) -> T {
        let made = Rc::new(Cell::new(None));
        let (keep, root) = (Rc::clone(&made), self.root.clone());
        self.mounted.push(mount_to(self.root.clone(), move || {
            let (value, view) = view(&root);
            keep.set(Some(value));
            view
        }));
        made.take().unwrap()
    }

    pub(crate) fn find(&self, css: &str) -> Option<Element> {
        self.root.query_selector(css).unwrap()
    }

    pub(crate) fn press(&self, css: &str) {
        self.find(css).unwrap_or_else(|| panic!("no {css}")).unchecked_into::<HtmlElement>().click();
    }

    pub(crate) fn text(&self) -> String {
        self.root.text_content().unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.mounted.clear();
        self.root.remove();
        script(&format!("history.replaceState(null, '', '{}')", self.before));
    }
}

pub(crate) fn session_on(world: &Rc<World>, authorization_response: &str) -> Session {
    provide_session_on(Fake(Rc::clone(world)), config(), authorization_response.to_owned())
}

/// A session with a signed-in user, and its place in the page. The mounted view is empty.
pub(crate) async fn signed_in(world: &Rc<World>) -> (Place, Session) {
    let mut place = Place::at("/callback");
    let of_app = Rc::clone(world);
    let session = place.mount(move |_| (session_on(&of_app, &callback()), ().into_any()));
    eventually("the session", || session.is_authenticated() == Some(true)).await;
    (place, session)
}

/// Moves both clocks to the given number of seconds after the sign-in and makes the page read them.
pub(crate) fn seconds_later(world: &World, seconds: i64) {
    world.late_ms.set(seconds * 1_000);
    script("window.dispatchEvent(new Event('focus'))");
}

/// Translates every text below an element as the translation tools of browsers do: replaces each text node by two new
/// elements with the translated text.
pub(crate) fn translate(root: &Element) {
    let translate = Function::new_with_args(
        "root",
        "const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        const texts = [];
        while (walker.nextNode()) if (walker.currentNode.data.trim()) texts.push(walker.currentNode);
        for (const text of texts) {
            const font = document.createElement('font');
            font.appendChild(document.createElement('font')).textContent = 'translated';
            text.replaceWith(font);
        }
        if (!texts.length) throw new Error('there is no text to translate');",
    );
    translate.call1(&JsValue::NULL, root).unwrap();
}
