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
        "`jwks.keyPairConfig.alg` is `RS256`: the default is EdDSA.",
        "The host app serves discovery and sends CORS headers for discovery, keys, token endpoint and UserInfo.",
        "The client has `enable_end_session`, and on a loopback address the application type `native`.",
        "The host app has an account page: without one, `prompt=select_account` ends on an error page of the provider.",
    ],
    lacks: &["The ID token has no name and no e-mail address: they are read from UserInfo."],
};
