//! Verifies the ID token (OpenID Connect Core 3.1.3.7). Numbers in the comments are the steps of that section.
//!
//! ```text
//! UnverifiedTokens::signature_to_check(jwks) ──> SignatureToCheck ──WebCrypto──> VerifiedSignature
//! UnverifiedTokens::accept(verified, now) ──> Authenticated
//! ```
//! Core allows a client to skip the signature in the code flow (step 6). It is still checked here. This costs one
//! JWKS request, which is sent in parallel with the token request.

use std::fmt;

use super::algorithm::SigningAlgorithm;
use super::company::Company;
use super::error::Misbehaviour;
use super::fingerprints::Fingerprints;
use super::http::HttpRequest;
use super::https_url::HttpsUrl;
use super::json::{Json, Object};
use super::jwks::{Jwks, PublicKey};
use super::metadata::Metadata;
use super::return_to::ReturnTo;
use super::secret::{AccessToken, IdTokenHint};
use super::time::UnixTime;
use super::token::UnverifiedTokens;
use super::userinfo::Profile;

/// The largest accepted difference between this device's clock and the provider's, in seconds.
pub const CLOCK_SKEW_SECONDS: i64 = 120;

/// The value of `acr_values` that requests multi-factor authentication from Visma Connect, and the lowest `acr` that
/// confirms it.
const SECOND_STEP: &str = "urn:idp:vismaconnect:mfa";
const SECOND_STEP_LEVEL: i64 = 3;

/// The longest `sub`, in ASCII characters (OpenID Connect Core 2).
const MAX_SUBJECT_CHARS: usize = 255;

/// The input of one signature check: the key, the signed bytes and the signature.
pub struct SignatureToCheck {
    key: PublicKey,
    signing_input: String,
    signature: Vec<u8>,
}

/// Proof that the provider's signature over this one signing input is valid.
pub struct VerifiedSignature {
    signing_input: String,
    /// The SHA-512 hash of the access token, if `at_hash` needs it. Otherwise empty.
    sha512: Vec<u8>,
}

/// Tokens that passed every check. Only [`UnverifiedTokens::accept`] creates this type.
pub struct Authenticated {
    access_token: AccessToken,
    id_token_hint: IdTokenHint,
    subject: String,
    lifetime_seconds: u32,
    granted: Vec<String>,
    company: Option<Company>,
    profile: Profile,
    metadata: Metadata,
    return_to: ReturnTo,
    refresh_token_dropped: bool,
    before: Option<Fingerprints>,
    session_id: Option<String>,
}

impl SignatureToCheck {
    /// The provider's key and its algorithm.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The bytes that were signed.
    pub fn signing_input(&self) -> &[u8] {
        self.signing_input.as_bytes()
    }

    /// The signature over [`signing_input`](Self::signing_input), in the encoding of the JWT (RFC 7518 3.3 to 3.5,
    /// RFC 8037 3.1).
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Ends the check with the result of WebCrypto.
    ///
    /// `sha512` is the hash of [`UnverifiedTokens::token_to_hash`]. It is empty when `token_to_hash` returns `None`.
    ///
    /// # Errors
    /// `IdTokenSignatureInvalid` when `is_valid` is false.
    pub(crate) fn conclude(self, is_valid: bool, sha512: Vec<u8>) -> Result<VerifiedSignature, Misbehaviour> {
        if is_valid {
            Ok(VerifiedSignature { signing_input: self.signing_input, sha512 })
        } else {
            Err(Misbehaviour::IdTokenSignatureInvalid)
        }
    }
}

impl UnverifiedTokens {
    /// Finds the key for the ID token and returns the input of the signature check.
    ///
    /// # Errors
    /// - `IdTokenAlgorithmRefused`, `IdTokenHeaderRefused`: the header is not accepted.
    /// - `IdTokenKeyUnknown`: no key matches. Fetch the keys again, because the provider may have changed them.
    /// - `IdTokenKeyAmbiguous`: several keys match.
    pub fn signature_to_check(&self, jwks: &Jwks) -> Result<SignatureToCheck, Misbehaviour> {
        let key = jwks.key(self.id_token.key_id(self.pending.algorithm)?)?;
        Ok(SignatureToCheck {
            key: key.clone(),
            signing_input: self.id_token.signing_input.clone(),
            signature: self.id_token.signature.clone(),
        })
    }

    /// The access token, if its SHA-512 hash is needed for `at_hash`. WebCrypto computes that hash.
    pub(crate) fn token_to_hash(&self) -> Option<&str> {
        let is_hashed =
            self.pending.algorithm == SigningAlgorithm::EdDsa && self.id_token.claims.get("at_hash").is_some();
        is_hashed.then(|| self.access_token.expose())
    }

    /// Accepts the tokens when the verified signature belongs to this ID token and every claim is valid.
    ///
    /// # Errors
    /// The variant for the first check that fails: an `IdToken…` variant, `AuthenticationTooOld`,
    /// `AuthenticationTooWeak` or `CompanyMismatch`.
    pub fn accept(self, verified: VerifiedSignature, now: UnixTime) -> Result<Authenticated, Misbehaviour> {
        // 6, 7, 8: the signature, made with the one accepted algorithm.
        if verified.signing_input != self.id_token.signing_input {
            return Err(Misbehaviour::IdTokenSignatureInvalid);
        }
        let claims = &self.id_token.claims;
        let client_id = self.pending.client_id.as_str();
        // 2: the issuer, compared exactly.
        if required_text(claims, "iss")? != self.pending.issuer {
            return Err(Misbehaviour::IdTokenIssuerMismatch);
        }
        // 3: the audience contains this client. Every other audience must be trusted by the configuration.
        let audiences = match claims.get("aud") {
            Some(Json::List(audiences)) => audiences.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        let is_ours = |audience: &Json| audience.is_text(client_id);
        let is_trusted = |audience: &Json| self.pending.trusted_audiences.iter().any(|own| audience.is_text(own));
        if !audiences.iter().any(is_ours) || !audiences.iter().all(|one| is_ours(one) || is_trusted(one)) {
            return Err(Misbehaviour::IdTokenAudienceMismatch);
        }
        // 4, 5: if `azp` is present, it is this client. With other audiences it must be present.
        match claims.text("azp") {
            Ok(None) if audiences.iter().all(is_ours) => {}
            Ok(Some(party)) if party == client_id => {}
            _ => return Err(Misbehaviour::IdTokenAuthorizedPartyMismatch),
        }
        // 9, 10: the times, with the accepted difference between the two clocks.
        if now >= required_time(claims, "exp")?.plus(CLOCK_SKEW_SECONDS) {
            return Err(Misbehaviour::IdTokenExpired);
        }
        let latest = now.plus(CLOCK_SKEW_SECONDS);
        let not_before = claims.seconds("nbf").map_err(|_| Misbehaviour::IdTokenClaimInvalid("nbf"))?;
        if required_time(claims, "iat")? > latest || not_before.is_some_and(|nbf| UnixTime::from_seconds(nbf) > latest)
        {
            return Err(Misbehaviour::IdTokenFromTheFuture);
        }
        // 11: the nonce of this sign-in.
        if claims.text("nonce") != Ok(Some(self.pending.nonce.expose())) {
            return Err(Misbehaviour::IdTokenNonceMismatch);
        }
        // 3.1.3.6: if `at_hash` is present, it is the hash of this access token.
        match claims.text("at_hash") {
            Ok(None) => {}
            Ok(Some(hash))
                if hash == self.pending.algorithm.half_hash(self.access_token.expose(), &verified.sha512) => {}
            _ => return Err(Misbehaviour::IdTokenAccessTokenMismatch),
        }
        self.check_how(claims)?;
        let subject = required_text(claims, "sub")?;
        if subject.is_empty() || subject.len() > MAX_SUBJECT_CHARS {
            return Err(Misbehaviour::IdTokenClaimInvalid("sub"));
        }
        let company = Company::of(claims, &self.access_token);
        if let (Some(wanted), Some(company)) = (&self.pending.wanted_company, &company)
            && !company.tenant_id().eq_ignore_ascii_case(wanted)
        {
            return Err(Misbehaviour::CompanyMismatch);
        }
        Ok(Authenticated {
            subject: subject.to_owned(),
            company,
            profile: Profile::of(claims),
            access_token: self.access_token,
            id_token_hint: self.id_token_hint,
            lifetime_seconds: self.lifetime_seconds,
            granted: self.granted,
            metadata: self.pending.metadata,
            return_to: self.pending.return_to,
            refresh_token_dropped: self.refresh_token_dropped,
            before: self.pending.before,
            session_id: claims.text("sid").ok().flatten().map(str::to_owned),
        })
    }

    /// 12, 13: checks `auth_time` against the requested `max_age`, and `acr` against the requested `acr_values`.
    fn check_how(&self, claims: &Object) -> Result<(), Misbehaviour> {
        if let Some(max_age) = self.pending.max_age_seconds {
            let auth_time = claims.seconds("auth_time").map_err(|_| Misbehaviour::IdTokenClaimInvalid("auth_time"))?;
            // Measured from the start of the sign-in, not from now: the user may spend ten minutes at the provider.
            let oldest = self.pending.started_at.plus(-i64::from(max_age) - CLOCK_SKEW_SECONDS);
            if auth_time.is_none_or(|seconds| UnixTime::from_seconds(seconds) < oldest) {
                return Err(Misbehaviour::AuthenticationTooOld);
            }
        }
        let mut wanted = self.pending.acr_values.split(' ').filter(|value| !value.is_empty()).peekable();
        if wanted.peek().is_some() {
            let acr = claims.text("acr").map_err(|_| Misbehaviour::IdTokenClaimInvalid("acr"))?;
            // If multi-factor authentication was requested, Visma Connect sets `acr` to the level that was reached.
            let level = acr.and_then(|acr| acr.parse::<i64>().ok()).unwrap_or(0);
            if !wanted.any(|value| acr == Some(value) || (value == SECOND_STEP && level >= SECOND_STEP_LEVEL)) {
                return Err(Misbehaviour::AuthenticationTooWeak);
            }
        }
        Ok(())
    }
}

fn required_text<'a>(claims: &'a Object, name: &'static str) -> Result<&'a str, Misbehaviour> {
    claims.text(name).ok().flatten().ok_or(Misbehaviour::IdTokenClaimInvalid(name))
}

fn required_time(claims: &Object, name: &'static str) -> Result<UnixTime, Misbehaviour> {
    let seconds = claims.seconds(name).ok().flatten().ok_or(Misbehaviour::IdTokenClaimInvalid(name))?;
    Ok(UnixTime::from_seconds(seconds))
}

impl Authenticated {
    /// The identifier of the user (`sub`): unique and stable at this authority. Use it to identify the user, never
    /// the e-mail address.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The lifetime of the access token in seconds, counted from the start of the token request.
    pub fn lifetime_seconds(&self) -> u32 {
        self.lifetime_seconds
    }

    /// The granted scopes. They can be fewer than the requested ones.
    pub fn granted(&self) -> &[String] {
        &self.granted
    }

    /// The company that the token is for, if it is known.
    pub fn company(&self) -> Option<&Company> {
        self.company.as_ref()
    }

    /// Name and e-mail address in the ID token. UserInfo can contain more.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The page that the user goes to after signing in.
    pub fn return_to(&self) -> &ReturnTo {
        &self.return_to
    }

    /// Whether the provider sent a refresh token, although none was requested. The refresh token was dropped. The cause
    /// is that the client is not registered as a single-page app.
    pub fn refresh_token_dropped(&self) -> bool {
        self.refresh_token_dropped
    }

    /// The fingerprints of the user and the company that were signed in when this sign-in began.
    pub fn before(&self) -> Option<&Fingerprints> {
        self.before.as_ref()
    }

    /// The identifier of the provider's own session (`sid`, OpenID Connect Front-Channel Logout 3).
    pub fn session_id(&self) -> Option<&str> {
        self.session_id.as_deref()
    }

    /// Adds the access token to a request. Only the session decides which requests get it.
    pub(crate) fn authorize(&self, request: HttpRequest) -> HttpRequest {
        request.with_bearer(&self.access_token)
    }

    /// Whether `text` contains the access token.
    pub(crate) fn is_token_in(&self, text: &str) -> bool {
        // Not `str::contains`: its search code adds 5 kB to the wasm.
        let token = self.access_token.expose().as_bytes();
        text.as_bytes().windows(token.len()).any(|window| window == token)
    }

    /// The UserInfo request, if the provider has a UserInfo endpoint.
    pub fn userinfo_request(&self) -> Option<HttpRequest> {
        let endpoint = self.metadata.userinfo_endpoint.as_ref()?;
        Some(HttpRequest::get(endpoint.as_str()).with_bearer(&self.access_token))
    }

    /// Ends the session: overwrites the access token and returns what the sign-out at the provider needs.
    pub fn into_sign_out(self) -> (IdTokenHint, Option<HttpsUrl>) {
        (self.id_token_hint, self.metadata.end_session_endpoint)
    }
}

impl fmt::Debug for SignatureToCheck {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SignatureToCheck([redacted])")
    }
}

impl fmt::Debug for VerifiedSignature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("VerifiedSignature([redacted])")
    }
}

impl fmt::Debug for Authenticated {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Authenticated([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::super::base64url;
    use super::super::http::HttpResponse;
    use super::super::pending_sign_in::testing::{NOW, pending};
    use super::super::secret::AuthorizationCode;
    use super::super::token::CodeExchange;
    use super::*;

    const GOOD: &str = r#"{"iss":"https://connect.example","aud":"demo","sub":"1072cd43","exp":1800003600,"iat":1800000000,
        "nonce":"__________________________________________8","at_hash":"sda5G2fCr6XjIpiNlGJjjQ"}"#;

    fn tokens(claims: &str) -> UnverifiedTokens {
        let id_token =
            [&base64url::encode(br#"{"alg":"RS256"}"#), ".", &base64url::encode(claims.as_bytes()), ".c2ln"].concat();
        let body = format!(r#"{{"id_token":"{id_token}","token_type":"Bearer","access_token":"at"}}"#);
        let code = AuthorizationCode::from_callback("c".to_owned()).unwrap();
        CodeExchange::new(pending(), code).finish(&HttpResponse::new(200, body)).unwrap()
    }

    /// The result for these claims with a valid signature: `accepted`, or the error code and the claim.
    fn verdict_at(claims: &str, now: UnixTime) -> String {
        let tokens = tokens(claims);
        let verified = VerifiedSignature { signing_input: tokens.id_token.signing_input.clone(), sha512: Vec::new() };
        match tokens.accept(verified, now) {
            Ok(_) => "accepted".to_owned(),
            Err(error) => match error.member() {
                Some(member) => format!("{} {member}", error.code()),
                None => error.code().to_owned(),
            },
        }
    }

    fn changed(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "the claims contain {from}");
        GOOD.replace(from, to)
    }

    /// Each case replaces `from` in the good claims with `to`. If `from` is `{`, only the first one is replaced,
    /// which adds a claim.
    fn verdicts(cases: &[(&str, &str, &str)]) {
        assert_eq!(verdict_at(GOOD, NOW), "accepted", "the unchanged claims");
        for (from, to, expected) in cases {
            let claims = if *from == "{" { GOOD.replacen(from, to, 1) } else { changed(from, to) };
            assert_eq!(verdict_at(&claims, NOW), *expected, "{to}");
        }
    }

    #[test]
    fn e08_the_issuer_is_compared_exactly() {
        verdicts(&[
            ("connect.example", "connect.example1", "id_token_issuer_mismatch"),
            ("connect.example", "connect.example/", "id_token_issuer_mismatch"),
            ("connect.example", "Connect.example", "id_token_issuer_mismatch"),
            ("\"iss\"", "\"x\"", "id_token_claim_invalid iss"),
            ("\"https://connect.example\"", "null", "id_token_claim_invalid iss"),
            ("\"https://connect.example\"", "[\"https://connect.example\"]", "id_token_claim_invalid iss"),
        ]);
    }

    #[test]
    fn e09_e10_the_audience_is_only_this_client() {
        verdicts(&[
            ("\"demo\"", "\"demo1\"", "id_token_audience_mismatch"),
            ("\"aud\"", "\"x\"", "id_token_audience_mismatch"),
            ("\"demo\"", "[]", "id_token_audience_mismatch"),
            ("\"demo\"", "7", "id_token_audience_mismatch"),
            ("\"demo\"", "null", "id_token_audience_mismatch"),
            ("\"demo\"", "[\"demo\",null]", "id_token_audience_mismatch"),
            ("\"demo\"", "[\"demo\"]", "accepted"),
            ("\"demo\"", "[\"demo\",\"other\"]", "id_token_audience_mismatch"),
            ("\"demo\"", "[\"demo\",\"other\"],\"azp\":\"demo\"", "id_token_audience_mismatch"),
            ("\"demo\"", "[\"demo\",7]", "id_token_audience_mismatch"),
        ]);
    }

    #[test]
    fn e10_configured_further_audiences_are_accepted_in_a_token_issued_to_us() {
        let verdict = |aud: &str, more: &str| {
            let claims = changed("\"demo\"", aud).replacen('{', &["{", more].concat(), 1);
            let mut tokens = tokens(&claims);
            tokens.pending.trusted_audiences = vec!["api".to_owned()];
            let verified =
                VerifiedSignature { signing_input: tokens.id_token.signing_input.clone(), sha512: Vec::new() };
            tokens.accept(verified, NOW).map_or_else(|error| error.code(), |_| "accepted")
        };
        let ours = "\"azp\":\"demo\",";
        for (aud, azp, expected) in [
            (r#"["demo","api"]"#, ours, "accepted"),
            (r#"["api","demo"]"#, ours, "accepted"),
            (r#""demo""#, "", "accepted"),
            (r#"["demo","demo"]"#, "", "accepted"),
            (r#"["demo","api"]"#, "", "id_token_azp_mismatch"),
            (r#"["demo","api"]"#, "\"azp\":null,", "id_token_azp_mismatch"),
            (r#"["demo","api"]"#, "\"azp\":\"api\",", "id_token_azp_mismatch"),
            (r#"["demo","api","other"]"#, ours, "id_token_audience_mismatch"),
            (r#"["api"]"#, ours, "id_token_audience_mismatch"),
            (r#""api""#, ours, "id_token_audience_mismatch"),
            (r#"["demo","api",7]"#, ours, "id_token_audience_mismatch"),
            ("[]", ours, "id_token_audience_mismatch"),
        ] {
            assert_eq!(verdict(aud, azp), expected, "{aud} {azp}");
        }
    }

    #[test]
    fn e11_an_authorized_party_is_this_client() {
        verdicts(&[
            ("{", "{\"azp\":\"demo\",", "accepted"),
            ("{", "{\"azp\":\"other\",", "id_token_azp_mismatch"),
            ("{", "{\"azp\":7,", "id_token_azp_mismatch"),
            ("{", "{\"azp\":\"\",", "id_token_azp_mismatch"),
            ("{", "{\"azp\":null,", "accepted"),
        ]);
    }

    #[test]
    fn e12_exp_is_required_and_is_a_number_of_seconds() {
        verdicts(&[
            ("\"exp\"", "\"x\"", "id_token_claim_invalid exp"),
            ("1800003600", "null", "id_token_claim_invalid exp"),
            ("1800003600", "\"9999999999\"", "id_token_claim_invalid exp"),
            ("1800003600", "1800003600.5", "accepted"),
            ("1800003600", "1799999880.99", "id_token_expired"),
            ("1800003600", "1.8000036e9", "id_token_claim_invalid exp"),
            ("1800003600", "[1800003600]", "id_token_claim_invalid exp"),
            ("1800003600", "1e309", "id_token_claim_invalid exp"),
            ("1800003600", "-1", "id_token_expired"),
            ("1800003600", "9223372036854775807", "accepted"),
        ]);
    }

    /// The age of a token is not limited: `exp` and the nonce show whether it belongs to this sign-in.
    #[test]
    fn e13_iat_is_required_and_is_not_in_the_future() {
        verdicts(&[
            ("\"iat\"", "\"x\"", "id_token_claim_invalid iat"),
            ("1800000000", "\"1800000000\"", "id_token_claim_invalid iat"),
            ("1800000000", "1800000120", "accepted"),
            ("1800000000", "1800000121", "id_token_from_the_future"),
            ("1800000000", "null", "id_token_claim_invalid iat"),
            ("1800000000", "1800000000.25", "accepted"),
            ("1800000000", "1800000121.5", "id_token_from_the_future"),
            ("1800000000", "1", "accepted"),
        ]);
    }

    #[test]
    fn e14_nbf_is_not_in_the_future() {
        verdicts(&[
            ("{", "{\"nbf\":1800000120,", "accepted"),
            ("{", "{\"nbf\":1800000121,", "id_token_from_the_future"),
            ("{", "{\"nbf\":\"x\",", "id_token_claim_invalid nbf"),
            ("{", "{\"nbf\":null,", "accepted"),
            ("{", "{\"nbf\":1800000120.5,", "accepted"),
            ("{", "{\"nbf\":1800000121.5,", "id_token_from_the_future"),
        ]);
    }

    #[test]
    fn e15_the_nonce_is_the_one_of_this_sign_in() {
        verdicts(&[
            ("\"nonce\"", "\"x\"", "id_token_nonce_mismatch"),
            ("8\",\"at_hash", "81\",\"at_hash", "id_token_nonce_mismatch"),
            ("\"__________________________________________8\"", "7", "id_token_nonce_mismatch"),
            ("\"__________________________________________8\"", "null", "id_token_nonce_mismatch"),
            ("\"__________________________________________8\"", "\"\"", "id_token_nonce_mismatch"),
        ]);
    }

    #[test]
    fn e16_sub_is_required_and_has_limited_length() {
        verdicts(&[
            ("\"sub\"", "\"x\"", "id_token_claim_invalid sub"),
            ("\"1072cd43\"", "\"\"", "id_token_claim_invalid sub"),
            ("\"1072cd43\"", "7", "id_token_claim_invalid sub"),
            ("\"1072cd43\"", "null", "id_token_claim_invalid sub"),
            ("1072cd43", &"s".repeat(255), "accepted"),
            ("1072cd43", &"s".repeat(256), "id_token_claim_invalid sub"),
        ]);
    }

    #[test]
    fn e17_at_hash_if_present_matches_the_access_token() {
        verdicts(&[
            ("\"at_hash\"", "\"x\"", "accepted"),
            ("sda5", "Xda5", "id_token_at_hash_mismatch"),
            ("\"sda5G2fCr6XjIpiNlGJjjQ\"", "7", "id_token_at_hash_mismatch"),
            ("\"sda5G2fCr6XjIpiNlGJjjQ\"", "\"\"", "id_token_at_hash_mismatch"),
            ("\"sda5G2fCr6XjIpiNlGJjjQ\"", "[\"sda5G2fCr6XjIpiNlGJjjQ\"]", "id_token_at_hash_mismatch"),
            ("\"sda5G2fCr6XjIpiNlGJjjQ\"", "null", "accepted"),
        ]);
    }

    #[test]
    fn unusual_optional_claims_do_not_prevent_a_sign_in() {
        let odd =
            r#"{"tenant_id":["a","b"],"sid":null,"acr":7,"auth_time":null,"amr":"pwd","c_hash":null,"name":["a"],"#;
        let accepted = |members: &str| {
            let tokens = tokens(&GOOD.replacen('{', members, 1));
            let verified =
                VerifiedSignature { signing_input: tokens.id_token.signing_input.clone(), sha512: Vec::new() };
            tokens.accept(verified, NOW).unwrap()
        };
        let signed_in = accepted(odd);
        assert_eq!((signed_in.company(), signed_in.session_id()), (None, None));
        assert_eq!(*signed_in.profile(), Profile::default());
        let signed_in = accepted(r#"{"tenant_id":null,"name":"Kari","email":"kari@example.no","#);
        assert_eq!(signed_in.company(), None);
        assert_eq!(signed_in.profile().name.as_deref(), Some("Kari"));
        assert_eq!(signed_in.profile().email.as_deref(), Some("kari@example.no"));
    }

    #[test]
    fn f03_the_access_token_is_sent_only_in_the_header() {
        let tokens = tokens(GOOD);
        let verified = VerifiedSignature { signing_input: tokens.id_token.signing_input.clone(), sha512: Vec::new() };
        let request = tokens.accept(verified, NOW).unwrap().userinfo_request().unwrap();
        assert_eq!(request.url, "https://connect.example/connect/userinfo");
        assert_eq!(request.headers, [("accept".to_owned(), "application/json".to_owned())]);
        assert!(request.body.is_none());
        assert_eq!(request.authorization.unwrap().split(' ').collect::<Vec<_>>(), ["Bearer", "at"]);
    }

    #[test]
    fn e12_the_clocks_may_differ_by_two_minutes() {
        let exp = UnixTime::from_seconds(1_800_003_600);
        assert_eq!(verdict_at(GOOD, exp.plus(CLOCK_SKEW_SECONDS - 1)), "accepted");
        assert_eq!(verdict_at(GOOD, exp.plus(CLOCK_SKEW_SECONDS)), "id_token_expired");
        assert_eq!(verdict_at(GOOD, NOW.plus(-CLOCK_SKEW_SECONDS)), "accepted");
        assert_eq!(verdict_at(GOOD, NOW.plus(-CLOCK_SKEW_SECONDS - 1)), "id_token_from_the_future");
    }

    #[test]
    fn e04_a_signature_over_other_claims_proves_nothing_about_these() {
        let other = tokens(&changed("1072cd43", "another"));
        let verified = VerifiedSignature { signing_input: other.id_token.signing_input.clone(), sha512: Vec::new() };
        assert_eq!(tokens(GOOD).accept(verified, NOW).map(drop), Err(Misbehaviour::IdTokenSignatureInvalid));
    }
}
