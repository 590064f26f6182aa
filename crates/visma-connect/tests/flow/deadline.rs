//! The lifetime of the token, measured with two clocks.

use std::pin::pin;

use visma_connect::session::state::SessionState;

use super::fake::{
    NOW, SIGNING_KEY, TOKEN, USERINFO, callback, claims, driver, id_token, left, poll, run, token_response,
};
use super::setup::authorization_response;

#[test]
fn f08_no_user_is_signed_in_after_the_deadline() {
    let world = left();
    let driver = driver(&world);
    world.hold(USERINFO);
    let mut handling = pin!(driver.handle_callback(authorization_response(callback())));
    assert!(!poll(&mut handling));
    assert_eq!(driver.expires_in(), Some(3_600));
    world.wall_seconds.set(NOW + 3_599);
    driver.tick();
    assert_eq!(driver.expires_in(), Some(1));
    world.wall_seconds.set(NOW + 3_600);
    driver.tick();
    assert_eq!(driver.state(), SessionState::Expired);
    assert_eq!(driver.expires_in(), None);
    // A profile that arrives after the end of the session is ignored.
    world.release(USERINFO);
    assert!(poll(&mut handling));
    assert_eq!(driver.state(), SessionState::Expired);
}

#[test]
fn d11_f08_the_clocks_are_read_each_second_and_exactly_at_the_end() {
    let world = left();
    let driver = driver(&world);
    assert_eq!(driver.next_tick_ms(), None, "signed out: no timer");
    run(driver.handle_callback(authorization_response(callback())));
    assert_eq!(driver.next_tick_ms(), Some(1_000));
    world.late_ms.set(3_479_250);
    assert_eq!(
        driver.next_tick_ms(),
        Some(500),
        "the next check is two minutes before the end, when the warning appears"
    );
    world.late_ms.set(3_599_250);
    driver.tick();
    assert_eq!(driver.next_tick_ms(), Some(500), "the session ends a quarter of a second before the token");
    world.late_ms.set(3_599_750);
    assert_eq!(driver.next_tick_ms(), Some(0));
    driver.tick();
    assert_eq!(driver.next_tick_ms(), None);
}

#[test]
fn f08_the_lifetime_counts_from_when_the_request_was_sent() {
    let world = left();
    let response = token_response(&id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims(), SIGNING_KEY));
    world.respond(TOKEN, response.map(|(status, body)| (status, body.replace("3600", "5"))));
    world.hold(TOKEN);
    let driver = driver(&world);
    let mut handling = pin!(driver.handle_callback(authorization_response(callback())));
    assert!(!poll(&mut handling));
    world.wall_seconds.set(NOW + 5);
    world.release(TOKEN);
    poll(&mut handling);
    assert_eq!(driver.state(), SessionState::Expired, "the token expired before the response arrived");
}
