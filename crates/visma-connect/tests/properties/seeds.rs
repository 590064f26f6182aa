//! Replays the fuzzer's seeds in `fuzz/seeds/TARGET/` without a fuzzer: initial inputs and inputs that the fuzzer
//! found. A seed must be accepted if its name begins with `accepted`. All other seeds must be refused.

use std::panic::AssertUnwindSafe;
use std::path::Path;

use super::invariants::{callback, jwks, jwt, metadata, return_to, token_response};

fn replay(target: &str, check: impl Fn(&[u8]) -> bool) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut accepted = 0;
    let mut refused = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let input = std::fs::read(&path).unwrap();
        let is_accepted = std::panic::catch_unwind(AssertUnwindSafe(|| check(&input)));
        let is_accepted = is_accepted
            .unwrap_or_else(|_| panic!("{target}/{name} violates an invariant; see the panic message above"));
        assert_eq!(is_accepted, name.starts_with("accepted"), "{target}/{name}");
        if is_accepted { accepted += 1 } else { refused += 1 }
    }
    assert!(accepted > 0 && refused > 0, "{target}: accepted and refused seeds must both exist");
}

fn text(input: &[u8]) -> &str {
    std::str::from_utf8(input).unwrap()
}

#[test]
fn every_seed_of_callback_holds() {
    replay("callback", |input| callback::check(text(input)));
}

#[test]
fn every_seed_of_token_response_holds() {
    replay("token_response", token_response::check);
}

#[test]
fn every_seed_of_jwt_holds() {
    replay("jwt", |input| jwt::check(text(input)));
}

#[test]
fn every_seed_of_jwks_holds() {
    replay("jwks", jwks::check);
}

#[test]
fn every_seed_of_metadata_holds() {
    replay("metadata", metadata::check);
}

#[test]
fn every_seed_of_return_to_holds() {
    replay("return_to", |input| return_to::check(text(input)));
}
