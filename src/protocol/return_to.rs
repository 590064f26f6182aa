//! Where in the app a person goes after signing in: a path of this app, and nothing that a browser could read
//! as another place.

use super::config::Config;
use super::endpoint::Endpoint;

/// A path beneath the app's base, with its query, and without fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo(String);

/// Pages that begin or end something by being opened.
const STARTING: [&str; 2] = ["initiate", "sign-out"];

/// With one of these in its query, a page could be taken for a provider's answer.
const OF_ANSWERS: [&str; 4] = ["code", "error", "id_token", "access_token"];

/// Characters of the longest path and query that are kept.
const MAX_CHARS: usize = 1_000;

impl ReturnTo {
    /// The app's home.
    pub fn home(config: &Config) -> Self {
        Self(config.base().path_and_query().to_owned())
    }

    /// Accepts an absolute path beneath the base that is not the callback, the signed-out page or one that begins or
    /// ends something. Its query comes along, unless it has `code`, `error`, `id_token` or `access_token` in it. Anything
    /// else, hostile or only odd, becomes home (RFC 9700 4.11.1).
    pub fn parse(path_and_query: &str, config: &Config) -> Self {
        let base = config.base();
        let url = [base.origin(), path_and_query].concat();
        let path = path_and_query.split('?').next().unwrap_or_default();
        let is_own = path_and_query.len() <= MAX_CHARS
            && path.starts_with(base.path_and_query())
            && !path.as_bytes().windows(2).any(|pair| pair == b"//")
            && !STARTING.iter().any(|page| path.strip_prefix(base.path_and_query()) == Some(page))
            && path != config.redirect_uri().path_and_query()
            && path != config.post_logout_redirect_uri().path_and_query()
            && Endpoint::parse(&url)
                .is_ok_and(|endpoint| endpoint.origin() == base.origin() && !endpoint.has_parameter(&OF_ANSWERS));
        if is_own { Self(path_and_query.to_owned()) } else { Self::home(config) }
    }

    /// The path, beginning with `/`, and the query.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::testing::config;
    use super::*;

    #[test]
    fn c28_c29_c30_c31_a_trap_becomes_home() {
        for trap in [
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "///evil.example",
            "http:evil.example",
            "https://app@evil.example",
            "\0//evil.example",
            "javascript:alert(1)",
            " JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "blob:https://app.example/x",
            "/.//evil.example",
            "/..//evil.example",
            ".//evil.example",
            "/callback",
            "/signed-out",
            "/callback?from=mail",
            "/signed-out?from=mail",
            "/initiate?iss=https://connect.example",
            "/sign-out?",
            "/orders?code=x",
            "/orders?page=2&c%6fde=x",
            "/orders?error=x&page=2",
            "/orders?page=%",
            "/orders#x",
            "/orders?page=2#x",
            "/orders?to=<b>",
            "",
            "orders",
            "/%2e%2e/x",
        ] {
            assert_eq!(ReturnTo::parse(trap, &config()).as_str(), "/", "{trap:?}");
        }
        assert_eq!(ReturnTo::parse(&format!("/{}", "x".repeat(5_000)), &config()).as_str(), "/");
    }

    #[test]
    fn a_path_of_the_app_is_kept_with_its_query() {
        for path in [
            "/",
            "/orders",
            "/orders/7/lines",
            "/a%20b",
            "/?page=2",
            "/orders?customer=7&sort=-date",
            "/orders?q=a+b%2Fc&state=open&codes=x",
            "/orders?next=//evil.example",
        ] {
            assert_eq!(ReturnTo::parse(path, &config()).as_str(), path);
        }
    }
}
