//! Configurations of any form, and their effect on the requests.

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use serde_json::{Value, json};
use url::Url;
use visma_connect::protocol::authorize;
use visma_connect::protocol::callback::Callback;
use visma_connect::protocol::config::{AppLocation, Config, Restore};
use visma_connect::protocol::discovery;
use visma_connect::protocol::http::HttpResponse;
use visma_connect::protocol::pending_sign_in::PendingSignIn;
use visma_connect::protocol::return_to::ReturnTo;

use super::generators::{cases, changed, each_change, edited};
use super::invariants::json::{integer, members};
use super::invariants::{
    ISSUER, METADATA, NOW, as_the_browser_reads, leads_upwards, nonce, randomness, state, verifier,
};

fn page() -> AppLocation {
    AppLocation { base: "https://app.example/app/".to_owned(), languages: vec!["nb".to_owned()] }
}

fn good() -> Value {
    json!({
        "authority": ISSUER, "client_id": "demo", "redirect_uri": "https://app.example/app/callback",
        "post_logout_redirect_uri": "https://app.example/app/signed-out", "scopes": ["openid", "email"],
        "ui_locales": ["nb-NO"], "metadata": serde_json::from_str::<Value>(METADATA).unwrap(),
        "apis": [{ "name": "Demo", "base_url": "https://api.example/v1", "scopes": ["demo:read"], "try": "me" }],
    })
}

const KEYS: &[&str] = &[
    "authority",
    "client_id",
    "redirect_uri",
    "post_logout_redirect_uri",
    "scopes",
    "ui_locales",
    "metadata",
    "apis",
    "restore",
    "send_hints",
    "warn_seconds",
    "origins",
    "trusted_audiences",
    "id_token_signed_response_alg",
    "x",
];

fn values() -> Vec<Value> {
    vec![
        json!("https://connect.example/"),
        json!("http://connect.example"),
        json!("http://localhost:9400"),
        json!(""),
        json!("javascript:alert(1)"),
        json!("https://other.example/callback"),
        json!("https://app.example/app/x?y"),
        json!([]),
        json!(["openid"]),
        json!(["email"]),
        json!(["openid", "Offline_Access"]),
        json!(["openid", "a b"]),
        json!(["openid", " offline_access "]),
        json!({}),
        json!([{ "name": "a", "base_url": "https://a.example", "try": "../b" }]),
        json!([{ "name": "a", "base_url": "https://a.example" }, { "name": "a", "base_url": "https://b.example" }]),
        json!("ask"),
        json!("RS256"),
        json!("EdDSA"),
        json!("HS256"),
        json!("none"),
        json!("redirect"),
        json!("off"),
        json!("Redirect"),
        json!(true),
        json!(false),
        json!("true"),
        json!(0),
        json!(3_600),
        json!(3_601),
        json!(-1),
        json!("120"),
        json!(120.5),
        json!(null),
        json!(["https://login.example", "https://keys.example:8443"]),
        json!(["https://login.example/path"]),
        json!(["http://login.example"]),
        json!("https://connect.example/connect/authorize"),
        json!("connect.example"),
        json!("https://Connect.example"),
        json!([{ "name": "a", "base_url": "/api/", "try": "/b" }]),
        json!([{ "name": "a", "base_url": "//a.example", "try": "b" }]),
    ]
}

/// An accepted configuration has only safe values. If a configuration is refused, each problem has a text and a
/// remedy.
fn check(text: &str) -> Result<(), TestCaseError> {
    let config = match Config::parse(text, &page()) {
        Ok(config) => config,
        Err(error) => {
            prop_assert!(!error.problems().is_empty());
            for problem in error.problems() {
                // `problem.key` may be empty.
                prop_assert!(!problem.problem().is_empty() && !problem.remedy().is_empty(), "{problem:?}");
            }
            return Ok(());
        }
    };
    let members = members(text.as_bytes()).expect("an accepted configuration is a JSON object without duplicate keys");
    let restore = members.get("restore").map_or(Some("ask"), Value::as_str);
    let words = [("ask", Restore::Ask), ("redirect", Restore::Redirect), ("off", Restore::Off)];
    let meant = words.iter().find(|(word, _)| restore == Some(word)).map(|(_, restore)| *restore);
    prop_assert_eq!(Some(config.restore()), meant);
    prop_assert_eq!(Some(config.sends_hints()), members.get("send_hints").map_or(Some(true), Value::as_bool));
    let seconds = members.get("warn_seconds").map_or(Some(120), |_| integer(&members, "warn_seconds"));
    prop_assert_eq!(Some(i64::from(config.warn_seconds())), seconds);
    prop_assert!(config.warn_seconds() <= 3_600);
    for own in [config.redirect_uri(), config.post_logout_redirect_uri()] {
        prop_assert_eq!(own.origin(), config.base().origin());
        prop_assert!(as_the_browser_reads(own.as_str()).unwrap().query().is_none());
    }
    as_the_browser_reads(config.authority().as_str());
    prop_assert!(config.scopes().iter().any(|scope| scope == "openid"));
    let is_offline = |scope: &String| scope.trim().eq_ignore_ascii_case("offline_access");
    let of_apis = config.apis().iter().flat_map(|api| api.scopes());
    prop_assert!(!config.scopes().iter().chain(of_apis).any(is_offline));
    for api in config.apis() {
        if let (Some(base), Some(path)) = (as_the_browser_reads(api.base_url().as_str()), api.try_path()) {
            let called = Url::parse(&format!("{}/{path}", api.base_url().as_str().trim_end_matches('/'))).unwrap();
            prop_assert_eq!(called.origin(), base.origin());
            prop_assert!(called.path().starts_with(base.path()), "{called} is not below {base}");
        }
    }
    let texts = |name: &str| -> Vec<String> {
        let list = members.get(name).and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .map(|value| value.as_str().expect("an accepted list contains only strings").to_owned())
            .collect()
    };
    prop_assert_eq!(config.trusted_audiences(), texts("trusted_audiences"));
    let algorithm = members.get("id_token_signed_response_alg").map_or(Some("RS256"), Value::as_str);
    prop_assert_eq!(Some(config.id_token_algorithm().name()), algorithm);
    prop_assert_eq!(config.provider_origins(), texts("origins"));
    for origin in config.provider_origins() {
        prop_assert_eq!(
            as_the_browser_reads(origin).map(|url| url.origin().ascii_serialization()),
            Some(origin.clone())
        );
    }
    let mut origins = config.origins();
    for origin in &origins {
        // Each origin must be exactly one source of the content security policy.
        prop_assert!(!origin.contains([' ', ';', ',', '\'', '*']), "{origin}");
    }
    let count = origins.len();
    origins.sort_unstable();
    origins.dedup();
    prop_assert_eq!(origins.len(), count);
    Ok(())
}

#[test]
fn a06_a07_a08_each_value_of_each_key_is_safe_or_reported() {
    let mut accepted = 0;
    for members in each_change(good().as_object().unwrap(), KEYS, &values()) {
        let text = Value::from(members).to_string();
        check(&text).unwrap();
        accepted += usize::from(Config::parse(&text, &page()).is_ok());
    }
    assert!(accepted > 20, "{accepted}");
}

/// A character that is allowed in a client identifier or a scope. Characters with a meaning in URLs are frequent.
fn token_char() -> impl Strategy<Value = char> {
    prop_oneof![
        proptest::sample::select("&=%+#?/;:@<>'!".chars().collect::<Vec<_>>()),
        proptest::char::range('\u{23}', '\u{5b}'),
        proptest::char::range('\u{5d}', '\u{7e}'),
    ]
}

fn token() -> impl Strategy<Value = String> {
    vec(token_char(), 1..30).prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #![proptest_config(cases(700))]

    #[test]
    fn a06_a07_a08_a_generated_configuration_is_safe_or_reported(
        members in changed(good().as_object().unwrap().clone(), KEYS, values()),
    ) {
        check(&Value::from(members).to_string())?;
    }

    #[test]
    fn an_edited_configuration_is_safe_or_reported(text in edited(good().to_string())) {
        check(&String::from_utf8_lossy(&text))?;
    }

    /// No value of the configuration can add, remove or change another parameter of the requests.
    #[test]
    fn a09_values_stay_values(
        client_id in token(),
        scopes in btree_set(token(), 0..4),
        locales in vec("[A-Za-z0-9-]{1,35}", 0..3),
        path in "[A-Za-z0-9&=+%!,;:@_~-]{1,20}",
        code in "[ -~]{1,40}",
    ) {
        let scopes: Vec<_> = ["openid".to_owned()].into_iter().chain(scopes).collect();
        let redirect_uri = format!("https://app.example/app/{path}");
        let text = json!({
            "authority": ISSUER, "client_id": client_id, "scopes": scopes, "ui_locales": locales, "redirect_uri": redirect_uri,
        });
        let Ok(config) = Config::parse(&text.to_string(), &page()) else {
            // The configuration is refused only because of the scope offline_access, a second openid, or a path that
            // leads upwards.
            let is_refused = ["offline_access", "openid"].iter().any(|name| scopes[1..].iter().any(|scope| scope.eq_ignore_ascii_case(name)));
            prop_assert!(is_refused || leads_upwards(&path), "{text}");
            return Ok(());
        };
        let metadata = discovery::metadata(&config, &HttpResponse::new(200, METADATA)).unwrap();
        let pending = PendingSignIn::new(&config, &metadata, randomness(), NOW, ReturnTo::home(&config));
        let url = Url::parse(&authorize::url(&pending, &config)).unwrap();
        prop_assert_eq!(&url[..url::Position::AfterPath], "https://connect.example/connect/authorize");
        prop_assert_eq!(url.fragment(), None);
        let pairs: Vec<_> = url.query_pairs().into_owned().collect();
        let mut expected = vec![
            ("client_id", client_id.as_str()), ("response_type", "code"), ("response_mode", "query"),
        ];
        let (scope, locales, state, nonce) = (scopes.join(" "), locales.join(" "), state(), nonce());
        expected.extend([("scope", scope.as_str()), ("redirect_uri", &redirect_uri)]);
        expected.extend([("code_challenge", "VtX6czP210fbQsI5QH5dpMMvTHnzXQkrE0_TWkAtnFw"), ("code_challenge_method", "S256")]);
        expected.extend([("state", state.as_str()), ("nonce", &nonce), ("ui_locales", &locales)]);
        expected.retain(|(_, value)| !value.is_empty());
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        prop_assert_eq!(pairs, expected.into_iter().map(owned).collect::<Vec<_>>());

        let authorization_response = url::form_urlencoded::Serializer::new(String::from("?"))
            .extend_pairs([("code", code.as_str()), ("state", &state), ("iss", ISSUER)])
            .finish();
        let request = pending.accept(Callback::parse(&authorization_response).unwrap()).unwrap().request();
        let form: Vec<_> = url::form_urlencoded::parse(request.body.unwrap().as_bytes()).into_owned().collect();
        let verifier = verifier();
        let expected = [
            ("grant_type", "authorization_code"), ("redirect_uri", &redirect_uri), ("code", &code), ("client_id", &client_id),
            ("code_verifier", &verifier),
        ];
        prop_assert_eq!(form, expected.map(owned));
    }
}
