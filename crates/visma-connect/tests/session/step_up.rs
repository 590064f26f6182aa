//! Requests for a newer or a stronger sign-in than the last one (`max_age`, `prompt=login`, `acr_values`).

use visma_connect::{ApiRequest, Prompt, Renewal, SignInOptions};

use super::fake::{NOW, poll, run};
use super::setup::{asked, code, driver, none, open_window, renew_in_window, return_from_provider, signed_in, world};

#[test]
fn e18_a_sign_in_that_is_older_or_weaker_than_asked_for_does_not_count() {
    let now = NOW;
    // Visma Connect defines this value. In `acr` it returns a level instead.
    let second_step = || SignInOptions { acr_values: vec!["urn:idp:vismaconnect:mfa".into()], ..none() };
    for (options, claims, expected) in [
        (SignInOptions { max_age_seconds: Some(60), ..none() }, format!(r#","auth_time":{}"#, now - 60), None),
        (SignInOptions { max_age_seconds: Some(60), ..none() }, format!(r#","auth_time":{}"#, now - 180), None),
        (
            SignInOptions { max_age_seconds: Some(60), ..none() },
            format!(r#","auth_time":{}"#, now - 181),
            Some("authentication_too_old"),
        ),
        (SignInOptions { max_age_seconds: Some(0), ..none() }, String::new(), Some("authentication_too_old")),
        (
            SignInOptions { max_age_seconds: Some(0), ..none() },
            format!(r#","auth_time":"{now}""#),
            Some("id_token_claim_invalid"),
        ),
        (none(), r#","auth_time":"x","acr":7"#.to_owned(), None),
        (SignInOptions { acr_values: vec!["3".into(), "4".into()], ..none() }, r#","acr":"4""#.to_owned(), None),
        (
            SignInOptions { acr_values: vec!["3".into(), "4".into()], ..none() },
            r#","acr":"2""#.to_owned(),
            Some("authentication_too_weak"),
        ),
        (SignInOptions { acr_values: vec!["3".into()], ..none() }, String::new(), Some("authentication_too_weak")),
        (second_step(), r#","acr":"3""#.to_owned(), None),
        (second_step(), r#","acr":"4""#.to_owned(), None),
        (second_step(), r#","acr":"2""#.to_owned(), Some("authentication_too_weak")),
        (second_step(), r#","acr":"-3""#.to_owned(), Some("authentication_too_weak")),
        (second_step(), String::new(), Some("authentication_too_weak")),
        (
            SignInOptions { acr_values: vec!["3".into()], ..none() },
            r#","acr":3"#.to_owned(),
            Some("id_token_claim_invalid"),
        ),
    ] {
        let world = world();
        run(driver(&world).sign_in_with("/", options.clone()));
        let back = return_from_provider(&world, "kari", 3_600, &claims);
        match expected {
            Some(expected) => assert_eq!(code(&back), expected, "{options:?} {claims}"),
            None => assert!(back.state().signed_in().is_some(), "{options:?} {claims} {:?}", back.state()),
        }
    }
}

#[test]
fn e18_a_step_up_that_was_refused_leaves_the_session_as_it_is() {
    let world = world();
    let driver = signed_in(&world);
    let options = SignInOptions { acr_values: vec!["3".into()], ..none() };
    let mut step_up = open_window(&driver, options.clone());
    assert_eq!(asked(&world)("acr_values"), "3");
    return_from_provider(&world, "kari", 3_600, r#","acr":"2""#);
    assert!(poll(&mut step_up));
    let Renewal::Failed(error) = driver.memory().renewal() else { panic!("{:?}", driver.memory().renewal()) };
    assert_eq!(error.code(), "authentication_too_weak");
    assert!(run(driver.call("erp", &ApiRequest::get("organization"))).is_ok(), "calls still use the earlier token");
    assert_eq!(world.bearers.borrow().last().unwrap().1, "Bearer access-3");
}

#[test]
fn e18_prompt_login_requires_a_new_auth_time() {
    // A longer `max_age` in the options must not replace the requirement of `prompt=login`.
    let again = |max_age_seconds| SignInOptions { prompt: Some(Prompt::Login), max_age_seconds, ..none() };
    for (auth_time, expected) in [
        (format!(r#","auth_time":{NOW}"#), None),
        (format!(r#","auth_time":{}"#, NOW - 200), Some("authentication_too_old")),
        (String::new(), Some("authentication_too_old")),
    ] {
        for max_age_seconds in [None, Some(3_600)] {
            let world = world();
            let driver = signed_in(&world);
            renew_in_window(&world, &driver, again(max_age_seconds), "kari", &auth_time);
            // `max_age` must not be 0 together with prompt=login: Duende IdentityServer before 7.0.5 then shows its
            // login page again and again.
            assert_eq!((asked(&world)("prompt"), asked(&world)("max_age")), ("login".to_owned(), "600".to_owned()));
            let failed = match driver.memory().renewal() {
                Renewal::Failed(error) => Some(error.code()),
                _ => None,
            };
            assert_eq!(failed, expected, "{auth_time}");
        }
    }
}
