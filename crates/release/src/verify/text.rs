//! Checks scripts, styles and pictures for forbidden texts.

use super::rule::Rule;

/// Texts that a script must not contain.
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
    // The app accepts no messages from other pages. Its own tabs use a BroadcastChannel, which other origins cannot
    // access.
    (Rule::ForeignOrigin, ".opener"),
    (Rule::ForeignOrigin, "window.onmessage"),
    (Rule::ForeignOrigin, "globalThis.onmessage"),
    // The minifier writes double quotes, or backticks where they are shorter.
    (Rule::ForeignOrigin, "addEventListener(\"message\""),
    (Rule::ForeignOrigin, "addEventListener('message'"),
    (Rule::ForeignOrigin, "addEventListener(`message`"),
];

/// Texts that a picture must not contain: code, or style that the content security policy blocks.
pub(super) const IN_PICTURES: [(Rule, &str); 3] =
    [(Rule::Inline, "<script"), (Rule::Inline, " on"), (Rule::Inline, "style=")];

/// Texts that a style sheet must not contain. All styles must be in one file.
pub(super) const IN_STYLES: [(Rule, &str); 1] = [(Rule::ForeignOrigin, "@import")];

/// The prefix of the URLs that name XML namespaces. Browsers never load them.
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

/// Texts that look like absolute addresses, with or without a scheme: `https://…`, `"//…`, `(//…`.
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
    fn addresses_are_distinguished_from_comments_and_quotients() {
        let text = "// a comment\na //b\nfetch('https://a.example/x');url(//b.example);\"//c.example\"; \
            1//2\nhttps://' + host;wss://[::1]";
        let found: Vec<&str> = addresses(text).collect();
        assert_eq!(found, ["https://a.example/x", "//b.example", "//c.example", "wss://[::1]"]);
    }
}
