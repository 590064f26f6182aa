//! Sign-out here, in other tabs and at the provider.

use std::pin::pin;

use visma_connect::session::driver::Driver;
use visma_connect::session::error::PlatformError;
use visma_connect::session::state::{ProviderSession, SessionState, SignedOutReason};

use super::fake::{
    DISCOVERY, SIGNING_KEY, TOKEN, USERINFO, World, callback, claims, driver, id_token, left, poll, run, token_response,
};
use super::setup::{authorization_response, callback_page, failure};

#[test]
fn h01_sign_out_wipes_here_and_then_asks_the_provider() {
    let world = left();
    let driver = callback_page(&world);
    world.take_log();
    driver.sign_out();
    assert!(matches!(driver.state(), SessionState::SigningOut { .. }));
    let log = world.take_log();
    assert_eq!(log[..4], ["take owner", "mark sign-out", "replace /signed-out", "save sign-out"]);
    assert!(log[4].starts_with("navigate https://connect.example/connect/endsession?id_token_hint=eyJ"), "{log:?}");
    assert!(log[4].contains("&client_id=demo&post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fsigned-out&state="));
    assert_eq!(log.len(), 5);

    // A click at this time must not start another navigation, because a new navigation cancels the end-session
    // request.
    run(driver.sign_in("/"));
    assert!(world.take_log().is_empty());
    world.late_ms.set(15_000);
    driver.tick();
    assert_eq!(driver.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
    run(driver.sign_in("/"));
    assert!(matches!(driver.state(), SessionState::Redirecting { .. }));
}

/// IIS responds to a long query with 404, so the app leaves a long ID token out of the end-session request. Without
/// `id_token_hint`, Duende IdentityServer asks the user before it signs the user out.
#[test]
fn h02_with_an_id_token_that_is_too_long_the_user_is_informed_before_leaving() {
    let world = left();
    let long = claims().replace("\"sub\"", &format!("\"padding\":\"{}\",\"sub\"", "x".repeat(5_000)));
    world.respond(TOKEN, token_response(&id_token(r#"{"alg":"RS256","kid":"k1"}"#, &long, SIGNING_KEY)));
    let driver = callback_page(&world);
    assert_eq!(driver.state().is_authenticated(), Some(true));
    world.take_log();
    driver.sign_out();
    assert_eq!(
        driver.state(),
        SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::ConfirmationNeeded))
    );
    assert_eq!(
        world.take_log(),
        ["take owner", "mark sign-out", "replace /signed-out"],
        "signed out here, and the user is informed"
    );
    let broadcasts = world.broadcasts.borrow().len();

    driver.sign_out();
    assert!(matches!(driver.state(), SessionState::SigningOut { .. }));
    let log = world.take_log();
    assert_eq!(log[0], "save sign-out");
    assert!(log[1].starts_with("navigate https://connect.example/connect/endsession?client_id=demo&"), "{log:?}");
    assert_eq!(log.len(), 2, "no step of the sign-out may run twice");
    assert_eq!(world.broadcasts.borrow().len(), broadcasts);
    // A quick second click.
    driver.sign_out();
    assert!(matches!(driver.state(), SessionState::SigningOut { .. }));
    assert_eq!((world.take_log(), world.broadcasts.borrow().len()), (Vec::new(), broadcasts));
}

#[test]
fn a_second_press_of_sign_out_changes_nothing_while_the_page_leaves() {
    let world = left();
    let driver = callback_page(&world);
    driver.sign_out();
    let (state, broadcasts) = (driver.state(), world.broadcasts.borrow().len());
    assert!(matches!(state, SessionState::SigningOut { .. }));
    world.take_log();
    driver.sign_out();
    assert_eq!((driver.state(), world.take_log(), world.broadcasts.borrow().len()), (state, Vec::new(), broadcasts));
}

#[test]
fn h04_a_failed_navigation_to_the_provider_is_reported_at_once() {
    let world = left();
    let driver = callback_page(&world);
    world.random_fails.set(true);
    driver.sign_out();
    assert_eq!(driver.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
    assert!(!world.visible().contains("endsession"));
}

#[test]
fn g01_g04_a_sign_out_ends_every_session_of_this_browser() {
    let world = left();
    let first = callback_page(&world);
    // `other` stands for another tab of this browser, or for an earlier page of this tab.
    let other = driver(&world);
    run(other.sign_in("/"));
    world.take_log();
    first.sign_out();
    assert!(
        matches!(other.state(), SessionState::Redirecting { .. }),
        "a page that is leaving for the provider must not change"
    );
    other.page_restored();

    for wakes in [Driver::tick, Driver::page_restored] {
        let world = left();
        let here = callback_page(&world);
        world.respond(USERINFO, Err(PlatformError::Unreachable));
        driver(&world).sign_out();
        wakes(&here);
        assert_eq!(here.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
        world.take_log();
        here.sign_out();
        assert!(!world.visible().contains("endsession"), "the tokens must be removed");
    }

    // If a sign-out happens while a page exchanges a code, the page drops the tokens when they arrive. A callback
    // that is opened after the sign-out starts a new session, because the user has signed in at the provider again.
    let world = left();
    world.hold(TOKEN);
    let here = driver(&world);
    let mut handling = pin!(here.handle_callback(authorization_response(callback())));
    assert!(!poll(&mut handling));
    driver(&world).sign_out();
    here.tick();
    world.release(TOKEN);
    assert!(poll(&mut handling));
    assert_eq!(here.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
    assert_eq!(world.count(USERINFO), 0);

    let world = left();
    let of_this_tab = world.storage.borrow().clone();
    driver(&world).sign_out();
    world.storage.replace(of_this_tab);
    let later = callback_page(&world);
    later.tick();
    assert_eq!(later.state().is_authenticated(), Some(true));
}

#[test]
fn h01_d17_a_sign_out_removes_the_pending_sign_ins_of_the_tab() {
    let world = left();
    driver(&world).sign_out();
    assert!(world.storage.borrow().is_empty(), "{:?}", world.storage.borrow());
    let later = callback_page(&world);
    assert_eq!(failure(&later), "sign_in_over");
}

#[test]
fn g05_marks_of_any_kind_end_a_session_and_never_begin_one() {
    for mark in [Some("forged"), Some(""), Some("<script>"), Some("9999999999999999999999"), None] {
        let world = left();
        world.sign_out_mark.replace(Some("1".to_owned()));
        let here = callback_page(&world);
        world.sign_out_mark.replace(mark.map(str::to_owned));
        here.tick();
        assert_eq!(
            here.state(),
            SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)),
            "{mark:?}"
        );
        here.tick();
        let signed_out = driver(&world);
        signed_out.tick();
        assert_eq!(signed_out.state(), SessionState::Unauthenticated(SignedOutReason::NotYet), "{mark:?}");
    }
}

#[test]
fn h03_only_the_state_of_the_request_confirms_the_sign_out() {
    let world = left();
    let before = callback_page(&world);
    before.sign_out();
    let log = world.take_log();
    let state = log.last().unwrap().split("state=").nth(1).unwrap().to_owned();
    let stored = world.storage.borrow().clone();
    for (query, expected) in [
        (format!("?state={state}"), ProviderSession::Ended),
        (format!("?state={state}_INVALID"), ProviderSession::MayRemain),
        (String::new(), ProviderSession::MayRemain),
    ] {
        *world.storage.borrow_mut() = stored.clone();
        let after = driver(&world);
        after.returned_from_sign_out(&query);
        assert_eq!(after.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(expected)), "{query}");
        assert!(world.storage.borrow().is_empty());
    }
}

#[test]
fn h04_without_an_end_session_endpoint_only_the_app_signs_out() {
    let world = World::new();
    let metadata = include_str!("../fixtures/metadata.json").replace("end_session_endpoint", "x");
    world.respond(DISCOVERY, Ok((200, metadata)));
    world.respond(TOKEN, token_response(&id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims(), SIGNING_KEY)));
    run(driver(&world).sign_in("/"));
    let driver = callback_page(&world);
    world.take_log();
    driver.sign_out();
    assert_eq!(world.take_log(), ["take owner", "mark sign-out", "replace /signed-out"]);
    assert_eq!(driver.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
}
