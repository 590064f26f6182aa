//! How a session ends: the warning, the deadline, and clocks that jump.

use visma_connect::session::state::SessionState;
use visma_connect::{ApiError, ApiRequest};
use zeroize::Zeroizing;

use super::fake::{NOW, TOKEN, run};
use super::setup::{API, driver_with, none, renew_in_window, response_of, signed_in, will_respond, world};

#[test]
fn d11_a_session_warns_first_and_then_ends() {
    let world = world();
    let driver = signed_in(&world);
    for (seconds, expected) in [(0, 'A'), (3_479, 'A'), (3_480, 'W'), (3_599, 'W'), (3_600, 'x'), (0, 'x')] {
        world.wall_seconds.set(NOW + seconds);
        driver.tick();
        let letter = match driver.state() {
            SessionState::Authenticated(_) => 'A',
            SessionState::ExpiringSoon(_) => 'W',
            SessionState::Expired => 'x',
            other => panic!("{other:?}"),
        };
        assert_eq!(letter, expected, "after {seconds} s");
    }
    assert_eq!(run(driver.call("erp", &ApiRequest::get("organization"))).unwrap_err(), ApiError::SessionEnded);
    assert_eq!(world.count(API), 0, "the token must be removed");
}

#[test]
fn d11_the_warning_comes_two_minutes_before_or_at_half_the_lifetime() {
    for (more, lifetime, warned) in [
        ("", 3_600, 3_480),
        ("", 200, 100),
        ("", 5, 3),
        (r#","warn_seconds":300"#, 3_600, 3_300),
        (r#","warn_seconds":3600"#, 3_600, 1_800),
        (r#","warn_seconds":0"#, 3_600, 3_600),
    ] {
        let world = world();
        run(driver_with(&world, more).sign_in("/"));
        will_respond(&world, "kari", lifetime, "");
        let driver = driver_with(&world, more);
        run(driver.handle_callback(Zeroizing::new(response_of(&world))));
        world.wall_seconds.set(NOW + warned - 1);
        driver.tick();
        assert!(matches!(driver.state(), SessionState::Authenticated(_)), "{more} {lifetime}");
        world.wall_seconds.set(NOW + warned);
        driver.tick();
        assert!(!matches!(driver.state(), SessionState::Authenticated(_)), "{more} {lifetime}");
    }
}

/// Timers do not run in a suspended page and run rarely in a throttled page. Clocks can be changed. So each check
/// reads both clocks.
#[test]
fn f08_g08_a_day_with_sleep_throttled_timers_and_clocks_that_jump() {
    const HOUR: i64 = 3_600_000;
    for (name, late_ms, jump_ms, is_over) in [
        ("suspended for an hour", HOUR, 0, true),
        ("throttled to one check a minute", 60_000, 0, false),
        ("the clock is set forward by a year", 1_000, 365 * 24 * HOUR, true),
        ("the clock is set back by a year, and an hour passes", HOUR, -365 * 24 * HOUR, true),
        ("the clock is set back by a day, and a second passes", 1_000, -24 * HOUR, false),
        ("summer time ends", 1_000, -HOUR, false),
    ] {
        let world = world();
        let driver = signed_in(&world);
        world.late_ms.set(late_ms);
        world.wall_jump_ms.set(jump_ms);
        // The page has not checked the clocks yet. If the session is over, the call must still not be sent.
        let called = run(driver.call("erp", &ApiRequest::get("organization")));
        assert_eq!(called.is_err(), is_over, "{name}");
        assert_eq!(matches!(driver.state(), SessionState::Expired), is_over, "{name}");
        assert_eq!(driver.expires_in().is_none(), is_over, "{name}");
    }
}

#[test]
fn a_day_of_renewals_never_shows_a_session_without_a_token() {
    let world = world();
    let driver = signed_in(&world);
    let mut ended = 0;
    for minute in 1..24 * 60 {
        world.wall_seconds.set(NOW + minute * 60);
        driver.tick();
        // In every seventh minute the user is away and does not renew.
        let is_there = minute % 7 != 0;
        match driver.state() {
            SessionState::ExpiringSoon(_) | SessionState::Expired if is_there => {
                ended += u32::from(driver.state() == SessionState::Expired);
                renew_in_window(&world, &driver, none(), "kari", "");
                assert!(matches!(driver.state(), SessionState::Authenticated(_)), "minute {minute}");
            }
            _ => {}
        }
        let can_call = run(driver.call("erp", &ApiRequest::get("organization"))).is_ok();
        assert_eq!(can_call, driver.state().signed_in().is_some(), "minute {minute}");
    }
    assert!(world.count(TOKEN) > 20, "{}", world.count(TOKEN));
    assert!(ended < 10, "{ended}");
}
