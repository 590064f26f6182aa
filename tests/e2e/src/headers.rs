//! The response headers that a host should send with the app, from one table.

/// The headers of every answer, beside the policy and the caching.
pub const HEADERS: [(&str, &str); 6] = [
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
];

/// The headers above that stop other pages from showing the app inside a frame; the policy's `frame-ancestors` too.
pub const AGAINST_FRAMES: &str = "X-Frame-Options";

/// The policy as a header. `upgrade-insecure-requests` is for https alone.
pub fn policy(origins: &[String], framable: bool) -> String {
    let origins: String = origins.iter().map(|origin| format!(" {origin}")).collect();
    let ancestors = if framable { "" } else { " frame-ancestors 'none';" };
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; font-src 'self'; \
         connect-src 'self'{origins}; base-uri 'none'; form-action 'none';{ancestors} object-src 'none'"
    )
}

/// How long an answer may be kept: for ever when its name changes with its content, else only after asking again.
pub fn caching(file: &str) -> &'static str {
    let is_hashed =
        file.split(['-', '_', '.']).any(|part| part.len() >= 16 && part.bytes().all(|b| b.is_ascii_hexdigit()));
    if is_hashed { "public, max-age=31536000, immutable" } else { "no-cache" }
}
