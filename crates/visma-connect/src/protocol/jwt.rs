//! The compact form of a signed JWT (RFC 7515 section 3.1), split into its parts. Nothing in it is verified here.

use super::algorithm::{self, SigningAlgorithm};
use super::base64url;
use super::error::Misbehaviour;
use super::json::Object;

/// The longest ID token that is read, in bytes.
const MAX_CHARS: usize = 64 * 1024;

/// Header, claims and signature of a JWT. The signature is not verified.
pub(crate) struct Jwt {
    /// The signed text: `BASE64URL(header) . BASE64URL(payload)`.
    pub(crate) signing_input: String,
    pub(crate) header: Object,
    pub(crate) claims: Object,
    pub(crate) signature: Vec<u8>,
}

impl Jwt {
    /// Splits a JWT: three parts in canonical base64url, of which the first two are JSON objects.
    pub(crate) fn parse(text: &str) -> Result<Self, Misbehaviour> {
        Self::parts(text).ok_or(Misbehaviour::IdTokenMalformed)
    }

    fn parts(text: &str) -> Option<Self> {
        if text.len() > MAX_CHARS {
            return None;
        }
        let (signing_input, signature) = text.split_at_checked(text.bytes().rposition(|b| b == b'.')?)?;
        let signature = signature.strip_prefix('.')?;
        let (header, payload) = signing_input.split_once('.')?;
        Some(Self {
            signing_input: signing_input.to_owned(),
            header: Object::parse(&base64url::decode(header)?).ok()?,
            claims: Object::parse(&base64url::decode(payload)?).ok()?,
            signature: base64url::decode(signature)?,
        })
    }

    /// Checks that the header has the configured algorithm, and returns its `kid`.
    ///
    /// Keys in the header (`jwk`, `jku`, `x5u`, `x5c`) are ignored: only the authority's keys are used.
    pub(crate) fn key_id(&self, accepted: SigningAlgorithm) -> Result<Option<&str>, Misbehaviour> {
        // The configuration chooses the algorithm, not the token (RFC 8725 3.1).
        let alg = self.header.text("alg").ok().flatten().unwrap_or_default();
        if alg != accepted.name() {
            return Err(Misbehaviour::IdTokenAlgorithmRefused(algorithm::found(&|name| name == alg)));
        }
        let typ_is_fine = match self.header.text("typ") {
            Ok(None) => true,
            Ok(Some(typ)) => typ.eq_ignore_ascii_case("JWT") || typ.eq_ignore_ascii_case("application/jwt"),
            Err(_) => false,
        };
        // Refuse these members even with the value null: `crit` must be a list (RFC 7515 4.1.11).
        let has_extension = self.header.names().any(|name| ["crit", "b64", "zip", "enc"].contains(&name));
        if !typ_is_fine || has_extension {
            return Err(Misbehaviour::IdTokenHeaderRefused);
        }
        self.header.text("kid").map_err(|_| Misbehaviour::IdTokenHeaderRefused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(header: &str, payload: &str) -> String {
        [&base64url::encode(header.as_bytes()), ".", &base64url::encode(payload.as_bytes()), ".c2ln"].concat()
    }

    #[test]
    fn e07_only_three_parts_of_base64url_are_a_jwt() {
        let good = jwt(r#"{"alg":"RS256"}"#, "{}");
        assert!(Jwt::parse(&good).is_ok());
        let too_long = jwt(r#"{"alg":"RS256"}"#, &format!("{{\"x\":\"{}\"}}", "x".repeat(MAX_CHARS)));
        for bad in [
            "",
            "a.b",
            "..",
            &good.replace(".c2ln", ""),
            &format!("{good}.a"),
            &format!("{good}.a.b"),
            &format!("{good}="),
            &format!("{good} "),
            &format!(" {good}"),
            &jwt("[]", "{}"),
            &jwt("{}", "null"),
            &jwt("{}", r#"{"sub":"a","sub":"b"}"#),
            &jwt("{}", &"[".repeat(10_000)),
            &too_long,
        ] {
            assert_eq!(Jwt::parse(bad).map(drop), Err(Misbehaviour::IdTokenMalformed), "{bad:.60}");
        }
    }

    #[test]
    fn e01_e02_e03_only_the_configured_algorithm_is_accepted() {
        use SigningAlgorithm::{EdDsa, Es256, Ps256, Rs256};
        for accepted in [Rs256, Ps256, Es256, EdDsa] {
            for (alg, found) in [
                (r#""none""#, "none"),
                (r#""None""#, "unknown"),
                (r#""NONE""#, "unknown"),
                (r#""HS256""#, "HS256"),
                (r#""RS256""#, "RS256"),
                (r#""ES256""#, "ES256"),
                (r#""PS256""#, "PS256"),
                (r#""EdDSA""#, "EdDSA"),
                (r#""Ed25519""#, "Ed25519"),
                (r#""rs256""#, "unknown"),
                (r#""RS512""#, "RS512"),
                (r#""<b>""#, "unknown"),
                ("7", "unknown"),
                ("null", "unknown"),
                (r#"["RS256"]"#, "unknown"),
            ] {
                let jwt = Jwt::parse(&jwt(&format!(r#"{{"alg":{alg}}}"#), "{}")).unwrap();
                let expected = if alg == format!("{:?}", accepted.name()) {
                    Ok(None)
                } else {
                    Err(Misbehaviour::IdTokenAlgorithmRefused(found))
                };
                assert_eq!(jwt.key_id(accepted), expected, "{alg}");
            }
            let without = Jwt::parse(&jwt("{}", "{}")).unwrap();
            assert_eq!(without.key_id(accepted), Err(Misbehaviour::IdTokenAlgorithmRefused("unknown")));
        }
    }

    #[test]
    fn e06_extensions_and_other_types_are_refused() {
        for member in [
            r#""crit":["b64"]"#,
            r#""crit":[]"#,
            r#""crit":null"#,
            r#""b64":false"#,
            r#""zip":"DEF""#,
            r#""enc":"A128GCM""#,
            r#""typ":"at+jwt""#,
            r#""typ":"logout+jwt""#,
            r#""typ":7"#,
            r#""kid":7"#,
        ] {
            let jwt = Jwt::parse(&jwt(&format!(r#"{{"alg":"RS256",{member}}}"#), "{}")).unwrap();
            assert_eq!(jwt.key_id(SigningAlgorithm::Rs256), Err(Misbehaviour::IdTokenHeaderRefused), "{member}");
        }
        for member in [r#""typ":"JWT""#, r#""typ":"jwt""#, r#""typ":null,"kid":null,"cty":null"#] {
            let jwt = Jwt::parse(&jwt(&format!(r#"{{"alg":"RS256",{member}}}"#), "{}")).unwrap();
            assert_eq!(jwt.key_id(SigningAlgorithm::Rs256), Ok(None), "{member}");
        }
    }

    #[test]
    fn e05_keys_in_the_header_are_ignored() {
        for member in [r#""jwk":{}"#, r#""jku":"https://evil.example""#, r#""x5u":"x""#, r#""x5c":[]"#] {
            let jwt = Jwt::parse(&jwt(&format!(r#"{{"alg":"RS256","kid":"a",{member}}}"#), "{}")).unwrap();
            assert_eq!(jwt.key_id(SigningAlgorithm::Rs256), Ok(Some("a")), "{member}");
        }
    }

    #[test]
    fn e19_doubled_deep_and_countless_claims_are_refused() {
        let many = |count: usize| {
            let claims: Vec<_> = (0..count).map(|index| format!("\"c{index}\":0")).collect();
            format!("{{{}}}", claims.join(","))
        };
        assert!(Jwt::parse(&jwt("{}", &many(500))).is_ok());
        for claims in [
            many(5_000),
            r#"{"sub":"a","sub":"b"}"#.to_owned(),
            r#"{"sub":"a","s\u0075b":"b"}"#.to_owned(),
            format!("{{\"x\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000)),
        ] {
            assert_eq!(Jwt::parse(&jwt("{}", &claims)).map(drop), Err(Misbehaviour::IdTokenMalformed), "{claims:.60}");
        }
    }
}
