//! Absolute URLs that a browser can read in one way only.
//!
//! The wasm contains no URL parser, because its tables are larger than the complete protocol code. [`HttpsUrl`]
//! accepts the subset of RFC 3986 that the WHATWG URL parser does not change: a lower-case ASCII host, no user
//! information, no dot segments, no backslash, no default port. Such a URL means the same to the browser and to this
//! code. So two URLs are the same target when their strings are equal.

use std::fmt;

use super::form;
use super::raw::encode_raw;

/// An absolute `https` URL, or an `http` URL to a loopback host, without a fragment.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpsUrl {
    url: String,
    /// The length of the origin: the path begins here.
    origin_len: usize,
    is_loopback: bool,
}

/// Why a text is not an [`HttpsUrl`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotHttpsUrl {
    /// It begins neither with `https://` nor with `http://` and a loopback host.
    Insecure,
    /// It has a `#fragment`.
    Fragment,
    /// It is not in the restricted form that this module accepts, or it is too long.
    Malformed,
}

/// The longest URL that is accepted, in bytes.
const MAX_CHARS: usize = 8_000;

impl HttpsUrl {
    /// Accepts `https://host[:port][/path][?query]`, and `http://` for loopback hosts.
    ///
    /// # Errors
    /// [`NotHttpsUrl`] names the rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, NotHttpsUrl> {
        if text.len() > MAX_CHARS {
            return Err(NotHttpsUrl::Malformed);
        }
        let (rest, secure) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (rest, true),
            (_, Some(rest)) => (rest, false),
            _ => return Err(NotHttpsUrl::Insecure),
        };
        if rest.contains('#') {
            return Err(NotHttpsUrl::Fragment);
        }
        let authority_len = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at_checked(authority_len).ok_or(NotHttpsUrl::Malformed)?;
        let host = check_authority(authority, secure).ok_or(NotHttpsUrl::Malformed)?;
        let is_loopback = is_loopback(host);
        if !secure && !is_loopback {
            return Err(NotHttpsUrl::Insecure);
        }
        // A query directly after the host: the browser would insert the path `/`.
        if tail.starts_with('?') || !is_plain(tail) || has_dot_segment(tail) {
            return Err(NotHttpsUrl::Malformed);
        }
        Ok(Self { url: text.to_owned(), origin_len: text.len() - tail.len(), is_loopback })
    }

    /// The URL exactly as it was written.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// `scheme://host[:port]`, as the browser writes an origin.
    pub fn origin(&self) -> &str {
        self.url.get(..self.origin_len).unwrap_or_default()
    }

    /// The text after the origin: empty, or a path that begins with `/`, then the query.
    pub fn path_and_query(&self) -> &str {
        self.url.get(self.origin_len..).unwrap_or_default()
    }

    /// Whether the URL has a `?query`.
    pub fn has_query(&self) -> bool {
        self.path_and_query().contains('?')
    }

    /// The URL with a `?` or `&` at the end, so that parameters can be appended.
    pub(crate) fn before_parameters(&self) -> String {
        // The endpoint's own query stays unchanged, even when it ends with a question mark.
        [self.as_str(), if self.has_query() { "&" } else { "?" }].concat()
    }

    /// Whether the query contains one of these parameters, or cannot be decoded.
    pub(crate) fn has_parameter(&self, names: &[&str]) -> bool {
        self.url.split_once('?').is_some_and(|(_, query)| {
            form::decode(query).is_none_or(|pairs| pairs.iter().any(|(name, _)| names.contains(&name.as_str())))
        })
    }

    /// Whether `path` is the path of this URL. A slash at the end makes no difference, since some hosts add one.
    pub(crate) fn is_page(&self, path: &str) -> bool {
        without_slash(path) == without_slash(self.path_and_query())
    }

    /// Appends a path or a query to this URL. Also accepts an absolute URL that is this URL, or this URL followed by
    /// `/` or `?`.
    ///
    /// The result always has the same scheme, host and port, and begins with this URL's path. Returns `None` for
    /// everything else, such as `..` in any encoding. Characters that browsers leave unencoded, such as `[` and `|`,
    /// are percent-encoded.
    pub fn join(&self, path: &str) -> Option<Self> {
        let path = &*encode_raw(path);
        let base = self.as_str();
        let folder = base.strip_suffix('/').unwrap_or(base);
        let is_absolute = path.starts_with("https://") || path.starts_with("http://");
        let url = match path {
            "" => base.to_owned(),
            path if is_absolute => path.to_owned(),
            // A browser would read this as another host or another scheme.
            path if path.starts_with("//") || first_segment(path).contains(':') => {
                return None;
            }
            path if path.starts_with('?') => {
                [base, if self.path_and_query().is_empty() { "/" } else { "" }, path].concat()
            }
            path => [folder, "/", path.strip_prefix('/').unwrap_or(path)].concat(),
        };
        let is_below = url.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
        is_below.then(|| Self::parse(&url).ok()).flatten()
    }

    /// Whether the host is a loopback host: `localhost` or `127.x.x.x`.
    pub fn is_loopback(&self) -> bool {
        self.is_loopback
    }
}

fn without_slash(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}

impl fmt::Debug for HttpsUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.url)
    }
}

/// The host, when `host[:port]` is written in the form that browsers do not change.
fn check_authority(authority: &str, secure: bool) -> Option<&str> {
    let (host, port) = match authority.split_once(':') {
        Some((_, "")) => return None,
        Some((host, port)) => (host, port),
        None => (authority, ""),
    };
    let port_is_plain = port.is_empty()
        || (!port.starts_with('0')
            && port.bytes().all(|b| b.is_ascii_digit())
            && port.parse::<i64>().is_ok_and(|port| port <= i64::from(u16::MAX))
            && port != if secure { "443" } else { "80" });
    (port_is_plain && is_plain_host(host)).then_some(host)
}

fn is_plain_host(host: &str) -> bool {
    // IPv6 addresses are refused, because a content security policy cannot name one. A label that begins with `xn--`
    // but is not valid punycode passes here. The browser then refuses the complete URL.
    let label_is_plain = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if host.len() > 253 || !host.split('.').all(label_is_plain) {
        return false;
    }
    // If the last label consists of digits or begins with `0x`, the browser reads an IPv4 address. Accept only the
    // usual notation.
    let last = host.get(host.bytes().rposition(|b| b == b'.').map_or(0, |at| at + 1)..).unwrap_or_default();
    if last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x") {
        return is_dotted_quad(host);
    }
    true
}

fn is_dotted_quad(host: &str) -> bool {
    host.split('.').count() == 4 && host.split('.').all(is_plain_byte)
}

/// The text before the first slash and before the query.
fn first_segment(path: &str) -> &str {
    path.split('/').next().and_then(|first| first.split('?').next()).unwrap_or_default()
}

/// A decimal number from 0 to 255 without leading zeros.
fn is_plain_byte(part: &str) -> bool {
    let is_digits = part.bytes().all(|b| b.is_ascii_digit());
    is_digits && (part == "0" || !part.starts_with('0')) && part.parse::<i64>().is_ok_and(|number| number <= 255)
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || (is_dotted_quad(host) && host.starts_with("127."))
}

/// Whether a path and query consist of characters that no browser rewrites.
fn is_plain(tail: &str) -> bool {
    tail.bytes().all(|b| {
        b.is_ascii_alphanumeric()
            || matches!(
                b,
                b'-' | b'.'
                    | b'_'
                    | b'~'
                    | b'!'
                    | b'$'
                    | b'&'
                    | b'('
                    | b')'
                    | b'*'
                    | b'+'
                    | b','
                    | b';'
                    | b'='
                    | b':'
                    | b'@'
                    | b'/'
                    | b'?'
                    | b'%'
            )
    })
}

/// Whether a path has a segment `.` or `..`, as a browser or a server reads it. Some servers decode `%2f` and `%5c`
/// before they split the path. Some ignore the text after a `;`. A path that cannot be decoded counts as unsafe.
fn has_dot_segment(tail: &str) -> bool {
    let path = form::decode_one(tail.split('?').next().unwrap_or_default());
    let is_up = |segment: &str| matches!(segment.split(';').next(), Some("." | ".."));
    path.is_none_or(|path| path.split('/').any(|part| part.split('\\').any(is_up)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b02_plain_https_and_loopback_http_are_accepted() {
        for (text, origin, rest) in [
            ("https://connect.visma.com", "https://connect.visma.com", ""),
            ("https://connect.visma.com/connect/token", "https://connect.visma.com", "/connect/token"),
            ("https://a.example:8443/x?y=z", "https://a.example:8443", "/x?y=z"),
            ("http://localhost:9400/", "http://localhost:9400", "/"),
            ("http://127.0.0.1:1", "http://127.0.0.1:1", ""),
            ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example", "/"),
            ("https://10.0.0.1/", "https://10.0.0.1", "/"),
        ] {
            let endpoint = HttpsUrl::parse(text).unwrap_or_else(|why| panic!("{text}: {why:?}"));
            assert_eq!((endpoint.origin(), endpoint.path_and_query()), (origin, rest));
            assert_eq!(endpoint.is_loopback(), text.starts_with("http:"), "{text}");
        }
    }

    #[test]
    fn b02_everything_else_is_refused() {
        use NotHttpsUrl::{Fragment, Insecure, Malformed};
        for (text, why) in [
            ("javascript:alert(1)", Insecure),
            ("", Insecure),
            ("//a.example/", Insecure),
            ("HTTPS://a.example/", Insecure),
            ("http://a.example/", Insecure),
            ("http://localhost.evil.example/", Insecure),
            ("http://127.0.0.1.evil.example/", Insecure),
            ("https://a.example/#x", Fragment),
            ("https://user@a.example/", Malformed),
            ("https://user:pass@a.example/", Malformed),
            ("https://A.example/", Malformed),
            ("https://a.example./", Malformed),
            ("https://a..example/", Malformed),
            ("https:///path", Malformed),
            ("https://", Malformed),
            ("https://a.example:443/", Malformed),
            ("http://localhost:80/", Malformed),
            ("https://a.example:/", Malformed),
            ("https://a.example:0/", Malformed),
            ("https://a.example:65536/", Malformed),
            ("https://a.example:+1/", Malformed),
            ("https://127.1/", Malformed),
            ("https://0x7f.0.0.1/", Malformed),
            ("https://2130706433/", Malformed),
            ("https://127.000.0.1/", Malformed),
            ("https://[::2]/", Malformed),
            ("http://[::1]:9400/a", Malformed),
            ("https://[::1]:/", Malformed),
            ("https://[0:0:0:0:0:0:0:1]/", Malformed),
            ("https://a.example/a/../b", Malformed),
            ("https://a.example/%2E%2e/b", Malformed),
            ("https://a.example/.", Malformed),
            ("https://a.example/v1/..%2fadmin", Malformed),
            ("https://a.example/v1/a/..%2F..%2fadmin", Malformed),
            ("https://a.example/v1/%2e%2e%5Cadmin", Malformed),
            ("https://a.example/v1/..;x=y/admin", Malformed),
            ("https://a.example/v1/.;/admin", Malformed),
            ("https://a.example/v1/%", Malformed),
            ("https://a.example/v1/%e9", Malformed),
            ("https://a.example\\@evil.example/", Malformed),
            ("https://a.example/a b", Malformed),
            ("https://a.example/\t", Malformed),
            ("https://a.example/é", Malformed),
            ("https://bücher.example/", Malformed),
            ("https://a.example?x", Malformed),
        ] {
            assert_eq!(HttpsUrl::parse(text), Err(why), "{text}");
        }
        assert!(HttpsUrl::parse(&format!("https://a.example/{}", "a".repeat(MAX_CHARS))).is_err());
    }

    #[test]
    fn f04_f10_a_call_stays_below_the_url_of_its_api() {
        let base = HttpsUrl::parse("https://api.example.com/v1").unwrap();
        for (path, expected) in [
            ("organization", Some("https://api.example.com/v1/organization")),
            ("/organization", Some("https://api.example.com/v1/organization")),
            ("orders/7?expand=lines", Some("https://api.example.com/v1/orders/7?expand=lines")),
            ("?page=2", Some("https://api.example.com/v1?page=2")),
            ("?from=12:00", Some("https://api.example.com/v1?from=12:00")),
            ("orders?from=12:00", Some("https://api.example.com/v1/orders?from=12:00")),
            ("", Some("https://api.example.com/v1")),
            ("https://api.example.com/v1/orders?page=2", Some("https://api.example.com/v1/orders?page=2")),
            ("https://api.example.com/v1", Some("https://api.example.com/v1")),
            ("https://api.example.com/v1.evil/orders", None),
            ("https://api.example.com/v2/orders", None),
            ("https://api.example.com/", None),
            ("https://api.example.com.evil/v1/x", None),
            ("https://api.example.com@evil/v1/x", None),
            ("https://api.example.com:8443/v1/x", None),
            ("https://api.example.com./v1/x", None),
            ("https://API.example.com/v1/x", None),
            ("https://xn--pi-mia.example.com/v1/x", None),
            ("http://api.example.com/v1/x", None),
            ("https://api.example.com/v1/../v2", None),
            ("https://api.example.com/v1/%2e%2e/v2", None),
            ("//evil/x", None),
            ("/\\evil", None),
            ("\\\\evil", None),
            ("\t//evil", None),
            ("../admin", None),
            ("a/../../admin", None),
            ("a/%2E%2e/%2e%2e/admin", None),
            ("./x", None),
            ("..%2fadmin", None),
            ("%2e%2e%2Fadmin", None),
            ("a/..%2f..%2fadmin", None),
            ("..%5c..%5Cadmin", None),
            ("..;/admin", None),
            ("https://api.example.com/v1/..%2fadmin", None),
            ("orders/a%2Fb", Some("https://api.example.com/v1/orders/a%2Fb")),
            ("orders;version=2/7", Some("https://api.example.com/v1/orders;version=2/7")),
            (
                "orders?$filter[status]=open|paid",
                Some("https://api.example.com/v1/orders?$filter%5Bstatus%5D=open%7Cpaid"),
            ),
            ("orders('7')", Some("https://api.example.com/v1/orders(%277%27)")),
            ("?q={\\\\}^`", Some("https://api.example.com/v1?q=%7B%5C%5C%7D%5E%60")),
            ("a\\b", None),
            ("[https://evil]", None),
            ("javascript:alert(1)", None),
            ("HTTPS://api.example.com/v1/x", None),
            ("a b", None),
            ("a#b", None),
            ("é", None),
            ("a\nb", None),
        ] {
            assert_eq!(base.join(path).as_ref().map(HttpsUrl::as_str), expected, "{path:?}");
        }
        let root = HttpsUrl::parse("https://api.example.com/").unwrap();
        assert_eq!(root.join("x").unwrap().as_str(), "https://api.example.com/x");
        assert_eq!(root.join("https://api.example.com.evil/x"), None);
        for (base, path, url) in [
            ("https://api.example.com", "?page=2", "https://api.example.com/?page=2"),
            ("https://api.example.com", "", "https://api.example.com"),
            ("https://api.example.com/", "?page=2", "https://api.example.com/?page=2"),
            ("https://api.example.com/v1/", "", "https://api.example.com/v1/"),
            ("https://api.example.com/v1/", "?page=2", "https://api.example.com/v1/?page=2"),
            ("https://api.example.com/v1/", "orders", "https://api.example.com/v1/orders"),
        ] {
            assert_eq!(HttpsUrl::parse(base).unwrap().join(path).unwrap().as_str(), url, "{base} {path}");
        }
    }
}
