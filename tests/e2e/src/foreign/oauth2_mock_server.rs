//! oauth2-mock-server, a provider for tests. It shows no pages and accepts every request.

use super::{After, Consent, Foreign, Profile, Response, SignOut, Silent};

/// The provider.
pub const PROVIDER: Foreign = Foreign {
    folder: "oauth2-mock-server",
    title: "oauth2-mock-server",
    version: "8.2.3",
    origin: "TypeScript, npm",
    sign_in: &[],
    consent: Consent::NeverAsked,
    known_user: &[],
    profile: Profile::Nameless,
    unknown_client: (After::Nothing, Response::SignsIn),
    unregistered_redirect_uri: (After::Nothing, Response::SignsIn),
    unknown_scope: (After::Nothing, Response::SignsInWithLess),
    silent_with_session: Silent::SignsIn,
    silent_without_session: Silent::SignsIn,
    sign_out: SignOut::ComesBack(&[]),
    settings: &[],
    lacks: &[
        "It has no pages and no sessions. The user cannot decline.",
        "It accepts every client and every redirect URI.",
        "It always grants the scope `dummy`. So the app shows that it got less than it requested.",
        "It sends no `iss` in the authorization response, and does not advertise it.",
        "It has neither name nor e-mail address of the user.",
    ],
};
