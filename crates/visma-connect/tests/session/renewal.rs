//! Renewal in a window and in the tab: how it begins, ends and fails, and what is sent.

use std::rc::Rc;

use visma_connect::session::driver::Driver;
use visma_connect::session::error::PlatformError;
use visma_connect::session::renewal::RenewalNotice;
use visma_connect::session::state::{SessionState, SignedOutReason};
use visma_connect::{ProfileState, Prompt, RenewIn, Renewal, SessionChange, SignInOptions};
use zeroize::Zeroizing;

use super::fake::{Fake, NOW, TOKEN, USERINFO, World, poll, run};
use super::setup::{
    self, asked, callback_page, code, config, driver, driver_with, none, open_window, provider_responds,
    renew_in_window, response_of, return_from_provider, signed_in, signed_in_as, will_respond, world,
};

#[test]
fn a_renewal_in_a_window_keeps_its_record_in_memory_and_the_session_as_it_is() {
    let world = world();
    let driver = signed_in(&world);
    world.take_log();
    let mut renew = Box::pin(driver.renew(RenewIn::Window, "/orders", none()));
    assert!(!poll(&mut renew));
    assert!(matches!(driver.memory().renewal(), Renewal::InWindow { .. }));
    assert!(driver.state().signed_in().is_some());
    // The browser copies sessionStorage into a new window. So the record must not be stored.
    assert!(world.storage.borrow().keys().all(|key| key == "visma-connect-spa:owner"));
    let asked = asked(&world);
    assert_eq!((asked("prompt"), asked("login_hint")), (String::new(), "kari@example.no".to_owned()));
    assert_eq!(world.take_log().len(), 1, "only the window is opened");

    world.log.borrow_mut().push(format!(
        "open https://connect.example/?nonce={}&state={}",
        asked("nonce"),
        asked("state")
    ));
    world.wall_seconds.set(NOW + 3_500);
    let window = return_from_provider(&world, "kari", 3_600, "");
    assert_eq!(window.state(), SessionState::Unauthenticated(SignedOutReason::HandedOver));
    assert_eq!(world.count(TOKEN), 0, "only the tab with the record redeems the code");
    assert!(poll(&mut renew));
    assert_eq!((world.count(TOKEN), driver.memory().renewal()), (1, Renewal::None));
    let SessionState::Authenticated(user) = driver.state() else { panic!("{:?}", driver.state()) };
    assert_eq!((driver.expires_in(), user.session_change()), (Some(3_600), SessionChange::Renewed));
    assert!(matches!(user.profile(), ProfileState::Loaded(_)), "the profile is kept");
    assert!(world.log.borrow().iter().any(|line| line == "close"), "the window must close");
    assert!(
        !world.log.borrow().iter().any(|line| line.starts_with("replace")),
        "the address of the page must not change"
    );
}

#[test]
fn a_renewal_after_the_end_brings_the_session_back_with_what_was_typed() {
    let world = world();
    let driver = signed_in(&world);
    assert!(driver.keep("note", "half a sentence"));
    world.wall_seconds.set(NOW + 4_000);
    driver.tick();
    assert_eq!(driver.state(), SessionState::Expired);
    let mut renew = Box::pin(driver.renew(RenewIn::Window, "/orders", none()));
    assert!(!poll(&mut renew));
    return_from_provider(&world, "kari", 3_600, "");
    assert!(poll(&mut renew));
    assert!(matches!(driver.state(), SessionState::Authenticated(_)));
    assert_eq!(driver.memory().kept("note").as_deref(), Some("half a sentence"));
}

#[test]
fn a_window_that_did_not_open_is_reported_at_once_and_nothing_is_lost() {
    let world = world();
    let driver = signed_in(&world);
    world.window_is_blocked.set(true);
    run(driver.renew(RenewIn::Window, "/", none()));
    assert_eq!(driver.memory().renewal(), Renewal::Failed(PlatformError::WindowBlocked.into()));
    assert!(driver.state().signed_in().is_some());
    run(driver.retry_renewal(RenewIn::Tab, "/orders"));
    assert!(matches!(driver.memory().renewal(), Renewal::Leaving { .. }));
    assert!(driver.state().signed_in().is_some(), "the session continues until the response is verified");
    driver.page_restored();
    assert_eq!(driver.memory().renewal(), Renewal::None, "Back ends the renewal and restores the page");
}

#[test]
fn a_renewal_ends_on_cancel_after_ten_minutes_and_for_the_next_one() {
    let world = world();
    let driver = signed_in(&world);
    let mut first = open_window(&driver, none());
    will_respond(&world, "kari", 3_600, "");
    let old = response_of(&world);
    let mut second = Box::pin(driver.retry_renewal(RenewIn::Window, "/"));
    assert!(!poll(&mut second));
    assert!(poll(&mut first), "the second renewal ends the first one");
    let window = driver_of_window(&world, &old);
    assert_eq!(code(&window), "state_unknown", "no tab waits for this response");
    driver.cancel_renewal();
    assert!(poll(&mut second));
    assert_eq!(driver.memory().renewal(), Renewal::None);

    let mut third = open_window(&driver, none());
    world.wall_seconds.set(NOW + 601);
    driver.tick();
    assert!(poll(&mut third));
    assert_eq!(driver.memory().renewal(), Renewal::Failed(PlatformError::WindowForgotten.into()));
    assert!(driver.state().signed_in().is_some());
}

fn driver_of_window(world: &Rc<World>, response: &str) -> Driver<Fake> {
    let window = driver(world);
    // The fake does not remove a channel when its listener is dropped. A browser does.
    world.offers.borrow_mut().clear();
    run(window.handle_callback(Zeroizing::new(response.to_owned())));
    window
}

#[test]
fn after_a_failed_renewal_the_end_of_the_session_and_a_later_failure_are_shown() {
    let topic = |driver: &Driver<Fake>| RenewalNotice::of(&driver.memory().renewal(), &driver.state());
    let world = world();
    let driver = signed_in(&world);
    world.window_is_blocked.set(true);
    run(driver.renew(RenewIn::Window, "/", none()));
    assert!(matches!(topic(&driver), RenewalNotice::Failed(_)));
    world.wall_seconds.set(NOW + 3_500);
    driver.tick();
    assert!(
        matches!(topic(&driver), RenewalNotice::Failed(_)),
        "the warning does not replace the message about the failure"
    );
    world.wall_seconds.set(NOW + 3_600);
    driver.tick();
    assert_eq!(topic(&driver), RenewalNotice::Ended);
    run(driver.retry_renewal(RenewIn::Window, "/"));
    driver.tick();
    assert!(
        matches!(topic(&driver), RenewalNotice::Failed(_)),
        "a renewal that fails after the end of the session shows its error"
    );
}

#[test]
fn a_declined_renewal_does_not_say_that_the_user_is_not_signed_in() {
    let world = world();
    let driver = signed_in(&world);
    let mut renew = open_window(&driver, none());
    let response = ["?error=access_denied&state=", &asked(&world)("state")].concat();
    callback_page(&world, response);
    assert!(poll(&mut renew));
    let (title, text) = RenewalNotice::of(&driver.memory().renewal(), &driver.state()).title_and_text(config(""));
    assert_eq!(title, "The renewal was declined");
    assert!(!text.contains("not signed in"), "{text}");
}

#[test]
fn a_refusal_in_the_window_leaves_the_session_as_it_is() {
    for (response, expected) in [
        ("?error=access_denied&iss=https%3A%2F%2Fconnect.example&state=", "access_denied"),
        // Duende IdentityServer sends errors without `iss`.
        ("?error=access_denied&state=", "access_denied"),
        ("?error=invalid_scope&state=", "invalid_scope"),
        ("?error=access_denied&iss=https%3A%2F%2Fevil.example&state=", "issuer_mismatch"),
        ("?code=x&iss=https%3A%2F%2Fevil.example&state=", "issuer_mismatch"),
    ] {
        let world = world();
        let driver = signed_in(&world);
        let mut renew = open_window(&driver, none());
        let window = callback_page(&world, [response, &asked(&world)("state")].concat());
        assert_eq!(window.state(), SessionState::Unauthenticated(SignedOutReason::HandedOver));
        assert!(poll(&mut renew));
        let Renewal::Failed(error) = driver.memory().renewal() else { panic!("{:?}", driver.memory().renewal()) };
        assert_eq!(error.code(), expected);
        assert!(driver.state().signed_in().is_some());
    }
}

#[test]
fn a_sign_out_while_a_window_is_open_ends_the_renewal() {
    let world = world();
    let driver = signed_in(&world);
    let mut renew = open_window(&driver, none());
    will_respond(&world, "kari", 3_600, "");
    driver.sign_out();
    assert!(poll(&mut renew));
    let tokens = world.count(TOKEN);
    provider_responds(&world);
    assert_eq!(world.count(TOKEN), tokens, "the code must not be redeemed");
    assert_eq!(driver.state().signed_in(), None);
}

#[test]
fn known_hints_are_sent_unless_the_user_chooses_or_the_configuration_forbids() {
    let tenant = "0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11";
    let claim = format!(r#","tenant_id":"{tenant}""#);
    let world = world();
    let driver = signed_in_as(&world, "kari", 3_600, &claim);
    run(driver.renew(RenewIn::Tab, "/", none()));
    assert_eq!(
        (asked(&world)("login_hint"), asked(&world)("tenant_hint")),
        ("kari@example.no".to_owned(), tenant.to_owned())
    );
    driver.page_restored();
    run(driver.renew(RenewIn::Tab, "/", SignInOptions { prompt: Some(Prompt::SelectAccount), ..none() }));
    let asked_for = asked(&world);
    assert_eq!(asked_for("prompt"), "select_account");
    assert_eq!((asked_for("login_hint"), asked_for("tenant_hint")), (String::new(), String::new()));

    run(driver_with(&world, r#","send_hints":false"#).sign_in("/"));
    will_respond(&world, "kari", 3_600, &claim);
    let silent = driver_with(&world, r#","send_hints":false"#);
    run(silent.handle_callback(Zeroizing::new(response_of(&world))));
    run(silent.renew(RenewIn::Tab, "/", none()));
    assert_eq!((asked(&world)("login_hint"), asked(&world)("tenant_hint")), (String::new(), String::new()));
}

#[test]
fn a_late_userinfo_error_does_not_remove_the_name() {
    let world = world();
    run(setup::driver(&world).sign_in("/"));
    will_respond(&world, "kari", 3_600, "");
    let driver = setup::driver(&world);
    world.hold(USERINFO);
    let mut handling = Box::pin(driver.handle_callback(Zeroizing::new(response_of(&world))));
    assert!(!poll(&mut handling));
    let mut renew = open_window(&driver, none());
    return_from_provider(&world, "kari", 3_600, "");
    assert!(!poll(&mut renew), "the UserInfo request of the renewal must be held too");
    // The requests get the responses in the order in which they are polled: the renewal gets the profile, the older
    // request gets the error.
    world.then(USERINFO, Err(PlatformError::TimedOut));
    world.release(USERINFO);
    assert!(poll(&mut renew) && poll(&mut handling));
    let user = driver.state().signed_in().cloned().unwrap();
    assert!(matches!(user.profile(), ProfileState::Loaded(_)), "{:?}", user.profile());
}

/// The response can arrive after its token has expired, for example when the device was suspended meanwhile.
#[test]
fn f08_a_renewal_whose_token_has_already_expired_ends_nothing() {
    for (seconds, is_over) in [(3_599, false), (3_600, true)] {
        let world = world();
        let driver = signed_in_as(&world, "kari", 86_400, "");
        let mut renew = open_window(&driver, none());
        world.hold(TOKEN);
        provider_responds(&world);
        assert!(!poll(&mut renew));
        world.wall_seconds.set(NOW + seconds);
        will_respond(&world, "kari", 3_600, "");
        world.release(TOKEN);
        assert!(poll(&mut renew));
        assert_eq!(driver.memory().renewal(), Renewal::None);
        assert!(driver.expires_in().is_some_and(|left| is_over == (left > 80_000)), "{:?}", driver.expires_in());
    }
}

#[test]
fn the_options_of_a_renewal_are_used_once() {
    let world = world();
    let driver = signed_in(&world);
    let switch = SignInOptions { prompt: Some(Prompt::SelectAccount), scopes: vec!["erp:read".to_owned()], ..none() };
    run(driver.renew(RenewIn::Tab, "/", switch.clone()));
    driver.page_restored();
    run(driver.retry_renewal(RenewIn::Tab, "/"));
    assert_eq!(asked(&world)("prompt"), "select_account", "the options stay until a response has arrived");
    driver.page_restored();
    renew_in_window(&world, &driver, switch, "kari", "");
    run(driver.retry_renewal(RenewIn::Tab, "/"));
    assert_eq!((asked(&world)("prompt"), asked(&world)("scope")), (String::new(), "openid profile email".to_owned()));
}
