//! Where the pages are drawn: one at a time, with the user's work below it, which outlives an ended session.

use leptos::mount::mount_to;
use leptos::prelude::*;

use visma_connect::{Route, Session, SessionState, SignInOptions, read_config, start_session};

use crate::components::frame::frame;
use crate::components::try_api::try_apis;
use crate::dom::element::{Element, element};
use crate::dom::live::{live, live_text};
use crate::dom::{document, page, shell};
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
use crate::screen::{Screen, spoken};

/// Puts the app in the place of the shell. The arguments are those of the page's entry point, `start`.
pub fn mount(base: &str, authorization_response: String, pressed: bool, config: Option<String>, config_status: u16) {
    let Some(place) = shell::take_over() else { return };
    let config = read_config(base, config, config_status);
    let root = Element::from(place.root());
    match config {
        Ok(config) => mount_to(place.root(), move || {
            let session = start_session(config, authorization_response);
            if pressed {
                session.sign_in(SignInOptions::default());
            }
            frame(
                root,
                pages(session),
                live_text(element("p"), move || spoken(&session.state(), session.expires_in()).to_owned()),
            );
        })
        // It lasts as long as the tab.
        .forget(),
        Err(error) => frame(root, element("main").child(misconfigured(&error)), element("p")),
    }
    place.give_focus_back();
}

/// Draws what is on the screen.
fn draw(screen: &Screen, session: Session, state: &SessionState) -> Element {
    match (screen, state.signed_in()) {
        (Screen::SignedIn { .. }, Some(who)) => signed_in(session, who),
        (Screen::Home | Screen::SignedIn { .. }, _) => home(session),
        (Screen::NotFound, _) => not_found(session),
        (Screen::Leaving, _) => leaving(),
        (Screen::SigningIn, _) => signing_in(),
        (Screen::SigningOut, _) => signing_out(),
        (Screen::SignedOut(at_provider), _) => signed_out(session, *at_provider),
        (Screen::Expired, _) => expired(session),
        (Screen::Failed(error), _) => failed(session, error),
        (Screen::Paused, _) => paused(session),
        (Screen::HandedOver, _) => handed_over(),
        (Screen::AskSignOut, _) => ask_sign_out(session),
    }
}

/// The place of the pages, with the one that is right now, and below it the user's work.
fn pages(session: Session) -> Element {
    let owner = Owner::new();
    let mut shown: Option<(Screen, Element, Owner)> = None;
    let work = element("div").class("work");
    let place = work.clone();
    let mut at_work: Option<Owner> = None;
    live(element("main").child(place), move |main| {
        let state = session.state();
        // The address only changes together with the state.
        let screen = Screen::of(&state, Route::parse(&page::path(), session.config()));
        if shown.as_ref().is_some_and(|(before, ..)| *before == screen) {
            return;
        }
        let is_same_person = matches!(screen, Screen::SignedIn { .. } | Screen::Expired) && at_work.is_some();
        // A user who is typing goes on typing, whatever becomes of the session.
        let is_typing = is_same_person && document::has_focus(&work);
        if !is_same_person {
            at_work = None;
            let work = work.clone().emptied();
            if matches!(screen, Screen::SignedIn { .. }) {
                let inside = owner.child();
                work.children(untrack(|| inside.with(|| try_apis(session).collect::<Vec<_>>())));
                at_work = Some(inside);
            }
        }
        // What is live in a page lasts until the next page, not until this is run again.
        let inside = owner.child();
        let drawn = untrack(|| inside.with(|| draw(&screen, session, &state)));
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
        shown = Some((screen, drawn, inside));
    })
}
