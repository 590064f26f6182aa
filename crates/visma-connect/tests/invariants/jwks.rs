//! The provider's JWKS.

use serde_json::{Map, Value, json};
use visma_connect::protocol::algorithm::SigningAlgorithm;
use visma_connect::protocol::error::Misbehaviour;
use visma_connect::protocol::http::HttpResponse;
use visma_connect::protocol::jwks::Jwks;

use super::json::{members, text};
use super::jwt::{compact, unverified};
use super::{decode, verify};

/// A token is verified only if exactly one key fits. A key fits if it is a public RSA key of 2048 to 8192 bits for
/// RS256 signatures. If the token has a `kid`, the key must have the same `kid`.
pub fn check(body: &[u8]) -> bool {
    let Ok(jwks) = Jwks::from_response(&HttpResponse::new(200, body), SigningAlgorithm::Rs256) else { return false };
    let set = members(body).expect("an accepted JWKS is a JSON object without duplicate members");
    let keys = set["keys"].as_array().expect("keys is an array");
    assert!(keys.len() <= 100);
    let usable: Vec<_> = keys.iter().filter_map(Value::as_object).filter(|key| is_usable(key)).collect();
    let in_set = usable.iter().filter_map(|key| text(key, "kid")).take(4);
    let mut is_found = false;
    for kid in in_set.map(Some).chain([None, Some("k1")]) {
        let header = kid.map_or_else(|| json!({ "alg": "RS256" }), |kid| json!({ "alg": "RS256", "kid": kid }));
        let tokens = unverified(&compact(&header.to_string(), "{}")).expect("the token has three parts");
        let fitting: Vec<_> = usable.iter().filter(|key| kid.is_none() || text(key, "kid") == kid).collect();
        match (tokens.signature_to_check(&jwks), &fitting[..]) {
            (Ok(check), [key]) => {
                is_found = true;
                let used =
                    [("kty", "RSA"), ("crv", ""), ("n", text(key, "n").unwrap()), ("e", text(key, "e").unwrap())];
                assert_eq!(check.key().jwk(), used);
                // The signature is the text "sig", which is not valid for any key.
                assert!(!verify(&check));
            }
            (Err(Misbehaviour::IdTokenKeyUnknown), []) | (Err(Misbehaviour::IdTokenKeyAmbiguous), [_, _, ..]) => {}
            (verdict, fitting) => panic!("{kid:?}: {verdict:?} with {} fitting keys", fitting.len()),
        }
    }
    is_found
}

fn is_usable(key: &Map<String, Value>) -> bool {
    let is_absent_or = |name: &str, wanted: &str| key.get(name).is_none_or(|value| value == wanted);
    let number = |name: &str| text(key, name).and_then(decode);
    let (Some(n), Some(e)) = (number("n"), number("e")) else { return false };
    // Base64urlUInt has no leading zero octet (RFC 7518 section 2), so the number of octets is the size of the
    // number.
    let is_minimal = |number: &[u8]| number.first().is_some_and(|first| *first != 0);
    let bits = n.first().map_or(0, |first| n.len() * 8 - first.leading_zeros() as usize);
    key.get("kty") == Some(&json!("RSA"))
        && is_absent_or("use", "sig")
        && is_absent_or("alg", "RS256")
        && key.get("key_ops").is_none_or(|ops| ops.as_array().is_some_and(|ops| ops.iter().any(|op| op == "verify")))
        && key.get("kid").is_none_or(Value::is_string)
        && ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().all(|private| !key.contains_key(*private))
        && is_minimal(&n)
        && is_minimal(&e)
        && (2_048..=8_192).contains(&bits)
        && e.len() <= 4
        && e.last().is_some_and(|last| last % 2 == 1)
        && e != [1]
}
