//! `authority`: the issuer. Developers often write another address of the provider instead.

use super::problem_kind::{ConfigProblemKind, RequiredKey};
use super::reader::ConfigReader;
use crate::protocol::https_url::HttpsUrl;

/// Paths of other addresses of a provider. The text before such a path is the issuer.
const PATHS_AFTER_ISSUER: [&str; 3] = ["/.well-known/openid-configuration", "/connect/authorize", "/authorize"];

impl ConfigReader<'_> {
    pub(super) fn authority(&mut self) -> Option<HttpsUrl> {
        let text = self.required_text("authority", RequiredKey::Authority)?;
        let issuer = issuer_of(text);
        if issuer != text && HttpsUrl::parse(&issuer).is_ok() {
            self.report("authority", ConfigProblemKind::NotAnIssuer(issuer));
            return None;
        }
        self.endpoint("authority", text)
    }
}

/// The issuer that this text contains. A text that is an issuer is returned unchanged.
fn issuer_of(text: &str) -> String {
    let text = text.trim_ascii();
    let has_scheme = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http"));
    let (mut issuer, mut slashes) = if has_scheme { (String::new(), 0) } else { ("https://".to_owned(), 2) };
    for c in text.chars() {
        if c == '?' || c == '#' {
            break;
        }
        slashes += u32::from(c == '/');
        // Scheme and host are written in lower case. A path may contain upper case.
        issuer.push(if slashes < 3 { c.to_ascii_lowercase() } else { c });
    }
    for behind in PATHS_AFTER_ISSUER {
        if let Some(before) = issuer.strip_suffix(behind) {
            issuer.truncate(before.len());
        }
    }
    issuer
}

#[cfg(test)]
mod tests {
    use super::super::testing::page;
    use super::super::{Config, ConfigError};

    fn parse(authority: &str) -> Result<Config, ConfigError> {
        Config::parse(&format!(r#"{{"authority":"{authority}","client_id":"demo"}}"#), &page())
    }

    #[test]
    fn a08_an_authority_that_is_not_an_issuer_is_refused_with_the_correct_value() {
        for (authority, issuer) in [
            ("https://connect.visma.com/.well-known/openid-configuration", "https://connect.visma.com"),
            ("https://connect.visma.com/connect/authorize", "https://connect.visma.com"),
            ("https://connect.visma.com/connect/authorize?client_id=x", "https://connect.visma.com"),
            ("https://id.example/realms/A/.well-known/openid-configuration", "https://id.example/realms/A"),
            ("https://tenant.example/authorize", "https://tenant.example"),
            ("https://Connect.Visma.com", "https://connect.visma.com"),
            ("HTTPS://connect.visma.com", "https://connect.visma.com"),
            ("https://ID.example/realms/A/", "https://id.example/realms/A/"),
            ("connect.visma.com", "https://connect.visma.com"),
            (" https://connect.visma.com", "https://connect.visma.com"),
            ("https://connect.visma.com  ", "https://connect.visma.com"),
            ("https://connect.visma.com?x", "https://connect.visma.com"),
            ("https://connect.visma.com/?x/y", "https://connect.visma.com/"),
            ("https://connect.visma.com#x", "https://connect.visma.com"),
        ] {
            let error = parse(authority).expect_err(authority);
            let [only] = error.problems() else { panic!("{authority}: {error:?}") };
            assert_eq!(only.key(), "authority");
            assert!(only.problem().contains(&[" Write ", issuer, " instead."].concat()), "{authority}: {only:?}");
            assert!(parse(issuer).is_ok(), "{issuer}");
        }
    }

    #[test]
    fn an_issuer_is_kept_exactly_with_or_without_a_slash_at_its_end() {
        for issuer in [
            "https://connect.visma.com",
            "https://tenant.eu.auth0.com/",
            "https://id.example/realms/A",
            "https://id.example/realms/A/",
        ] {
            assert_eq!(parse(issuer).unwrap().authority().as_str(), issuer);
        }
    }
}
