//! Draws the current page, and below it the forms that call APIs. The forms stay when the session expires, so that the
//! user's input is not lost.

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
use crate::rest::{api_forms, misconfigured, page as page_of_the_rest};
use crate::screen::{Screen, spoken};

/// Replaces the shell (see `dom/shell.rs`) with the app. The arguments are those of `start` in `main.rs`.
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
        // The app is never unmounted: it runs until the page is closed.
        .forget(),
        None => {
            let main = element("main");
            frame(root, main.clone(), element("p"));
            // Leptos starts its executor when it mounts. Nothing is mounted here, so Leptos's `spawn_local` would not
            // run this future.
            wasm_bindgen_futures::spawn_local(misconfigured(main, base.to_owned(), config, config_status));
        }
    }
    place.restore_focus();
}

/// The status of the code that draws this screen. If the code is in the part `rest`, this function starts to load the
/// part, and the calling effect runs again when the status of the part changes.
fn part_of(screen: &Screen, route: Route) -> Part {
    match screen {
        // The page `/initiate` needs `rest`: the sign-in starts as soon as that part is loaded.
        Screen::Home if route != Route::Initiate => Part::Loaded,
        Screen::Leaving | Screen::SigningOut => Part::Loaded,
        // The main module draws this page, also while `rest` is being loaded. If `rest` cannot be loaded, an error is
        // shown instead.
        Screen::SigningIn if rest() != Part::Missing => Part::Loaded,
        _ => rest(),
    }
}

/// Draws the screen. The main module draws the screens that are listed here. The part `rest` draws all others.
fn draw(screen: &Screen, part: Part, session: Session, state: &SessionState) -> Element {
    match (screen, part) {
        (Screen::Home, Part::Loaded) => home(session),
        (Screen::SignedIn { .. }, Part::Loaded) if state.signed_in().is_none() => home(session),
        (Screen::Leaving, Part::Loaded) => leaving(),
        (Screen::SigningIn, Part::Loaded) => signing_in(),
        (Screen::SigningOut, Part::Loaded) => signing_out(),
        _ => page_of_the_rest(part, screen, session, state),
    }
}

/// The `main` element. It contains the page of the current screen, and below it the forms that call APIs.
fn pages(session: Session) -> Element {
    let owner = Owner::new();
    let mut shown: Option<(Screen, Part, Element, Owner)> = None;
    let work = element("div").class("work");
    let place = work.clone();
    let mut work_owner: Option<Owner> = None;
    live(element("main").child(place), move |main| {
        let state = session.state();
        // Reading the address is not tracked. The address changes only together with the state, which is tracked.
        let route = Route::parse(&page::path(), session.config());
        let screen = Screen::of(&state, route);
        let part = part_of(&screen, route);
        if shown
            .as_ref()
            .is_some_and(|(screen_before, part_before, ..)| *screen_before == screen && *part_before == part)
        {
            return;
        }
        let is_same_user = matches!(screen, Screen::SignedIn { .. } | Screen::Expired) && work_owner.is_some();
        // If the focus is in a form, it stays there. The user may be typing while the session changes.
        let is_typing = is_same_user && document::has_focus(&work);
        if !is_same_user {
            work_owner = None;
            let work = work.clone().emptied();
            if matches!(screen, Screen::SignedIn { .. }) && part == Part::Loaded {
                let forms_owner = owner.child();
                work.children(untrack(|| forms_owner.with(|| api_forms(session))));
                work_owner = Some(forms_owner);
            }
        }
        // This reactive owner keeps the effects of the page alive until the next page is drawn. Without it they would
        // end when this effect runs again.
        let page_owner = owner.child();
        let drawn = untrack(|| page_owner.with(|| draw(&screen, part, session, &state)));
        match shown.take() {
            Some((.., page_before, _)) => {
                page_before.replaced_by(&drawn);
                if !is_typing {
                    document::focus_heading();
                }
            }
            // The first page does not move the focus.
            None => main.first(&drawn),
        }
        shown = Some((screen, part, drawn, page_owner));
    })
}
