//! The configuration of the app, judged with the core that the page itself uses.

use crate::error::{Error, Result};
use visma_connect::protocol::config::{AppLocation, Config};
use visma_connect::protocol::https_url::HttpsUrl;

/// Checks the text of a config.json for an app at `base`, or at an address that is not known yet.
///
/// # Errors
/// Every problem with its remedy.
pub fn check(config: &str, base: Option<&str>) -> Result<Config> {
    // Where the address is not known, one that fits every rule stands in for it.
    let page = AppLocation { base: base.unwrap_or("https://localhost/").to_owned(), languages: Vec::new() };
    Config::parse(config, &page).map_err(|wrong| {
        let problems = wrong
            .problems()
            .iter()
            .map(|problem| format!("\n  {}: {} {}", problem.key, problem.problem, problem.remedy));
        Error::new(format!("this configuration cannot be used.{}", problems.collect::<String>()))
    })
}

/// The address of the app's folder, with its trailing slash, as far as it is known.
pub(crate) fn base(config: &str, base_url: Option<&str>) -> Option<String> {
    if let Some(url) = base_url {
        return Some(if url.ends_with('/') { url.to_owned() } else { format!("{url}/") });
    }
    let config: serde_json::Value = serde_json::from_str(without_mark(config)).ok()?;
    let redirect_uri = HttpsUrl::parse(config.get("redirect_uri")?.as_str()?).ok()?;
    Some(format!("{}/", redirect_uri.origin()))
}

/// A text without the byte order mark that some editors put before it.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
