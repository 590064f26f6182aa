//! What can be wrong with a configuration. `messages/config_problem.rs` has the message for each kind.

use crate::protocol::algorithm::SigningAlgorithm;
use crate::protocol::https_url::NotHttpsUrl;
use crate::protocol::json::Json;

/// One kind of problem, with the values that its message contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ConfigProblemKind {
    /// The file as a whole.
    File(FileProblem),
    /// The value of a key.
    Value(ValueProblem),
    /// The authority is not an issuer, but contains this issuer.
    NotAnIssuer(String),
    /// The metadata does not list the configured algorithm.
    SigningAlgorithmMissing(SigningAlgorithm),
}

/// What can be wrong with the file as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileProblem {
    /// There was no response.
    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "only the page loads the file"))]
    NotArrived,
    /// The HTTP status is not 200 to 299, or the body is not text.
    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "only the page loads the file"))]
    Status(u16),
    /// The file is longer than the longest response that is read.
    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "only the page loads the file"))]
    TooLong,
    /// The file is HTML: the host responds to unknown addresses with a page.
    IsHtml,
    /// The text is not JSON. Line and column begin at 1.
    NotJson { line: i64, column: i64, fault: JsonFault },
}

/// What can be wrong with the value of a key. The type is small enough for one wasm number. This makes the many calls
/// that report such a problem shorter. They are in the first module that the page loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueProblem {
    /// The page is not served over https, or its address is not a folder.
    PageNotUsable,
    KeyUnknown,
    /// A public client has no secret.
    ClientSecret,
    KeyMissing(RequiredKey),
    WrongType {
        found: JsonKind,
        expected: ExpectedType,
    },
    /// An element of the list is not valid.
    WrongElement(ExpectedType),
    NotHttpsUrl(NotHttpsUrl),
    /// The URL is on the machine of the user, but the page is public.
    LocalUrl,
    ClientIdInvalid,
    NotAPageOfThisApp,
    /// `redirect_uri` and `post_logout_redirect_uri` are the same page.
    SamePage,
    /// The scope `openid` is missing.
    OpenIdMissing,
    /// The scope `offline_access` asks for a refresh token.
    OfflineAccess,
    ScopeInvalid,
    ScopeTwice,
    SigningAlgorithmUnknown,
    /// The issuer of the metadata is not the authority.
    IssuerDiffers,
    /// An endpoint of the metadata is missing or is not usable.
    EndpointInvalid,
    /// The metadata does not list S256.
    S256Missing,
    /// The key set has no key for the configured algorithm.
    SigningKeyMissing,
    RestoreUnknown,
    WarnSecondsOutOfRange,
    ApiNameEmpty,
    ApiNameTwice,
    /// The base URL of an API has a query.
    QueryInBaseUrl,
    TryPathInvalid,
}

/// What is wrong at the place where the JSON parser stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonFault {
    /// The file is UTF-16.
    Encoding,
    KeyTwice,
    Comma,
    Comment,
    /// Typographic or single quotation marks, or a string that does not end on its line.
    Quotes,
    Other,
}

/// A key that must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequiredKey {
    Authority,
    ClientId,
    ApiName,
    ApiBaseUrl,
}

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExpectedType {
    Text,
    Boolean,
    Seconds,
    Scopes,
    Locales,
    Origins,
    Audiences,
    Apis,
    Metadata,
    Jwks,
}

/// The types of JSON values, in the terms of RFC 8259.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonKind {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

impl JsonKind {
    pub(super) fn of(value: &Json) -> Self {
        match value {
            Json::Null => Self::Null,
            Json::Bool(_) => Self::Boolean,
            Json::Integer(_) | Json::Fraction(_) | Json::OtherNumber => Self::Number,
            Json::Text(_) => Self::String,
            Json::List(_) => Self::Array,
            Json::Object(_) => Self::Object,
        }
    }
}
