//! Address and session -> page. Every case is one line of a table.

use leptos::leptos_dom::helpers::queue_microtask;
use leptos::mount::mount_to;
use leptos::prelude::*;

use crate::browser::{BrowserPlatform, document, navigation, shell};
use crate::components::element::live;
use crate::components::frame::frame;
use crate::context::{Session, provide_session_on};
use crate::pages::expired::expired;
use crate::pages::failed::failed;
use crate::pages::home::home;
use crate::pages::misconfigured::misconfigured;
use crate::pages::not_found::not_found;
use crate::pages::signed_in::signed_in;
use crate::pages::signed_out::signed_out;
use crate::pages::waiting::{leaving, signing_in};
use crate::protocol::config::{Config, ConfigError};
use crate::route::Route;
use crate::session::error::SignInError;
use crate::session::state::{AtProvider, SessionState, Why};

/// Puts the app in the place of the shell. The arguments are those of the page's entry point, `start`.
pub fn mount(base: &str, taken: String, pressed: bool, config: Option<String>, config_status: u16) {
    let Some(place) = shell::take_over() else { return };
    let config = read(config, config_status).and_then(|text| Config::parse(&text, &navigation::page(base)));
    let app = move || match config {
        Ok(config) => {
            let session = provide_session_on(BrowserPlatform::new(), config, taken);
            if pressed {
                session.sign_in();
            }
            app(session)
        }
        Err(error) => misconfigured(&error),
    };
    mount_to(place.root(), app).forget();
    place.give_focus_back();
}

/// The text of config.json, if it came.
fn read(config: Option<String>, status: u16) -> Result<String, ConfigError> {
    const REMEDY: &str = "Check the connection and load the page again. Developers: put config.json beside index.html.";
    match (config, status) {
        (Some(text), 200..=299) => Ok(text),
        (_, 0) => Err(ConfigError::file("It did not arrive.".to_owned(), REMEDY)),
        (_, status) => {
            Err(ConfigError::file(["The host answered with status ", &status.to_string(), "."].concat(), REMEDY))
        }
    }
}

/// What is on the screen. Equal pages are not drawn again.
#[derive(Clone, PartialEq)]
enum Page {
    Home,
    NotFound,
    Leaving,
    SigningIn,
    SignedIn,
    SignedOut(AtProvider),
    Expired,
    Failed(SignInError),
}

impl Page {
    fn of(state: &SessionState, route: Route) -> Self {
        match (state, route) {
            (SessionState::Authenticated(_), _) => Self::SignedIn,
            (SessionState::Redirecting { .. }, _) => Self::Leaving,
            (SessionState::Exchanging, _) => Self::SigningIn,
            (SessionState::Unauthenticated(why), route) => match (why, route) {
                (Why::Expired, _) => Self::Expired,
                (Why::SignedOut(at_provider), _) => Self::SignedOut(*at_provider),
                (Why::Failed(error), _) => Self::Failed(error.clone()),
                // The callback is read in a moment; home must not flash up before.
                (Why::NotYet, Route::Callback) => Self::SigningIn,
                (Why::NotYet | Why::CameBack, Route::NotFound) => Self::NotFound,
                (Why::NotYet | Why::CameBack, _) => Self::Home,
            },
        }
    }

    fn view(&self, session: Session) -> AnyView {
        match self {
            Self::Home => home(session),
            Self::NotFound => not_found(session),
            Self::Leaving => leaving(),
            Self::SigningIn => signing_in(),
            Self::SignedIn => signed_in(session),
            Self::SignedOut(at_provider) => signed_out(session, *at_provider),
            Self::Expired => expired(session),
            Self::Failed(error) => failed(session, error),
        }
    }
}

fn app(session: Session) -> AnyView {
    // The address only changes together with the state.
    let page = Memo::new(move |_| {
        let route = Route::parse(&navigation::path(), &session.config());
        Page::of(&session.state(), route)
    });
    let mut is_first = true;
    let shown = live(move || {
        // The first page leaves the focus where it is; a later one is in the document once this has returned.
        if !is_first {
            queue_microtask(document::focus_heading);
        }
        is_first = false;
        page.with(|page| page.view(session))
    });
    frame(shown, move || spoken(session))
}

/// What changes without the page changing, for people who do not see it.
fn spoken(session: Session) -> &'static str {
    match session.expires_in() {
        Some(0..=60) => "Less than a minute of your session is left.",
        Some(61..=300) => "Less than five minutes of your session are left.",
        Some(_) => "",
        None => match session.state() {
            SessionState::Unauthenticated(Why::CameBack) => "You came back without signing in.",
            _ => "",
        },
    }
}
