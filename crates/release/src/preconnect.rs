//! The tag that makes a browser open the connection to the provider while it still loads the page.
//!
//! The first request to the provider then does not wait for DNS, TCP and TLS. The tag has `crossorigin`, because the
//! requests are CORS requests without credentials. Browsers use separate connections for requests with cookies.

use crate::html::{Tag, encode, replaced, tags};
use anyhow::{Context, Result};

/// Replaces all preconnect tags of the page by one tag for this origin.
///
/// # Errors
/// The page has no `<meta>`.
pub fn rewrite(html: &str, origin: &str) -> Result<String> {
    let mut page = html.to_owned();
    while let Some(place) = tags(&page).iter().find(|tag| is_preconnect(&page, tag)).map(|tag| tag.place.clone()) {
        page = replaced(&page, place, "");
    }
    // Put the tag after the last `<meta>`. The policies are in `<meta>` tags, and must be before every `<link>`.
    let end = tags(&page).iter().filter(|tag| tag.is("meta")).map(|tag| tag.place.end).max();
    let end = end.context("the page has no <meta>")?;
    let tag = format!("<link rel=\"preconnect\" href=\"{}\" crossorigin>", encode(origin));
    Ok(replaced(&page, end..end, &tag))
}

/// The origins to which the page opens a connection early.
pub(crate) fn origins(html: &str) -> Vec<String> {
    let tags = tags(html);
    let preconnects = tags.iter().filter(|tag| is_preconnect(html, tag));
    preconnects.filter_map(|tag| tag.attribute(html, "href")).collect()
}

fn is_preconnect(html: &str, tag: &Tag<'_>) -> bool {
    tag.is("link") && tag.attribute(html, "rel").as_deref() == Some("preconnect")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<meta charset=utf-8><meta name=referrer content=no-referrer><link href=/icon.svg rel=icon><p>";

    #[test]
    fn the_page_has_one_preconnect_after_its_policies_and_before_its_files() {
        let there = rewrite(PAGE, "https://connect.visma.com").unwrap();
        let tag = "<link rel=\"preconnect\" href=\"https://connect.visma.com\" crossorigin>";
        assert_eq!(there, PAGE.replace("<link", &format!("{tag}<link")));
        assert_eq!(rewrite(&there, "https://connect.visma.com").unwrap(), there);
        assert_eq!(origins(&there), ["https://connect.visma.com"]);
    }

    #[test]
    fn another_authority_replaces_the_preconnect() {
        let there = rewrite(PAGE, "https://connect.visma.com").unwrap();
        let twice = there.replace("<p>", "<link rel=preconnect href=https://old.example><p>");
        let here = rewrite(&twice, "http://localhost:9400").unwrap();
        assert_eq!(origins(&here), ["http://localhost:9400"]);
        assert_eq!(here, rewrite(PAGE, "http://localhost:9400").unwrap());
        assert!(rewrite("<p>", "http://localhost:9400").is_err());
    }
}
