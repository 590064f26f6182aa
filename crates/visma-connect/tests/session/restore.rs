//! Sign-ins that start automatically: after a reload, or because another site asks for them.

use std::rc::Rc;

use visma_connect::session::driver::{Driver, ProviderStatus};
use visma_connect::session::error::PlatformError;
use visma_connect::session::state::{SessionState, SignedOutReason};
use zeroize::Zeroizing;

use super::fake::{self, Fake, NOW, TOKEN, World, run};
use super::setup::{asked, code, driver, driver_with, return_from_provider, signed_in, world};

const REDIRECT: &str = r#","restore":"redirect""#;

fn reloaded(world: &Rc<World>, more: &str) -> Driver<Fake> {
    let driver = driver_with(world, more);
    run(driver.restore("/orders"));
    driver
}

fn is_leaving(driver: &Driver<Fake>) -> bool {
    matches!(driver.state(), SessionState::Redirecting { .. })
}

#[test]
fn g02_a_reload_offers_to_go_on_and_stores_nothing_about_the_user() {
    let world = world();
    assert!(!driver(&world).was_signed_in());
    let first = signed_in(&world);
    let stored = format!("{:?} {}", world.shared.borrow(), world.visible());
    let again = reloaded(&world, "");
    assert!(again.was_signed_in() && !is_leaving(&again));
    for secret in ["access-", "Kari", "kari@"] {
        assert!(!stored.contains(secret), "{stored}");
    }
    assert!(!driver_with(&world, r#","restore":"off""#).was_signed_in());
    world.wall_seconds.set(NOW + 25 * 3_600);
    assert!(!driver(&world).was_signed_in(), "a day later the page does not offer to continue");
    world.wall_seconds.set(NOW);
    first.sign_out();
    assert!(!driver(&world).was_signed_in());
}

#[test]
fn g02_restore_redirect_sends_one_silent_request_and_signs_in() {
    let world = world();
    assert!(!is_leaving(&reloaded(&world, REDIRECT)), "no user was signed in");
    signed_in(&world);
    let again = reloaded(&world, REDIRECT);
    assert!(is_leaving(&again));
    assert_eq!(asked(&world)("prompt"), "none");
    assert!(!is_leaving(&reloaded(&world, REDIRECT)), "a silent sign-in without a response is not repeated");
    let back = return_from_provider(&world, "kari", 3_600, "");
    assert!(back.state().signed_in().is_some());
    assert!(is_leaving(&reloaded(&world, REDIRECT)), "after a response, the next silent sign-in may start");
}

/// If another silent sign-in started, each page load would redirect to a provider that does not support prompt=none.
#[test]
fn g02_after_a_silent_sign_in_that_failed_none_starts_before_the_next_session() {
    for (response, was_signed_in) in [
        ("error=login_required", false),
        ("error=access_denied", false),
        ("error=interaction_required&iss=https%3A%2F%2Fconnect.example", true),
        ("error=consent_required", true),
        ("error=account_selection_required", true),
        ("error=server_error", true),
        ("error=invalid_request", true),
        ("error=weather_bad", true),
        ("code=x", true),
        ("code=x&iss=https%3A%2F%2Fevil.example", true),
        ("code=x&iss=https%3A%2F%2Fconnect.example", true),
    ] {
        let world = world();
        signed_in(&world);
        assert!(is_leaving(&reloaded(&world, REDIRECT)));
        world.respond(TOKEN, Ok((500, String::new())));
        world.take_log();
        let back = driver_with(&world, REDIRECT);
        let state = world
            .storage
            .borrow()
            .keys()
            .find_map(|key| key.strip_prefix("visma-connect-spa:pending:").map(str::to_owned));
        run(back.handle_callback(Zeroizing::new(format!("?{response}&state={}", state.unwrap()))));
        assert_eq!(back.state(), SessionState::Unauthenticated(SignedOutReason::NotYet), "{response}");
        assert_eq!(back.was_signed_in(), was_signed_in, "{response}");
        let log = world.take_log();
        assert!(
            log.contains(&"replace /orders".to_owned()),
            "the address must be the page where the user was: {log:?}"
        );
        assert!(!log.iter().any(|line| line.starts_with("navigate")), "{log:?}");
        // Further page loads start no silent sign-in either.
        for _ in 0..3 {
            assert!(!is_leaving(&reloaded(&world, REDIRECT)), "{response}");
        }
        signed_in(&world);
        assert!(is_leaving(&reloaded(&world, REDIRECT)), "after the next session: {response}");
    }
}

#[test]
fn g02_a_silent_sign_in_that_cannot_leave_ends_at_home() {
    let world = world();
    signed_in(&world);
    world.respond(fake::DISCOVERY, Err(PlatformError::Unreachable));
    let here = reloaded(&world, REDIRECT);
    assert_eq!(here.state(), SessionState::Unauthenticated(SignedOutReason::NotYet));
    assert!(matches!(here.memory().provider(), ProviderStatus::Failed(_)), "the home page shows the error");
}

#[test]
fn c12_an_error_after_a_press_is_shown_and_starts_nothing() {
    for error in ["login_required", "interaction_required", "consent_required", "account_selection_required"] {
        let world = world();
        run(driver_with(&world, REDIRECT).sign_in("/"));
        let response = format!("?error={error}&state={}", asked(&world)("state"));
        world.take_log();
        let back = driver_with(&world, REDIRECT);
        run(back.handle_callback(Zeroizing::new(response)));
        assert_eq!(code(&back), error);
        assert!(!world.take_log().iter().any(|line| line.starts_with("navigate")), "{error}");
    }
}

#[test]
fn g03_three_starts_a_minute_and_then_a_page_that_waits() {
    let world = world();
    for start in 0..3 {
        signed_in(&world);
        assert!(is_leaving(&reloaded(&world, REDIRECT)), "start {start}");
        return_from_provider(&world, "kari", 3_600, "");
    }
    let held_back = reloaded(&world, REDIRECT);
    assert_eq!(held_back.state(), SessionState::Unauthenticated(SignedOutReason::Paused));
    run(held_back.sign_in("/"));
    assert!(is_leaving(&held_back), "a click always starts a sign-in");
    world.wall_seconds.set(NOW + 61);
    assert!(is_leaving(&reloaded(&world, REDIRECT)), "after a minute, automatic starts are allowed again");
}

#[test]
fn g03_one_tab_at_a_time_and_none_that_cannot_count() {
    let world = world();
    signed_in(&world);
    world.lock_is_taken.set(true);
    let waiting = reloaded(&world, REDIRECT);
    assert_eq!(
        waiting.state(),
        SessionState::Unauthenticated(SignedOutReason::Paused),
        "the page must wait for a click"
    );
    world.lock_is_taken.set(false);
    world.save_fails.set(Some(PlatformError::StorageBlocked));
    assert_eq!(reloaded(&world, REDIRECT).state(), SessionState::Unauthenticated(SignedOutReason::Paused));
}

#[test]
fn i01_i02_i03_a_sign_in_that_something_else_asks_for() {
    let world = world();
    let started = driver(&world);
    run(started.initiate(
        "?iss=https%3A%2F%2Fconnect.example&login_hint=kari%40example.no\
         &target_link_uri=https%3A%2F%2Fapp.example%2Forders",
    ));
    assert!(is_leaving(&started));
    assert_eq!((asked(&world)("login_hint"), asked(&world)("prompt")), ("kari@example.no".to_owned(), String::new()));
    let back = return_from_provider(&world, "kari", 3_600, "");
    assert!(back.state().signed_in().is_some());
    assert!(world.log.borrow().iter().any(|line| line == "replace /orders"));

    world.take_log();
    for (query, expected) in [
        ("?iss=https://evil.example", "initiate_issuer_foreign"),
        ("?login_hint=kari", "initiate_issuer_foreign"),
        ("?iss=https://connect.example&iss=https://connect.example", "initiate_malformed"),
    ] {
        let refused = driver(&world);
        run(refused.initiate(query));
        assert_eq!(code(&refused), expected, "{query}");
    }
    assert!(!world.log.borrow().iter().any(|line| line.starts_with("navigate")));
}

#[test]
fn i02_a_page_that_starts_or_ends_something_is_no_page_to_return_to() {
    for path in ["/initiate", "/sign-out"] {
        let world = world();
        run(driver(&world).sign_in(path));
        return_from_provider(&world, "kari", 3_600, "");
        assert!(world.log.borrow().iter().any(|line| line == "replace /"), "{path}");
    }
    // After a reload the query is gone. The page must show no error for that.
    let world = world();
    let again = driver(&world);
    run(again.initiate(""));
    assert_eq!(again.state(), SessionState::Unauthenticated(SignedOutReason::NotYet));
}

#[test]
fn g02_after_a_sign_in_that_returned_the_next_page_may_sign_in_silently_again() {
    let world = world();
    signed_in(&world);
    assert!(is_leaving(&reloaded(&world, REDIRECT)));
    assert!(!is_leaving(&reloaded(&world, REDIRECT)), "a silent sign-in without a response must not be repeated");
    signed_in(&world);
    assert!(is_leaving(&reloaded(&world, REDIRECT)));
}

#[test]
fn i04_a_start_from_elsewhere_ends_no_session_and_not_in_a_frame() {
    let world = world();
    let there = signed_in(&world);
    let here = driver(&world);
    run(here.initiate("?iss=https%3A%2F%2Fconnect.example"));
    assert!(is_leaving(&here));
    there.tick();
    assert!(there.state().signed_in().is_some(), "other tabs keep their session");
    world.check_fails.set(Some(PlatformError::InFrame));
    let framed = driver(&world);
    run(framed.initiate("?iss=https%3A%2F%2Fconnect.example"));
    assert_eq!(code(&framed), "in_frame");
}
