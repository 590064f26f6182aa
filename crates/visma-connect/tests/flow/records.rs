//! The record of a pending sign-in: when it is refused, and when it is removed.

use super::fake::{NOW, TOKEN, driver, left, run};
use super::setup::{callback_page, failure};

#[test]
fn c32_a_record_that_was_tampered_with_is_purged_and_nothing_is_sent() {
    for (from, to) in [
        ("{", "["),
        ("\"version\":4", "\"version\":99"),
        (TOKEN, "javascript:alert(1)"),
        (TOKEN, "http://connect.example/connect/token"),
        ("\"code_verifier\"", "\"x\""),
    ] {
        let world = left();
        for record in world.storage.borrow_mut().values_mut() {
            assert!(record.contains(from), "{record}");
            *record = record.replacen(from, to, 1);
        }
        let driver = callback_page(&world);
        assert_eq!(failure(&driver), "pending_unreadable", "{to}");
        assert_eq!(world.take_log(), ["take pending"], "{to}");
        assert!(world.storage.borrow().is_empty(), "{to}");
    }
}

#[test]
fn c06_a_record_older_than_ten_minutes_is_refused() {
    let world = left();
    world.wall_seconds.set(NOW + 601);
    let driver = callback_page(&world);
    assert_eq!(failure(&driver), "pending_expired");
    assert_eq!(world.count(TOKEN), 0);
}

#[test]
fn c06_d17_expired_records_are_removed_when_the_next_sign_in_begins() {
    let world = left();
    assert_eq!(world.storage.borrow().len(), 1);
    world.wall_seconds.set(NOW + 300);
    run(driver(&world).sign_in("/"));
    assert_eq!(world.storage.borrow().len(), 2, "a record that is still valid is kept");
    world.wall_seconds.set(NOW + 601);
    run(driver(&world).sign_in("/"));
    assert_eq!(world.storage.borrow().len(), 2, "the first record is removed and a third one is added");
}

#[test]
fn d17_home_removes_the_record_of_an_abandoned_sign_in() {
    let world = left();
    assert_eq!(world.storage.borrow().len(), 1);
    world.wall_seconds.set(NOW + 601);
    run(driver(&world).prepare());
    assert!(world.storage.borrow().is_empty());
}
