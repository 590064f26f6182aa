//! Errors of a sign-in, grouped by their cause.
//!
//! ```text
//! Error::Provider    the provider refused                         -> tell the user
//! Error::Misbehaved  the response breaks the protocol, or is not  -> refuse, and name what to check
//!                    from our provider
//! ```
//! An error contains no response body and no URL. A provider's description is cleaned and shortened. Every variant
//! has a stable [`code`](Error::code).

use std::fmt;

use super::shown::one_line;

/// Why a sign-in failed: the errors that the protocol code detects.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The provider responded with an error.
    Provider(Box<ProviderError>),
    /// The response breaks the protocol, or is not from the provider that received the request.
    Misbehaved(Misbehaviour),
}

/// An error that the provider reported in its response. The values of the response are cleaned and shortened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderError {
    kind: ProviderErrorKind,
    reported: String,
    description: Option<String>,
}

/// The kinds of errors that a provider reports: the error codes of RFC 6749 4.1.2.1 and 5.2, of OpenID Connect Core
/// 3.1.2.6, and `invalid_tenant` of Visma Connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProviderErrorKind {
    /// The user or the provider's policy denied the request.
    AccessDenied,
    /// A parameter of the request is missing or wrong.
    InvalidRequest,
    /// The client is unknown, or it is not a public client.
    InvalidClient,
    /// The code was already used, has expired, or belongs to another request.
    InvalidGrant,
    /// The client may not use this flow.
    UnauthorizedClient,
    /// The provider does not support the authorization code grant for this client.
    UnsupportedGrantType,
    /// The provider does not support `response_type=code` for this client.
    UnsupportedResponseType,
    /// A scope is unknown, or the client may not request it.
    InvalidScope,
    /// The company cannot be used. At Visma the usual cause is that the user does not have the role API User.
    InvalidTenant,
    /// The provider has an internal error.
    ServerError,
    /// The provider is overloaded or under maintenance.
    TemporarilyUnavailable,
    /// With `prompt=none`: no user is signed in at the provider.
    LoginRequired,
    /// With `prompt=none`: the provider needs input from the user.
    InteractionRequired,
    /// With `prompt=none`: the user has to give consent.
    ConsentRequired,
    /// With `prompt=none`: the user has to choose an account.
    AccountSelectionRequired,
    /// The provider cannot fulfil `acr_values` (OpenID Connect Unmet Authentication Requirements 1.0).
    UnmetAuthenticationRequirements,
    /// Any other error code.
    Unknown,
    /// An HTTP status without an error code: 429, or 500 to 599.
    Unavailable,
}

impl ProviderErrorKind {
    fn from_code(code: &str) -> Self {
        match code {
            "access_denied" => Self::AccessDenied,
            "invalid_request" => Self::InvalidRequest,
            "invalid_client" => Self::InvalidClient,
            "invalid_grant" => Self::InvalidGrant,
            "unauthorized_client" => Self::UnauthorizedClient,
            "unsupported_grant_type" => Self::UnsupportedGrantType,
            "unsupported_response_type" => Self::UnsupportedResponseType,
            "invalid_scope" => Self::InvalidScope,
            "invalid_tenant" => Self::InvalidTenant,
            "server_error" => Self::ServerError,
            "temporarily_unavailable" => Self::TemporarilyUnavailable,
            "login_required" => Self::LoginRequired,
            "interaction_required" => Self::InteractionRequired,
            "consent_required" => Self::ConsentRequired,
            "account_selection_required" => Self::AccountSelectionRequired,
            "unmet_authentication_requirements" => Self::UnmetAuthenticationRequirements,
            _ => Self::Unknown,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTenant => "invalid_tenant",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::LoginRequired => "login_required",
            Self::InteractionRequired => "interaction_required",
            Self::ConsentRequired => "consent_required",
            Self::AccountSelectionRequired => "account_selection_required",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::Unknown => "provider_error",
            Self::Unavailable => "provider_unavailable",
        }
    }
}

impl ProviderError {
    /// The longest description that is kept, in characters.
    const MAX_DESCRIPTION: usize = 300;

    /// The longest error code that is kept, in characters.
    const MAX_CODE: usize = 60;

    /// Reads `error` and `error_description`.
    ///
    /// RFC 6749 4.1.2.1 allows only ASCII in the description. Providers send other scripts too, so letters of every
    /// script are kept.
    pub(crate) fn new(code: &str, description: Option<&str>) -> Self {
        Self {
            kind: ProviderErrorKind::from_code(code),
            reported: code.chars().filter(|c| matches!(c, ' '..='~')).take(Self::MAX_CODE).collect(),
            description: one_line(description.unwrap_or_default(), Self::MAX_DESCRIPTION),
        }
    }

    pub(crate) const fn unavailable() -> Self {
        Self { kind: ProviderErrorKind::Unavailable, reported: String::new(), description: None }
    }

    /// The stable code: the registered name of the error, `provider_error` or `provider_unavailable`.
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// The kind of error, for a `match`.
    pub const fn kind(&self) -> ProviderErrorKind {
        self.kind
    }

    /// The value of `error` as the provider sent it: at most 60 printable ASCII characters. Empty when there was
    /// none.
    pub fn reported(&self) -> &str {
        &self.reported
    }

    /// The provider's description: one line of at most 300 characters. Show it as text, never as HTML.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }
}

/// Why this app refuses a response, or cannot use it. Most variants mean that the response breaks the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misbehaviour {
    // The authorization response.
    /// The callback's query is too long, not form-encoded, or not UTF-8.
    CallbackMalformed,
    /// A parameter of the callback occurs twice (RFC 6749 3.1).
    CallbackParameterTwice,
    /// The callback page was opened without a response: a reload, a bookmark, or Back.
    CallbackEmpty,
    /// The URL contains a token or a signed response. It is not read.
    TokenInUrl,
    /// The callback has no `state`.
    StateMissing,
    /// No sign-in that began in this tab has this `state`.
    StateUnknown,
    /// The sign-in with this `state` is over: the response was already used, it arrived too late, or the user has
    /// signed out.
    SignInOver,
    /// Another tab of this browser has already redeemed this code.
    FinishedElsewhere,
    /// The record that is stored for the callback's `state` contains another `state`.
    StateMismatch,
    /// The stored record of the sign-in cannot be read.
    PendingUnreadable,
    /// By this device's clock, the sign-in began more than ten minutes ago, or more than five minutes in the future.
    PendingExpired,
    /// The sign-in began with another configuration.
    PendingForeign,
    /// The callback's `iss` is not the authority (RFC 9207 2.4).
    IssuerMismatch,
    /// The metadata announces `iss` in every authorization response, but this one has none (RFC 9207 2.4).
    IssuerMissing,
    /// The callback has neither `code` nor `error`.
    CodeMissing,
    /// The callback has both `code` and `error`.
    CodeAndError,
    /// The callback's `code` is empty or contains characters that are not allowed in a code.
    CodeInvalid,

    // A sign-in that another site starts.
    /// The address that starts a sign-in has no `iss`, or an issuer other than the authority.
    InitiateIssuerForeign,
    /// The address that starts a sign-in is not form-encoded, is too long, or has a parameter twice.
    InitiateMalformed,

    // Metadata and keys.
    /// The provider's metadata is not a JSON object.
    MetadataUnreadable,
    /// `issuer` of the metadata is not the authority (RFC 8414 3.3).
    MetadataIssuerMismatch,
    /// The metadata's issuer differs from the authority only by a slash at the end.
    MetadataIssuerSlash,
    /// The provider does not sign ID tokens with the configured algorithm. The field names an algorithm that the
    /// provider supports.
    MetadataAlgorithmUnsupported(&'static str),
    /// A member of the metadata is missing or is not allowed. The field is the member's name.
    MetadataInvalid(&'static str),
    /// The provider supports PKCE, but not with SHA-256.
    MetadataWithoutS256,
    /// The provider's keys are not a JSON Web Key Set.
    JwksUnreadable,

    // The token response.
    /// The response of the token endpoint is not a JSON object.
    TokenResponseUnreadable,
    /// A member of the token response is missing or has a wrong type or value. The field is the member's name.
    TokenResponseInvalid(&'static str),
    /// `token_type` is not Bearer.
    TokenTypeUnsupported,
    /// The scope `openid` was requested, but the response has no ID token.
    IdTokenMissing,

    // The ID token.
    /// The ID token is not a signed JWT in compact form.
    IdTokenMalformed,
    /// The ID token's header contains something that is not accepted, such as `crit`, `zip` or another `typ`.
    IdTokenHeaderRefused,
    /// The ID token is not signed with the configured algorithm. The field is the algorithm in the token's header.
    IdTokenAlgorithmRefused(&'static str),
    /// No key of the provider matches the ID token.
    IdTokenKeyUnknown,
    /// Several keys of the provider match the ID token.
    IdTokenKeyAmbiguous,
    /// The signature does not match the provider's key.
    IdTokenSignatureInvalid,
    /// `iss` is not the authority.
    IdTokenIssuerMismatch,
    /// `aud` does not contain this client, or contains an audience that the configuration does not trust.
    IdTokenAudienceMismatch,
    /// `azp` is another client, or is missing although `aud` has other audiences.
    IdTokenAuthorizedPartyMismatch,
    /// `exp` has passed, by this device's clock.
    IdTokenExpired,
    /// `iat` or `nbf` is in the future, by this device's clock.
    IdTokenFromTheFuture,
    /// `nonce` is not the one of this sign-in.
    IdTokenNonceMismatch,
    /// `at_hash` does not match the access token.
    IdTokenAccessTokenMismatch,
    /// A claim is missing or has the wrong type. The field is the claim's name.
    IdTokenClaimInvalid(&'static str),
    /// `max_age` was requested, and `auth_time` is missing or too early.
    AuthenticationTooOld,
    /// `acr_values` was requested. The ID token has no `acr`, or a value that was not requested (RFC 9470 section 5).
    AuthenticationTooWeak,
    /// The tokens are for a company other than the one in `tenant_hint`.
    CompanyMismatch,

    // UserInfo.
    /// The UserInfo response is not a JSON object.
    UserInfoUnreadable,
    /// `sub` of the UserInfo response is missing or is another user's (OpenID Connect Core 5.3.2).
    UserInfoSubjectMismatch,
}

impl Misbehaviour {
    /// The stable code of this variant, such as `state_unknown`. `docs/errors.md` in the repository explains each code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::CallbackMalformed => "callback_malformed",
            Self::CallbackParameterTwice => "callback_parameter_twice",
            Self::CallbackEmpty => "callback_empty",
            Self::TokenInUrl => "token_in_url",
            Self::StateMissing => "state_missing",
            Self::StateUnknown => "state_unknown",
            Self::SignInOver => "sign_in_over",
            Self::FinishedElsewhere => "finished_elsewhere",
            Self::StateMismatch => "state_mismatch",
            Self::PendingUnreadable => "pending_unreadable",
            Self::PendingExpired => "pending_expired",
            Self::PendingForeign => "pending_foreign",
            Self::IssuerMismatch => "issuer_mismatch",
            Self::IssuerMissing => "issuer_missing",
            Self::CodeMissing => "code_missing",
            Self::CodeAndError => "code_and_error",
            Self::CodeInvalid => "code_invalid",
            Self::MetadataUnreadable => "metadata_unreadable",
            Self::MetadataIssuerMismatch => "metadata_issuer_mismatch",
            Self::MetadataIssuerSlash => "metadata_issuer_slash",
            Self::MetadataAlgorithmUnsupported(_) => "metadata_algorithm_unsupported",
            Self::MetadataInvalid(_) => "metadata_invalid",
            Self::MetadataWithoutS256 => "metadata_without_s256",
            Self::JwksUnreadable => "jwks_unreadable",
            Self::TokenResponseUnreadable => "token_response_unreadable",
            Self::TokenResponseInvalid(_) => "token_response_invalid",
            Self::TokenTypeUnsupported => "token_type_unsupported",
            Self::IdTokenMissing => "id_token_missing",
            Self::IdTokenMalformed => "id_token_malformed",
            Self::IdTokenHeaderRefused => "id_token_header_refused",
            Self::IdTokenAlgorithmRefused(_) => "id_token_algorithm_refused",
            Self::IdTokenKeyUnknown => "id_token_key_unknown",
            Self::IdTokenKeyAmbiguous => "id_token_key_ambiguous",
            Self::IdTokenSignatureInvalid => "id_token_signature_invalid",
            Self::IdTokenIssuerMismatch => "id_token_issuer_mismatch",
            Self::IdTokenAudienceMismatch => "id_token_audience_mismatch",
            Self::IdTokenAuthorizedPartyMismatch => "id_token_azp_mismatch",
            Self::IdTokenExpired => "id_token_expired",
            Self::IdTokenFromTheFuture => "id_token_from_the_future",
            Self::IdTokenNonceMismatch => "id_token_nonce_mismatch",
            Self::IdTokenAccessTokenMismatch => "id_token_at_hash_mismatch",
            Self::IdTokenClaimInvalid(_) => "id_token_claim_invalid",
            Self::AuthenticationTooOld => "authentication_too_old",
            Self::AuthenticationTooWeak => "authentication_too_weak",
            Self::CompanyMismatch => "company_mismatch",
            Self::InitiateIssuerForeign => "initiate_issuer_foreign",
            Self::InitiateMalformed => "initiate_malformed",
            Self::UserInfoUnreadable => "userinfo_unreadable",
            Self::UserInfoSubjectMismatch => "userinfo_sub_mismatch",
        }
    }

    /// The name of the member, claim or algorithm that was wrong, if the variant has one.
    pub const fn member(self) -> Option<&'static str> {
        match self {
            Self::MetadataInvalid(name)
            | Self::MetadataAlgorithmUnsupported(name)
            | Self::IdTokenAlgorithmRefused(name)
            | Self::TokenResponseInvalid(name)
            | Self::IdTokenClaimInvalid(name) => Some(name),
            _ => None,
        }
    }
}

impl Error {
    /// A short name that never changes between versions. Pages show it and tests compare it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Provider(error) => error.code(),
            Self::Misbehaved(error) => error.code(),
        }
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl std::error::Error for ProviderError {}

impl fmt::Display for Misbehaviour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl std::error::Error for Misbehaviour {}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl std::error::Error for Error {}

impl From<ProviderError> for Error {
    fn from(error: ProviderError) -> Self {
        Self::Provider(Box::new(error))
    }
}

impl From<Misbehaviour> for Error {
    fn from(error: Misbehaviour) -> Self {
        Self::Misbehaved(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c09_a_description_is_cleaned_and_capped() {
        let hostile = format!("<img src=x onerror=\"alert(1)\">\u{202e}\u{2066}\u{200f}\n\u{0}é{}", "x".repeat(1_000));
        let error = ProviderError::new("access_denied", Some(&hostile));
        let shown = error.description().unwrap();
        assert_eq!(shown.chars().count(), ProviderError::MAX_DESCRIPTION);
        // Markup is kept, because it is shown as text. The end-to-end test is
        // c09_c10_an_errors_description_is_text_and_its_link_is_not_shown.
        assert!(shown.starts_with("<img src=x onerror=\"alert(1)\">éxxx"), "{shown}");
        for words in ["Pålogging avbrutt - prøv igjen", "Вход отменён", "登录已取消", "ログインが取り消されました"]
        {
            assert_eq!(ProviderError::new("access_denied", Some(words)).description(), Some(words));
        }
        assert_eq!(ProviderError::new("x", Some("\u{200b}\u{3164}")).description(), None);
        assert_eq!(ProviderError::new("x", Some("\u{1}\u{2} ")).description(), None);
    }

    #[test]
    fn c12_unknown_codes_are_one_kind() {
        assert_eq!(Error::from(ProviderError::new("login_required", None)).code(), "login_required");
        let unknown = ProviderError::new("<script>\n", None);
        assert_eq!((unknown.code(), unknown.reported()), ("provider_error", "<script>"));
    }
}
