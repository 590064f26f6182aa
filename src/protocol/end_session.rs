//! RP-initiated sign-out (OpenID Connect RP-Initiated Logout 1.0).

use super::config::Config;
use super::endpoint::Endpoint;
use super::form;
use super::secret::{CsrfToken, IdTokenHint};

/// Characters of the longest ID token that goes into a URL: servers refuse very long ones.
const MAX_HINT_CHARS: usize = 4_096;

/// The names of the parameters below: the endpoint may have none of them in its own query.
pub(super) const PARAMETERS: [&str; 4] = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"];

/// The URL that ends the session at the provider. The hint spares the person a question there; one that is too long
/// stays away, and the provider asks.
pub fn url(endpoint: &Endpoint, config: &Config, hint: &IdTokenHint, state: &CsrfToken) -> String {
    let mut url = endpoint.before_parameters();
    if hint.expose().len() <= MAX_HINT_CHARS {
        form::append(&mut url, "id_token_hint", hint.expose());
    } else {
        form::append(&mut url, "client_id", config.client_id());
    }
    form::append(&mut url, "post_logout_redirect_uri", config.post_logout_redirect_uri().as_str());
    form::append(&mut url, "state", state.expose());
    url
}

/// The `state` of `?query#fragment` on the page that the provider returns to; `None` when it is absent, doubled
/// or unreadable. It says only whether the provider has answered: the person is signed out here in any case.
pub fn returned_state(taken: &str) -> Option<CsrfToken> {
    let query = taken.split('#').next().unwrap_or_default();
    let pairs = form::decode(query.strip_prefix('?').unwrap_or(query))?;
    let mut states = pairs.into_iter().filter(|(name, _)| name == "state").map(|(_, value)| value);
    let state = states.next()?;
    states.next().is_none().then(|| CsrfToken::new(state))
}

#[cfg(test)]
mod tests {
    use super::super::config::testing::config;
    use super::*;

    #[test]
    fn h01_the_end_session_request_is_exactly_this() {
        let endpoint = Endpoint::parse("https://connect.example/connect/endsession").unwrap();
        let hint = IdTokenHint::new("a.b.c".to_owned());
        assert_eq!(
            url(&endpoint, &config(), &hint, &CsrfToken::from_random([0; 32])),
            "https://connect.example/connect/endsession?id_token_hint=a.b.c\
             &post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fsigned-out\
             &state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        );
    }

    #[test]
    fn the_names_are_those_of_the_request() {
        let endpoint = Endpoint::parse("https://connect.example/connect/endsession").unwrap();
        let mut names = Vec::new();
        for chars in [1, MAX_HINT_CHARS + 1] {
            let hint = IdTokenHint::new("x".repeat(chars));
            let url = url(&endpoint, &config(), &hint, &CsrfToken::from_random([0; 32]));
            let pairs = form::decode(url.split_once('?').unwrap().1).unwrap();
            names.extend(pairs.into_iter().map(|(name, _)| name));
        }
        names.sort_unstable();
        names.dedup();
        let mut known = PARAMETERS;
        known.sort_unstable();
        assert_eq!(names, known);
    }

    #[test]
    fn h03_a_returned_state_is_read_once_or_not_at_all() {
        assert_eq!(returned_state("?state=a").unwrap(), CsrfToken::new("a".to_owned()));
        for taken in ["", "?", "?state=a&state=b", "#state=a", "?state=%FF"] {
            assert!(returned_state(taken).is_none(), "{taken}");
        }
    }

    #[test]
    fn h02_a_very_long_id_token_stays_out_of_the_address() {
        let endpoint = Endpoint::parse("https://connect.example/connect/endsession").unwrap();
        let url =
            |chars| url(&endpoint, &config(), &IdTokenHint::new("x".repeat(chars)), &CsrfToken::from_random([0; 32]));
        assert!(url(MAX_HINT_CHARS).contains("?id_token_hint=xxx"));
        let short = url(MAX_HINT_CHARS + 1);
        assert!(short.contains("?client_id=demo&post_logout_redirect_uri="), "{short}");
        assert!(!short.contains("xxx"));
    }
}
