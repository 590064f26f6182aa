//! Hashes of files: for `integrity` attributes and for file names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha384};

/// The value of the `integrity` attribute for a file with this content (W3C, Subresource Integrity): SHA-384 in
/// base64.
pub fn integrity(content: impl AsRef<[u8]>) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(content)))
}

/// SHA-256 as 64 hexadecimal digits.
pub fn fingerprint(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first 16 digits of [`fingerprint`], for file names.
pub fn short(bytes: impl AsRef<[u8]>) -> String {
    fingerprint(bytes).chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integrity_is_what_browsers_compare() {
        // SHA-384 of "abc" (FIPS 180-2, appendix D.1), in base64.
        assert_eq!(integrity("abc"), "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn");
    }

    #[test]
    fn the_fingerprint_is_sha_256() {
        // SHA-256 of "abc" (FIPS 180-2, appendix B.1).
        assert_eq!(fingerprint("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(short("abc"), "ba7816bf8f01cfea");
    }
}
