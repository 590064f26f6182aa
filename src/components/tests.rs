//! Tests of the signed-in page's components, in headless Chrome with a fake platform.

#[path = "../../crates/visma-connect/tests/fake/mod.rs"]
mod fake;
#[path = "../../crates/visma-connect/tests/page/mod.rs"]
mod page;

use std::rc::Rc;

use fake::{USERINFO, World, left};
use leptos::prelude::*;
use page::{Place, eventually, script, seconds_later, signed_in, translate};
use visma_connect::{PlatformError, Session, SessionState, SignInError};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use super::details::details;
use super::time_left::time_left;
use super::user::user;
use crate::dom::element::Element;

wasm_bindgen_test_configure!(run_in_browser);

/// Signs a user in, and mounts one component.
async fn signed_in_with(world: &Rc<World>, part: impl FnOnce(Session) -> Element + 'static) -> (Place, Session) {
    let (mut place, session) = signed_in(world).await;
    place.mount(move |root| {
        part(session).add_to(root);
        ((), ().into_any())
    });
    (place, session)
}

#[wasm_bindgen_test]
async fn f08_the_time_left_follows_the_clock_and_ends_with_the_session() {
    let world = left();
    let (place, session) = signed_in_with(&world, time_left).await;
    assert_eq!(place.find("[role=timer]").unwrap().text_content().unwrap(), "60:00");
    world.late_ms.set(3_541_000);
    script("window.dispatchEvent(new Event('focus'))");
    eventually("59 seconds left", || place.text().starts_with("0:59")).await;
    let bar = place.find("progress").unwrap();
    assert_eq!((bar.get_attribute("max").unwrap(), bar.get_attribute("value").unwrap()), ("3600".into(), "59".into()));
    world.late_ms.set(3_600_000);
    script("window.dispatchEvent(new Event('focus'))");
    assert_eq!(session.state(), SessionState::Expired);
    assert_eq!(session.expires_in(), None);
}

#[wasm_bindgen_test]
async fn the_bar_is_full_when_a_renewal_has_made_the_time_left_longer() {
    let world = left();
    let (mut place, session) = signed_in(&world).await;
    seconds_later(&world, 1_800);
    place.mount(move |root| {
        time_left(session).add_to(root);
        ((), ().into_any())
    });
    let max_and_value = || {
        let bar = place.find("progress").unwrap();
        (bar.get_attribute("max").unwrap(), bar.get_attribute("value").unwrap())
    };
    assert_eq!(max_and_value(), ("1800".to_owned(), "1800".to_owned()));
    seconds_later(&world, 1_801);
    eventually("a second less", || max_and_value() == ("1800".to_owned(), "1799".to_owned())).await;
    // The time left is longer, as after a renewal.
    seconds_later(&world, 0);
    eventually("the bar is full", || max_and_value() == ("3600".to_owned(), "3600".to_owned())).await;
}

#[wasm_bindgen_test]
async fn f02_a_profile_that_fails_to_load_is_reported_with_its_code() {
    let world = left();
    world.respond(USERINFO, Ok((401, String::new())));
    let (place, session) = signed_in_with(&world, user).await;
    eventually("the profile error", || place.find("[data-testid=profile-error]").is_some()).await;
    let reason = place.find("[data-testid=profile-error]").unwrap();
    assert_eq!(reason.get_attribute("data-code").as_deref(), Some("userinfo_unreadable"));
    assert!(place.text().contains("You are still signed in."), "{}", place.text());
    assert!(place.find("[data-testid=user-name]").is_none());
    assert_eq!(session.is_authenticated(), Some(true));
}

#[wasm_bindgen_test]
async fn the_details_are_copied_or_the_page_says_that_they_are_not() {
    let world = left();
    let error: SignInError = PlatformError::TimedOut.into();
    let (place, _) = signed_in_with(&world, move |session| details(session, &error, "Fix it.")).await;
    script(
        "window.copied = [];
         const clipboard = { writeText(text) { window.copied.push(text); return Promise.resolve() } };
         Object.defineProperty(navigator, 'clipboard', { configurable: true, value: clipboard })",
    );
    place.press("button");
    eventually("the text Copied", || place.text().ends_with("Copied.")).await;
    let copied = script("return window.copied.join()").as_string().unwrap();
    assert!(copied.starts_with("code: provider_timed_out\n"), "{copied}");
    assert_eq!(copied, place.find("pre").unwrap().text_content().unwrap());
    for refused in ["{ writeText() { return Promise.reject(new DOMException('no')) } }", "undefined"] {
        script(&format!("Object.defineProperty(navigator, 'clipboard', {{ configurable: true, value: {refused} }})"));
        place.press("button");
        eventually("the advice", || place.text().ends_with("Select the text above and copy it.")).await;
        script("document.querySelector('details [role=status]').textContent = ''");
    }
    script("delete navigator.clipboard; delete window.copied");
}

#[wasm_bindgen_test]
async fn the_time_left_is_updated_in_a_translated_page() {
    let world = left();
    let (place, _) = signed_in_with(&world, time_left).await;
    translate(&place.root);
    assert_eq!(place.find("[role=timer]").unwrap().text_content().unwrap(), "translated");
    seconds_later(&world, 60);
    eventually("the time left", || place.find("[role=timer]").unwrap().text_content().unwrap().contains(':')).await;
    assert!(!place.find("[role=timer]").unwrap().text_content().unwrap().contains("translated"));
}
