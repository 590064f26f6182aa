//! Canaille.

use super::{After, Consent, EMAIL, Foreign, LOGIN, NAME, PASSWORD, Profile, Response, SignOut, Silent, Step};

/// The provider.
pub const PROVIDER: Foreign = Foreign {
    folder: "canaille",
    title: "Canaille",
    version: "0.3.6",
    origin: "Python, PyPI",
    // Half a second after an input event in a field, Canaille's page sends the field to its server for validation. The
    // response to this request sets a cookie. If it arrives after the response to the form, the cookie restores an
    // older state of the sign-in, and Canaille rejects the password. `Fill` causes no input event, so the page sends
    // no such request.
    sign_in: &[
        Step::Fill("[name=login]", LOGIN),
        Step::Press("form [name=answer]"),
        Step::Fill("[name=password]", PASSWORD),
        Step::Press("form [type=submit]"),
    ],
    consent: Consent::Asked {
        allow: &[Step::Press("#accept")],
        decline: &[Step::Press("#deny")],
        declined: Response::Error { sent: "access_denied", shown: "access_denied" },
    },
    known_user: &[],
    profile: Profile::Shown { name: NAME, email: EMAIL },
    unknown_client: (After::SignIn, Response::OwnPage("Page not found")),
    unregistered_redirect_uri: (After::SignIn, Response::OwnPage("Bad request")),
    unknown_scope: (After::Consent, Response::SignsInWithLess),
    silent_with_session: Silent::SignsIn,
    silent_without_session: Silent::Error("login_required"),
    sign_out: SignOut::ComesBack(&[]),
    settings: &[
        "The client's `id_token_signed_response_alg` is RS256 and `ACTIVE_JWKS` has an RSA key.",
        "`SERVER_NAME` and `PREFERRED_URL_SCHEME` are set. Canaille builds the issuer from them.",
        "The client's `client_uri` is the URL of the app. Canaille allows CORS for its origin.",
        "Only for the tests: `TRUSTED_DOMAINS` is empty, so that it asks for consent on localhost too.",
    ],
    lacks: &[
        "It checks the client and the redirect URI only after the user has signed in.",
        "The error `login_required` has no `iss`, although the metadata advertises `iss`.",
        "`auth_time` in the ID token has fractions of a second.",
        "At a sign-out, it finds no client in the ID token. It redirects back because the app also sends `client_id`.",
    ],
};
