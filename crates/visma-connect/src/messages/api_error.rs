//! The texts for an error of an API call. docs/errors.md contains the same texts.

use super::text;
use crate::session::api::ApiError;
use crate::session::error::PlatformError;

impl ApiError {
    /// What happened, as one sentence for the user.
    pub const fn happened(&self) -> &'static str {
        match self {
            Self::Unknown => text::API_ERROR_UNKNOWN_HAPPENED,
            Self::RequestRefused => text::API_ERROR_REQUEST_REFUSED_HAPPENED,
            Self::SessionEnded => text::API_ERROR_SESSION_ENDED_HAPPENED,
            Self::TokenRefused => text::API_ERROR_TOKEN_REFUSED_HAPPENED,
            Self::StepUpRequired { .. } => text::API_ERROR_STEP_UP_REQUIRED_HAPPENED,
            Self::ScopeMissing { .. } => text::API_ERROR_SCOPE_MISSING_HAPPENED,
            Self::TooManyRequests { .. } => text::API_ERROR_TOO_MANY_REQUESTS_HAPPENED,
            Self::ResponseUnreadable => text::API_ERROR_RESPONSE_UNREADABLE_HAPPENED,
            Self::Platform(PlatformError::Offline) => text::API_ERROR_OFFLINE_HAPPENED,
            Self::Platform(PlatformError::TimedOut) => text::API_ERROR_TIMED_OUT_HAPPENED,
            Self::Platform(PlatformError::ResponseTooLong) => text::API_ERROR_RESPONSE_TOO_LONG_HAPPENED,
            Self::Platform(PlatformError::BlockedByPolicy) => text::API_ERROR_BLOCKED_BY_POLICY_HAPPENED,
            Self::Platform(_) => text::API_ERROR_NO_RESPONSE_HAPPENED,
        }
        .text()
    }

    /// What the user or the developer can do next, in one or two sentences.
    pub fn advice(&self) -> String {
        let advice = match self {
            Self::Unknown => text::API_ERROR_UNKNOWN_ADVICE,
            Self::RequestRefused => text::API_ERROR_REQUEST_REFUSED_ADVICE,
            Self::SessionEnded => text::API_ERROR_SESSION_ENDED_ADVICE,
            Self::TokenRefused => text::API_ERROR_TOKEN_REFUSED_ADVICE,
            Self::StepUpRequired { .. } => text::API_ERROR_STEP_UP_REQUIRED_ADVICE,
            Self::ScopeMissing { .. } => text::API_ERROR_SCOPE_MISSING_ADVICE,
            Self::TooManyRequests { retry_after_seconds, is_stated } => {
                let seconds = i64::from(*retry_after_seconds).to_string();
                return if *is_stated {
                    text::api_error_too_many_requests_advice(&seconds)
                } else {
                    text::api_error_too_many_requests_unstated_advice(&seconds)
                };
            }
            Self::ResponseUnreadable => text::API_ERROR_RESPONSE_UNREADABLE_ADVICE,
            Self::Platform(PlatformError::Offline) => text::API_ERROR_OFFLINE_ADVICE,
            Self::Platform(PlatformError::BlockedByPolicy) => text::API_ERROR_BLOCKED_BY_POLICY_ADVICE,
            Self::Platform(_) => text::API_ERROR_NO_RESPONSE_ADVICE,
        };
        advice.text().to_owned()
    }
}
