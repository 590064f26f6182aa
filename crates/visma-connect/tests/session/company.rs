//! The company of a session: which source states it, and what a renewal for another company changes.

use std::rc::Rc;

use visma_connect::session::driver::Driver;
use visma_connect::session::state::{ProviderSession, SessionState, SignedOutReason};
use visma_connect::{ApiError, ApiRequest, Prompt, RenewIn, Renewal, SessionChange, SignInOptions};

use super::fake::{self, Fake, TOKEN, USERINFO, World, poll, run};
use super::setup::{
    asked, code, driver, none, open_window, provider_responds, renew_in_window, return_from_provider, signed_in,
    signed_in_as, user, will_respond, world,
};

/// A company's ID in the format that `tenant_hint` allows.
const A: &str = "0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11";

#[test]
fn an_unconfirmed_change_of_company_removes_kept_text() {
    let world = world();
    let driver = signed_in(&world);
    assert!(driver.keep("note", "of the first company"));
    let options = SignInOptions { prompt: Some(Prompt::SelectAccount), ..none() };
    renew_in_window(&world, &driver, options.clone(), "kari", "");
    let SessionState::Authenticated(user) = driver.state() else { panic!("{:?}", driver.state()) };
    assert_eq!((user.session_change(), user.company()), (SessionChange::OtherCompany, None));
    assert_eq!(driver.memory().kept("note"), None);

    assert!(driver.keep("note", "of the second"));
    run(driver.renew(RenewIn::Tab, "/", options.clone()));
    let back = return_from_provider(&world, "kari", 3_600, "");
    assert_eq!(back.memory().kept("note"), None, "a renewal in the tab removes the text too");
}

#[test]
fn another_company_and_an_unstated_one_are_no_renewal() {
    let company = |id: &str| if id.is_empty() { String::new() } else { format!(r#","tenant_id":"{id}""#) };
    for (before, after, session_change) in [
        ("a", "a", SessionChange::Renewed),
        ("a", "b", SessionChange::OtherCompany),
        ("a", "", SessionChange::OtherCompany),
        ("", "", SessionChange::Renewed),
    ] {
        let world = world();
        let driver = signed_in_as(&world, "kari", 3_600, &company(before));
        renew_in_window(&world, &driver, none(), "kari", &company(after));
        let SessionState::Authenticated(user) = driver.state() else { panic!("{:?}", driver.state()) };
        assert_eq!(user.session_change(), session_change, "{before} -> {after}");
        assert_eq!(user.company().map(|company| company.tenant_id()).unwrap_or_default(), after);
    }
}

/// Duende IdentityServer merges claims with the same name into an array. The app does not read an array as a company.
/// UserInfo may then state the company.
#[test]
fn another_company_is_reported_only_if_both_companies_are_known() {
    let company = |claim: &str| if claim.is_empty() { String::new() } else { format!(r#","tenant_id":{claim}"#) };
    for (before, after, userinfo, shown, is_confirmed) in [
        (r#""a""#, r#""b""#, "", Some("b"), true),
        (r#""a""#, r#"["a","b"]"#, r#""a""#, Some("a"), false),
        (r#""a""#, r#"["a","b"]"#, r#""b""#, Some("b"), false),
        (r#""a""#, r#"["a","b"]"#, "", None, false),
        (r#"["a","b"]"#, r#""a""#, "", Some("a"), false),
        ("", r#""a""#, r#""a""#, Some("a"), false),
    ] {
        for is_in_window in [true, false] {
            let world = world();
            let driver = signed_in_as(&world, "kari", 3_600, &company(before));
            let states = |world: &World| {
                let more = company(userinfo);
                world.respond(USERINFO, Ok((200, format!(r#"{{"sub":"kari","name":"Kari"{more}}}"#))));
            };
            let driver = if is_in_window {
                let mut renew = open_window(&driver, none());
                will_respond(&world, "kari", 3_600, &company(after));
                states(&world);
                provider_responds(&world);
                assert!(poll(&mut renew));
                drop(renew);
                driver
            } else {
                run(driver.renew(RenewIn::Tab, "/", none()));
                will_respond(&world, "kari", 3_600, &company(after));
                states(&world);
                provider_responds(&world)
            };
            let user = user(&driver);
            assert_eq!(user.session_change(), SessionChange::OtherCompany, "{before} -> {after}");
            assert_eq!(user.company().map(|company| company.tenant_id()), shown, "{before} -> {after}");
            assert_eq!(user.is_other_company_confirmed(), is_confirmed, "{before} -> {after}, {userinfo}");
        }
    }
}

/// The library does not verify the signature of an access token. So the company of UserInfo has precedence over the
/// company of the access token.
#[test]
fn a_change_of_company_that_userinfo_contradicts_is_not_confirmed() {
    for (company_id, is_confirmed) in [("a", false), ("b", true)] {
        let world = world();
        let driver = signed_in_as(&world, "kari", 3_600, r#","tenant_id":"a""#);
        let mut renew = open_window(&driver, none());
        will_respond(&world, "kari", 3_600, "");
        let response = world.responses.borrow()[TOKEN][0].clone().unwrap().1;
        let token = format!("h.{}.s", fake::encode(r#"{"tenant_id":"b"}"#));
        world.respond(TOKEN, Ok((200, response.replace(&format!("access-{}", world.randoms.get()), &token))));
        world.respond(USERINFO, Ok((200, format!(r#"{{"sub":"kari","name":"Kari","tenant_id":"{company_id}"}}"#))));
        provider_responds(&world);
        assert!(poll(&mut renew));
        let user = user(&driver);
        assert_eq!(user.company().map(|company| company.tenant_id()), Some(company_id));
        assert_eq!(user.is_other_company_confirmed(), is_confirmed, "{company_id}");
    }
}

#[test]
fn a_company_that_was_asked_for_is_confirmed_by_the_tokens_or_refused() {
    const B: &str = "5c2d9e1a-8b7c-4f3d-b1e6-2a9c4d7e5f22";
    let company = |id: &str| if id.is_empty() { String::new() } else { format!(r#","tenant_id":"{id}""#) };
    let asking_for = |id: &str| SignInOptions { tenant_hint: Some(id.to_owned()), ..none() };
    for (before, after, session_change) in [
        (A, B, Some(SessionChange::OtherCompany)),
        (A, A, None),
        (A, "", Some(SessionChange::OtherCompany)),
        ("", B, Some(SessionChange::OtherCompany)),
        ("", "", Some(SessionChange::OtherCompany)),
        ("", A, None),
    ] {
        let world = world();
        let driver = signed_in_as(&world, "kari", 3_600, &company(before));
        assert!(driver.keep("note", "of the first company"));
        renew_in_window(&world, &driver, asking_for(B), "kari", &company(after));
        match session_change {
            Some(session_change) => {
                assert_eq!(user(&driver).session_change(), session_change, "{before} -> {after}");
                assert_eq!(driver.memory().kept("note"), None, "{before} -> {after}");
            }
            None => {
                let Renewal::Failed(error) = driver.memory().renewal() else {
                    panic!("{:?}", driver.memory().renewal())
                };
                assert_eq!(error.code(), "company_mismatch", "{before} -> {after}");
                assert_eq!(driver.memory().kept("note").as_deref(), Some("of the first company"));
            }
        }
    }
    // The `tenant_hint` of a plain renewal is not a requirement: the user may choose another company at the provider.
    let world = world();
    let driver = signed_in_as(&world, "kari", 3_600, &company(A));
    renew_in_window(&world, &driver, none(), "kari", &company(B));
    assert_eq!(
        (asked(&world)("tenant_hint").as_str(), user(&driver).session_change()),
        (A, SessionChange::OtherCompany)
    );
    // For a renewal in the tab, the record contains the required company.
    run(driver.renew(RenewIn::Tab, "/", asking_for(A)));
    assert_eq!(code(&return_from_provider(&world, "kari", 3_600, &company(B))), "company_mismatch");
}

#[test]
fn userinfo_may_state_the_company_that_the_id_token_does_not() {
    let token = |id: &str| fake::encode(format!(r#"{{"tenant_id":"{id}"}}"#));
    for (id_token, access_token, userinfo, shown) in [
        ("", "", "u", Some("u")),
        ("", "a", "u", Some("u")),
        ("i", "a", "u", Some("i")),
        ("", "a", "", Some("a")),
        ("", "", "", None),
    ] {
        let world = world();
        run(driver(&world).sign_in("/"));
        let claims = if id_token.is_empty() { String::new() } else { format!(r#","tenant_id":"{id_token}""#) };
        will_respond(&world, "kari", 3_600, &claims);
        if !access_token.is_empty() {
            let response = world.responses.borrow()[TOKEN][0].clone().unwrap().1;
            let jwt = format!(r#""access_token":"h.{}.s""#, token(access_token));
            let response = response.replace(&format!(r#""access_token":"access-{}""#, world.randoms.get()), &jwt);
            world.respond(TOKEN, Ok((200, response)));
        }
        let company = if userinfo.is_empty() { String::new() } else { format!(r#","tenant_id":"{userinfo}""#) };
        world.respond(USERINFO, Ok((200, format!(r#"{{"sub":"kari","name":"Kari"{company}}}"#))));
        let driver = provider_responds(&world);
        let user = user(&driver);
        assert_eq!(user.company().map(|company| company.tenant_id()), shown, "{id_token} {access_token} {userinfo}");
        assert_eq!(user.company().is_some_and(|company| company.is_verified()), shown.is_some_and(|id| id != "a"));
    }
}

#[test]
fn g09_a_company_that_only_userinfo_states_stays_and_another_ends_the_session() {
    let states = |world: &Rc<World>, id: &str| {
        world.respond(USERINFO, Ok((200, format!(r#"{{"sub":"kari","name":"Kari","tenant_id":"{id}"}}"#))));
    };
    let renew = |world: &Rc<World>, driver: &Driver<Fake>, id: &str| {
        let mut renew = open_window(driver, none());
        will_respond(world, "kari", 3_600, "");
        states(world, id);
        provider_responds(world);
        assert!(poll(&mut renew));
    };
    let company = |driver: &Driver<Fake>| user(driver).company().map(|company| company.tenant_id().to_owned());
    let world = world();
    run(driver(&world).sign_in("/"));
    will_respond(&world, "kari", 3_600, "");
    states(&world, A);
    let driver = provider_responds(&world);
    assert!(driver.keep("note", "half"));
    for _ in 0..2 {
        renew(&world, &driver, A);
        assert_eq!(asked(&world)("tenant_hint"), A);
        assert_eq!(company(&driver).as_deref(), Some(A));
        assert_eq!(user(&driver).session_change(), SessionChange::Renewed);
    }
    assert_eq!(driver.memory().kept("note").as_deref(), Some("half"));

    renew(&world, &driver, "another");
    assert_eq!(driver.state(), SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain)));
    assert_eq!(driver.memory().kept("note"), None);
    let call = run(driver.call("erp", &ApiRequest::get("x")));
    assert!(matches!(call, Err(ApiError::SessionEnded)), "the new token must be removed too");
}
