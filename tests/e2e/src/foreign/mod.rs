//! Providers that other projects wrote: what a user does on their pages, and how they answer.
//!
//! ```text
//! NAME.rs ── one constant for each provider: steps and answers ──► the journeys of tests/providers.rs assert them
//!                                                             └──► docs.rs writes the tables of docs/providers.md
//! ```
//! `tests/providers/README.md` says how a provider is installed and started.

mod better_auth;
mod django_oauth_toolkit;
mod glewlwyd;

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
    /// Reads this text.
    Read(&'static str),
}

/// How a provider answers a request, as the user sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
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
        declined: Answer,
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
    /// No name; this is the code of the reason that the page gives.
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

/// A provider: its pages and its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// The folder beneath `tests/providers/`.
    pub folder: &'static str,
    /// The name of the product.
    pub title: &'static str,
    /// What it is written in, and where it is from.
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
    pub unknown_client: Answer,
    /// The authorization request names a redirect URI that is not registered.
    pub unregistered_redirect_uri: Answer,
    /// The authorization request has a scope more that it does not know. The user signs in and consents where asked.
    pub unknown_scope: Answer,
    /// `prompt=none`, and it has a session for the user.
    pub silent_with_session: Answer,
    /// `prompt=none`, and it has no session in this browser.
    pub silent_without_session: Answer,
    /// The end of the session.
    pub sign_out: SignOut,
    /// Settings of the provider or of the app that are not the default and without which it does not work, for the
    /// documentation. One sentence each.
    pub settings: &'static [&'static str],
    /// What it lacks or does in another way, for the documentation. One sentence each.
    pub lacks: &'static [&'static str],
}

/// Every provider.
pub const ALL: &[Foreign] = &[better_auth::PROVIDER, django_oauth_toolkit::PROVIDER, glewlwyd::PROVIDER];
