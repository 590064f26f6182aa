//! The code exchange: the order of its requests, and the effect of each failed request.

use std::pin::pin;

use visma_connect::session::driver::Driver;
use visma_connect::session::error::PlatformError;
use visma_connect::session::state::{ProfileState, SessionState, SignedOutReason};

use super::fake::{
    self, DISCOVERY, JWKS, SIGNING_KEY, TOKEN, USERINFO, World, callback, claims, driver, id_token, jwks, left, poll,
    run, token_response,
};
use super::setup::{authorization_response, callback_page, failure};

#[test]
fn keys_and_tokens_are_requested_in_parallel() {
    let world = left();
    world.hold(TOKEN);
    let driver = driver(&world);
    let mut handling = pin!(driver.handle_callback(authorization_response(callback())));
    assert!(!poll(&mut handling));
    assert_eq!(world.count(JWKS), 1, "the JWKS request does not wait for the token response");
    assert_eq!(driver.state().is_authenticated(), None);
    world.release(TOKEN);
    assert!(poll(&mut handling));
    assert_eq!(driver.state().is_authenticated(), Some(true));
}

#[test]
fn a_refused_code_does_not_wait_for_slow_keys() {
    let world = left();
    world.hold(JWKS);
    world.respond(TOKEN, Ok((400, r#"{"error":"invalid_grant"}"#.to_owned())));
    let driver = callback_page(&world);
    assert_eq!(failure(&driver), "invalid_grant");
}

#[test]
fn d04_a_lost_connection_never_sends_the_code_again() {
    for response in [Err(PlatformError::Unreachable), Err(PlatformError::TimedOut), Ok((503, String::new()))] {
        let world = left();
        world.respond(TOKEN, response);
        let driver = callback_page(&world);
        let SessionState::Unauthenticated(SignedOutReason::Failed(error)) = driver.state() else { panic!() };
        assert!(error.is_retryable(), "{error}");
        assert_eq!(world.count(TOKEN), 1);
    }
}

#[test]
fn f01_f02_a_session_exists_without_a_profile() {
    for (response, code) in [
        (Ok((200, r#"{"sub":"another user","name":"Eve"}"#.to_owned())), "userinfo_sub_mismatch"),
        (Ok((401, String::new())), "userinfo_unreadable"),
        (Err(PlatformError::Unreachable), "provider_unreachable"),
    ] {
        let world = left();
        world.respond(USERINFO, response);
        let driver = callback_page(&world);
        let state = driver.state();
        let ProfileState::Unavailable(error) = state.signed_in().unwrap().profile() else { panic!("{code}") };
        assert_eq!(error.code(), code);
        assert!(!format!("{state:?}").contains("Eve"));
    }
}

#[test]
fn with_inline_metadata_and_keys_only_tokens_are_requested() {
    let world = World::new();
    let metadata = include_str!("../fixtures/metadata.json");
    let metadata = metadata.trim_end().trim_end_matches('}').to_owned()
        + &format!(r#","jwks":{}}}"#, jwks(&[("k1", SIGNING_KEY)]));
    let text = format!(r#"{{"authority":"https://connect.example","client_id":"demo","metadata":{metadata}}}"#);
    let config: &'static _ = Box::leak(Box::new(visma_connect::Config::parse(&text, &fake::page()).unwrap()));
    let driver = || Driver::new(fake::Fake(world.clone()), config, Box::new(|| {}));
    world.respond(TOKEN, token_response(&id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims(), SIGNING_KEY)));
    run(driver().sign_in("/"));
    let back = driver();
    run(back.handle_callback(authorization_response(callback())));
    assert_eq!(back.state().is_authenticated(), Some(true));
    assert_eq!((world.count(DISCOVERY), world.count(JWKS)), (0, 0));
}
