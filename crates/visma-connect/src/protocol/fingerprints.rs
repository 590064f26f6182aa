//! Who a session is for, in hashes that tell nothing about the user: for what is stored or sent between tabs.

use sha2::{Digest as _, Sha256};

use super::base64url;
use super::company::Company;

/// Whom a sign-in is to renew the session of, in fingerprints that tell nothing about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprints {
    /// Of the user.
    pub person: String,
    /// Of the user together with the company.
    pub owner: String,
}

impl Fingerprints {
    /// The fingerprints of this user at this company.
    pub fn of(issuer: &str, subject: &str, company: Option<&Company>) -> Self {
        let company = company.map_or("", Company::tenant_id);
        // No issuer, and no company, has a line break in it.
        let fingerprint = |parts: [&str; 3]| base64url::encode(&Sha256::digest(parts.join("\n").as_bytes()));
        Self { person: fingerprint([issuer, "", subject]), owner: fingerprint([issuer, company, subject]) }
    }
}
