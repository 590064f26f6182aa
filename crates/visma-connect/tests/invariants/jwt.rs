//! ID tokens: in their compact form, and as header and claims that are not encoded, so that a fuzzer can change the
//! claims.

use ring::digest;
use serde_json::{Map, Value, json};
use visma_connect::User;
use visma_connect::protocol::http::HttpResponse;
use visma_connect::protocol::id_token::CLOCK_SKEW_SECONDS;
use visma_connect::protocol::token::UnverifiedTokens;

use super::json::{has_huge_time, members, seconds, text};
use super::{CLIENT_ID, ID_TOKEN, ISSUER, NOW, SECOND_STEP, decode, encode, exchange, keys, nonce, sign_in};

/// The access token in the response with these ID tokens.
pub const ACCESS_TOKEN: &str = "access-token";

/// Tests an input in two ways. As a token, the input is accepted only if it is exactly the token that the provider
/// signed. If the input has two lines, they are also tested as the header and the claims of a token whose signature
/// is accepted.
pub fn check(input: &str) -> bool {
    let is_believed = accept(input, false).is_some();
    assert_eq!(is_believed, input == ID_TOKEN.trim_end(), "wrong result for {input:?}");
    is_believed || input.split_once('\n').is_some_and(|(header, claims)| check_claims(header, claims))
}

/// Tests a token whose signature is accepted. Its header and claims are accepted only if they are as OpenID Connect
/// Core 3.1.3.7 requires.
pub fn check_claims(header: &str, claims: &str) -> bool {
    let Some(user) = accept(&compact(header, claims), true) else { return false };
    let header = members(header.as_bytes()).expect("an accepted header is an object without duplicate members");
    let claims = members(claims.as_bytes()).expect("accepted claims are an object without duplicate members");
    assert!(header_fits(&header), "wrongly accepted: {header:?}");
    assert!(claims_fit(&claims) || has_huge_time(&claims), "wrongly accepted: {claims:?}");
    assert_eq!(user.subject(), text(&claims, "sub").unwrap());
    assert_eq!(user.company().map(|company| company.tenant_id()), text(&claims, "tenant_id").filter(is_tenant));
    true
}

/// Like [`check_claims`], for the sign-in of [`super::pending_with_requirements`]. The claims `acr` and `auth_time`
/// must also fulfil the requirements of that sign-in.
pub fn check_claims_with_requirements(header: &str, claims: &str) -> bool {
    let response = response(&compact(header, claims));
    let is_accepted = sign_in::finish_with_requirements(response.as_bytes()).user.is_some();
    if is_accepted {
        let claims = members(claims.as_bytes()).expect("accepted claims are an object without duplicate members");
        let fits = claims_fit(&claims) && claims_meet_requirements(&claims);
        assert!(fits || has_huge_time(&claims), "wrongly accepted: {claims:?}");
    }
    is_accepted
}

/// The compact form with an invalid signature.
pub fn compact(header: &str, claims: &str) -> String {
    format!("{}.{}.c2ln", encode(header), encode(claims))
}

/// The parsed token response with this ID token.
pub fn unverified(id_token: &str) -> Option<UnverifiedTokens> {
    exchange().finish(&HttpResponse::new(200, response(id_token))).ok()
}

fn response(id_token: &str) -> String {
    json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": id_token }).to_string()
}

/// Completes the sign-in. The signature is verified, unless `every_signature_is_good`.
fn accept(id_token: &str, every_signature_is_good: bool) -> Option<User> {
    let check = unverified(id_token)?.signature_to_check(keys()).ok()?;
    // The browser verifies exactly the received bytes, not bytes that were decoded and encoded again.
    let (signed, signature) = id_token.rsplit_once('.').unwrap();
    assert_eq!(check.signing_input(), signed.as_bytes());
    assert_eq!(Some(check.signature()), decode(signature).as_deref());
    sign_in::finish(response(id_token).as_bytes(), every_signature_is_good).user
}

fn header_fits(header: &Map<String, Value>) -> bool {
    text(header, "alg") == Some("RS256")
        && ["crit", "b64", "zip", "enc"].iter().all(|name| !header.contains_key(*name))
        && header.get("kid").is_none_or(|kid| kid == "k1")
        && header.get("typ").is_none_or(|typ| {
            typ.as_str().is_some_and(|typ| ["jwt", "application/jwt"].contains(&typ.to_ascii_lowercase().as_str()))
        })
}

/// Whether the claims are for this client, provider and sign-in, name a user, and are valid at [`NOW`].
pub fn claims_fit(claims: &Map<String, Value>) -> bool {
    let now = NOW.as_seconds();
    let is_time = |name: &str, fits: &dyn Fn(i64) -> bool| seconds(claims, name).is_some_and(fits);
    let is_absent_or = |name: &str, fits: &dyn Fn(&Value) -> bool| claims.get(name).is_none_or(fits);
    let hash = digest::digest(&digest::SHA256, ACCESS_TOKEN.as_bytes());
    let at_hash = encode(&hash.as_ref()[..16]);
    claims.get("iss") == Some(&json!(ISSUER))
        && claims.get("aud").is_some_and(|aud| match aud {
            Value::Array(list) => !list.is_empty() && list.iter().all(|audience| audience == CLIENT_ID),
            one => one == CLIENT_ID,
        })
        && is_absent_or("azp", &|azp| azp == CLIENT_ID)
        && is_time("exp", &|exp| now < exp.saturating_add(CLOCK_SKEW_SECONDS))
        && is_time("iat", &|iat| iat <= now + CLOCK_SKEW_SECONDS)
        && is_absent_or("nbf", &|_| is_time("nbf", &|nbf| nbf <= now + CLOCK_SKEW_SECONDS))
        && claims.get("nonce") == Some(&json!(nonce()))
        && is_absent_or("at_hash", &|value| *value == at_hash)
        && text(claims, "sub").is_some_and(|sub| !sub.is_empty() && sub.len() <= 255)
}

/// Whether the claims fulfil what [`super::pending_with_requirements`] requires. `auth_time` must not be earlier than
/// one minute plus the clock skew ago. `acr` must be one of the requested `acr_values`, or a level of at least 3,
/// which stands for two-factor authentication.
pub fn claims_meet_requirements(claims: &Map<String, Value>) -> bool {
    let is_recent = seconds(claims, "auth_time").is_some_and(|time| time >= NOW.as_seconds() - 60 - CLOCK_SKEW_SECONDS);
    let is_enough = |acr: &str| ["phr", SECOND_STEP].contains(&acr) || acr.parse::<i64>().is_ok_and(|level| level >= 3);
    is_recent && text(claims, "acr").is_some_and(is_enough)
}

fn is_tenant(tenant_id: &&str) -> bool {
    !tenant_id.is_empty() && tenant_id.len() <= 100 && tenant_id.bytes().all(|b| b.is_ascii_graphic())
}
