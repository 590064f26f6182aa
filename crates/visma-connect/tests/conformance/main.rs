//! Runs the cases of the conformance suite natively: the complete flow in the fake browser, with a fake provider that
//! has the same faults as the local provider. ID tokens are really signed and verified.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

mod case;
mod cases;
#[path = "../fake/mod.rs"]
mod fake;
mod modules;
mod provider;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use case::{Asked, Case, Expected};
use cases::NOT_APPLICABLE;
use fake::{DISCOVERY, Fake, ISSUER, TOKEN, USERINFO, World, run};
use provider::Provider;
use serde_json::{Value, json};
use visma_connect::Config;
use visma_connect::session::driver::{Driver, ProviderStatus};
use visma_connect::session::state::{ProfileState, ProviderSession, SessionState, SignedOutReason};
use zeroize::Zeroizing;

fn all() -> Vec<Case> {
    [
        cases::discovery,
        cases::callback_state,
        cases::callback_issuer,
        cases::id_token_of_another,
        cases::id_token_incomplete,
        cases::id_token_signature,
        cases::keys,
        cases::good_tokens,
        cases::userinfo,
        cases::started_elsewhere,
        cases::sign_out,
    ]
    .into_iter()
    .flat_map(|group| group())
    .collect()
}

#[test]
fn every_case_ends_as_it_must() {
    let failures: Vec<String> = all().iter().filter_map(failure).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_module_has_a_case_or_a_reason() {
    let modules: BTreeSet<&str> =
        modules::CODE_FLOW.into_iter().chain(modules::OTHER_FLOWS).chain(modules::FAPI).collect();
    let tried: BTreeSet<&str> = all().iter().map(|case| case.id).collect();
    let left_out: BTreeSet<&str> = NOT_APPLICABLE.iter().map(|(id, _)| *id).collect();
    assert_eq!(tried.intersection(&left_out).next(), None, "a tested module is listed as not applicable");
    let seen: BTreeSet<&str> = tried.union(&left_out).copied().collect();
    assert_eq!(seen, modules);
    for (id, why) in NOT_APPLICABLE {
        assert!(why.len() > 10, "{id} has no reason");
    }
}

#[test]
fn no_two_cases_are_the_same() {
    let mut seen = BTreeSet::new();
    for case in all() {
        let same = format!("{} {} {} {:?}", case.id, case.faults, case.config, case.start);
        assert!(seen.insert(case.to_string()), "{case} occurs twice");
        assert!(seen.insert(same), "{case} does the same as another case");
    }
}

/// Runs a case. Returns its name and what is wrong, or `None`.
fn failure(case: &Case) -> Option<String> {
    let wrong = std::panic::catch_unwind(AssertUnwindSafe(|| {
        let world = World::new();
        let (outcome, asked) = play(case, &world);
        if outcome != case.expected {
            return Some(format!("{outcome:?} instead of {:?}", case.expected));
        }
        case.broken_by(&asked).or_else(|| odd_bearer(&world))
    }));
    let wrong = wrong.unwrap_or_else(|_| Some("see the panic message above".to_owned()))?;
    Some(format!("{case}: {wrong}"))
}

/// Reports each use of the access token other than in the UserInfo request.
fn odd_bearer(world: &World) -> Option<String> {
    let bearers = world.bearers.borrow();
    let is_fine = |(url, value): &(String, String)| url == USERINFO && value == "Bearer access-canary";
    (!bearers.iter().all(is_fine)).then(|| format!("{bearers:?}"))
}

/// Signs in. If the case expects a sign-out, also signs out.
fn play(case: &Case, world: &Rc<World>) -> (Expected, Vec<Asked>) {
    let provider = Provider::new(&case.faults);
    let metadata = provider.metadata();
    world.respond(DISCOVERY, Ok((200, metadata.to_string())));
    let config = config(&case.config);
    let page = || Driver::new(Fake(Rc::clone(world)), config, Box::new(|| {}));

    let first = page();
    let start = case.starts_at(ISSUER);
    match start.as_deref().map(|start| start.strip_prefix("initiate").unwrap()) {
        Some(query) => run(first.initiate(query)),
        None => {
            run(first.prepare());
            run(first.sign_in("/"));
        }
    }
    let Some(request) = last_navigation(world) else {
        let code = outcome(&first);
        if start.is_none() {
            let ProviderStatus::Failed(error) = first.memory().provider() else { panic!("home must show the error") };
            assert_eq!(code, Expected::Rejected(error.code()), "home must show the same error before the click");
        }
        return (code, asked(world));
    };

    let jwks_uri = metadata["jwks_uri"].as_str().unwrap();
    world.responses.borrow_mut().remove(jwks_uri);
    for keys in provider.keys() {
        world.then(jwks_uri, Ok((200, keys.to_string())));
    }
    world.respond(TOKEN, Ok((200, provider.tokens(&request).to_string())));
    world.respond(USERINFO, Ok((200, provider.userinfo(&request))));
    let back = page();
    run(back.handle_callback(Zeroizing::new(provider.callback(&request))));
    if !matches!(case.expected, Expected::SignedOut { .. }) {
        return (outcome(&back), asked(world));
    }

    assert_eq!(back.state().is_authenticated(), Some(true), "{case}");
    back.sign_out();
    let request = last_navigation(world).unwrap();
    let signed_out = page();
    signed_out.returned_from_sign_out(&provider.signed_out(&request));
    (outcome(&signed_out), asked(world))
}

fn config(members: &Value) -> &'static Config {
    let mut config = json!({ "authority": ISSUER, "client_id": "demo" });
    for (name, value) in members.as_object().into_iter().flatten() {
        config[name] = value.clone();
    }
    Box::leak(Box::new(Config::parse(&config.to_string(), &fake::page()).unwrap()))
}

fn outcome(page: &Driver<Fake>) -> Expected {
    match page.state() {
        SessionState::Unauthenticated(SignedOutReason::Failed(error)) => Expected::Rejected(error.code()),
        SessionState::Unauthenticated(SignedOutReason::SignedOut(provider_session)) => {
            Expected::SignedOut { confirmed: provider_session == ProviderSession::Ended }
        }
        SessionState::Authenticated(signed_in) => match signed_in.profile() {
            ProfileState::Loaded(profile) => {
                Expected::Accepted { name: profile.name.is_some(), email: profile.email.is_some() }
            }
            ProfileState::Unavailable(error) => Expected::AcceptedWithoutProfile(error.code()),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

/// The parameters of the last request with which the user left the page.
fn last_navigation(world: &World) -> Option<BTreeMap<String, String>> {
    let log = world.log.borrow();
    let (_, query) = log.iter().rfind(|line| line.starts_with("navigate "))?.split_once('?')?;
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    Some(pairs.map(|(name, value)| (name.to_owned(), value.replace('+', " "))).collect())
}

/// The requests that the provider received from the page or by navigation.
fn asked(world: &World) -> Vec<Asked> {
    let log = world.log.borrow();
    let urls = log.iter().filter_map(|line| line.split_once(' ')?.1.strip_prefix(ISSUER));
    let split = |url: &str| {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        Asked { path: path.to_owned(), query: pairs.map(|(name, value)| format!("{name}={value}")).collect() }
    };
    urls.map(split).collect()
}
