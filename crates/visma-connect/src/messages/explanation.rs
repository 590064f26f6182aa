//! The texts for a sign-in error: what happened, and how to fix it. docs/errors.md contains the same texts.

use super::text::{self, Message};
use crate::protocol::config::Config;
use crate::protocol::error::{Misbehaviour as M, ProviderErrorKind as P};
use crate::session::error::{PlatformError, SignInError};

/// The texts that explain an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The heading, a few words.
    pub title: &'static str,
    /// What happened, for the user. One or two sentences.
    pub happened: &'static str,
    /// The likely causes, and what the user can do next. It may be empty.
    pub advice: &'static str,
    /// How the developer fixes it, or what the developer can check: for example a setting of the portal, a key of
    /// config.json, a clock, an extension or the network.
    pub remedy: &'static str,
}

fn explanation(title: Message, happened: Message, advice: Message, remedy: Message) -> Explanation {
    Explanation { title: title.text(), happened: happened.text(), advice: advice.text(), remedy: remedy.text() }
}

/// Explains a sign-in error to the user and to the developer.
///
/// `config` is used in one case: if the authority is on this machine and cannot be reached, the text contains the
/// command that starts the local provider.
pub fn explain(error: &SignInError, config: &Config) -> Explanation {
    match error {
        SignInError::Provider(error) => provider(error.kind()),
        SignInError::Misbehaved(error) => misbehaved(*error),
        SignInError::Platform(PlatformError::Unreachable | PlatformError::Offline)
            if config.authority().is_loopback() =>
        {
            explanation(
                text::SIGN_IN_ERROR_LOCAL_PROVIDER_TITLE,
                text::SIGN_IN_ERROR_LOCAL_PROVIDER_HAPPENED,
                text::SIGN_IN_ERROR_LOCAL_PROVIDER_ADVICE,
                text::SIGN_IN_ERROR_LOCAL_PROVIDER_REMEDY,
            )
        }
        SignInError::Platform(error) => platform(*error),
    }
}

fn provider(kind: P) -> Explanation {
    match kind {
        P::AccessDenied => explanation(
            text::SIGN_IN_ERROR_ACCESS_DENIED_TITLE,
            text::SIGN_IN_ERROR_ACCESS_DENIED_HAPPENED,
            text::SIGN_IN_ERROR_ACCESS_DENIED_ADVICE,
            text::SIGN_IN_ERROR_NOTHING_TO_FIX_REMEDY,
        ),
        P::InvalidGrant => explanation(
            text::SIGN_IN_ERROR_TOOK_TOO_LONG_TITLE,
            text::SIGN_IN_ERROR_INVALID_GRANT_HAPPENED,
            text::SIGN_IN_ERROR_INVALID_GRANT_ADVICE,
            text::SIGN_IN_ERROR_INVALID_GRANT_REMEDY,
        ),
        P::InvalidTenant => explanation(
            text::SIGN_IN_ERROR_INVALID_TENANT_TITLE,
            text::SIGN_IN_ERROR_INVALID_TENANT_HAPPENED,
            text::SIGN_IN_ERROR_INVALID_TENANT_ADVICE,
            text::SIGN_IN_ERROR_INVALID_TENANT_REMEDY,
        ),
        P::InvalidScope => explanation(
            text::SIGN_IN_ERROR_SET_UP_TITLE,
            text::SIGN_IN_ERROR_INVALID_SCOPE_HAPPENED,
            text::SIGN_IN_ERROR_TELL_DEVELOPER_ADVICE,
            text::SIGN_IN_ERROR_INVALID_SCOPE_REMEDY,
        ),
        P::InvalidRequest
        | P::InvalidClient
        | P::UnauthorizedClient
        | P::UnsupportedGrantType
        | P::UnsupportedResponseType => explanation(
            text::SIGN_IN_ERROR_SET_UP_TITLE,
            text::SIGN_IN_ERROR_INVALID_REQUEST_HAPPENED,
            text::SIGN_IN_ERROR_TELL_DEVELOPER_ADVICE,
            text::SIGN_IN_ERROR_REGISTER_REMEDY,
        ),
        P::ServerError | P::TemporarilyUnavailable | P::Unavailable => explanation(
            text::SIGN_IN_ERROR_SERVICE_PROBLEM_TITLE,
            text::SIGN_IN_ERROR_UNAVAILABLE_HAPPENED,
            text::SIGN_IN_ERROR_UNAVAILABLE_ADVICE,
            text::SIGN_IN_ERROR_UNAVAILABLE_REMEDY,
        ),
        P::LoginRequired | P::InteractionRequired | P::ConsentRequired | P::AccountSelectionRequired => explanation(
            text::SIGN_IN_ERROR_LOGIN_REQUIRED_TITLE,
            text::SIGN_IN_ERROR_LOGIN_REQUIRED_HAPPENED,
            text::SIGN_IN_ERROR_LOGIN_REQUIRED_ADVICE,
            text::SIGN_IN_ERROR_LOGIN_REQUIRED_REMEDY,
        ),
        P::UnmetAuthenticationRequirements => explanation(
            text::SIGN_IN_ERROR_UNMET_AUTHENTICATION_REQUIREMENTS_TITLE,
            text::SIGN_IN_ERROR_UNMET_AUTHENTICATION_REQUIREMENTS_HAPPENED,
            text::SIGN_IN_ERROR_UNMET_AUTHENTICATION_REQUIREMENTS_ADVICE,
            text::SIGN_IN_ERROR_UNMET_AUTHENTICATION_REQUIREMENTS_REMEDY,
        ),
        P::Unknown => explanation(
            text::SIGN_IN_ERROR_UNKNOWN_TITLE,
            text::SIGN_IN_ERROR_UNKNOWN_HAPPENED,
            text::SIGN_IN_ERROR_START_AGAIN_ADVICE,
            text::SIGN_IN_ERROR_REGISTER_REMEDY,
        ),
    }
}

fn misbehaved(error: M) -> Explanation {
    match error {
        M::CallbackEmpty => explanation(
            text::SIGN_IN_ERROR_CALLBACK_EMPTY_TITLE,
            text::SIGN_IN_ERROR_CALLBACK_EMPTY_HAPPENED,
            text::SIGN_IN_ERROR_CALLBACK_EMPTY_ADVICE,
            text::SIGN_IN_ERROR_CALLBACK_EMPTY_REMEDY,
        ),
        M::StateUnknown => explanation(
            text::SIGN_IN_ERROR_STATE_UNKNOWN_TITLE,
            text::SIGN_IN_ERROR_STATE_UNKNOWN_HAPPENED,
            text::SIGN_IN_ERROR_STATE_UNKNOWN_ADVICE,
            text::SIGN_IN_ERROR_STATE_UNKNOWN_REMEDY,
        ),
        M::SignInOver => explanation(
            text::SIGN_IN_ERROR_SIGN_IN_OVER_TITLE,
            text::SIGN_IN_ERROR_SIGN_IN_OVER_HAPPENED,
            text::SIGN_IN_ERROR_SIGN_IN_AGAIN_ADVICE,
            text::SIGN_IN_ERROR_NOTHING_TO_FIX_REMEDY,
        ),
        M::FinishedElsewhere => explanation(
            text::SIGN_IN_ERROR_FINISHED_ELSEWHERE_TITLE,
            text::SIGN_IN_ERROR_FINISHED_ELSEWHERE_HAPPENED,
            text::SIGN_IN_ERROR_FINISHED_ELSEWHERE_ADVICE,
            text::SIGN_IN_ERROR_NOTHING_TO_FIX_REMEDY,
        ),
        M::PendingExpired => explanation(
            text::SIGN_IN_ERROR_TOOK_TOO_LONG_TITLE,
            text::SIGN_IN_ERROR_PENDING_EXPIRED_HAPPENED,
            text::SIGN_IN_ERROR_SIGN_IN_AGAIN_ADVICE,
            text::SIGN_IN_ERROR_NOTHING_TO_FIX_REMEDY,
        ),
        M::InitiateIssuerForeign | M::InitiateMalformed => explanation(
            text::SIGN_IN_ERROR_INITIATE_REFUSED_TITLE,
            text::SIGN_IN_ERROR_INITIATE_REFUSED_HAPPENED,
            text::SIGN_IN_ERROR_INITIATE_REFUSED_ADVICE,
            text::SIGN_IN_ERROR_INITIATE_REFUSED_REMEDY,
        ),
        M::AuthenticationTooOld | M::AuthenticationTooWeak => explanation(
            text::SIGN_IN_ERROR_AUTHENTICATION_TOO_WEAK_TITLE,
            text::SIGN_IN_ERROR_AUTHENTICATION_TOO_WEAK_HAPPENED,
            text::SIGN_IN_ERROR_SIGN_IN_AGAIN_ADVICE,
            text::SIGN_IN_ERROR_AUTHENTICATION_TOO_WEAK_REMEDY,
        ),
        M::CompanyMismatch => explanation(
            text::SIGN_IN_ERROR_COMPANY_MISMATCH_TITLE,
            text::SIGN_IN_ERROR_COMPANY_MISMATCH_HAPPENED,
            text::SIGN_IN_ERROR_COMPANY_MISMATCH_ADVICE,
            text::SIGN_IN_ERROR_COMPANY_MISMATCH_REMEDY,
        ),
        M::PendingForeign | M::PendingUnreadable => explanation(
            text::SIGN_IN_ERROR_PENDING_FOREIGN_TITLE,
            text::SIGN_IN_ERROR_PENDING_FOREIGN_HAPPENED,
            text::SIGN_IN_ERROR_SIGN_IN_AGAIN_ADVICE,
            text::SIGN_IN_ERROR_PENDING_FOREIGN_REMEDY,
        ),
        M::StateMissing | M::StateMismatch => explanation(
            text::SIGN_IN_ERROR_NOT_TRUSTED_TITLE,
            text::SIGN_IN_ERROR_STATE_MISMATCH_HAPPENED,
            text::SIGN_IN_ERROR_STATE_MISMATCH_ADVICE,
            text::SIGN_IN_ERROR_DAMAGED_OR_ATTACK_REMEDY,
        ),
        M::CallbackMalformed | M::CallbackParameterTwice | M::CodeMissing | M::CodeAndError | M::CodeInvalid => {
            explanation(
                text::SIGN_IN_ERROR_NOT_TRUSTED_TITLE,
                text::SIGN_IN_ERROR_CALLBACK_DAMAGED_HAPPENED,
                text::SIGN_IN_ERROR_START_AGAIN_ADVICE,
                text::SIGN_IN_ERROR_DAMAGED_OR_ATTACK_REMEDY,
            )
        }
        M::TokenInUrl => explanation(
            text::SIGN_IN_ERROR_NOT_TRUSTED_TITLE,
            text::SIGN_IN_ERROR_TOKEN_IN_URL_HAPPENED,
            text::SIGN_IN_ERROR_SIGN_IN_AGAIN_ADVICE,
            text::SIGN_IN_ERROR_TOKEN_IN_URL_REMEDY,
        ),
        M::IssuerMismatch | M::IssuerMissing | M::IdTokenIssuerMismatch => explanation(
            text::SIGN_IN_ERROR_NOT_TRUSTED_TITLE,
            text::SIGN_IN_ERROR_ISSUER_MISMATCH_HAPPENED,
            text::SIGN_IN_ERROR_START_AGAIN_ADVICE,
            text::SIGN_IN_ERROR_CHECK_AUTHORITY_REMEDY,
        ),
        M::MetadataIssuerSlash => explanation(
            text::SIGN_IN_ERROR_SET_UP_TITLE,
            text::SIGN_IN_ERROR_METADATA_ISSUER_SLASH_HAPPENED,
            text::SIGN_IN_ERROR_TELL_DEVELOPER_ADVICE,
            text::SIGN_IN_ERROR_METADATA_ISSUER_SLASH_REMEDY,
        ),
        M::MetadataAlgorithmUnsupported(_) | M::IdTokenAlgorithmRefused(_) => explanation(
            text::SIGN_IN_ERROR_SET_UP_TITLE,
            text::SIGN_IN_ERROR_ALGORITHM_HAPPENED,
            text::SIGN_IN_ERROR_TELL_DEVELOPER_ADVICE,
            text::SIGN_IN_ERROR_ALGORITHM_REMEDY,
        ),
        M::MetadataUnreadable | M::MetadataIssuerMismatch | M::MetadataInvalid(_) | M::MetadataWithoutS256 => {
            explanation(
                text::SIGN_IN_ERROR_SET_UP_TITLE,
                text::SIGN_IN_ERROR_METADATA_HAPPENED,
                text::SIGN_IN_ERROR_TELL_DEVELOPER_ADVICE,
                text::SIGN_IN_ERROR_METADATA_REMEDY,
            )
        }
        M::TokenResponseUnreadable | M::TokenResponseInvalid(_) | M::TokenTypeUnsupported | M::IdTokenMissing => {
            explanation(
                text::SIGN_IN_ERROR_NOT_TRUSTED_TITLE,
                text::SIGN_IN_ERROR_TOKEN_RESPONSE_HAPPENED,
                text::SIGN_IN_ERROR_START_AGAIN_ADVICE,
                text::SIGN_IN_ERROR_DAMAGED_OR_ATTACK_REMEDY,
            )
        }
        M::IdTokenExpired | M::IdTokenFromTheFuture => explanation(
            text::SIGN_IN_ERROR_CLOCK_TITLE,
            text::SIGN_IN_ERROR_CLOCK_HAPPENED,
            text::SIGN_IN_ERROR_CLOCK_ADVICE,
            text::SIGN_IN_ERROR_CLOCK_REMEDY,
        ),
        M::JwksUnreadable | M::IdTokenKeyUnknown | M::IdTokenKeyAmbiguous => explanation(
            text::SIGN_IN_ERROR_SERVICE_PROBLEM_TITLE,
            text::SIGN_IN_ERROR_JWKS_HAPPENED,
            text::SIGN_IN_ERROR_START_AGAIN_ADVICE,
            text::SIGN_IN_ERROR_JWKS_REMEDY,
        ),
        M::UserInfoUnreadable | M::UserInfoSubjectMismatch => Explanation {
            title: text::SIGN_IN_ERROR_USERINFO_TITLE.text(),
            happened: text::SIGN_IN_ERROR_USERINFO_HAPPENED.text(),
            // The user is signed in and has nothing to do.
            advice: "",
            remedy: text::SIGN_IN_ERROR_USERINFO_REMEDY.text(),
        },
        M::IdTokenMalformed
        | M::IdTokenHeaderRefused
        | M::IdTokenSignatureInvalid
        | M::IdTokenAudienceMismatch
        | M::IdTokenAuthorizedPartyMismatch
        | M::IdTokenNonceMismatch
        | M::IdTokenAccessTokenMismatch
        | M::IdTokenClaimInvalid(_) => explanation(
            text::SIGN_IN_ERROR_NOT_TRUSTED_TITLE,
            text::SIGN_IN_ERROR_ID_TOKEN_HAPPENED,
            text::SIGN_IN_ERROR_START_AGAIN_ADVICE,
            text::SIGN_IN_ERROR_DAMAGED_OR_ATTACK_REMEDY,
        ),
    }
}

fn platform(error: PlatformError) -> Explanation {
    match error {
        PlatformError::StorageBlocked => explanation(
            text::SIGN_IN_ERROR_STORAGE_BLOCKED_TITLE,
            text::SIGN_IN_ERROR_STORAGE_BLOCKED_HAPPENED,
            text::SIGN_IN_ERROR_STORAGE_BLOCKED_ADVICE,
            text::SIGN_IN_ERROR_STORAGE_BLOCKED_REMEDY,
        ),
        PlatformError::StorageFull => explanation(
            text::SIGN_IN_ERROR_STORAGE_FULL_TITLE,
            text::SIGN_IN_ERROR_STORAGE_FULL_HAPPENED,
            text::SIGN_IN_ERROR_STORAGE_FULL_ADVICE,
            text::SIGN_IN_ERROR_STORAGE_FULL_REMEDY,
        ),
        PlatformError::RandomUnavailable | PlatformError::CryptoUnavailable => explanation(
            text::SIGN_IN_ERROR_NO_CRYPTO_TITLE,
            text::SIGN_IN_ERROR_NO_CRYPTO_HAPPENED,
            text::SIGN_IN_ERROR_NO_CRYPTO_ADVICE,
            text::SIGN_IN_ERROR_NO_CRYPTO_REMEDY,
        ),
        PlatformError::InFrame => explanation(
            text::SIGN_IN_ERROR_IN_FRAME_TITLE,
            text::SIGN_IN_ERROR_IN_FRAME_HAPPENED,
            text::SIGN_IN_ERROR_IN_FRAME_ADVICE,
            text::SIGN_IN_ERROR_IN_FRAME_REMEDY,
        ),
        PlatformError::BlockedByPolicy => explanation(
            text::SIGN_IN_ERROR_SET_UP_TITLE,
            text::SIGN_IN_ERROR_BLOCKED_BY_POLICY_HAPPENED,
            text::SIGN_IN_ERROR_TELL_DEVELOPER_ADVICE,
            text::SIGN_IN_ERROR_BLOCKED_BY_POLICY_REMEDY,
        ),
        PlatformError::TimedOut => explanation(
            text::SIGN_IN_ERROR_TIMED_OUT_TITLE,
            text::SIGN_IN_ERROR_TIMED_OUT_HAPPENED,
            text::SIGN_IN_ERROR_TIMED_OUT_ADVICE,
            text::SIGN_IN_ERROR_TIMED_OUT_REMEDY,
        ),
        PlatformError::WindowBlocked => explanation(
            text::SIGN_IN_ERROR_WINDOW_BLOCKED_TITLE,
            text::SIGN_IN_ERROR_WINDOW_BLOCKED_HAPPENED,
            text::SIGN_IN_ERROR_WINDOW_BLOCKED_ADVICE,
            text::SIGN_IN_ERROR_WINDOW_BLOCKED_REMEDY,
        ),
        PlatformError::ChannelUnavailable => explanation(
            text::SIGN_IN_ERROR_CHANNEL_UNAVAILABLE_TITLE,
            text::SIGN_IN_ERROR_CHANNEL_UNAVAILABLE_HAPPENED,
            text::SIGN_IN_ERROR_CHANNEL_UNAVAILABLE_ADVICE,
            text::SIGN_IN_ERROR_CHANNEL_UNAVAILABLE_REMEDY,
        ),
        PlatformError::WindowForgotten => explanation(
            text::SIGN_IN_ERROR_WINDOW_FORGOTTEN_TITLE,
            text::SIGN_IN_ERROR_WINDOW_FORGOTTEN_HAPPENED,
            text::SIGN_IN_ERROR_WINDOW_FORGOTTEN_ADVICE,
            text::SIGN_IN_ERROR_NOTHING_TO_FIX_REMEDY,
        ),
        PlatformError::NavigationRefused => explanation(
            text::SIGN_IN_ERROR_NAVIGATION_REFUSED_TITLE,
            text::SIGN_IN_ERROR_NAVIGATION_REFUSED_HAPPENED,
            text::SIGN_IN_ERROR_NAVIGATION_REFUSED_ADVICE,
            text::SIGN_IN_ERROR_NAVIGATION_REFUSED_REMEDY,
        ),
        PlatformError::Offline => explanation(
            text::SIGN_IN_ERROR_OFFLINE_TITLE,
            text::SIGN_IN_ERROR_OFFLINE_HAPPENED,
            text::SIGN_IN_ERROR_OFFLINE_ADVICE,
            text::SIGN_IN_ERROR_OFFLINE_REMEDY,
        ),
        PlatformError::BlockedByCors => explanation(
            text::SIGN_IN_ERROR_BLOCKED_BY_CORS_TITLE,
            text::SIGN_IN_ERROR_BLOCKED_BY_CORS_HAPPENED,
            text::SIGN_IN_ERROR_TELL_DEVELOPER_ADVICE,
            text::SIGN_IN_ERROR_BLOCKED_BY_CORS_REMEDY,
        ),
        PlatformError::Unreachable | PlatformError::ResponseTooLong => explanation(
            text::SIGN_IN_ERROR_UNREACHABLE_TITLE,
            text::SIGN_IN_ERROR_UNREACHABLE_HAPPENED,
            text::SIGN_IN_ERROR_UNREACHABLE_ADVICE,
            text::SIGN_IN_ERROR_UNREACHABLE_REMEDY,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::config::AppLocation;
    use crate::protocol::error::ProviderError;
    use crate::session::api::ApiError;

    const ERRORS_MD: &str = include_str!("../../../../docs/errors.md");

    /// One value of each variant. The test `the_set_of_codes_is_closed` fails if one is missing.
    const MISBEHAVIOURS: [M; 49] = [
        M::CallbackEmpty,
        M::SignInOver,
        M::StateUnknown,
        M::FinishedElsewhere,
        M::PendingExpired,
        M::PendingForeign,
        M::PendingUnreadable,
        M::StateMissing,
        M::StateMismatch,
        M::CallbackMalformed,
        M::CallbackParameterTwice,
        M::CodeMissing,
        M::CodeAndError,
        M::CodeInvalid,
        M::TokenInUrl,
        M::IssuerMismatch,
        M::IssuerMissing,
        M::IdTokenIssuerMismatch,
        M::MetadataUnreadable,
        M::MetadataIssuerMismatch,
        M::MetadataIssuerSlash,
        M::MetadataAlgorithmUnsupported("ES256"),
        M::MetadataInvalid("jwks_uri"),
        M::MetadataWithoutS256,
        M::TokenResponseUnreadable,
        M::TokenResponseInvalid("scope"),
        M::TokenTypeUnsupported,
        M::IdTokenMissing,
        M::IdTokenExpired,
        M::IdTokenFromTheFuture,
        M::JwksUnreadable,
        M::IdTokenKeyUnknown,
        M::IdTokenKeyAmbiguous,
        M::UserInfoUnreadable,
        M::UserInfoSubjectMismatch,
        M::IdTokenMalformed,
        M::IdTokenHeaderRefused,
        M::IdTokenAlgorithmRefused("none"),
        M::IdTokenSignatureInvalid,
        M::IdTokenAudienceMismatch,
        M::IdTokenAuthorizedPartyMismatch,
        M::IdTokenNonceMismatch,
        M::IdTokenAccessTokenMismatch,
        M::IdTokenClaimInvalid("sub"),
        M::InitiateIssuerForeign,
        M::InitiateMalformed,
        M::AuthenticationTooOld,
        M::AuthenticationTooWeak,
        M::CompanyMismatch,
    ];
    const PLATFORM_ERRORS: [PlatformError; 15] = [
        PlatformError::BlockedByCors,
        PlatformError::Offline,
        PlatformError::ChannelUnavailable,
        PlatformError::WindowBlocked,
        PlatformError::WindowForgotten,
        PlatformError::StorageBlocked,
        PlatformError::StorageFull,
        PlatformError::RandomUnavailable,
        PlatformError::CryptoUnavailable,
        PlatformError::InFrame,
        PlatformError::BlockedByPolicy,
        PlatformError::TimedOut,
        PlatformError::NavigationRefused,
        PlatformError::Unreachable,
        PlatformError::ResponseTooLong,
    ];

    const API_ERRORS: [ApiError; 8] = [
        ApiError::Unknown,
        ApiError::RequestRefused,
        ApiError::SessionEnded,
        ApiError::TokenRefused,
        ApiError::StepUpRequired { acr_values: None, max_age: None },
        ApiError::ScopeMissing { scope: None },
        ApiError::TooManyRequests { retry_after_seconds: 30, is_stated: true },
        ApiError::ResponseUnreadable,
    ];

    /// The codes in a source file: the strings to the right of `=>`.
    fn codes_in(source: &'static str) -> Vec<&'static str> {
        let code = |line: &'static str| line.split_once("=> \"")?.1.strip_suffix("\",");
        let codes: Vec<_> = source.lines().filter_map(code).collect();
        assert!(!codes.is_empty());
        codes
    }

    fn config(authority: &str) -> Config {
        let page = AppLocation { base: "http://localhost:8080/".to_owned(), languages: Vec::new() };
        Config::parse(&format!(r#"{{"authority":"{authority}","client_id":"demo"}}"#), &page).unwrap()
    }

    /// One value of every error that has a code.
    fn errors() -> Vec<SignInError> {
        let source = include_str!("../protocol/error.rs");
        let mut provider: Vec<_> = codes_in(source.split("const fn code(self)").nth(1).unwrap())
            .into_iter()
            .filter(|code| !["provider_error", "provider_unavailable"].contains(code))
            .map(|code| ProviderError::new(code, None))
            .chain([ProviderError::unavailable(), ProviderError::new("made_up", None)])
            .collect();
        provider.sort_by_key(|error| error.kind() as u8);
        let misbehaved = MISBEHAVIOURS.map(SignInError::from);
        let platform = PLATFORM_ERRORS.map(SignInError::from);
        provider
            .into_iter()
            .map(|error| SignInError::Provider(Box::new(error)))
            .chain(misbehaved)
            .chain(platform)
            .collect()
    }

    #[test]
    fn the_set_of_codes_is_closed() {
        let mut written = codes_in(include_str!("../protocol/error.rs"));
        written.extend(codes_in(include_str!("../session/error.rs")));
        let mut known: Vec<_> = errors().iter().map(SignInError::code).collect();
        written.sort_unstable();
        known.sort_unstable();
        assert_eq!(known, written);
        assert!(known.windows(2).all(|pair| pair[0] != pair[1]), "two errors have the same code: {known:?}");
    }

    #[test]
    fn every_code_is_in_errors_md_with_the_words_of_the_page() {
        let config = config("https://connect.visma.com");
        let mut sections: Vec<(Explanation, Vec<&str>)> = Vec::new();
        for error in errors() {
            let explanation = explain(&error, &config);
            match sections.iter_mut().find(|(other, _)| *other == explanation) {
                Some((_, codes)) => codes.push(error.code()),
                None => sections.push((explanation, vec![error.code()])),
            }
        }
        let mut codes = Vec::new();
        for (explanation, of_section) in sections {
            let heading: Vec<_> = of_section.iter().map(|code| format!("`{code}`")).collect();
            let advice = [explanation.happened, explanation.advice].join(" ");
            let section = format!(
                "### {}\n\n**{}.** {}\n\n*For the developer:* {}\n",
                heading.join(", "),
                explanation.title,
                advice.trim(),
                explanation.remedy
            );
            assert!(ERRORS_MD.contains(&section), "docs/errors.md lacks this section:\n\n{section}");
            for code in heading.iter().filter(|_| heading.len() > 1) {
                let entry = format!("\n- {code}: ");
                assert!(ERRORS_MD.contains(&entry), "docs/errors.md does not describe {code} separately");
            }
            codes.extend(heading);
        }
        for error in API_ERRORS {
            let section = format!("### `{}`\n\n**{}** {}\n", error.code(), error.happened(), error.advice());
            assert!(ERRORS_MD.contains(&section), "docs/errors.md lacks this section:\n\n{section}");
            codes.push(format!("`{}`", error.code()));
        }
        let api_codes = include_str!("../session/api.rs").split("pub const fn code").nth(1).unwrap();
        assert_eq!(codes_in(api_codes.split("pub const fn").next().unwrap()).len(), API_ERRORS.len());
        // The last chapter has the codes of the app itself. tests/start_scripts.rs checks them.
        let chapters = ERRORS_MD.split("\n## The app itself\n").next().unwrap();
        let headings = chapters.lines().filter_map(|line| line.strip_prefix("### `"));
        let documented: usize = headings.map(|line| line.split(", ").count()).sum();
        assert_eq!(documented, codes.len(), "docs/errors.md has an unknown code, or has a code twice");
    }

    #[test]
    fn b08_an_unreachable_local_provider_names_the_command() {
        let error = SignInError::Platform(PlatformError::Unreachable);
        assert!(explain(&error, &config("http://localhost:9400")).advice.contains("cargo xtask serve"));
        assert!(explain(&error, &config("https://connect.visma.com")).remedy.contains("CORS"));
    }

    #[test]
    fn every_outcome_has_a_text() {
        for error in errors() {
            let explanation = explain(&error, &config("https://connect.visma.com"));
            assert!(
                [explanation.title, explanation.happened, explanation.remedy].iter().all(|text| text.len() > 8),
                "{error}"
            );
        }
    }
}
