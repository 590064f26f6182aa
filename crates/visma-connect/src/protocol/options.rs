//! The options of one sign-in that are not in the configuration (OpenID Connect Core 3.1.2.1). `tenant_hint` exists
//! only at Visma Connect.

use super::scope::is_scope;

/// The longest `login_hint` that is sent, in bytes. Duende IdentityServer refuses a longer one
/// (InputLengthRestrictions).
const MAX_HINT_CHARS: usize = 100;

/// What one sign-in requests in addition to the configuration. The default requests nothing more.
///
/// Request parameters can be removed before they reach the provider. So `max_age_seconds` and `acr_values` are
/// compared with `auth_time` and `acr` of the verified ID token.
///
/// ```
/// use visma_connect::{Prompt, SignInOptions};
///
/// // The user chooses another company.
/// let switch = SignInOptions { prompt: Some(Prompt::SelectAccount), ..SignInOptions::default() };
/// // The user signed in at most five minutes ago, with multi-factor authentication.
/// let recent = SignInOptions {
///     max_age_seconds: Some(300),
///     acr_values: vec!["urn:idp:vismaconnect:mfa".to_owned()],
///     ..SignInOptions::default()
/// };
/// // After the sign-in, the app shows this page.
/// let orders = SignInOptions { return_to: Some("/orders?page=2".to_owned()), ..SignInOptions::default() };
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInOptions {
    /// The parameter `prompt`: what the provider must ask the user. `None` leaves this to the provider.
    pub prompt: Option<Prompt>,
    /// The parameter `max_age`: the longest time since the user signed in at the provider, in seconds. If more time has
    /// passed, the provider asks the user to sign in again. 0 requires a new sign-in.
    pub max_age_seconds: Option<u32>,
    /// The parameter `acr_values`: the accepted authentication context class references. One of them must be the
    /// `acr` of the ID token. `urn:idp:vismaconnect:mfa` requests multi-factor authentication from Visma Connect, and
    /// an `acr` of 3 or more also confirms it. A value with a space or another invalid character is not sent.
    pub acr_values: Vec<String>,
    /// The parameter `login_hint`: the expected user, such as an e-mail address. It is not sent when it is longer than
    /// 100 bytes.
    pub login_hint: Option<String>,
    /// The parameter `tenant_hint` of Visma Connect: the company to sign in for, as a GUID. A value of another form is
    /// not sent.
    pub tenant_hint: Option<String>,
    /// Scopes in addition to those of the configuration. Invalid scopes and `offline_access` are not sent.
    pub scopes: Vec<String>,
    /// The page of this app that the user returns to: an absolute path with query and fragment. `None` is the current
    /// page. The user returns to home if this is not a page of this app, if it is a page of the library such as the
    /// callback page, or if its query contains a parameter of a response: `code`, `error`, `id_token` or
    /// `access_token`.
    pub return_to: Option<String>,
}

/// The value of the parameter `prompt` (OpenID Connect Core 3.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// The user must sign in again.
    Login,
    /// The user must give consent again.
    Consent,
    /// The user must choose an account. At Visma Connect the user chooses a company too.
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
    /// `login_hint`, if it may be sent.
    pub(super) fn login_hint(&self) -> Option<&str> {
        self.login_hint.as_deref().filter(|hint| !hint.is_empty() && hint.len() <= MAX_HINT_CHARS)
    }

    /// `tenant_hint`, if it may be sent.
    pub(super) fn tenant_hint(&self) -> Option<&str> {
        self.tenant_hint.as_deref().filter(|hint| is_guid(hint))
    }

    /// The scopes of the configuration and the additional ones. Each occurs once, separated by spaces.
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

    /// The valid `acr_values`, separated by spaces.
    pub(super) fn acr_values(&self) -> String {
        let values: Vec<&str> = self.acr_values.iter().map(String::as_str).filter(|value| is_scope(value)).collect();
        values.join(" ")
    }
}

/// The texts as string slices, ready for `join`. Every list is joined in this form, because `join` for a second type
/// adds code to the wasm.
pub fn as_words(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

/// Whether the text has the form of a GUID: `8-4-4-4-12` hexadecimal digits.
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
    fn additional_scopes_are_unique_and_exclude_offline_access() {
        let configured = ["openid".to_owned(), "email".to_owned()];
        let further = ["tenants", "email", "offline_access", "OFFLINE_ACCESS", "a b", "", "tenants"];
        let options = SignInOptions { scopes: further.map(str::to_owned).to_vec(), ..SignInOptions::default() };
        assert_eq!(options.scope(&configured), "openid email tenants");
        assert_eq!(SignInOptions::default().scope(&configured), "openid email");
    }
}
