//! Reads the start tags of a built page, for the checks, the policy and the build.
//!
//! A built page is minified HTML. Its attributes can have any order, and their values can have double quotes, single
//! quotes or no quotes.

use std::ops::Range;

/// A start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    /// The name of the element, in upper or lower case as in the page.
    pub name: &'a str,
    /// The names of the attributes, and the ranges of their values in the page. A range includes the quotes. It is
    /// empty if the attribute has no value.
    pub attributes: Vec<(&'a str, Range<usize>)>,
    /// The text between this tag and the next tag. For `<script>` and `<style>`, the complete content.
    pub text: &'a str,
    /// The range of the tag in the page.
    pub place: Range<usize>,
}

impl Tag<'_> {
    /// The decoded value of an attribute, or `None` if the tag does not have it.
    pub fn attribute(&self, html: &str, name: &str) -> Option<String> {
        let (_, place) = self.attributes.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
        Some(decode(html.get(place.clone()).unwrap_or_default()))
    }

    /// Whether the tag has this name. Case does not matter.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// Every start tag outside of comments, in order. The content of `<script>` and `<style>` is text, so it has no tags.
pub fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut found: Vec<Tag<'_>> = Vec::new();
    let mut at = 0;
    while let Some((open, tag)) = html.get(at..).and_then(|rest| {
        let open = at + rest.find('<')?;
        Some((open, html.get(open..)?))
    }) {
        if tag.starts_with("<!--") {
            let Some(length) = tag.find("-->") else { break };
            at = open + length + 3;
            continue;
        }
        let Some(end) = tag_length(tag).map(|length| open + length) else { break };
        at = end;
        let name = tag.get(1..).unwrap_or_default();
        let name_length = name.find(|c: char| c == '>' || c == '/' || c.is_ascii_whitespace()).unwrap_or(name.len());
        let name = name.get(..name_length).unwrap_or_default();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let rest = html.get(end..).unwrap_or_default();
        let raw = ["script", "style"].into_iter().find(|raw| name.eq_ignore_ascii_case(raw));
        let closing = raw.map_or_else(|| "<".to_owned(), |raw| format!("</{raw}"));
        let text_length = rest.to_ascii_lowercase().find(&closing).unwrap_or(rest.len());
        at += text_length;
        let inside = open + 1 + name_length..end - 1;
        let text = rest.get(..text_length).unwrap_or_default();
        found.push(Tag { name, attributes: attributes(html, inside), text, place: open..end });
    }
    found
}

/// The script of a built page. It has the attribute `data-wasm`.
pub fn script<'a>(html: &'a str, tags: &'a [Tag<'a>]) -> Option<&'a Tag<'a>> {
    tags.iter().find(|tag| tag.is("script") && tag.attribute(html, "data-wasm").is_some())
}

/// The path at which a built page is served: the folder of its script, with a slash at the end.
pub fn base(html: &str) -> Option<String> {
    let url = script(html, &tags(html))?.attribute(html, "src")?;
    Some(url.get(..=url.rfind('/')?)?.to_owned())
}

/// The text with `by` instead of the text in the range `place`.
pub(crate) fn replaced(text: &str, place: Range<usize>, by: &str) -> String {
    let (before, after) = (text.get(..place.start), text.get(place.end..));
    [before.unwrap_or_default(), by, after.unwrap_or_default()].concat()
}

/// The length of a tag, including the `>` at its end. A `>` inside a quoted value does not end the tag.
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

/// The attributes in the range `tag` of the page, as in [`Tag::attributes`].
fn attributes(html: &str, tag: Range<usize>) -> Vec<(&str, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = tag.start;
    while let Some(rest) = html.get(at..tag.end) {
        let name_start = at + (rest.len() - rest.trim_start_matches(|c: char| c == '/' || c.is_whitespace()).len());
        let Some(rest) = html.get(name_start..tag.end).filter(|rest| !rest.is_empty()) else { break };
        let name_length = rest.find(|c: char| c == '=' || c.is_ascii_whitespace()).unwrap_or(rest.len());
        let name = rest.get(..name_length).unwrap_or_default();
        let after_name = rest.get(name_length..).unwrap_or_default();
        let Some(value) = after_name.trim_start().strip_prefix('=').map(str::trim_start) else {
            at = name_start + name_length.max(1);
            found.push((name, at..at));
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

/// Decodes the value of an attribute: removes its quotes, and replaces the entities of quotes and `&`.
pub fn decode(value: &str) -> String {
    unquote(value)
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&apos;", "'")
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// Encodes a text for an attribute value in double quotes. The quotes are not included.
pub fn encode(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line for each tag: its name, attributes and text.
    fn found(html: &str) -> Vec<String> {
        let value = |place: Range<usize>| decode(html.get(place).unwrap());
        let line = |tag: Tag<'_>| {
            let attributes = tag.attributes.into_iter().map(|(name, place)| format!(" {name}=[{}]", value(place)));
            format!("{}{}: {}", tag.name, attributes.collect::<String>(), tag.text)
        };
        tags(html).into_iter().map(line).collect()
    }

    #[test]
    fn attributes_stand_in_any_quotes_or_none() {
        let html = "<!doctype html><LINK as=fetch crossorigin href=/a?b=1 data-x = 'a > b' rel=\"pre &amp; load\"/>";
        assert_eq!(found(html), ["LINK as=[fetch] crossorigin=[] href=[/a?b=1] data-x=[a > b] rel=[pre & load]: "]);
    }

    #[test]
    fn a_script_holds_text_and_a_comment_nothing() {
        let html = "<!-- <p> --><script>if (1 <b) \"</p>\"</SCRIPT><p>words</p>";
        assert_eq!(found(html), ["script: if (1 <b) \"</p>\"", "p: words"]);
    }

    #[test]
    fn the_base_is_where_the_script_is() {
        let html = "<script src=/a.js></script><script data-wasm=/app/b.wasm src=\"/app/b.js\"></script>";
        assert_eq!(base(html).as_deref(), Some("/app/"));
        for html in ["<script src=/app/b.js></script>", "<link data-wasm=x src=/b.js>", "<script data-wasm=x src=b.js>"]
        {
            assert_eq!(base(html), None, "{html}");
        }
    }

    #[test]
    fn what_is_never_closed_is_no_tag() {
        for html in ["<p", "<meta content=\"never closed", "<!-- <p>", "<", "", "1 < 2 > 0"] {
            assert!(found(html).is_empty(), "{html}");
        }
    }
}
