//! Why a sign-in failed. There are three groups of errors: the provider reports an error, the response violates the
//! protocol, or the browser cannot do what the sign-in needs.

use std::fmt;

use crate::protocol::error::{Error, Misbehaviour, ProviderError, ProviderErrorKind};

/// Why a sign-in failed, grouped by cause.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignInError {
    /// The provider responded with an error.
    Provider(Box<ProviderError>),
    /// The response violates the protocol, or does not come from the expected provider.
    Misbehaved(Misbehaviour),
    /// The browser could not do what the sign-in needs.
    Platform(PlatformError),
}

/// What the browser could not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlatformError {
    /// The browser blocks sessionStorage for this page.
    StorageBlocked,
    /// sessionStorage is full.
    StorageFull,
    /// The random number generator failed.
    RandomUnavailable,
    /// There is no WebCrypto, because the page is not in a secure context. Or WebCrypto does not support the algorithm
    /// of the signature.
    CryptoUnavailable,
    /// The page is inside a frame, where the user cannot see the address of the sign-in page.
    InFrame,
    /// No response, and the browser reports that it is offline. The request may still have reached the server.
    Offline,
    /// No response that the page may read. The server was not reached, or CORS, a redirect or an extension blocked the
    /// response. Browsers do not report which.
    Unreachable,
    /// The server responds, but it does not allow this page to read the response (CORS), or it redirects. This is
    /// detected only for `GET` requests without the access token.
    BlockedByCors,
    /// The page's own content security policy forbids the connection.
    BlockedByPolicy,
    /// The response was not complete before the timeout of the request.
    TimedOut,
    /// The response is longer than the limit for its request.
    ResponseTooLong,
    /// The browser did not start to leave for the provider.
    NavigationRefused,
    /// The browser did not open the window for a renewal.
    WindowBlocked,
    /// The browser has no `BroadcastChannel`. A renewal in another window needs it to receive the response.
    ChannelUnavailable,
    /// The user did not finish the renewal in the other window within ten minutes.
    WindowForgotten,
}

impl SignInError {
    /// The code of this error. It does not change between versions. Pages show it to the user.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Provider(error) => error.code(),
            Self::Misbehaved(error) => error.code(),
            Self::Platform(error) => error.code(),
        }
    }

    /// Whether the provider returned `access_denied`: the user declined, or a rule of the provider denied the sign-in.
    /// This is a valid response, not a fault.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Provider(error) if error.kind() == ProviderErrorKind::AccessDenied)
    }

    /// Whether the provider must interact with the user, which `prompt=none` does not allow (OpenID Connect Core
    /// 3.1.2.6).
    pub fn needs_interaction(&self) -> bool {
        let asks = |kind| {
            matches!(
                kind,
                ProviderErrorKind::LoginRequired
                    | ProviderErrorKind::ConsentRequired
                    | ProviderErrorKind::InteractionRequired
                    | ProviderErrorKind::AccountSelectionRequired
            )
        };
        matches!(self, Self::Provider(error) if asks(error.kind()))
    }

    /// Whether the provider has no session for this user (`login_required`), or the user declined the sign-in
    /// (`access_denied`). Then this app no longer offers to continue the session.
    pub(super) fn ends_the_session(&self) -> bool {
        let ends = |kind| matches!(kind, ProviderErrorKind::LoginRequired | ProviderErrorKind::AccessDenied);
        matches!(self, Self::Provider(error) if ends(error.kind()))
    }

    /// Whether the same attempt may succeed when it is repeated later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Provider(error) => matches!(
                error.kind(),
                ProviderErrorKind::ServerError
                    | ProviderErrorKind::TemporarilyUnavailable
                    | ProviderErrorKind::Unavailable
            ),
            Self::Platform(error) => {
                matches!(error, PlatformError::Offline | PlatformError::Unreachable | PlatformError::TimedOut)
            }
            Self::Misbehaved(_) => false,
        }
    }
}

impl PlatformError {
    /// The code of this error. It does not change between versions.
    pub const fn code(self) -> &'static str {
        match self {
            Self::StorageBlocked => "storage_blocked",
            Self::StorageFull => "storage_full",
            Self::RandomUnavailable => "random_unavailable",
            Self::CryptoUnavailable => "crypto_unavailable",
            Self::InFrame => "in_frame",
            Self::Offline => "offline",
            Self::Unreachable => "provider_unreachable",
            Self::BlockedByCors => "blocked_by_cors",
            Self::BlockedByPolicy => "blocked_by_policy",
            Self::TimedOut => "provider_timed_out",
            Self::ResponseTooLong => "answer_too_long",
            Self::NavigationRefused => "navigation_refused",
            Self::WindowBlocked => "window_blocked",
            Self::ChannelUnavailable => "channel_unavailable",
            Self::WindowForgotten => "window_forgotten",
        }
    }
}

impl fmt::Display for PlatformError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl std::error::Error for PlatformError {}

impl fmt::Display for SignInError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl std::error::Error for SignInError {}

impl From<Error> for SignInError {
    fn from(error: Error) -> Self {
        match error {
            Error::Provider(error) => Self::Provider(error),
            Error::Misbehaved(error) => Self::Misbehaved(error),
        }
    }
}

impl From<Misbehaviour> for SignInError {
    fn from(error: Misbehaviour) -> Self {
        Self::Misbehaved(error)
    }
}

impl From<PlatformError> for SignInError {
    fn from(error: PlatformError) -> Self {
        Self::Platform(error)
    }
}
