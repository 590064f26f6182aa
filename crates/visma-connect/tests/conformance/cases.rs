//! The relying party modules of the OpenID Foundation's conformance suite: what each does to a client, and the result
//! that this client must have. The table runs twice:
//!
//! ```text
//! cases.rs ─┬─ crates/visma-connect/tests/conformance/main.rs ──────── natively, against a fake of the local provider
//!           └─ tests/e2e/tests/conformance.rs ─── in a browser, against the local provider, checked with its log
//! ```
//! The table has all code-flow modules of `oidcc-client-test-plan`, and those of the plans for sign-out and for
//! sign-ins that another site starts. Of the FAPI 2.0 client tests, it has those that the other modules do not cover.
//! Modules that do not apply are at the end, with the reason. Each function is one test in the browser. If a runner
//! leaves a function out, the lints report unused code.

use serde_json::{Value, json};

use super::case::{AUTHORIZE, Case, DISCOVERY, KEYS, USERINFO, case};

/// Metadata: the endpoints and the issuer.
pub(crate) fn discovery() -> Vec<Case> {
    let metadata = |merge: Value| json!({ "metadata": { "merge": merge } });
    vec![
        case(
            "oidcc-client-test-discovery-openid-config",
            "another authorization endpoint",
            metadata(json!({ "authorization_endpoint": "{{authorization_endpoint}}?run=2" })),
        )
        .accepted()
        .asking(&[DISCOVERY, "/connect/authorize?run=2"]),
        case(
            "oidcc-client-test-discovery-jwks-uri-keys",
            "another jwks_uri",
            metadata(json!({ "jwks_uri": "{{jwks_uri}}?run=2" })),
        )
        .accepted()
        .asking(&["/.well-known/openid-configuration/jwks?run=2"]),
        case(
            "oidcc-client-test-discovery-issuer-mismatch",
            "issuer with INVALID at its end",
            metadata(json!({ "issuer": "{{issuer}}INVALID" })),
        )
        .rejected_before_leaving("metadata_issuer_mismatch"),
        case(
            "oidcc-client-test-discovery-issuer-mismatch",
            "issuer with a slash at its end",
            metadata(json!({ "issuer": "{{issuer}}/" })),
        )
        .rejected_before_leaving("metadata_issuer_slash"),
        case("oidcc-client-test-discovery-issuer-mismatch", "no issuer", metadata(json!({ "issuer": null })))
            .rejected_before_leaving("metadata_issuer_mismatch"),
    ]
}

/// Responses that do not belong to this request.
pub(crate) fn callback_state() -> Vec<Case> {
    let foreign = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let invalid = |does, state: &str| {
        let id = "fapi2-security-profile-final-client-test-ensure-authorization-response-with-invalid-state-fails";
        case(id, does, callback(json!({ "set": { "state": state } }))).rejected_at_the_callback("state_unknown")
    };
    let missing = |does, fault| {
        let id =
            "fapi2-security-profile-final-client-test-ensure-authorization-response-with-invalid-missing-state-fails";
        case(id, does, callback(fault)).rejected_at_the_callback("state_missing")
    };
    vec![
        invalid("unknown state", foreign),
        invalid("state + A", "{{state}}A"),
        missing("no state", json!({ "remove": ["state"] })),
        missing("state is empty", json!({ "set": { "state": "" } })),
    ]
}

/// Responses that are not from this provider.
pub(crate) fn callback_issuer() -> Vec<Case> {
    let invalid = |does, fault| {
        case("fapi2-security-profile-final-client-test-invalid-authorization-response-iss", does, callback(fault))
            .rejected_at_the_callback("issuer_mismatch")
    };
    vec![
        invalid("iss of another provider", json!({ "set": { "iss": "https://evil.example" } })),
        invalid("iss + 1", json!({ "set": { "iss": "{{iss}}1" } })),
        invalid("iss with a slash at its end", json!({ "set": { "iss": "{{iss}}/" } })),
        invalid(
            "an error with the iss of another provider",
            json!({ "remove": ["code"], "set": { "error": "access_denied", "iss": "https://evil.example" } }),
        ),
        case(
            "fapi2-security-profile-final-client-test-remove-authorization-response-iss",
            "no iss",
            callback(json!({ "remove": ["iss"] })),
        )
        .rejected_at_the_callback("issuer_missing"),
        // Duende IdentityServer sends `iss` only with a code. RFC 9207 2.4 requires clients to refuse such an error.
        // This app accepts it, because an error response contains no code, and a declined sign-in is not an attack.
        case(
            "fapi2-security-profile-final-client-test-remove-authorization-response-iss",
            "an error without iss",
            callback(json!({ "remove": ["code", "iss"], "set": { "error": "access_denied" } })),
        )
        .rejected_at_the_callback("access_denied"),
        case(
            "fapi2-security-profile-final-client-test-remove-authorization-response-iss",
            "an error without iss, and with a code",
            callback(json!({ "remove": ["iss"], "set": { "error": "access_denied" } })),
        )
        .rejected_at_the_callback("issuer_missing"),
    ]
}

/// ID tokens for another client, sign-in or provider.
pub(crate) fn id_token_of_another() -> Vec<Case> {
    let other_audience =
        |id, does, claim| claims(id, does, claim).rejected_with_its_tokens("id_token_audience_mismatch");
    let other_nonce = |id, does, claim| claims(id, does, claim).rejected_with_its_tokens("id_token_nonce_mismatch");
    vec![
        claims("oidcc-client-test-invalid-iss", "iss + 1", json!({ "iss": "{{iss}}1" }))
            .rejected_with_its_tokens("id_token_issuer_mismatch"),
        claims("oidcc-client-test-invalid-iss", "iss with a slash at its end", json!({ "iss": "{{iss}}/" }))
            .rejected_with_its_tokens("id_token_issuer_mismatch"),
        claims("oidcc-client-test-invalid-iss", "iss in a list", json!({ "iss": ["{{iss}}"] }))
            .rejected_with_its_tokens("id_token_claim_invalid"),
        claims("fapi2-security-profile-final-client-test-invalid-missing-iss", "no iss", json!({ "iss": null }))
            .rejected_with_its_tokens("id_token_claim_invalid"),
        other_audience("oidcc-client-test-invalid-aud", "aud + 1", json!({ "aud": "{{aud}}1" })),
        other_audience("oidcc-client-test-invalid-aud", "aud is an empty list", json!({ "aud": [] })),
        other_audience("oidcc-client-test-invalid-aud", "aud is a number", json!({ "aud": 7 })),
        claims("oidcc-client-test-invalid-aud", "azp is another client", json!({ "azp": "other" }))
            .rejected_with_its_tokens("id_token_azp_mismatch"),
        other_audience("oidcc-client-test-missing-aud", "no aud", json!({ "aud": null })),
        other_audience(
            "fapi2-security-profile-final-client-test-invalid-secondary-aud",
            "a second aud",
            json!({ "aud": ["{{aud}}", "other"] }),
        ),
        other_audience(
            "fapi2-security-profile-final-client-test-invalid-secondary-aud",
            "a second aud, and azp is this client",
            json!({ "aud": ["{{aud}}", "other"], "azp": "{{aud}}" }),
        ),
        other_nonce("oidcc-client-test-nonce-invalid", "nonce + 1", json!({ "nonce": "{{nonce}}1" })),
        other_nonce(
            "oidcc-client-test-nonce-invalid",
            "nonce of another sign-in",
            json!({ "nonce": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }),
        ),
        other_nonce("oidcc-client-test-nonce-invalid", "nonce is a number", json!({ "nonce": 7 })),
        other_nonce(
            "fapi2-security-profile-final-client-test-invalid-missing-nonce",
            "no nonce",
            json!({ "nonce": null }),
        ),
    ]
}

/// ID tokens that are incomplete or expired.
pub(crate) fn id_token_incomplete() -> Vec<Case> {
    let invalid = |id, does, claim| claims(id, does, claim).rejected_with_its_tokens("id_token_claim_invalid");
    vec![
        invalid("oidcc-client-test-missing-sub", "no sub", json!({ "sub": null })),
        invalid("oidcc-client-test-missing-sub", "sub is empty", json!({ "sub": "" })),
        invalid("oidcc-client-test-missing-sub", "sub is a number", json!({ "sub": 7 })),
        invalid("oidcc-client-test-missing-sub", "sub has 256 characters", json!({ "sub": "s".repeat(256) })),
        invalid("oidcc-client-test-missing-iat", "no iat", json!({ "iat": null })),
        invalid("oidcc-client-test-missing-iat", "iat is a string", json!({ "iat": "1700000000" })),
        claims("oidcc-client-test-missing-iat", "iat is ten minutes in the future", json!({ "iat": "{{now+600}}" }))
            .rejected_with_its_tokens("id_token_from_the_future"),
        invalid("fapi2-security-profile-final-client-test-invalid-missing-exp", "no exp", json!({ "exp": null })),
        invalid(
            "fapi2-security-profile-final-client-test-invalid-missing-exp",
            "exp is a string",
            json!({ "exp": "9999999999" }),
        ),
        claims(
            "fapi2-security-profile-final-client-test-invalid-expired-exp",
            "exp was five minutes ago",
            json!({ "exp": "{{now-301}}" }),
        )
        .rejected_with_its_tokens("id_token_expired"),
    ]
}

/// ID tokens that this provider did not sign, or not with the configured algorithm.
pub(crate) fn id_token_signature() -> Vec<Case> {
    let refused = |id, does, fault| id_token(id, does, fault).rejected_with_its_tokens("id_token_algorithm_refused");
    let forged = |does, fault| {
        id_token("oidcc-client-test-invalid-sig-rs256", does, fault)
            .rejected_with_its_tokens("id_token_signature_invalid")
    };
    vec![
        refused("oidcc-client-test-idtoken-sig-none", "alg none", json!({ "signature": "none" })),
        refused(
            "oidcc-client-test-idtoken-sig-none",
            "alg None",
            json!({ "signature": "none", "header": { "alg": "None" } }),
        ),
        refused(
            "fapi2-security-profile-final-client-test-invalid-null-alg",
            "alg NONE",
            json!({ "signature": "none", "header": { "alg": "NONE" } }),
        ),
        refused(
            "fapi2-security-profile-final-client-test-invalid-null-alg",
            "no alg",
            json!({ "signature": "none", "header": { "alg": null } }),
        ),
        refused(
            "fapi2-security-profile-final-client-test-invalid-alternate-alg",
            "PS256 with our key",
            json!({ "signature": "ps256" }),
        ),
        refused(
            "fapi2-security-profile-final-client-test-invalid-alternate-alg",
            "RS512 with our key",
            json!({ "signature": "rs512" }),
        ),
        case(
            "oidcc-client-test-invalid-sig-es256",
            "ES256 with a published key",
            json!({ "id_token": { "signature": "es256" }, "jwks": { "add": ["ec"] } }),
        )
        .rejected_with_its_tokens("id_token_algorithm_refused"),
        // The client is registered with id_token_signed_response_alg ES256, as the module requires.
        case(
            "oidcc-client-test-invalid-sig-es256",
            "ES256 in the header, but signed with the RSA key",
            json!({
                "id_token": { "header": { "alg": "ES256", "kid": null } },
                "jwks": { "add": ["ec_without_kid"] },
                "metadata": also_signs_with("ES256"),
            }),
        )
        .with_algorithm("ES256")
        .rejected_with_its_tokens("id_token_signature_invalid"),
        case(
            "oidcc-client-test-invalid-sig-es256",
            "RS256 where ES256 is configured",
            json!({ "jwks": { "add": ["ec"] }, "metadata": also_signs_with("ES256") }),
        )
        .with_algorithm("ES256")
        .rejected_with_its_tokens("id_token_algorithm_refused"),
        // The module uses the client's secret. A public client does not have one.
        refused(
            "oidcc-client-test-invalid-sig-hs256",
            "HS256 with the public key as the secret",
            json!({ "signature": "hs256" }),
        ),
        forged("one bit of the signature", json!({ "signature": "break" })),
        forged("no signature", json!({ "signature": "empty" })),
        forged("another key under our kid", json!({ "signature": "other_key" })),
        forged("another header", json!({ "shape": "eyJhbGciOiJSUzI1NiJ9.{{payload}}.{{signature}}" })),
        forged("other claims", json!({ "shape": "{{header}}.eyJzdWIiOiJzb21lYm9keSBlbHNlIn0.{{signature}}" })),
        id_token(
            "oidcc-client-test-invalid-sig-rs256",
            "another key, which is in the header",
            json!({ "signature": "embedded_jwk" }),
        )
        .rejected_with_its_tokens("id_token_key_unknown"),
    ]
}

/// The metadata of a provider that also signs with this algorithm.
fn also_signs_with(algorithm: &str) -> Value {
    json!({ "merge": { "id_token_signing_alg_values_supported": ["RS256", algorithm] } })
}

/// Keys without `kid`, and keys that change.
pub(crate) fn keys() -> Vec<Case> {
    vec![
        case(
            "oidcc-client-test-kid-absent-single-jwks",
            "no kid anywhere, one RSA key and one EC key",
            json!({
                "id_token": { "header": { "kid": null } },
                "jwks": { "current": { "kid": null }, "add": ["ec_without_kid"] },
            }),
        )
        .accepted(),
        case(
            "oidcc-client-test-kid-absent-multiple-jwks",
            "no kid anywhere, two RSA keys",
            json!({
                "id_token": { "header": { "kid": null } },
                "jwks": { "current": { "kid": null }, "add": ["without_kid"] },
            }),
        )
        .rejected_with_its_tokens("id_token_key_ambiguous"),
        case(
            "oidcc-client-test-ignores-unparseable-key-in-jwks",
            "an unreadable key and an element that is no key, in addition to the signing key",
            json!({ "jwks": { "add": ["broken", "text"] } }),
        )
        .accepted(),
        case(
            "oidcc-client-test-signing-key-rotation",
            "a new key since the last sign-in",
            json!({ "id_token": { "rotate": "before_signing" } }),
        )
        .accepted(),
        case(
            "oidcc-client-test-signing-key-rotation-just-before-signing",
            "a new key after the JWKS was fetched",
            json!({ "id_token": { "rotate": "before_signing" }, "jwks": { "stale": true, "times": 1 } }),
        )
        .accepted()
        .asking(&[KEYS]),
        case(
            "oidcc-client-test-signing-key-rotation-just-before-signing",
            "a kid that no key ever has",
            json!({ "id_token": { "header": { "kid": "unknown" } } }),
        )
        .rejected_with_its_tokens("id_token_key_unknown"),
    ]
}

/// Valid responses, some of them unusual.
pub(crate) fn good_tokens() -> Vec<Case> {
    vec![
        case("oidcc-client-test", "no faults", json!({})).accepted(),
        case(
            "oidcc-client-test",
            "ES256 is configured, and there is also an RSA key",
            json!({
                "id_token": { "signature": "es256" },
                "jwks": { "add": ["ec"] },
                "metadata": also_signs_with("ES256"),
            }),
        )
        .with_algorithm("ES256")
        .accepted(),
        case(
            "oidcc-client-test",
            "PS256 is configured",
            json!({
                "id_token": { "signature": "ps256" },
                "jwks": { "current": { "alg": "PS256" } },
                "metadata": also_signs_with("PS256"),
            }),
        )
        .with_algorithm("PS256")
        .accepted(),
        id_token("oidcc-client-test-idtoken-sig-rs256", "RS256", json!({ "signature": "valid" })).accepted(),
        claims(
            "oidcc-client-test-idtoken-sig-rs256",
            "azp, and an unknown claim",
            json!({ "azp": "{{aud}}", "weather": "fine" }),
        )
        .accepted(),
        claims(
            "fapi2-security-profile-final-client-test-valid-aud-as-array",
            "aud is a list with one element",
            json!({ "aud": ["{{aud}}"] }),
        )
        .accepted(),
        case(
            "fapi2-security-profile-final-client-test-token-type-case-insensitivity",
            "token_type bEARER",
            json!({ "token": { "merge": { "token_type": "bEARER" } } }),
        )
        .accepted(),
        case(
            "fapi2-security-profile-final-client-test-token-endpoint-response-without-expires_in",
            "no expires_in",
            json!({ "token": { "merge": { "expires_in": null } } }),
        )
        .accepted(),
    ]
}

/// Names and e-mail addresses.
pub(crate) fn userinfo() -> Vec<Case> {
    let response = |id, does, fault: Value| case(id, does, json!({ "userinfo": fault }));
    let scopes = |does, scopes| case("oidcc-client-test-scope-userinfo-claims", does, json!({})).with_scopes(scopes);
    vec![
        response(
            "oidcc-client-test-userinfo-invalid-sub",
            "another user's sub",
            json!({ "merge": { "sub": "{{sub}}1", "name": "Mallory" } }),
        )
        .accepted_without_profile("userinfo_sub_mismatch"),
        response(
            "oidcc-client-test-userinfo-invalid-sub",
            "no sub",
            json!({ "merge": { "sub": null, "name": "Mallory" } }),
        )
        .accepted_without_profile("userinfo_sub_mismatch"),
        case("oidcc-client-test-userinfo-bearer-header", "the token is sent in the header", json!({}))
            .accepted()
            .asking(&[USERINFO]),
        response(
            "oidcc-client-test-userinfo-signed",
            "a signed JWT",
            json!({ "merge": { "name": "Mallory" }, "jwt": true }),
        )
        .accepted_without_profile("userinfo_unreadable"),
        scopes("openid profile email phone address", &["openid", "profile", "email", "phone", "address"])
            .accepted_with(true, true)
            .asking(&["/connect/authorize?scope=openid profile email phone address"]),
        scopes("openid phone address", &["openid", "phone", "address"])
            .accepted_with(false, false)
            .asking(&["/connect/authorize?scope=openid phone address"]),
        scopes("openid profile email", &["openid", "profile", "email"]).accepted_with(true, true),
        scopes("openid profile", &["openid", "profile"]).accepted_with(true, false),
        scopes("openid email", &["openid", "email"]).accepted_with(false, true),
        scopes("openid", &["openid"]).accepted_with(false, false),
    ]
}

/// Sign-ins that another site or a list of apps starts (OpenID Connect Core 4).
pub(crate) fn started_elsewhere() -> Vec<Case> {
    let start = |does, query| case("oidcc-client-test-3rd-party-init-login", does, json!({})).started_with(query);
    vec![
        start("iss", "iss={{issuer}}").accepted().asking(&[AUTHORIZE]),
        start(
            "iss, a hint, and a target on another host",
            "iss={{issuer}}&login_hint=kari.nordmann%40example.com&target_link_uri=https%3A%2F%2Fevil.example%2F",
        )
        .accepted()
        .asking(&["/connect/authorize?login_hint=kari.nordmann@example.com"]),
        start("iss of another provider", "iss=https%3A%2F%2Fevil.example")
            .rejected_before_leaving("initiate_issuer_foreign"),
        start("iss with a slash at its end", "iss={{issuer}}/").rejected_before_leaving("initiate_issuer_foreign"),
        start("no iss", "login_hint=kari.nordmann%40example.com").rejected_before_leaving("initiate_issuer_foreign"),
        start("iss twice", "iss={{issuer}}&iss={{issuer}}").rejected_before_leaving("initiate_malformed"),
    ]
}

/// The return from a sign-out at the provider.
pub(crate) fn sign_out() -> Vec<Case> {
    let back = |id, does, fault: Value| case(id, does, json!({ "signed_out": fault }));
    vec![
        case("oidcc-client-test-rp-init-logout", "no faults", json!({})).signed_out(true),
        back(
            "oidcc-client-test-rp-init-logout-other-state",
            "state + _INVALID",
            json!({ "set": { "state": "{{state}}_INVALID" } }),
        )
        .signed_out(false),
        back("oidcc-client-test-rp-init-logout-no-state", "no state", json!({ "remove": ["state"] })).signed_out(false),
    ]
}

/// Modules that do not apply to this client, each with the reason. `*` stands for several modules with the same
/// reason.
#[allow(dead_code, reason = "the browser tests do not need this list")]
pub(crate) const NOT_APPLICABLE: &[(&str, &str)] = &[
    (
        "oidcc-client-test-userinfo-bearer-body",
        "one way of sending the token is enough, and the header is the safer one",
    ),
    (
        "oidcc-client-test-rp-frontchannel-*",
        "the suite cannot see the result; a user must review it; the end-to-end tests prove that such a frame works on \
         the same site and has no effect on another site (h06 and h07 in front_channel.rs)",
    ),
    ("oidcc-client-test-rp-backchannel-*", "static files have no server that could receive the request"),
    (
        "oidcc-client-test-session-management",
        "its frame needs the provider's cookies on another site, which browsers block",
    ),
    (
        "oidcc-client-test-invalid-athash",
        "for the implicit and hybrid flows; an at_hash in the code flow is still checked (e17 in id_token.rs)",
    ),
    ("oidcc-client-test-missing-athash", "for the implicit and hybrid flows; the code flow may leave at_hash out"),
    ("oidcc-client-test-invalid-chash", "for the hybrid flow, in which the code arrives together with an ID token"),
    ("oidcc-client-test-missing-chash", "for the hybrid flow"),
    ("oidcc-client-test-nonce-unless-code-flow", "for the implicit and hybrid flows; here a nonce is always sent"),
    ("oidcc-client-test-client-secret-basic", "a public client has no secret"),
    ("oidcc-client-test-mtls-endpoint-aliases", "a browser app has no certificate of its own"),
    (
        "oidcc-client-test-form-post-error",
        "static files cannot receive a POST request, so the response is in the query",
    ),
    ("oidcc-client-test-request-uri-*", "a request object needs a key, which a public client does not have"),
    ("oidcc-client-test-discovery-webfinger-*", "the authority is in the configuration, not in what a user types"),
    (
        "oidcc-client-test-aggregated-claims",
        "only the name and the e-mail address of the UserInfo response itself are read",
    ),
    (
        "oidcc-client-test-distributed-claims",
        "only the UserInfo response itself is read, and no claim is fetched from elsewhere",
    ),
    ("oidcc-client-test-dynamic-registration", "the client is registered by hand in the Developer Portal"),
    ("oidcc-client-test-refresh-token*", "no refresh token is requested, and a received one is dropped (d12)"),
    ("fapi2-*-jarm-*", "the response has plain parameters; a signed one is refused (c17 in callback.rs)"),
    ("fapi2-*-mtls-*", "a browser app has no certificate of its own"),
    ("fapi2-*-dpop-*", "the provider issues bearer tokens"),
];

fn claims(id: &'static str, does: &'static str, claims: Value) -> Case {
    id_token(id, does, json!({ "claims": claims }))
}

fn id_token(id: &'static str, does: &'static str, fault: Value) -> Case {
    case(id, does, json!({ "id_token": fault }))
}

fn callback(fault: Value) -> Value {
    json!({ "callback": fault })
}
