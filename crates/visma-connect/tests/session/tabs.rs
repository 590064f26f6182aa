//! Sign-outs and other users in other tabs, and a sign-out that the provider starts.

use std::rc::Rc;

use visma_connect::RenewIn;
use visma_connect::session::state::{SessionState, SignedOutReason};
use visma_connect::session::tab_message::{FRONT_CHANNEL_KEY, TabMessage};
use zeroize::Zeroizing;

use super::fake::{ISSUER, JWKS, NOW, World, poll, run};
use super::setup::{
    self, asked, callback_page, code, driver, none, open_window, provider_responds, response_of, return_from_provider,
    signed_in, signed_in_as, will_respond, world,
};

/// Signs out in another tab. The storage of this tab stays as it is.
fn sign_out_in_another_tab(world: &Rc<World>) {
    let own = world.storage.take();
    driver(world).sign_out();
    world.storage.replace(own);
}

#[test]
fn g04_a_sign_out_reaches_the_other_tabs_without_shared_storage() {
    let world = world();
    let (here, there) = (signed_in(&world), signed_in(&world));
    here.sign_out();
    let message = world.broadcasts.borrow().last().unwrap().clone();
    // In some browsers, tabs share no storage.
    world.sign_out_mark.replace(None);
    there.on_tab_message(&message);
    assert!(
        matches!(there.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(_))),
        "{:?}",
        there.state()
    );
    assert!(!message.contains("access-") && !message.contains("kari"), "{message}");
}

#[test]
fn g04_a_sign_out_elsewhere_clears_a_tab_that_is_leaving() {
    // The session expires, the user leaves and goes back. The kept text is available until any tab signs out.
    let world = world();
    let here = signed_in(&world);
    assert!(here.keep("note", "half"));
    world.wall_seconds.set(NOW + 3_600);
    here.tick();
    run(here.sign_in("/"));
    here.page_restored();
    assert_eq!(here.state(), SessionState::Unauthenticated(SignedOutReason::NavigatedBack));
    assert_eq!(here.memory().kept("note").as_deref(), Some("half"));
    sign_out_in_another_tab(&world);
    here.tick();
    assert_eq!(here.memory().kept("note"), None);
    assert!(!world.storage.borrow().values().any(|record| record.contains("half")));
}

#[test]
fn g04_a_sign_out_elsewhere_removes_the_stored_snapshot() {
    let world = world();
    let kept = || world.storage.borrow().values().any(|record| record.contains("half"));
    let here = signed_in(&world);
    assert!(here.keep("note", "half"));
    run(here.renew(RenewIn::Tab, "/", none()));
    assert!(kept(), "the text is stored while the tab is at the provider");
    will_respond(&world, "kari", 3_600, "");
    sign_out_in_another_tab(&world);
    let back = provider_responds(&world);
    assert_eq!(code(&back), "sign_in_over");
    assert!(!kept());
    let again = signed_in(&world);
    assert_eq!(again.memory().kept("note"), None);

    // The stored text is also removed if the page shows an error of the provider.
    world.wall_seconds.set(NOW + 5);
    assert!(again.keep("note", "half"));
    run(again.renew(RenewIn::Tab, "/", none()));
    let no = format!("?error=access_denied&state={}&iss=https%3A%2F%2Fconnect.example", asked(&world)("state"));
    let back = callback_page(&world, no);
    assert!(kept(), "the user may try again");
    sign_out_in_another_tab(&world);
    back.tick();
    assert!(!kept());
    assert_eq!(code(&back), "access_denied", "the page still shows the error");
}

#[test]
fn h06_a_page_out_of_the_page_cache_follows_the_provider_too() {
    for (sid, is_over) in [("s-1", true), ("s-2", false)] {
        let world = world();
        let here = signed_in_as(&world, "kari", 3_600, r#","sid":"s-1""#);
        let message = TabMessage::FrontChannelLogout { iss: ISSUER.to_owned(), sid: sid.to_owned() }.to_text();
        world.shared.borrow_mut().insert(FRONT_CHANNEL_KEY.to_owned(), message);
        here.tick();
        assert!(
            here.state().signed_in().is_some(),
            "an active page must read this sign-out from a message, not from storage"
        );
        here.page_restored();
        assert_eq!(here.state().signed_in().is_none(), is_over, "{sid}");
    }
}

#[test]
fn g04_a_sign_out_elsewhere_ends_a_pending_renewal() {
    let world = world();
    let here = signed_in(&world);
    run(here.renew(RenewIn::Tab, "/", none()));
    will_respond(&world, "kari", 3_600, "");
    let (response, kept) = (response_of(&world), world.storage.borrow().clone());
    world.wall_seconds.set(NOW + 5);
    driver(&world).sign_out();
    // The other tab has its own sessionStorage, which the sign-out does not clear.
    *world.storage.borrow_mut() = kept;
    let back = callback_page(&world, response);
    assert_eq!(code(&back), "sign_in_over");
    // A later sign-in succeeds.
    assert!(signed_in(&world).state().signed_in().is_some());
}

#[test]
fn g04_g08_a_sign_out_elsewhere_counts_with_any_clock() {
    let world = world();
    let here = signed_in(&world);
    run(here.renew(RenewIn::Tab, "/", none()));
    will_respond(&world, "kari", 3_600, "");
    let (response, kept) = (response_of(&world), world.storage.borrow().clone());
    world.wall_jump_ms.set(-200_000);
    driver(&world).sign_out();
    *world.storage.borrow_mut() = kept;
    let back = callback_page(&world, response);
    assert_eq!(code(&back), "sign_in_over", "the clock was set back before the sign-out");

    let world = setup::world();
    world.wall_jump_ms.set(86_400_000);
    driver(&world).sign_out();
    world.wall_jump_ms.set(0);
    let kari = signed_in(&world);
    run(kari.renew(RenewIn::Tab, "/", none()));
    assert!(
        return_from_provider(&world, "kari", 3_600, "").state().signed_in().is_some(),
        "the clock was one day ahead at the sign-out"
    );
}

#[test]
fn g04_a_renewal_that_ends_after_a_sign_out_announces_no_user() {
    let world = world();
    let here = signed_in(&world);
    let mut renew = open_window(&here, none());
    will_respond(&world, "kari", 3_600, "");
    driver(&world).sign_out();
    let broadcasts = world.broadcasts.borrow().len();
    provider_responds(&world);
    assert!(poll(&mut renew));
    assert!(here.state().signed_in().is_none());
    assert_eq!(world.broadcasts.borrow().len(), broadcasts);
    assert!(!driver(&world).was_signed_in());
}

#[test]
fn a_token_that_expired_on_its_way_is_not_announced() {
    let world = world();
    run(driver(&world).sign_in("/"));
    will_respond(&world, "kari", 3, "");
    world.hold(JWKS);
    let driver = driver(&world);
    let mut handling = Box::pin(driver.handle_callback(Zeroizing::new(response_of(&world))));
    assert!(!poll(&mut handling));
    world.wall_seconds.set(NOW + 4);
    world.release(JWKS);
    assert!(poll(&mut handling));
    assert_eq!(driver.state(), SessionState::Expired);
    assert!(world.broadcasts.borrow().is_empty());
    assert!(!driver.was_signed_in());
}

#[test]
fn g05_a_message_of_another_version_or_kind_is_ignored() {
    let world = world();
    let driver = signed_in(&world);
    let before = driver.state();
    for text in [r#"{"v":2,"type":"signed_out","mark":"9"}"#, "signed_out", "", r#"{"v":1,"type":"x"}"#] {
        driver.on_tab_message(text);
        assert_eq!(driver.state(), before, "{text}");
    }
}

#[test]
fn g09_the_session_knows_that_another_tab_has_another_user() {
    let world = world();
    let kari = signed_in(&world);
    let ola = signed_in_as(&world, "ola", 3_600, "");
    let message = world.broadcasts.borrow().last().unwrap().clone();
    assert!(!message.contains("ola"), "the message must contain only a fingerprint: {message}");
    kari.on_tab_message(&message);
    assert!(kari.memory().other_user_in_another_tab() && !ola.memory().other_user_in_another_tab());
    assert_eq!(kari.state().signed_in().unwrap().subject(), "kari");
    let _again = signed_in(&world);
    kari.on_tab_message(&world.broadcasts.borrow().last().unwrap().clone());
    assert!(!kari.memory().other_user_in_another_tab());
}

#[test]
fn h06_h07_the_providers_sign_out_counts_only_for_its_own_session() {
    let world = world();
    let driver = signed_in_as(&world, "kari", 3_600, r#","sid":"s1""#);
    let message =
        |iss: &str, sid: &str| format!(r#"{{"v":1,"type":"frontchannel_logout","iss":"{iss}","sid":"{sid}"}}"#);
    for (iss, sid) in [(ISSUER, "s2"), ("https://evil.example", "s1"), (ISSUER, ""), ("", "s1")] {
        driver.on_tab_message(&message(iss, sid));
        assert!(driver.state().signed_in().is_some(), "{iss} {sid}");
    }
    driver.on_tab_message(r#"{"v":1,"type":"frontchannel_logout","iss":"https://connect.example"}"#);
    assert!(driver.state().signed_in().is_some());
    driver.on_tab_message(&message(ISSUER, "s1"));
    assert!(matches!(driver.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(_))));
    let without = signed_in(&world);
    without.on_tab_message(&message(ISSUER, ""));
    assert!(without.state().signed_in().is_some(), "without sid, no provider session can be identified");

    let expired = signed_in_as(&world, "kari", 60, r#","sid":"s1""#);
    assert!(expired.keep("note", "half a sentence"));
    world.wall_seconds.set(NOW + 60);
    expired.tick();
    expired.on_tab_message(&message(ISSUER, "s1"));
    assert!(
        matches!(expired.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(_))),
        "an expired session still has kept text, so the sign-out ends it too"
    );
    assert_eq!(expired.memory().kept("note"), None);
}
