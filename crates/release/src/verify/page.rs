//! Checks the page of the app: its markup, its policy, and the integrity of the files that it loads.

use super::rule::Rule;
use super::text;
use crate::files::{Files, bytes_of};
use crate::hash::integrity;
use crate::html::{Tag, script, tags};
use crate::{policy, preconnect};

/// Directives that must have exactly these values.
const EXACT: [(&str, &str); 6] = [
    ("default-src", "'none'"),
    ("script-src", "'self' 'wasm-unsafe-eval'"),
    ("style-src", "'self'"),
    ("base-uri", "'none'"),
    ("form-action", "'none'"),
    ("object-src", "'none'"),
];

/// Directives that are optional. Their value must be `'self'` or `'none'`.
const OWN: [&str; 5] = ["img-src", "font-src", "media-src", "manifest-src", "worker-src"];

/// Forbidden elements: they embed documents or style, submit data, or change the base of URLs.
pub(super) const ELEMENTS: [&str; 7] = ["base", "iframe", "frame", "object", "embed", "form", "style"];

/// Forbidden attributes: they contain style or a document.
pub(super) const ATTRIBUTES: [&str; 2] = ["style", "srcdoc"];

/// The prefix of attributes that contain code.
pub(super) const HANDLER: &str = "on";

/// Forbidden URL schemes: the URL contains code or a document, or refers to an object in memory.
pub(super) const SCHEMES: [&str; 3] = ["javascript", "data", "blob"];

/// Names in Trunk's own start script, which gives every script of the page access to the module.
pub(super) const BOOTSTRAP: [&str; 2] = ["wasmBindings", "TrunkApplicationStarted"];

/// Checks one page of the app in a dist.
pub(super) fn check(html: &str, files: &Files, add: &mut impl FnMut(Rule, String)) {
    let tags = tags(html);
    for tag in &tags {
        inline(html, tag, add);
    }
    check_policy(html, &tags, add);
    check_integrity(html, &tags, files, add);

    // Other origins are allowed in two places only: in the policy, and in a preconnect to an origin of the policy.
    let policy = policy::read(html).unwrap_or_default();
    let allowed = connect_sources(html);
    let mut rest = html.replace(&policy, "");
    for origin in preconnect::origins(html).iter().filter(|origin| allowed.contains(origin)) {
        rest = rest.replacen(&format!("<link rel=\"preconnect\" href=\"{origin}\" crossorigin>"), "", 1);
    }
    for address in text::addresses(&rest) {
        add(Rule::ForeignOrigin, format!("it names {address}"));
    }
    for needle in BOOTSTRAP.into_iter().filter(|needle| html.contains(needle)) {
        add(Rule::Global, format!("it holds `{needle}`"));
    }
}

/// The origins in `connect-src`, without `'self'`.
pub(super) fn connect_sources(html: &str) -> Vec<String> {
    let policy = policy::read(html).unwrap_or_default();
    let sources = policy::directives(&policy).find(|(name, _)| *name == "connect-src").map(|(_, sources)| sources);
    let sources = sources.unwrap_or_default().split_whitespace();
    sources.filter(|source| *source != "'self'").map(str::to_owned).collect()
}

pub(super) fn inline(html: &str, tag: &Tag<'_>, add: &mut impl FnMut(Rule, String)) {
    if tag.is("script") && (tag.attribute(html, "src").is_none() || !tag.text.trim().is_empty()) {
        add(Rule::Inline, "it has an inline script".to_owned());
    }
    if ELEMENTS.into_iter().any(|name| tag.is(name)) {
        add(Rule::Inline, format!("it has the element <{}>", tag.name));
    }
    for (name, _) in &tag.attributes {
        let value = tag.attribute(html, name).unwrap_or_default();
        let scheme = value.trim_start().split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        let is_code = scheme.is_some_and(|scheme| SCHEMES.contains(&scheme.as_str()));
        let name = name.to_ascii_lowercase();
        if ATTRIBUTES.contains(&name.as_str()) || name.starts_with(HANDLER) || is_code {
            add(Rule::Inline, format!("<{}> has {name}=\"{value}\"", tag.name));
        }
    }
}

fn check_policy(html: &str, tags: &[Tag<'_>], add: &mut impl FnMut(Rule, String)) {
    let policy = match policy::read(html) {
        Ok(policy) => policy,
        Err(problem) => return add(Rule::Policy, problem.to_string()),
    };
    for (name, values) in EXACT {
        let found: Vec<&str> =
            policy::directives(&policy).filter(|(own, _)| *own == name).map(|(_, values)| values).collect();
        if found != [values] {
            add(Rule::Policy, format!("{name} is not {values}"));
        }
    }
    for (name, values) in policy::directives(&policy) {
        let is_known = match name {
            "connect-src" => values.split_whitespace().all(|source| source == "'self'" || is_origin(source)),
            "upgrade-insecure-requests" => values.is_empty(),
            _ => {
                EXACT.iter().any(|(own, _)| *own == name)
                    || (OWN.contains(&name) && matches!(values, "'self'" | "'none'"))
            }
        };
        if !is_known {
            add(Rule::Policy, format!("{name} is {values}"));
        }
    }
    check_order(html, tags, add);
}

/// The policy must come before every tag that loads something. The referrer policy must be `no-referrer`.
pub(super) fn check_order(html: &str, tags: &[Tag<'_>], add: &mut impl FnMut(Rule, String)) {
    let is_policy = |tag: &Tag<'_>| tag.attribute(html, "http-equiv").is_some();
    let loads = |tag: &Tag<'_>| tag.is("script") || tag.is("link");
    if tags.iter().position(is_policy) > tags.iter().position(loads) {
        add(Rule::Policy, "it comes after a tag that loads something".to_owned());
    }
    let is_referrer = |tag: &&Tag<'_>| tag.is("meta") && tag.attribute(html, "name").as_deref() == Some("referrer");
    if tags.iter().find(is_referrer).and_then(|tag| tag.attribute(html, "content")).as_deref() != Some("no-referrer") {
        add(Rule::Policy, "the referrer policy is not no-referrer".to_owned());
    }
}

/// Whether a source is one origin, without wildcards or keywords.
fn is_origin(source: &str) -> bool {
    let host = source.strip_prefix("https://").or_else(|| source.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(['*', '/', '\'']))
}

fn check_integrity(html: &str, tags: &[Tag<'_>], files: &Files, add: &mut impl FnMut(Rule, String)) {
    let mut linked = Vec::new();
    for tag in tags.iter().filter(|tag| tag.is("link")) {
        let value = |name: &str| tag.attribute(html, name).unwrap_or_default();
        if !matches!(value("rel").as_str(), "stylesheet" | "modulepreload" | "preload") {
            continue;
        }
        let url = value("href");
        let name = url.rsplit('/').next().unwrap_or_default();
        // The preload of the wasm has `data-integrity`, which the script checks. With `integrity`, Chromium writes a
        // warning. Browsers ignore `data-integrity`, so no other tag may have it instead.
        let is_wasm = value("rel") == "preload" && value("as") == "fetch";
        let integrities = [value("integrity"), if is_wasm { value("data-integrity") } else { String::new() }];
        match bytes_of(files, name) {
            None => add(Rule::Integrity, format!("{url} does not exist")),
            Some(bytes) if !integrities.contains(&integrity(bytes)) => {
                add(Rule::Integrity, format!("{url} does not have the integrity of its file"));
            }
            Some(_) => {}
        }
        linked.push(url);
    }
    let script = script(html, tags);
    let value = |name: &str| script.and_then(|tag| tag.attribute(html, name)).unwrap_or_default();
    if !linked.contains(&value("data-wasm")) {
        add(Rule::Integrity, "the file in data-wasm has no link with an integrity".to_owned());
    }
    let source = value("src");
    let bytes = bytes_of(files, source.rsplit('/').next().unwrap_or_default());
    if bytes.map(integrity) != Some(value("integrity")) {
        add(Rule::Integrity, format!("the script {source:?} does not have the integrity of its file"));
    }
    let sources = tags.iter().filter(|tag| tag.is("script") && tag.attribute(html, "src").is_some());
    if sources.count() != 1 {
        add(Rule::Integrity, "it does not load exactly one script".to_owned());
    }
    for (file, _) in files.iter().filter(|(file, _)| file.ends_with(".css")) {
        if !linked.iter().any(|url| url.ends_with(file.as_str())) {
            add(Rule::Integrity, format!("{file} has no link with an integrity"));
        }
    }
}
