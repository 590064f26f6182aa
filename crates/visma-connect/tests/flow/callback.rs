//! The response on the callback page: it is used once, only in its own tab, and errors are shown.

use std::pin::pin;

use visma_connect::session::state::{ProfileState, SessionState, SignedOutReason};
use zeroize::Zeroizing;

use super::fake::{JWKS, TOKEN, USERINFO, callback, config, driver, left, poll, run, state};
use super::setup::{authorization_response, callback_page, callback_page_with, failure};

#[test]
fn c05_f03_a_callback_is_taken_then_exchanged_then_verified_and_then_counts() {
    let world = left();
    let driver = callback_page(&world);
    assert_eq!(
        world.take_log(),
        [
            "take pending".to_owned(),
            "claim".to_owned(),
            format!("POST {TOKEN}"),
            format!("GET {JWKS}"),
            "verify".to_owned(),
            "save owner".to_owned(),
            "replace /orders".to_owned(),
            format!("GET {USERINFO}"),
        ]
    );
    let state = driver.state();
    let user = state.signed_in().unwrap();
    assert_eq!(user.subject(), "kari");
    assert_eq!(user.granted(), ["openid", "profile"]);
    let ProfileState::Loaded(profile) = user.profile() else { panic!("{:?}", user.profile()) };
    assert_eq!(profile.name.as_deref(), Some("Kari Nordmann"));
    assert_eq!(world.bearers.borrow()[..], [(USERINFO.to_owned(), "Bearer access-canary".to_owned())]);
}

#[test]
fn c05_c22_the_same_callback_is_exchanged_once() {
    let world = left();
    callback_page(&world);
    assert_eq!(world.count(TOKEN), 1);
    // A reload, Back or a bookmark can load the page again with the same callback.
    let again = callback_page(&world);
    assert_eq!(failure(&again), "sign_in_over");
    assert_eq!(world.count(TOKEN), 1);
}

#[test]
fn c23_a_duplicated_tab_redeems_the_code_once_per_browser() {
    let world = left();
    let copy = world.storage.borrow().clone();
    let (first, second) = (driver(&world), driver(&world));
    world.hold(TOKEN);
    let mut handling = pin!(first.handle_callback(authorization_response(callback())));
    assert!(!poll(&mut handling));
    // The duplicated tab has its own copy of the record.
    world.storage.replace(copy);
    run(second.handle_callback(authorization_response(callback())));
    assert_eq!(failure(&second), "finished_elsewhere");
    assert!(world.storage.borrow().is_empty(), "the record of the duplicated tab must be removed");
    world.release(TOKEN);
    assert!(poll(&mut handling));
    assert_eq!(first.state().is_authenticated(), Some(true));
    assert_eq!(world.count(TOKEN), 1);
    let state = state();
    assert!(world.claims.borrow().iter().all(|claim| !claim.contains(&state)), "a claim must not contain the state");
}

#[test]
fn c22_a_doubled_effect_runs_one_exchange() {
    let world = left();
    world.hold(TOKEN);
    let driver = driver(&world);
    let mut first = pin!(driver.handle_callback(authorization_response(callback())));
    assert!(!poll(&mut first));
    run(driver.handle_callback(authorization_response(callback())));
    world.release(TOKEN);
    assert!(poll(&mut first));
    assert_eq!(driver.state().is_authenticated(), Some(true));
    assert_eq!(world.count(TOKEN), 1);
}

#[test]
fn c01_c02_c03_c04_c17_c21_a_callback_without_a_sign_in_of_this_tab_sends_nothing() {
    for (query, code) in [
        (String::new(), "callback_empty"),
        ("?code=c&state=foreign".to_owned(), "state_unknown"),
        ("?code=c".to_owned(), "state_missing"),
        ("?error=access_denied&error_description=Call+555&state=foreign".to_owned(), "state_unknown"),
        ("?error=access_denied&error_description=Call+555".to_owned(), "state_missing"),
        (format!("?code=c&code=d&state={}", state()), "callback_parameter_twice"),
        (format!("#access_token=t&state={}", state()), "token_in_url"),
    ] {
        let world = left();
        let driver = callback_page_with(&world, authorization_response(query.as_str()));
        assert_eq!(failure(&driver), code, "{query}");
        assert!(
            !format!("{:?}", driver.state()).contains("555"),
            "a description must not be shown if the response has no known state"
        );
        assert!(!world.visible().contains("POST"), "{query}");
    }
}

/// The provider's error response.
fn refusal(error: &str) -> Zeroizing<String> {
    authorization_response(format!("?error={error}&state={}&iss=https%3A%2F%2Fconnect.example", state()))
}

#[test]
fn c05_a_declined_sign_in_is_the_users_response_and_is_read_once() {
    let world = left();
    let before = callback_page_with(&world, refusal("access_denied"));
    let SessionState::Unauthenticated(SignedOutReason::Failed(error)) = before.state() else { panic!() };
    assert!(error.is_cancelled());
    assert_eq!(world.count(TOKEN), 0);
    assert!(world.storage.borrow().is_empty(), "an error response must remove the record too");
    let again = callback_page(&world);
    assert_eq!(failure(&again), "sign_in_over", "without the record, no code can be used");
    assert_eq!(world.count(TOKEN), 0);
}

#[test]
fn c15_without_iss_an_error_is_accepted_and_a_code_is_refused() {
    for (query, code) in [
        ("error=access_denied&error_description=The+user+declined", "access_denied"),
        ("error=invalid_scope", "invalid_scope"),
        ("error=access_denied&iss=https%3A%2F%2Fevil.example", "issuer_mismatch"),
        ("code=c", "issuer_missing"),
    ] {
        let world = left();
        let driver =
            callback_page_with(&world, authorization_response(format!("?{query}&state={}&session_state=x#_", state())));
        assert_eq!(failure(&driver), code, "{query}");
        assert_eq!(world.count(TOKEN), 0, "{query}");
    }
}

#[test]
fn c12_after_an_error_nothing_happens_automatically() {
    for error in [
        "login_required",
        "interaction_required",
        "consent_required",
        "account_selection_required",
        "temporarily_unavailable",
        "server_error",
        "weather_bad",
    ] {
        let world = left();
        let driver = callback_page_with(&world, refusal(error));
        driver.tick();
        assert!(matches!(driver.state(), SessionState::Unauthenticated(SignedOutReason::Failed(_))), "{error}");
        assert_eq!(world.take_log(), ["take pending"], "{error}");
    }
}

#[test]
fn c11_c19_a_callback_does_not_change_an_existing_session() {
    let world = left();
    let driver = callback_page(&world);
    let before = driver.state();
    world.take_log();
    for forged in ["?error=access_denied&error_description=Call+555&state=x", "?code=stolen&state=theirs", "?code=c"] {
        run(driver.handle_callback(authorization_response(forged)));
        assert_eq!(driver.state(), before, "{forged}");
    }
    assert!(world.take_log().is_empty());
}

#[test]
fn j01_no_secret_is_left_where_others_can_read_it() {
    let world = left();
    let driver = callback_page(&world);
    for canary in ["code-canary", "access-canary", "eyJ", &state()] {
        assert!(!world.visible().contains(canary), "{canary}");
        assert!(!format!("{:?}", driver.state()).contains(canary), "{canary}");
    }
    let forms = world.forms.borrow();
    assert_eq!(forms.len(), 1);
    for absent in ["client_secret", "refresh_token", "offline_access"] {
        assert!(!forms[0].contains(absent));
    }
    assert_eq!(config().scopes(), ["openid", "profile", "email"]);
}
