//! What an error means to the user in front of it, and what it takes to mend it. The words live in one place; the
//! stable part is the code, not the wording. docs/errors.md holds the same words, code by code.

use super::error::{PlatformError, SignInError};
use crate::protocol::config::Config;
use crate::protocol::error::{Misbehaviour as M, ProviderErrorKind as P};

/// An error in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// A few words, for the heading.
    pub title: &'static str,
    /// What happened, in a sentence for the user.
    pub happened: &'static str,
    /// The likely causes, and what the user does next.
    pub advice: &'static str,
    /// What the developer does about it: portal setting, config key, clock, extension, network.
    pub remedy: &'static str,
}

const fn words(title: &'static str, happened: &'static str, advice: &'static str, remedy: &'static str) -> Explanation {
    Explanation { title, happened, advice, remedy }
}

const NOT_TRUSTED: &str = "The response could not be trusted";
const TOO_LONG: &str = "This sign-in took too long";
const SETUP: &str = "The sign-in is not set up correctly";
const PROBLEM: &str = "The sign-in service has a problem";

const AGAIN: &str = "Sign in again.";
const TELL: &str = "You cannot fix this. Please send the details below to the developer of this app.";
const START_AGAIN: &str = "Start again. If that does not help, send the details below to the developer of this app.";

const NOTHING_TO_MEND: &str = "Nothing to fix: this is a normal answer.";
const REGISTER: &str = "Register a Single-Page-App with exactly this redirect URI in the Developer Portal, and wait \
     for approval. The Debugger there explains an Error-ID.";
const CHECK_AUTHORITY: &str = "authority in config.json must be exactly the issuer, also in the slash at its end. If \
     it is, a proxy or an extension changes responses.";
const NOT_THE_PROVIDERS: &str = "A proxy, an extension or the provider damaged the response, or it is an attack. \
     Compare the network panel with the provider's log.";

/// Explains an error under this configuration.
pub fn explain(error: &SignInError, config: &Config) -> Explanation {
    match error {
        SignInError::Provider(error) => provider(error.kind()),
        SignInError::Misbehaved(error) => misbehaved(*error),
        SignInError::Platform(PlatformError::Unreachable | PlatformError::Offline)
            if config.authority().is_loopback() =>
        {
            words(
                "The local provider does not answer",
                "Nothing answers at its address.",
                "Run “cargo xtask serve” in the project's folder: it starts provider and app.",
                "For another provider, set authority in config.json, or start with --config FILE.",
            )
        }
        SignInError::Platform(error) => platform(*error),
    }
}

fn provider(kind: P) -> Explanation {
    match kind {
        P::AccessDenied => words(
            "You were not signed in",
            "The sign-in was declined.",
            "If that was not what you wanted, sign in again and choose Allow.",
            NOTHING_TO_MEND,
        ),
        P::InvalidGrant => words(
            TOO_LONG,
            "The sign-in service no longer accepts this sign-in.",
            "It took too long or was used already. Sign in again.",
            "A code works once, with its own verifier and exactly its redirect URI.",
        ),
        P::InvalidTenant => words(
            "This company cannot be used",
            "The sign-in service refused the chosen company for this user.",
            "Ask an administrator for the role API User in this company, wait 15 minutes, and sign in again.",
            "The company must also activate this integration and pay for API access.",
        ),
        P::InvalidScope => words(
            SETUP,
            "The app asked for a permission that it may not have.",
            TELL,
            "Remove it from scopes in config.json, or have it approved in the Developer Portal.",
        ),
        P::InvalidRequest
        | P::InvalidClient
        | P::UnauthorizedClient
        | P::UnsupportedGrantType
        | P::UnsupportedResponseType => {
            words(SETUP, "The sign-in service did not accept the request of this app.", TELL, REGISTER)
        }
        P::ServerError | P::TemporarilyUnavailable | P::Unavailable => words(
            PROBLEM,
            "It answered that it cannot help right now.",
            "Wait a little and sign in again.",
            "Look at Visma's status page; after 429, ask less often.",
        ),
        P::LoginRequired | P::InteractionRequired | P::ConsentRequired | P::AccountSelectionRequired => words(
            "Please sign in",
            "The sign-in service needs to ask you something first.",
            "Sign in to go on.",
            "prompt=none fails when the user has to do something. Sign in without it.",
        ),
        P::UnmetAuthenticationRequirements => words(
            "You need a stronger sign-in",
            "The sign-in service cannot sign you in as strongly as this app asks.",
            "Sign in again with another method.",
            "acr_values asks for more than this client or user can do.",
        ),
        P::Unknown => {
            words("The sign-in service said no", "It sent an error that this app does not know.", START_AGAIN, REGISTER)
        }
    }
}

fn misbehaved(error: M) -> Explanation {
    match error {
        M::CallbackEmpty => words(
            "There is no sign-in to finish here",
            "This page finishes a sign-in, and it was opened without one.",
            "A reload, a bookmark or Back does that. Sign in again to go on.",
            "If every sign-in ends here, the host or a proxy removes the query.",
        ),
        M::StateUnknown => words(
            "This sign-in began somewhere else",
            "It began in another tab, window or browser.",
            "Continue here, or go back to the first tab: if this app is open there, it goes on.",
            "The record is in sessionStorage of the first tab. Links that open another tab, or cleared storage, lose \
             it.",
        ),
        M::SignInOver => words(
            "This sign-in is already over",
            "It was used before, took too long, or you have signed out since.",
            AGAIN,
            NOTHING_TO_MEND,
        ),
        M::FinishedElsewhere => words(
            "This sign-in was finished in another tab",
            "Its response arrived in two tabs, and the other tab was first.",
            "Go on in the other tab, or sign in again here.",
            NOTHING_TO_MEND,
        ),
        M::PendingExpired => words(
            TOO_LONG,
            "It began over ten minutes ago, or the clock of this device was changed.",
            AGAIN,
            NOTHING_TO_MEND,
        ),
        M::InitiateIssuerForeign | M::InitiateMalformed => words(
            "This link cannot start a sign-in",
            "It does not name the sign-in service of this app. Nothing was started.",
            "If you trust this app, sign in here instead.",
            "iss must be there once and equal authority of config.json; target_link_uri and login_hint at most once.",
        ),
        M::AuthenticationTooOld | M::AuthenticationTooWeak => words(
            "Please confirm that it is you",
            "This needs a more recent or stronger sign-in.",
            AGAIN,
            "auth_time or acr of the ID token does not meet max_age or acr_values. The provider may not support them.",
        ),
        M::CompanyMismatch => words(
            "This is another company",
            "The sign-in was for another company than the chosen one, and was not used.",
            "Switch company, or ask an administrator for access to that one.",
            "The provider did not follow tenant_hint.",
        ),
        M::PendingForeign | M::PendingUnreadable => words(
            "This sign-in was not finished",
            "The app was changed while you were signing in.",
            AGAIN,
            "authority, client_id, redirect_uri or the app's version changed meanwhile, or another app on this origin \
             changed the storage.",
        ),
        M::StateMissing | M::StateMismatch => words(
            NOT_TRUSTED,
            "It does not belong to a sign-in of this browser, and was not used.",
            "If you followed a link, do not use it again. To sign in, start here.",
            NOT_THE_PROVIDERS,
        ),
        M::CallbackMalformed | M::CallbackParameterTwice | M::CodeMissing | M::CodeAndError | M::CodeInvalid => {
            words(NOT_TRUSTED, "It was damaged on its way here.", START_AGAIN, NOT_THE_PROVIDERS)
        }
        M::TokenInUrl => words(
            NOT_TRUSTED,
            "It had a token in the address, which was removed and not used.",
            AGAIN,
            "The client must use response_type=code and response_mode=query; a Single-Page-App does.",
        ),
        M::IssuerMismatch | M::IssuerMissing | M::IdTokenIssuerMismatch => words(
            NOT_TRUSTED,
            "It does not come from the sign-in service that was asked.",
            START_AGAIN,
            CHECK_AUTHORITY,
        ),
        M::MetadataIssuerSlash => words(
            SETUP,
            "The name of the sign-in service differs by the slash at its end.",
            TELL,
            "Write authority in config.json as issuer stands in the provider's metadata.",
        ),
        M::MetadataAlgorithmUnsupported(_) | M::IdTokenAlgorithmRefused(_) => words(
            SETUP,
            "The sign-in service signs in a way that this app does not check.",
            TELL,
            "The provider signs ID tokens as about says. Write that as id_token_signed_response_alg into config.json \
             (RS256, PS256, ES256 or EdDSA), or set RS256 at the provider, for this client.",
        ),
        M::MetadataUnreadable | M::MetadataIssuerMismatch | M::MetadataInvalid(_) | M::MetadataWithoutS256 => words(
            SETUP,
            "The description of the sign-in service is missing, incomplete or another service's.",
            TELL,
            "The metadata at authority + /.well-known/openid-configuration must name authority as issuer, https \
             endpoints and S256. For another origin, or no metadata there, see origins and metadata in \
             docs/configuration.md.",
        ),
        M::TokenResponseUnreadable | M::TokenResponseInvalid(_) | M::TokenTypeUnsupported | M::IdTokenMissing => words(
            NOT_TRUSTED,
            "The sign-in service sent a response that this app cannot use.",
            START_AGAIN,
            NOT_THE_PROVIDERS,
        ),
        M::IdTokenExpired | M::IdTokenFromTheFuture => words(
            "The clocks do not agree",
            "The clocks of this device and the sign-in service differ by more than two minutes.",
            "Set date and time of this device to automatic, then sign in again.",
            "If the device's clock is right, the provider's is not.",
        ),
        M::JwksUnreadable | M::IdTokenKeyUnknown | M::IdTokenKeyAmbiguous => words(
            PROBLEM,
            "The keys that prove who signed in are missing or do not fit.",
            START_AGAIN,
            "jwks_uri must answer with the RSA keys (2048 bits or more) that sign ID tokens. Keep a jwks in \
             config.json up to date.",
        ),
        M::UserInfoUnreadable | M::UserInfoSubjectMismatch => words(
            "Your name is not available",
            "The sign-in service sent no usable profile. You are still signed in.",
            "",
            "UserInfo must answer with JSON, not a JWT, of the same sub, and allow this page's origin (CORS).",
        ),
        M::IdTokenMalformed
        | M::IdTokenHeaderRefused
        | M::IdTokenSignatureInvalid
        | M::IdTokenAudienceMismatch
        | M::IdTokenAuthorizedPartyMismatch
        | M::IdTokenNonceMismatch
        | M::IdTokenAccessTokenMismatch
        | M::IdTokenClaimInvalid(_) => words(
            NOT_TRUSTED,
            "The proof of who signed in did not pass the checks, so it was not used.",
            START_AGAIN,
            NOT_THE_PROVIDERS,
        ),
    }
}

fn platform(error: PlatformError) -> Explanation {
    match error {
        PlatformError::StorageBlocked => words(
            "The browser does not let this page save anything",
            "This tab must remember a sign-in for a few minutes, and storage is blocked.",
            "Allow site data (cookies) for this page, then try again.",
            "Private modes, company policies and extensions block storage too.",
        ),
        PlatformError::StorageFull => words(
            "The browser's storage is full",
            "There is no room to remember the sign-in.",
            "Clear the site data of this page, or open it in a new tab.",
            "Another app on this origin fills sessionStorage: serve one app per origin.",
        ),
        PlatformError::RandomUnavailable | PlatformError::CryptoUnavailable => words(
            "You cannot sign in safely on this page",
            "The browser offers no cryptography here.",
            "Open the page over https, in an up-to-date browser.",
            "crypto.subtle needs https, localhost or 127.0.0.1.",
        ),
        PlatformError::InFrame => words(
            "Sign-in does not work inside another page",
            "In a frame you cannot see at which address you sign in.",
            "Open the app in its own tab.",
            "Link to the app instead of embedding it, and send frame-ancestors 'none'.",
        ),
        PlatformError::BlockedByPolicy => words(
            SETUP,
            "This page's content security policy does not allow the sign-in service.",
            TELL,
            "Run cargo xtask configure, and put the same connect-src into the host's header.",
        ),
        PlatformError::TimedOut => words(
            "The sign-in service took too long",
            "It did not answer within ten seconds.",
            "Check the connection and sign in again.",
            "A code is sent once, so start the sign-in again.",
        ),
        PlatformError::WindowBlocked => words(
            "The sign-in window did not open",
            "Pop-ups are blocked on this page.",
            "Continue in this tab, or allow pop-ups and try again.",
            "Call renew directly from a click.",
        ),
        PlatformError::ChannelUnavailable => words(
            "A small window does not work here",
            "In this browser two windows of a page cannot talk to each other.",
            "Continue in this tab.",
            "It has no BroadcastChannel.",
        ),
        PlatformError::WindowForgotten => words(
            "The sign-in in the other window was not finished",
            "It was closed, or nothing happened in it for ten minutes.",
            "Try again, or continue in this tab.",
            NOTHING_TO_MEND,
        ),
        PlatformError::NavigationRefused => words(
            "The sign-in page did not open",
            "The browser refused to open it.",
            "Sign in again; an extension may have stopped it.",
            "A sandboxed frame without allow-top-navigation does this too.",
        ),
        PlatformError::Offline => words(
            "You are offline",
            "This device has no connection.",
            "Connect to a network, then try again.",
            "A request failed, and navigator.onLine is false.",
        ),
        PlatformError::BlockedByCors => words(
            "This page may not read the sign-in service",
            "It answers, but does not let this page read the response (CORS).",
            TELL,
            "Allow this page's origin at the provider; the Developer Portal allows those of redirect URIs. A redirect \
             is refused too.",
        ),
        PlatformError::Unreachable | PlatformError::ResponseTooLong => words(
            "The sign-in service cannot be reached",
            "No response came that this page may read.",
            "Check the connection and the browser's extensions, then try again.",
            "Connection, DNS, certificate, CORS, extension or redirect: browsers do not say which. For CORS, register \
             a redirect URI of this page's origin (https://app.local if the portal refuses localhost).",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::api::ApiError;
    use super::*;
    use crate::protocol::config::AppLocation;
    use crate::protocol::error::ProviderError;

    const ERRORS_MD: &str = include_str!("../../../../docs/errors.md");

    /// Every misbehaviour and every platform error; the test below sees when one is missing.
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

    /// The codes in a source file: what stands right of an arrow in quotation marks.
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

    /// Every error that has words, once.
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
        written.extend(codes_in(include_str!("error.rs")));
        let mut known: Vec<_> = errors().iter().map(SignInError::code).collect();
        written.sort_unstable();
        known.sort_unstable();
        assert_eq!(known, written);
        assert!(known.windows(2).all(|pair| pair[0] != pair[1]), "each code has one meaning");
    }

    #[test]
    fn every_code_is_in_errors_md_with_the_words_of_the_page() {
        let config = config("https://connect.visma.com");
        let mut sections: Vec<(Explanation, Vec<&str>)> = Vec::new();
        for error in errors() {
            let words = explain(&error, &config);
            match sections.iter_mut().find(|(other, _)| *other == words) {
                Some((_, codes)) => codes.push(error.code()),
                None => sections.push((words, vec![error.code()])),
            }
        }
        let mut codes = Vec::new();
        for (words, of_section) in sections {
            let heading: Vec<_> = of_section.iter().map(|code| format!("`{code}`")).collect();
            let advice = [words.happened, words.advice].join(" ");
            let section = format!(
                "### {}\n\n**{}.** {}\n\n*For the developer:* {}\n",
                heading.join(", "),
                words.title,
                advice.trim(),
                words.remedy
            );
            assert!(ERRORS_MD.contains(&section), "docs/errors.md lacks this section:\n\n{section}");
            for code in heading.iter().filter(|_| heading.len() > 1) {
                let entry = format!("\n- {code}: ");
                assert!(ERRORS_MD.contains(&entry), "docs/errors.md does not say what {code} alone means");
            }
            codes.extend(heading);
        }
        for error in API_ERRORS {
            let section = format!("### `{}`\n\n**{}** {}\n", error.code(), error.happened(), error.advice());
            assert!(ERRORS_MD.contains(&section), "docs/errors.md lacks this section:\n\n{section}");
            codes.push(format!("`{}`", error.code()));
        }
        let api_codes = include_str!("api.rs").split("pub const fn code").nth(1).unwrap();
        assert_eq!(codes_in(api_codes.split("pub const fn").next().unwrap()).len(), API_ERRORS.len());
        // The last chapter has the codes of the app itself; tests/start_scripts.rs holds them.
        let chapters = ERRORS_MD.split("\n## The app itself\n").next().unwrap();
        let headings = chapters.lines().filter_map(|line| line.strip_prefix("### `"));
        let documented: usize = headings.map(|line| line.split(", ").count()).sum();
        assert_eq!(documented, codes.len(), "docs/errors.md documents a code that does not exist, or one twice");
    }

    #[test]
    fn b08_an_unreachable_local_provider_names_the_command() {
        let error = SignInError::Platform(PlatformError::Unreachable);
        assert!(explain(&error, &config("http://localhost:9400")).advice.contains("cargo xtask serve"));
        assert!(explain(&error, &config("https://connect.visma.com")).remedy.contains("CORS"));
    }

    #[test]
    fn whatever_happens_there_are_words_for_it() {
        for error in errors() {
            let words = explain(&error, &config("https://connect.visma.com"));
            assert!([words.title, words.happened, words.remedy].iter().all(|text| text.len() > 8), "{error}");
        }
    }
}
