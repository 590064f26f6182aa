//! Leaving for the provider: the discovery request, the stored record, and errors that keep the browser on the page.

use std::pin::pin;

use visma_connect::session::driver::ProviderStatus;
use visma_connect::session::error::PlatformError;
use visma_connect::session::state::{SessionState, SignedOutReason};

use super::fake::{DISCOVERY, World, driver, poll, run};
use super::setup::failure;

#[test]
fn a14_leaving_saves_the_record_first() {
    let world = World::new();
    let driver = driver(&world);
    run(driver.prepare());
    assert_eq!(driver.memory().provider(), ProviderStatus::Ready);
    run(driver.sign_in("/orders"));
    let log = world.take_log();
    assert_eq!(log[..2], [format!("GET {DISCOVERY}"), "save pending".to_owned()]);
    assert!(log[2].starts_with("navigate https://connect.example/connect/authorize?client_id=demo&"), "{log:?}");
    assert_eq!(log.len(), 3);
    assert!(matches!(driver.state(), SessionState::Redirecting { .. }));
}

#[test]
fn a11_two_presses_leave_once() {
    let world = World::new();
    world.hold(DISCOVERY);
    let driver = driver(&world);
    let mut first = pin!(driver.sign_in("/"));
    assert!(!poll(&mut first));
    run(driver.sign_in("/"));
    world.release(DISCOVERY);
    assert!(poll(&mut first));
    run(driver.sign_in("/"));
    let log = world.take_log();
    assert_eq!(log.iter().filter(|line| line.starts_with("navigate")).count(), 1, "{log:?}");
    assert_eq!(log.iter().filter(|line| line.starts_with("save")).count(), 1, "{log:?}");
}

#[test]
fn a_click_waits_for_the_discovery_that_already_runs() {
    let world = World::new();
    world.hold(DISCOVERY);
    let driver = driver(&world);
    let mut prepare = pin!(driver.prepare());
    let mut sign_in = pin!(driver.sign_in("/"));
    assert!(!poll(&mut prepare));
    assert!(!poll(&mut sign_in));
    world.release(DISCOVERY);
    assert!(poll(&mut prepare));
    assert!(poll(&mut sign_in));
    assert_eq!(world.count(DISCOVERY), 1);
}

#[test]
fn b03_b08_a_failed_discovery_is_shown_and_the_next_click_tries_again() {
    let world = World::new();
    world.respond(DISCOVERY, Err(PlatformError::Unreachable));
    let driver = driver(&world);
    run(driver.prepare());
    assert_eq!(driver.memory().provider(), ProviderStatus::Failed(PlatformError::Unreachable.into()));
    assert_eq!(driver.state(), SessionState::Unauthenticated(SignedOutReason::NotYet));
    world.respond(DISCOVERY, Ok((200, include_str!("../fixtures/metadata.json").to_owned())));
    run(driver.sign_in("/"));
    assert_eq!(driver.memory().provider(), ProviderStatus::Ready);
    assert!(matches!(driver.state(), SessionState::Redirecting { .. }));
}

#[test]
fn b01_b02_metadata_that_is_not_to_be_trusted_stops_before_leaving() {
    let good = include_str!("../fixtures/metadata.json");
    for (from, to, code) in [
        (
            "\"issuer\": \"https://connect.example\"",
            "\"issuer\": \"https://connect.example/\"",
            "metadata_issuer_slash",
        ),
        ("https://connect.example/connect/authorize", "javascript:alert(1)", "metadata_invalid"),
        ("https://connect.example/connect/authorize", "http://connect.example/authorize", "metadata_invalid"),
        ("https://connect.example/connect/token", "https://me@connect.example/token", "metadata_invalid"),
    ] {
        assert!(good.contains(from), "{from}");
        let world = World::new();
        world.respond(DISCOVERY, Ok((200, good.replacen(from, to, 1))));
        let driver = driver(&world);
        run(driver.sign_in("/"));
        assert_eq!(failure(&driver), code, "{to}");
        assert_eq!(world.take_log(), [format!("GET {DISCOVERY}")], "{to}");
    }
}

#[test]
fn a10_where_the_user_was_stays_here() {
    let world = World::new();
    run(driver(&world).sign_in("/orders/7"));
    let log = world.take_log();
    assert!(log.last().unwrap().starts_with("navigate ") && !log.last().unwrap().contains("orders"), "{log:?}");
    assert!(world.visible().contains("/orders/7"), "the record must contain the path");
}

#[test]
fn a04_every_attempt_is_new() {
    let world = World::new();
    run(driver(&world).sign_in("/"));
    run(driver(&world).sign_in("/"));
    let log = world.take_log();
    let urls: Vec<_> = log.iter().filter(|line| line.starts_with("navigate")).collect();
    assert_eq!(urls.len(), 2);
    for name in ["state=", "nonce=", "code_challenge="] {
        let value = |url: &str| url.split('&').find(|pair| pair.starts_with(name)).unwrap().to_owned();
        assert_ne!(value(urls[0]), value(urls[1]), "{name}");
    }
    assert_eq!(world.storage.borrow().len(), 2, "each attempt has its own record");
}

#[test]
fn a01_a13_a14_a15_a_browser_that_cannot_do_its_part_stays_here() {
    for (set_up, code) in [
        (
            Box::new(|world: &World| world.save_fails.set(Some(PlatformError::StorageBlocked))) as Box<dyn Fn(&World)>,
            "storage_blocked",
        ),
        (Box::new(|world: &World| world.save_fails.set(Some(PlatformError::StorageFull))), "storage_full"),
        (Box::new(|world: &World| world.random_fails.set(true)), "random_unavailable"),
        (Box::new(|world: &World| world.check_fails.set(Some(PlatformError::InFrame))), "in_frame"),
        (Box::new(|world: &World| world.check_fails.set(Some(PlatformError::CryptoUnavailable))), "crypto_unavailable"),
        (Box::new(|world: &World| world.respond(DISCOVERY, Ok((200, "{}".to_owned())))), "metadata_issuer_mismatch"),
        (Box::new(|world: &World| world.respond(DISCOVERY, Err(PlatformError::BlockedByPolicy))), "blocked_by_policy"),
    ] {
        let world = World::new();
        set_up(&world);
        let driver = driver(&world);
        run(driver.sign_in("/"));
        assert_eq!(failure(&driver), code);
        assert!(!world.visible().contains("navigate"), "{code}");
    }
}

#[test]
fn coming_back_from_the_cache_finds_a_working_button() {
    let world = World::new();
    let driver = driver(&world);
    run(driver.sign_in("/"));
    driver.page_restored();
    assert_eq!(driver.state(), SessionState::Unauthenticated(SignedOutReason::NavigatedBack));
    world.take_log();
    run(driver.sign_in("/"));
    assert!(world.take_log().iter().any(|line| line.starts_with("navigate")));
}
