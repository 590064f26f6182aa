//! The provider's public keys (RFC 7517) that the configured algorithm can use.

use super::algorithm::SigningAlgorithm;
use super::base64url;
use super::error::{Error, Misbehaviour};
use super::http::{HttpResponse, object_of};
use super::json::{Json, Object};

/// The largest number of keys in a set. A larger set is refused.
const MAX_KEYS: usize = 100;

/// The smallest RSA key, in bits (RFC 7518 3.3).
const MIN_BITS: usize = 2_048;

/// The largest RSA key, in bits. Larger keys only make the check slower.
const MAX_BITS: usize = 8_192;

/// The length of each number of a P-256 or Ed25519 key, in bytes.
const CURVE_BYTES: usize = 32;

/// The keys of the set that can verify a signature of the configured algorithm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jwks {
    keys: Vec<PublicKey>,
}

/// A public key for one algorithm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    algorithm: SigningAlgorithm,
    kid: Option<String>,
    /// The numbers of the key in base64url, in the order of [`SigningAlgorithm::key`].
    numbers: [String; 2],
}

impl PublicKey {
    /// The only algorithm that this key may be used for.
    pub fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    /// The members of the JWK that WebCrypto imports: `kty`, `crv` (empty for RSA), and the numbers in base64url.
    pub fn jwk(&self) -> [(&'static str, &str); 4] {
        let [kty, crv, first, second] = self.algorithm.key();
        let [a, b] = &self.numbers;
        [("kty", kty), ("crv", crv), (first, a), (second, b)]
    }

    /// The key, if it may be used to verify signatures of this algorithm.
    fn from_object(object: &Object, algorithm: SigningAlgorithm) -> Option<Self> {
        let text = |name| object.text(name).ok().flatten();
        let is_for_signatures = matches!(object.text("use"), Ok(None | Some("sig")))
            && object.text("alg").is_ok_and(|alg| alg.is_none_or(|alg| alg == algorithm.name()))
            && match object.get("key_ops") {
                None => true,
                Some(Json::List(operations)) => operations.iter().any(|operation| operation.is_text("verify")),
                Some(_) => false,
            };
        // Do not use a key that is published with its private part, because anyone can sign with it.
        let is_private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|name| object.get(name).is_some());
        let [kty, crv, first, second] = algorithm.key();
        let is_other = text("kty") != Some(kty) || !crv.is_empty() && text("crv") != Some(crv);
        if is_other || !is_for_signatures || is_private {
            return None;
        }
        let kid = match object.get("kid") {
            None => None,
            Some(Json::Text(kid)) => Some(kid.as_str().to_owned()),
            Some(_) => return None,
        };
        let (first, second) = (text(first)?, text(second)?);
        let (a, b) = (base64url::decode(first)?, base64url::decode(second)?);
        let is_fine = if crv.is_empty() {
            is_fine_rsa(&a, &b)?
        } else {
            // Both numbers have their full length (RFC 7518 6.2.1.2, RFC 8032 5.1.2). WebCrypto checks that the point
            // is on the curve.
            a.len() == CURVE_BYTES && b.len() == CURVE_BYTES
        };
        is_fine.then(|| Self { algorithm, kid, numbers: [first.to_owned(), second.to_owned()] })
    }
}

fn is_fine_rsa(modulus: &[u8], exponent: &[u8]) -> Option<bool> {
    // A leading zero would make a short number look long. RFC 7518 6.3.1.1 forbids it.
    if modulus.first() == Some(&0) || exponent.first() == Some(&0) {
        return None;
    }
    let bits = (modulus.len() * 8).saturating_sub(modulus.first()?.leading_zeros() as usize);
    let exponent_is_fine = exponent.len() <= 4 && exponent.last()? & 1 == 1 && exponent != [1];
    Some((MIN_BITS..=MAX_BITS).contains(&bits) && exponent_is_fine)
}

impl Jwks {
    /// Reads the response of the `jwks_uri`. Keys that this algorithm cannot use are dropped, so they are never
    /// tried.
    ///
    /// # Errors
    /// - `Provider`: the status is 429 or 500 to 599.
    /// - `JwksUnreadable`: a status other than 200, or the body is not a key set.
    pub fn from_response(response: &HttpResponse, algorithm: SigningAlgorithm) -> Result<Self, Error> {
        Ok(Self::from_object(&object_of(response, Misbehaviour::JwksUnreadable)?, algorithm)?)
    }

    pub(crate) fn from_object(object: &Object, algorithm: SigningAlgorithm) -> Result<Self, Misbehaviour> {
        let Some(Json::List(list)) = object.get("keys") else {
            return Err(Misbehaviour::JwksUnreadable);
        };
        if list.len() > MAX_KEYS {
            return Err(Misbehaviour::JwksUnreadable);
        }
        let key = |value: &Json| match value {
            Json::Object(object) => PublicKey::from_object(object, algorithm),
            _ => None,
        };
        Ok(Self { keys: list.iter().filter_map(key).collect() })
    }

    /// Whether no key is left that can verify a signature.
    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The only key with this `kid`, or the only key when the token has no `kid` (OpenID Connect Core 10.1).
    pub(crate) fn key(&self, kid: Option<&str>) -> Result<&PublicKey, Misbehaviour> {
        let mut fitting = self.keys.iter().filter(|key| kid.is_none() || key.kid.as_deref() == kid);
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(key),
            (None, _) => Err(Misbehaviour::IdTokenKeyUnknown),
            (Some(_), Some(_)) => Err(Misbehaviour::IdTokenKeyAmbiguous),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(members: &str, bits: usize) -> String {
        let mut modulus = vec![0xff; bits / 8];
        modulus[0] = 0x80;
        format!(r#"{{"kty":"RSA","n":"{}","e":"AQAB"{members}}}"#, base64url::encode(&modulus))
    }

    fn set(keys: &[String]) -> Jwks {
        let text = format!(r#"{{"keys":[{}]}}"#, keys.join(","));
        Jwks::from_response(&HttpResponse::new(200, text), SigningAlgorithm::Rs256).unwrap()
    }

    #[test]
    fn b05_only_keys_for_rs256_are_kept() {
        for good in ["", r#","use":"sig""#, r#","alg":"RS256""#, r#","key_ops":["verify"]"#, r#","kid":"a","x5t":"b""#]
        {
            assert_eq!(set(&[key(good, 2048)]).keys.len(), 1, "{good}");
        }
        for bad in [
            r#","use":"enc""#,
            r#","alg":"RS512""#,
            r#","alg":"HS256""#,
            r#","alg":"ES256""#,
            r#","alg":7"#,
            r#","key_ops":["encrypt"]"#,
            r#","key_ops":"verify""#,
            r#","d":"AQAB""#,
            r#","k":"AQAB""#,
            r#","kid":7"#,
        ] {
            assert!(set(&[key(bad, 2048)]).is_empty(), "{bad}");
        }
        assert!(set(&[key("", 1024)]).is_empty(), "too short");
        assert!(set(&[key("", 16_384)]).is_empty(), "too long");
        assert!(set(&[key("", 2048).replace("AQAB", "AQ")]).is_empty(), "exponent 1");
        assert!(set(&[key("", 2048).replace("AQAB", "AQAA")]).is_empty(), "even exponent");
        assert!(set(&[key("", 2048).replace("RSA", "oct")]).is_empty(), "oct");
        assert!(set(&[r#"{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}"#.to_owned(), "7".to_owned()]).is_empty());
    }

    #[test]
    fn b05_a_key_is_kept_only_for_the_configured_algorithm() {
        use SigningAlgorithm::{EdDsa, Es256, Ps256, Rs256};
        let number = base64url::encode(&[7; 32]);
        let on_curve = |kty: &str, crv: &str, more: &str| {
            format!(r#"{{"kty":"{kty}","crv":"{crv}","x":"{number}","y":"{number}"{more}}}"#)
        };
        let (rsa, ec, okp) = (key("", 2048), on_curve("EC", "P-256", ""), on_curve("OKP", "Ed25519", ""));
        let all = [&rsa, &ec, &okp].map(String::as_str).join(",");
        let kept = |text: &str, algorithm| {
            let body = format!(r#"{{"keys":[{text}]}}"#);
            let jwks = Jwks::from_response(&HttpResponse::new(200, body), algorithm).unwrap();
            jwks.keys.iter().map(|key| key.jwk()[0].1.to_owned()).collect::<Vec<_>>().join(" ")
        };
        for (algorithm, kty) in [(Rs256, "RSA"), (Ps256, "RSA"), (Es256, "EC"), (EdDsa, "OKP")] {
            assert_eq!(kept(&all, algorithm), kty);
            // A key with an `alg` is kept only for that algorithm.
            for other in [Rs256, Ps256, Es256, EdDsa] {
                let named =
                    [&rsa, &ec, &okp].map(|key| key.replacen('{', &format!(r#"{{"alg":"{}","#, other.name()), 1));
                let expected = if other == algorithm { kty } else { "" };
                assert_eq!(kept(&named.join(","), algorithm), expected, "{algorithm:?} {other:?}");
            }
        }
        for (algorithm, bad) in [
            (Es256, on_curve("EC", "P-384", "")),
            (Es256, on_curve("EC", "secp256k1", "")),
            (Es256, on_curve("OKP", "P-256", "")),
            (Es256, on_curve("EC", "Ed25519", "")),
            (Es256, ec.replace("\"y\"", "\"z\"")),
            (Es256, ec.replace(&number, &base64url::encode(&[7; 31]))),
            (Es256, ec.replace(&number, &base64url::encode(&[7; 33]))),
            (Es256, ec.replace(&number, "")),
            (Es256, ec.replace(&number, "!!!")),
            (EdDsa, on_curve("OKP", "X25519", "")),
            (EdDsa, on_curve("OKP", "Ed448", "")),
            (EdDsa, on_curve("EC", "Ed25519", "")),
            (EdDsa, okp.replace(&number, &base64url::encode(&[7; 57]))),
            (Ps256, key("", 1024)),
        ] {
            assert_eq!(kept(&bad, algorithm), "", "{bad}");
        }
        for more in [
            r#","use":"enc""#,
            r#","key_ops":["sign"]"#,
            r#","d":"AQAB""#,
            r#","kid":7"#,
            r#","alg":"none""#,
            r#","alg":"ECDH-ES""#,
        ] {
            assert_eq!(kept(&on_curve("EC", "P-256", more), Es256), "", "{more}");
            assert_eq!(kept(&on_curve("OKP", "Ed25519", more), EdDsa), "", "{more}");
        }
    }

    #[test]
    fn b05_what_is_not_a_key_set_is_refused() {
        for body in ["", "[]", "{}", r#"{"keys":{}}"#, "<html>"] {
            let error = Jwks::from_response(&HttpResponse::new(200, body), SigningAlgorithm::Rs256).unwrap_err();
            assert_eq!(error.code(), "jwks_unreadable", "{body}");
        }
        for count in [MAX_KEYS + 1, 10_000] {
            let many = format!(r#"{{"keys":[{}{{}}]}}"#, "{},".repeat(count - 1));
            assert!(
                Jwks::from_response(&HttpResponse::new(200, many), SigningAlgorithm::Rs256).is_err(),
                "{count} keys"
            );
        }
    }

    #[test]
    fn b05_b06_b07_a_key_is_chosen_only_when_it_is_the_only_one() {
        let one = set(&[key(r#","kid":"a""#, 2048)]);
        let two = set(&[key(r#","kid":"a""#, 2048), key(r#","kid":"b""#, 2048)]);
        let doubled = set(&[key(r#","kid":"a""#, 2048), key(r#","kid":"a""#, 2056)]);
        assert!(one.key(Some("a")).is_ok());
        assert!(one.key(None).is_ok());
        assert!(two.key(Some("b")).is_ok());
        assert_eq!(one.key(Some("x")), Err(Misbehaviour::IdTokenKeyUnknown));
        assert_eq!(Jwks::default().key(None), Err(Misbehaviour::IdTokenKeyUnknown));
        assert_eq!(two.key(None), Err(Misbehaviour::IdTokenKeyAmbiguous));
        assert_eq!(doubled.key(Some("a")), Err(Misbehaviour::IdTokenKeyAmbiguous));
    }

    #[test]
    fn b05_a_leading_zero_does_not_make_a_weak_key_strong() {
        let keys = |n: &[u8], e: &[u8]| {
            let (n, e) = (base64url::encode(n), base64url::encode(e));
            let text = format!(r#"{{"keys":[{{"kty":"RSA","n":"{n}","e":"{e}"}}]}}"#);
            Jwks::from_response(&HttpResponse::new(200, text), SigningAlgorithm::Rs256).unwrap()
        };
        let padded = |zeros: usize, bytes: usize| [vec![0; zeros], vec![255; bytes]].concat();
        assert!(!keys(&padded(0, 256), &[1, 0, 1]).is_empty());
        assert!(keys(&padded(200, 64), &[1, 0, 1]).is_empty());
        assert!(keys(&padded(1, 256), &[1, 0, 1]).is_empty());
        assert!(keys(&padded(0, 256), &[0, 1]).is_empty());
        assert!(keys(&padded(0, 256), &[0, 1, 0, 1]).is_empty());
    }
}
