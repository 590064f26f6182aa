//! API calls: where the token is sent, when a call waits for a renewal, and what ends a call.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

use visma_connect::session::driver::Driver;
use visma_connect::{ApiError, ApiRequest, Method, Prompt, RenewIn, SignInOptions};

use super::fake::{Fake, NOW, poll, run};
use super::setup::{API, asked, none, renew_in_window, signed_in, signed_in_as, world};

#[test]
fn f03_the_token_goes_to_the_api_only_in_a_header() {
    let world = world();
    let driver = signed_in(&world);
    let response = run(driver.call("erp", &ApiRequest::get("organization"))).unwrap();
    assert_eq!((response.status(), response.text()), (200, Some(r#"{"name":"Fjordvik"}"#)));
    assert_eq!(response.json::<BTreeMap<String, String>>().unwrap()["name"], "Fjordvik");
    assert_eq!(response.json::<Vec<u8>>().unwrap_err(), ApiError::ResponseUnreadable);
    assert_eq!(*world.bearers.borrow().last().unwrap(), (API.to_owned(), "Bearer access-3".to_owned()));
    assert_eq!(run(driver.call("erpx", &ApiRequest::get("x"))).unwrap_err(), ApiError::Unknown);
}

#[test]
fn f04_f10_nothing_is_sent_where_the_path_leads_out_of_the_api() {
    let world = world();
    let driver = signed_in(&world);
    world.take_log();
    for path in
        ["../admin", "//evil.example/", "https://api.example.evil/v1/x", "%2e%2e/x", "a\\b", "https://other.example/x"]
    {
        assert_eq!(run(driver.call("erp", &ApiRequest::get(path))).unwrap_err(), ApiError::RequestRefused, "{path}");
    }
    assert!(world.take_log().is_empty());
}

#[test]
fn f08_a_call_that_would_not_get_through_is_not_sent() {
    for (lifetime, seconds, is_sent) in [(3_600, 3_589, true), (3_600, 3_590, false), (20, 17, true), (20, 18, false)] {
        let world = world();
        let driver = signed_in_as(&world, "kari", lifetime, "");
        world.wall_seconds.set(NOW + seconds);
        let called = run(driver.call("erp", &ApiRequest::get("organization")));
        assert_eq!(called.is_ok(), is_sent, "{seconds} of {lifetime}");
        assert_eq!(world.count(API), usize::from(is_sent));
    }
}

#[test]
fn f06_a_read_that_was_refused_waits_for_one_renewal_and_a_write_is_handed_back() {
    let world = world();
    let driver = signed_in(&world);
    world.respond(API, Ok((401, String::new())));
    world.respond("https://other.example/x", Ok((200, "{}".to_owned())));
    let read = ApiRequest::get("organization");
    let mut reading = Box::pin(driver.call("erp", &read));
    assert!(!poll(&mut reading));
    assert!(driver.memory().is_refused("erp") && !driver.memory().is_refused("other"));
    assert!(driver.state().signed_in().is_some(), "the session continues");
    assert!(run(driver.call("other", &ApiRequest::get("x"))).is_ok(), "other APIs can still be called");
    let write = ApiRequest::new(Method::Post, "organization").body("application/json", "{}".to_owned());
    assert_eq!(run(driver.call("erp", &write)).unwrap_err(), ApiError::TokenRefused);
    assert_eq!(world.count(API), 1, "a refused token is not sent again");

    world.respond(API, Ok((200, "[]".to_owned())));
    renew_in_window(&world, &driver, none(), "kari", "");
    assert_eq!(run(reading).unwrap().text(), Some("[]"));
    assert_eq!(world.count(API), 2);
    assert_eq!(world.bearers.borrow().last().unwrap().1, "Bearer access-6", "the second call sends the new token");
    assert!(!driver.memory().is_refused("erp"));
}

#[test]
fn f06_a_call_ends_when_the_renewed_token_is_refused() {
    let world = world();
    let driver = signed_in(&world);
    world.respond(API, Ok((401, String::new())));
    let read = ApiRequest::get("organization");
    let mut reading = Box::pin(driver.call("erp", &read));
    assert!(!poll(&mut reading));
    renew_in_window(&world, &driver, none(), "kari", "");
    assert_eq!(run(reading).unwrap_err(), ApiError::TokenRefused);
    assert_eq!(world.count(API), 2, "the call is repeated only once");
    assert!(driver.memory().is_refused("erp"));
}

#[test]
fn f06_waiting_calls_end_with_the_session_or_on_request() {
    for ends in [(|driver: &Driver<Fake>| driver.stop_waiting("erp")) as fn(&Driver<Fake>), |driver| driver.sign_out()]
    {
        let world = world();
        let driver = signed_in(&world);
        world.respond(API, Ok((401, String::new())));
        let read = ApiRequest::get("organization");
        let mut reading: Pin<Box<_>> = Box::pin(driver.call("erp", &read));
        assert!(!poll(&mut reading));
        ends(&driver);
        let error = run(reading).unwrap_err();
        let is_over = driver.state().signed_in().is_none();
        assert_eq!(error, if is_over { ApiError::SessionEnded } else { ApiError::TokenRefused });
        assert_eq!(world.count(API), 1);
    }
}

#[test]
fn f06_a_read_that_was_refused_waits_for_the_right_company_and_not_for_another_user() {
    for (user, expected) in [("kari", Ok("[]")), ("ola", Err(ApiError::SessionEnded))] {
        let world = world();
        let driver = signed_in_as(&world, "kari", 3_600, r#","tenant_id":"a""#);
        world.respond(API, Ok((401, String::new())));
        let read = ApiRequest::new(Method::Head, "organization");
        let mut reading = Box::pin(driver.call("erp", &read));
        assert!(!poll(&mut reading));
        world.respond(API, Ok((200, "[]".to_owned())));
        let switch = SignInOptions { prompt: Some(Prompt::SelectAccount), ..none() };
        renew_in_window(&world, &driver, switch, user, r#","tenant_id":"b""#);
        let response = run(reading);
        assert_eq!(response.as_ref().map(|response| response.text().unwrap()), expected.as_ref().map(|text| *text));
        assert_eq!(world.count(API), if expected.is_ok() { 2 } else { 1 }, "{user}");
    }
}

/// A task that, as in a browser, is polled only after it was woken.
struct Task(AtomicBool);

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn any_number_may_wait_and_none_keeps_the_others_awake() {
    let world = world();
    let driver = signed_in(&world);
    world.respond(API, Ok((401, String::new())));
    let read = ApiRequest::get("organization");
    let mut waiting: Vec<_> =
        (0..200).map(|_| (Arc::new(Task(AtomicBool::new(true))), Box::pin(driver.call("erp", &read)))).collect();
    let mut polls = 0;
    while waiting.iter().any(|(task, _)| task.0.load(Ordering::Relaxed)) {
        for (task, call) in &mut waiting {
            if task.0.swap(false, Ordering::Relaxed) {
                polls += 1;
                let waker = Waker::from(Arc::clone(task));
                assert!(call.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
            }
        }
        assert!(polls < 2_000, "the calls wake each other in an endless loop");
    }
    driver.stop_waiting("erp");
    assert!(waiting.iter().all(|(task, _)| task.0.load(Ordering::Relaxed)), "each call must be woken");
    for (_, call) in waiting {
        assert_eq!(run(call).unwrap_err(), ApiError::TokenRefused);
    }
}

#[test]
fn after_429_nothing_is_sent_until_the_time_is_over() {
    for (header, seconds, is_stated) in [(Some("7"), 7, true), (None, 30, false)] {
        let world = world();
        let driver = signed_in(&world);
        world.respond(API, Ok((429, String::new())));
        world.respond("https://other.example/x", Ok((200, "{}".to_owned())));
        *world.headers.borrow_mut() =
            header.map(|seconds| ("retry-after".to_owned(), seconds.to_owned())).into_iter().collect();
        let refused = |seconds| ApiError::TooManyRequests { retry_after_seconds: seconds, is_stated };
        let ask = || run(driver.call("erp", &ApiRequest::get("organization")));
        assert_eq!(ask().unwrap_err(), refused(seconds));
        world.respond(API, Ok((200, "{}".to_owned())));
        world.late_ms.set(i64::from(seconds) * 1_000 - 1);
        assert_eq!(ask().unwrap_err(), refused(1));
        assert_eq!(world.count(API), 1);
        assert!(run(driver.call("other", &ApiRequest::get("x"))).is_ok(), "other APIs can still be called");
        world.late_ms.set(i64::from(seconds) * 1_000);
        assert!(ask().is_ok());
    }
}

#[test]
fn f07_a_missing_permission_is_reported_and_starts_no_renewal() {
    let world = world();
    let driver = signed_in(&world);
    world.respond(API, Ok((403, String::new())));
    *world.headers.borrow_mut() =
        vec![("www-authenticate".to_owned(), r#"Bearer error="insufficient_scope", scope="erp:read""#.to_owned())];
    world.take_log();
    let error = run(driver.call("erp", &ApiRequest::get("organization"))).unwrap_err();
    assert_eq!(error, ApiError::ScopeMissing { scope: Some("erp:read".to_owned()) });
    assert_eq!(world.take_log(), [format!("GET {API}")]);
    run(driver.renew(RenewIn::Tab, "/", SignInOptions { scopes: vec!["erp:read".to_owned()], ..none() }));
    assert_eq!(asked(&world)("scope"), "openid profile email erp:read");
}

#[test]
fn f08_a_response_after_the_end_of_the_session_is_dropped_and_the_request_ended() {
    let world = world();
    let driver = signed_in(&world);
    world.hold(API);
    let read = ApiRequest::get("organization");
    let mut reading = Box::pin(driver.call("erp", &read));
    assert!(!poll(&mut reading));
    world.wall_seconds.set(NOW + 3_600);
    driver.tick();
    assert_eq!(run(reading).unwrap_err(), ApiError::SessionEnded);
}

#[test]
fn a_call_outlives_a_renewal_for_the_same_user_and_not_a_change_of_user() {
    for (user, expected) in [("kari", true), ("ola", false)] {
        let world = world();
        let driver = signed_in(&world);
        world.hold(API);
        let read = ApiRequest::get("organization");
        let mut reading = Box::pin(driver.call("erp", &read));
        assert!(!poll(&mut reading));
        renew_in_window(&world, &driver, none(), user, "");
        world.release(API);
        assert_eq!(run(reading).is_ok(), expected, "{user}");
    }
}

#[test]
fn a_large_response_is_read_in_chunks_and_not_stored() {
    let world = world();
    let driver = signed_in(&world);
    let got = Rc::new(RefCell::new(Vec::new()));
    let sink = Rc::clone(&got);
    let request =
        ApiRequest::get("organization").on_chunk(move |chunk| sink.borrow_mut().extend_from_slice(chunk.bytes));
    let response = run(driver.call("erp", &request)).unwrap();
    assert!(response.bytes().is_empty());
    assert_eq!(got.borrow().as_slice(), br#"{"name":"Fjordvik"}"#);
}
