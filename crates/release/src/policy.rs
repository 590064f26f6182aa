//! Reads and changes the content security policy in the `<meta>` of a page.

use crate::html::{Tag, decode, encode, tags};
use anyhow::{Context, Result, ensure};
use std::ops::Range;

/// The parts of the policy that depend on the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Origins that the page may connect to, in addition to its own (`'self'`).
    pub connect: Vec<String>,
    /// Whether browsers must change every http request to https (`upgrade-insecure-requests`).
    pub upgrade: bool,
}

/// Writes `decided` into the policy of `html`. The other directives and the text outside of the policy stay the same.
///
/// # Errors
/// The page does not have exactly one policy.
pub fn rewrite(html: &str, decided: &Decided) -> Result<String> {
    let place = place(html)?;
    let (before, after) = (html.get(..place.start).unwrap_or_default(), html.get(place.end..).unwrap_or_default());
    let policy = decode(html.get(place).unwrap_or_default());
    Ok(format!("{before}\"{}\"{after}", encode(&decide(&policy, decided))))
}

/// The text of the policy of `html`.
///
/// # Errors
/// The page does not have exactly one policy.
pub fn read(html: &str) -> Result<String> {
    Ok(decode(html.get(place(html)?).unwrap_or_default()))
}

/// The directives of a policy, as pairs of name and values.
pub fn directives(policy: &str) -> impl Iterator<Item = (&str, &str)> {
    policy.split(';').map(str::trim).filter(|directive| !directive.is_empty()).map(|directive| {
        let (name, values) = directive.split_once(' ').unwrap_or((directive, ""));
        (name, values.trim())
    })
}

/// The range of the policy in the page, including its quotes.
fn place(html: &str) -> Result<Range<usize>> {
    let tags = tags(html);
    let mut policies = tags.iter().filter_map(|tag| policy_of(html, tag));
    let no_policy = "the page has no <meta http-equiv=\"Content-Security-Policy\" content=\"…\">";
    let place = policies.next().context(no_policy)?;
    ensure!(policies.next().is_none(), "the page has more than one Content-Security-Policy");
    Ok(place)
}

/// Replaces the directive `connect-src`, which keeps its position, and adds or removes `upgrade-insecure-requests`.
fn decide(policy: &str, decided: &Decided) -> String {
    let mut connect = String::from("connect-src 'self'");
    for origin in &decided.connect {
        connect.push(' ');
        connect.push_str(origin);
    }
    let mut connect = Some(connect);
    let mut decided_on = Vec::new();
    for (name, values) in directives(policy) {
        if name.eq_ignore_ascii_case("connect-src") {
            // A browser uses the first `connect-src` and ignores the others, so only the first is kept.
            decided_on.extend(connect.take());
        } else if !name.eq_ignore_ascii_case("upgrade-insecure-requests") {
            decided_on.push(format!("{name} {values}").trim_end().to_owned());
        }
    }
    decided_on.extend(connect);
    if decided.upgrade {
        decided_on.push("upgrade-insecure-requests".to_owned());
    }
    decided_on.join("; ")
}

/// The range of the value of `content`, including its quotes, if this tag is a `<meta>` with a policy.
fn policy_of(html: &str, tag: &Tag<'_>) -> Option<Range<usize>> {
    let is_policy = tag.attribute(html, "http-equiv")?.eq_ignore_ascii_case("content-security-policy");
    let content = tag.attributes.iter().find(|(name, _)| name.eq_ignore_ascii_case("content"));
    content.map(|(_, value)| value.clone()).filter(|_| is_policy && tag.name.eq_ignore_ascii_case("meta"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html><html><head><meta charset=\"utf-8\"><!-- <meta http-equiv=Content-Security-Policy content=x> -->\
        <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; connect-src 'self' http://localhost:9400; base-uri 'none'\">\
        <meta name=\"description\" content=\"a > b\"><title>t</title>";

    fn decided(connect: &[&str], upgrade: bool) -> Decided {
        Decided { connect: connect.iter().map(|&origin| origin.to_owned()).collect(), upgrade }
    }

    #[test]
    fn only_the_decided_directives_change() {
        let html = rewrite(PAGE, &decided(&["https://connect.visma.com", "https://api.example.com"], false)).unwrap();
        let expected = PAGE.replace(
            "connect-src 'self' http://localhost:9400",
            "connect-src 'self' https://connect.visma.com https://api.example.com",
        );
        assert_eq!(html, expected);
    }

    #[test]
    fn writing_the_same_twice_changes_nothing_more() {
        let decided = decided(&["https://connect.visma.com"], true);
        let once = rewrite(PAGE, &decided).unwrap();
        assert!(once.contains("base-uri 'none'; upgrade-insecure-requests\""), "{once}");
        assert_eq!(rewrite(&once, &decided).unwrap(), once);
    }

    #[test]
    fn the_upgrade_goes_away_when_it_is_not_wanted_any_more() {
        let local = decided(&["http://localhost:9400"], false);
        let there = rewrite(PAGE, &decided(&["https://connect.visma.com"], true)).unwrap();
        assert_eq!(rewrite(&there, &local).unwrap(), PAGE);
    }

    #[test]
    fn minified_spellings_are_understood() {
        for page in [
            "<meta content=\"default-src 'none';connect-src 'self'\" http-equiv=Content-Security-Policy>",
            "<META HTTP-EQUIV = 'content-security-policy' CONTENT = \"default-src 'none';connect-src 'self'\" />",
            "<meta content=\"default-src &#39;none&#39;;connect-src &#x27;self&#x27;\" \
                http-equiv=content-security-policy />",
            "<script>if (1 < 2) {}</script><meta\nhttp-equiv=content-security-policy\ncontent=\"default-src 'none'\">",
        ] {
            let html = rewrite(page, &decided(&["https://a.example"], false)).unwrap();
            assert!(html.contains("\"default-src 'none'; connect-src 'self' https://a.example\""), "{html}");
        }
    }

    #[test]
    fn a_page_without_one_policy_is_refused() {
        let decided = decided(&[], false);
        assert!(rewrite("<head><meta charset=utf-8></head>", &decided).is_err());
        assert!(rewrite("<meta http-equiv=content-security-policy>", &decided).is_err());
        assert!(rewrite(&format!("{PAGE}{PAGE}"), &decided).is_err());
        assert!(rewrite("<meta content=\"never closed", &decided).is_err());
    }

    #[test]
    fn a_policy_is_read_as_it_was_written() {
        let html = rewrite(PAGE, &decided(&["https://a.example"], true)).unwrap();
        let policy = read(&html).unwrap();
        let found: Vec<_> = directives(&policy).collect();
        assert_eq!(
            found,
            [
                ("default-src", "'none'"),
                ("connect-src", "'self' https://a.example"),
                ("base-uri", "'none'"),
                ("upgrade-insecure-requests", ""),
            ]
        );
    }
}
