//! Providers that other projects wrote: what a user does on their pages, and how they respond.
//!
//! ```text
//! NAME.rs ── one constant for each provider: steps, responses ──► the journeys of tests/providers.rs assert them
//!                                                             └──► docs.rs writes the tables of docs/providers.md
//! running.rs ── the provider's process     world.rs ── the provider with the built app and a browser
//! ```
//! `tests/providers/README.md` describes how a provider is installed and started.

pub mod better_auth;
pub mod canaille;
pub mod django_oauth_toolkit;
pub mod docs;
pub mod glewlwyd;
pub mod oauth2_mock_server;
mod running;
mod world;

pub use world::ForeignWorld;

/// The login name of the only user.
pub const LOGIN: &str = "kari";
/// The user's e-mail address.
pub const EMAIL: &str = "kari.nordmann@example.com";
/// The user's password.
pub const PASSWORD: &str = "Fjord-and-fell-42";
/// The user's name.
pub const NAME: &str = "Kari Nordmann";

/// What a user does on a page. Each step waits until it is possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Presses the element with this CSS selector.
    Press(&'static str),
    /// Types a text into the field with this CSS selector.
    Type(&'static str, &'static str),
    /// Sets the value of a field without any event. For pages that send requests while the user types.
    Fill(&'static str, &'static str),
    /// Waits for this text.
    Read(&'static str),
}

/// How a provider responds to an authorization request, as the user sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Response {
    /// The user is signed in.
    SignsIn,
    /// The user is signed in, and the app reports that the provider granted less than requested.
    SignsInWithLess,
    /// The provider redirects back to the app with an error, and the app shows an error.
    Error {
        /// The `error` of the authorization response.
        sent: &'static str,
        /// The error code that the app shows (`data-code`).
        shown: &'static str,
    },
    /// The provider shows its own page with this text. The user does not return to the app.
    OwnPage(&'static str),
}

/// What a user does before the provider responds to an authorization request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// Nothing: the provider responds before it shows a sign-in page.
    Nothing,
    /// The steps of `sign_in`.
    SignIn,
    /// The steps of `sign_in` and `allow`.
    Consent,
}

/// How a provider responds to an authorization request without interaction (`prompt=none`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silent {
    /// It sends a code, and the user is signed in.
    SignsIn,
    /// It sends this error. The app shows the home page, and starts no further sign-in automatically.
    Error(&'static str),
    /// It shows its own page, which contains this text. The user does not return to the app. When the app is opened
    /// again, it offers to sign in.
    OwnPage(&'static str),
}

/// Whether a provider asks for consent before it issues the first tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// It does not ask, so the user cannot decline.
    NeverAsked,
    /// It asks at the first sign-in.
    Asked {
        /// The steps of a user who consents.
        allow: &'static [Step],
        /// The steps of a user who declines.
        decline: &'static [Step],
        /// The provider's response after the user has declined.
        declined: Response,
    },
}

/// What the app shows about the signed-in user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Name and e-mail address.
    Shown {
        /// The name.
        name: &'static str,
        /// The e-mail address.
        email: &'static str,
    },
    /// The provider sends neither name nor e-mail address.
    Nameless,
    /// The app cannot read UserInfo, and the ID token has no name. The app shows the reason.
    NotShown {
        /// The code of the reason: `data-code` of `profile-error`.
        code: &'static str,
    },
}

/// What happens at a sign-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOut {
    /// After these steps the provider ends its session and redirects back to the app.
    ComesBack(&'static [Step]),
    /// After these steps the provider ends its session and shows its own page with this text.
    Stays(&'static [Step], &'static str),
    /// The provider has no end-session endpoint. The user is signed out of the app only.
    AppOnly,
}

/// A provider: the steps on its pages, and its responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// The folder in `tests/providers/`.
    pub folder: &'static str,
    /// The name of the product.
    pub title: &'static str,
    /// The version, or the beginning of it. The version that the running provider reports must begin with this text.
    pub version: &'static str,
    /// Programming language and source, for example "Python, PyPI".
    pub origin: &'static str,
    /// The steps from the authorization request to the consent page, or to the app if the provider asks for no
    /// consent. Empty if the provider shows no page.
    pub sign_in: &'static [Step],
    /// The consent page at the first sign-in.
    pub consent: Consent,
    /// The steps at an authorization request of a user with a session who has consented before. Usually empty.
    pub known_user: &'static [Step],
    /// What the app shows about the user.
    pub profile: Profile,
    /// The response to an authorization request with an unknown `client_id`.
    pub unknown_client: (After, Response),
    /// The response to an authorization request with a redirect URI that is not registered.
    pub unregistered_redirect_uri: (After, Response),
    /// The response to an authorization request with one additional, unknown scope.
    pub unknown_scope: (After, Response),
    /// The response to `prompt=none` when the provider has a session for the user.
    pub silent_with_session: Silent,
    /// The response to `prompt=none` when the provider has no session in this browser.
    pub silent_without_session: Silent,
    /// What happens at a sign-out.
    pub sign_out: SignOut,
    /// Required settings of the provider or the app that are not the default, for the documentation. One sentence
    /// each.
    pub settings: &'static [&'static str],
    /// What the provider lacks or does differently, for the documentation. One sentence each.
    pub lacks: &'static [&'static str],
}

/// Every provider.
pub const ALL: &[Foreign] = &[
    better_auth::PROVIDER,
    canaille::PROVIDER,
    django_oauth_toolkit::PROVIDER,
    glewlwyd::PROVIDER,
    oauth2_mock_server::PROVIDER,
];

/// A scenario that is tested with each provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Journey {
    /// A user signs in.
    SignIn,
    /// The user declines.
    Decline,
    /// The client is unknown.
    UnknownClient,
    /// The redirect URI is not registered.
    UnregisteredRedirectUri,
    /// A scope is unknown.
    UnknownScope,
    /// A reload with `restore: "redirect"`, which sends `prompt=none`, while the provider has a session.
    SilentWithSession,
    /// The same reload after the provider's cookies are deleted.
    SilentWithoutSession,
    /// A renewal in a small window.
    RenewInWindow,
    /// A renewal in the tab.
    RenewInTab,
    /// A reload with `restore: "ask"`.
    ReloadAsk,
    /// A reload with `restore: "off"`.
    ReloadOff,
    /// A sign-out.
    SignOut,
    /// The provider is stopped before the user returns to the app.
    Stopped,
}

impl Journey {
    /// Every journey.
    pub const ALL: [Self; 13] = [
        Self::SignIn,
        Self::Decline,
        Self::UnknownClient,
        Self::UnregisteredRedirectUri,
        Self::UnknownScope,
        Self::SilentWithSession,
        Self::SilentWithoutSession,
        Self::RenewInWindow,
        Self::RenewInTab,
        Self::ReloadAsk,
        Self::ReloadOff,
        Self::SignOut,
        Self::Stopped,
    ];

    /// The title in the table of docs/providers.md.
    pub const fn title(self) -> &'static str {
        match self {
            Self::SignIn => "sign in",
            Self::Decline => "decline",
            Self::UnknownClient => "unknown client",
            Self::UnregisteredRedirectUri => "unregistered redirect URI",
            Self::UnknownScope => "unknown scope",
            Self::SilentWithSession => "`restore: redirect`, with a session",
            Self::SilentWithoutSession => "`restore: redirect`, without one",
            Self::RenewInWindow => "renew in a window",
            Self::RenewInTab => "renew in the tab",
            Self::ReloadAsk => "reload, `restore: ask`",
            Self::ReloadOff => "reload, `restore: off`",
            Self::SignOut => "sign out",
            Self::Stopped => "stopped in the middle",
        }
    }

    /// Whether this scenario is tested in Firefox and WebKit too.
    pub const fn in_every_engine(self) -> bool {
        matches!(self, Self::SignIn | Self::SignOut)
    }
}
