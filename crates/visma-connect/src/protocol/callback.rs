//! The authorization response: what the provider sends to the redirect URI (RFC 6749 4.1.2, RFC 9207).
//!
//! ```text
//! Callback::parse ──> PendingSignIn::accept ──> CodeExchange
//!   strict parser         checks in this order: state, a wrong iss, error, a missing iss, code
//! ```
//! Until `state` matches, no other value of the callback is trusted. This includes an error and its description. An
//! error without `iss` is accepted, because an error starts no code exchange, and Duende IdentityServer sends `iss`
//! only with a code.

use super::error::{Error, Misbehaviour, ProviderError};
use super::form;
use super::pending_sign_in::PendingSignIn;
use super::secret::{AuthorizationCode, CsrfToken};
use super::token::CodeExchange;

/// The longest response that is read, in bytes: query and fragment together. RFC 6749 does not limit the size of a
/// code.
const MAX_CHARS: usize = 16 * 1024;

/// Parameters that may occur at most once (RFC 6749 3.1).
const ONCE: [&str; 6] = ["code", "state", "iss", "error", "error_description", "error_uri"];

/// Parameters that contain credentials. In the code flow they never occur in the callback's URL.
const NEVER_IN_QUERY: [&str; 4] = ["access_token", "id_token", "refresh_token", "response"];

/// The parsed authorization response. It is not trusted before [`PendingSignIn::accept`].
#[derive(Debug)]
pub struct Callback {
    state: CsrfToken,
    iss: Option<String>,
    outcome: CallbackOutcome,
}

#[derive(Debug)]
enum CallbackOutcome {
    Code(AuthorizationCode),
    Refused(ProviderError),
    Invalid(Misbehaviour),
}

impl Callback {
    /// Parses `?query#fragment`: the values of `location.search` and `location.hash`, joined.
    ///
    /// # Errors
    /// The error for the first rule that the response breaks: `CallbackMalformed`, `TokenInUrl`,
    /// `CallbackParameterTwice`, `CallbackEmpty` or `StateMissing`.
    pub fn parse(authorization_response: &str) -> Result<Self, Misbehaviour> {
        if authorization_response.len() > MAX_CHARS {
            return Err(Misbehaviour::CallbackMalformed);
        }
        let (query, fragment) = authorization_response.split_once('#').unwrap_or((authorization_response, ""));
        let query = form::decode(query.strip_prefix('?').unwrap_or(query)).ok_or(Misbehaviour::CallbackMalformed)?;
        // A fragment that is not form-encoded is an anchor of the page. It is not a response.
        let fragment = form::decode(fragment).unwrap_or_default();
        let is_credential = |name: &str| NEVER_IN_QUERY.contains(&name);
        if query.iter().any(|(name, _)| is_credential(name))
            || fragment.iter().any(|(name, _)| is_credential(name) || name == "code")
        {
            return Err(Misbehaviour::TokenInUrl);
        }
        if ONCE.iter().any(|once| query.iter().filter(|(name, _)| name == once).count() > 1) {
            return Err(Misbehaviour::CallbackParameterTwice);
        }
        let mut parameters = query;
        let mut take = |name: &str| {
            let index = parameters.iter().position(|(n, _)| n == name)?;
            Some(parameters.swap_remove(index).1)
        };
        let (code, error) = (take("code"), take("error"));
        let state = match take("state") {
            Some(state) if !state.is_empty() => CsrfToken::new(state),
            None if code.is_none() && error.is_none() => return Err(Misbehaviour::CallbackEmpty),
            _ => return Err(Misbehaviour::StateMissing),
        };
        let outcome = match (code, error) {
            (Some(_), Some(_)) => CallbackOutcome::Invalid(Misbehaviour::CodeAndError),
            (None, None) => CallbackOutcome::Invalid(Misbehaviour::CodeMissing),
            (Some(code), None) => AuthorizationCode::from_callback(code)
                .map_or(CallbackOutcome::Invalid(Misbehaviour::CodeInvalid), CallbackOutcome::Code),
            (None, Some(error)) => {
                CallbackOutcome::Refused(ProviderError::new(&error, take("error_description").as_deref()))
            }
        };
        Ok(Self { state, iss: take("iss"), outcome })
    }

    /// The key in sessionStorage under which the record of this sign-in is stored, if the sign-in began in this tab.
    pub fn storage_key(&self) -> String {
        super::pending_sign_in::storage_key(&self.state)
    }

    /// The channel for this response. If the sign-in began in another window, that window listens on this channel.
    pub fn channel(&self) -> String {
        super::pending_sign_in::channel(&self.state)
    }
}

impl PendingSignIn {
    /// Checks that the callback is the response to this request, and returns the [`CodeExchange`] for its code.
    ///
    /// The order of the checks is: `state`, a wrong `iss`, `error`, a missing `iss`, `code`.
    ///
    /// # Errors
    /// `StateMismatch`, `IssuerMismatch`, then the provider's own error, then `IssuerMissing`, then `CodeMissing`,
    /// `CodeAndError` or `CodeInvalid`.
    pub fn accept(self, callback: Callback) -> Result<CodeExchange, Error> {
        if callback.state != self.state {
            return Err(Misbehaviour::StateMismatch.into());
        }
        match callback.iss {
            Some(iss) if iss != self.issuer => return Err(Misbehaviour::IssuerMismatch.into()),
            // RFC 9207 2.4 also requires `iss` in an error. But an error starts no code exchange, and some providers
            // that announce `iss` omit it from errors.
            None if self.metadata.iss_parameter_supported
                && !matches!(callback.outcome, CallbackOutcome::Refused(_)) =>
            {
                return Err(Misbehaviour::IssuerMissing.into());
            }
            _ => {}
        }
        match callback.outcome {
            CallbackOutcome::Code(code) => Ok(CodeExchange::new(self, code)),
            CallbackOutcome::Refused(error) => Err(error.into()),
            CallbackOutcome::Invalid(misbehaviour) => Err(misbehaviour.into()),
        }
    }
}

/// Whether a query looks like an authorization response: it has the parameter `code` or `error`.
///
/// It is also called on pages other than the callback page. If the query cannot be decoded, the undecoded names are
/// compared.
pub fn is_response(query: &str) -> bool {
    let query = query.strip_prefix('?').unwrap_or(query);
    let is_one = |name: &str| name == "code" || name == "error";
    match form::decode(query) {
        Some(pairs) => pairs.iter().any(|(name, _)| is_one(name)),
        None => query.split('&').any(|pair| is_one(pair.split('=').next().unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    use super::super::error::ProviderErrorKind;
    use super::super::pending_sign_in::testing::pending;
    use super::*;

    const STATE: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const ISS: &str = "iss=https%3A%2F%2Fconnect.example";

    /// The error code of the result, or `accepted` when the code exchange may begin.
    fn verdict(authorization_response: &str) -> String {
        match Callback::parse(authorization_response)
            .map_err(Error::from)
            .and_then(|callback| pending().accept(callback))
        {
            Ok(_) => "accepted".to_owned(),
            Err(error) => error.code().to_owned(),
        }
    }

    fn verdicts(cases: &[(String, &str)]) {
        for (authorization_response, expected) in cases {
            let shown: String = authorization_response.chars().take(120).collect();
            assert_eq!(verdict(authorization_response), *expected, "{shown}");
        }
    }

    #[test]
    fn c13_unknown_parameters_are_ignored_even_doubled_ones() {
        verdicts(&[
            (format!("?code=c&state={STATE}&{ISS}"), "accepted"),
            (format!("?code=c&state={STATE}&{ISS}&session_state=x&scope=a&scope=b"), "accepted"),
            (format!("code=c&state={STATE}&{ISS}#"), "accepted"),
            (format!("?code=c&state={STATE}&{ISS}#section"), "accepted"),
        ]);
    }

    #[test]
    fn c01_a_repeated_parameter_is_refused() {
        verdicts(&[
            (format!("?code=a&code=b&state={STATE}&{ISS}"), "callback_parameter_twice"),
            (format!("?code=a&state={STATE}&state={STATE}&{ISS}"), "callback_parameter_twice"),
            (format!("?code=a&state={STATE}&{ISS}&{ISS}"), "callback_parameter_twice"),
            (format!("?error=a&error=b&state={STATE}&{ISS}"), "callback_parameter_twice"),
            (format!("?code=a&%63ode=b&state={STATE}&{ISS}"), "callback_parameter_twice"),
        ]);
    }

    #[test]
    fn c02_c03_the_state_must_be_there_and_be_exactly_the_same() {
        verdicts(&[
            ("?code=c".to_owned(), "state_missing"),
            ("?code=c&state=".to_owned(), "state_missing"),
            ("?error=access_denied".to_owned(), "state_missing"),
            (format!("?code=c&state={}&{ISS}", STATE.to_lowercase()), "state_mismatch"),
            (format!("?code=c&state={}&{ISS}", "A".repeat(42)), "state_mismatch"),
            (format!("?code=c&state=%2541{}&{ISS}", "A".repeat(42)), "state_mismatch"),
            (format!("?code=c&state=%41{}&{ISS}", "A".repeat(42)), "accepted"),
        ]);
    }

    #[test]
    fn c08_a_response_has_either_a_code_or_an_error() {
        verdicts(&[
            (format!("?code=&state={STATE}&{ISS}"), "code_invalid"),
            (format!("?code=c%00&state={STATE}&{ISS}"), "code_invalid"),
            (format!("?code=c&error=access_denied&state={STATE}&{ISS}"), "code_and_error"),
            (format!("?state={STATE}&{ISS}"), "code_missing"),
        ]);
    }

    #[test]
    fn c14_c15_c16_a_wrong_issuer_is_refused_always_and_a_missing_one_with_a_code() {
        verdicts(&[
            (format!("?code=c&state={STATE}"), "issuer_missing"),
            (format!("?code=&state={STATE}"), "issuer_missing"),
            (format!("?code=c&error=access_denied&state={STATE}"), "issuer_missing"),
            (format!("?state={STATE}"), "issuer_missing"),
            (format!("?code=c&state={STATE}&{ISS}%2F"), "issuer_mismatch"),
            (format!("?code=c&state={STATE}&iss=https%3A%2F%2FConnect.example"), "issuer_mismatch"),
            (format!("?code=c&state={STATE}&iss="), "issuer_mismatch"),
            (format!("?error=access_denied&state={STATE}&{ISS}1"), "issuer_mismatch"),
            (format!("?error=access_denied&state={STATE}&iss="), "issuer_mismatch"),
            (format!("?error=access_denied&state={STATE}"), "access_denied"),
            (format!("?error=login_required&state={STATE}&session_state=x#_"), "login_required"),
            (format!("?error=access_denied&state={STATE}&{ISS}&{ISS}"), "callback_parameter_twice"),
        ]);
    }

    #[test]
    fn c12_errors_are_typed() {
        verdicts(&[
            (format!("?error=access_denied&state={STATE}&{ISS}"), "access_denied"),
            (format!("?error=login_required&state={STATE}&{ISS}"), "login_required"),
            (format!("?error=interaction_required&state={STATE}&{ISS}"), "interaction_required"),
            (format!("?error=consent_required&state={STATE}&{ISS}"), "consent_required"),
            (format!("?error=server_error&state={STATE}&{ISS}"), "server_error"),
            (format!("?error=temporarily_unavailable&state={STATE}&{ISS}"), "temporarily_unavailable"),
            (format!("?error=made_up&state={STATE}&{ISS}"), "provider_error"),
        ]);
    }

    #[test]
    fn c17_tokens_in_the_url_are_not_read() {
        verdicts(&[
            (format!("?code=c&state={STATE}&{ISS}#access_token=t"), "token_in_url"),
            (format!("#code=c&state={STATE}&{ISS}"), "token_in_url"),
            (format!("?id_token=t&state={STATE}&{ISS}"), "token_in_url"),
            ("?response=a.b.c".to_owned(), "token_in_url"),
        ]);
    }

    #[test]
    fn c18_size_and_encoding_are_bounded() {
        verdicts(&[
            (format!("?code={}&state={STATE}&{ISS}", "c".repeat(4_000)), "accepted"),
            (format!("?code={}&state={STATE}&{ISS}", "c".repeat(1 << 20)), "callback_malformed"),
            (format!("?code=%FF&state={STATE}&{ISS}"), "callback_malformed"),
            (format!("?code=%&state={STATE}&{ISS}"), "callback_malformed"),
            (format!("?code=c&state={STATE}&{ISS}&x=%C3%28"), "callback_malformed"),
            (format!("?code=c&state={STATE}%00&{ISS}"), "state_mismatch"),
            (format!("?code=c+c&state={STATE}&{ISS}"), "accepted"),
        ]);
    }

    #[test]
    fn c21_a_reload_or_a_bookmark_has_nothing_to_read() {
        verdicts(&[
            (String::new(), "callback_empty"),
            ("?".to_owned(), "callback_empty"),
            ("?utm_source=x#top".to_owned(), "callback_empty"),
        ]);
    }

    #[test]
    fn c15_no_iss_is_accepted_where_none_is_promised() {
        let mut pending = pending();
        pending.metadata.iss_parameter_supported = false;
        let callback = Callback::parse(&format!("?code=c&state={STATE}")).unwrap();
        assert!(pending.accept(callback).is_ok());
    }

    #[test]
    fn c11_a_forged_error_is_not_read() {
        let callback = Callback::parse("?error=access_denied&error_description=call+555&state=other").unwrap();
        assert_eq!(pending().accept(callback).map(drop), Err(Misbehaviour::StateMismatch.into()));
    }

    #[test]
    fn c09_c10_the_description_of_a_true_error_is_text_and_its_link_is_not_kept() {
        let authorization_response =
            format!("?error=access_denied&error_description=No+%3Cb%3E&error_uri=javascript:x&state={STATE}&{ISS}");
        let Err(Error::Provider(error)) = pending().accept(Callback::parse(&authorization_response).unwrap()) else {
            panic!("a provider error")
        };
        assert_eq!(error.kind(), ProviderErrorKind::AccessDenied);
        assert_eq!(error.description(), Some("No <b>"));
        assert!(!format!("{error:?}").contains("javascript"), "{error:?}");
    }

    #[test]
    fn j02_a_callback_prints_no_secret() {
        let callback = Callback::parse(&format!("?code=canary&state={STATE}&{ISS}")).unwrap();
        let mut printed = format!("{callback:?}");
        printed.push_str(&format!("{:?}", pending().accept(callback)));
        assert!(!printed.contains("canary") && !printed.contains(STATE), "{printed}");
    }

    #[test]
    fn c24_a_response_is_known_by_its_code_or_error() {
        for (query, expected) in [
            ("?code=x&state=y", true),
            ("?state=y&error=access_denied", true),
            ("?c%6fde=x", true),
            ("?page=2&state=open", false),
            ("?q=code=1", false),
            ("?code=x&state=y&error_description=%E6", true),
            ("?error=%E6", true),
            ("?q=%E6&page=code", false),
            ("", false),
        ] {
            assert_eq!(is_response(query), expected, "{query}");
        }
    }
}
