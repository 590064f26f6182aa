//! Set-up that all session tests use: the app, its user, the provider's responses, and a renewal in a window.

use std::pin::Pin;
use std::rc::Rc;

use url::Url;
use visma_connect::session::driver::Driver;
use visma_connect::session::state::{SessionState, SignedOutReason};
use visma_connect::{Config, RenewIn, SignInOptions, User};
use zeroize::Zeroizing;

use super::fake::{Fake, ISSUER, SIGNING_KEY, TOKEN, USERINFO, World, id_token, page, poll, run};

pub(crate) const API: &str = "https://api.example/v1/organization";

pub(crate) fn config(more: &str) -> &'static Config {
    let text = format!(
        r#"{{"authority":"{ISSUER}","client_id":"demo",
            "apis":[{{"name":"erp","base_url":"https://api.example/v1"}},
                    {{"name":"other","base_url":"https://other.example"}}]{more}}}"#
    );
    Box::leak(Box::new(Config::parse(&text, &page()).unwrap()))
}

pub(crate) fn driver_with(world: &Rc<World>, more: &str) -> Driver<Fake> {
    Driver::new(Fake(Rc::clone(world)), config(more), Box::new(|| {}))
}

pub(crate) fn driver(world: &Rc<World>) -> Driver<Fake> {
    driver_with(world, "")
}

pub(crate) fn none() -> SignInOptions {
    SignInOptions::default()
}

/// Returns a function that reads a parameter of the last authorization request, in the tab or in a window.
pub(crate) fn asked(world: &World) -> impl Fn(&str) -> String {
    let log = world.log.borrow();
    let url = log.iter().rev().find_map(|line| line.strip_prefix("navigate ").or(line.strip_prefix("open ")));
    let url = Url::parse(url.unwrap()).unwrap();
    move |name| {
        url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }
}

/// Sets the responses of the token and UserInfo endpoints for the last authorization request. `more` is added to the
/// claims.
pub(crate) fn will_respond(world: &World, subject: &str, lifetime: u32, more: &str) {
    let claims = format!(
        r#"{{"iss":"{ISSUER}","aud":"demo","sub":"{subject}","exp":{},"iat":{},"nonce":"{}"{more}}}"#,
        world.wall_seconds.get() + 300,
        world.wall_seconds.get(),
        asked(world)("nonce"),
    );
    let id_token = id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims, SIGNING_KEY);
    let token = format!("access-{}", world.randoms.get());
    let response = format!(
        r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":{lifetime},
            "id_token":"{id_token}","scope":"openid profile"}}"#
    );
    world.respond(TOKEN, Ok((200, response)));
    let profile = format!(r#"{{"sub":"{subject}","name":"{subject}","email":"{subject}@example.no"}}"#);
    world.respond(USERINFO, Ok((200, profile)));
}

pub(crate) fn response_of(world: &World) -> String {
    format!("?code=code-canary&state={}&iss=https%3A%2F%2Fconnect.example", asked(world)("state"))
}

/// Signs this user in on a new page.
pub(crate) fn signed_in_as(world: &Rc<World>, subject: &str, lifetime: u32, more: &str) -> Driver<Fake> {
    run(driver(world).sign_in("/orders"));
    return_from_provider(world, subject, lifetime, more)
}

/// Sets the provider's responses to the last request and opens the callback page.
pub(crate) fn return_from_provider(world: &Rc<World>, subject: &str, lifetime: u32, more: &str) -> Driver<Fake> {
    will_respond(world, subject, lifetime, more);
    provider_responds(world)
}

pub(crate) fn signed_in(world: &Rc<World>) -> Driver<Fake> {
    signed_in_as(world, "kari", 3_600, "")
}

pub(crate) fn code(driver: &Driver<Fake>) -> &'static str {
    match driver.state() {
        SessionState::Unauthenticated(SignedOutReason::Failed(error)) => error.code(),
        other => panic!("not a failure: {other:?}"),
    }
}

pub(crate) fn world() -> Rc<World> {
    let world = World::new();
    world.respond(API, Ok((200, r#"{"name":"Fjordvik"}"#.to_owned())));
    world
}

/// Opens the window of a renewal. The returned future is pending: it waits for the provider's response.
pub(crate) fn open_window<'a>(
    driver: &'a Driver<Fake>,
    options: SignInOptions,
) -> Pin<Box<impl Future<Output = ()> + use<'a>>> {
    let mut renewal = Box::pin(driver.renew(RenewIn::Window, "/", options));
    assert!(!poll(&mut renewal));
    renewal
}

/// Renews the session in a window, in which this user signs in.
pub(crate) fn renew_in_window(
    world: &Rc<World>,
    driver: &Driver<Fake>,
    options: SignInOptions,
    subject: &str,
    more: &str,
) {
    let mut renewal = open_window(driver, options);
    will_respond(world, subject, 3_600, more);
    provider_responds(world);
    assert!(poll(&mut renewal));
}

pub(crate) fn user(driver: &Driver<Fake>) -> User {
    match driver.state() {
        SessionState::Authenticated(user) => user,
        other => panic!("signed out: {other:?}"),
    }
}

/// Opens the callback page with a successful response to the last request, in the tab or in a window.
pub(crate) fn provider_responds(world: &Rc<World>) -> Driver<Fake> {
    callback_page(world, response_of(world))
}

/// Opens the callback page with the given response.
pub(crate) fn callback_page(world: &Rc<World>, response: String) -> Driver<Fake> {
    let driver = driver(world);
    run(driver.handle_callback(Zeroizing::new(response)));
    driver
}
