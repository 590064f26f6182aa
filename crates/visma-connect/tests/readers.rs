//! Values that compliant and widely used providers send, each tested with a complete session. The user must be signed
//! in. An unusual value may disable only the feature that it belongs to. docs/readers.md lists the parsers.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

mod fake;

use std::rc::Rc;

use fake::{DISCOVERY, Fake, ISSUER, JWKS, SIGNING_KEY, TOKEN, USERINFO, World, driver, id_token, poll, run};
use url::Url;
use visma_connect::protocol::config::AppLocation;
use visma_connect::protocol::discovery;
use visma_connect::protocol::error::Error;
use visma_connect::protocol::http::HttpResponse;
use visma_connect::session::driver::Driver;
use visma_connect::session::error::PlatformError;
use visma_connect::session::state::{SessionState, SignedOutReason};
use visma_connect::{Config, ProfileState, RenewIn, SessionChange, SignInOptions, User};
use zeroize::Zeroizing;

/// A parameter of the last authorization request, in the tab or in a window.
fn asked(world: &World, name: &str) -> String {
    let log = world.log.borrow();
    let url = log.iter().rev().find_map(|line| line.strip_prefix("navigate ").or(line.strip_prefix("open ")));
    let url = Url::parse(url.unwrap()).unwrap();
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// Sets the provider's response to the last request, with the additional claims `more`, and opens the callback page.
fn return_from_provider(world: &Rc<World>, more: &str) -> Driver<Fake> {
    let now = world.wall_seconds.get();
    let claims = format!(
        r#"{{"iss":"{ISSUER}","aud":"demo","sub":"kari","exp":{},"iat":{now},"nonce":"{}"{more}}}"#,
        now + 300,
        asked(world, "nonce"),
    );
    let id_token = id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims, SIGNING_KEY);
    world.respond(TOKEN, fake::token_response(&id_token));
    let driver = driver(world);
    let callback = format!("?code=code-canary&state={}&iss=https%3A%2F%2Fconnect.example", asked(world, "state"));
    run(driver.handle_callback(Zeroizing::new(callback)));
    driver
}

fn signed_in(world: &Rc<World>, more: &str) -> Driver<Fake> {
    run(driver(world).sign_in("/orders"));
    return_from_provider(world, more)
}

fn user(driver: &Driver<Fake>) -> User {
    match driver.state() {
        SessionState::Authenticated(user) => user,
        other => panic!("no user is signed in: {other:?}"),
    }
}

/// The name and the e-mail address that the page shows.
fn shown(driver: &Driver<Fake>) -> (Option<String>, Option<String>) {
    match user(driver).profile() {
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

/// Duende IdentityServer merges claims with the same name into an array. A claim may also be null or empty.
#[test]
fn a_company_that_is_merged_null_or_empty_keeps_no_user_out_and_confirms_no_switch() {
    for odd in [r#"["a","b"]"#, r#"["a"]"#, "null", r#""""#, "7"] {
        let world = World::new();
        let odd = format!(r#","tenant_id":{odd}"#);
        world.respond(USERINFO, Ok((200, userinfo(&odd))));
        let driver = signed_in(&world, &odd);
        assert_eq!((user(&driver).company(), shown(&driver)), (None, kari()), "{odd}");
        // The user asks for another company. No claim confirms that the new tokens are for that company.
        let wanted = SignInOptions {
            tenant_hint: Some("0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11".to_owned()),
            ..SignInOptions::default()
        };
        let mut renew = Box::pin(driver.renew(RenewIn::Window, "/", wanted));
        assert!(!poll(&mut renew));
        drop(return_from_provider(&world, &odd));
        assert!(poll(&mut renew));
        assert_eq!((user(&driver).company(), shown(&driver)), (None, kari()), "{odd}");
    }
}

/// If the tokens do not contain the claim, UserInfo is requested again at each renewal.
#[test]
fn a_company_that_userinfo_no_longer_states_is_unknown_again() {
    for odd in [r#","tenant_id":["a","b"]"#, r#","tenant_id":null"#, ""] {
        let world = World::new();
        world.respond(USERINFO, Ok((200, userinfo(r#","tenant_id":"a""#))));
        let driver = signed_in(&world, "");
        assert_eq!(user(&driver).company().map(|company| company.tenant_id().to_owned()).as_deref(), Some("a"));
        world.respond(USERINFO, Ok((200, userinfo(odd))));
        let mut renew = Box::pin(driver.renew(RenewIn::Window, "/", SignInOptions::default()));
        assert!(!poll(&mut renew));
        drop(return_from_provider(&world, ""));
        assert!(poll(&mut renew));
        assert_eq!((user(&driver).session_change(), user(&driver).company()), (SessionChange::Renewed, None), "{odd}");
        assert_eq!(shown(&driver), kari());
    }
}

#[test]
fn the_name_in_the_id_token_is_used_until_userinfo_responds() {
    let responses: [(_, &str); 6] = [
        (Ok(r#"{"sub":"kari","name":"Kari Nordmann"}"#), "Kari Nordmann"),
        (Ok(r#"{"sub":"kari"}"#), "Kari"),
        (Ok(r#"{"sub":"ola","name":"Ola"}"#), "Kari"),
        (Ok("eyJhbGciOiJSUzI1NiJ9.e30.c2ln"), "Kari"),
        (Err(PlatformError::Unreachable), "Kari"),
        (Err(PlatformError::TimedOut), "Kari"),
    ];
    for (response, name) in responses {
        let world = World::new();
        world.respond(USERINFO, response.map(|body| (200, body.to_owned())));
        let driver = signed_in(&world, r#","name":"Kari","email":"kari@example.no""#);
        assert_eq!(shown(&driver), (Some(name.to_owned()), Some("kari@example.no".to_owned())), "{response:?}");
        // A renewal sends the e-mail address of the ID token as `login_hint`.
        run(driver.renew(RenewIn::Tab, "/", SignInOptions::default()));
        assert_eq!(asked(&world, "login_hint"), "kari@example.no");
    }
}

#[test]
fn fractions_of_a_second_and_nulls_keep_no_user_out() {
    let world = World::new();
    let now = world.wall_seconds.get();
    let more = format!(
        r#","nbf":{now}.25,"auth_time":{now}.75,"azp":null,"at_hash":null,"acr":null,"sid":null,"amr":null,"name":null"#
    );
    let driver = signed_in(&world, &more);
    assert_eq!(shown(&driver), kari());
}

/// Metadata in the form of real providers. Each must be accepted, or refused for the expected reason.
#[test]
fn the_metadata_of_real_providers_is_read_or_refused_with_its_reason() {
    let google = r#""origins":["https://oauth2.googleapis.example","https://www.googleapis.example",
                               "https://openidconnect.googleapis.example"]"#;
    let entra = "https://login.microsoftonline.example/0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11/v2.0";
    let graph = r#""origins":["https://graph.microsoft.example"]"#;
    for (file, authority, more, expected) in [
        ("visma-connect", "https://connect.visma.example", "", "read"),
        ("visma-vismaonline", "https://identity.vismaonline.example", "", "read"),
        ("lego", "https://identity.lego.example", "", "read"),
        ("duende-2021", "https://demo.duende.example", "", "read"),
        ("google", "https://accounts.google.example", "", "metadata_invalid token_endpoint"),
        ("google", "https://accounts.google.example", google, "read"),
        // This metadata is for every tenant. Its issuer is a template, so no tenant has this issuer.
        ("entra-common", "https://login.microsoftonline.example/common/v2.0", graph, "metadata_issuer_mismatch"),
        ("entra-tenant", entra, "", "metadata_invalid userinfo_endpoint"),
        ("entra-tenant", entra, graph, "read"),
        ("keycloak-26", "http://localhost:8089/realms/master", "", "read"),
        ("auth0-docker", "https://login.docker.example/", "", "read"),
        ("auth0-docker", "https://login.docker.example", "", "metadata_issuer_slash"),
    ] {
        let more = if more.is_empty() { String::new() } else { format!(",{more}") };
        let text = format!(r#"{{"authority":"{authority}","client_id":"demo"{more}}}"#);
        let page = AppLocation { base: "http://localhost:8080/".to_owned(), languages: Vec::new() };
        let config = Config::parse(&text, &page).unwrap();
        let path = format!("{}/tests/fixtures/providers/{file}.json", env!("CARGO_MANIFEST_DIR"));
        let body = std::fs::read(path).unwrap();
        let verdict = match discovery::metadata(&config, &HttpResponse::new(200, body)) {
            Ok(_) => "read".to_owned(),
            Err(Error::Misbehaved(why)) => {
                [why.code(), why.member().unwrap_or_default()].join(" ").trim_end().to_owned()
            }
            Err(other) => panic!("{file}: {other:?}"),
        };
        assert_eq!(verdict, expected, "{file} as {authority}");
    }
}

/// JWKS in the form of real providers, with the key of the fixtures as the signing key. They have encryption keys,
/// certificates, additional members and nulls.
#[test]
fn key_sets_of_real_providers_are_read() {
    let fixture: serde_json::Value = serde_json::from_str(include_str!("fixtures/jwks.json")).unwrap();
    let n = fixture["keys"][0]["n"].as_str().unwrap();
    let own = |more: &str| format!(r#"{{"kty":"RSA","kid":"k1","n":"{n}","e":"AQAB"{more}}}"#);
    for keys in [
        // Keycloak: a second key, for encryption.
        format!(
            r#"{},{{"kid":"k2","kty":"RSA","alg":"RSA-OAEP","use":"enc","n":"{n}","e":"AQAB"}}"#,
            own(r#","use":"sig","alg":"RS256","x5t":"a","x5t#S256":"b""#)
        ),
        // Entra: no `alg`, and an issuer.
        own(r#","use":"sig","x5c":["MII"],"issuer":"https://login.microsoftonline.example/{tenantid}/v2.0""#),
        // A serializer that writes every member, also members that are null.
        own(r#","use":null,"alg":null,"key_ops":null,"d":null,"p":null,"q":null,"dp":null,"qi":null,"k":null"#),
        // Additional keys of other types.
        format!(
            r#"{{"kty":"EC","crv":"P-256","kid":"k1","x":"A","y":"A"}},{{"kty":"OKP","kid":"k1","x":"A"}},{}"#,
            own("")
        ),
    ] {
        let world = World::new();
        world.respond(JWKS, Ok((200, format!(r#"{{"keys":[{keys}]}}"#))));
        assert_eq!(shown(&signed_in(&world, "")), kari(), "{keys}");
    }
}

/// An Auth0 tenant: the final slash is part of the issuer, in the metadata, the callback and the ID token.
#[test]
fn an_issuer_is_compared_with_its_trailing_slash() {
    for (iss, expected) in [(format!("{ISSUER}/"), "signed in"), (ISSUER.to_owned(), "id_token_issuer_mismatch")] {
        let world = World::new();
        let metadata = include_str!("fixtures/metadata.json").replacen(ISSUER, &format!("{ISSUER}/"), 1);
        world.respond(DISCOVERY, Ok((200, metadata)));
        let text = format!(r#"{{"authority":"{ISSUER}/","client_id":"demo"}}"#);
        let config: &'static Config = Box::leak(Box::new(Config::parse(&text, &fake::page()).unwrap()));
        let driver = || Driver::new(Fake(Rc::clone(&world)), config, Box::new(|| {}));
        run(driver().sign_in("/"));
        let claims =
            fake::claims().replacen(ISSUER, &iss, 1).replacen(&fake::encode([3_u8; 32]), &asked(&world, "nonce"), 1);
        let token = id_token(r#"{"alg":"RS256","kid":"k1"}"#, &claims, SIGNING_KEY);
        world.respond(TOKEN, fake::token_response(&token));
        let driver = driver();
        let callback = format!("?code=c&state={}&iss=https%3A%2F%2Fconnect.example%2F", asked(&world, "state"));
        run(driver.handle_callback(Zeroizing::new(callback)));
        let ended = match driver.state() {
            SessionState::Authenticated(_) => "signed in",
            SessionState::Unauthenticated(SignedOutReason::Failed(error)) => error.code(),
            other => panic!("{other:?}"),
        };
        assert_eq!(ended, expected);
    }
}
