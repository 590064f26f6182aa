//! Responses that arrive after a sign-out, a panic or the end of the session.

use std::pin::pin;

use visma_connect::session::driver::Driver;
use visma_connect::session::state::{ProfileState, ProviderSession, SessionState, SignedOutReason};

use super::fake::{
    self, SIGNING_KEY, TOKEN, USERINFO, World, callback, claims, driver, id_token, left, poll, run, state,
    token_response,
};
use super::setup::authorization_response;

#[test]
fn g10_after_a_panic_no_token_remains_and_late_responses_are_ignored() {
    let world = left();
    world.hold(USERINFO);
    let signed_in = driver(&world);
    let mut handling = pin!(signed_in.handle_callback(authorization_response(callback())));
    assert!(!poll(&mut handling));
    assert_eq!(signed_in.state().is_authenticated(), Some(true));
    signed_in.stop();
    world.release(USERINFO);
    assert!(poll(&mut handling));
    world.take_log();
    signed_in.sign_out();
    run(signed_in.sign_in("/"));
    run(signed_in.prepare());
    signed_in.tick();
    assert_eq!(signed_in.state(), SessionState::Unauthenticated(SignedOutReason::NotYet));
    assert!(!world.visible().contains("navigate"), "no ID token must remain for an end-session request");

    let world = left();
    world.hold(TOKEN);
    let exchanging = driver(&world);
    let mut handling = pin!(exchanging.handle_callback(authorization_response(callback())));
    assert!(!poll(&mut handling));
    exchanging.stop();
    world.release(TOKEN);
    assert!(poll(&mut handling));
    assert_eq!(exchanging.state(), SessionState::Unauthenticated(SignedOutReason::NotYet));
    assert_eq!(world.count(USERINFO), 0);
}

#[test]
fn d16_a_sign_out_while_the_code_is_claimed_sends_nothing() {
    let world = left();
    world.claims_held.set(true);
    let driver = driver(&world);
    let mut handling = pin!(driver.handle_callback(authorization_response(callback())));
    assert!(!poll(&mut handling));
    driver.sign_out();
    world.claims_held.set(false);
    assert!(poll(&mut handling));
    assert_eq!(driver.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
    assert_eq!(world.count(TOKEN), 0);
}

#[test]
fn d16_a_response_after_sign_out_is_dropped() {
    let world = left();
    world.hold(TOKEN);
    let driver = driver(&world);
    let mut handling = pin!(driver.handle_callback(authorization_response(callback())));
    assert!(!poll(&mut handling));
    driver.sign_out();
    world.release(TOKEN);
    assert!(poll(&mut handling));
    assert_eq!(driver.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
    assert_eq!(world.count(USERINFO), 0);
}

#[test]
fn d16_a_response_to_an_older_attempt_is_dropped() {
    let world = left();
    world.hold(TOKEN);
    let driver = driver(&world);
    let mut handling = pin!(driver.handle_callback(authorization_response(callback())));
    assert!(!poll(&mut handling));
    driver.sign_out();
    run(driver.sign_in("/"));
    assert!(matches!(driver.state(), SessionState::Redirecting { .. }));
    world.release(TOKEN);
    assert!(poll(&mut handling));
    assert!(matches!(driver.state(), SessionState::Redirecting { .. }), "{:?}", driver.state());
    assert_eq!(world.count(USERINFO), 0);
}

#[test]
fn d16_a_profile_of_an_older_session_does_not_get_into_the_next_one() {
    let world = left();
    let profile = |name: &str| Ok((200, format!(r#"{{"sub":"kari","name":"{name}"}}"#)));
    world.respond(USERINFO, profile("older"));
    world.hold(USERINFO);
    let driver = driver(&world);
    let mut older = pin!(driver.handle_callback(authorization_response(callback())));
    assert!(!poll(&mut older));
    driver.sign_out();
    assert!(poll(&mut older), "a sign-out ends the request");
    world.respond(USERINFO, profile("newer"));
    driver.page_restored();
    // The same page signs in again: the user starts a sign-in, and Back restores the page.
    run(driver.sign_in("/"));
    driver.page_restored();
    let claims = claims().replace(&fake::encode([3; 32]), &fake::encode([7; 32]));
    world.respond(TOKEN, token_response(&id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims, SIGNING_KEY)));
    let mut newer =
        pin!(driver.handle_callback(authorization_response(callback().replace(&state(), &fake::encode([6; 32])))));
    assert!(!poll(&mut newer));
    assert_eq!(driver.state().is_authenticated(), Some(true), "{:?}", driver.state());
    assert_eq!(driver.state().signed_in().unwrap().profile(), &ProfileState::Loading);
    world.release(USERINFO);
    assert!(poll(&mut newer));
    let state = driver.state();
    let ProfileState::Loaded(profile) = state.signed_in().unwrap().profile() else { panic!("{state:?}") };
    assert_eq!(profile.name.as_deref(), Some("newer"));
}

#[test]
fn d16_a_response_after_the_return_from_sign_out_is_dropped() {
    let world = left();
    world.hold(TOKEN);
    let driver = driver(&world);
    let mut handling = pin!(driver.handle_callback(authorization_response(callback())));
    assert!(!poll(&mut handling));
    driver.returned_from_sign_out("");
    world.release(TOKEN);
    assert!(poll(&mut handling));
    assert_eq!(driver.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
    assert_eq!(world.count(USERINFO), 0);
    assert!(!world.visible().contains("replace /orders"));
}

#[test]
fn f08_g10_a_request_with_the_token_ends_with_its_session() {
    type End = fn(&World, &Driver<fake::Fake>);
    let ends: [(&str, End); 4] = [
        ("sign-out", |_, driver| driver.sign_out()),
        ("panic", |_, driver| driver.stop()),
        ("expiry", |world, driver| {
            world.late_ms.set(3_600_000);
            driver.tick();
        }),
        ("sign-out elsewhere", |world, driver| {
            world.sign_out_mark.replace(Some("x".to_owned()));
            driver.tick();
        }),
    ];
    for (name, end) in ends {
        let world = left();
        world.hold(USERINFO);
        let driver = driver(&world);
        let mut handling = pin!(driver.handle_callback(authorization_response(callback())));
        assert!(!poll(&mut handling));
        assert_eq!(world.count(USERINFO), 1, "{name}");
        end(&world, &driver);
        assert!(poll(&mut handling), "{name}: the request must be dropped, without waiting for its response");
        assert_ne!(driver.state().is_authenticated(), Some(true), "{name}");
    }
}
