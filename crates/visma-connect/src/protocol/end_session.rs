//! Sign-out at the provider (OpenID Connect RP-Initiated Logout 1.0).

use super::config::Config;
use super::form;
use super::https_url::HttpsUrl;
use super::secret::{CsrfToken, IdTokenHint};

/// The longest query that every host accepts, in characters. IIS responds with 404 to a longer one, unless it is
/// configured to accept it.
const MAX_QUERY_CHARS: usize = 2_048;

/// The URL that ends the session at the provider.
///
/// With `id_token_hint` the provider signs the user out without a question. Without a hint, the provider asks the user
/// first, and Duende IdentityServer does not redirect back. `client_id` is always sent, because some providers do not
/// read the client from the hint.
///
/// Returns `None` when the hint makes the query longer than some hosts accept.
pub fn url(endpoint: &HttpsUrl, config: &Config, hint: Option<&IdTokenHint>, state: &CsrfToken) -> Option<String> {
    let mut url = endpoint.before_parameters();
    let base = endpoint.as_str().split('?').next().unwrap_or_default().len();
    if let Some(hint) = hint {
        form::append(&mut url, "id_token_hint", hint.expose());
    }
    form::append(&mut url, "client_id", config.client_id());
    form::append(&mut url, "post_logout_redirect_uri", config.post_logout_redirect_uri().as_str());
    form::append(&mut url, "state", state.expose());
    (hint.is_none() || url.len() <= base + 1 + MAX_QUERY_CHARS).then_some(url)
}

/// The `state` in the `?query#fragment` of the page that the provider redirects to after sign-out. `None` when it is
/// absent, doubled or not decodable.
///
/// The value only shows whether the provider has responded. The user is signed out here in any case.
pub fn returned_state(query_and_fragment: &str) -> Option<CsrfToken> {
    let query = query_and_fragment.split('#').next().unwrap_or_default();
    let pairs = form::decode(query.strip_prefix('?').unwrap_or(query))?;
    let mut states = pairs.into_iter().filter(|(name, _)| name == "state").map(|(_, value)| value);
    let state = states.next()?;
    states.next().is_none().then(|| CsrfToken::new(state))
}

#[cfg(test)]
mod tests {
    use super::super::config::testing::config;
    use super::super::parameters::END_SESSION;
    use super::*;

    #[test]
    fn h01_the_end_session_request_is_exactly_this() {
        let endpoint = HttpsUrl::parse("https://connect.example/connect/endsession").unwrap();
        let hint = IdTokenHint::new("a.b.c".to_owned());
        assert_eq!(
            url(&endpoint, &config(), Some(&hint), &CsrfToken::from_random([0; 32])).unwrap(),
            "https://connect.example/connect/endsession?id_token_hint=a.b.c&client_id=demo\
             &post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fsigned-out\
             &state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        );
    }

    #[test]
    fn the_names_are_those_of_the_request() {
        let endpoint = HttpsUrl::parse("https://connect.example/connect/endsession").unwrap();
        let hint = IdTokenHint::new("x".to_owned());
        for (hint, expected) in [(Some(&hint), &END_SESSION[..]), (None, &END_SESSION[1..])] {
            let url = url(&endpoint, &config(), hint, &CsrfToken::from_random([0; 32])).unwrap();
            let pairs = form::decode(url.split_once('?').unwrap().1).unwrap();
            assert!(pairs.iter().map(|(name, _)| name).eq(expected), "{url}");
        }
    }

    #[test]
    fn h03_a_returned_state_is_read_once_or_not_at_all() {
        assert_eq!(returned_state("?state=a").unwrap(), CsrfToken::new("a".to_owned()));
        for query_and_fragment in ["", "?", "?state=a&state=b", "#state=a", "?state=%FF"] {
            assert!(returned_state(query_and_fragment).is_none(), "{query_and_fragment}");
        }
    }

    #[test]
    fn h02_a_very_long_id_token_stays_out_of_the_address() {
        for endpoint in ["https://connect.example/connect/endsession", "https://connect.example/end?tenant=1"] {
            let endpoint = HttpsUrl::parse(endpoint).unwrap();
            let state = CsrfToken::from_random([0; 32]);
            let url = |chars| url(&endpoint, &config(), Some(&IdTokenHint::new("x".repeat(chars))), &state);
            let others = url(0).unwrap().split_once('?').unwrap().1.len();
            let longest = url(2_048 - others).unwrap();
            assert_eq!(longest.split_once('?').unwrap().1.len(), 2_048);
            assert_eq!(url(2_048 - others + 1), None);
        }
    }
}
