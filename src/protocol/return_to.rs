//! Where in the app a person goes after signing in: a path of this app, and nothing that a browser could read
//! as another place.

use super::config::Config;
use super::endpoint::Endpoint;

/// A path beneath the app's base, without query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo(String);

/// Pages that begin or end something by being opened.
const STARTING: [&str; 2] = ["initiate", "sign-out"];

/// Characters of the longest path that is kept.
const MAX_CHARS: usize = 1_000;

impl ReturnTo {
    /// The app's home.
    pub fn home(config: &Config) -> Self {
        Self(config.base().path_and_query().to_owned())
    }

    /// Accepts an absolute path beneath the base that is not the callback, the signed-out page or one that begins or
    /// ends something; anything else, hostile or only odd, becomes home (RFC 9700 4.11.1).
    pub fn parse(path: &str, config: &Config) -> Self {
        let base = config.base();
        let url = [base.origin(), path].concat();
        let is_own = path.len() <= MAX_CHARS
            && path.starts_with(base.path_and_query())
            && !path.contains('?')
            && !path.as_bytes().windows(2).any(|pair| pair == b"//")
            && Endpoint::parse(&url).is_ok_and(|endpoint| endpoint.origin() == base.origin())
            && !STARTING.iter().any(|page| path.strip_prefix(base.path_and_query()) == Some(page))
            && url != config.redirect_uri().as_str()
            && url != config.post_logout_redirect_uri().as_str();
        if is_own { Self(path.to_owned()) } else { Self::home(config) }
    }

    /// The path, beginning with `/`.
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
            "/orders?code=x",
            "/orders#x",
            "",
            "orders",
            "/%2e%2e/x",
        ] {
            assert_eq!(ReturnTo::parse(trap, &config()).as_str(), "/", "{trap:?}");
        }
        assert_eq!(ReturnTo::parse(&format!("/{}", "x".repeat(5_000)), &config()).as_str(), "/");
    }

    #[test]
    fn a_path_of_the_app_is_kept() {
        for path in ["/", "/orders", "/orders/7/lines", "/a%20b"] {
            assert_eq!(ReturnTo::parse(path, &config()).as_str(), path);
        }
    }
}
