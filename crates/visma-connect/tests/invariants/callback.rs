//! The query and fragment of the callback page.

use visma_connect::protocol::callback::Callback;
use visma_connect::protocol::error::{Error, Misbehaviour};
use visma_connect::protocol::pending_sign_in::STORAGE_PREFIX;

use super::{CLIENT_ID, ISSUER, REDIRECT_URI, is_harmless, is_one_line, pending, state, verifier};

const NEVER: [&str; 4] = ["access_token", "id_token", "refresh_token", "response"];

/// A successful authorization response.
pub fn good() -> String {
    format!("?code=code&state={}&iss=https%3A%2F%2Fconnect.example", state())
}

/// A callback is accepted exactly when it is one form-encoded query with one code, our state, our issuer and no
/// error. Its token request then has exactly the expected parameters. The description of an error is kept only if the
/// response has our state.
pub fn check(authorization_response: &str) -> bool {
    let (query, fragment) = authorization_response.split_once('#').unwrap_or((authorization_response, ""));
    let query = query.strip_prefix('?').unwrap_or(query);
    let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let of = |name: &str| -> Vec<&str> { pairs.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_ref()).collect() };
    let is_ours = of("state") == [state()] && of("iss") == [ISSUER];
    // An error response contains no code. So it is accepted without `iss`, but never with a wrong `iss`.
    let is_believable = is_ours || of("state") == [state()] && of("iss").is_empty();

    let callback = Callback::parse(authorization_response);
    if let Ok(callback) = &callback {
        for name in ["code", "state", "iss", "error", "error_description", "error_uri"] {
            assert!(of(name).len() <= 1, "{name} twice: {authorization_response:?}");
        }
        assert_eq!(callback.storage_key(), [STORAGE_PREFIX, of("state")[0]].concat());
    }
    match callback.map_err(Error::from).and_then(|callback| pending().accept(callback)) {
        Ok(exchange) => {
            assert!(
                is_acceptable(authorization_response, query, fragment, &of),
                "wrongly accepted: {authorization_response:?}"
            );
            assert_eq!(format!("{exchange:?}"), "CodeExchange([redacted])");
            let request = exchange.request();
            assert!(request.authorization.is_none());
            let form = request.body.unwrap();
            let sent: Vec<_> = url::form_urlencoded::parse(form.as_bytes()).collect();
            let expected = [
                ("grant_type", "authorization_code"),
                ("redirect_uri", REDIRECT_URI),
                ("code", of("code")[0]),
                ("client_id", CLIENT_ID),
                ("code_verifier", &verifier()),
            ];
            assert_eq!(sent, expected.map(|(name, value)| (name.into(), value.into())));
            return true;
        }
        Err(Error::Provider(error)) => {
            assert!(
                is_believable && of("code").is_empty() && of("error").len() == 1,
                "error wrongly accepted: {authorization_response:?}"
            );
            assert!(is_harmless(error.reported(), 60), "{error:?}");
            assert!(error.description().is_none_or(|text| is_one_line(text, 300)), "{error:?}");
        }
        Err(Error::Misbehaved(why)) => {
            if matches!(why, Misbehaviour::IssuerMismatch | Misbehaviour::IssuerMissing) {
                assert!(of("state") == [state()] && !is_ours, "{authorization_response:?}");
            }
        }
        Err(other) => panic!("an unexpected kind of error: {other:?}"),
    }
    assert!(
        !is_acceptable(authorization_response, query, fragment, &of),
        "wrongly refused: {authorization_response:?}"
    );
    false
}

fn is_acceptable<'a>(
    authorization_response: &str,
    query: &str,
    fragment: &str,
    of: &impl Fn(&str) -> Vec<&'a str>,
) -> bool {
    let in_fragment =
        |name: &str| is_form(fragment) && url::form_urlencoded::parse(fragment.as_bytes()).any(|(n, _)| n == name);
    authorization_response.len() <= 16 * 1024
        && is_form(query)
        && of("state") == [state()]
        && of("iss") == [ISSUER]
        && of("error").is_empty()
        && of("error_description").len() <= 1
        && of("error_uri").len() <= 1
        && matches!(of("code")[..], [code] if !code.is_empty() && is_harmless(code, usize::MAX))
        && NEVER.iter().all(|name| of(name).is_empty() && !in_fragment(name))
        && !in_fragment("code")
}

/// Whether every `%` begins an escape and the decoded bytes are UTF-8. The `url` crate is less strict.
pub(super) fn is_form(text: &str) -> bool {
    text.split(['&', '=']).all(|part| decoded(part).is_some_and(|bytes| std::str::from_utf8(&bytes).is_ok()))
}

/// The decoded bytes. `None` if an escape is broken.
pub(super) fn decoded(part: &str) -> Option<Vec<u8>> {
    let mut pieces = part.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    Some(bytes)
}
