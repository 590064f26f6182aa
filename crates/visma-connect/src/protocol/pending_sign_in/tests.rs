use super::super::company::Company;
use super::super::config::testing::config;
use super::super::https_url::HttpsUrl;
use super::super::parameters::AUTHORIZATION;
use super::super::{authorize, form};
use super::testing::{NOW, metadata, pending};
use super::*;

#[test]
fn a02_a05_a10_the_authorization_request_is_exactly_this() {
    assert_eq!(
        authorize::url(&pending(), &config()),
        "https://connect.example/connect/authorize?client_id=demo&response_type=code&response_mode=query\
             &scope=openid+profile+email&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback\
             &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256\
             &state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&nonce=__________________________________________8\
             &ui_locales=nb-NO+en-US"
    );
}

#[test]
fn the_names_are_those_of_the_request() {
    let all = SignInOptions {
        prompt: Some(Prompt::SelectAccount),
        max_age_seconds: Some(0),
        acr_values: vec!["3".to_owned(), "4".to_owned()],
        login_hint: Some("kari@example.no&prompt=none".to_owned()),
        tenant_hint: Some("0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11".to_owned()),
        scopes: vec!["tenants".to_owned()],
        return_to: None,
    };
    let url = authorize::url(&pending().with_options(all, &config()), &config());
    let pairs = form::decode(url.split_once('?').unwrap().1).unwrap();
    assert!(pairs.iter().map(|(name, _)| name).eq(&AUTHORIZATION), "{url}");
    let value = |name: &str| pairs.iter().find(|(known, _)| known == name).unwrap().1.as_str();
    assert_eq!((value("prompt"), value("max_age"), value("acr_values")), ("select_account", "0", "3 4"));
    assert_eq!(value("login_hint"), "kari@example.no&prompt=none");
    assert!(value("scope").ends_with(" tenants"));
    let silent = authorize::url(&pending().silent(), &config());
    assert!(silent.ends_with("&prompt=none"), "{silent}");
}

#[test]
fn values_over_the_limits_of_duende_are_omitted() {
    let page = super::super::config::AppLocation { base: "https://app.example/".to_owned(), languages: Vec::new() };
    let locales: Vec<_> = ('a'..='z').map(|letter| format!("a{letter}-NO")).collect();
    let text = format!(r#"{{"authority":"https://connect.example","client_id":"demo","ui_locales":{locales:?}}}"#);
    let config = Config::parse(&text, &page).unwrap();
    let hint = |length| SignInOptions { login_hint: Some("x".repeat(length)), ..SignInOptions::default() };
    for (length, is_sent) in [(100, true), (101, false)] {
        let url = authorize::url(&pending().with_options(hint(length), &config), &config);
        let pairs = form::decode(url.split_once('?').unwrap().1).unwrap();
        let value = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!(value("login_hint").is_some(), is_sent);
        let locales = value("ui_locales").unwrap();
        assert!((90..=100).contains(&locales.len()), "{locales}");
        assert!(
            locales.starts_with("aa-NO ab-NO ") && !locales.ends_with(' '),
            "the first tags, each complete: {locales}"
        );
    }
}

/// Duende IdentityServer before 7.0.5 asks again and again when both are sent (products #1544, #1545).
#[test]
fn prompt_login_is_not_combined_with_max_age_0() {
    for max_age_seconds in [None, Some(0), Some(60)] {
        let options = SignInOptions { prompt: Some(Prompt::Login), max_age_seconds, ..SignInOptions::default() };
        let pending = pending().with_options(options, &config());
        assert!(authorize::url(&pending, &config()).ends_with("&prompt=login&max_age=600"));
        assert_eq!(pending.max_age_seconds, Some(0), "the value that `auth_time` is checked against");
    }
    let options = SignInOptions { max_age_seconds: Some(0), ..SignInOptions::default() };
    assert!(authorize::url(&pending().with_options(options, &config()), &config()).ends_with("&max_age=0"));
}

#[test]
fn the_record_restores_the_options_that_the_checks_need() {
    let options = SignInOptions {
        max_age_seconds: Some(60),
        acr_values: vec!["3".to_owned()],
        login_hint: Some("kari@example.no".to_owned()),
        tenant_hint: Some("0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11".to_owned()),
        ..SignInOptions::default()
    };
    let before = Fingerprints::of("https://connect.example", "kari", None);
    let pending = pending().with_options(options, &config()).silent().renewing(Some(before.clone()), None);
    let pending = pending.with_sign_out_mark(Some("1800000000000".to_owned()));
    let record = pending.to_record();
    assert!(!record.contains("kari"), "the record contains a name or a hint: {record}");
    let read = PendingSignIn::from_record(&record, &config(), NOW).unwrap();
    assert_eq!(read.to_record(), record);
    assert_eq!((read.max_age_seconds, read.acr_values.as_str(), read.is_silent), (Some(60), "3", true));
    assert_eq!(read.before, Some(before));
    assert_eq!(read.wanted_company.as_deref(), Some("0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11"));
    assert_eq!(read.signed_out(), Some("1800000000000"));
    for (from, to) in [("\"max_age\":60", "\"max_age\":-1"), ("\"max_age\":60", "\"max_age\":\"60\"")] {
        let result = PendingSignIn::from_record(&record.replace(from, to), &config(), NOW);
        assert_eq!(result.map(drop), Err(Misbehaviour::PendingUnreadable), "{to}");
    }
}

#[test]
fn g09_fingerprints_differ_only_by_issuer_user_and_company() {
    let company = |id: &str| {
        let claims = Object::parse(format!(r#"{{"tenant_id":"{id}"}}"#).as_bytes()).unwrap();
        Company::verified(&claims).unwrap()
    };
    let (a, b) = (company("a"), company("b"));
    let kari = Fingerprints::of("https://connect.example", "kari", Some(&a));
    assert_eq!(kari, Fingerprints::of("https://connect.example", "kari", Some(&company("a"))));
    let other_company = Fingerprints::of("https://connect.example", "kari", Some(&b));
    assert_eq!(kari.user, other_company.user);
    assert_ne!(kari.owner, other_company.owner);
    for other in [
        Fingerprints::of("https://connect.example", "ola", Some(&a)),
        Fingerprints::of("https://other.example", "kari", Some(&a)),
    ] {
        assert_ne!(kari.user, other.user);
        assert_ne!(kari.owner, other.owner);
    }
    assert_eq!(kari.user.len(), 43);
}

#[test]
fn an_endpoint_with_a_query_keeps_it() {
    let mut metadata = metadata();
    metadata.authorization_endpoint = HttpsUrl::parse("https://connect.example/a?tenant=1").unwrap();
    let randomness = Randomness { verifier: [1; 32], state: [2; 32], nonce: [3; 32] };
    let pending = PendingSignIn::new(&config(), &metadata, randomness, NOW, ReturnTo::home(&config()));
    let url = authorize::url(&pending, &config());
    assert!(url.starts_with("https://connect.example/a?tenant=1&client_id=demo&"), "{url}");
}

#[test]
fn a03_metadata_without_pkce_methods_does_not_change_the_request() {
    let text = include_str!("../../../tests/fixtures/metadata.json");
    let text = text.replace("code_challenge_methods_supported", "x_unknown");
    let mut silent = pending();
    silent.metadata = Metadata::from_object(&Object::parse(text.as_bytes()).unwrap(), SigningAlgorithm::Rs256).unwrap();
    assert_eq!(authorize::url(&silent, &config()), authorize::url(&pending(), &config()));
}

#[test]
fn a09_no_configured_value_becomes_another_parameter() {
    let base = "https://app.example/".to_owned();
    let page = super::super::config::AppLocation { base, languages: Vec::new() };
    // Each character that the configuration accepts, followed by parameters that an attacker would add.
    for character in ('!'..='~').filter(|character| !matches!(character, '"' | '\\')) {
        let client_id = format!("a{character}&state=x&client_id=evil#");
        let scope = format!("s{character}&redirect_uri=https://evil.example&nonce=1&code_challenge_method=plain");
        let text = format!(
            r#"{{"authority":"https://connect.example","client_id":"{client_id}","scopes":["openid","{scope}"],
                    "ui_locales":["nb-NO"]}}"#
        );
        let config = Config::parse(&text, &page).unwrap();
        let randomness = Randomness { verifier: [1; 32], state: [2; 32], nonce: [3; 32] };
        let pending = PendingSignIn::new(&config, &metadata(), randomness, NOW, ReturnTo::home(&config));
        let url = authorize::url(&pending, &config);
        let query = url.strip_prefix("https://connect.example/connect/authorize?").unwrap();
        let parameters = form::decode(query).unwrap();
        let names: Vec<_> = parameters.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names.join(" "),
            "client_id response_type response_mode scope redirect_uri code_challenge code_challenge_method state \
                 nonce ui_locales",
            "{character}"
        );
        assert_eq!(parameters[0].1, client_id);
        assert_eq!(parameters[3].1, format!("openid {scope}"));
        assert_eq!(parameters[4].1, "https://app.example/callback");
    }
}

#[test]
fn a09_an_endpoint_that_ends_with_a_delimiter_loses_no_parameter() {
    for endpoint in ["https://connect.example/a?", "https://connect.example/a?x=?", "https://connect.example/a?x&"] {
        let mut metadata = metadata();
        metadata.authorization_endpoint = HttpsUrl::parse(endpoint).unwrap();
        let randomness = Randomness { verifier: [1; 32], state: [2; 32], nonce: [3; 32] };
        let pending = PendingSignIn::new(&config(), &metadata, randomness, NOW, ReturnTo::home(&config()));
        let url = authorize::url(&pending, &config());
        let pairs = form::decode(url.split_once('?').unwrap().1).unwrap();
        assert!(pairs.contains(&("client_id".to_owned(), "demo".to_owned())), "{url}");
    }
}

#[test]
fn a10_the_return_path_is_in_the_record_and_not_in_the_state() {
    let randomness = || Randomness { verifier: [1; 32], state: [2; 32], nonce: [3; 32] };
    let at = |path| PendingSignIn::new(&config(), &metadata(), randomness(), NOW, ReturnTo::parse(path, &config()));
    assert_eq!(authorize::url(&at("/orders/7"), &config()), authorize::url(&at("/"), &config()));
    assert_ne!(at("/orders/7").to_record(), at("/").to_record());
}

#[test]
fn a_record_is_read_back_unchanged() {
    let pending = pending();
    let read = PendingSignIn::from_record(&pending.to_record(), &config(), NOW).unwrap();
    assert_eq!(read.to_record(), pending.to_record());
    assert_eq!(pending.storage_key(), "visma-connect-spa:pending:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
}

#[test]
fn c06_a_record_is_valid_for_ten_minutes() {
    let at = |seconds| PendingSignIn::from_record(&pending().to_record(), &config(), NOW.plus(seconds)).map(drop);
    assert_eq!(at(600), Ok(()));
    assert_eq!(at(601), Err(Misbehaviour::PendingExpired));
    assert_eq!(at(-300), Ok(()));
    assert_eq!(at(-301), Err(Misbehaviour::PendingExpired));
}

#[test]
fn c07_a_record_of_another_configuration_is_refused() {
    for (from, to) in [
        ("https://connect.example\",\"client_id", "https://other.example\",\"client_id"),
        ("\"client_id\":\"demo\"", "\"client_id\":\"other\""),
        ("https://app.example/callback", "https://app.example/other"),
    ] {
        let record = pending().to_record();
        assert!(record.contains(from), "{from}");
        let result = PendingSignIn::from_record(&record.replace(from, to), &config(), NOW);
        assert_eq!(result.map(drop), Err(Misbehaviour::PendingForeign), "{to}");
    }
}

#[test]
fn c32_a_record_that_was_changed_is_not_trusted() {
    let record = pending().to_record();
    for (from, to) in [
        ("{", ""),
        ("\"version\":4", "\"version\":3"),
        ("https://connect.example/connect/token", "javascript:alert(1)"),
        ("https://connect.example/connect/endsession", "http://evil.example"),
        ("\"started_at\":1800000000", "\"started_at\":\"x\""),
    ] {
        assert!(record.contains(from), "{from}");
        let result = PendingSignIn::from_record(&record.replacen(from, to, 1), &config(), NOW);
        assert_eq!(result.map(drop), Err(Misbehaviour::PendingUnreadable), "{to}");
    }
    let hostile = record.replace("\"return_to\":\"/\"", "\"return_to\":\"//evil.example\"");
    assert_eq!(PendingSignIn::from_record(&hostile, &config(), NOW).unwrap().return_to.as_str(), "/");
}

#[test]
fn a04_every_attempt_has_its_own_randomness() {
    let other = Randomness { verifier: [1; 32], state: [2; 32], nonce: [3; 32] };
    let other = PendingSignIn::new(&config(), &metadata(), other, NOW, ReturnTo::home(&config()));
    let first = pending();
    assert_ne!(first.storage_key(), other.storage_key());
    assert_ne!(first.verifier, other.verifier);
    assert_ne!(first.nonce, other.nonce);
    assert_eq!(format!("{first:?}"), "PendingSignIn([redacted])");
}

#[test]
fn b09_c07_c32_a_record_whose_endpoints_are_not_the_configurations_is_refused() {
    let planted = pending().to_record().replace("https://connect.example/connect/token", "https://evil.example/token");
    let verdict = |record: &str, config: &Config| PendingSignIn::from_record(record, config, NOW).map(drop);
    assert_eq!(verdict(&planted, &config()), Err(Misbehaviour::PendingForeign));

    // The configured metadata may name any origin. The record must contain the same endpoints.
    let metadata = include_str!("../../../tests/fixtures/metadata.json");
    let elsewhere = metadata.replace("https://connect.example/connect/token", "https://tokens.example/token");
    let with = |metadata: &str| {
        let text = format!(r#"{{"authority":"https://connect.example","client_id":"demo","metadata":{metadata}}}"#);
        let page = crate::AppLocation { base: "https://app.example/".to_owned(), languages: Vec::new() };
        Config::parse(&text, &page).unwrap()
    };
    let good = pending().to_record();
    let of_elsewhere = good.replace("https://connect.example/connect/token", "https://tokens.example/token");
    assert_eq!(verdict(&good, &with(metadata)), Ok(()));
    assert_eq!(verdict(&of_elsewhere, &with(&elsewhere)), Ok(()));
    assert_eq!(verdict(&good, &with(&elsewhere)), Err(Misbehaviour::PendingForeign));
    assert_eq!(verdict(&planted, &with(&elsewhere)), Err(Misbehaviour::PendingForeign));
}
