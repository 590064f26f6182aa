//! Glewlwyd with the pages of its Debian package, configured through its administration API.

use super::Step::{Press, Read, Type};
use super::{After, Consent, EMAIL, Foreign, LOGIN, NAME, PASSWORD, Profile, Response, SignOut, Silent};

/// The provider.
pub const PROVIDER: Foreign = Foreign {
    folder: "glewlwyd",
    title: "Glewlwyd",
    version: "2.7",
    origin: "C, Debian",
    sign_in: &[Type("#username", LOGIN), Type("#password", PASSWORD), Press("#loginbut")],
    consent: Consent::Asked {
        allow: &[
            Press("#grant-profile"),
            Press("#grant-email"),
            Press("button.btn-primary:not(#loginbut)"),
            // The page shows the button that continues before the server has stored the grant. So wait for this text
            // before the press.
            Read("What do you wish for?"),
            Press("button.btn-success"),
        ],
        // There is no button to decline. This button continues without a grant of name and e-mail address.
        decline: &[Press("button.btn-success")],
        declined: Response::SignsInWithLess,
    },
    known_user: &[Press("button.btn-success")],
    profile: Profile::Shown { name: NAME, email: EMAIL },
    unknown_client: (After::Nothing, Response::OwnPage("HTTP ERROR 403")),
    unregistered_redirect_uri: (After::Nothing, Response::OwnPage("HTTP ERROR 403")),
    unknown_scope: (After::Consent, Response::SignsInWithLess),
    silent_with_session: Silent::Error("invalid_request"),
    silent_without_session: Silent::Error("interaction_required"),
    // The button works only after the page has loaded the client's name.
    sign_out: SignOut::ComesBack(&[Read("The client The app wishes"), Press("button.btn-danger")]),
    settings: &[
        "Options of the OpenID plugin: `jwt-type` `rsa`, `jwt-key-size` `256`, `pkce-allowed`, \
         `session-management-allowed`, `front-channel-logout-allowed`.",
        "Name and e-mail address are `mandatory` claims. By default, UserInfo has neither.",
        "The client backend stores the property `post_logout_redirect_uris`. By default it stores another property, \
         and a sign-out does not return to the app.",
    ],
    lacks: &[
        "It has no button to decline. A user can grant less, or leave the page.",
        "`prompt=none` requires `id_token_hint`, which the app does not send. The response is `invalid_request`.",
        "An unknown client and an unregistered redirect URI lead to an empty page with status 403.",
        "It sends no `iss`.",
        "It asks a known user to continue at each authorization request.",
        "It asks for a confirmation at each sign-out.",
    ],
};
