//! Scripts, styles and pictures: what they must not say.

use super::Rule;

/// What a script must not hold.
const IN_SCRIPTS: [(Rule, &str); 15] = [
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
    (Rule::ForeignOrigin, "addEventListener('message'"),
];

/// XML names its own vocabularies by addresses that nobody visits.
const VOCABULARY: &str = "http://www.w3.org/";

/// Checks the text of a file with this extension.
pub(super) fn check(extension: &str, text: &str, add: &mut impl FnMut(Rule, String)) {
    if extension == "js" {
        for (rule, needle) in IN_SCRIPTS.into_iter().filter(|(_, needle)| text.contains(needle)) {
            add(rule, format!("it holds `{needle}`"));
        }
    }
    if extension == "svg" {
        for (rule, needle) in [(Rule::Inline, "<script"), (Rule::Inline, " on"), (Rule::Inline, "style=")] {
            if text.contains(needle) {
                add(rule, format!("it holds `{needle}`"));
            }
        }
    }
    if extension == "css" && text.contains("@import") {
        add(Rule::ForeignOrigin, "it holds `@import`".to_owned());
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
        let text = "// a comment\na //b\nfetch('https://a.example/x');url(//b.example);\"//c.example\"; 1//2\nhttps://' + host;wss://[::1]";
        let found: Vec<&str> = addresses(text).collect();
        assert_eq!(found, ["https://a.example/x", "//b.example", "//c.example", "wss://[::1]"]);
    }
}
