//! The parts of the local provider that the cases need: a fake that supports the same faults (provider/README.md).

use std::collections::BTreeMap;

use ring::hmac;
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
    RsaEncoding,
};
use serde_json::{Map, Value, json};

use crate::fake::{ISSUER, NOW, OTHER_KEY, SIGNING_KEY, encode, jwks};

const SUBJECT: &str = "kari";

/// Every fault that this fake supports. An unknown fault would have no effect, so the case would prove nothing.
const KNOWN: [(&str, &[&str]); 7] = [
    ("metadata", &["merge"]),
    ("callback", &["set", "remove"]),
    ("token", &["merge"]),
    ("id_token", &["claims", "header", "signature", "shape", "rotate"]),
    ("jwks", &["add", "current", "stale", "times"]),
    ("userinfo", &["merge", "jwt"]),
    ("signed_out", &["set", "remove"]),
];

/// A provider with the given faults.
pub(crate) struct Provider<'a> {
    faults: &'a Value,
}

impl<'a> Provider<'a> {
    /// A provider with these faults.
    ///
    /// # Panics
    /// If this fake does not support one of the faults.
    pub(crate) fn new(faults: &'a Value) -> Self {
        for (place, members) in faults.as_object().unwrap() {
            let known = KNOWN.iter().find(|(known, _)| known == place).map_or(&[][..], |(_, members)| members);
            let unknown = members.as_object().unwrap().keys().find(|member| !known.contains(&member.as_str()));
            assert_eq!(unknown, None, "unknown fault at {place}");
        }
        Self { faults }
    }

    /// The metadata.
    pub(crate) fn metadata(&self) -> Value {
        let correct = serde_json::from_str(include_str!("../fixtures/metadata.json")).unwrap();
        self.merged("metadata", "merge", correct)
    }

    /// The query of the authorization response, as `?…`.
    pub(crate) fn callback(&self, request: &BTreeMap<String, String>) -> String {
        self.changed_query("callback", [("code", "code-canary"), ("state", &request["state"]), ("iss", ISSUER)])
    }

    /// The query of the return from the end-session endpoint, as `?…`.
    pub(crate) fn signed_out(&self, request: &BTreeMap<String, String>) -> String {
        self.changed_query("signed_out", [("state", &request["state"])])
    }

    /// The token response.
    pub(crate) fn tokens(&self, request: &BTreeMap<String, String>) -> Value {
        let correct = json!({
            "access_token": "access-canary",
            "token_type": "Bearer",
            "expires_in": 3_600,
            "scope": request["scope"],
            "id_token": self.id_token(&request["nonce"]),
        });
        self.merged("token", "merge", correct)
    }

    /// The responses of the `jwks_uri`, in order. The last one is repeated.
    pub(crate) fn keys(&self) -> Vec<Value> {
        let fresh = self.key_set(self.signing_key());
        let stale = |times| vec![self.key_set(("k1", SIGNING_KEY)); times];
        match (self.fault("jwks", "stale"), self.fault("jwks", "times")) {
            (Some(_), Some(times)) => {
                let mut responses = stale(usize::try_from(times.as_u64().unwrap()).unwrap());
                responses.push(fresh);
                responses
            }
            (Some(_), None) => stale(1),
            (None, _) => vec![fresh],
        }
    }

    /// The UserInfo response.
    pub(crate) fn userinfo(&self, request: &BTreeMap<String, String>) -> String {
        let has = |wanted| request["scope"].split(' ').any(|scope| scope == wanted);
        let mut correct = json!({ "sub": SUBJECT });
        if has("profile") {
            correct["name"] = "Kari Nordmann".into();
        }
        if has("email") {
            correct["email"] = "kari@example.no".into();
        }
        if has("phone") {
            correct["phone_number"] = "+47 22 22 55 55".into();
        }
        if has("address") {
            correct["address"] = json!({ "street_address": "Strandgaten 4", "locality": "Bergen", "country": "NO" });
        }
        let claims = self.merged("userinfo", "merge", correct);
        match self.fault("userinfo", "jwt") {
            Some(_) => jwt(&json!({ "alg": "RS256", "kid": "k1" }), &claims, "valid", SIGNING_KEY, "{{token}}"),
            None => claims.to_string(),
        }
    }

    fn id_token(&self, nonce: &str) -> String {
        let correct = json!({
            "iss": ISSUER, "aud": "demo", "sub": SUBJECT, "exp": NOW + 300, "iat": NOW, "nonce": nonce,
        });
        let claims = self.merged("id_token", "claims", correct);
        let signature = self.fault("id_token", "signature").map_or("valid", |name| name.as_str().unwrap());
        let (kid, key) = self.signing_key();
        let header = match signature {
            "none" => json!({ "alg": "none", "kid": kid }),
            "hs256" => json!({ "alg": "HS256", "kid": kid }),
            "rs512" => json!({ "alg": "RS512", "kid": kid }),
            "ps256" => json!({ "alg": "PS256", "kid": kid }),
            "es256" => json!({ "alg": "ES256", "kid": "ec" }),
            "embedded_jwk" => json!({ "alg": "RS256", "kid": "other", "jwk": public_key("other", OTHER_KEY) }),
            _ => json!({ "alg": "RS256", "kid": kid }),
        };
        let header = self.merged("id_token", "header", header);
        let shape = self.fault("id_token", "shape").map_or("{{token}}", |shape| shape.as_str().unwrap());
        jwt(&header, &claims, signature, key, shape)
    }

    /// The key that signs the ID token, with its `kid`. After a key rotation, this is the new key.
    fn signing_key(&self) -> (&'static str, &'static [u8]) {
        match self.fault("id_token", "rotate").map(|how| how.as_str().unwrap()) {
            None => ("k1", SIGNING_KEY),
            Some("before_signing") => ("k2", OTHER_KEY),
            Some(other) => panic!("unknown rotation: {other}"),
        }
    }

    fn key_set(&self, (kid, key): (&str, &[u8])) -> Value {
        let mut keys = vec![self.merged("jwks", "current", public_key(kid, key))];
        for name in self.fault("jwks", "add").and_then(Value::as_array).into_iter().flatten() {
            let mut key = match name.as_str().unwrap() {
                "ec" | "ec_without_kid" => elliptic_key("ec"),
                "without_kid" => public_key("other", OTHER_KEY),
                "broken" => json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "b", "n": "!!!", "e": "AQAB" }),
                "text" => json!("not a key"),
                other => panic!("unknown key: {other}"),
            };
            if name.as_str().unwrap().ends_with("without_kid") {
                key.as_object_mut().unwrap().remove("kid");
            }
            keys.push(key);
        }
        json!({ "keys": keys })
    }

    fn changed_query<const N: usize>(&self, place: &str, correct: [(&str, &str); N]) -> String {
        let mut values: Map<String, Value> =
            correct.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        let known = values.clone();
        for (name, value) in self.fault(place, "set").and_then(Value::as_object).into_iter().flatten() {
            values.insert(name.clone(), fill(value, &known));
        }
        for name in self.fault(place, "remove").and_then(Value::as_array).into_iter().flatten() {
            values.remove(name.as_str().unwrap());
        }
        let pairs = values.iter().map(|(name, value)| format!("{name}={}", percent_encoded(value.as_str().unwrap())));
        format!("?{}", pairs.collect::<Vec<_>>().join("&"))
    }

    fn fault(&self, place: &str, member: &str) -> Option<&'a Value> {
        self.faults.get(place)?.get(member)
    }

    /// The correct value, changed by the merge patch of this fault if there is one.
    fn merged(&self, place: &str, member: &str, mut correct: Value) -> Value {
        if let Some(patch) = self.fault(place, member) {
            let patch = fill(patch, correct.as_object().unwrap());
            merge(&mut correct, patch);
        }
        correct
    }
}

/// A JWT that is signed as `signature` states, in one of the ways of the local provider.
fn jwt(header: &Value, claims: &Value, signature: &str, key: &[u8], shape: &str) -> String {
    let (head, payload) = (encode(header.to_string()), encode(claims.to_string()));
    let input = format!("{head}.{payload}");
    let signed = match signature {
        "none" | "empty" => Vec::new(),
        "valid" => rsa(key, &RSA_PKCS1_SHA256, &input),
        "rs512" => rsa(key, &RSA_PKCS1_SHA512, &input),
        "ps256" => rsa(key, &RSA_PSS_SHA256, &input),
        "other_key" | "embedded_jwk" => rsa(OTHER_KEY, &RSA_PKCS1_SHA256, &input),
        "es256" => elliptic(&input),
        "hs256" => {
            let public = KeyPair::from_pkcs8(key).unwrap().public().as_ref().to_vec();
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &public), input.as_bytes()).as_ref().to_vec()
        }
        "break" => {
            let mut signed = rsa(key, &RSA_PKCS1_SHA256, &input);
            signed[128] ^= 1;
            signed
        }
        other => panic!("unknown kind of signature: {other}"),
    };
    let signed = encode(signed);
    let token = format!("{input}.{signed}");
    [("{{header}}", &head), ("{{payload}}", &payload), ("{{signature}}", &signed), ("{{token}}", &token)]
        .into_iter()
        .fold(shape.to_owned(), |text, (name, value)| text.replace(name, value))
}

fn rsa(pkcs8: &[u8], encoding: &'static dyn RsaEncoding, input: &str) -> Vec<u8> {
    let key = KeyPair::from_pkcs8(pkcs8).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(encoding, &SystemRandom::new(), input.as_bytes(), &mut signature).unwrap();
    signature
}

fn public_key(kid: &str, pkcs8: &[u8]) -> Value {
    let mut set: Value = serde_json::from_str(&jwks(&[(kid, pkcs8)])).unwrap();
    set["keys"][0].take()
}

thread_local! {
    static ELLIPTIC: EcdsaKeyPair = {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap()
    };
}

fn elliptic(input: &str) -> Vec<u8> {
    ELLIPTIC.with(|key| key.sign(&SystemRandom::new(), input.as_bytes()).unwrap().as_ref().to_vec())
}

fn elliptic_key(kid: &str) -> Value {
    // The point is 0x04 and then both coordinates.
    let point = ELLIPTIC.with(|key| key.public_key().as_ref().to_vec());
    json!({
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid,
        "x": encode(&point[1..33]), "y": encode(&point[33..]),
    })
}

/// Replaces the placeholders in the texts of a fault. A text that consists of one placeholder becomes the value
/// itself.
fn fill(fault: &Value, known: &Map<String, Value>) -> Value {
    match fault {
        Value::Array(list) => list.iter().map(|item| fill(item, known)).collect(),
        Value::Object(object) => object.iter().map(|(name, item)| (name.clone(), fill(item, known))).collect(),
        Value::String(text) => {
            let Some((before, rest)) = text.split_once("{{") else { return fault.clone() };
            let (name, after) = rest.split_once("}}").unwrap();
            let value = match name.strip_prefix("now") {
                Some(seconds) => json!(NOW + seconds.parse::<i64>().unwrap()),
                None => known[name].clone(),
            };
            match value {
                value if before.is_empty() && after.is_empty() => value,
                Value::String(value) => format!("{before}{value}{after}").into(),
                value => panic!("{text}: {value} is not a string"),
            }
        }
        other => other.clone(),
    }
}

/// JSON merge patch (RFC 7396).
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let members = target.as_object_mut().unwrap();
    for (name, value) in patch {
        if value.is_null() {
            members.remove(&name);
        } else {
            merge(members.entry(name).or_insert(Value::Null), value);
        }
    }
}

fn percent_encoded(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    let encoded = |byte: u8| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(encoded).collect()
}
