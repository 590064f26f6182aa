//! The cases of the OpenID Foundation's conformance suite, end to end. The local provider produces the faults. The
//! tests check the page and the provider's request log. crates/visma-connect/tests/conformance/main.rs runs the same
//! cases natively.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use e2e::provider::Request;
use e2e::{Interaction, Setup, World};
use futures_util::FutureExt as _;
use serde_json::json;

#[path = "../../../crates/visma-connect/tests/conformance/case.rs"]
mod case;
#[path = "../../../crates/visma-connect/tests/conformance/cases.rs"]
mod cases;

use case::{AUTHORIZE, Asked, Case, END_SESSION, Expected, TOKEN, USERINFO, case as good};

#[tokio::test]
async fn b01_no_user_leaves_for_a_provider_with_the_metadata_of_another() {
    check_all(cases::discovery()).await;
}

#[tokio::test]
async fn c02_c03_a_response_without_our_state_is_not_used() {
    check_all(cases::callback_state()).await;
}

#[tokio::test]
async fn c14_c15_c16_a_response_of_another_issuer_is_not_used() {
    check_all(cases::callback_issuer()).await;
}

#[tokio::test]
async fn e08_e09_e10_e15_a_token_that_was_not_made_for_this_sign_in_is_refused() {
    check_all(cases::id_token_of_another()).await;
}

#[tokio::test]
async fn e12_e13_e16_a_token_without_a_required_claim_is_refused() {
    check_all(cases::id_token_incomplete()).await;
}

#[tokio::test]
async fn e01_e02_e04_a_token_that_the_provider_did_not_sign_is_refused() {
    check_all(cases::id_token_signature()).await;
}

#[tokio::test]
async fn b06_b07_keys_are_fetched_once_more_and_never_guessed() {
    check_all(cases::keys()).await;
}

#[tokio::test]
async fn odd_but_correct_tokens_are_accepted() {
    check_all(cases::good_tokens()).await;
}

#[tokio::test]
async fn f01_f02_f03_only_a_profile_of_this_user_is_used() {
    check_all(cases::userinfo()).await;
}

#[tokio::test]
async fn i01_i02_a_start_from_elsewhere_is_for_our_issuer_and_ends_on_a_page_of_this_app() {
    check_all(cases::started_elsewhere()).await;
}

#[tokio::test]
async fn h01_h03_only_our_own_state_confirms_a_sign_out() {
    check_all(cases::sign_out()).await;
}

/// Runs the cases one after the other, and continues after a failure. An additional last case has no fault. It fails
/// if one of the other cases has a late effect.
async fn check_all(cases: Vec<Case>) {
    let mut world = known_user().await;
    let mut failures = Vec::new();
    for case in cases.into_iter().chain([good("no fault", "after all other cases", json!({}))]) {
        println!("{case}");
        if let Err(panic) = AssertUnwindSafe(check(&world, &case)).catch_unwind().await {
            world.print_what_happened();
            failures.push(format!("{case}: {}", words(panic.as_ref())));
            world = known_user().await;
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A world in which the provider shows no page. Kari has a session there and has consented to all scopes of all cases.
async fn known_user() -> World {
    let all = ["openid", "profile", "email", "phone", "address", "tenants", "vismanet_erp_interactive_api:read"];
    let world = World::with(Setup { config: json!({ "scopes": all }), ..Setup::default() }).await;
    world.sign_in_as_kari().await.name().await;
    world
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("the panic above")
}

async fn check(world: &World, case: &Case) {
    let before = world.provider.log().await.len();
    world.configure(&case.config);
    world.provider.set_faults(case.faults.clone()).await;
    let start = case.starts_at(&world.provider.url);
    world.app.visit(start.as_deref().unwrap_or_default()).await;
    match (case.expected, start) {
        (Expected::Rejected(code), Some(_)) => stays_at(world, "initiate", code).await,
        (expected, Some(_)) => {
            has_outcome(world, expected).await;
            assert_eq!(world.app.address().await, "");
        }
        (Expected::Rejected(code), None) if case.forbidden.contains(&AUTHORIZE) => {
            world.app.is_running().await;
            world.app.is_at_home().await;
            world.app.error_is(code).await;
            world.app.press_sign_in().await;
            stays_at(world, "", code).await;
        }
        (expected, None) => {
            world.app.is_running().await;
            world.press_and_return(Interaction::None).await;
            has_outcome(world, expected).await;
        }
    }
    let log = world.provider.log().await.split_off(before);
    if let Some(wrong) = case.broken_by(&asked(&log)) {
        panic!("{wrong}");
    }
    for request in log.iter().filter(|request| [TOKEN, USERINFO].contains(&request.path.as_str())) {
        is_safe(request);
    }
    if matches!(case.expected, Expected::SignedOut { .. }) {
        has_asked_for_the_sign_out(world, &log).await;
        // The provider has ended its session, so it shows all its pages again.
        world.app.press_sign_in().await;
        world.consent_as_kari().await;
        world.app.session().await.name().await;
    }
}

async fn stays_at(world: &World, address: &str, code: &str) {
    world.app.wait_for("the error page", "main > [data-testid=error]").await;
    world.app.error_is(code).await;
    assert_eq!(world.app.address().await, address);
    assert_eq!(world.app.sign_in_buttons().await, 1);
    assert_eq!(world.app.waiting().await, Vec::<String>::new());
}

async fn has_outcome(world: &World, expected: Expected) {
    match expected {
        Expected::Rejected(code) => {
            world.app.error_is(code).await;
            assert_eq!(world.app.address().await, "callback");
            assert_eq!(world.app.sign_in_buttons().await, 1);
            assert!(!world.app.shows_a_session().await);
        }
        Expected::Accepted { name, email } => {
            let session = world.app.session().await;
            assert_eq!(session.name().await, if name { "Kari Nordmann" } else { "No name given" });
            let address = if email { "kari.nordmann@example.com" } else { "No e-mail address given" };
            assert_eq!(session.email().await, address);
        }
        Expected::AcceptedWithoutProfile(code) => {
            let session = world.app.session().await;
            world.app.wait_for(code, &format!("[data-testid=profile-error][data-code={code}]")).await;
            assert!(!session.text().await.contains("Mallory"));
            assert_eq!(world.app.count("[data-testid=user-name]").await.unwrap(), 0);
        }
        Expected::SignedOut { confirmed } => {
            let session = world.app.session().await;
            session.name().await;
            world.sign_out_and_return().await;
            let doubt = format!("You may still be signed in at {}", world.provider.url);
            world.app.heading_is(if confirmed { "You are signed out" } else { "You are signed out here" }).await;
            assert_eq!(world.app.text().await.unwrap().contains(&doubt), !confirmed);
            assert_eq!(world.app.address().await, "signed-out");
            assert_eq!(world.app.sign_in_buttons().await, 1);
            assert_eq!(world.app.waiting().await, Vec::<String>::new());
        }
    }
}

fn asked(log: &[Request]) -> Vec<Asked> {
    let pairs = |request: &Request| {
        let pairs = request.query.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
        pairs.map(|(name, value)| format!("{name}={value}")).collect()
    };
    let requests = log.iter().filter(|request| request.method != "OPTIONS");
    requests.map(|request| Asked { path: request.path.clone(), query: pairs(request) }).collect()
}

/// Checks that the request has the access token only in the Authorization header. A token request has no such header.
fn is_safe(request: &Request) {
    assert!(request.query.is_empty(), "{request:#?}");
    if request.method == "OPTIONS" {
        return;
    }
    let (method, authorization) = if request.path == USERINFO { ("GET", Some("Bearer")) } else { ("POST", None) };
    assert_eq!(request.method, method, "{request:#?}");
    assert_eq!(request.headers.authorization.as_deref(), authorization, "{request:#?}");
    assert!(!request.headers.cookie, "{request:#?}");
}

async fn has_asked_for_the_sign_out(world: &World, log: &[Request]) {
    let requests: Vec<_> = log.iter().filter(|request| request.path == END_SESSION).collect();
    let [request] = requests.as_slice() else { panic!("{requests:#?}") };
    assert_eq!(
        request.query.keys().map(String::as_str).collect::<Vec<_>>(),
        ["client_id", "id_token_hint", "post_logout_redirect_uri", "state"]
    );
    let issued = world.provider.issued().await;
    let id_token = issued.iter().rfind(|issued| issued.kind == "id_token").unwrap();
    assert_eq!(request.parameter("id_token_hint"), id_token.value);
    assert_eq!(request.parameter("post_logout_redirect_uri"), format!("{}signed-out", world.app.base));
    assert_eq!(request.parameter("state").len(), 43);
}
