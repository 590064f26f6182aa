//! The provider's public keys (RFC 7517), as far as RS256 can use them.

use super::base64url;
use super::discovery::object_of;
use super::error::{Error, Misbehaviour};
use super::http::HttpResponse;
use super::json::{Json, Object};

/// Keys that are read; a set with more is refused.
const MAX_KEYS: usize = 100;

/// RSA keys must have at least this many bits (RFC 7518 3.3).
const MIN_BITS: usize = 2_048;

/// And at most so many: checking a larger one only costs time.
const MAX_BITS: usize = 8_192;

/// The keys of the set that can check an RS256 signature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jwks {
    keys: Vec<RsaKey>,
}

/// A public RSA key, in the base64url form that WebCrypto imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaKey {
    kid: Option<String>,
    n: String,
    e: String,
}

impl RsaKey {
    /// The modulus, base64url.
    pub fn n(&self) -> &str {
        &self.n
    }

    /// The public exponent, base64url.
    pub fn e(&self) -> &str {
        &self.e
    }

    /// A key that may check an RS256 signature, or nothing.
    fn from_object(object: &Object) -> Option<Self> {
        let text = |name| object.text(name).ok().flatten();
        let is_for_signatures = matches!(object.text("use"), Ok(None | Some("sig")))
            && matches!(object.text("alg"), Ok(None | Some("RS256")))
            && match object.get("key_ops") {
                None => true,
                Some(Json::List(operations)) => operations.iter().any(|operation| operation.is_text("verify")),
                Some(_) => false,
            };
        // A private key in public: whoever made it cannot be trusted with it.
        let is_private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|name| object.get(name).is_some());
        if text("kty") != Some("RSA") || !is_for_signatures || is_private {
            return None;
        }
        let (n, e) = (text("n")?, text("e")?);
        let (modulus, exponent) = (base64url::decode(n)?, base64url::decode(e)?);
        // A leading zero hides how small a number is (RFC 7518 6.3.1.1 forbids it).
        if modulus.first() == Some(&0) || exponent.first() == Some(&0) {
            return None;
        }
        let bits = (modulus.len() * 8).saturating_sub(modulus.first()?.leading_zeros() as usize);
        let exponent_is_fine = exponent.len() <= 4 && exponent.last()? & 1 == 1 && exponent.as_slice() != [1];
        let kid = match object.get("kid") {
            None => None,
            Some(Json::Text(kid)) => Some(kid.as_str().to_owned()),
            Some(_) => return None,
        };
        ((MIN_BITS..=MAX_BITS).contains(&bits) && exponent_is_fine).then(|| Self {
            kid,
            n: n.to_owned(),
            e: e.to_owned(),
        })
    }
}

impl Jwks {
    /// Reads the answer of the `jwks_uri`. Keys that RS256 cannot use are left out.
    ///
    /// # Errors
    /// `Provider` when the status says no; `JwksUnreadable` when it is not a key set.
    pub fn from_response(response: &HttpResponse) -> Result<Self, Error> {
        Ok(Self::from_object(&object_of(response, Misbehaviour::JwksUnreadable)?)?)
    }

    pub(crate) fn from_object(object: &Object) -> Result<Self, Misbehaviour> {
        let Some(Json::List(list)) = object.get("keys") else {
            return Err(Misbehaviour::JwksUnreadable);
        };
        if list.len() > MAX_KEYS {
            return Err(Misbehaviour::JwksUnreadable);
        }
        let key = |value: &Json| match value {
            Json::Object(object) => RsaKey::from_object(object),
            _ => None,
        };
        Ok(Self { keys: list.iter().filter_map(key).collect() })
    }

    /// Whether no key can check an RS256 signature.
    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The one key for this `kid`, or the only key when the token names none (OpenID Connect Core 10.1).
    pub(crate) fn key(&self, kid: Option<&str>) -> Result<&RsaKey, Misbehaviour> {
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
        Jwks::from_response(&HttpResponse::new(200, text)).unwrap()
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
        assert!(set(&[key("", 1024)]).is_empty(), "weak");
        assert!(set(&[key("", 16_384)]).is_empty(), "absurd");
        assert!(set(&[key("", 2048).replace("AQAB", "AQ")]).is_empty(), "exponent 1");
        assert!(set(&[key("", 2048).replace("AQAB", "AQAA")]).is_empty(), "even exponent");
        assert!(set(&[key("", 2048).replace("RSA", "oct")]).is_empty(), "oct");
        assert!(set(&[r#"{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}"#.to_owned(), "7".to_owned()]).is_empty());
    }

    #[test]
    fn b05_what_is_not_a_key_set_is_refused() {
        for body in ["", "[]", "{}", r#"{"keys":{}}"#, "<html>"] {
            let error = Jwks::from_response(&HttpResponse::new(200, body)).unwrap_err();
            assert_eq!(error.code(), "jwks_unreadable", "{body}");
        }
        for count in [MAX_KEYS + 1, 10_000] {
            let many = format!(r#"{{"keys":[{}{{}}]}}"#, "{},".repeat(count - 1));
            assert!(Jwks::from_response(&HttpResponse::new(200, many)).is_err(), "{count} keys");
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
            Jwks::from_response(&HttpResponse::new(200, text)).unwrap()
        };
        let padded = |zeros: usize, bytes: usize| [vec![0; zeros], vec![255; bytes]].concat();
        assert!(!keys(&padded(0, 256), &[1, 0, 1]).is_empty());
        assert!(keys(&padded(200, 64), &[1, 0, 1]).is_empty());
        assert!(keys(&padded(1, 256), &[1, 0, 1]).is_empty());
        assert!(keys(&padded(0, 256), &[0, 1]).is_empty());
        assert!(keys(&padded(0, 256), &[0, 1, 0, 1]).is_empty());
    }
}
