//! ID tokens with each algorithm that can be configured. The tests make and verify real signatures.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

mod fake;

use std::rc::Rc;

use fake::{DISCOVERY, Fake, JWKS, TOKEN, USERINFO, World, callback, claims, page, run, signed_with};
use visma_connect::Config;
use visma_connect::protocol::algorithm::SigningAlgorithm::{self, EdDsa, Es256, Ps256, Rs256};
use visma_connect::session::driver::{Driver, ProviderStatus};
use visma_connect::session::error::SignInError;
use visma_connect::session::state::{SessionState, SignedOutReason};
use zeroize::Zeroizing;

const ALL: [SigningAlgorithm; 4] = [Rs256, Ps256, Es256, EdDsa];
const KEYS: &str = include_str!("fixtures/jwks.json");
const OTHER_KEYS: &str = include_str!("fixtures/other-algorithms-jwks.json");

/// The ID tokens of the fixtures, which OpenSSL signed.
fn fixture(algorithm: SigningAlgorithm) -> &'static str {
    match algorithm {
        Rs256 => include_str!("fixtures/id-token.jwt"),
        Ps256 => include_str!("fixtures/id-token-ps256.jwt"),
        Es256 => include_str!("fixtures/id-token-es256.jwt"),
        EdDsa => include_str!("fixtures/id-token-eddsa.jwt"),
    }
    .trim_end()
}

/// A JWKS with every key of the fixtures. All have the same `kid`.
fn all_keys() -> String {
    let (head, rest) = (KEYS.trim_end().strip_suffix("]}").unwrap(), OTHER_KEYS.split_once('[').unwrap().1);
    format!("{head},{rest}")
}

fn driver(world: &Rc<World>, configured: SigningAlgorithm) -> Driver<Fake> {
    let text = format!(
        r#"{{"authority":"{}","client_id":"demo","id_token_signed_response_alg":"{}"}}"#,
        fake::ISSUER,
        configured.name()
    );
    let config = Box::leak(Box::new(Config::parse(&text, &page()).unwrap()));
    Driver::new(Fake(Rc::clone(world)), config, Box::new(|| {}))
}

/// Signs in with the given ID token and keys, in an app that is configured with the given algorithm. The metadata
/// does not list algorithms.
fn sign_in(configured: SigningAlgorithm, token: &str, keys: &str) -> Result<(), SignInError> {
    let world = World::new();
    let metadata = include_str!("fixtures/metadata.json").replace("id_token_signing_alg_values_supported", "x");
    world.respond(DISCOVERY, Ok((200, metadata)));
    world.respond(JWKS, Ok((200, keys.to_owned())));
    world.respond(TOKEN, fake::token_response(token));
    run(driver(&world, configured).sign_in("/"));
    let driver = driver(&world, configured);
    run(driver.handle_callback(Zeroizing::new(callback())));
    match driver.state() {
        SessionState::Unauthenticated(SignedOutReason::Failed(error)) => {
            assert_eq!(world.count(USERINFO), 0, "the access token must not be used");
            Err(error)
        }
        state => {
            assert_eq!(state.is_authenticated(), Some(true));
            Ok(())
        }
    }
}

fn refusal(configured: SigningAlgorithm, token: &str, keys: &str) -> (&'static str, Option<&'static str>) {
    match sign_in(configured, token, keys) {
        Err(SignInError::Misbehaved(error)) => (error.code(), error.member()),
        other => panic!("{configured:?}: {other:?}"),
    }
}

#[test]
fn e03_each_algorithm_signs_in_where_it_is_configured_and_nowhere_else() {
    for signed in ALL {
        for configured in ALL {
            if signed == configured {
                assert_eq!(sign_in(configured, fixture(signed), &all_keys()), Ok(()), "{configured:?}");
            } else {
                let refusal = refusal(configured, fixture(signed), &all_keys());
                assert_eq!(refusal, ("id_token_algorithm_refused", Some(signed.name())), "{configured:?}");
            }
        }
    }
}

#[test]
fn e03_a_key_of_another_type_is_never_tried() {
    for configured in ALL {
        for named in ALL {
            // The header of the token is right, but the only key is for the algorithm `named`.
            let keys = if named == Rs256 { KEYS.to_owned() } else { only(OTHER_KEYS, named) };
            let verdict = sign_in(configured, fixture(configured), &keys);
            if named == configured {
                assert_eq!(verdict, Ok(()));
            } else {
                let error = verdict.unwrap_err();
                assert_eq!(error.code(), "id_token_key_unknown", "{configured:?} with {named:?}");
            }
        }
    }
}

/// The JWKS with only the key for this algorithm.
fn only(keys: &str, algorithm: SigningAlgorithm) -> String {
    let mut set: serde_json::Value = serde_json::from_str(keys).unwrap();
    set["keys"].as_array_mut().unwrap().retain(|key| key["alg"] == algorithm.name());
    set.to_string()
}

/// The header names the configured algorithm, but another algorithm made the signature.
#[test]
fn e03_e04_a_signature_of_another_algorithm_proves_nothing() {
    for configured in ALL {
        for signed in ALL.into_iter().filter(|signed| *signed != configured) {
            let (input, _) = fixture(configured).rsplit_once('.').unwrap();
            let other = fixture(signed).rsplit('.').next().unwrap();
            let refusal = refusal(configured, &format!("{input}.{other}"), &all_keys());
            assert_eq!(refusal.0, "id_token_signature_invalid", "{configured:?} {signed:?}");
        }
    }
}

#[test]
fn e04_one_changed_bit_or_an_empty_signature_is_noticed_under_each_algorithm() {
    for algorithm in ALL {
        let (input, signature) = fixture(algorithm).rsplit_once('.').unwrap();
        let bytes = fake::decode(signature);
        let mut changed = vec![Vec::new(), vec![0; bytes.len()], bytes[..bytes.len() - 1].to_vec()];
        for at in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut one = bytes.clone();
            one[at] ^= 1;
            changed.push(one);
        }
        for bad in changed {
            let refusal = refusal(algorithm, &format!("{input}.{}", fake::encode(&bad)), &all_keys());
            assert_eq!(refusal.0, "id_token_signature_invalid", "{algorithm:?}");
        }
        // Other claims with the same signature.
        let (header, claims) = input.split_once('.').unwrap();
        let other = String::from_utf8(fake::decode(claims)).unwrap().replace("kari", "mari");
        let refusal = refusal(algorithm, &format!("{header}.{}.{signature}", fake::encode(other)), &all_keys());
        assert_eq!(refusal.0, "id_token_signature_invalid", "{algorithm:?}");
    }
}

/// Tokens whose algorithm needs a shared secret or no key, for each configuration. Also a MAC whose header names the
/// configured algorithm.
#[test]
fn e01_e02_no_configuration_accepts_a_mac_or_an_unsigned_token() {
    for configured in ALL {
        let keys = all_keys();
        let public: serde_json::Value = serde_json::from_str(&keys).unwrap();
        let public = public["keys"].as_array().unwrap().iter();
        let x: Vec<_> = public.filter_map(|key| key["x"].as_str().or(key["n"].as_str())).map(fake::decode).collect();
        for secret in x.into_iter().chain([Vec::new(), b"demo".to_vec()]) {
            for alg in ["HS256", configured.name()] {
                let header = format!(r#"{{"alg":"{alg}","kid":"k1"}}"#);
                let input = format!("{}.{}", fake::encode(header), fake::encode(claims()));
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &secret);
                let token = format!("{input}.{}", fake::encode(ring::hmac::sign(&key, input.as_bytes())));
                let expected = match alg {
                    "HS256" => ("id_token_algorithm_refused", Some("HS256")),
                    _ => ("id_token_signature_invalid", None),
                };
                assert_eq!(refusal(configured, &token, &keys), expected, "{configured:?} {alg}");
            }
        }
        let input = format!("{}.{}.", fake::encode(r#"{"alg":"none"}"#), fake::encode(claims()));
        assert_eq!(refusal(configured, &input, &keys), ("id_token_algorithm_refused", Some("none")));
    }
}

#[test]
fn e17_the_hash_of_the_access_token_is_that_of_the_algorithm() {
    // The left half of the hash of `access-canary`, as `at_hash` contains it: with SHA-256 and with SHA-512.
    let half = |how: &'static ring::digest::Algorithm| {
        let hash = ring::digest::digest(how, b"access-canary");
        fake::encode(&hash.as_ref()[..hash.as_ref().len() / 2])
    };
    let (short, long) = (half(&ring::digest::SHA256), half(&ring::digest::SHA512));
    for (algorithm, good, bad) in
        [(Ps256, &short, &long), (Es256, &short, &long), (EdDsa, &long, &short), (EdDsa, &long, &String::new())]
    {
        let with = |hash: &str| claims().replace("\"sub\"", &format!("\"at_hash\":\"{hash}\",\"sub\""));
        let (token, keys) = signed_with(algorithm, "k1", &with(good));
        assert_eq!(sign_in(algorithm, &token, &keys), Ok(()), "{algorithm:?}");
        let (token, keys) = signed_with(algorithm, "k1", &with(bad));
        assert_eq!(refusal(algorithm, &token, &keys).0, "id_token_at_hash_mismatch", "{algorithm:?}");
    }
}

/// RFC 7515 A.3. The token and the key are the examples of the specification, so the issuer is not the one that this
/// app expects.
#[test]
fn rfc_7515_appendix_a_3_is_a_good_es256_signature() {
    let token = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9p\
        c19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    let keys = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;
    // The signature is valid. The check of the issuer, which comes next, fails.
    assert_eq!(refusal(Es256, token, keys).0, "id_token_issuer_mismatch");
}

#[test]
fn e02_home_names_a_supported_algorithm_if_the_configured_one_is_missing() {
    for (configured, listed, found) in [
        (Rs256, r#"["EdDSA"]"#, Some("EdDSA")),
        (Es256, r#"["RS256", "PS256"]"#, Some("RS256")),
        (Es256, r#"["RS256", "ES256"]"#, None),
    ] {
        let world = World::new();
        let metadata = include_str!("fixtures/metadata.json").replace(r#"["RS256"]"#, listed);
        world.respond(DISCOVERY, Ok((200, metadata)));
        let driver = driver(&world, configured);
        run(driver.prepare());
        let named = match driver.memory().provider() {
            ProviderStatus::Failed(SignInError::Misbehaved(error)) => error.member(),
            other => {
                assert_eq!(other, ProviderStatus::Ready);
                None
            }
        };
        assert_eq!(named, found, "{configured:?} {listed}");
    }
}

/// If the configuration changes during a sign-in, the algorithm of the new configuration applies.
#[test]
fn e03_the_algorithm_is_that_of_the_configuration_and_not_of_the_record() {
    let world = World::new();
    let metadata = include_str!("fixtures/metadata.json").replace("id_token_signing_alg_values_supported", "x");
    world.respond(DISCOVERY, Ok((200, metadata)));
    world.respond(JWKS, Ok((200, all_keys())));
    world.respond(TOKEN, fake::token_response(fixture(Es256)));
    run(driver(&world, Es256).sign_in("/"));
    let other = driver(&world, Rs256);
    run(other.handle_callback(Zeroizing::new(callback())));
    let SessionState::Unauthenticated(SignedOutReason::Failed(error)) = other.state() else {
        panic!("{:?}", other.state())
    };
    assert_eq!(error.code(), "id_token_algorithm_refused");
}
