//! Where the pages are drawn: one at a time, with the user's work below it, which outlives an ended session.

use leptos::mount::mount_to;
use leptos::prelude::*;

use js_sys::Function;
use visma_connect::{
    Part, Route, Session, SessionState, SignInOptions, check_config, load_rest_with, rest, start_session,
};

use crate::components::frame::frame;
use crate::dom::element::{Element, element};
use crate::dom::live::{live, live_text};
use crate::dom::{document, page, shell};
use crate::pages::home::home;
use crate::pages::waiting::{leaving, signing_in, signing_out};
use crate::rest::{misconfigured, page as page_of_the_rest, work as users_work};
use crate::screen::{Screen, spoken};

/// Puts the app in the place of the shell. The arguments are those of the page's entry point, `start`.
pub fn mount(
    base: &str,
    authorization_response: String,
    pressed: bool,
    config: Option<String>,
    config_status: u16,
    loader: Option<Function>,
) {
    load_rest_with(loader);
    let Some(place) = shell::take_over() else { return };
    let root = Element::from(place.root());
    match check_config(base, config.as_deref(), config_status) {
        Some(config) => mount_to(place.root(), move || {
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
        None => {
            let main = element("main");
            frame(root, main.clone(), element("p"));
            // Leptos has not begun here, so its own tasks do not run.
            wasm_bindgen_futures::spawn_local(misconfigured(main, base.to_owned(), config, config_status));
        }
    }
    place.give_focus_back();
}

/// Where the code is that draws this screen. Tracked, and asked for, where it is in the rest.
fn place_of(screen: &Screen, route: Route) -> Part {
    match screen {
        // `initiate` leaves for the sign-in page as soon as the rest is here.
        Screen::Home if route != Route::Initiate => Part::Loaded,
        Screen::Leaving | Screen::SigningOut => Part::Loaded,
        // The page is the same while the rest is on its way.
        Screen::SigningIn if rest() != Part::Missing => Part::Loaded,
        _ => rest(),
    }
}

/// Draws what is on the screen.
fn draw(screen: &Screen, at: Part, session: Session, state: &SessionState) -> Element {
    match (screen, at) {
        (Screen::Home, Part::Loaded) => home(session),
        (Screen::SignedIn { .. }, Part::Loaded) if state.signed_in().is_none() => home(session),
        (Screen::Leaving, Part::Loaded) => leaving(),
        (Screen::SigningIn, Part::Loaded) => signing_in(),
        (Screen::SigningOut, Part::Loaded) => signing_out(),
        _ => page_of_the_rest(at, screen, session, state),
    }
}

/// The place of the pages, with the one that is right now, and below it the user's work.
fn pages(session: Session) -> Element {
    let owner = Owner::new();
    let mut shown: Option<(Screen, Part, Element, Owner)> = None;
    let work = element("div").class("work");
    let place = work.clone();
    let mut at_work: Option<Owner> = None;
    live(element("main").child(place), move |main| {
        let state = session.state();
        // The address only changes together with the state.
        let route = Route::parse(&page::path(), session.config());
        let screen = Screen::of(&state, route);
        let at = place_of(&screen, route);
        if shown.as_ref().is_some_and(|(before, was_at, ..)| *before == screen && *was_at == at) {
            return;
        }
        let is_same_user = matches!(screen, Screen::SignedIn { .. } | Screen::Expired) && at_work.is_some();
        // A user who is typing goes on typing, whatever becomes of the session.
        let is_typing = is_same_user && document::has_focus(&work);
        if !is_same_user {
            at_work = None;
            let work = work.clone().emptied();
            if matches!(screen, Screen::SignedIn { .. }) && at == Part::Loaded {
                let inside = owner.child();
                work.children(untrack(|| inside.with(|| users_work(session))));
                at_work = Some(inside);
            }
        }
        // What is live in a page lasts until the next page, not until this is run again.
        let inside = owner.child();
        let drawn = untrack(|| inside.with(|| draw(&screen, at, session, &state)));
        match shown.take() {
            Some((.., before, _)) => {
                before.replaced_by(&drawn);
                if !is_typing {
                    document::focus_heading();
                }
            }
            // The first page leaves the focus where it is.
            None => main.first(&drawn),
        }
        shown = Some((screen, at, drawn, inside));
    })
}
