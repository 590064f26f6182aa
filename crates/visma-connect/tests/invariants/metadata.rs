//! The provider's metadata, and the authorization request that is built from it.

use visma_connect::protocol::authorize;
use visma_connect::protocol::discovery;
use visma_connect::protocol::http::HttpResponse;
use visma_connect::protocol::pending_sign_in::PendingSignIn;
use visma_connect::protocol::return_to::ReturnTo;

use super::json::{members, text};
use super::{CLIENT_ID, ISSUER, NOW, REDIRECT_URI, SCOPE, as_the_browser_reads, config, nonce, randomness, state};

/// The S256 challenge of the verifier in [`randomness`], which is 32 bytes of value 1.
const CHALLENGE: &str = "VtX6czP210fbQsI5QH5dpMMvTHnzXQkrE0_TWkAtnFw";

const ENDPOINTS: [&str; 5] =
    ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint"];

/// Metadata is accepted only from our issuer, with endpoints at its origin that a browser does not parse as other
/// URLs. The user is then sent to exactly the authorization endpoint of the metadata. Each of our parameters occurs
/// once, with our value.
pub fn check(body: &[u8]) -> bool {
    let Ok(metadata) = discovery::metadata(config(), &HttpResponse::new(200, body)) else { return false };
    let members = members(body).expect("accepted metadata is a JSON object without duplicate members");
    assert_eq!(text(&members, "issuer"), Some(ISSUER));
    if let Some(methods) = members.get("code_challenge_methods_supported").and_then(|methods| methods.as_array()) {
        assert!(methods.iter().any(|method| method == "S256"), "PKCE without S256");
    }
    for name in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
        assert!(members.contains_key(name), "{name} is missing");
    }
    for name in ENDPOINTS.iter().filter(|name| members.contains_key(**name)) {
        let url = as_the_browser_reads(text(&members, name).expect(name)).unwrap();
        assert_eq!(url.origin().ascii_serialization(), ISSUER, "{name} is at another origin");
    }
    let endpoint = as_the_browser_reads(text(&members, "authorization_endpoint").unwrap()).unwrap();
    let pending = PendingSignIn::new(config(), &metadata, randomness(), NOW, ReturnTo::home(config()));
    let url = authorize::url(&pending, config());
    let url = url::Url::parse(&url).unwrap();
    assert_eq!((url.origin(), url.path(), url.fragment()), (endpoint.origin(), endpoint.path(), None));
    let pairs: Vec<_> = url.query_pairs().collect();
    for (name, value) in [
        ("client_id", CLIENT_ID),
        ("response_type", "code"),
        ("response_mode", "query"),
        ("scope", SCOPE),
        ("redirect_uri", REDIRECT_URI),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("state", &state()),
        ("nonce", &nonce()),
        ("ui_locales", "nb-NO"),
    ] {
        let values: Vec<_> = pairs.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_ref()).collect();
        assert_eq!(values, [value], "{name} in {url}");
    }
    // The parameters of the endpoint itself are kept.
    assert!(endpoint.query_pairs().all(|pair| pairs.contains(&pair)), "{url}");
    let record = pending.to_record();
    assert_eq!(PendingSignIn::from_record(&record, config(), NOW).unwrap().to_record(), record);
    true
}
