//! Requests and responses as plain values. The browser module sends a request and returns the response.

use std::fmt;
use std::rc::Rc;

use zeroize::Zeroizing;

use super::error::{Error, Misbehaviour, ProviderError};
use super::json::Object;
use super::secret::AccessToken;

/// The longest response that is read, in bytes.
pub const MAX_RESPONSE_BYTES: usize = 256 * 1024;

/// The longest time from sending a request to the last byte of its response, in milliseconds.
pub const TIMEOUT_MS: u32 = 10_000;

/// The methods of RFC 9110 section 9.3 and RFC 5789 that APIs use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Method {
    /// The name in the request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether the method only reads (a safe method, RFC 9110 section 9.2.1). A request with such a method can be sent
    /// a second time.
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head)
    }
}

/// One request. The browser module sends every request without cookies, cache and referrer, and follows no redirects.
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// An absolute URL from an [`HttpsUrl`](super::https_url::HttpsUrl).
    pub url: String,
    /// Names and values, without `Authorization`.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<Zeroizing<String>>,
    /// The value of the `Authorization` header.
    pub authorization: Option<Zeroizing<String>>,
    /// The longest time that the response may take, in milliseconds.
    pub timeout_ms: u32,
    /// The longest response that is read, in bytes.
    pub max_bytes: usize,
    /// Receives the body of a successful response in pieces. The body is then not stored.
    pub sink: Option<Sink>,
}

/// Receives the body of a response in pieces.
pub type Sink = Rc<dyn Fn(Chunk<'_>)>;

/// A piece of a response's body, for [`ApiRequest::on_chunk`](crate::ApiRequest::on_chunk).
#[derive(Clone, Copy, Debug)]
pub struct Chunk<'a> {
    /// The bytes of this piece.
    pub bytes: &'a [u8],
    /// The number of bytes received so far, including this piece, after decompression.
    pub received: usize,
    /// The length in the header `Content-Length`, in bytes. `None` when the page cannot read it. The header has the
    /// compressed length, so `received` becomes larger than this value when the response was compressed.
    pub total: Option<usize>,
}

impl HttpRequest {
    /// A request without a body that accepts JSON, limited by [`TIMEOUT_MS`] and [`MAX_RESPONSE_BYTES`].
    pub fn new(method: Method, url: &str) -> Self {
        Self {
            method,
            url: url.to_owned(),
            headers: vec![("accept".to_owned(), "application/json".to_owned())],
            body: None,
            authorization: None,
            timeout_ms: TIMEOUT_MS,
            max_bytes: MAX_RESPONSE_BYTES,
            sink: None,
        }
    }

    pub(crate) fn get(url: &str) -> Self {
        Self::new(Method::Get, url)
    }

    pub(crate) fn post_form(url: &str, form: String) -> Self {
        let mut request = Self::new(Method::Post, url);
        request.headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
        request.body = Some(Zeroizing::new(form));
        request
    }

    pub(crate) fn with_bearer(mut self, token: &AccessToken) -> Self {
        let mut value = Zeroizing::new(String::with_capacity(7 + token.expose().len()));
        value.push_str("Bearer ");
        value.push_str(token.expose());
        self.authorization = Some(value);
        self
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.method.as_str())?;
        formatter.write_str(" ")?;
        formatter.write_str(self.url.split('?').next().unwrap_or_default())
    }
}

/// The complete response to a request.
pub struct HttpResponse {
    /// The status code, 200 to 599. Redirects never arrive here: the browser module refuses them.
    pub status: u16,
    /// The headers that the page may read. Names are in lower case.
    pub headers: Vec<(String, String)>,
    /// The body. It is never longer than the request allows.
    pub body: Zeroizing<Vec<u8>>,
}

impl HttpResponse {
    /// A response with this status and body, without headers.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: Zeroizing::new(body.into()) }
    }

    /// The value of a header, if the page may read it. `name` must be in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "HTTP {} with {} bytes", self.status, self.body.len())
    }
}

/// Parses the JSON object of a response with status 200. The status 429, and 500 or more, is an error of the provider.
/// Every other response is `unreadable`.
pub(crate) fn object_of(response: &HttpResponse, unreadable: Misbehaviour) -> Result<Object, Error> {
    match response.status {
        200 => Object::parse(&response.body).map_err(|_| unreadable.into()),
        429 | 500.. => Err(ProviderError::unavailable().into()),
        _ => Err(unreadable.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn j04_requests_and_responses_print_no_content() {
        let request = HttpRequest::post_form("https://a.example/token?x=canary", "code=canary".to_owned())
            .with_bearer(&AccessToken::new("canary".to_owned()));
        let response = HttpResponse::new(200, "canary");
        let printed = format!("{request:?} | {response:?}");
        assert_eq!(printed, "POST https://a.example/token | HTTP 200 with 6 bytes");
    }
}
