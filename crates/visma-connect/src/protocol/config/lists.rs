//! Keys whose value is a list of strings.

use super::locales::supported_locales;
use super::problem_kind::{ExpectedType, ValueProblem};
use super::reader::ConfigReader;
use crate::protocol::https_url::HttpsUrl;
use crate::protocol::json::Json;

/// The longest parameter `ui_locales` of a request, in characters. It is the limit of Duende IdentityServer.
pub(super) const MAX_LOCALE_CHARS: usize = 100;

impl ConfigReader<'_> {
    /// The strings of an optional list. A string that is not valid is a problem.
    fn texts(&mut self, key: &'static str, is_valid: fn(&str) -> bool, expected: ExpectedType) -> Vec<String> {
        let mut texts = Vec::new();
        let Some(value) = self.object.get(key) else { return texts };
        for element in self.list(key, value, expected).unwrap_or_default() {
            match element {
                Json::Text(text) if is_valid(text) => texts.push(text.as_str().to_owned()),
                _ => self.problem(key, ValueProblem::WrongElement(expected)),
            }
        }
        texts
    }

    /// Further origins that the endpoints of the provider's metadata may have.
    pub(super) fn provider_origins(&mut self) -> Vec<String> {
        let is_origin = |text: &str| HttpsUrl::parse(text).is_ok_and(|endpoint| endpoint.path_and_query().is_empty());
        self.texts("origins", is_origin, ExpectedType::Origins)
    }

    /// Further audiences that an ID token may be for.
    pub(super) fn trusted_audiences(&mut self) -> Vec<String> {
        self.texts("trusted_audiences", |text| !text.is_empty(), ExpectedType::Audiences)
    }

    /// The languages for the sign-in page: the first ones that together fit into `ui_locales`. The provider refuses a
    /// longer parameter.
    pub(super) fn ui_locales(&mut self, languages: &[String]) -> Vec<String> {
        if self.object.get("ui_locales").is_none() {
            return supported_locales(languages);
        }
        let tag = |text: &str| {
            let is_tag = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            is_tag && !text.is_empty() && text.len() <= 35
        };
        let mut locales = self.texts("ui_locales", tag, ExpectedType::Locales);
        while locales.iter().map(|locale| locale.len() + 1).sum::<usize>() > MAX_LOCALE_CHARS + 1 {
            locales.pop();
        }
        locales
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::super::testing::page;

    fn parse(members: &str) -> Result<Config, String> {
        let text = format!(r#"{{"authority":"https://connect.example","client_id":"demo",{members}}}"#);
        Config::parse(&text, &page()).map_err(|error| error.problems()[0].key().to_owned())
    }

    #[test]
    fn b09_origins_are_origins_and_the_policy_names_them() {
        let config = parse(r#""origins":["https://oauth2.example","https://keys.example:8443"]"#).unwrap();
        assert_eq!(config.provider_origins(), ["https://oauth2.example", "https://keys.example:8443"]);
        assert_eq!(
            config.origins(),
            ["https://connect.example", "https://oauth2.example", "https://keys.example:8443"]
        );
        assert!(parse(r#""origins":null"#).unwrap().provider_origins().is_empty());
        for odd in [
            r#"["http://oauth2.example"]"#,
            r#"["https://oauth2.example/token"]"#,
            r#"["https://oauth2.example/"]"#,
            r#"["https://oauth2.example?x"]"#,
            r#"["https://*.example"]"#,
            r#"["https://a.example https://b.example"]"#,
            r#"["https://a.example; script-src *"]"#,
            r#"["oauth2.example"]"#,
            r#"[""]"#,
            r#"[7]"#,
            r#"["http://localhost:9400"]"#,
            r#""https://oauth2.example""#,
        ] {
            assert_eq!(parse(&format!(r#""origins":{odd}"#)).err().as_deref(), Some("origins"), "{odd}");
        }
    }

    #[test]
    fn trusted_audiences_are_texts() {
        assert_eq!(parse(r#""trusted_audiences":["api","a b"]"#).unwrap().trusted_audiences(), ["api", "a b"]);
        for odd in [r#""api""#, "[7]", r#"[""]"#, "[null]", "{}"] {
            let problem = parse(&format!(r#""trusted_audiences":{odd}"#)).err();
            assert_eq!(problem.as_deref(), Some("trusted_audiences"), "{odd}");
        }
    }

    #[test]
    fn ui_locales_is_shortened_to_the_length_limit() {
        let tags = ["\"nb-NO\""; 30].join(",");
        let config = parse(&format!(r#""ui_locales":[{tags}]"#)).unwrap();
        assert_eq!(config.ui_locales().join(" ").len(), 95);
        assert_eq!(config.ui_locales().len(), 16);
        assert_eq!(parse(r#""ui_locales":["nb_NO"]"#).err().as_deref(), Some("ui_locales"));
    }
}
