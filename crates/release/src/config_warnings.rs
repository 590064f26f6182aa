//! Warnings about a valid configuration whose requests are too long for Visma Connect.
//!
//! The limits are the defaults of `InputLengthRestrictions` in Duende IdentityServer, the software of Visma Connect,
//! and the default limit of IIS for a query, 2,048 characters. Other providers can have higher limits.

use crate::app_config::without_mark;
use serde_json::{Value, json};
use visma_connect::protocol::authorize;
use visma_connect::protocol::config::{AppLocation, Config, SUPPORTED_LOCALES};
use visma_connect::protocol::discovery;
use visma_connect::protocol::http::HttpResponse;
use visma_connect::protocol::options::SignInOptions;
use visma_connect::protocol::pending_sign_in::{PendingSignIn, Randomness};
use visma_connect::protocol::return_to::ReturnTo;
use visma_connect::protocol::time::UnixTime;

const MAX_SCOPE: usize = 300;
const MAX_CLIENT_ID: usize = 100;
const MAX_REDIRECT_URI: usize = 400;
const MAX_QUERY: usize = 2_048;

/// The length of the longest `login_hint` that the app sends, in characters.
const LOGIN_HINT: usize = 100;

/// One message for each setting that exceeds a limit of Visma Connect.
pub fn warnings(text: &str, config: &Config) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut limit = |what: &str, chars: usize, max: usize, remedy: &str| {
        if chars > max {
            warnings.push(format!("{what}: {chars} characters, and Visma Connect accepts {max}. {remedy}"));
        }
    };
    limit("client_id", config.client_id().len(), MAX_CLIENT_ID, "Copy it from the Developer Portal.");
    for (key, uri) in
        [("redirect_uri", config.redirect_uri()), ("post_logout_redirect_uri", config.post_logout_redirect_uri())]
    {
        limit(key, uri.as_str().len(), MAX_REDIRECT_URI, "Use a shorter URL.");
    }
    let scope = config.scopes().join(" ");
    limit("scopes", scope.len(), MAX_SCOPE, "Request fewer. Scopes of an API are requested when it needs them.");
    for api in config.apis() {
        let more = api.scopes().iter().filter(|scope| !config.scopes().contains(scope));
        let chars = scope.len() + more.map(|scope| scope.len() + 1).sum::<usize>();
        if scope.len() <= MAX_SCOPE {
            let what = format!("scopes with those of the API {}", api.name());
            limit(&what, chars, MAX_SCOPE, "Request fewer.");
        }
    }
    let written = serde_json::from_str::<Value>(without_mark(text)).ok();
    let written = written.and_then(|config| config.get("ui_locales")?.as_array().map(Vec::len)).unwrap_or_default();
    if written > config.ui_locales().len() {
        warnings.push(format!(
            "ui_locales: only the first {} of {written} are sent, because Visma Connect accepts 100 characters.",
            config.ui_locales().len()
        ));
    }
    if let Some(chars) = query_of(text, config).filter(|chars| *chars > MAX_QUERY) {
        warnings.push(format!(
            "the query of an authorization request can have {chars} characters, and IIS accepts {MAX_QUERY}. Request \
             fewer scopes and languages."
        ));
    }
    warnings
}

/// The length in characters of the query of the longest authorization request. This request has a `login_hint`, a
/// tenant hint and every supported language.
fn query_of(text: &str, config: &Config) -> Option<usize> {
    let languages = SUPPORTED_LOCALES.map(str::to_owned).to_vec();
    let config = Config::parse(text, &AppLocation { base: config.base().as_str().to_owned(), languages }).ok()?;
    let authority = config.authority().as_str();
    let at = |path: &str| format!("{}{path}", config.authority().origin());
    let described = json!({
        "issuer": authority, "authorization_endpoint": at("/a"), "token_endpoint": at("/t"), "jwks_uri": at("/k"),
    });
    let described = discovery::metadata(&config, &HttpResponse::new(200, described.to_string()));
    let metadata = discovery::configured(&config).cloned().or(described.ok())?;
    let randomness = Randomness { verifier: [1; 32], state: [2; 32], nonce: [3; 32] };
    let pending =
        PendingSignIn::new(&config, &metadata, randomness, UnixTime::from_seconds(0), ReturnTo::home(&config));
    let options = SignInOptions {
        login_hint: Some("x".repeat(LOGIN_HINT)),
        tenant_hint: Some("00000000-0000-4000-8000-000000000000".to_owned()),
        ..SignInOptions::default()
    };
    let url = authorize::url(&pending.with_options(options, &config), &config);
    Some(url.split_once('?')?.1.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app_config::check;

    fn warned(members: &str) -> Vec<String> {
        let text = format!(r#"{{"authority":"https://connect.visma.com"{members}}}"#);
        let config = check(&text, Some("https://app.example/")).unwrap();
        warnings(&text, &config)
    }

    fn scopes(count: usize) -> String {
        let scopes: Vec<_> = (0..count).map(|index| format!("\"api_{index:02}:read\"")).collect();
        format!(r#"["openid",{}]"#, scopes.join(","))
    }

    #[test]
    fn a_usual_configuration_is_not_warned_of() {
        let apis = r#"[{"name":"a","base_url":"https://a.example","scopes":["vismanet_erp_interactive_api:read"]}]"#;
        assert_eq!(warned(&format!(r#","client_id":"demo","apis":{apis}"#)), Vec::<String>::new());
    }

    #[test]
    fn what_visma_connect_would_refuse_is_named() {
        let id = "c".repeat(101);
        let uri = format!("https://app.example/{}", "r".repeat(400));
        let locales = ["\"nb-NO\""; 30].join(",");
        for (members, expected) in [
            (format!(r#","client_id":"{id}""#), "client_id: 101 characters, and Visma Connect accepts 100."),
            (format!(r#","client_id":"demo","redirect_uri":"{uri}""#), "redirect_uri: 420 characters"),
            (format!(r#","client_id":"demo","scopes":{}"#, scopes(30)), "scopes: 366 characters"),
            (
                format!(
                    r#","client_id":"demo","apis":[{{"name":"ERP","base_url":"https://a.example","scopes":{}}}]"#,
                    scopes(30).replace("\"openid\",", "")
                ),
                "scopes with those of the API ERP: 380 characters",
            ),
            (format!(r#","client_id":"demo","ui_locales":[{locales}]"#), "ui_locales: only the first 16 of 30"),
        ] {
            let warnings = warned(&members);
            assert!(warnings.len() == 1 && warnings[0].starts_with(expected), "{warnings:?}");
        }
    }

    #[test]
    fn a_query_that_iis_refuses_is_named() {
        let warnings = warned(&format!(r#","client_id":"demo","scopes":{}"#, scopes(120)));
        assert!(warnings.iter().any(|warning| warning.contains("accepts 2048")), "{warnings:?}");
        // IIS accepts the query with 71 scopes, so the only warning is the scope limit of Visma Connect.
        let warnings = warned(&format!(r#","client_id":"demo","scopes":{}"#, scopes(71)));
        assert!(warnings.len() == 1 && warnings[0].starts_with("scopes: "), "{warnings:?}");
    }
}
