//! A sign-in that ends in a different tab from the one where it began, and a renewal whose opener is suspended or
//! closed.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

mod fake;

use std::collections::BTreeMap;
use std::pin::pin;
use std::rc::Rc;

use fake::{Fake, NOW, SIGNING_KEY, TOKEN, World, callback, claims, driver, id_token, left, poll, run, state};
use visma_connect::session::driver::{Driver, ProviderStatus};
use visma_connect::session::state::{SessionState, SignedOutReason};
use visma_connect::session::tab_message::TabMessage;
use visma_connect::{Config, RenewIn, Renewal, SignInOptions};
use zeroize::Zeroizing;

/// Opens the callback page in another tab, whose sessionStorage is empty.
fn opened_elsewhere(world: &Rc<World>, authorization_response: &str) -> Driver<Fake> {
    let of_first_tab = world.storage.take();
    let other = driver(world);
    run(other.handle_callback(Zeroizing::new(authorization_response.to_owned())));
    let of_other_tab = world.storage.replace(of_first_tab);
    assert_eq!(of_other_tab, BTreeMap::new(), "the other tab must store nothing");
    other
}

fn code(driver: &Driver<Fake>) -> &'static str {
    match driver.state() {
        SessionState::Unauthenticated(SignedOutReason::Failed(error)) => error.code(),
        other => panic!("not a failure: {other:?}"),
    }
}

/// Starts a sign-in on the callback page. Returns the `return_to` of its record.
fn next_goes_to(world: &World, driver: &Driver<Fake>) -> String {
    next_goes_to_from(world, driver, "/callback")
}

fn next_goes_to_from(world: &World, driver: &Driver<Fake>, page: &str) -> String {
    let before = world.storage.borrow().clone();
    run(driver.sign_in(page));
    assert!(matches!(driver.state(), SessionState::Redirecting { .. }));
    let storage = world.storage.borrow();
    let record = storage.iter().find(|(key, _)| !before.contains_key(*key)).unwrap().1;
    record.split("\"return_to\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

fn replaced(world: &World) -> Option<String> {
    world.log.borrow().iter().rev().find_map(|line| line.strip_prefix("replace ").map(str::to_owned))
}

#[test]
fn a_returning_first_tab_accepts_the_response() {
    // The first tab is restored from the back/forward cache, or loaded again.
    for is_restored in [true, false] {
        let world = World::new();
        let response = include_str!("fixtures/id-token.jwt").trim_end();
        world.respond(TOKEN, fake::token_response(response));
        let first = driver(&world);
        run(first.sign_in("/orders"));
        let first = if is_restored { first } else { driver(&world) };
        let mut listening = pin!(first.listen());
        assert!(!poll(&mut listening));
        if is_restored {
            assert!(world.offers.borrow().is_empty(), "a page that is leaving must not listen");
            first.page_restored();
            assert!(!poll(&mut listening));
        }
        let other = opened_elsewhere(&world, &callback());
        assert_eq!(other.state(), SessionState::Unauthenticated(SignedOutReason::HandedOver));
        assert_eq!(world.count(TOKEN), 0, "the tab without the record must not redeem the code");
        assert!(!poll(&mut listening), "the first tab must continue to listen");
        assert_eq!(first.state().is_authenticated(), Some(true));
        assert_eq!((world.count(TOKEN), replaced(&world).as_deref()), (1, Some("/orders")));
        // `stop` ends the wait.
        first.stop();
        assert!(poll(&mut listening));
    }
}

#[test]
fn a_tab_with_a_session_or_without_a_record_does_not_listen() {
    let world = left();
    let signed_in = driver(&world);
    run(signed_in.handle_callback(Zeroizing::new(callback())));
    let without_a_record = driver(&world);
    for driver in [&signed_in, &without_a_record] {
        let mut listening = pin!(driver.listen());
        assert!(!poll(&mut listening));
        assert!(world.offers.borrow().is_empty());
    }
}

#[test]
fn c19_without_a_listener_nothing_is_redeemed_and_a_press_returns_to_the_page() {
    let world = left();
    let other = opened_elsewhere(&world, &callback());
    assert_eq!(code(&other), "state_unknown");
    assert_eq!(world.count(TOKEN), 0);
    assert_eq!(replaced(&world), None, "the page with the error must stay");
    assert_eq!(
        other.memory().provider(),
        ProviderStatus::Ready,
        "the metadata is loaded, so a click opens the provider at once"
    );
    // The values that all tabs share contain no secret.
    let remembered = format!("{:?}", world.shared.borrow());
    assert!(!remembered.contains(&state()) && !remembered.contains("code-canary"), "{remembered}");
    assert_eq!(next_goes_to(&world, &other), "/orders");
    // The first tab can still use the response.
    let first = driver(&world);
    run(first.handle_callback(Zeroizing::new(callback())));
    assert_eq!(first.state().is_authenticated(), Some(true));
}

#[test]
fn c05_a_finished_sign_in_and_one_of_another_tab_have_different_errors() {
    type End = fn(&Rc<World>);
    let ends: [(&str, End, &str); 6] = [
        ("used here", |world| run(driver(world).handle_callback(Zeroizing::new(callback()))), "sign_in_over"),
        (
            "declined",
            |world| {
                run(driver(world).handle_callback(Zeroizing::new(format!("?error=access_denied&state={}", state()))))
            },
            "sign_in_over",
        ),
        ("signed out", |world| driver(world).sign_out(), "sign_in_over"),
        ("too late", |world| world.wall_seconds.set(NOW + 601), "sign_in_over"),
        ("the clock was set back", |world| world.wall_seconds.set(NOW - 1), "sign_in_over"),
        ("none of these", |_| {}, "state_unknown"),
    ];
    for (name, end, expected) in ends {
        let world = left();
        end(&world);
        let other = opened_elsewhere(&world, &callback());
        assert_eq!(code(&other), expected, "{name}");
        let page = next_goes_to(&world, &other);
        assert_eq!(page, if expected == "state_unknown" { "/orders" } else { "/" }, "{name}");
    }
}

#[test]
fn the_stored_return_page_is_removed_with_its_sign_in() {
    let page = |world: &World| world.shared.borrow().values().any(|value| value.contains("/orders"));
    let world = left();
    assert!(page(&world));
    run(driver(&world).handle_callback(Zeroizing::new(callback())));
    assert!(!page(&world), "the stored page is removed when it is used");
    let world = left();
    world.wall_seconds.set(NOW + 601);
    run(driver(&world).prepare());
    assert!(!page(&world), "the next page load of any tab removes the stored page");
    let world = left();
    driver(&world).sign_out();
    assert!(!page(&world), "a sign-out removes the stored page");
    // Other code may change the stored page. So it is checked like any other page.
    for hostile in ["//evil.example", "/sign-out", "/callback", "https://evil.example/", "javascript:alert(1)"] {
        let world = left();
        for value in world.shared.borrow_mut().values_mut() {
            *value = value.replace("/orders", hostile);
        }
        let other = opened_elsewhere(&world, &callback());
        assert_eq!(next_goes_to(&world, &other), "/", "{hostile}");
    }
}

/// Some hosts add a slash to the path.
#[test]
fn a_press_returns_to_the_page_from_a_callback_page_with_a_slash_too() {
    for page in ["/callback", "/callback/"] {
        let world = left();
        let other = opened_elsewhere(&world, &callback());
        assert_eq!(next_goes_to_from(&world, &other, page), "/orders", "{page}");
    }
}

/// On a shared computer, the next user must not see which page the last user visited.
#[test]
fn where_a_user_wanted_to_go_is_forgotten_with_a_sign_out() {
    let world = left();
    let other = opened_elsewhere(&world, &callback());
    driver(&world).sign_out();
    other.tick();
    assert_eq!(next_goes_to(&world, &other), "/");
}

#[test]
fn where_a_renewal_began_is_forgotten_when_the_provider_ends_the_session() {
    for (sid, code_then, page) in [("s-1", "sign_in_over", "/"), ("s-2", "state_unknown", "/orders")] {
        let world = left();
        let claims = claims().replace('}', r#","sid":"s-1"}"#);
        world.respond(TOKEN, fake::token_response(&id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims, SIGNING_KEY)));
        let (opener, response) = renewing(&world);
        {
            let mut renew = pin!(opener.renew(RenewIn::Window, "/orders", SignInOptions::default()));
            assert!(!poll(&mut renew));
        }
        world.offers.borrow_mut().clear();
        opener.on_tab_message(
            &TabMessage::FrontChannelLogout { iss: fake::ISSUER.to_owned(), sid: sid.to_owned() }.to_text(),
        );
        let window = opened_elsewhere(&world, &response);
        assert_eq!(code(&window), code_then);
        assert_eq!(next_goes_to(&world, &window), page);
    }
}

/// One page can finish several sign-ins, one after another.
#[test]
fn a_silent_sign_in_that_went_well_does_not_make_the_next_one_silent() {
    let world = left();
    let text = r#"{"authority":"https://connect.example","client_id":"demo","restore":"redirect"}"#;
    let config: &'static Config = Box::leak(Box::new(Config::parse(text, &fake::page()).unwrap()));
    let tab = || Driver::new(Fake(Rc::clone(&world)), config, Box::new(|| {}));
    let asked = |name: &str| {
        let log = world.log.borrow();
        let url = log.iter().rev().find_map(|line| line.strip_prefix("navigate ")).unwrap();
        url.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)).unwrap_or_default().to_owned()
    };
    run(tab().handle_callback(Zeroizing::new(callback())));
    let reloaded = tab();
    run(reloaded.restore("/orders"));
    assert_eq!(asked("prompt="), "none");
    let claims = claims().replace(&fake::encode([3_u8; 32]), &asked("nonce="));
    world.respond(TOKEN, fake::token_response(&id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims, SIGNING_KEY)));
    let back = tab();
    run(back.handle_callback(Zeroizing::new(format!(
        "?code=c&state={}&iss=https%3A%2F%2Fconnect.example",
        asked("state=")
    ))));
    assert_eq!(back.state().is_authenticated(), Some(true));
    back.sign_out();
    back.page_restored();

    run(back.sign_in("/"));
    back.page_restored();
    world.log.borrow_mut().retain(|line| line.starts_with("navigate "));
    run(back.handle_callback(Zeroizing::new(format!("?error=access_denied&state={}", asked("state=")))));
    assert_eq!(code(&back), "access_denied", "the user clicked, so the error must be shown");
    assert_eq!(replaced(&world), None, "the app must not open the page of the earlier user");
}

/// A tab with an expired session that is leaving for the provider to renew it, and the response to that renewal.
fn expired_and_back(world: &Rc<World>) -> (Driver<Fake>, String) {
    let tab = driver(world);
    run(tab.handle_callback(Zeroizing::new(callback())));
    assert!(tab.keep("note", "half"));
    world.wall_seconds.set(NOW + 3_600);
    tab.tick();
    assert_eq!(tab.state(), SessionState::Expired);
    run(tab.renew(RenewIn::Tab, "/orders", SignInOptions::default()));
    let claims = claims()
        .replace(&fake::encode([3_u8; 32]), &fake::encode([6_u8; 32]))
        .replace(&NOW.to_string(), &(NOW + 3_600).to_string())
        .replace(&(NOW + 300).to_string(), &(NOW + 3_900).to_string());
    world.respond(TOKEN, fake::token_response(&id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims, SIGNING_KEY)));
    (tab, callback().replace(&state(), &fake::encode([5_u8; 32])))
}

#[test]
fn an_expired_tab_accepts_the_response_and_keeps_its_page() {
    let world = left();
    let (tab, response) = expired_and_back(&world);
    let mut listening = pin!(tab.listen());
    assert!(!poll(&mut listening));
    assert!(world.offers.borrow().is_empty(), "a page that is leaving must not listen");
    tab.page_restored();
    assert!(!poll(&mut listening));
    world.take_log();
    let other = opened_elsewhere(&world, &response);
    assert_eq!(other.state(), SessionState::Unauthenticated(SignedOutReason::HandedOver));
    assert!(!poll(&mut listening), "the tab must continue to listen");
    assert_eq!((tab.state().is_authenticated(), tab.memory().renewal()), (Some(true), Renewal::None));
    assert_eq!((world.count(TOKEN), tab.memory().kept("note").as_deref(), replaced(&world)), (1, Some("half"), None));
    assert!(world.storage.borrow().keys().all(|key| !key.contains("pending")), "the record must be removed");
}

#[test]
fn a_response_in_another_tab_for_an_ended_session_is_checked_too() {
    // First case: the user declines. Second case: another tab signs out before the response arrives.
    let world = left();
    let (tab, _) = expired_and_back(&world);
    tab.page_restored();
    let mut listening = pin!(tab.listen());
    assert!(!poll(&mut listening));
    opened_elsewhere(&world, &format!("?error=access_denied&state={}", fake::encode([5_u8; 32])));
    assert!(!poll(&mut listening));
    assert_eq!(tab.state(), SessionState::Expired);
    assert!(matches!(tab.memory().renewal(), Renewal::Failed(error) if error.is_cancelled()));

    let world = left();
    let (tab, response) = expired_and_back(&world);
    tab.page_restored();
    let mut listening = pin!(tab.listen());
    assert!(!poll(&mut listening));
    world.sign_out_mark.replace(Some("1".to_owned()));
    let tokens = world.count(TOKEN);
    opened_elsewhere(&world, &response);
    assert!(!poll(&mut listening));
    assert_eq!((world.count(TOKEN), tab.state().is_authenticated()), (tokens, Some(false)));
    assert_eq!(tab.memory().kept("note"), None, "the kept text of a signed-out user must be removed");
}

/// A tab with a session, and the error response that will arrive in the window of its renewal.
fn renewing(world: &Rc<World>) -> (Driver<Fake>, String) {
    let opener = driver(world);
    run(opener.handle_callback(Zeroizing::new(callback())));
    (opener, format!("?error=access_denied&state={}", fake::encode([5_u8; 32])))
}

#[test]
fn an_opener_that_sleeps_takes_the_response_when_it_wakes() {
    let world = left();
    let (opener, response) = renewing(&world);
    let mut renew = pin!(opener.renew(RenewIn::Window, "/", SignInOptions::default()));
    assert!(!poll(&mut renew));
    world.ignored_offers.set(5);
    let window = opened_elsewhere(&world, &response);
    assert_eq!(window.state(), SessionState::Unauthenticated(SignedOutReason::HandedOver));
    assert!(poll(&mut renew));
    assert!(matches!(opener.memory().renewal(), Renewal::Failed(error) if error.is_cancelled()));
    assert!(world.log.borrow().iter().any(|line| line == "close"));
}

#[test]
fn without_its_opener_a_renewal_window_offers_a_sign_in() {
    let world = left();
    let (opener, response) = renewing(&world);
    {
        let mut renew = pin!(opener.renew(RenewIn::Window, "/", SignInOptions::default()));
        assert!(!poll(&mut renew));
    }
    world.offers.borrow_mut().clear();
    let window = opened_elsewhere(&world, &response);
    assert_eq!(code(&window), "state_unknown");
    assert_eq!(world.offered.get(), 301, "one offer every two seconds, for ten minutes");
    assert_eq!(world.count(TOKEN), 1, "only the first sign-in has redeemed a code");
    run(window.sign_in("/"));
    assert!(matches!(window.state(), SessionState::Redirecting { .. }));
}

#[test]
fn a_press_ends_the_offers() {
    let world = left();
    world.hold(fake::DISCOVERY);
    let of_first_tab = world.storage.take();
    let other = driver(&world);
    let mut handling = pin!(other.handle_callback(Zeroizing::new(callback())));
    assert!(!poll(&mut handling), "the callback page waits for the metadata");
    assert_eq!(code(&other), "state_unknown");
    world.storage.replace(of_first_tab);
    let mut sign_in = pin!(other.sign_in("/orders"));
    assert!(!poll(&mut sign_in));
    world.release(fake::DISCOVERY);
    assert!(poll(&mut handling) && poll(&mut sign_in));
    assert_eq!(world.offered.get(), 1);
    assert!(matches!(other.state(), SessionState::Redirecting { .. }));
}
