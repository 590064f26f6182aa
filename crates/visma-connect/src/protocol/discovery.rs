//! The request for the provider's metadata, and the checks of the response (OpenID Connect Discovery 1.0 section 4, RFC
//! 8414 section 3).

use super::config::Config;
use super::error::{Error, Misbehaviour};
use super::http::{HttpRequest, HttpResponse, object_of};
use super::https_url::HttpsUrl;
use super::metadata::Metadata;

/// The metadata that the configuration contains, if any. Then there is no discovery request.
pub fn configured(config: &Config) -> Option<&Metadata> {
    config.metadata()
}

/// The request for the metadata of the configured authority.
pub fn request(config: &Config) -> HttpRequest {
    HttpRequest::get(&[without_slash(config.authority().as_str()), "/.well-known/openid-configuration"].concat())
}

/// An issuer without its trailing slash, if it has one (Discovery 4.1).
fn without_slash(issuer: &str) -> &str {
    issuer.strip_suffix('/').unwrap_or(issuer)
}

/// Reads the metadata from the response to [`request`] and compares it with the configuration.
///
/// # Errors
/// - `Provider`: the status is 429 or 500 to 599.
/// - `MetadataUnreadable`: a status other than 200, or the body is not a JSON object.
/// - `MetadataIssuerSlash`, `MetadataIssuerMismatch`: `issuer` is not the authority.
/// - `MetadataInvalid`: an endpoint is missing, is not a plain https URL, has a parameter of this app in its query,
///   or is at an origin that is not allowed.
/// - `MetadataAlgorithmUnsupported`: the configured algorithm is not supported.
/// - `MetadataWithoutS256`: PKCE is supported, but not with SHA-256.
pub fn metadata(config: &Config, response: &HttpResponse) -> Result<Metadata, Error> {
    let object = object_of(response, Misbehaviour::MetadataUnreadable)?;
    let (issuer, authority) = (object.text("issuer").ok().flatten().unwrap_or_default(), config.authority().as_str());
    if issuer != authority {
        return Err(if without_slash(issuer) == without_slash(authority) {
            Misbehaviour::MetadataIssuerSlash.into()
        } else {
            Misbehaviour::MetadataIssuerMismatch.into()
        });
    }
    let metadata = Metadata::from_object(&object, config.id_token_algorithm())?;
    match foreign_endpoint(&metadata, config) {
        Some(name) => Err(Misbehaviour::MetadataInvalid(name).into()),
        None => Ok(metadata),
    }
}

/// The name of the first endpoint that the configuration does not allow. Callers refuse such metadata, so a code and
/// its verifier are never sent to that endpoint.
///
/// If the configuration contains metadata, each endpoint must be equal to the configured one. Otherwise its origin
/// must be the authority's or one of the configured `origins`.
pub(super) fn foreign_endpoint(metadata: &Metadata, config: &Config) -> Option<&'static str> {
    let configured = config.metadata().map(|metadata| metadata.named_endpoints());
    metadata.named_endpoints().into_iter().enumerate().find_map(|(index, (name, endpoint))| {
        let is_known = match &configured {
            Some(configured) => configured.get(index).is_some_and(|(_, known)| *known == endpoint),
            None => endpoint.map(HttpsUrl::origin).is_none_or(|origin| {
                origin == config.authority().origin() || config.provider_origins().iter().any(|own| own == origin)
            }),
        };
        (!is_known).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::super::config::testing::config;
    use super::*;

    fn changed(change: impl Fn(&str) -> String) -> Result<Metadata, Error> {
        let text = include_str!("../../tests/fixtures/metadata.json");
        super::metadata(&config(), &HttpResponse::new(200, change(text)))
    }

    fn replaced(from: &str, to: &str) -> Result<Metadata, Error> {
        changed(|text| {
            assert!(text.contains(from), "the fixture has {from}");
            text.replace(from, to)
        })
    }

    #[test]
    fn the_recorded_shape_of_visma_connect_is_read() {
        let metadata = changed(str::to_owned).unwrap();
        assert_eq!(metadata.token_endpoint.as_str(), "https://connect.example/connect/token");
        assert!(metadata.iss_parameter_supported);
        assert_eq!(request(&config()).url, "https://connect.example/.well-known/openid-configuration");
    }

    #[test]
    fn b01_another_issuer_is_refused_whatever_the_difference() {
        let slash = replaced(r#""issuer": "https://connect.example""#, r#""issuer": "https://connect.example/""#);
        assert_eq!(slash, Err(Misbehaviour::MetadataIssuerSlash.into()));
        for issuer in [
            "https://connect.example//",
            "https://Connect.example",
            "https://connect.exampl",
            "https://connect.example1",
        ] {
            let result = replaced(r#""issuer": "https://connect.example""#, &format!(r#""issuer": "{issuer}""#));
            assert_eq!(result, Err(Misbehaviour::MetadataIssuerMismatch.into()), "{issuer}");
        }
        assert_eq!(
            replaced(r#""issuer": "https://connect.example","#, ""),
            Err(Misbehaviour::MetadataIssuerMismatch.into())
        );
    }

    #[test]
    fn b02_an_endpoint_that_is_not_plain_https_is_refused() {
        for url in [
            r#""javascript:alert(1)""#,
            r#""http://connect.example/x""#,
            "7",
            r#""""#,
            r#""https://u@connect.example/""#,
        ] {
            let result = replaced(r#""https://connect.example/connect/authorize""#, url);
            assert_eq!(result, Err(Misbehaviour::MetadataInvalid("authorization_endpoint").into()), "{url}");
            let result = replaced(r#""https://connect.example/connect/userinfo""#, url);
            assert_eq!(result, Err(Misbehaviour::MetadataInvalid("userinfo_endpoint").into()), "{url}");
        }
        assert_eq!(
            replaced("token_endpoint\"", "other_endpoint\""),
            Err(Misbehaviour::MetadataInvalid("token_endpoint").into())
        );
    }

    /// A request with a doubled parameter is invalid (RFC 6749 3.1), and the provider may read the other value.
    #[test]
    fn a09_an_endpoint_that_already_has_a_parameter_of_ours_is_refused() {
        for query in [
            "client_id=other",
            "x=1&redirect_uri=y",
            "state",
            "%73tate=x",
            "code_challenge_method=plain",
            "prompt=none",
            "x=%",
        ] {
            let url = format!(r#""https://connect.example/a?{query}""#);
            let result = replaced(r#""https://connect.example/connect/authorize""#, &url);
            assert_eq!(result, Err(Misbehaviour::MetadataInvalid("authorization_endpoint").into()), "{query}");
        }
        for query in ["id_token_hint=x", "state=", "post_logout_redirect_uri=x"] {
            let url = format!(r#""https://connect.example/e?{query}""#);
            let result = replaced(r#""https://connect.example/connect/endsession""#, &url);
            assert_eq!(result, Err(Misbehaviour::MetadataInvalid("end_session_endpoint").into()), "{query}");
        }
        assert!(replaced("connect/authorize", "a?tenant=1&theme=x").is_ok());
    }

    #[test]
    fn b03_a_response_that_is_not_metadata_is_refused() {
        let deep = format!("{{\"x\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
        for body in ["", "<!doctype html>", "[]", "null", "{", "\u{feff}{}", "{} {}", &deep] {
            assert_eq!(changed(|_| body.to_owned()), Err(Misbehaviour::MetadataUnreadable.into()), "{body:.60}");
        }
        let truncated = HttpResponse::new(200, b"{\"issuer\":\"\xc3".to_vec());
        assert_eq!(super::metadata(&config(), &truncated), Err(Misbehaviour::MetadataUnreadable.into()));
        for (status, code) in
            [(404, "metadata_unreadable"), (429, "provider_unavailable"), (503, "provider_unavailable")]
        {
            let error = super::metadata(&config(), &HttpResponse::new(status, "{}")).unwrap_err();
            assert_eq!(error.code(), code);
        }
    }

    #[test]
    fn an_issuer_with_a_slash_at_its_end_is_found_and_compared_exactly() {
        let text = r#"{"authority":"https://connect.example/","client_id":"demo"}"#;
        let config = Config::parse(text, &super::super::config::testing::page()).unwrap();
        assert_eq!(request(&config).url, "https://connect.example/.well-known/openid-configuration");
        let good = include_str!("../../tests/fixtures/metadata.json");
        let metadata = |issuer: &str| {
            let body = good.replace(r#""issuer": "https://connect.example""#, &format!(r#""issuer": "{issuer}""#));
            super::metadata(&config, &HttpResponse::new(200, body)).map(drop)
        };
        assert_eq!(metadata("https://connect.example/"), Ok(()));
        assert_eq!(metadata("https://connect.example"), Err(Misbehaviour::MetadataIssuerSlash.into()));
        assert_eq!(metadata(""), Err(Misbehaviour::MetadataIssuerMismatch.into()));
    }

    #[test]
    fn e02_an_unsupported_signing_algorithm_is_reported_before_the_redirect() {
        let with = |algorithms: &str| {
            let from = r#""id_token_signing_alg_values_supported": ["RS256"]"#;
            replaced(from, &from.replace(r#"["RS256"]"#, algorithms))
        };
        for (algorithms, found) in [
            (r#"["ES256"]"#, "ES256"),
            (r#"["RS512", "PS256"]"#, "PS256"),
            (r#"["EdDSA"]"#, "EdDSA"),
            (r#"["none"]"#, "none"),
            (r#"["rs256", 7]"#, "unknown"),
        ] {
            let verdict = with(algorithms).map(drop);
            assert_eq!(verdict, Err(Misbehaviour::MetadataAlgorithmUnsupported(found).into()), "{algorithms}");
        }
        for algorithms in [r#"["HS256", "RS256", "PS256"]"#, "[]", "null", "7"] {
            assert!(with(algorithms).is_ok(), "{algorithms}");
        }
    }

    #[test]
    fn e02_the_configured_algorithm_is_the_one_that_the_metadata_must_list() {
        let good = include_str!("../../tests/fixtures/metadata.json");
        for (configured, listed, found) in [
            ("ES256", r#"["RS256", "ES256"]"#, None),
            ("EdDSA", r#"["EdDSA"]"#, None),
            ("PS256", "[]", None),
            ("ES256", r#"["RS256"]"#, Some("RS256")),
            ("RS256", r#"["none", "HS256", "ES256"]"#, Some("ES256")),
            ("EdDSA", r#"["Ed25519"]"#, Some("Ed25519")),
        ] {
            let text = format!(
                r#"{{"authority":"https://connect.example","client_id":"demo",
                    "id_token_signed_response_alg":"{configured}"}}"#
            );
            let config = Config::parse(&text, &super::super::config::testing::page()).unwrap();
            let verdict = super::metadata(&config, &HttpResponse::new(200, good.replace(r#"["RS256"]"#, listed)));
            let expected = found.map(|name| Misbehaviour::MetadataAlgorithmUnsupported(name).into());
            assert_eq!(verdict.err(), expected, "{configured} {listed}");
        }
    }

    #[test]
    fn b09_an_endpoint_at_a_configured_origin_is_accepted_and_at_no_other() {
        let text = r#"{"authority":"https://connect.example","client_id":"demo","origins":["https://token.example"]}"#;
        let config = Config::parse(text, &super::super::config::testing::page()).unwrap();
        let good = include_str!("../../tests/fixtures/metadata.json");
        for (url, expected) in [
            ("https://token.example/token", Ok(())),
            ("https://token.example.evil/token", Err(Misbehaviour::MetadataInvalid("token_endpoint").into())),
            ("https://token.example:444/token", Err(Misbehaviour::MetadataInvalid("token_endpoint").into())),
            ("http://token.example/token", Err(Misbehaviour::MetadataInvalid("token_endpoint").into())),
            ("https://other.example/token", Err(Misbehaviour::MetadataInvalid("token_endpoint").into())),
        ] {
            let body = good.replace("https://connect.example/connect/token", url);
            let verdict = super::metadata(&config, &HttpResponse::new(200, body)).map(drop);
            assert_eq!(verdict, expected, "{url}");
        }
    }

    #[test]
    fn a03_metadata_may_omit_pkce_methods_but_not_s256() {
        let plain = replaced(r#"["plain", "S256"]"#, r#"["plain"]"#);
        assert_eq!(plain, Err(Misbehaviour::MetadataWithoutS256.into()));
        assert_eq!(replaced(r#"["plain", "S256"]"#, "[]"), Err(Misbehaviour::MetadataWithoutS256.into()));
        assert!(replaced("code_challenge_methods_supported", "x_unknown").is_ok());
    }

    #[test]
    fn b04_an_optional_member_of_the_wrong_type_is_as_if_absent() {
        assert!(replaced(r#"["plain", "S256"]"#, r#""x""#).is_ok());
        let text = replaced(
            "\"authorization_response_iss_parameter_supported\": true",
            "\"authorization_response_iss_parameter_supported\": \"true\"",
        );
        assert!(!text.unwrap().iss_parameter_supported);
    }

    #[test]
    fn b02_b09_endpoints_of_another_origin_are_refused_unless_they_are_configured() {
        let good = include_str!("../../tests/fixtures/metadata.json");
        for (endpoint, name) in [
            ("https://connect.example/connect/token", "token_endpoint"),
            ("https://connect.example/connect/userinfo", "userinfo_endpoint"),
            ("https://connect.example/connect/authorize", "authorization_endpoint"),
            ("https://connect.example/connect/endsession", "end_session_endpoint"),
            ("https://connect.example/.well-known/openid-configuration/jwks", "jwks_uri"),
        ] {
            assert!(good.contains(endpoint), "{endpoint}");
            for other in ["https://connect.example.evil/x", "https://connect.example:444/x", "http://127.0.0.1:6666/x"]
            {
                let response = HttpResponse::new(200, good.replace(endpoint, other));
                let verdict = super::metadata(&config(), &response);
                assert_eq!(verdict, Err(Misbehaviour::MetadataInvalid(name).into()), "{other}");
            }
        }
    }
}
