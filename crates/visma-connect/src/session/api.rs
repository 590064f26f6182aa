//! Calls of the APIs in the configuration. Only these calls and the UserInfo request send the access token.
//!
//! ```text
//! ApiRequest ──to_http(api)─> HttpRequest to a URL below base_url, or RequestRefused
//! HttpResponse ──classify──> ApiResponse, or the ApiError that the API reports
//! ```

use std::fmt;
use std::rc::Rc;

use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::error::PlatformError;
use crate::protocol::challenge::BearerChallenge;
use crate::protocol::config::ApiConfig;
use crate::protocol::http::{Chunk, HttpRequest, HttpResponse, Method, Sink};
use crate::protocol::options::SignInOptions;

/// The default timeout of a call, in milliseconds.
const TIMEOUT_MS: u32 = 30_000;

/// The default maximum length of a response, in bytes.
const MAX_BYTES: usize = 10 * 1024 * 1024;

/// The waiting time after a 429 response in seconds, if the page cannot read a number in `Retry-After`.
const RETRY_AFTER_SECONDS: u32 = 30;

/// The maximum waiting time in seconds. A longer time in `Retry-After` is reduced to this one.
const MAX_RETRY_AFTER_SECONDS: u32 = 3_600;

/// The request of an API call: method, path, headers, body and limits.
///
/// # Example
///
/// ```no_run
/// use visma_connect::{ApiRequest, Method};
///
/// let request = ApiRequest::new(Method::Put, "invoices/17")
///     .header("If-Match", "\"3\"")
///     .body("application/json", r#"{"paid":true}"#.to_owned())
///     .timeout_ms(10_000);
/// ```
pub struct ApiRequest {
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Zeroizing<String>>,
    timeout_ms: u32,
    max_bytes: usize,
    sink: Option<Sink>,
    has_refused_header: bool,
}

/// The response of an API. Three responses are an [`ApiError`] instead: 401, 429, and 403 with the error
/// `insufficient_scope`.
pub struct ApiResponse(HttpResponse);

/// Why a call of an API failed, or why its response cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApiError {
    /// The configuration has no API with this name.
    Unknown,
    /// The path is not below the API's `base_url`, or a header is not valid. Nothing was sent.
    RequestRefused,
    /// The user is signed out, or too little time is left until the session ends: nothing was sent. Or the session
    /// ended during the call, or another user signed in: the request was aborted.
    SessionEnded,
    /// 401: the API does not accept the access token. At Visma, the usual cause is a token for another company.
    TokenRefused,
    /// 401 `insufficient_user_authentication` (RFC 9470): the user must sign in again, or with another method.
    StepUpRequired {
        /// The accepted authentication context class references, separated by spaces.
        acr_values: Option<String>,
        /// The maximum time since the user signed in at the provider, in seconds.
        max_age: Option<u32>,
    },
    /// 403 `insufficient_scope` (RFC 6750): the access token lacks a scope.
    ScopeMissing {
        /// The required scopes, separated by spaces, if the API names them.
        scope: Option<String>,
    },
    /// 429 (RFC 6585): too many requests. No request is sent to this API until the waiting time has passed.
    TooManyRequests {
        /// The seconds that are left to wait. The waiting time is the number in `Retry-After`, but at most 3600. It is
        /// 30 if the page cannot read a number there.
        retry_after_seconds: u32,
        /// Whether the time is from `Retry-After`. The page can read this header of an API on another origin only if
        /// the API names it in `Access-Control-Expose-Headers`.
        is_stated: bool,
    },
    /// The response does not have the expected form, for example it is not JSON.
    ResponseUnreadable,
    /// The browser could not complete the request: no connection, a timeout, or a response that is blocked or too long.
    Platform(PlatformError),
}

impl ApiRequest {
    /// A request to an API, with the header `Accept: application/json`. `path` is relative to the API's `base_url`. It
    /// can also be an absolute URL below `base_url`, such as the link to the next page of a list.
    pub fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            headers: vec![("accept".to_owned(), "application/json".to_owned())],
            body: None,
            timeout_ms: TIMEOUT_MS,
            max_bytes: MAX_BYTES,
            sink: None,
            has_refused_header: false,
        }
    }

    /// A `GET` request; see [`new`](Self::new).
    pub fn get(path: &str) -> Self {
        Self::new(Method::Get, path)
    }

    pub(super) fn method(&self) -> Method {
        self.method
    }

    /// Sets a header, in place of an earlier header of this name. The call fails with `RequestRefused` if the name is
    /// `Authorization`, which only the session sets, if the name is empty, or if the name or the value contains an
    /// invalid character.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let is_token = |text: &str| {
            let is_part = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
            !text.is_empty() && text.bytes().all(is_part)
        };
        let is_value = |text: &str| text.bytes().all(|b| b == b'\t' || (0x20..=0x7e).contains(&b));
        let name = name.to_ascii_lowercase();
        self.has_refused_header |= name == "authorization" || !is_token(&name) || !is_value(value);
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Sets the body and its media type.
    #[must_use]
    pub fn body(self, content_type: &str, body: String) -> Self {
        let mut request = self.header("content-type", content_type);
        request.body = Some(Zeroizing::new(body));
        request
    }

    /// Sets the maximum time from sending the request to the last byte of the response, in milliseconds. The default
    /// is 30 000.
    #[must_use]
    pub fn timeout_ms(mut self, timeout_ms: u32) -> Self {
        self.timeout_ms = timeout_ms;
        self
    }

    /// Sets the maximum length of the response body, in bytes. The default is 10 MiB. A longer response is the error
    /// [`PlatformError::ResponseTooLong`].
    #[must_use]
    pub fn max_bytes(mut self, max_bytes: usize) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// Passes the body of a response with a status of 200 to 299 to `take` in pieces, while it arrives. Use it for
    /// large responses. The body of the [`ApiResponse`] is then empty. The body of a response with another status is
    /// not passed to `take`. It is in the `ApiResponse`.
    #[must_use]
    pub fn on_chunk(mut self, take: impl Fn(Chunk<'_>) + 'static) -> Self {
        self.sink = Some(Rc::new(take));
        self
    }

    /// The HTTP request of this call, without the access token.
    ///
    /// # Errors
    /// `RequestRefused` if the URL is not below the API's `base_url`, or if a header is invalid.
    pub(super) fn to_http(&self, api: &ApiConfig) -> Result<HttpRequest, ApiError> {
        if self.has_refused_header {
            return Err(ApiError::RequestRefused);
        }
        let target = api.base_url().join(&self.path).ok_or(ApiError::RequestRefused)?;
        let mut request = HttpRequest::new(self.method, target.as_str());
        request.headers.clone_from(&self.headers);
        request.body.clone_from(&self.body);
        request.timeout_ms = self.timeout_ms;
        request.max_bytes = self.max_bytes;
        request.sink.clone_from(&self.sink);
        Ok(request)
    }
}

/// Returns the response, or the error that its status and its `WWW-Authenticate` header report.
///
/// # Errors
/// - `StepUpRequired`: 401 with the error `insufficient_user_authentication` (RFC 9470).
/// - `TokenRefused`: any other 401.
/// - `ScopeMissing`: 403 with the error `insufficient_scope` (RFC 6750 3.1).
/// - `TooManyRequests`: 429.
pub(super) fn classify(response: HttpResponse) -> Result<ApiResponse, ApiError> {
    let challenge = || response.header("www-authenticate").and_then(BearerChallenge::parse).unwrap_or_default();
    match response.status {
        401 => {
            let challenge = challenge();
            Err(match challenge.error.as_deref() {
                Some("insufficient_user_authentication") => {
                    ApiError::StepUpRequired { acr_values: challenge.acr_values, max_age: challenge.max_age }
                }
                // CORS may hide the header. A 401 without a readable header counts as a refused token.
                _ => ApiError::TokenRefused,
            })
        }
        403 => {
            let challenge = challenge();
            match challenge.error.as_deref() {
                Some("insufficient_scope") => Err(ApiError::ScopeMissing { scope: challenge.scope }),
                _ => Ok(ApiResponse(response)),
            }
        }
        429 => {
            // Read only a number of seconds. A date is useful only if the clocks of this device and of the API agree.
            let stated = response.header("retry-after").and_then(|value| value.parse::<i64>().ok());
            let stated = stated.and_then(|seconds| u32::try_from(seconds).ok());
            Err(ApiError::TooManyRequests {
                retry_after_seconds: stated.unwrap_or(RETRY_AFTER_SECONDS).min(MAX_RETRY_AFTER_SECONDS),
                is_stated: stated.is_some(),
            })
        }
        _ => Ok(ApiResponse(response)),
    }
}

impl ApiResponse {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// Whether the status is 200 to 299.
    pub fn is_ok(&self) -> bool {
        (200..=299).contains(&self.0.status)
    }

    /// The value of a header that the API exposes to the page. `name` is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.header(name)
    }

    /// The body.
    pub fn bytes(&self) -> &[u8] {
        &self.0.body
    }

    /// The body as a value of type `T`.
    ///
    /// # Errors
    /// `ResponseUnreadable` if the body is not JSON, or does not have the form of `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_json::from_slice(&self.0.body).map_err(|_| ApiError::ResponseUnreadable)
    }

    /// The body as text, if it is UTF-8.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0.body).ok()
    }
}

impl ApiError {
    /// The code of this error. It does not change between versions.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "api_unknown",
            Self::RequestRefused => "api_request_refused",
            Self::SessionEnded => "session_ended",
            Self::TokenRefused => "api_token_refused",
            Self::StepUpRequired { .. } => "step_up_required",
            Self::ScopeMissing { .. } => "insufficient_scope",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::ResponseUnreadable => "api_answer_unreadable",
            Self::Platform(error) => error.code(),
        }
    }

    /// The options of a renewal after which the API may accept the call. For `ScopeMissing` they request the scopes of
    /// the API in the configuration and the scopes that the error names. For `StepUpRequired` they request its
    /// `acr_values` and `max_age`. `None` for every other error.
    pub fn renewal_options(&self, api: &ApiConfig) -> Option<SignInOptions> {
        let words = |text: &Option<String>| -> Vec<String> {
            text.iter().flat_map(|text| text.split(' ')).map(str::to_owned).collect()
        };
        match self {
            Self::ScopeMissing { scope } => {
                let scopes = [api.scopes(), &words(scope)].concat();
                Some(SignInOptions { scopes, ..SignInOptions::default() })
            }
            Self::StepUpRequired { acr_values, max_age } => Some(SignInOptions {
                acr_values: words(acr_values),
                max_age_seconds: *max_age,
                ..SignInOptions::default()
            }),
            _ => None,
        }
    }
}

impl fmt::Debug for ApiRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method.as_str(), self.path.split('?').next().unwrap_or_default())
    }
}

impl fmt::Debug for ApiResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl std::error::Error for ApiError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, headers: &[(&str, &str)]) -> HttpResponse {
        let mut response = HttpResponse::new(status, "{}");
        response.headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        response
    }

    #[test]
    fn f06_f07_each_kind_of_refusal_has_its_own_error() {
        let challenge =
            |error: &str| format!("Bearer error=\"{error}\", scope=\"a b\", acr_values=\"mfa\", max_age=\"60\"");
        let classified =
            |status, error: &str| classify(response(status, &[("www-authenticate", &challenge(error))])).unwrap_err();
        assert_eq!(classified(401, "invalid_token"), ApiError::TokenRefused);
        assert_eq!(
            classified(401, "insufficient_user_authentication"),
            ApiError::StepUpRequired { acr_values: Some("mfa".to_owned()), max_age: Some(60) }
        );
        assert_eq!(classified(403, "insufficient_scope"), ApiError::ScopeMissing { scope: Some("a b".to_owned()) });
        assert_eq!(classify(response(401, &[])).unwrap_err(), ApiError::TokenRefused, "CORS hides the header");
        assert_eq!(classify(response(403, &[])).unwrap().status(), 403);
        for (headers, seconds, is_stated) in [
            ([("retry-after", "7")].as_slice(), 7, true),
            (&[("retry-after", "999999")], MAX_RETRY_AFTER_SECONDS, true),
            (&[("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")], RETRY_AFTER_SECONDS, false),
            (&[("retry-after", "-1")], RETRY_AFTER_SECONDS, false),
            (&[], RETRY_AFTER_SECONDS, false),
        ] {
            let expected = ApiError::TooManyRequests { retry_after_seconds: seconds, is_stated };
            assert_eq!(classify(response(429, headers)).unwrap_err(), expected, "{headers:?}");
        }
        for status in [200, 204, 400, 404, 409, 500, 503] {
            let response = classify(response(status, &[])).unwrap();
            assert_eq!((response.status(), response.is_ok(), response.text()), (status, status < 300, Some("{}")));
        }
    }

    fn an_api() -> ApiConfig {
        let page = crate::AppLocation { base: "https://app.example/".to_owned(), languages: Vec::new() };
        let text = r#"{"authority":"https://connect.example","client_id":"demo",
            "apis":[{"name":"a","base_url":"https://api.example/v1","scopes":["orders:read"]}]}"#;
        crate::Config::parse(text, &page).unwrap().apis()[0].clone()
    }

    #[test]
    fn f07_what_a_refusal_lacks_is_what_the_next_sign_in_asks_for() {
        let asked = |error: ApiError| error.renewal_options(&an_api());
        let scopes = |scopes: &[&str]| {
            Some(SignInOptions { scopes: scopes.iter().map(|&scope| scope.into()).collect(), ..Default::default() })
        };
        assert_eq!(asked(ApiError::ScopeMissing { scope: None }), scopes(&["orders:read"]));
        let named = ApiError::ScopeMissing { scope: Some("orders:write all".to_owned()) };
        assert_eq!(asked(named), scopes(&["orders:read", "orders:write", "all"]));
        let step_up = ApiError::StepUpRequired { acr_values: Some("2 3".to_owned()), max_age: Some(0) };
        let expected = SignInOptions {
            acr_values: vec!["2".to_owned(), "3".to_owned()],
            max_age_seconds: Some(0),
            ..Default::default()
        };
        assert_eq!(asked(step_up), Some(expected));
        for error in [ApiError::TokenRefused, ApiError::SessionEnded, ApiError::ResponseUnreadable] {
            assert_eq!(asked(error), None, "no options of a sign-in fix this error");
        }
    }

    #[test]
    fn an_app_cannot_set_the_authorization_header() {
        let api = |request: ApiRequest| request.to_http(&an_api());
        for (name, value) in [("Authorization", "x"), ("a b", "x"), ("", "x"), ("x", "a\r\nb: c"), ("x", "é")] {
            let refused = api(ApiRequest::get("x").header(name, value)).map(drop);
            assert_eq!(refused, Err(ApiError::RequestRefused), "{name:?}");
        }
        let request =
            ApiRequest::new(Method::Put, "x?secret=1").header("If-Match", "*").body("text/plain", "b".to_owned());
        assert_eq!(format!("{request:?}"), "PUT x");
        let request = api(request.header("accept", "text/csv").timeout_ms(5).max_bytes(6)).unwrap();
        assert_eq!((request.method, request.url.as_str()), (Method::Put, "https://api.example/v1/x?secret=1"));
        assert_eq!((request.timeout_ms, request.max_bytes), (5, 6));
        assert_eq!(request.body.unwrap().as_str(), "b");
        let headers: Vec<_> = request.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        assert_eq!(headers, ["if-match: *", "content-type: text/plain", "accept: text/csv"]);
        assert!(request.authorization.is_none());
    }
}
