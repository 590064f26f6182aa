//! The algorithms that can sign ID tokens (RFC 7518 3.1, RFC 8037 3.1).
//!
//! The configuration names the only accepted algorithm. The token's header cannot choose another algorithm (RFC 8725
//! 3.1). Every supported algorithm is asymmetric. `none` and the algorithms with a shared secret are not supported.

use sha2::{Digest as _, Sha256};

use super::base64url;

/// A signature algorithm for ID tokens: a value of `id_token_signed_response_alg` (OpenID Connect Registration 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigningAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256. Every provider must support it (OpenID Connect Core 15.1).
    Rs256,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519 (RFC 8037).
    EdDsa,
}

/// The algorithm names that an error can report. The four names that can be configured are first, so [`found`] prefers
/// them.
const NAMES: [&str; 13] = [
    "RS256", "ES256", "EdDSA", "PS256", "Ed25519", "RS384", "RS512", "PS384", "PS512", "ES384", "ES512", "HS256",
    "none",
];

/// The first of [`NAMES`] that `is_found` accepts, or `unknown`.
pub(crate) fn found(is_found: &dyn Fn(&str) -> bool) -> &'static str {
    NAMES.into_iter().find(|name| is_found(name)).unwrap_or("unknown")
}

impl SigningAlgorithm {
    /// The name in the configuration, in JWT headers and in keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm with this name. `None` when it cannot be configured.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Rs256, Self::Ps256, Self::Es256, Self::EdDsa].into_iter().find(|one| one.name() == name)
    }

    /// The members of a key for this algorithm (RFC 7518 6, RFC 8037 2): the values of `kty` and `crv` (empty for
    /// RSA), then the names of two numbers. Ed25519 has one number. It is listed twice, because arrays of one length
    /// need less code.
    pub(crate) const fn key(self) -> [&'static str; 4] {
        match self {
            Self::Rs256 | Self::Ps256 => ["RSA", "", "n", "e"],
            Self::Es256 => ["EC", "P-256", "x", "y"],
            Self::EdDsa => ["OKP", "Ed25519", "x", "x"],
        }
    }

    /// The value of `at_hash` for this access token: the left half of its hash (OpenID Connect Core 3.1.3.6).
    ///
    /// The hash for `EdDSA` is SHA-512. WebCrypto computes it and the caller passes it as `sha512`.
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
        // The access token and `at_hash` of the example, and the same token with SHA-512.
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        for algorithm in [SigningAlgorithm::Rs256, SigningAlgorithm::Ps256, SigningAlgorithm::Es256] {
            assert_eq!(algorithm.half_hash(token, &[]), "77QmUPtjPfzWtF2AnpK9RQ");
        }
        let sha512 = sha2::Sha512::digest(token.as_bytes());
        assert_eq!(SigningAlgorithm::EdDsa.half_hash(token, &sha512), "q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM");
    }
}
