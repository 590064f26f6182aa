//! Address and session -> page. Every case is one line of a table.

use leptos::prelude::*;

use crate::browser::navigation;
use crate::components::{FirstHeading, Frame};
use crate::context::{Session, use_session};
use crate::pages::{Expired, Failed, Home, Leaving, NotFound, SignedIn, SignedOut, SigningIn};
use crate::route::Route;
use crate::session::error::SignInError;
use crate::session::state::{AtProvider, SessionState, Why};

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

    fn view(self) -> AnyView {
        match self {
            Self::Home => view! { <Home/> }.into_any(),
            Self::NotFound => view! { <NotFound/> }.into_any(),
            Self::Leaving => view! { <Leaving/> }.into_any(),
            Self::SigningIn => view! { <SigningIn/> }.into_any(),
            Self::SignedIn => view! { <SignedIn/> }.into_any(),
            Self::SignedOut(at_provider) => view! { <SignedOut at_provider/> }.into_any(),
            Self::Expired => view! { <Expired/> }.into_any(),
            Self::Failed(error) => view! { <Failed error/> }.into_any(),
        }
    }
}

/// The app, below [`provide_session`](crate::context::provide_session).
#[component]
pub fn App() -> impl IntoView {
    let session = use_session()?;
    FirstHeading::provide();
    // The address only changes together with the state.
    let page = Memo::new(move |_| {
        let route = Route::parse(&navigation::path(), &session.config());
        session.state().with(|state| Page::of(state, route))
    });
    Some(view! {
        <Frame status=Signal::derive(move || spoken(session))>{move || page.get().view()}</Frame>
    })
}

/// What changes without the page changing, for people who do not see it.
fn spoken(session: Session) -> &'static str {
    match session.expires_in().get() {
        Some(0..=60) => "Less than a minute of your session is left.",
        Some(61..=300) => "Less than five minutes of your session are left.",
        Some(_) => "",
        None => session.state().with(|state| match state {
            SessionState::Unauthenticated(Why::CameBack) => "You came back without signing in.",
            _ => "",
        }),
    }
}
