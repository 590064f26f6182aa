//! Address and session -> page. Every case is one line of a table.

use leptos::mount::mount_to;
use leptos::prelude::*;

use crate::browser::element::{Element, element};
use crate::browser::{BrowserPlatform, document, navigation, shell};
use crate::components::frame::frame;
use crate::components::live::{live, live_text};
use crate::components::try_api::try_apis;
use crate::context::{Session, provide_session_on};
use crate::pages::ask_sign_out::ask_sign_out;
use crate::pages::expired::expired;
use crate::pages::failed::failed;
use crate::pages::handed_over::handed_over;
use crate::pages::home::home;
use crate::pages::misconfigured::misconfigured;
use crate::pages::not_found::not_found;
use crate::pages::paused::paused;
use crate::pages::signed_in::signed_in;
use crate::pages::signed_out::signed_out;
use crate::pages::waiting::{leaving, signing_in, signing_out};
use crate::protocol::config::{Config, ConfigError};
use crate::protocol::options::SignInOptions;
use crate::route::Route;
use crate::session::error::SignInError;
use crate::session::state::{AtProvider, SessionState, Why};

/// Puts the app in the place of the shell. The arguments are those of the page's entry point, `start`.
pub fn mount(base: &str, taken: String, pressed: bool, config: Option<String>, config_status: u16) {
    let Some(place) = shell::take_over() else { return };
    let config = read(config, config_status).and_then(|text| Config::parse(&text, &navigation::page(base)));
    let root = Element::from(place.root());
    match config {
        Ok(config) => mount_to(place.root(), move || {
            let session = provide_session_on(BrowserPlatform::new(), config, taken);
            if pressed {
                session.sign_in(SignInOptions::default());
            }
            frame(root, pages(session), live_text(element("p"), move || spoken(session).to_owned()));
        })
        // It lasts as long as the tab.
        .forget(),
        Err(error) => frame(root, element("main").child(misconfigured(&error)), element("p")),
    }
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
    SigningOut,
    SignedIn,
    SignedOut(AtProvider),
    Expired,
    Failed(SignInError),
    Paused,
    HandedOver,
    AskSignOut,
}

impl Page {
    fn of(state: &SessionState, route: Route) -> Self {
        match (state, route) {
            (_, Route::SignOut) if !matches!(state, SessionState::SigningOut { .. }) => match state {
                SessionState::Unauthenticated(Why::SignedOut(at_provider)) => Self::SignedOut(*at_provider),
                _ => Self::AskSignOut,
            },
            (SessionState::Authenticated(_) | SessionState::ExpiringSoon(_), _) => Self::SignedIn,
            (SessionState::Expired, _) => Self::Expired,
            (SessionState::Redirecting { .. }, _) => Self::Leaving,
            (SessionState::Exchanging, _) => Self::SigningIn,
            (SessionState::SigningOut { .. }, _) => Self::SigningOut,
            (SessionState::Unauthenticated(why), route) => match (why, route) {
                (Why::HandedOver, _) => Self::HandedOver,
                (Why::Paused, _) => Self::Paused,
                (Why::SignedOut(at_provider), _) => Self::SignedOut(*at_provider),
                (Why::Failed(error), _) => Self::Failed(error.clone()),
                (Why::NotYet | Why::CameBack, Route::NotFound) => Self::NotFound,
                (Why::NotYet | Why::CameBack, _) => Self::Home,
            },
        }
    }

    fn draw(&self, session: Session, state: &SessionState) -> Element {
        match (self, state.signed_in()) {
            (Self::SignedIn, Some(who)) => signed_in(session, who),
            (Self::Home | Self::SignedIn, _) => home(session),
            (Self::NotFound, _) => not_found(session),
            (Self::Leaving, _) => leaving(),
            (Self::SigningIn, _) => signing_in(),
            (Self::SigningOut, _) => signing_out(),
            (Self::SignedOut(at_provider), _) => signed_out(session, *at_provider),
            (Self::Expired, _) => expired(session),
            (Self::Failed(error), _) => failed(session, error),
            (Self::Paused, _) => paused(session),
            (Self::HandedOver, _) => handed_over(),
            (Self::AskSignOut, _) => ask_sign_out(session),
        }
    }
}

/// The place of the pages, with the one that is right now, and below it the person's work.
fn pages(session: Session) -> Element {
    let owner = Owner::new();
    let mut shown: Option<(Page, Element, Owner)> = None;
    let work = element("div").class("work");
    let place = work.clone();
    let mut at_work: Option<Owner> = None;
    live(element("main").child(place), move |main| {
        let state = session.state();
        // The address only changes together with the state.
        let page = Page::of(&state, Route::parse(&navigation::path(), session.config()));
        if shown.as_ref().is_some_and(|(before, ..)| *before == page) {
            return;
        }
        let is_same_person = matches!(page, Page::SignedIn | Page::Expired) && at_work.is_some();
        // A person who is typing goes on typing, whatever becomes of the session.
        let is_typing = is_same_person && document::has_focus(&work);
        if !is_same_person {
            at_work = None;
            let work = work.clone().emptied();
            if page == Page::SignedIn {
                let inside = owner.child();
                work.children(untrack(|| inside.with(|| try_apis(session).collect::<Vec<_>>())));
                at_work = Some(inside);
            }
        }
        // What is live in a page lasts until the next page, not until this is run again.
        let inside = owner.child();
        let drawn = untrack(|| inside.with(|| page.draw(session, &state)));
        match shown.take() {
            Some((_, before, _)) => {
                before.replaced_by(&drawn);
                if !is_typing {
                    document::focus_heading();
                }
            }
            // The first page leaves the focus where it is.
            None => main.first(&drawn),
        }
        shown = Some((page, drawn, inside));
    })
}

/// What changes without the page changing, for people who do not see it.
fn spoken(session: Session) -> &'static str {
    match session.expires_in() {
        Some(0..=60) => "Less than a minute of your session is left.",
        Some(61..=300) => "Less than five minutes of your session are left.",
        Some(_) if matches!(session.state(), SessionState::ExpiringSoon(_)) => {
            "Your session ends soon. Choose Stay signed in to go on."
        }
        Some(_) => "",
        None => match session.state() {
            SessionState::Expired => "Your session has ended.",
            SessionState::Unauthenticated(Why::CameBack) => "You came back without signing in.",
            _ => "",
        },
    }
}
