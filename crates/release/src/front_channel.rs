//! The page that the provider opens in a frame to say that one of its sessions is over (OpenID Connect Front-Channel
//! Logout 1.0): a script of a few lines that tells the app's tabs, no wasm, and nothing to see.

use crate::hash::integrity;

/// The page's file.
pub const PAGE: &str = "frontchannel-logout.html";

/// The page's script, beside it.
pub const SCRIPT: &str = "frontchannel-logout.js";

/// The page's path below the app's base, which is registered with the provider. [`PAGE`] is the same page.
pub const PATH: &str = "frontchannel-logout";

/// The page's policy: its own script, and nothing else.
pub const POLICY: &str =
    "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'";

/// Whether this path below the app's base is the page's.
pub fn is_page(relative: &str) -> bool {
    relative == PATH || relative == PAGE
}

/// The page with the integrity of its script.
///
/// # Errors
/// A sentence, when the page does not load its script exactly once, or says its integrity already.
pub fn with_integrity(html: &str, script: &str) -> Result<String, String> {
    let source = format!(" src=\"{SCRIPT}\">");
    match html.matches(&source).count() {
        1 => Ok(html.replace(&source, &format!(" src=\"{SCRIPT}\" integrity=\"{}\">", integrity(script)))),
        _ => Err(format!("{PAGE} does not hold{source} exactly once")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy;
    use crate::project::{Project, read};

    #[test]
    fn h08_the_page_has_its_own_policy_and_loads_its_own_script() {
        let html = read(&Project::here().static_files().join(PAGE)).unwrap();
        assert_eq!(policy::read(&html), Ok(POLICY.to_owned()));
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
