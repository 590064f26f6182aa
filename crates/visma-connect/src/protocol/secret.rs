//! Secret values. `Debug` prints them redacted. They do not implement `Display`, `Serialize` or `Clone`. They are
//! overwritten when they are dropped.
//!
//! Only the copy in this type is overwritten. The browser makes other copies, such as the response's body and the
//! request's header. docs/SECURITY.md describes what this means.

use std::fmt;

use zeroize::Zeroizing;

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(PartialEq, Eq)]
        pub struct $name(Zeroizing<String>);

        impl $name {
            pub(crate) fn new(secret: impl Into<Zeroizing<String>>) -> Self {
                Self(secret.into())
            }

            /// The secret itself. Each call could leak it: search for `expose` to find all calls.
            pub(crate) fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    };
}

secret! {
    /// The bearer token for API calls (RFC 6749 1.4, RFC 6750).
    ///
    /// It can be passed on:
    /// ```
    /// use visma_connect::protocol::secret::AccessToken;
    /// fn handed_on(token: AccessToken) -> AccessToken { token }
    /// ```
    /// It cannot be cloned, and it cannot be converted to a string:
    /// ```compile_fail
    /// use visma_connect::protocol::secret::AccessToken;
    /// fn j02_an_access_token_is_not_copied(token: &AccessToken) -> AccessToken { token.clone() }
    /// ```
    /// ```compile_fail
    /// use visma_connect::protocol::secret::AccessToken;
    /// fn j02_an_access_token_is_not_written_down(token: AccessToken) -> String { token.to_string() }
    /// ```
    AccessToken
}
secret! {
    /// The authorization code in the callback (RFC 6749 4.1.2).
    AuthorizationCode
}
secret! {
    /// The secret value of PKCE (RFC 7636 4.1).
    CodeVerifier
}
secret! {
    /// The `state` parameter: binds the callback to the request of this browser (RFC 6749 10.12).
    #[doc(alias = "state")]
    CsrfToken
}
secret! {
    /// The `nonce` parameter: binds the ID token to this request (OpenID Connect Core 3.1.2.1).
    Nonce
}
secret! {
    /// The ID token as it was received. It is kept only as `id_token_hint` of the sign-out request.
    ///
    /// A function with a parameter of type `AccessToken` accepts an access token:
    /// ```
    /// use visma_connect::protocol::secret::{AccessToken, IdTokenHint};
    /// fn spend(token: &AccessToken) {}
    /// fn call(token: &AccessToken, hint: &IdTokenHint) { spend(token) }
    /// ```
    /// It does not accept an ID token:
    /// ```compile_fail
    /// use visma_connect::protocol::secret::{AccessToken, IdTokenHint};
    /// fn spend(token: &AccessToken) {}
    /// fn e22_an_id_token_is_not_spent(token: &AccessToken, hint: &IdTokenHint) { spend(hint) }
    /// ```
    IdTokenHint
}

/// Whether the text is a b64token (RFC 6750 2.1), which is safe in an `Authorization` header.
fn is_b64token(text: &str) -> bool {
    let (body, padding) = text.split_at_checked(text.find('=').unwrap_or(text.len())).unwrap_or_default();
    !body.is_empty()
        && padding.bytes().all(|b| b == b'=')
        && body.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'+' | b'/'))
}

impl AccessToken {
    /// The longest token that is accepted, in bytes. A token of Visma Connect has about 1 500 bytes.
    const MAX_CHARS: usize = 16_384;

    /// Accepts only characters that RFC 6750 allows in the header: no space, control or non-ASCII character.
    pub(crate) fn from_response(token: impl Into<Zeroizing<String>>) -> Option<Self> {
        let token = Self::new(token);
        (token.0.len() <= Self::MAX_CHARS && is_b64token(&token.0)).then_some(token)
    }
}

impl AuthorizationCode {
    /// Accepts one or more printable ASCII characters (VSCHAR, RFC 6749 appendix A.11).
    pub(crate) fn from_callback(code: String) -> Option<Self> {
        let code = Self::new(code);
        (!code.0.is_empty() && code.0.bytes().all(|b| (0x20..=0x7e).contains(&b))).then_some(code)
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Borrow;
    use std::fmt::Display;
    use std::ops::Deref;

    use super::super::callback::Callback;
    use super::super::http::{HttpRequest, HttpResponse};
    use super::super::id_token::{Authenticated, SignatureToCheck, VerifiedSignature};
    use super::super::pending_sign_in::{PendingSignIn, Randomness};
    use super::super::token::{CodeExchange, UnverifiedTokens};
    use super::*;

    /// Whether a type implements a trait. Rust prefers the inherent constant `HAS`. It exists only if the type
    /// implements the trait.
    macro_rules! has {
        ($type:ty: $bound:path) => {{
            #[allow(dead_code, reason = "one of the two constants is never read")]
            trait Without {
                const HAS: bool = false;
            }
            #[allow(dead_code, reason = "only its type is used")]
            struct Probe<T: ?Sized>(std::marker::PhantomData<T>);
            impl<T: ?Sized> Without for Probe<T> {}
            #[allow(dead_code, reason = "one of the two constants is never read")]
            impl<T: ?Sized + $bound> Probe<T> {
                const HAS: bool = true;
            }
            <Probe<$type>>::HAS
        }};
    }

    macro_rules! has_none {
        ($($type:ty),+ => $bound:path) => {
            $(assert!(!has!($type: $bound), "{}: {}", stringify!($type), stringify!($bound));)+
        };
    }

    #[test]
    fn j02_no_secret_can_be_copied_displayed_or_serialized() {
        // Check the macro first: it must find implemented traits.
        assert!(has!(String: Clone) && has!(String: Display) && has!(String: serde::Serialize));
        macro_rules! none_has {
            ($bound:path) => {
                has_none!(AccessToken, AuthorizationCode, CodeVerifier, CsrfToken, Nonce, IdTokenHint => $bound);
                has_none!(Randomness, PendingSignIn, Callback, CodeExchange, UnverifiedTokens => $bound);
                has_none!(Authenticated, SignatureToCheck, VerifiedSignature => $bound);
                has_none!(HttpRequest, HttpResponse => $bound);
            };
        }
        none_has!(Clone);
        none_has!(Display);
        none_has!(serde::Serialize);
        assert!(!has!(Randomness: fmt::Debug));
    }

    #[test]
    fn e22_nothing_but_the_token_response_becomes_an_access_token() {
        assert!(has!(String: Into<Box<str>>) && has!(String: AsRef<str>) && has!(String: Deref<Target = str>));
        has_none!(String, IdTokenHint, AuthorizationCode, CodeVerifier, CsrfToken, Nonce => Into<AccessToken>);
        has_none!(String, IdTokenHint, AuthorizationCode, CodeVerifier, CsrfToken, Nonce => Borrow<AccessToken>);
        has_none!(AccessToken, IdTokenHint, AuthorizationCode, CodeVerifier, CsrfToken, Nonce => Deref);
        has_none!(AccessToken, IdTokenHint, AuthorizationCode, CodeVerifier, CsrfToken, Nonce => AsRef<str>);
        has_none!(AccessToken, IdTokenHint, AuthorizationCode, CodeVerifier, CsrfToken, Nonce => Into<String>);
    }

    #[test]
    fn j02_no_secret_is_printed() {
        let canary = "canary".to_owned();
        let printed = format!(
            "{:?} {:?} {:?} {:?} {:?} {:?}",
            AccessToken::new(canary.clone()),
            AuthorizationCode::new(canary.clone()),
            CodeVerifier::new(canary.clone()),
            CsrfToken::new(canary.clone()),
            Nonce::new(canary.clone()),
            IdTokenHint::new(canary),
        );
        assert_eq!(
            printed,
            "AccessToken([redacted]) AuthorizationCode([redacted]) CodeVerifier([redacted]) \
             CsrfToken([redacted]) Nonce([redacted]) IdTokenHint([redacted])"
        );
    }

    #[test]
    fn d10_an_access_token_is_a_b64token() {
        for good in ["a", "eyJh.b-c_d~e+f/g==", &"x".repeat(AccessToken::MAX_CHARS)] {
            assert!(AccessToken::from_response(good.to_owned()).is_some(), "{good}");
        }
        let too_long = "x".repeat(AccessToken::MAX_CHARS + 1);
        for bad in ["", "=", "a b", "a\r\nX: y", "a=b", "é", "a\0", "\"a\"", &too_long] {
            assert!(AccessToken::from_response(bad.to_owned()).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn c08_c18_a_code_is_printable_ascii_and_not_empty() {
        assert!(AuthorizationCode::from_callback("0123 abc-~".to_owned()).is_some());
        for bad in ["", "a\0b", "a\nb", "é"] {
            assert!(AuthorizationCode::from_callback(bad.to_owned()).is_none(), "{bad:?}");
        }
    }
}
