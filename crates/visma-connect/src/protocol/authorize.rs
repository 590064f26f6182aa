//! The authorization request (OpenID Connect Core 3.1.2.1), with PKCE (RFC 7636).

use super::config::Config;
use super::form;
use super::options::{Prompt, as_words};
use super::pending_sign_in::{PENDING_MAX_AGE_SECONDS, PendingSignIn};
use super::pkce::CodeChallenge;

/// The longest `ui_locales` that is sent, in characters. Duende IdentityServer refuses a longer value.
const MAX_LOCALES_CHARS: usize = 100;

/// The URL of the authorization request. Every value is form-encoded, so no value can add another parameter.
pub fn url(pending: &PendingSignIn, config: &Config) -> String {
    let mut url = pending.metadata.authorization_endpoint.before_parameters();
    let challenge = pending.verifier.challenge();
    let prompt = if pending.is_silent { "none" } else { pending.once.prompt.map_or("", Prompt::as_str) };
    // With `prompt=login` the provider always asks the user to sign in. `max_age` is sent as well, so that the ID
    // token contains `auth_time`. Its value is then 600 and not 0: with `prompt=login` and `max_age=0`, Duende
    // IdentityServer before 7.0.5 asks the user again and again.
    let is_login = pending.once.prompt == Some(Prompt::Login);
    let max_age = if is_login { Some(PENDING_MAX_AGE_SECONDS) } else { pending.max_age_seconds.map(i64::from) };
    let max_age = max_age.map(|seconds| seconds.to_string()).unwrap_or_default();
    let mut locales = as_words(config.ui_locales());
    while locales.join(" ").len() > MAX_LOCALES_CHARS {
        locales.pop();
    }
    for (name, value) in [
        ("client_id", pending.client_id.as_str()),
        ("response_type", "code"),
        ("response_mode", "query"),
        ("scope", &pending.scope),
        ("redirect_uri", &pending.redirect_uri),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", CodeChallenge::METHOD),
        ("state", pending.state.expose()),
        ("nonce", pending.nonce.expose()),
        ("ui_locales", &locales.join(" ")),
        ("prompt", prompt),
        ("max_age", &max_age),
        ("acr_values", &pending.acr_values),
        ("login_hint", pending.once.login_hint().unwrap_or_default()),
        ("tenant_hint", pending.once.tenant_hint().unwrap_or_default()),
    ] {
        if !value.is_empty() {
            form::append(&mut url, name, value);
        }
    }
    url
}
