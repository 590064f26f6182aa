//! What compliant and widely used providers send, through a whole session: it signs in, and what is odd costs at most
//! the one thing that it is about. docs/readers.md lists it reader by reader.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows this in test functions; their helpers are here"
)]

#[allow(dead_code, reason = "each test program uses its part")]
mod fake;

use std::rc::Rc;

use fake::{Fake, ISSUER, SIGNING_KEY, TOKEN, USERINFO, World, driver, id_token, poll, run};
use url::Url;
use visma_connect_spa::session::driver::Driver;
use visma_connect_spa::session::error::PlatformError;
use visma_connect_spa::session::state::SessionState;
use visma_connect_spa::{Arrival, ProfileState, RenewIn, SignInOptions, SignedIn};
use zeroize::Zeroizing;

/// The parameters of the request that the browser has left or opened a window with last.
fn asked(world: &World, name: &str) -> String {
    let log = world.log.borrow();
    let url = log.iter().rev().find_map(|line| line.strip_prefix("navigate ").or(line.strip_prefix("open ")));
    let url = Url::parse(url.unwrap()).unwrap();
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// The provider answers the last request with these claims besides, and the callback page opens.
fn come_back(world: &Rc<World>, more: &str) -> Driver<Fake> {
    let now = world.wall_seconds.get();
    let claims = format!(
        r#"{{"iss":"{ISSUER}","aud":"demo","sub":"kari","exp":{},"iat":{now},"nonce":"{}"{more}}}"#,
        now + 300,
        asked(world, "nonce"),
    );
    let id_token = id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims, SIGNING_KEY);
    world.answer(TOKEN, fake::token_response(&id_token));
    let driver = driver(world);
    let callback = format!("?code=code-canary&state={}&iss=https%3A%2F%2Fconnect.example", asked(world, "state"));
    run(driver.resume(Zeroizing::new(callback)));
    driver
}

fn signed_in(world: &Rc<World>, more: &str) -> Driver<Fake> {
    run(driver(world).sign_in("/orders"));
    come_back(world, more)
}

fn who(driver: &Driver<Fake>) -> SignedIn {
    match driver.state() {
        SessionState::Authenticated(who) => who,
        other => panic!("nobody is signed in: {other:?}"),
    }
}

/// Name and e-mail address that the page shows.
fn shown(driver: &Driver<Fake>) -> (Option<String>, Option<String>) {
    match who(driver).profile() {
        ProfileState::Loaded(profile) => (profile.name.clone(), profile.email.clone()),
        other => panic!("no profile: {other:?}"),
    }
}

fn userinfo(more: &str) -> String {
    format!(r#"{{"sub":"kari","name":"Kari Nordmann","email":"kari@example.no"{more}}}"#)
}

fn kari() -> (Option<String>, Option<String>) {
    (Some("Kari Nordmann".to_owned()), Some("kari@example.no".to_owned()))
}

/// Duende merges claims of one name into an array, and a claim may be null or empty.
#[test]
fn a_company_that_is_merged_null_or_empty_keeps_nobody_out_and_confirms_no_switch() {
    for odd in [r#"["a","b"]"#, r#"["a"]"#, "null", r#""""#, "7"] {
        let world = World::new();
        let odd = format!(r#","tenant_id":{odd}"#);
        world.answer(USERINFO, Ok((200, userinfo(&odd))));
        let driver = signed_in(&world, &odd);
        assert_eq!((who(&driver).company(), shown(&driver)), (None, kari()), "{odd}");
        // Another company was asked for. Nothing says that it is this one.
        let wanted = SignInOptions {
            tenant_hint: Some("0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11".to_owned()),
            ..SignInOptions::default()
        };
        let mut renew = Box::pin(driver.renew(RenewIn::Window, "/", wanted));
        assert!(!poll(&mut renew));
        drop(come_back(&world, &odd));
        assert!(poll(&mut renew));
        assert_eq!((who(&driver).company(), shown(&driver)), (None, kari()), "{odd}");
    }
}

/// Without the claim in the tokens, UserInfo is asked again at each renewal.
#[test]
fn a_company_that_userinfo_no_longer_states_is_unknown_again() {
    for odd in [r#","tenant_id":["a","b"]"#, r#","tenant_id":null"#, ""] {
        let world = World::new();
        world.answer(USERINFO, Ok((200, userinfo(r#","tenant_id":"a""#))));
        let driver = signed_in(&world, "");
        assert_eq!(who(&driver).company().map(|company| company.tenant_id().to_owned()).as_deref(), Some("a"));
        world.answer(USERINFO, Ok((200, userinfo(odd))));
        let mut renew = Box::pin(driver.renew(RenewIn::Window, "/", SignInOptions::default()));
        assert!(!poll(&mut renew));
        drop(come_back(&world, ""));
        assert!(poll(&mut renew));
        assert_eq!((who(&driver).arrival(), who(&driver).company()), (Arrival::Renewed, None), "{odd}");
        assert_eq!(shown(&driver), kari());
    }
}

#[test]
fn the_id_token_says_the_name_until_userinfo_says_more_and_when_it_fails() {
    let answers: [(_, &str); 6] = [
        (Ok(r#"{"sub":"kari","name":"Kari Nordmann"}"#), "Kari Nordmann"),
        (Ok(r#"{"sub":"kari"}"#), "Kari"),
        (Ok(r#"{"sub":"ola","name":"Ola"}"#), "Kari"),
        (Ok("eyJhbGciOiJSUzI1NiJ9.e30.c2ln"), "Kari"),
        (Err(PlatformError::Unreachable), "Kari"),
        (Err(PlatformError::TimedOut), "Kari"),
    ];
    for (answer, name) in answers {
        let world = World::new();
        world.answer(USERINFO, answer.map(|body| (200, body.to_owned())));
        let driver = signed_in(&world, r#","name":"Kari","email":"kari@example.no""#);
        assert_eq!(shown(&driver), (Some(name.to_owned()), Some("kari@example.no".to_owned())), "{answer:?}");
        // The e-mail address of the ID token is what a renewal says who is expected.
        run(driver.renew(RenewIn::Tab, "/", SignInOptions::default()));
        assert_eq!(asked(&world, "login_hint"), "kari@example.no");
    }
}

#[test]
fn fractions_of_a_second_and_nulls_keep_nobody_out() {
    let world = World::new();
    let now = world.wall_seconds.get();
    let more = format!(
        r#","nbf":{now}.25,"auth_time":{now}.75,"azp":null,"at_hash":null,"acr":null,"sid":null,"amr":null,"name":null"#
    );
    let driver = signed_in(&world, &more);
    assert_eq!(shown(&driver), kari());
}
