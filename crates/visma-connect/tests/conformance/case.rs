//! A case: what the provider does, the expected result, and which requests must not happen.

use std::fmt;

use serde_json::{Value, json};

pub(crate) const AUTHORIZE: &str = "/connect/authorize";
pub(crate) const TOKEN: &str = "/connect/token";
pub(crate) const USERINFO: &str = "/connect/userinfo";
pub(crate) const END_SESSION: &str = "/connect/endsession";
pub(crate) const KEYS: &str = "/.well-known/openid-configuration/jwks";
pub(crate) const DISCOVERY: &str = "/.well-known/openid-configuration";

/// A case. Its result is what the user sees and which requests the provider receives.
pub(crate) struct Case {
    /// The name of the module in the suite. A module with several possible faults has several cases.
    pub(crate) id: &'static str,
    /// What the provider does, in words.
    pub(crate) does: &'static str,
    /// The faults in the format of provider/README.md.
    pub(crate) faults: Value,
    /// The members of config.json that differ from the shipped file.
    pub(crate) config: Value,
    /// The query of the page `initiate` if another site starts the sign-in. `None` if the user clicks the button.
    pub(crate) start: Option<&'static str>,
    /// The expected result.
    pub(crate) expected: Expected,
    /// Paths that must not be requested.
    pub(crate) forbidden: &'static [&'static str],
    /// Paths that must be requested, each with a parameter if the request must have it.
    pub(crate) required: &'static [&'static str],
}

/// The result of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// The user is signed in, with or without a name and an e-mail address.
    Accepted { name: bool, email: bool },
    /// The user is signed in, but the UserInfo response is not used, for this reason.
    AcceptedWithoutProfile(&'static str),
    /// The user is signed out, for this reason.
    Rejected(&'static str),
    /// The user was signed in and has signed out. `confirmed`: the provider has confirmed the sign-out.
    SignedOut { confirmed: bool },
}

/// A request that the provider received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The path.
    pub(crate) path: String,
    /// The parameters of the query, each as `name=value`, decoded.
    pub(crate) query: Vec<String>,
}

/// A case with this name, description and faults. It expects a sign-in with name and e-mail address.
pub(crate) fn case(id: &'static str, does: &'static str, faults: Value) -> Case {
    let expected = Expected::Accepted { name: true, email: true };
    Case { id, does, faults, config: Value::Null, start: None, expected, forbidden: &[], required: &[] }
}

impl Case {
    /// The response must be accepted like a response without faults.
    pub(crate) fn accepted(self) -> Self {
        self.expecting(Expected::Accepted { name: true, email: true })
    }

    /// The response must be accepted, and only what UserInfo contains may be shown.
    pub(crate) fn accepted_with(self, name: bool, email: bool) -> Self {
        self.expecting(Expected::Accepted { name, email })
    }

    /// The sign-in must be accepted without the UserInfo response.
    pub(crate) fn accepted_without_profile(self, code: &'static str) -> Self {
        self.expecting(Expected::AcceptedWithoutProfile(code))
    }

    /// The user must not be sent to the provider.
    pub(crate) fn rejected_before_leaving(self, code: &'static str) -> Self {
        Self { forbidden: &[AUTHORIZE, TOKEN, USERINFO], ..self.expecting(Expected::Rejected(code)) }
    }

    /// The code must not be redeemed, and no other endpoint may receive a request.
    pub(crate) fn rejected_at_the_callback(self, code: &'static str) -> Self {
        Self { forbidden: &[TOKEN, KEYS, USERINFO], ..self.expecting(Expected::Rejected(code)) }
    }

    /// The access token must not be used.
    pub(crate) fn rejected_with_its_tokens(self, code: &'static str) -> Self {
        Self { forbidden: &[USERINFO], ..self.expecting(Expected::Rejected(code)) }
    }

    /// The sign-out must end on the signed-out page. With `confirmed`, the page must state that the provider
    /// confirmed it.
    pub(crate) fn signed_out(self, confirmed: bool) -> Self {
        Self { required: &[END_SESSION], ..self.expecting(Expected::SignedOut { confirmed }) }
    }

    /// These requests must happen.
    pub(crate) fn asking(self, required: &'static [&'static str]) -> Self {
        Self { required, ..self }
    }

    /// The app requests these scopes.
    pub(crate) fn with_scopes(self, scopes: &[&str]) -> Self {
        Self { config: json!({ "scopes": scopes }), ..self }
    }

    /// The app is configured for this algorithm.
    pub(crate) fn with_algorithm(self, name: &str) -> Self {
        Self { config: json!({ "id_token_signed_response_alg": name }), ..self }
    }

    /// The sign-in starts on the page `initiate` with this query, in which `{{issuer}}` stands for the provider.
    pub(crate) fn started_with(self, query: &'static str) -> Self {
        Self { start: Some(query), ..self }
    }

    /// The page on which the sign-in starts, relative to the app's address. `None` for the button.
    pub(crate) fn starts_at(&self, issuer: &str) -> Option<String> {
        self.start.map(|query| format!("initiate?{}", query.replace("{{issuer}}", issuer)))
    }

    fn expecting(self, expected: Expected) -> Self {
        Self { expected, ..self }
    }

    /// What is wrong with the requests of this case, or `None`.
    pub(crate) fn broken_by(&self, asked: &[Asked]) -> Option<String> {
        let count = |path: &str| asked.iter().filter(|asked| asked.path == path).count();
        let (tokens, profiles) = match self.expected {
            Expected::Rejected(_) => (usize::from(!self.forbidden.contains(&TOKEN)), 0),
            _ => (1, 1),
        };
        let sentence = if let Some(path) = self.forbidden.iter().find(|path| count(path) > 0) {
            format!("{path} was requested")
        } else if let Some(wanted) = self.required.iter().find(|wanted| !asked.iter().any(|asked| asked.is(wanted))) {
            format!("{wanted} was not requested")
        } else if count(TOKEN) != tokens {
            format!("{} token requests instead of {tokens}", count(TOKEN))
        } else if count(USERINFO) != profiles {
            format!("{} UserInfo requests instead of {profiles}", count(USERINFO))
        } else if count(KEYS) > 2 {
            format!("{} JWKS requests instead of at most 2", count(KEYS))
        } else {
            return None;
        };
        Some(format!("{sentence}: {asked:#?}"))
    }
}

impl Asked {
    /// Whether the request is for this path and has the parameter after the question mark, if there is one.
    fn is(&self, wanted: &str) -> bool {
        match wanted.split_once('?') {
            Some((path, parameter)) => self.path == path && self.query.iter().any(|pair| pair == parameter),
            None => self.path == wanted,
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.id, self.does)
    }
}
