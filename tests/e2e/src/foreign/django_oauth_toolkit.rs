//! django-oauth-toolkit in a Django project: `tests/providers/django-oauth-toolkit/`.

use super::Step::{Press, Type};
use super::{After, Consent, EMAIL, Foreign, LOGIN, NAME, PASSWORD, Profile, Response, SignOut, Silent};

/// The provider.
pub const PROVIDER: Foreign = Foreign {
    folder: "django-oauth-toolkit",
    title: "django-oauth-toolkit",
    version: "3.4.1",
    origin: "Python, PyPI",
    sign_in: &[Type("#id_username", LOGIN), Type("#id_password", PASSWORD), Press("#sign-in")],
    consent: Consent::Asked {
        allow: &[Press("input[name=allow]")],
        decline: &[Press("input[type=submit]:not([name])")],
        declined: Response::Error { sent: "access_denied", shown: "access_denied" },
    },
    known_user: &[Press("input[name=allow]")],
    profile: Profile::Shown { name: NAME, email: EMAIL },
    unknown_client: (After::SignIn, Response::OwnPage("Invalid client_id parameter value.")),
    unregistered_redirect_uri: (After::SignIn, Response::OwnPage("Mismatching redirect URI.")),
    unknown_scope: (After::SignIn, Response::Error { sent: "invalid_scope", shown: "invalid_scope" }),
    silent_with_session: Silent::OwnPage("Server Error (500)"),
    silent_without_session: Silent::OwnPage("Server Error (500)"),
    sign_out: SignOut::ComesBack(&[Press("input[name=allow]")]),
    settings: &[
        "The client's algorithm is `RS256`. By default, no ID token is signed.",
        "The client's `allowed_origins` has the app's origin. With it, the token endpoint sends CORS headers.",
        "A validator adds name and e-mail address to the ID token. By default, it has neither.",
        "`OIDC_RP_INITIATED_LOGOUT_ENABLED` is set. Without it, there is no end-session endpoint.",
        "The app's `restore` is `ask` or `off`. With `redirect`, the user ends on an error page of the provider.",
    ],
    lacks: &[
        "UserInfo sends no CORS headers. The app shows name and e-mail address from the ID token.",
        "`prompt=none` leads to its own error page with status 500, although its metadata advertises it.",
        "An error response has no `iss`, although its metadata advertises `iss`.",
        "It asks for consent at each sign-in, and for a confirmation at each sign-out.",
        "It ignores `prompt=select_account`.",
    ],
};
