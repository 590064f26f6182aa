//! Invariants for every input. Each module has a function `check` for one kind of external text.
//!
//! ```text
//! tests/properties  generated inputs of the right form ──┐
//! fuzz/             inputs that the fuzzer finds ────────┼──> check(input), which panics if an invariant is violated
//! fuzz/seeds        realistic inputs and older finds ────┘
//! ```
//! Each check implements the specification a second time, with other parsers (serde_json, url, base64, ring). A mistake
//! stays unnoticed only if both implementations make it. `check` returns whether the input was accepted.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test program uses only some items")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a violated invariant panics, so that tests and the fuzzer notice it"
)]

pub mod callback;
pub mod initiate;
pub mod json;
pub mod jwks;
pub mod jwt;
pub mod metadata;
pub mod return_to;
pub mod sign_in;
pub mod snapshot;
pub mod tab_message;
pub mod token_response;

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use url::Url;
use visma_connect::protocol::algorithm::SigningAlgorithm;
use visma_connect::protocol::callback::Callback;
use visma_connect::protocol::config::{AppLocation, Config};
use visma_connect::protocol::discovery;
use visma_connect::protocol::http::HttpResponse;
use visma_connect::protocol::id_token::SignatureToCheck;
use visma_connect::protocol::jwks::Jwks;
use visma_connect::protocol::metadata::Metadata;
use visma_connect::protocol::options::SignInOptions;
use visma_connect::protocol::pending_sign_in::{PendingSignIn, Randomness};
use visma_connect::protocol::return_to::ReturnTo;
use visma_connect::protocol::time::UnixTime;
use visma_connect::protocol::token::CodeExchange;

pub const ISSUER: &str = "https://connect.example";
pub const CLIENT_ID: &str = "demo";
pub const REDIRECT_URI: &str = "https://app.example/callback";
pub const SCOPE: &str = "openid profile email";
pub const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);
/// Visma Connect's `acr_values` for two-factor authentication.
pub const SECOND_STEP: &str = "urn:idp:vismaconnect:mfa";
/// The ID token of the fixtures. The key in [`JWKS`] verifies its signature. Its nonce is that of [`pending`].
pub const ID_TOKEN: &str = include_str!("../fixtures/id-token.jwt");
pub const JWKS: &str = include_str!("../fixtures/jwks.json");
pub const METADATA: &str = include_str!("../fixtures/metadata.json");

static CONFIG: LazyLock<Config> = LazyLock::new(|| config_at("https://app.example/"));
static PROVIDER: LazyLock<Metadata> =
    LazyLock::new(|| discovery::metadata(&CONFIG, &HttpResponse::new(200, METADATA)).unwrap());
static KEYS: LazyLock<Jwks> =
    LazyLock::new(|| Jwks::from_response(&HttpResponse::new(200, JWKS), SigningAlgorithm::Rs256).unwrap());

pub fn config() -> &'static Config {
    &CONFIG
}

pub fn keys() -> &'static Jwks {
    &KEYS
}

pub fn config_at(base: &str) -> Config {
    let page = AppLocation { base: base.to_owned(), languages: vec!["nb".to_owned()] };
    Config::parse(r#"{"authority":"https://connect.example","client_id":"demo"}"#, &page).unwrap()
}

pub fn randomness() -> Randomness {
    Randomness { verifier: [1; 32], state: [2; 32], nonce: [3; 32] }
}

/// The pending sign-in that every input is checked against.
pub fn pending() -> PendingSignIn {
    PendingSignIn::new(config(), &PROVIDER, randomness(), NOW, ReturnTo::home(config()))
}

/// Like [`pending`], with a `max_age` of one minute and two `acr_values`.
pub fn pending_with_requirements() -> PendingSignIn {
    let options = SignInOptions {
        max_age_seconds: Some(60),
        acr_values: vec!["phr".to_owned(), SECOND_STEP.to_owned()],
        ..SignInOptions::default()
    };
    pending().with_options(options, config())
}

pub fn verifier() -> String {
    encode([1; 32])
}

pub fn state() -> String {
    encode([2; 32])
}

pub fn nonce() -> String {
    encode([3; 32])
}

/// The code exchange that [`pending`] returns for a valid callback.
pub fn exchange() -> CodeExchange {
    pending().accept(Callback::parse(&callback::good()).unwrap()).unwrap()
}

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Verifies a signature natively, instead of the browser's WebCrypto.
pub fn verify(check: &SignatureToCheck) -> bool {
    let jwk = check.key().jwk();
    let [("kty", "RSA"), ("crv", ""), ("n", n), ("e", e)] = jwk else { panic!("not an RSA key: {jwk:?}") };
    assert_eq!(check.key().algorithm(), SigningAlgorithm::Rs256);
    let (n, e) = (decode(n).unwrap(), decode(e).unwrap());
    RsaPublicKeyComponents { n, e }
        .verify(&RSA_PKCS1_2048_8192_SHA256, check.signing_input(), check.signature())
        .is_ok()
}

/// Parses an accepted endpoint as a browser does. Panics if the parsed URL differs from the text, if it has a user,
/// password or fragment, or if it is neither https nor on this machine. `None` if a label of the host begins with
/// `xn--` and is not valid Punycode: browsers refuse such a host, so nothing is sent.
pub fn as_the_browser_reads(endpoint: &str) -> Option<Url> {
    let url = match Url::parse(endpoint) {
        Ok(url) => url,
        Err(cause) => {
            let host = endpoint.split('/').nth(2).unwrap();
            assert!(host.split('.').any(|label| label.starts_with("xn--")), "{endpoint}: {cause}");
            return None;
        }
    };
    let is_written_so = url.as_str() == endpoint || url.as_str() == format!("{endpoint}/");
    assert!(is_written_so, "{endpoint} becomes {url}");
    assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none(), "{endpoint}");
    let is_loopback = match url.host().unwrap() {
        url::Host::Domain(name) => name == "localhost",
        url::Host::Ipv4(address) => address.is_loopback(),
        url::Host::Ipv6(address) => address.is_loopback(),
    };
    assert!(url.scheme() == "https" || (url.scheme() == "http" && is_loopback), "{endpoint}");
    Some(url)
}

/// Whether a path leads upwards or cannot be decoded. This includes paths that lead upwards only in a server that
/// decodes the path first, reads a backslash as a slash, or ignores text after a semicolon.
pub fn leads_upwards(path: &str) -> bool {
    let decoded = callback::decoded(path).and_then(|bytes| String::from_utf8(bytes).ok());
    let is_up = |segment: &str| [".", ".."].contains(&segment.split(';').next().unwrap());
    decoded.is_none_or(|decoded| decoded.split(['/', '\\']).any(is_up))
}

/// Whether the text is one line of at most `max_chars` printable ASCII characters.
pub fn is_harmless(text: &str, max_chars: usize) -> bool {
    text.len() <= max_chars && text.bytes().all(|b| (0x20..=0x7e).contains(&b))
}

/// Whether the text is one line, in any script, without control characters and characters that reorder the text
/// around them.
pub fn is_one_line(text: &str, max_chars: usize) -> bool {
    let reorders = |c: char| "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}".contains(c);
    let isolates = |c: char| ('\u{2066}'..='\u{2069}').contains(&c) || matches!(c, '\u{2028}' | '\u{2029}');
    text.chars().count() <= max_chars && !text.chars().any(|c| c.is_control() || reorders(c) || isolates(c))
}
