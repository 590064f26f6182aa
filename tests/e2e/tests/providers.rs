//! Tests with OpenID providers of other projects. `cargo xtask test --providers` starts the tests once for each
//! provider. The steps and the expected responses of a provider are in `src/foreign/NAME.rs`. Each test asserts
//! exactly these responses.

use e2e::foreign::docs::{BEGIN, END, tables};
use e2e::foreign::{After, Consent, Foreign, ForeignWorld, Journey, Response, SignOut, Silent, Step};
use e2e::wait::eventually;
use serde_json::{Value, json};

/// The scopes of the configuration, and a scope that no provider has.
const ONE_SCOPE_MORE: [&str; 4] = ["openid", "profile", "email", "no_such_scope"];

/// A script for the page. It prevents the page from opening windows.
const NO_WINDOWS: &str = "window.open = () => null;";

async fn world(journey: Journey, config: Value) -> ForeignWorld {
    ForeignWorld::new(journey, config).await
}

/// Sends an authorization request that the provider should refuse, and checks the provider's response.
async fn refused(journey: Journey, config: Value, expected: fn(&Foreign) -> (After, Response)) {
    let world = world(journey, config).await;
    let (after, response) = expected(world.foreign);
    world.leave_for_the_provider().await;
    world.go_through(after).await;
    world.shows_response(response).await;
    world.done();
}

#[tokio::test]
#[ignore = "needs a provider of another project: cargo xtask test --providers"]
async fn sign_in() {
    let world = world(Journey::SignIn, json!({})).await;
    world.sign_in().await;
    assert_eq!(world.app.address().await, "");
    assert_eq!(world.responses().len(), 1);
    world.done();
}

#[tokio::test]
#[ignore = "needs a provider of another project: cargo xtask test --providers"]
async fn decline() {
    let world = world(Journey::Decline, json!({})).await;
    world.leave_for_the_provider().await;
    world.walk(world.foreign.sign_in).await;
    match world.foreign.consent {
        // The user is signed in without a consent page.
        Consent::NeverAsked => {
            world.shows_the_user().await;
        }
        Consent::Asked { decline, declined, .. } => {
            world.walk(decline).await;
            world.shows_response(declined).await;
        }
    }
    world.done();
}

#[tokio::test]
#[ignore = "needs a provider of another project: cargo xtask test --providers"]
async fn unknown_client() {
    refused(Journey::UnknownClient, json!({ "client_id": "no-such-client" }), |foreign| foreign.unknown_client).await;
}

#[tokio::test]
#[ignore = "needs a provider of another project: cargo xtask test --providers"]
async fn unregistered_redirect_uri() {
    refused(Journey::UnregisteredRedirectUri, json!({ "redirect_uri": "APPelsewhere" }), |foreign| {
        foreign.unregistered_redirect_uri
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a provider of another project: cargo xtask test --providers"]
async fn unknown_scope() {
    refused(Journey::UnknownScope, json!({ "scopes": ONE_SCOPE_MORE }), |foreign| foreign.unknown_scope).await;
}

#[tokio::test]
#[ignore = "needs a provider of another project: cargo xtask test --providers"]
async fn silent_with_session() {
    let world = world(Journey::SilentWithSession, json!({ "restore": "redirect" })).await;
    world.sign_in().await;
    silent(&world, world.foreign.silent_with_session, true).await;
    world.done();
}

#[tokio::test]
#[ignore = "needs a provider of another project: cargo xtask test --providers"]
async fn silent_without_session() {
    let world = world(Journey::SilentWithoutSession, json!({ "restore": "redirect" })).await;
    world.sign_in().await;
    world.forget_the_session().await;
    silent(&world, world.foreign.silent_without_session, false).await;
    world.done();
}

/// Reloads the page. Checks that the app sends one request with `prompt=none`, and that the provider responds as
/// expected.
async fn silent(world: &ForeignWorld, response: Silent, has_session: bool) {
    world.app.browser.reload().await;
    match response {
        Silent::SignsIn => {
            world.has_responses(2).await;
            world.shows_the_user().await;
            assert!(world.responses()[1].query.contains("code="), "{:?}", world.responses());
        }
        Silent::Error(error) => {
            let responses = world.has_responses(2).await;
            assert!(responses[1].query.contains(&format!("error={error}")), "{responses:?}");
            is_at_home_without_another_attempt(world, 2, has_session).await;
        }
        Silent::OwnPage(text) => {
            world.stays_at_the_provider(text).await;
            world.app.open().await;
            is_at_home_without_another_attempt(world, 1, has_session).await;
        }
    }
}

/// Checks that the app shows home and does not start a sign-in automatically, not even after a reload.
async fn is_at_home_without_another_attempt(world: &ForeignWorld, responses: usize, has_session: bool) {
    world.app.is_at_home().await;
    assert_eq!(world.app.sign_in_buttons().await, 1);
    world.app.browser.mark_the_page().await;
    world.app.browser.reload().await;
    world.app.browser.is_not_the_marked_page().await;
    world.app.is_running().await;
    world.app.is_at_home().await;
    assert_eq!(world.responses().len(), responses, "{:?}", world.responses());
    // A press starts a sign-in: the user is signed in, or sees the provider's sign-in page.
    world.app.press_sign_in().await;
    if has_session {
        world.walk(world.foreign.known_user).await;
        world.shows_the_user().await;
    } else {
        is_asked_who_they_are(world).await;
    }
}

/// Checks that the provider's sign-in page is open, or that the user is signed in if the provider has no such page.
async fn is_asked_who_they_are(world: &ForeignWorld) {
    match world.foreign.sign_in.first() {
        Some(Step::Press(css) | Step::Type(css, _) | Step::Fill(css, _)) => {
            world.app.wait_for("the provider's sign-in page", css).await
        }
        Some(Step::Read(text)) => world.app.shows_text(text).await,
        None => {
            world.shows_the_user().await;
        }
    }
}

/// Waits until a renewal has ended, and checks that it was successful.
async fn is_renewed(world: &ForeignWorld) {
    world.has_responses(2).await;
    eventually("the end of the renewal", async || {
        let waits = world.app.count("[data-testid=renew-cancel]").await?;
        let is_over = world.app.count("[data-testid=renew]").await?;
        if waits == 0 && is_over == 1 { Ok(()) } else { Err(world.app.browser.seen().await) }
    })
    .await;
    assert_eq!(world.app.count("[data-testid=renewal-error]").await, Ok(0), "{}", world.app.browser.seen().await);
    assert_eq!(world.app.count("[data-testid=arrival]").await, Ok(0), "the user is the same as before");
    world.shows_the_user().await;
    assert!(world.responses().iter().all(|hit| hit.query.contains("code=")), "{:?}", world.responses());
}

#[tokio::test]
#[ignore = "needs a provider of another project: cargo xtask test --providers"]
async fn renew_in_window() {
    let world = world(Journey::RenewInWindow, json!({})).await;
    world.sign_in().await;
    world.app.browser.mark_the_page().await;
    world.app.press("renew").await;
    if !world.foreign.known_user.is_empty() {
        let page = world.app.browser.switch_to_the_opened_window().await;
        world.walk(world.foreign.known_user).await;
        world.app.browser.is_alone_with(page).await;
    }
    is_renewed(&world).await;
    world.app.browser.is_the_marked_page().await;
    world.done();
}

#[tokio::test]
#[ignore = "needs a provider of another project: cargo xtask test --providers"]
async fn renew_in_tab() {
    let world = world(Journey::RenewInTab, json!({})).await;
    world.app.browser.before_each_page(NO_WINDOWS).await;
    world.sign_in().await;
    world.app.press("renew").await;
    assert_eq!(world.app.part("renewal-error").await.code, "window_blocked");
    world.app.browser.mark_the_page().await;
    world.app.press("renew-here").await;
    world.walk(world.foreign.known_user).await;
    world.app.browser.is_not_the_marked_page().await;
    is_renewed(&world).await;
    world.done();
}

#[tokio::test]
#[ignore = "needs a provider of another project: cargo xtask test --providers"]
async fn reload_ask() {
    let world = world(Journey::ReloadAsk, json!({ "restore": "ask" })).await;
    world.sign_in().await;
    reload(&world).await;
    assert_eq!(world.app.part("sign-in").await.text, "Continue");
    world.app.press_sign_in().await;
    world.walk(world.foreign.known_user).await;
    world.shows_the_user().await;
    assert_eq!(world.responses().len(), 2);
    world.done();
}

#[tokio::test]
#[ignore = "needs a provider of another project: cargo xtask test --providers"]
async fn reload_off() {
    let world = world(Journey::ReloadOff, json!({ "restore": "off" })).await;
    world.sign_in().await;
    reload(&world).await;
    assert_eq!(world.app.part("sign-in").await.text, "Sign in");
    world.app.press_sign_in().await;
    world.walk(world.foreign.known_user).await;
    world.shows_the_user().await;
    assert_eq!(world.responses().len(), 2);
    world.done();
}

/// Reloads the page. Checks that no user is signed in after that, and that the app sends no authorization request
/// automatically.
async fn reload(world: &ForeignWorld) {
    world.app.browser.mark_the_page().await;
    world.app.browser.reload().await;
    world.app.browser.is_not_the_marked_page().await;
    world.app.is_running().await;
    world.app.is_at_home().await;
    assert!(!world.app.shows_a_session().await);
    assert_eq!(world.responses().len(), 1);
}

#[tokio::test]
#[ignore = "needs a provider of another project: cargo xtask test --providers"]
async fn sign_out() {
    let world = world(Journey::SignOut, json!({})).await;
    world.sign_in().await;
    world.app.browser.mark_the_page().await;
    world.app.press("sign-out").await;
    match world.foreign.sign_out {
        SignOut::ComesBack(steps) => {
            world.walk(steps).await;
            world.app.heading_is("You are signed out").await;
        }
        SignOut::Stays(steps, text) => {
            world.walk(steps).await;
            world.stays_at_the_provider(text).await;
        }
        SignOut::AppOnly => world.app.heading_is("You are signed out here").await,
    }
    if world.foreign.sign_out == SignOut::AppOnly {
        world.app.press_sign_in().await;
        // The provider still has its session.
        world.walk(world.foreign.known_user).await;
        world.shows_the_user().await;
    } else {
        world.app.open().await;
        assert!(!world.app.shows_a_session().await);
        world.app.press_sign_in().await;
        is_asked_who_they_are(&world).await;
    }
    world.done();
}

#[tokio::test]
#[ignore = "needs a provider of another project: cargo xtask test --providers"]
async fn stopped() {
    let world = world(Journey::Stopped, json!({})).await;
    world.app.open().await;
    // The provider has sent its response, and stops before the app can redeem the code.
    world.site.hold("callback");
    let leave = async {
        world.app.press_sign_in().await;
        world.go_through(After::Consent).await;
    };
    let stop = async {
        let is_held = async || if world.site.holds() { Ok(()) } else { Err("it has not arrived".to_owned()) };
        eventually("the authorization response", is_held).await;
        world.provider.kill();
        world.site.release();
    };
    // Some drivers wait until the page has loaded. So both must run at the same time.
    tokio::join!(leave, stop);
    world.app.error_is("provider_unreachable").await;
    assert_eq!(world.app.sign_in_buttons().await, 1, "the user can sign in again");
    assert!(!world.app.shows_a_session().await);

    world.provider.start_again().await;
    world.forget_the_session().await;
    world.app.press_sign_in().await;
    is_asked_who_they_are(&world).await;
    world.done();
}

#[test]
fn the_tables_of_the_documentation_are_what_the_journeys_assert() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/providers.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, rest) = text.split_once(BEGIN).unwrap();
    let (written, _) = rest.split_once(END).unwrap();
    let tables = tables();
    assert!(written.trim() == tables.trim(), "docs/providers.md must contain this between its marks:\n\n{tables}");
}
