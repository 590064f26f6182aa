//! Scripts, styles and pictures: what they must not say.

use super::rule::Rule;

/// What a script must not hold.
pub(super) const IN_SCRIPTS: [(Rule, &str); 17] = [
    (Rule::Global, "wasmBindings"),
    (Rule::Global, "TrunkApplicationStarted"),
    (Rule::ServiceWorker, "serviceWorker.register"),
    (Rule::ServiceWorker, "serviceWorker?.register"),
    (Rule::ServiceWorker, "ServiceWorkerContainer"),
    (Rule::StringAsCode, "eval("),
    (Rule::StringAsCode, "new Function("),
    (Rule::StringAsCode, "innerHTML"),
    (Rule::StringAsCode, "outerHTML"),
    (Rule::StringAsCode, "insertAdjacentHTML"),
    (Rule::StringAsCode, "document.write"),
    // Other pages have nothing to say to this one. Its own tabs have a channel, which no other origin reaches.
    (Rule::ForeignOrigin, ".opener"),
    (Rule::ForeignOrigin, "window.onmessage"),
    (Rule::ForeignOrigin, "globalThis.onmessage"),
    // The minifier writes double quotes, or backticks where those cost less.
    (Rule::ForeignOrigin, "addEventListener(\"message\""),
    (Rule::ForeignOrigin, "addEventListener('message'"),
    (Rule::ForeignOrigin, "addEventListener(`message`"),
];

/// What a picture must not hold: code, or style that the policy would refuse.
pub(super) const IN_PICTURES: [(Rule, &str); 3] =
    [(Rule::Inline, "<script"), (Rule::Inline, " on"), (Rule::Inline, "style=")];

/// What a style sheet must not hold: all styles are in one file.
pub(super) const IN_STYLES: [(Rule, &str); 1] = [(Rule::ForeignOrigin, "@import")];

/// XML names its own vocabularies by addresses that are never loaded.
const VOCABULARY: &str = "http://www.w3.org/";

/// Checks the text of a file with this extension.
pub(super) fn check(extension: &str, text: &str, add: &mut impl FnMut(Rule, String)) {
    let forbidden: &[(Rule, &str)] = match extension {
        "js" => &IN_SCRIPTS,
        "svg" => &IN_PICTURES,
        "css" => &IN_STYLES,
        _ => &[],
    };
    for (rule, needle) in forbidden.iter().filter(|(_, needle)| text.contains(needle)) {
        add(*rule, format!("it holds `{needle}`"));
    }
    for address in addresses(text).filter(|address| extension != "svg" || !address.starts_with(VOCABULARY)) {
        add(Rule::ForeignOrigin, format!("it names {address}"));
    }
}

/// What looks like an absolute address, with its scheme or without: `https://…`, `"//…`, `(//…`.
pub(super) fn addresses(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("//").filter_map(|(at, _)| {
        let (before, after) = (text.get(..at)?, text.get(at + 2..)?);
        if !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') {
            return None;
        }
        let scheme = before
            .strip_suffix(':')
            .map(|before| before.len() - before.bytes().rev().take_while(u8::is_ascii_alphanumeric).count());
        let start = match (scheme, before.chars().next_back()) {
            (Some(start), _) => start,
            (None, Some('"' | '\'' | '`' | '(' | '=')) => at,
            _ => return None,
        };
        let length = after.find(|c: char| c.is_whitespace() || "\"'`<>();".contains(c)).unwrap_or(after.len());
        text.get(start..at + 2 + length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_comments_and_quotients() {
        let text = "// a comment\na //b\nfetch('https://a.example/x');url(//b.example);\"//c.example\"; \
            1//2\nhttps://' + host;wss://[::1]";
        let found: Vec<&str> = addresses(text).collect();
        assert_eq!(found, ["https://a.example/x", "//b.example", "//c.example", "wss://[::1]"]);
    }
}
