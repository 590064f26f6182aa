//! The handle and the components that other apps use, in a real browser. The platform is a fake, because a real
//! navigation would end the test page.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

mod fake;
mod page;

use std::cell::Cell;
use std::rc::Rc;

use fake::{TOKEN, USERINFO, World, callback, left};
use js_sys::Function;
use leptos::prelude::*;
use page::{Place, eventually, next_task, script, seconds_later, session_on, signed_in, translate};
use visma_connect::browser::navigation;
use visma_connect::browser::panic;
use visma_connect::{
    AppLocation, Config, ProfileState, ProviderSession, Renewal, Session, SessionBanner, SessionState, SignInButton,
    SignInOptions, SignOutButton, SignedIn, SignedOut, SignedOutReason, load_config, provide_session,
};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

fn navigations(world: &World) -> usize {
    world.log.borrow().iter().filter(|line| line.starts_with("navigate")).count()
}

#[wasm_bindgen_test]
async fn a11_the_sign_in_button_leaves_once() {
    let world = World::new();
    let mut place = Place::at("/orders?page=2");
    let of_app = Rc::clone(&world);
    place.mount(move |_| {
        session_on(&of_app, "");
        ((), view! { <SignInButton label="Come in"/> }.into_any())
    });
    assert_eq!(place.text(), "Come in");
    place.press("[data-testid=sign-in]");
    place.press("[data-testid=sign-in]");
    eventually("leaving", || navigations(&world) > 0).await;
    place.press("[data-testid=sign-in]");
    assert_eq!(navigations(&world), 1);
    let record = world.storage.borrow().values().next().unwrap().clone();
    assert!(record.contains(r#""return_to":"/orders?page=2""#), "the user must return to the same page");
}

#[wasm_bindgen_test]
async fn c28_return_to_is_used_only_for_a_page_of_the_app() {
    for (wanted, ends_at) in [("/orders/7?tab=lines", "/orders/7?tab=lines"), ("//evil.example/x", "/")] {
        let world = World::new();
        let mut place = Place::at("/");
        let of_app = Rc::clone(&world);
        place.mount(move |_| {
            session_on(&of_app, "");
            let options = SignInOptions { return_to: Some(wanted.to_owned()), ..SignInOptions::default() };
            ((), view! { <SignInButton options/> }.into_any())
        });
        place.press("[data-testid=sign-in]");
        eventually("leaving", || navigations(&world) > 0).await;
        let record = world.storage.borrow().values().next().unwrap().clone();
        assert!(record.contains(&format!(r#""return_to":"{ends_at}""#)), "{wanted}: {record}");
    }
}

#[wasm_bindgen_test]
fn without_a_session_there_are_no_buttons() {
    let mut place = Place::at("/");
    place.mount(|_| ((), view! { <SignInButton/> <SignOutButton/> }.into_any()));
    assert!(place.find("button").is_none());
}

#[wasm_bindgen_test]
async fn a_handle_that_outlives_its_session_is_signed_out() {
    let world = left();
    let (place, session) = signed_in(&world).await;
    drop(place);
    assert_eq!(session.state(), SessionState::Unauthenticated(SignedOutReason::NotYet));
    assert_eq!((session.is_authenticated(), session.expires_in()), (Some(false), None));
    world.take_log();
    session.sign_out();
    session.sign_in(SignInOptions::default());
    assert!(world.take_log().is_empty());
}

/// A small app with the fake browser.
#[component]
fn App(world: Rc<World>, seen: Rc<Cell<Option<Session>>>) -> impl IntoView {
    let session = session_on(&world, &callback());
    seen.set(Some(session));
    view! {
        <Show
            when=move || session.is_authenticated() == Some(true)
            fallback=move || view! { <button on:click=move |_| session.sign_in(SignInOptions::default())>"Sign in"</button> }
        >
            <SignOutButton/>
        </Show>
    }
}

#[wasm_bindgen_test]
async fn an_app_follows_the_session_in_and_out() {
    let world = left();
    let mut place = Place::at("/callback");
    let of_app = Rc::clone(&world);
    let session = place.mount(move |_| {
        let seen = Rc::new(Cell::new(None));
        let view = view! { <App world=of_app seen=Rc::clone(&seen)/> }.into_any();
        (seen.get().unwrap(), view)
    });
    assert_eq!(
        session.is_authenticated(),
        None,
        "before the callback is read, it is not known whether the user is signed in"
    );
    eventually("the sign-out button", || place.find("[data-testid=sign-out]").is_some()).await;
    assert_eq!(session.is_authenticated(), Some(true));
    assert_eq!(world.count(TOKEN), 1);

    place.press("[data-testid=sign-out]");
    assert!(matches!(session.state(), SessionState::SigningOut { .. }));
    eventually("the sign-in button", || place.text() == "Sign in").await;
    let log = world.take_log();
    assert!(log.last().unwrap().contains("/connect/endsession?id_token_hint=eyJ"), "{log:?}");
}

#[wasm_bindgen_test]
async fn c22_a_callback_that_is_handled_twice_redeems_the_code_once() {
    let world = left();
    let mut place = Place::at("/callback");
    let of_app = Rc::clone(&world);
    let sessions = place.mount(move |_| {
        let twice = [session_on(&of_app, &callback()), session_on(&of_app, &callback())];
        (twice, ().into_any())
    });
    eventually("both results", || sessions.iter().all(|session| session.is_authenticated().is_some())).await;
    assert_eq!(world.count(TOKEN), 1);
    assert_eq!(sessions.map(|session| session.is_authenticated()), [Some(true), Some(false)]);
    let SessionState::Unauthenticated(SignedOutReason::Failed(error)) = sessions[1].state() else { panic!() };
    assert_eq!(error.code(), "sign_in_over");
}

#[wasm_bindgen_test]
async fn c32_a_record_that_was_changed_in_storage_is_not_used() {
    let world = left();
    for record in world.storage.borrow_mut().values_mut() {
        let changed = record.replace("\"version\":", "\"version\":9");
        assert_ne!(changed, *record);
        *record = changed;
    }
    let mut place = Place::at("/callback");
    let of_app = Rc::clone(&world);
    let session = place.mount(move |_| (session_on(&of_app, &callback()), ().into_any()));
    eventually("the result", || session.is_authenticated().is_some()).await;
    let SessionState::Unauthenticated(SignedOutReason::Failed(error)) = session.state() else { panic!() };
    assert_eq!(error.code(), "pending_unreadable");
    assert!(world.storage.borrow().is_empty());
    assert_eq!(world.count(TOKEN), 0);
}

#[wasm_bindgen_test]
async fn d11_an_absurd_lifetime_does_not_end_at_once() {
    let world = left();
    let response = world.responses.borrow()[TOKEN][0].clone();
    world.respond(TOKEN, response.map(|(status, body)| (status, body.replace("3600", "1000000000000000000"))));
    let (_place, session) = signed_in(&world).await;
    for _ in 0..20 {
        next_task().await;
    }
    assert_eq!(session.is_authenticated(), Some(true));
    assert!(session.expires_in().unwrap() <= 86_400);
}

#[wasm_bindgen_test]
async fn d16_a_sign_out_during_the_exchange_drops_the_response() {
    let world = left();
    world.hold(TOKEN);
    let mut place = Place::at("/callback");
    let of_app = Rc::clone(&world);
    let session = place.mount(move |_| (session_on(&of_app, &callback()), ().into_any()));
    eventually("the request", || world.count(TOKEN) == 1).await;
    session.sign_out();
    world.release(TOKEN);
    for _ in 0..20 {
        next_task().await;
    }
    assert_eq!(session.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
    assert_eq!(world.count(USERINFO), 0);
}

fn real_config(base_path: &str) -> Config {
    let page = AppLocation { base: [&navigation::origin(), base_path].concat(), languages: Vec::new() };
    Config::parse(r#"{"authority":"http://127.0.0.1:9","client_id":"demo"}"#, &page).unwrap()
}

#[wasm_bindgen_test]
async fn c24_provide_session_removes_only_an_authorization_response() {
    let mut place = Place::at("/callback?code=c&state=foreign");
    let session = place.mount(|_| (provide_session(real_config("/")), ().into_any()));
    assert_eq!(script("return location.href"), format!("{}/callback", navigation::origin()).as_str());
    let failed = || matches!(session.state(), SessionState::Unauthenticated(SignedOutReason::Failed(_)));
    eventually("the result", failed).await;
    let SessionState::Unauthenticated(SignedOutReason::Failed(error)) = session.state() else { panic!() };
    assert_eq!(error.code(), "state_unknown");
    drop(place);

    // The app's own query and fragment stay, with any parameter names.
    for own in
        ["/orders?page=2#line-7", "/orders?code=INVITE42", "/?error=x#a", "/?code=x&state=y", "/sign-out?error=x"]
    {
        let mut place = Place::at(own);
        place.mount(|_| (provide_session(real_config("/")), ().into_any()));
        assert_eq!(address(), own);
    }
    // A host may add a slash to the path of the callback.
    let mut place = Place::at("/callback/?code=c&state=foreign");
    let session = place.mount(|_| (provide_session(real_config("/")), ().into_any()));
    assert_eq!(address(), "/callback/");
    eventually("the result", || matches!(session.state(), SessionState::Unauthenticated(SignedOutReason::Failed(_))))
        .await;
}

fn address() -> String {
    script("return location.pathname + location.search + location.hash").as_string().unwrap()
}

#[wasm_bindgen_test]
async fn c24_with_a_configuration_only_a_response_stays_out_of_the_address() {
    // This folder has no config.json, so `load_config` fails. Until `provide_session` is called, the query is not in
    // the address.
    const BASE: &str = "/no-such-folder/";
    let mut place = Place::at("/no-such-folder/callback?code=c&state=foreign");
    assert!(load_config(BASE).await.is_err());
    assert_eq!(address(), "/no-such-folder/callback");
    let session = place.mount(|_| (provide_session(real_config(BASE)), ().into_any()));
    eventually("the result", || matches!(session.state(), SessionState::Unauthenticated(SignedOutReason::Failed(_))))
        .await;
    drop(place);

    let mut place = Place::at("/no-such-folder/orders?code=INVITE42#a");
    assert!(load_config(BASE).await.is_err());
    assert_eq!(address(), "/no-such-folder/orders");
    place.mount(|_| (provide_session(real_config(BASE)), ().into_any()));
    assert_eq!(address(), "/no-such-folder/orders?code=INVITE42#a");
    drop(place);

    let mut place = Place::at("/no-such-folder/?error=x#a");
    assert!(load_config(BASE).await.is_err());
    assert_eq!(address(), "/no-such-folder/?error=x#a", "home never receives a response, so its query stays");
    place.mount(|_| (provide_session(real_config(BASE)), ().into_any()));
    assert_eq!(address(), "/no-such-folder/?error=x#a");
}

/// The components that an app places around its pages.
fn around() -> impl IntoView {
    view! {
        <SessionBanner/>
        <SignedIn><p data-testid="inside">"Inside"</p></SignedIn>
        <SignedOut><p data-testid="outside">"Outside"</p></SignedOut>
    }
}

/// A signed-in user, with the components of `around` in the page.
async fn signed_in_around() -> (Rc<World>, Place, Session) {
    let world = left();
    let mut place = Place::at("/callback");
    let of_app = Rc::clone(&world);
    let session = place.mount(move |_| (session_on(&of_app, &callback()), around().into_any()));
    eventually("the session", || place.find("[data-testid=inside]").is_some()).await;
    (world, place, session)
}

#[wasm_bindgen_test]
async fn while_a_callback_is_read_nothing_for_either_side_is_shown() {
    let world = left();
    world.hold(TOKEN);
    let mut place = Place::at("/callback");
    let of_app = Rc::clone(&world);
    place.mount(move |_| (session_on(&of_app, &callback()), around().into_any()));
    eventually("the request", || world.count(TOKEN) == 1).await;
    assert_eq!(place.text(), "");
    world.release(TOKEN);
    eventually("the content for signed-in users", || place.text() == "Inside").await;
}

#[wasm_bindgen_test]
async fn the_children_are_built_once_for_a_session_and_removed_with_it() {
    let (world, place, session) = signed_in_around().await;
    let inside = place.find("[data-testid=inside]").unwrap();
    let has_name = || matches!(session.user().unwrap().profile(), ProfileState::Loaded(_));
    eventually("the name", has_name).await;
    seconds_later(&world, 3_500);
    eventually("the warning", || place.text().contains("Your session ends soon")).await;
    assert!(place.find("[data-testid=inside]").unwrap().is_same_node(Some(&inside)));
    session.sign_out();
    eventually("the content for signed-out users", || place.text() == "Outside").await;
    assert!(!inside.is_connected());
}

#[wasm_bindgen_test]
fn without_a_session_nothing_is_shown() {
    let mut place = Place::at("/");
    place.mount(|_| ((), around().into_any()));
    assert_eq!(place.text(), "");
}

#[wasm_bindgen_test]
async fn the_banner_is_silent_until_the_end_is_near_and_then_offers_to_stay() {
    let (world, place, session) = signed_in_around().await;
    let status = place.find("[role=status]").unwrap();
    assert_eq!(status.text_content().unwrap(), "");
    assert!(place.find("button").is_none());
    seconds_later(&world, 3_500);
    eventually("the button", || place.find("[data-testid=renew]").is_some()).await;
    assert!(status.is_connected(), "the status element must exist before its text");
    assert!(status.text_content().unwrap().starts_with("Your session ends soon"));

    let stay: HtmlElement = place.find("[data-testid=renew]").unwrap().unchecked_into();
    stay.focus().unwrap();
    stay.click();
    eventually("the window", || matches!(session.renewal(), Renewal::InWindow { .. })).await;
    eventually("the text about the window", || place.text().contains("Finish in the other window")).await;
    let first = place.find("[data-testid=renew-again]").unwrap();
    eventually("the focus", || first.is_same_node(document().active_element().as_deref())).await;
    place.press("[data-testid=renew-cancel]");
    eventually("the warning", || place.find("[data-testid=renew]").is_some()).await;
    assert_eq!(session.renewal(), Renewal::None);
    assert_eq!(navigations(&world), 0);
}

#[wasm_bindgen_test]
async fn a_blocked_window_is_reported_and_this_tab_is_offered() {
    let (world, place, session) = signed_in_around().await;
    world.window_is_blocked.set(true);
    session.renew();
    eventually("the error code", || place.find("[data-code=window_blocked]").is_some()).await;
    place.press("[data-testid=renew-again]");
    eventually("the error of the second renewal", || matches!(session.renewal(), Renewal::Failed(_))).await;
    assert_eq!(navigations(&world), 0);
    place.press("[data-testid=renew-here]");
    eventually("leaving", || navigations(&world) == 1).await;
    eventually("the text about leaving", || place.text().contains("Taking you to the sign-in service…")).await;
    assert!(place.find("button").is_none() && place.find("[data-code]").is_none());
}

#[wasm_bindgen_test]
async fn a_session_that_has_ended_can_go_on_in_a_window_or_in_this_tab() {
    let (world, place, session) = signed_in_around().await;
    seconds_later(&world, 3_600);
    eventually("the end of the session", || place.text().contains("Your session has ended")).await;
    assert_eq!(session.state(), SessionState::Expired);
    assert!(place.text().ends_with("Outside"), "{}", place.text());
    place.press("[data-testid=renew-again]");
    eventually("the window", || place.find("[data-testid=renew-cancel]").is_some()).await;
    assert!(matches!(session.renewal(), Renewal::InWindow { .. }));
    place.press("[data-testid=renew-cancel]");
    eventually("the end of the cancelled renewal", || place.find("[data-testid=renew-cancel]").is_none()).await;
    place.press("[data-testid=renew-here]");
    eventually("leaving", || navigations(&world) == 1).await;
}

#[wasm_bindgen_test]
async fn the_banner_of_a_translated_page_stays_up_to_date() {
    let (world, place, session) = signed_in_around().await;
    seconds_later(&world, 3_500);
    eventually("the warning", || place.find("[data-testid=renew]").is_some()).await;
    let banner = place.find("[data-testid=session-banner]").unwrap();
    translate(&banner);
    assert!(!banner.text_content().unwrap().contains("Your session"));

    place.press("[data-testid=renew]");
    eventually("the window", || place.find("[data-testid=renew-cancel]").is_some()).await;
    let text = banner.text_content().unwrap();
    assert!(!text.contains("translated") && text.contains("Finish in the other window"), "{text}");
    let read = "return [...banner.querySelectorAll('button')].map((button) => button.textContent).join(', ')";
    let read = Function::new_with_args("banner", read);
    let labels = |banner: &Element| read.call1(&JsValue::NULL, banner).unwrap().as_string().unwrap();
    assert_eq!(labels(&banner), "Try again, Continue in this tab, Cancel");
    translate(&banner);
    place.press("[data-testid=renew-cancel]");
    eventually("the warning again", || place.find("[data-testid=renew]").is_some()).await;
    assert_eq!(labels(&banner), "Stay signed in");
    translate(&banner);
    seconds_later(&world, 3_600);
    eventually("the end of the session", || session.state() == SessionState::Expired).await;
    eventually("the buttons of the expired session", || labels(&banner) == "Sign in again, Continue in this tab").await;
    assert!(!banner.text_content().unwrap().contains("translated"));
}

#[wasm_bindgen_test]
async fn in_a_translated_page_the_labels_of_the_buttons_follow_their_signal() {
    let world = left();
    let mut place = Place::at("/");
    let label = RwSignal::new("Before".to_owned());
    place.mount(move |_| {
        let session = session_on(&world, "");
        let view = view! {
            <SignInButton label=Signal::derive(move || label.get())/>
            <SignOutButton label=Signal::derive(move || label.get())/>
        };
        (session, view.into_any())
    });
    assert_eq!(place.text(), "BeforeBefore");
    translate(&place.root);
    assert_eq!(place.text(), "translatedtranslated");
    label.set("After".to_owned());
    eventually("the new labels", || place.text() == "AfterAfter").await;
}

/// The panic hook stops every session of the page. Tests run one after another, so no other session exists now.
#[wasm_bindgen_test]
async fn g10_the_panic_hook_drops_the_token_and_shows_fixed_words() {
    let world = left();
    let (mut place, session) = signed_in(&world).await;
    place.mount(|_| ((), view! { <p data-testid="inside">"Inside"</p> }.into_any()));
    place.root.set_id("app");
    world.take_log();
    script("history.replaceState(null, '', location.origin + '//evil.example/x')");
    panic::hook();
    let error = place.find("[data-testid=error]").unwrap();
    assert_eq!(error.get_attribute("data-code").as_deref(), Some("panic"));
    let again = place.find("a").unwrap().get_attribute("href").unwrap();
    assert_eq!(again, [&navigation::origin(), "//evil.example/x"].concat(), "c30: the link must stay on this site");
    assert!(place.find("[data-testid=inside]").is_none());
    assert_ne!(session.is_authenticated(), Some(true));
    session.sign_out();
    session.sign_in(SignInOptions::default());
    for _ in 0..10 {
        next_task().await;
    }
    assert_eq!(navigations(&world), 0, "no ID token must remain for an end-session request");
}
