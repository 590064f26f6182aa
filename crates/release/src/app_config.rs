//! Checks a config.json with the same code that the page uses.

use anyhow::{Result, anyhow};
use visma_connect::protocol::config::{AppLocation, Config};
use visma_connect::protocol::https_url::HttpsUrl;

/// Parses the text of a config.json for an app at the URL `base`. `None` means that the URL is not known yet.
///
/// # Errors
/// The configuration has problems. The message lists each one with its remedy.
pub fn check(config: &str, base: Option<&str>) -> Result<Config> {
    // If the URL is not known, use a placeholder that passes all checks of the base URL.
    let page = AppLocation { base: base.unwrap_or("https://localhost/").to_owned(), languages: Vec::new() };
    Config::parse(config, &page).map_err(|wrong| {
        let problems = wrong
            .problems()
            .iter()
            .map(|problem| format!("\n  {}: {} {}", problem.key(), problem.problem(), problem.remedy()));
        anyhow!("this configuration cannot be used.{}", problems.collect::<String>())
    })
}

/// The base URL of the app, with a trailing slash: `base_url`, or else the origin of the configured `redirect_uri`.
/// `None` if neither is known.
pub(crate) fn base(config: &str, base_url: Option<&str>) -> Option<String> {
    if let Some(url) = base_url {
        return Some(if url.ends_with('/') { url.to_owned() } else { format!("{url}/") });
    }
    let config: serde_json::Value = serde_json::from_str(without_mark(config)).ok()?;
    let redirect_uri = HttpsUrl::parse(config.get("redirect_uri")?.as_str()?).ok()?;
    Some(format!("{}/", redirect_uri.origin()))
}

/// Removes the byte order mark that some editors put at the start of a file.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
