//! The routes, and the layout that all pages share.

use leptos::prelude::*;
use leptos_router::components::{A, ProtectedRoute, Route, Router, Routes};
use leptos_router::path;
use visma_connect::{Config, SessionBanner, SessionState, SignOutButton, SignedIn, provide_session};

use crate::pages::{Callback, Goodbye, Home, Orders};

/// The app.
#[component]
pub(crate) fn App(config: Config) -> impl IntoView {
    // Call this before the router is created: the library removes the provider's response from the address.
    let session = provide_session(config);
    // A memo, so that the page is rebuilt only when this value changes. The session changes for many other reasons, for
    // example when the user's name arrives.
    let may_enter = Memo::new(move |_| match session.state() {
        // The browser is leaving for the provider. With `None`, the route waits and does not redirect to home.
        SessionState::SigningOut { .. } => None,
        // The page stays, with what the user has typed. The banner offers to continue the session.
        SessionState::Expired => Some(true),
        state => state.is_authenticated(),
    });
    view! {
        <Router>
            <nav>
                <A href="/">"Home"</A>
                " "
                <A href="/orders">"Orders"</A>
                " "
                <SignedIn><SignOutButton/></SignedIn>
            </nav>
            <SessionBanner/>
            <main>
                <Routes fallback=|| view! { <h1>"Nothing is here"</h1> }>
                    <Route path=path!("/") view=Home/>
                    <ProtectedRoute
                        path=path!("/orders")
                        condition=move || may_enter.get()
                        // The home page reads the parameter `then`, and returns to that page after the sign-in.
                        redirect_path=|| "/?then=/orders"
                        view=Orders
                    />
                    // The two redirect URIs, which are registered at the provider.
                    <Route path=path!("/callback") view=Callback/>
                    <Route path=path!("/signed-out") view=Goodbye/>
                </Routes>
            </main>
        </Router>
    }
}
