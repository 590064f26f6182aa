//! The names of the parameters that this app adds to the provider's URLs.
//!
//! An endpoint whose own query contains one of them is refused. A request with a doubled parameter is invalid (RFC
//! 6749 3.1), and the provider may read the other value.

/// The parameters of the authorization request (OpenID Connect Core 3.1.2.1), in the order of
/// [`authorize::url`](super::authorize::url).
pub(super) const AUTHORIZATION: [&str; 15] = [
    "client_id",
    "response_type",
    "response_mode",
    "scope",
    "redirect_uri",
    "code_challenge",
    "code_challenge_method",
    "state",
    "nonce",
    "ui_locales",
    "prompt",
    "max_age",
    "acr_values",
    "login_hint",
    "tenant_hint",
];

/// The parameters of the sign-out request (RP-Initiated Logout 1.0 section 2).
pub(super) const END_SESSION: [&str; 4] = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"];
