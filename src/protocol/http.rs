//! Requests and answers as plain values. The browser edge sends the one and returns the other.

use std::fmt;

use zeroize::Zeroizing;

use super::secret::AccessToken;

/// The longest answer that is read, in bytes.
pub const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// How long an answer may take, in milliseconds, from sending to its last byte.
pub const TIMEOUT_MS: u32 = 10_000;

/// One request. The edge adds to each: no redirects followed, no cookies, no cache, no referrer,
/// [`TIMEOUT_MS`] and [`MAX_ANSWER_BYTES`].
pub struct HttpRequest {
    /// An absolute URL that came out of an [`Endpoint`](super::endpoint::Endpoint).
    pub url: String,
    /// The form of a `POST`; without it the request is a `GET`.
    pub form: Option<Zeroizing<String>>,
    /// The value of the `Authorization` header.
    pub authorization: Option<Zeroizing<String>>,
}

impl HttpRequest {
    pub(crate) fn get(url: &str) -> Self {
        Self { url: url.to_owned(), form: None, authorization: None }
    }

    pub(crate) fn post_form(url: &str, form: String) -> Self {
        Self { url: url.to_owned(), form: Some(Zeroizing::new(form)), authorization: None }
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
        formatter.write_str(if self.form.is_some() { "POST " } else { "GET " })?;
        formatter.write_str(self.url.split('?').next().unwrap_or_default())
    }
}

/// The whole answer to a request.
pub struct HttpResponse {
    /// The status code, 200 to 599. Redirects never arrive: the edge refuses them.
    pub status: u16,
    /// At most [`MAX_ANSWER_BYTES`].
    pub body: Zeroizing<Vec<u8>>,
}

impl HttpResponse {
    /// An answer with this status and body.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, body: Zeroizing::new(body.into()) }
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "HTTP {} with {} bytes", self.status, self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn j04_requests_and_answers_print_no_content() {
        let request = HttpRequest::post_form("https://a.example/token?x=canary", "code=canary".to_owned())
            .with_bearer(&AccessToken::new("canary".to_owned()));
        let answer = HttpResponse::new(200, "canary");
        let printed = format!("{request:?} | {answer:?}");
        assert_eq!(printed, "POST https://a.example/token | HTTP 200 with 6 bytes");
    }
}
