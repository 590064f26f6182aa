//! What an error means to the person in front of it, and what to do next. The words live in one place; the
//! stable part is the code, not the wording.

use super::error::{PlatformError, SignInError};
use crate::protocol::config::Config;
use crate::protocol::error::{Misbehaviour as M, ProviderErrorKind as P};

/// An error in words: a heading, what happened, what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// A few words, for the heading.
    pub title: &'static str,
    /// What happened, for the person.
    pub happened: &'static str,
    /// What to do next, for the person and then for the developer.
    pub advice: &'static str,
}

const fn words(title: &'static str, happened: &'static str, advice: &'static str) -> Explanation {
    Explanation { title, happened, advice }
}

const NOT_TRUSTED: &str = "The answer could not be trusted";
const NOT_FINISHED: &str = "This sign-in was not finished";
const SETUP: &str = "The sign-in is not set up correctly";
const START_AGAIN: &str =
    "Nothing was signed in. Start again; if it happens every time, tell the developer of this app the code below.";

/// Explains an error under this configuration.
pub fn explain(error: &SignInError, config: &Config) -> Explanation {
    match error {
        SignInError::Provider(error) => provider(error.kind()),
        SignInError::Misbehaved(error) => misbehaved(*error),
        SignInError::Platform(PlatformError::Unreachable) if config.authority().is_loopback() => words(
            "The local provider does not answer",
            "This page is set up for the local provider, and nothing answers at its address.",
            "Run “cargo xtask serve” in the project's folder: it starts the provider and the app together.",
        ),
        SignInError::Platform(error) => platform(*error),
    }
}

fn provider(kind: P) -> Explanation {
    match kind {
        P::AccessDenied => words(
            "You were not signed in",
            "The sign-in was declined, so this app got no access.",
            "If that was not what you wanted, sign in again and choose Allow.",
        ),
        P::InvalidGrant => words(
            NOT_FINISHED,
            "The sign-in service no longer accepts this sign-in: it took too long or was used already.",
            "Sign in again. Developers: the redirect URI of the request and of the registration must be the same to the letter.",
        ),
        P::InvalidTenant => words(
            "This company cannot be used",
            "The sign-in service refused the chosen company for this user.",
            "Ask an administrator for the role API User in this company, wait 15 minutes, and sign in again.",
        ),
        P::InvalidScope => words(
            SETUP,
            "The app asked for a permission that it may not have.",
            "Developers: compare the scopes in config.json with the approved integrations of this client in the Developer Portal.",
        ),
        P::InvalidRequest
        | P::InvalidClient
        | P::UnauthorizedClient
        | P::UnsupportedGrantType
        | P::UnsupportedResponseType => words(
            SETUP,
            "The sign-in service did not accept the request of this app.",
            "Developers: register the client as a Single-Page-App with exactly this redirect URI; changes take a minute or two.",
        ),
        P::ServerError | P::TemporarilyUnavailable | P::Unavailable => words(
            "The sign-in service has a problem",
            "It answered that it cannot help right now.",
            "Wait a little and sign in again.",
        ),
        P::LoginRequired | P::InteractionRequired | P::ConsentRequired | P::AccountSelectionRequired => {
            words("Please sign in", "The sign-in service needs to ask you something first.", "Sign in to go on.")
        }
        P::Unknown => {
            words("The sign-in service said no", "It answered with an error that this app does not know.", START_AGAIN)
        }
    }
}

fn misbehaved(error: M) -> Explanation {
    match error {
        M::CallbackEmpty => words(
            "There is no sign-in to finish here",
            "This page finishes a sign-in, and it was opened without one: by a reload, a bookmark, or Back.",
            "Sign in again to go on.",
        ),
        M::StateUnknown => words(
            "This sign-in is already over",
            "It was used before, or it began in another tab or browser.",
            "Sign in again here. If you began in another tab, you may be signed in there.",
        ),
        M::PendingExpired => words(NOT_FINISHED, "It was begun more than ten minutes ago.", "Sign in again."),
        M::PendingForeign | M::PendingUnreadable => {
            words(NOT_FINISHED, "The app was changed while you were signing in.", "Sign in again.")
        }
        M::StateMissing | M::StateMismatch => words(
            NOT_TRUSTED,
            "An answer arrived that does not belong to a sign-in of this browser. It was not used.",
            "If you followed a link from somebody else, do not use it again. To sign in, start here.",
        ),
        M::CallbackMalformed | M::CallbackParameterTwice | M::CodeMissing | M::CodeAndError | M::CodeInvalid => {
            words(NOT_TRUSTED, "The answer of the sign-in service was damaged on its way here.", START_AGAIN)
        }
        M::TokenInUrl => words(
            NOT_TRUSTED,
            "The answer carried a token in the address. It was removed and not used.",
            "Sign in again. Developers: the client must use response_type=code.",
        ),
        M::IssuerMismatch | M::IssuerMissing | M::IdTokenIssuerMismatch => words(
            NOT_TRUSTED,
            "The answer does not come from the sign-in service that was asked.",
            "Nothing was signed in. Developers: authority must be the issuer to the letter.",
        ),
        M::MetadataUnreadable | M::MetadataIssuerMismatch | M::MetadataInvalid(_) | M::MetadataWithoutS256 => words(
            SETUP,
            "The description of the sign-in service is missing or is another service's.",
            "Developers: authority must be the issuer to the letter, with its metadata at /.well-known/openid-configuration.",
        ),
        M::TokenResponseUnreadable | M::TokenResponseInvalid(_) | M::TokenTypeUnsupported | M::IdTokenMissing => {
            words(NOT_TRUSTED, "The sign-in service sent something else than tokens.", START_AGAIN)
        }
        M::IdTokenExpired | M::IdTokenFromTheFuture => words(
            "The clocks do not agree",
            "The clock of this device and that of the sign-in service differ by more than two minutes.",
            "Set date and time of this device to automatic, then sign in again.",
        ),
        M::UserInfoUnreadable | M::UserInfoSubjectMismatch => words(
            "Your name is not available",
            "The sign-in service sent no usable profile. You are signed in all the same.",
            "Developers: check the userinfo endpoint and the identity scopes of the client.",
        ),
        _ => words(
            NOT_TRUSTED,
            "The proof of who signed in did not pass this app's checks, so it was thrown away.",
            START_AGAIN,
        ),
    }
}

fn platform(error: PlatformError) -> Explanation {
    match error {
        PlatformError::StorageBlocked => words(
            "The browser keeps nothing for this page",
            "To sign in, this tab must remember the attempt for a few minutes, and storage is blocked.",
            "Allow site data (cookies) for this page, then try again.",
        ),
        PlatformError::StorageFull => words(
            "The browser's storage is full",
            "There is no room to remember the sign-in.",
            "Clear the site data of this page, or open it in a new tab.",
        ),
        PlatformError::RandomUnavailable | PlatformError::CryptoUnavailable => words(
            "This browser cannot sign in safely here",
            "The cryptography of the browser is not available on this page.",
            "Open the page over https (or on localhost), in an up-to-date browser.",
        ),
        PlatformError::InFrame => words(
            "Sign-in does not work inside another page",
            "This app is shown inside a frame, where you cannot see at which address you sign in.",
            "Open the app in its own tab.",
        ),
        PlatformError::BlockedByPolicy => words(
            SETUP,
            "This page's own content security policy does not allow the sign-in service.",
            "Developers: run cargo xtask configure, or add the origin of the authority to connect-src in index.html and in the host's header.",
        ),
        PlatformError::TimedOut => words(
            "The sign-in service took too long",
            "It did not answer within ten seconds.",
            "Check the connection and sign in again.",
        ),
        PlatformError::NavigationRefused => words(
            "The browser stayed here",
            "It refused to open the sign-in page.",
            "Sign in again; an extension may have stopped it.",
        ),
        PlatformError::Unreachable | PlatformError::AnswerTooLong => words(
            "The sign-in service cannot be reached",
            "No answer came that this page may read: the device is offline, or something on the way blocks it.",
            "Check the connection and extensions. Developers: the provider must allow this page's origin (CORS), which needs the exact redirect URI to be registered.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::config::Page;

    #[test]
    fn an_unreachable_local_provider_names_the_command() {
        let page = Page { base: "http://localhost:8080/".to_owned(), languages: Vec::new() };
        let config =
            |authority| Config::parse(&format!(r#"{{"authority":"{authority}","client_id":"demo"}}"#), &page).unwrap();
        let error = SignInError::Platform(PlatformError::Unreachable);
        assert!(explain(&error, &config("http://localhost:9400")).advice.contains("cargo xtask serve"));
        assert!(explain(&error, &config("https://connect.visma.com")).advice.contains("CORS"));
    }
}
