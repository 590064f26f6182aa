//! What one sign-in asks for beyond the configuration (OpenID Connect Core 3.1.2.1; `tenant_hint` is Visma Connect's).

use super::scope::is_scope;

/// Characters of the longest `login_hint` that is sent: Duende IdentityServer refuses a longer one
/// (InputLengthRestrictions).
const MAX_HINT_CHARS: usize = 100;

/// What a sign-in asks for beyond the configuration. Nothing by default.
///
/// Parameters can be stripped on their way, so the response is checked: against `max_age_seconds` and `acr_values` by
/// the verified ID token's `auth_time` and `acr`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInOptions {
    /// What the provider must ask the user.
    pub prompt: Option<Prompt>,
    /// How many seconds ago at most the user must have proven who they are; 0 means now.
    pub max_age_seconds: Option<u32>,
    /// How the user must have proven it: any one of these.
    pub acr_values: Vec<String>,
    /// Who is expected, for example an e-mail address. Longer than 100 bytes it is not sent.
    pub login_hint: Option<String>,
    /// For which company, as a GUID. Anything else is not sent.
    pub tenant_hint: Option<String>,
    /// Scopes beyond those of the configuration. What is no scope, and `offline_access`, is not sent.
    pub scopes: Vec<String>,
    /// The page of this app, as an absolute path with its query and fragment, that the user comes back to: where they
    /// are now unless it is said. What is no page of this app, or has `code` or `error` in its query, becomes home.
    pub return_to: Option<String>,
}

/// The parameter `prompt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Prove again who you are.
    Login,
    /// Agree again.
    Consent,
    /// Choose an account, at Visma Connect a company too.
    SelectAccount,
}

impl Prompt {
    /// The value of the parameter.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
        }
    }
}

impl SignInOptions {
    /// `login_hint`, when it may be sent.
    pub(super) fn login_hint(&self) -> Option<&str> {
        self.login_hint.as_deref().filter(|hint| !hint.is_empty() && hint.len() <= MAX_HINT_CHARS)
    }

    /// `tenant_hint`, when it may be sent.
    pub(super) fn tenant_hint(&self) -> Option<&str> {
        self.tenant_hint.as_deref().filter(|hint| is_guid(hint))
    }

    /// The scopes of the configuration and the further ones, each once, with spaces between.
    pub(super) fn scope(&self, configured: &[String]) -> String {
        let is_new = |scope: &&String| {
            is_scope(scope) && !scope.eq_ignore_ascii_case("offline_access") && !configured.contains(scope)
        };
        let mut all = as_words(configured);
        for scope in self.scopes.iter().filter(is_new) {
            if !all.contains(&scope.as_str()) {
                all.push(scope);
            }
        }
        all.join(" ")
    }

    /// `acr_values`, those that can be written in a list with spaces between.
    pub(super) fn acr_values(&self) -> String {
        let values: Vec<&str> = self.acr_values.iter().map(String::as_str).filter(|value| is_scope(value)).collect();
        values.join(" ")
    }
}

/// The parts of a list, to be joined: of all kinds of lists only this one is, since each kind costs half a kilobyte.
pub fn as_words(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

/// `8-4-4-4-12` hexadecimal digits.
fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i03_hints_are_capped_and_of_their_form() {
        let hints = |login: &str, tenant: &str| {
            let options = SignInOptions {
                login_hint: Some(login.to_owned()),
                tenant_hint: Some(tenant.to_owned()),
                ..SignInOptions::default()
            };
            (options.login_hint().is_some(), options.tenant_hint().is_some())
        };
        assert_eq!(hints("kari@example.no", "0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11"), (true, true));
        assert_eq!(hints(&"x".repeat(100), "0B6F4A52-5F0E-4E55-9A43-7D0F3C1F8A11"), (true, true));
        assert_eq!(hints(&"x".repeat(101), "0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a1"), (false, false));
        assert_eq!(hints("", "0b6f4a52&prompt=none&x=-7d0f3c1f8a11"), (false, false));
    }

    #[test]
    fn further_scopes_come_once_and_none_asks_for_a_refresh_token() {
        let configured = ["openid".to_owned(), "email".to_owned()];
        let further = ["tenants", "email", "offline_access", "OFFLINE_ACCESS", "a b", "", "tenants"];
        let options = SignInOptions { scopes: further.map(str::to_owned).to_vec(), ..SignInOptions::default() };
        assert_eq!(options.scope(&configured), "openid email tenants");
        assert_eq!(SignInOptions::default().scope(&configured), "openid email");
    }
}
