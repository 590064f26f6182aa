//! The page that the provider loads in a frame when one of its sessions ends (OpenID Connect Front-Channel Logout
//! 1.0). A short script notifies the tabs of the app. The page has no wasm and shows nothing.

use crate::hash::integrity;
use anyhow::{Result, bail};

/// The file name of the page.
pub const PAGE: &str = "frontchannel-logout.html";

/// The file name of its script, in the same folder.
pub const SCRIPT: &str = "frontchannel-logout.js";

/// The path of the page that is registered with the provider, relative to the base of the app. The path [`PAGE`] shows
/// the same page.
pub const PATH: &str = "frontchannel-logout";

/// The content security policy of the page. It allows scripts of the same origin and nothing else.
pub const POLICY: &str =
    "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'";

/// Whether this path, relative to the base of the app, shows the page.
pub fn is_page(relative: &str) -> bool {
    relative == PATH || relative == PAGE
}

/// Adds the integrity of the script to the page.
///
/// # Errors
/// The page does not load its script exactly once, or the script already has an integrity.
pub fn with_integrity(html: &str, script: &str) -> Result<String> {
    let source = format!(" src=\"{SCRIPT}\">");
    match html.matches(&source).count() {
        1 => Ok(html.replace(&source, &format!(" src=\"{SCRIPT}\" integrity=\"{}\">", integrity(script)))),
        _ => bail!("{PAGE} does not contain{source} exactly once"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy;
    use crate::project::Project;
    use fs_err as fs;

    #[test]
    fn h08_the_page_has_its_own_policy_and_loads_its_own_script() {
        let html = fs::read_to_string(Project::here().static_files().join(PAGE)).unwrap();
        assert_eq!(policy::read(&html).unwrap(), POLICY);
        let checked = with_integrity(&html, "script").unwrap();
        assert!(checked.contains(&format!("src=\"{SCRIPT}\" integrity=\"{}\"", integrity("script"))), "{checked}");
        assert!(with_integrity(&checked, "script").is_err());
        assert!(with_integrity("<p>", "script").is_err());
    }

    #[test]
    fn two_paths_are_the_page() {
        assert!(is_page("frontchannel-logout") && is_page("frontchannel-logout.html"));
        for other in ["", "frontchannel-logout/", "frontchannel-logout.js", "a/frontchannel-logout", "index.html"] {
            assert!(!is_page(other), "{other}");
        }
    }
}
