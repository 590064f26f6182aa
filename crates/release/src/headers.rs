//! The response headers that a host sends with the app. The files for hosts and the end-to-end tests use this table. A
//! test compares docs/hosting.md with it.

use crate::{front_channel, policy};
use anyhow::Result;

/// The headers of every response, except the content security policy.
pub const HEADERS: [(&str, &str); 6] = [
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
];

/// The additional header over https.
pub const OVER_HTTPS: (&str, &str) = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains");

/// The name of the header with the content security policy.
pub const POLICY: &str = "Content-Security-Policy";

/// The header in [`HEADERS`] that forbids other pages to show the app in a frame. [`FRAME_ANCESTORS`] forbids it too.
pub const AGAINST_FRAMES: &str = "X-Frame-Options";

/// The directive that is added to the policy of the page. Browsers obey it only in a header, not in a `<meta>`.
pub const FRAME_ANCESTORS: &str = "frame-ancestors 'none'";

/// The headers of every response of the app: the content security policy of its page `html` with [`FRAME_ANCESTORS`],
/// then [`HEADERS`], then [`OVER_HTTPS`] if `https` is true.
///
/// # Errors
/// The page does not have exactly one policy.
pub fn of(html: &str, https: bool) -> Result<Vec<(&'static str, String)>> {
    let policy = format!("{}; {FRAME_ANCESTORS}", policy::read(html)?);
    let table = HEADERS.into_iter().chain(https.then_some(OVER_HTTPS));
    Ok([(POLICY, policy)].into_iter().chain(table.map(|(name, value)| (name, value.to_owned()))).collect())
}

/// The headers of the front-channel page. `html` is its text. `authority` is the origin of the provider, which shows
/// the page in a frame. The list has the policy of this page, which allows frames of `authority` only, and the headers
/// of [`of`] without those that forbid frames. The last header forbids caches to store the page, because each request
/// for it reports another sign-out.
///
/// `Cross-Origin-Resource-Policy` stays in the list. Browsers check it for a page in a frame only if the outer page has
/// a `Cross-Origin-Embedder-Policy`. Such an outer page cannot show this page anyway, because this page has no
/// `Cross-Origin-Embedder-Policy`.
///
/// # Errors
/// The page does not have exactly one policy.
pub fn of_front_channel(html: &str, authority: &str, https: bool) -> Result<Vec<(&'static str, String)>> {
    let by_the_authority = (POLICY, format!("{}; frame-ancestors {authority}", policy::read(html)?));
    let rest = of(html, https)?.into_iter().filter(|(name, _)| *name != POLICY && *name != AGAINST_FRAMES);
    Ok([by_the_authority].into_iter().chain(rest).chain([(CACHING, NOT_AT_ALL.to_owned())]).collect())
}

/// The name of the header whose value [`caching`] returns.
pub const CACHING: &str = "Cache-Control";

/// For a file whose name changes with its content: caches may store it for a year and need not revalidate it.
pub const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// For every other file: caches must revalidate it before each use.
pub const ASK_AGAIN: &str = "no-cache";

/// For the front-channel page: caches must not store it.
pub const NOT_AT_ALL: &str = "no-store";

/// The value of `Cache-Control` for the file at this path, relative to the base of the app.
pub fn caching(file: &str) -> &'static str {
    match file {
        page if front_channel::is_page(page) => NOT_AT_ALL,
        file if is_hashed(file) => FOR_EVER,
        _ => ASK_AGAIN,
    }
}

/// Whether a file name contains a hash of the content. Such a name changes whenever the content changes.
pub fn is_hashed(file: &str) -> bool {
    let is_hash = |part: &str| part.len() == 16 && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    file.rsplit('/').next().unwrap_or_default().split(['-', '_', '.']).any(is_hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;
    use fs_err as fs;

    #[test]
    fn a15_k03_the_policy_of_the_page_becomes_a_header_that_forbids_frames_too() {
        let html = "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; connect-src 'self'\">";
        let headers = of(html, true).unwrap();
        assert_eq!(headers[0], (POLICY, "default-src 'none'; connect-src 'self'; frame-ancestors 'none'".to_owned()));
        assert_eq!(headers.len(), 8);
        assert_eq!(headers[7].0, "Strict-Transport-Security");
        assert!(of(html, false).unwrap().iter().all(|(name, _)| *name != "Strict-Transport-Security"));
        assert!(of("<p>", true).is_err());
    }

    #[test]
    fn h08_one_page_is_shown_in_a_frame_only_by_the_authority_and_is_not_kept() {
        let html = "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; script-src 'self'\">";
        let headers = of_front_channel(html, "https://connect.example", true).unwrap();
        let policy = "default-src 'none'; script-src 'self'; frame-ancestors https://connect.example";
        let own = [(POLICY, policy.to_owned()), (CACHING, "no-store".to_owned())];
        assert_eq!([headers[0].clone(), headers.last().unwrap().clone()], own);
        let shared: Vec<_> = of(html, true).unwrap().into_iter().filter(|(name, _)| *name != POLICY).collect();
        let (gone, kept): (Vec<_>, Vec<_>) = shared.into_iter().partition(|(name, _)| *name == "X-Frame-Options");
        assert_eq!((gone.len(), &headers[1..headers.len() - 1]), (1, &kept[..]));
        for page in ["frontchannel-logout", "frontchannel-logout.html"] {
            assert_eq!(caching(page), "no-store", "{page}");
        }
        assert_eq!(caching("frontchannel-logout.js"), "no-cache");
        assert!(of_front_channel("<p>", "https://connect.example", true).is_err());
    }

    #[test]
    fn only_names_of_content_are_kept_for_ever() {
        for file in [
            "visma-connect-spa-8e1d403280031d39_bg.wasm",
            "part-rest-0a1b2c3d4e5f6071.wasm",
            "style-3ee47173b18560bc.css",
            "a/icon-2f83085d3520c345.svg",
        ] {
            assert_eq!(caching(file), "public, max-age=31536000, immutable", "{file}");
        }
        for file in [
            "",
            "index.html",
            "callback",
            "boot.js",
            "config.json",
            "a-2f83085d3520c345/boot.js",
            "style-3EE47173B18560BC.css",
        ] {
            assert_eq!(caching(file), "no-cache", "{file}");
        }
    }

    #[test]
    fn the_hosting_guide_lists_the_same_headers() {
        let hosting = fs::read_to_string(Project::here().root().join("docs/hosting.md")).unwrap();
        let expected: String =
            HEADERS.into_iter().chain([OVER_HTTPS]).map(|(name, value)| format!("{name}: {value}\n")).collect();
        let block = format!("```\n{POLICY}: …; {FRAME_ANCESTORS}\n{expected}```\n");
        assert!(hosting.contains(&block), "docs/hosting.md does not list these headers:\n{block}");
        assert!(hosting.contains(&format!("`{CACHING}: {FOR_EVER}`")) && hosting.contains(&format!("`{ASK_AGAIN}`")));
    }
}
