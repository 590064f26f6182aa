//! A sign-in that another site starts, such as a list of apps (OpenID Connect Core 4): the query of `/initiate`.

use super::config::Config;
use super::error::Misbehaviour;
use super::form;
use super::return_to::ReturnTo;

/// The longest query that is read, in bytes.
const MAX_CHARS: usize = 8 * 1024;

/// The checked parameters of the request.
#[derive(Debug, PartialEq, Eq)]
pub struct Initiate {
    /// The page that the user goes to after signing in: a page of this app, or home.
    pub return_to: ReturnTo,
    /// The expected user, such as an e-mail address. Its length is not checked here.
    pub login_hint: Option<String>,
}

impl Initiate {
    /// Parses `?query#fragment`. The fragment is ignored. A `target_link_uri` that is not a page of this app is
    /// replaced with home (Core 4 requires a check of this parameter).
    ///
    /// # Errors
    /// - `InitiateMalformed`: the query is too long, is not form-encoded, or has a parameter twice.
    /// - `InitiateIssuerForeign`: `iss` is not exactly the authority.
    pub fn parse(query_and_fragment: &str, config: &Config) -> Result<Self, Misbehaviour> {
        let query = query_and_fragment.split('#').next().unwrap_or_default();
        if query.len() > MAX_CHARS {
            return Err(Misbehaviour::InitiateMalformed);
        }
        let query = form::decode(query.strip_prefix('?').unwrap_or(query)).ok_or(Misbehaviour::InitiateMalformed)?;
        let once = |name: &str| {
            let mut values = query.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
            match (values.next(), values.next()) {
                (value, None) => Ok(value),
                _ => Err(Misbehaviour::InitiateMalformed),
            }
        };
        let (iss, target, hint) = (once("iss")?, once("target_link_uri")?, once("login_hint")?);
        if iss != Some(config.authority().as_str()) {
            return Err(Misbehaviour::InitiateIssuerForeign);
        }
        let path = target.and_then(|target| target.strip_prefix(config.base().origin()));
        let return_to = path.map_or_else(|| ReturnTo::home(config), |path| ReturnTo::parse(path, config));
        Ok(Self { return_to, login_hint: hint.filter(|hint| !hint.is_empty()).map(str::to_owned) })
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::AppLocation;
    use super::*;

    fn config() -> Config {
        let page = AppLocation { base: "https://app.example/app/".to_owned(), languages: Vec::new() };
        Config::parse(r#"{"authority":"https://connect.example","client_id":"demo"}"#, &page).unwrap()
    }

    #[test]
    fn i01_only_the_authority_may_start_a_sign_in() {
        let ours = "iss=https%3A%2F%2Fconnect.example";
        assert!(Initiate::parse(&["?", ours].concat(), &config()).is_ok());
        for (query, expected) in [
            ("", Misbehaviour::InitiateIssuerForeign),
            ("?login_hint=a", Misbehaviour::InitiateIssuerForeign),
            ("?iss=", Misbehaviour::InitiateIssuerForeign),
            ("?iss=https://evil.example", Misbehaviour::InitiateIssuerForeign),
            ("?iss=https://connect.example/", Misbehaviour::InitiateIssuerForeign),
            ("?iss=https://connect.example.evil", Misbehaviour::InitiateIssuerForeign),
            ("?iss=HTTPS://connect.example", Misbehaviour::InitiateIssuerForeign),
            ("#iss=https://connect.example", Misbehaviour::InitiateIssuerForeign),
            ("?iss=https://connect.example&iss=https://connect.example", Misbehaviour::InitiateMalformed),
            ("?iss=https://connect.example&login_hint=a&login_hint=b", Misbehaviour::InitiateMalformed),
            ("?iss=%zz", Misbehaviour::InitiateMalformed),
        ] {
            assert_eq!(Initiate::parse(query, &config()), Err(expected), "{query}");
        }
        let long = ["?", ours, "&x=", &"x".repeat(MAX_CHARS)].concat();
        assert_eq!(Initiate::parse(&long, &config()), Err(Misbehaviour::InitiateMalformed));
    }

    #[test]
    fn i02_a_target_is_a_page_of_this_app_or_home() {
        let target = |target: &str| {
            let mut query = "?iss=https%3A%2F%2Fconnect.example".to_owned();
            form::append(&mut query, "target_link_uri", target);
            Initiate::parse(&query, &config()).unwrap().return_to.as_str().to_owned()
        };
        for own in ["/app/orders/7", "/app/orders/7?tab=lines"] {
            assert_eq!(target(&["https://app.example", own].concat()), own);
        }
        for hostile in [
            "https://evil.example/app/",
            "https://app.example.evil/app/",
            "https://app.example@evil/app/",
            "https://app.example:8443/app/",
            "https://app.example//evil/app/",
            "https://app.example/app/../admin",
            "https://app.example/app//evil",
            "https://app.example/app/\\evil",
            "https://app.example/other",
            "https://app.example/app/callback",
            "https://app.example/app/signed-out",
            "https://app.example/app/x?code=y",
            "//evil.example",
            "/app/orders",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(target(hostile), "/app/", "{hostile}");
        }
    }

    #[test]
    fn i03_a_hint_is_one_value() {
        let hint = |hint: &str| {
            let mut query = "?iss=https%3A%2F%2Fconnect.example".to_owned();
            form::append(&mut query, "login_hint", hint);
            Initiate::parse(&query, &config()).unwrap().login_hint
        };
        assert_eq!(hint("kari@example.no&prompt=none").as_deref(), Some("kari@example.no&prompt=none"));
        assert_eq!(hint(""), None);
    }
}
