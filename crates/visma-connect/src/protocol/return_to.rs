//! The page that the user goes to after signing in: a path of this app that no browser can read as another address.

use super::config::Config;
use super::https_url::HttpsUrl;
use super::raw::encode_raw;

/// A path below the app's base, with query and fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo(String);

/// Pages that start a sign-in or a sign-out when they are opened.
const PAGES_WITH_EFFECTS: [&str; 4] = ["initiate", "initiate/", "sign-out", "sign-out/"];

/// Parameters of a provider's response. A page whose query contains one could be mistaken for a callback.
const RESPONSE_PARAMETERS: [&str; 4] = ["code", "error", "id_token", "access_token"];

/// The longest encoded path and query that are kept, in bytes. The fragment is limited by the length of an
/// [`HttpsUrl`].
const MAX_CHARS: usize = 4_000;

impl ReturnTo {
    /// The app's home page.
    pub fn home(config: &Config) -> Self {
        Self(config.base().path_and_query().to_owned())
    }

    /// Accepts an absolute path below the base, with query and fragment. Characters that browsers leave unencoded are
    /// percent-encoded.
    ///
    /// Returns home (RFC 9700 4.11.1):
    /// - for the callback, the signed-out page, and pages that start a sign-in or a sign-out
    /// - if the query contains `code`, `error`, `id_token` or `access_token`
    /// - for every path and query that is too long, or that a browser could read as another address
    ///
    /// If only the fragment has such a parameter or could be read differently, only the fragment is dropped.
    pub fn parse(place: &str, config: &Config) -> Self {
        let base = config.base();
        let (path_and_query, fragment) = place.split_once('#').unwrap_or((place, ""));
        let path_and_query = &*encode_raw(path_and_query);
        let url = [base.origin(), path_and_query].concat();
        let path = path_and_query.split('?').next().unwrap_or_default();
        let is_own = path_and_query.len() <= MAX_CHARS
            && path.starts_with(base.path_and_query())
            && !path.as_bytes().windows(2).any(|pair| pair == b"//")
            && !PAGES_WITH_EFFECTS.iter().any(|page| path.strip_prefix(base.path_and_query()) == Some(page))
            && !config.redirect_uri().is_page(path)
            && !config.post_logout_redirect_uri().is_page(path)
            && is_plain(&url, base);
        if !is_own {
            return Self::home(config);
        }
        // Check the fragment like a query: the same characters are encoded, and the same parameters mark a response.
        let fragment = encode_raw(&["?", fragment].concat());
        match fragment.strip_prefix('?') {
            Some(rest) if !rest.is_empty() && is_plain(&[base.as_str(), &fragment].concat(), base) => {
                Self([path_and_query, "#", rest].concat())
            }
            _ => Self(path_and_query.to_owned()),
        }
    }

    /// The path, which begins with `/`, the query and the fragment.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether every parser reads `url` as the same URL of this app, and its query cannot be a response.
fn is_plain(url: &str, base: &HttpsUrl) -> bool {
    HttpsUrl::parse(url)
        .is_ok_and(|endpoint| endpoint.origin() == base.origin() && !endpoint.has_parameter(&RESPONSE_PARAMETERS))
}

#[cfg(test)]
mod tests {
    use super::super::config::testing::config;
    use super::*;

    #[test]
    fn c28_c29_c30_c31_a_hostile_path_becomes_home() {
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
            "/callback/",
            "/signed-out/?from=mail",
            "/initiate/?iss=https://connect.example",
            "/sign-out/",
            "/orders?code=x",
            "/orders?page=2&c%6fde=x",
            "/orders?error=x&page=2",
            "/orders?page=%",
            "/orders?page=2&x[error]=%",
            "/orders?error=x#row-7",
            "/\\\\evil.example#row-7",
            "//evil.example#row-7",
            "/sign-out#row-7",
            "/callback#row-7",
            "#row-7",
            "#//evil.example",
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
    fn c28_c31_a_malformed_or_ambiguous_fragment_is_dropped() {
        for fragment in
            ["access_token=x", "a=b&id_token=x", "code=x", "c%6fde=x", "error", "%", "a#b", "<b>", "a b", "\t", "é"]
        {
            let place = ["/orders?page=2#", fragment].concat();
            assert_eq!(ReturnTo::parse(&place, &config()).as_str(), "/orders?page=2", "{fragment:?}");
        }
    }

    #[test]
    fn unencoded_characters_are_encoded_and_the_fragment_is_kept() {
        let long = ["/orders?q=", &"x".repeat(1_001)].concat();
        for (place, kept) in [
            ("/orders?filter[status]=open", "/orders?filter%5Bstatus%5D=open"),
            ("/?a=b|c", "/?a=b%7Cc"),
            ("/#row-7", "/#row-7"),
            ("/orders?page=2#row-7", "/orders?page=2#row-7"),
            ("/orders#/a/b?c=d", "/orders#/a/b?c=d"),
            ("/orders#it's[1]", "/orders#it%27s%5B1%5D"),
            ("/orders#", "/orders"),
            ("/it's/7", "/it%27s/7"),
            ("/orders?q={\"a\"}", "/"),
            ("/orders?q={a}\\b^`", "/orders?q=%7Ba%7D%5Cb%5E%60"),
            (&long, &long),
        ] {
            let parsed = ReturnTo::parse(place, &config());
            assert_eq!(parsed.as_str(), kept, "{place:?}");
            assert_eq!(ReturnTo::parse(kept, &config()), parsed, "the kept path is read back unchanged");
        }
        // Each `|` becomes three characters, so the encoded length is around the limit.
        for odd in 1_300..1_340 {
            for place in ["/orders?", "/orders#"].map(|start| [start, &"|".repeat(odd)].concat()) {
                let kept = ReturnTo::parse(&place, &config());
                assert_eq!(ReturnTo::parse(kept.as_str(), &config()), kept, "{odd}");
            }
        }
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
