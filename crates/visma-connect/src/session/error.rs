//! Why a sign-in failed: the two groups of protocol errors, and the browser's errors as the third.

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
    /// Storage is switched off for this page.
    StorageBlocked,
    /// Storage has no room left.
    StorageFull,
    /// The random number generator failed.
    RandomUnavailable,
    /// There is no WebCrypto: the page is not in a secure context.
    CryptoUnavailable,
    /// The page is inside a frame, where the user cannot see the address of the sign-in page.
    InFrame,
    /// No response, and the browser reports that it has no connection. The request may have arrived.
    Offline,
    /// No response: refused, or blocked by CORS or by an extension. Browsers do not report which.
    Unreachable,
    /// The server responds, but does not allow this page to read the response (CORS), or it redirects.
    BlockedByCors,
    /// The page's own content security policy forbids the connection.
    BlockedByPolicy,
    /// The response was not complete in time.
    TimedOut,
    /// The response is longer than the limit for its request.
    ResponseTooLong,
    /// The browser refused to leave for the provider.
    NavigationRefused,
    /// The browser opened no second window.
    WindowBlocked,
    /// The browser has no `BroadcastChannel`, which two windows need to communicate.
    ChannelUnavailable,
    /// The user did not finish in the other window in time.
    WindowForgotten,
}

impl SignInError {
    /// A short code that stays the same between versions. Pages show it, and tests compare it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Provider(error) => error.code(),
            Self::Misbehaved(error) => error.code(),
            Self::Platform(error) => error.code(),
        }
    }

    /// Whether the provider returned `access_denied`: the user declined, or a rule of the provider did. That is a valid
    /// response, not a fault.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Provider(error) if error.kind() == ProviderErrorKind::AccessDenied)
    }

    /// Whether the provider needs an interaction with the user, which `prompt=none` does not allow.
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

    /// Whether the provider has no session to continue, or the user declined to continue it.
    pub(super) fn ends_the_session(&self) -> bool {
        let ends = |kind| matches!(kind, ProviderErrorKind::LoginRequired | ProviderErrorKind::AccessDenied);
        matches!(self, Self::Provider(error) if ends(error.kind()))
    }

    /// Whether the same attempt may succeed later.
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
    /// The stable code of this variant.
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
