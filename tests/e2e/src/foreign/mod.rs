//! Providers that other projects wrote: what a user does on their pages, and how they answer.
//!
//! ```text
//! NAME.rs ── one constant for each provider: steps and answers ──► the journeys of tests/providers.rs assert them
//!                                                             └──► docs.rs writes the tables of docs/providers.md
//! running.rs ── the provider's process     world.rs ── it, with the built app and a browser
//! ```
//! `tests/providers/README.md` says how a provider is installed and started.

pub mod better_auth;
pub mod canaille;
pub mod django_oauth_toolkit;
pub mod docs;
pub mod glewlwyd;
pub mod oauth2_mock_server;
mod running;
mod world;

pub use world::ForeignWorld;

/// The user name of the one user.
pub const LOGIN: &str = "kari";
/// The user's e-mail address.
pub const EMAIL: &str = "kari.nordmann@example.com";
/// The user's password.
pub const PASSWORD: &str = "Fjord-and-fell-42";
/// The user's name.
pub const NAME: &str = "Kari Nordmann";

/// What a user does on a page. Each step waits until it can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Presses the element that this CSS selector finds.
    Press(&'static str),
    /// Types a text into the field that this CSS selector finds.
    Type(&'static str, &'static str),
    /// Puts a text into the field without any event. For pages that ask their server while the user types.
    Fill(&'static str, &'static str),
    /// Reads this text.
    Read(&'static str),
}

/// How a provider answers an authorization request, as the user sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Response {
    /// The user is signed in.
    SignsIn,
    /// The user is signed in, and the app says that it got less than it asked for.
    SignsInWithLess,
    /// The user comes back to the app with this error, and the app shows the error with this code.
    Error {
        /// `error` of the response.
        sent: &'static str,
        /// `data-code` in the app.
        shown: &'static str,
    },
    /// The provider shows a page of its own with this text, and the user does not come back.
    OwnPage(&'static str),
}

/// What a user does before a provider answers an authorization request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// Nothing: it looks at the request first.
    Nothing,
    /// The steps of `sign_in`.
    SignIn,
    /// The steps of `sign_in`, and those that allow it.
    Consent,
}

/// How a provider answers a request without a question to the user (`prompt=none`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silent {
    /// With a code: the user is signed in.
    SignsIn,
    /// With this error: the app is at home, and asks no second time by itself.
    Error(&'static str),
    /// With a page of its own that has this text. The user does not come back; the app, opened again, offers to sign
    /// in.
    OwnPage(&'static str),
}

/// What a provider asks before it hands out the first tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// It never asks, so there is nothing to decline.
    NeverAsked,
    /// It asks at the first sign-in.
    Asked {
        /// The steps of a user who allows it.
        allow: &'static [Step],
        /// The steps of a user who declines.
        decline: &'static [Step],
        /// What comes of that.
        declined: Response,
    },
}

/// What the signed-in page can say of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Name and e-mail address.
    Shown {
        /// The name.
        name: &'static str,
        /// The e-mail address.
        email: &'static str,
    },
    /// The provider answers without name and e-mail address.
    Nameless,
    /// UserInfo cannot be read, and the ID token has no name; this is the code of the reason that the page gives.
    NotShown {
        /// `data-code` of `profile-error`.
        code: &'static str,
    },
}

/// What happens at a sign-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOut {
    /// The provider ends its session and sends the user back, after these steps.
    ComesBack(&'static [Step]),
    /// The provider ends its session after these steps, and the user stays on its page with this text.
    Stays(&'static [Step], &'static str),
    /// It has no end session endpoint: the user is signed out of the app alone.
    AppOnly,
}

/// A provider: its pages and its responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// The folder beneath `tests/providers/`.
    pub folder: &'static str,
    /// The name of the product.
    pub title: &'static str,
    /// The version, or how it begins. The running provider has to say the same.
    pub version: &'static str,
    /// What it is written in, and where it is from: "Python, PyPI".
    pub origin: &'static str,
    /// From the authorization request to the question for consent, or to the app where none is asked. Empty where the
    /// provider asks nothing at all.
    pub sign_in: &'static [Step],
    /// The question for consent at the first sign-in.
    pub consent: Consent,
    /// What it asks at an authorization request of a user that it knows and who has consented. Usually nothing.
    pub known_user: &'static [Step],
    /// What the app shows of the user.
    pub profile: Profile,
    /// The authorization request names a client that it does not know.
    pub unknown_client: (After, Response),
    /// The authorization request names a redirect URI that is not registered.
    pub unregistered_redirect_uri: (After, Response),
    /// The authorization request has a scope more that it does not know.
    pub unknown_scope: (After, Response),
    /// `prompt=none`, and it has a session for the user.
    pub silent_with_session: Silent,
    /// `prompt=none`, and it has no session in this browser.
    pub silent_without_session: Silent,
    /// The end of the session.
    pub sign_out: SignOut,
    /// Settings of the provider or of the app that are not the default and without which it does not work, for the
    /// documentation. One sentence each.
    pub settings: &'static [&'static str],
    /// What it lacks or does in another way, for the documentation. One sentence each.
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

/// What is tried with each provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Journey {
    /// A user signs in.
    SignIn,
    /// A user declines.
    Decline,
    /// The client is not known.
    UnknownClient,
    /// The redirect URI is not registered.
    UnregisteredRedirectUri,
    /// A scope is not known.
    UnknownScope,
    /// `prompt=none` with a session: a reload with `restore: "redirect"`.
    SilentWithSession,
    /// `prompt=none` without a session: the same, after the provider's cookies are gone.
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
    /// The provider is stopped while the user is on the way back.
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

    /// What the table calls it.
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

    /// Whether it is tried in Firefox and WebKit too.
    pub const fn in_every_engine(self) -> bool {
        matches!(self, Self::SignIn | Self::SignOut)
    }
}
