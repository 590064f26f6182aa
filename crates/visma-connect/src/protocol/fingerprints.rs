//! Hashes that identify the user and the company of a session. Only the hashes are stored and sent between tabs. The
//! identifiers themselves are not.

use sha2::{Digest as _, Sha256};

use super::base64url;
use super::company::Company;

/// Identifies the user of a session, and the user together with the company. Each value is a SHA-256 hash in
/// base64url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprints {
    /// Hash of issuer and user.
    pub user: String,
    /// Hash of issuer, user and company.
    pub owner: String,
}

impl Fingerprints {
    /// The fingerprints of the user `subject` at `issuer`, for this company.
    pub fn of(issuer: &str, subject: &str, company: Option<&Company>) -> Self {
        let company = company.map_or("", Company::tenant_id);
        // Issuer and company contain no line break, so the joined text is unambiguous.
        let fingerprint = |parts: [&str; 3]| base64url::encode(&Sha256::digest(parts.join("\n").as_bytes()));
        Self { user: fingerprint([issuer, "", subject]), owner: fingerprint([issuer, company, subject]) }
    }
}
