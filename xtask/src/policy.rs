//! The Content-Security-Policy in a page's `<meta>`: which origins the page may talk to.
//!
//! The built page is minified HTML, so attributes may stand in any order and in any quotes.

use std::ops::Range;

/// What the configuration decides in the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Origins beside `'self'` that the page may fetch from.
    pub connect: Vec<String>,
    /// Whether browsers shall turn every http request into https.
    pub upgrade: bool,
}

/// Writes what was decided into the policy of `html`, and leaves every other byte as it is.
///
/// # Errors
/// A sentence, when there is not exactly one policy.
pub fn rewrite(html: &str, decided: &Decided) -> Result<String, String> {
    let mut policies = metas(html).filter_map(|tag| policy_of(html, tag));
    let place = policies.next().ok_or("the page has no <meta http-equiv=\"Content-Security-Policy\" content=\"…\">")?;
    if policies.next().is_some() {
        return Err("the page has more than one Content-Security-Policy".to_owned());
    }
    let (before, after) = (html.get(..place.start).unwrap_or_default(), html.get(place.end..).unwrap_or_default());
    let policy = decode(html.get(place).unwrap_or_default());
    Ok(format!("{before}\"{}\"{after}", encode(&decide(&policy, decided))))
}

/// Replaces `connect-src` where it stands, and sets or removes `upgrade-insecure-requests`.
fn decide(policy: &str, decided: &Decided) -> String {
    let mut connect = String::from("connect-src 'self'");
    for origin in &decided.connect {
        connect.push(' ');
        connect.push_str(origin);
    }
    let mut connect = Some(connect);
    let mut directives = Vec::new();
    for directive in policy.split(';').map(str::trim).filter(|directive| !directive.is_empty()) {
        let name = directive.split_whitespace().next().unwrap_or_default();
        if name.eq_ignore_ascii_case("connect-src") {
            // A browser obeys the first and ignores the others.
            directives.extend(connect.take());
        } else if !name.eq_ignore_ascii_case("upgrade-insecure-requests") {
            directives.push(directive.to_owned());
        }
    }
    directives.extend(connect);
    if decided.upgrade {
        directives.push("upgrade-insecure-requests".to_owned());
    }
    directives.join("; ")
}

/// The inside of every `<meta …>` that is not in a comment.
fn metas(html: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = html.get(at..)?;
            let open = at + rest.find('<')?;
            let tag = html.get(open..)?;
            if tag.starts_with("<!--") {
                at = open + tag.find("-->")? + 3;
                continue;
            }
            let end = open + tag_length(tag)?;
            at = end;
            let is_meta = tag.get(..5).is_some_and(|name| name.eq_ignore_ascii_case("<meta"));
            if is_meta && tag.as_bytes().get(5).is_some_and(u8::is_ascii_whitespace) {
                return Some(open + 5..end - 1);
            }
        }
    })
}

/// The length of a tag up to and with its `>`, which may also stand inside a quoted value.
fn tag_length(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (index, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(index + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    None
}

/// Where the value of `content`, with its quotes, stands in a policy's `<meta>`.
fn policy_of(html: &str, tag: Range<usize>) -> Option<Range<usize>> {
    let mut is_policy = false;
    let mut content = None;
    for (name, value) in attributes(html, tag) {
        let text = html.get(value.clone()).unwrap_or_default();
        if name.eq_ignore_ascii_case("http-equiv") {
            is_policy = unquote(text).eq_ignore_ascii_case("content-security-policy");
        } else if name.eq_ignore_ascii_case("content") {
            content = Some(value);
        }
    }
    content.filter(|_| is_policy)
}

/// Names of attributes, and where their values stand.
fn attributes(html: &str, tag: Range<usize>) -> Vec<(&str, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = tag.start;
    while let Some(rest) = html.get(at..tag.end) {
        let name_start = at + (rest.len() - rest.trim_start().len());
        let Some(rest) = html.get(name_start..tag.end).filter(|rest| !rest.is_empty()) else { break };
        let name_length = rest.find(|c: char| c == '=' || c.is_ascii_whitespace()).unwrap_or(rest.len());
        let name = rest.get(..name_length).unwrap_or_default();
        let after_name = rest.get(name_length..).unwrap_or_default();
        let Some(value) = after_name.trim_start().strip_prefix('=').map(str::trim_start) else {
            at = name_start + name_length.max(1);
            continue;
        };
        let value_start = tag.end - value.len();
        let value_length = match value.as_bytes().first() {
            Some(quote @ (b'"' | b'\'')) => {
                value.bytes().skip(1).position(|byte| byte == *quote).map_or(value.len(), |index| index + 2)
            }
            _ => value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len()),
        };
        found.push((name, value_start..value_start + value_length));
        at = value_start + value_length.max(1);
    }
    found
}

fn unquote(value: &str) -> &str {
    let inner = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

/// The text of an attribute's value: without quotes, with the characters that HTML writes as entities.
fn decode(value: &str) -> String {
    unquote(value)
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&apos;", "'")
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

fn encode(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;")
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
            "<meta content=\"default-src &#39;none&#39;;connect-src &#x27;self&#x27;\" http-equiv=content-security-policy />",
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
}
