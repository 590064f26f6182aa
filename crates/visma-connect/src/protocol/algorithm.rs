//! How the provider signs ID tokens (RFC 7518 3.1, RFC 8037 3.1): with the one algorithm that the configuration names,
//! whatever a token says (RFC 8725 3.1). None of them needs a secret, and none signs nothing.

use sha2::{Digest as _, Sha256};

use super::base64url;

/// An algorithm that signs ID tokens: a value of `id_token_signed_response_alg` (OpenID Connect Registration 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigningAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256. Every provider has it (OpenID Connect Core 15.1).
    Rs256,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519 (RFC 8037).
    EdDsa,
}

/// The algorithms that can be named: first those that can be configured.
const NAMES: [&str; 13] = [
    "RS256", "ES256", "EdDSA", "PS256", "Ed25519", "RS384", "RS512", "PS384", "PS512", "ES384", "ES512", "HS256",
    "none",
];

/// The first name that is this one, or one of these; for any other, `unknown`.
pub(crate) fn found(is_found: &dyn Fn(&str) -> bool) -> &'static str {
    NAMES.into_iter().find(|name| is_found(name)).unwrap_or("unknown")
}

impl SigningAlgorithm {
    /// The name in headers and keys, and in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm of this name, where it can be configured.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Rs256, Self::Ps256, Self::Es256, Self::EdDsa].into_iter().find(|one| one.name() == name)
    }

    /// The members of its keys (RFC 7518 6, RFC 8037 2): `kty`, `crv` or nothing, and the names of the numbers. Ed25519
    /// has one number, which is named twice: lists of one length are less code.
    pub(crate) const fn key(self) -> [&'static str; 4] {
        match self {
            Self::Rs256 | Self::Ps256 => ["RSA", "", "n", "e"],
            Self::Es256 => ["EC", "P-256", "x", "y"],
            Self::EdDsa => ["OKP", "Ed25519", "x", "x"],
        }
    }

    /// `at_hash` of this access token: the left half of its hash (OpenID Connect Core 3.1.3.6). The hash of Ed25519 is
    /// SHA-512, which WebCrypto has made.
    pub(crate) fn half_hash(self, token: &str, sha512: &[u8]) -> String {
        if self == Self::EdDsa {
            return base64url::encode(sha512.get(..32).unwrap_or_default());
        }
        base64url::encode(Sha256::digest(token.as_bytes()).get(..16).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e01_e02_e03_only_four_algorithms_have_a_name_here() {
        let mut configurable = Vec::new();
        for name in NAMES.into_iter().chain(["HS384", "ES256K", "Ed448", "rs256", "None", "", "unknown"]) {
            configurable.extend(SigningAlgorithm::named(name).map(|one| (one.name() == name).then_some(name)));
        }
        assert_eq!(configurable, [Some("RS256"), Some("ES256"), Some("EdDSA"), Some("PS256")]);
    }

    #[test]
    fn e17_openid_connect_core_appendix_a_3() {
        // The token and its hash, and the same token under SHA-512.
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        for algorithm in [SigningAlgorithm::Rs256, SigningAlgorithm::Ps256, SigningAlgorithm::Es256] {
            assert_eq!(algorithm.half_hash(token, &[]), "77QmUPtjPfzWtF2AnpK9RQ");
        }
        let sha512 = sha2::Sha512::digest(token.as_bytes());
        assert_eq!(SigningAlgorithm::EdDsa.half_hash(token, &sha512), "q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM");
    }
}
