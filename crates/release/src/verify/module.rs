//! Checks a wasm file: its custom sections (WebAssembly Core Specification 2.0, chapter 5.5), and the addresses in its
//! strings.

use super::rule::Rule;
use std::collections::BTreeSet;

/// The first bytes of every module: magic number and version.
const PREAMBLE: &[u8] = b"\0asm\x01\0\0\0";

/// Names of custom sections for debuggers.
pub(super) const FOR_DEBUGGERS: [&str; 3] = ["name", "external_debug_info", "build_id"];

/// The prefix of the names of DWARF sections.
pub(super) const DWARF: &str = ".debug";

/// The URL schemes with which a page can reach a host.
const SCHEMES: [&str; 4] = ["https", "http", "wss", "ws"];

/// The addresses in the messages of the app (crates/visma-connect/messages/en.ftl). The app only shows them. It sends
/// requests only to the origins in config.json.
const IN_ITS_WORDS: [&str; 3] = [
    // In the remedy for a missing or a local authority.
    "https://connect.visma.com",
    // The authority of the local provider.
    "http://localhost:9400",
    // The origin to use if the portal refuses localhost.
    "https://app.local",
];

/// Reports sections for debuggers, and unexpected addresses.
pub(super) fn check(bytes: &[u8], add: &mut impl FnMut(Rule, String)) {
    match custom_sections(bytes) {
        None => add(Rule::UnexpectedFile, "it is not a WebAssembly module".to_owned()),
        Some(names) => {
            let is_for_debuggers = |name: &&String| name.starts_with(DWARF) || FOR_DEBUGGERS.contains(&name.as_str());
            for name in names.iter().filter(is_for_debuggers) {
                add(Rule::DebugNames, format!("it has the section `{name}`"));
            }
        }
    }
    let text = String::from_utf8_lossy(bytes);
    let foreign: BTreeSet<String> = addresses(&text).filter(|address| !is_of_its_words(address)).collect();
    for address in foreign {
        add(
            Rule::ForeignOrigin,
            format!("it names {address}, which is not one of the addresses in the app's messages"),
        );
    }
}

/// The scheme and authority of every address in a text (RFC 3986, section 3).
///
/// A module stores its strings without a separator. So the text after `https://` can be the start of the next string.
/// It counts as a host only if it contains a dot, a port, a user or an IPv6 address, or if it is `localhost`.
fn addresses(text: &str) -> impl Iterator<Item = String> {
    text.match_indices("://").filter_map(|(at, _)| {
        let (before, after) = (text.get(..at)?, text.get(at + 3..)?);
        let ends_with = |scheme: &&str| {
            let end = before.len().checked_sub(scheme.len()).and_then(|start| before.get(start..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(scheme))
        };
        let scheme = SCHEMES.into_iter().find(ends_with)?;
        let length = after.find(|c: char| !c.is_alphanumeric() && !"-_%.:@[]".contains(c)).unwrap_or(after.len());
        // The address can be the end of a sentence.
        let authority = after.get(..length)?.trim_end_matches(['.', ':']);
        // The next string can contain a colon, but only the colon of a port is followed by a digit.
        let is_port =
            |(at, _)| authority.get(at + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let has_port = authority.match_indices(':').any(is_port);
        let is_host = authority == "localhost" || authority.contains(['.', '@', '[']) || has_port;
        (is_host && !authority.starts_with('.')).then(|| format!("{scheme}://{authority}"))
    })
}

/// Whether an address is one of [`IN_ITS_WORDS`]. A full stop and the first word of the next sentence may follow it.
fn is_of_its_words(address: &str) -> bool {
    IN_ITS_WORDS.into_iter().filter_map(|known| address.strip_prefix(known)).any(|rest| {
        let next = rest.strip_prefix('.').unwrap_or_default();
        rest.is_empty()
            || next.starts_with(|c: char| c.is_ascii_uppercase()) && next.chars().all(|c| c.is_ascii_alphabetic())
    })
}

/// The names of all custom sections, or `None` if the bytes are not a module.
fn custom_sections(bytes: &[u8]) -> Option<Vec<String>> {
    let mut rest = bytes.strip_prefix(PREAMBLE)?;
    let mut names = Vec::new();
    while let Some((id, after_id)) = rest.split_first() {
        let (size, content) = number(after_id)?;
        let (content, next) = content.split_at_checked(size)?;
        if *id == 0 {
            let (length, name) = number(content)?;
            names.push(String::from_utf8_lossy(name.get(..length)?).into_owned());
        }
        rest = next;
    }
    Some(names)
}

/// Reads an unsigned LEB128 number of at most 32 bits. Returns it and the bytes after it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok()?, bytes.get(index + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;
    use fs_err as fs;

    #[test]
    fn an_address_is_distinguished_from_a_scheme_with_a_string_after_it() {
        for (text, expected) in [
            ("fetch https://cdn.example/x.js", &["https://cdn.example"][..]),
            ("https://cdn.example", &["https://cdn.example"]),
            ("\u{0}http://cdn.example:8080?x\u{0}", &["http://cdn.example:8080"]),
            ("wss://cdn.example/ws ws://cdn.example", &["wss://cdn.example", "ws://cdn.example"]),
            ("HTTPS://CDN.EXAMPLE/", &["https://CDN.EXAMPLE"]),
            ("https://https://cdn.example\"", &["https://cdn.example"]),
            ("https://10.0.0.1/ https://[::1]/", &["https://10.0.0.1", "https://[::1]"]),
            ("http://localhost/", &["http://localhost"]),
            ("https://intranet:8443/", &["https://intranet:8443"]),
            ("https://user@intranet/", &["https://user@intranet"]),
            ("https://b\u{fc}cher.example/", &["https://b\u{fc}cher.example"]),
            ("Ask https://cdn.example. Or https://cdn.example:", &["https://cdn.example", "https://cdn.example"]),
            // Texts from the module of this app.
            ("&https://http:///target_link_urilogin_hint", &[]),
            ("Use https://; plain http is accepted", &[]),
            ("https://.well-known", &[]),
            ("https://given_nameECpromptissuervisma-connect-spa:lastWrite a text", &[]),
            ("https://visma-connect-spa:last:8443", &["https://visma-connect-spa:last:8443"]),
            ("://cdn.example ftp://cdn.example", &[]),
        ] {
            assert_eq!(addresses(text).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn only_the_addresses_in_the_words_of_the_app_are_known() {
        for address in IN_ITS_WORDS {
            assert!(is_of_its_words(address) && is_of_its_words(&format!("{address}.The")), "{address}");
            for end in ["x", ".x", ".evil.example", ".Evil.example", ".The9", ":1", "@evil.example", "-x", "0"] {
                assert!(!is_of_its_words(&format!("{address}{end}")), "{address}{end}");
            }
        }
        for other in
            ["http://connect.visma.com", "https://localhost:9400", "https://a.connect.visma.com", "wss://app.local"]
        {
            assert!(!is_of_its_words(other), "{other}");
        }
    }

    #[test]
    fn the_app_still_has_the_words_of_every_known_address() {
        let words = fs::read_to_string(Project::here().root().join("crates/visma-connect/messages/en.ftl")).unwrap();
        for address in IN_ITS_WORDS {
            assert!(words.contains(address), "no message names {address}: remove it from IN_ITS_WORDS");
        }
    }

    #[test]
    fn custom_sections_are_found_between_others() {
        let long = [vec![10, 0x81, 0x01], vec![0xff; 129]].concat();
        let module = [PREAMBLE, &[1, 1, 0], &[0, 6, 4], b"name!", &long, &[0, 3, 1], b"x!"].concat();
        assert_eq!(custom_sections(&module), Some(vec!["name".to_owned(), "x".to_owned()]));
        for end in [4, 9, 10, 12, 13, module.len() - 1] {
            assert_eq!(custom_sections(&module[..end]), None, "cut at {end}");
        }
    }
}
