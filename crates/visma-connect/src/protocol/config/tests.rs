use super::locales::supported_locales;
use super::testing::{config, page};
use super::*;

fn keys_of(text: &str) -> Vec<String> {
    let error = Config::parse(text, &page()).expect_err(text);
    assert!(Config::check(text, &page()).is_none(), "{text}");
    error.problems().iter().map(|problem| problem.key().to_owned()).collect()
}

fn with(members: &str) -> String {
    format!(r#"{{"authority":"https://connect.example","client_id":"demo",{members}}}"#)
}

#[test]
fn two_keys_are_enough() {
    let config = config();
    assert_eq!(config.redirect_uri().as_str(), "https://app.example/callback");
    assert_eq!(config.post_logout_redirect_uri().as_str(), "https://app.example/signed-out");
    assert_eq!(config.scopes(), ["openid", "profile", "email"]);
    assert_eq!(config.ui_locales(), ["nb-NO", "en-US"]);
    assert_eq!(config.origins(), ["https://connect.example"]);
}

#[test]
fn every_key_is_read() {
    let text = with(
        r#""redirect_uri":"https://app.example/in","post_logout_redirect_uri":"https://app.example/out",
           "scopes":["openid","tenants"],"ui_locales":["sv-SE"],
           "apis":[{"name":"ERP","base_url":"https://api.example/v1/","scopes":["erp:read"],"try":"organization"}],
           "metadata":{"authorization_endpoint":"https://connect.example/a","token_endpoint":"https://token.example/t",
                       "jwks_uri":"https://connect.example/k"}"#,
    );
    let config = Config::parse(&text, &page()).unwrap();
    assert_eq!(Config::check(&["\u{feff}", &text].concat(), &page()), Some(config.clone()));
    assert_eq!(config.redirect_uri().as_str(), "https://app.example/in");
    assert_eq!(config.scopes(), ["openid", "tenants"]);
    assert_eq!(config.ui_locales(), ["sv-SE"]);
    assert_eq!(config.apis()[0].try_path(), Some("organization"));
    assert_eq!(config.origins(), ["https://connect.example", "https://token.example", "https://api.example"]);
}

#[test]
fn every_problem_is_listed_at_once() {
    let text = r#"{"client_id":7,"client_secret":"x","scope":"openid","scopes":["profile","Offline_Access"],
                   "redirect_uri":"https://evil.example/callback","apis":[{"base_url":"http://a.example"}]}"#;
    assert_eq!(
        keys_of(text),
        [
            "client_secret",
            "scope",
            "authority",
            "client_id",
            "redirect_uri",
            "scopes",
            "scopes",
            "apis[0].name",
            "apis[0].base_url"
        ]
    );
}

#[test]
fn a_text_that_is_not_a_json_object_is_one_problem() {
    for text in ["", "[]", "{", "<!doctype html>", r#"{"authority":"a","authority":"b"}"#, "{} //"] {
        assert_eq!(keys_of(text), ["config.json"], "{text}");
    }
    let html = Config::parse(" <!doctype html>", &page()).unwrap_err();
    assert!(html.problems()[0].problem().contains("HTML"));
}

#[test]
fn a05_the_flow_cannot_be_configured() {
    for key in ["response_type", "response_mode", "code_challenge_method", "prompt", "grant_type"] {
        for value in ["token", "code id_token", "fragment", "web_message", "code"] {
            assert_eq!(keys_of(&with(&format!(r#""{key}":"{value}""#))), [key], "{value}");
        }
    }
}

#[test]
fn a06_offline_access_and_a_missing_openid_are_refused() {
    for scopes in [
        r#"["openid","offline_access"]"#,
        r#"["OFFLINE_ACCESS","openid"]"#,
        r#"["openid"," offline_access "]"#,
        r#"["openid  offline_access","openid"]"#,
        r#"["openid","\toffline_access"]"#,
    ] {
        assert_eq!(keys_of(&with(&format!(r#""scopes":{scopes}"#))), ["scopes"], "{scopes}");
    }
    assert_eq!(keys_of(&with(r#""scopes":["profile"]"#)), ["scopes"]);
    assert_eq!(keys_of(&with(r#""scopes":["openid profile","openid"]"#)), ["scopes"]);
    assert_eq!(keys_of(&with(r#""scopes":"openid""#)), ["scopes"]);
    assert_eq!(
        keys_of(&with(r#""apis":[{"name":"a","base_url":"https://a.example","scopes":["offline_access"]}]"#)),
        ["apis[0].scopes"]
    );
}

#[test]
fn a07_a_redirect_uri_is_a_page_of_this_origin() {
    for uri in [
        "https://app.example/callback#x",
        "https://app.example:8443/callback",
        "https://evil.example/callback",
        "http://app.example/callback",
        "/callback",
        "https://app.example/callback?x=y",
        "https://*.example/callback",
        "https://app.example/*",
        "https://user@app.example/callback",
        "https://app.example",
        "https://app.example/",
        "https://app.example/index.html",
        "https://app.example/boot.js",
        "https://app.example/config.json",
        "https://app.example/frontchannel-logout",
        "https://app.example/index.html/",
        "https://app.example/config.json/",
    ] {
        assert_eq!(keys_of(&with(&format!(r#""redirect_uri":"{uri}""#))), ["redirect_uri"], "{uri}");
    }
    for both in ["https://app.example/signed-out", "https://app.example/other"] {
        let text = with(&format!(r#""redirect_uri":"{both}","post_logout_redirect_uri":"{both}""#));
        assert_eq!(keys_of(&text), ["post_logout_redirect_uri"], "{both}");
    }
    for uri in ["https://app.example/signed-out", "https://app.example/signed-out/"] {
        let text = with(&format!(r#""redirect_uri":"{uri}""#));
        assert_eq!(keys_of(&text), ["post_logout_redirect_uri"], "{uri}: the default of the other key");
    }
}

#[test]
fn a08_a_public_page_has_no_authority_on_the_visitors_machine() {
    let text = r#"{"authority":"http://localhost:9400","client_id":"demo"}"#;
    let parse = |base: &str| Config::parse(text, &AppLocation { base: base.to_owned(), languages: Vec::new() });
    for public in ["https://app.example/", "https://app.example:8443/app/", "https://local.example/"] {
        let error = parse(public).unwrap_err();
        assert_eq!(error.problems()[0].key(), "authority", "{public}");
    }
    let metadata =
        include_str!("../../../tests/fixtures/metadata.json").replace("https://connect.example", "http://127.0.0.1:6");
    let metadata = metadata.replacen("http://127.0.0.1:6", "https://connect.example", 1);
    let local = format!(r#""metadata":{metadata},"apis":[{{"name":"a","base_url":"http://localhost:1/v1"}}]"#);
    assert_eq!(keys_of(&with(&local)), ["metadata", "apis"]);
    // https is refused too: any program on the machine of a user may listen there.
    for host in ["http://localhost:1", "https://localhost", "https://127.0.0.1:8443", "https://id.localhost:1"] {
        let local = with(&format!(r#""origins":["{host}"],"apis":[{{"name":"a","base_url":"{host}/v1"}}]"#));
        assert_eq!(keys_of(&local), ["origins", "apis"], "{host}");
        let local = format!(r#"{{"authority":"{host}","client_id":"demo"}}"#);
        let public = AppLocation { base: "https://app.example/".to_owned(), languages: Vec::new() };
        assert_eq!(Config::parse(&local, &public).unwrap_err().problems()[0].key(), "authority", "{host}");
    }
    for development in [
        "http://localhost:8080/",
        "http://127.0.0.1:8080/app/",
        "https://localhost/",
        "https://app.local:8080/",
        "https://app.test/",
        "https://app.localhost/",
    ] {
        assert!(parse(development).is_ok(), "{development}");
    }
}

#[test]
fn a_base_is_the_address_of_a_folder() {
    for base in ["https://app.example/?x/", "https://app.example/app", "https://app.example"] {
        let page = AppLocation { base: base.to_owned(), languages: Vec::new() };
        let error = Config::parse(r#"{"authority":"https://connect.example","client_id":"demo"}"#, &page);
        assert_eq!(error.unwrap_err().problems()[0].key(), "config.json", "{base}");
    }
}

#[test]
fn a08_an_authority_is_https_and_exact() {
    for authority in [
        "http://connect.example",
        "https://connect.example?x",
        "https://connect.example#x",
        "https://u@connect.example",
        "connect.example",
        "",
    ] {
        assert_eq!(
            keys_of(&format!(r#"{{"authority":"{authority}","client_id":"demo"}}"#)),
            ["authority"],
            "{authority}"
        );
    }
}

#[test]
fn a13_a_page_without_https_has_a_separate_error() {
    let page = AppLocation { base: "http://192.168.1.2/".to_owned(), languages: Vec::new() };
    let error = Config::parse(r#"{"authority":"https://connect.example","client_id":"demo"}"#, &page).unwrap_err();
    assert_eq!(error.problems().len(), 1);
    assert!(error.problems()[0].problem().contains("https"));
}

#[test]
fn inline_metadata_obeys_the_rules_of_discovery() {
    let metadata = |members: &str| {
        with(&format!(
            r#""metadata":{{"authorization_endpoint":"https://connect.example/a","token_endpoint":"https://connect.example/t",
               "jwks_uri":"https://connect.example/k"{members}}}"#
        ))
    };
    assert!(Config::parse(&metadata(""), &page()).is_ok());
    assert_eq!(keys_of(&metadata(r#","issuer":"https://other.example""#)), ["metadata.issuer"]);
    assert_eq!(keys_of(&metadata(r#","end_session_endpoint":"javascript:x""#)), ["metadata.end_session_endpoint"]);
    assert_eq!(
        keys_of(&metadata(r#","code_challenge_methods_supported":["plain"]"#)),
        ["metadata.code_challenge_methods_supported"]
    );
    assert_eq!(keys_of(&metadata(r#","jwks":{"keys":[]}"#)), ["metadata.jwks"]);
    let required = ["metadata.authorization_endpoint", "metadata.token_endpoint", "metadata.jwks_uri"];
    assert_eq!(keys_of(&with(r#""metadata":{}"#)), required);
    let odd = r#""metadata":{"userinfo_endpoint":"http://a.example","end_session_endpoint":7}"#;
    let optional = ["metadata.userinfo_endpoint", "metadata.end_session_endpoint"];
    assert_eq!(keys_of(&with(odd)), [&required[..], &optional].concat());
}

#[test]
fn try_is_a_path_below_the_base_url() {
    for path in [
        "//organization",
        "/../admin",
        "/https://evil.example",
        "/",
        "../admin",
        "https://evil.example",
        "https://a.example/v1/x",
        "orders:7",
        "a b",
        "",
        "%2e%2e/x",
    ] {
        let text = with(&format!(r#""apis":[{{"name":"a","base_url":"https://a.example/v1","try":"{path}"}}]"#));
        assert_eq!(keys_of(&text), ["apis[0].try"], "{path}");
    }
}

#[test]
fn a_leading_slash_is_accepted_and_a_path_is_one_of_the_apps_own_origin() {
    let api = |members: &str| {
        let page = AppLocation { base: "https://app.example/app/".to_owned(), languages: Vec::new() };
        Config::parse(&with(&format!(r#""apis":[{{"name":"a",{members}}}]"#)), &page)
    };
    let config = api(r#""base_url":"https://a.example/v1","try":"/organization""#).unwrap();
    assert_eq!(config.apis()[0].try_path(), Some("organization"));
    for (base_url, url) in [("/api/", "https://app.example/api/"), ("/", "https://app.example/")] {
        let config = api(&format!(r#""base_url":"{base_url}""#)).unwrap();
        assert_eq!(config.apis()[0].base_url().as_str(), url);
        assert_eq!(config.origins(), ["https://connect.example"], "the policy allows the own API by 'self'");
    }
    for odd in ["//evil.example/", "/\\\\evil.example", "/a/../b", "api/", "/api?x", ""] {
        assert!(api(&format!(r#""base_url":"{odd}""#)).is_err(), "{odd}");
    }
}

#[test]
fn languages_become_the_eight_of_visma_connect() {
    let locales = |languages: &[&str]| {
        supported_locales(&languages.iter().map(|language| (*language).to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(locales(&["no", "nb", "sv"]), ["nb-NO", "sv-SE"]);
    assert_eq!(locales(&["EN-us", "en-AU", "de-DE"]), ["en-US", "en-GB"]);
    assert_eq!(locales(&["de", "fr-CH"]), ["en-GB"]);
    assert_eq!(locales(&["fi", "nl-BE", "lv", "da"]), ["fi-FI", "nl-NL", "lv-LV", "da-DK"]);
}
