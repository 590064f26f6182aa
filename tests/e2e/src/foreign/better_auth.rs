//! Better Auth with its OAuth provider plugin. The host app in `tests/providers/better-auth/` adds the pages and the
//! CORS headers.

use super::Step::{Press, Type};
use super::{After, Consent, EMAIL, Foreign, NAME, PASSWORD, Profile, Response, SignOut, Silent};

/// The provider.
pub const PROVIDER: Foreign = Foreign {
    folder: "better-auth",
    title: "Better Auth",
    version: "1.7.5",
    origin: "TypeScript, npm",
    sign_in: &[Type("input[name=email]", EMAIL), Type("input[name=password]", PASSWORD), Press("#sign-in")],
    consent: Consent::Asked {
        allow: &[Press("#allow")],
        decline: &[Press("#decline")],
        declined: Response::Error { sent: "access_denied", shown: "access_denied" },
    },
    known_user: &[],
    profile: Profile::Shown { name: NAME, email: EMAIL },
    unknown_client: (After::Nothing, Response::OwnPage("invalid_client")),
    unregistered_redirect_uri: (After::Nothing, Response::OwnPage("invalid_redirect")),
    unknown_scope: (After::Nothing, Response::Error { sent: "invalid_scope", shown: "invalid_scope" }),
    silent_with_session: Silent::SignsIn,
    silent_without_session: Silent::Error("login_required"),
    sign_out: SignOut::ComesBack(&[]),
    settings: &[
        "The app's `id_token_signed_response_alg` is `EdDSA`, which is the provider's default.",
        "The host app serves the metadata, and sends CORS headers for metadata, JWKS, token endpoint and UserInfo.",
        "The client has `enable_end_session`. On a loopback address, its application type is `native`.",
        "The host app has an account page. Without it, `prompt=select_account` leads to an error page of the provider.",
    ],
    lacks: &["The ID token has neither name nor e-mail address. The app reads them from UserInfo."],
};
