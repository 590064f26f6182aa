//! The layout around all pages, and the routes.

use leptos::prelude::*;
use leptos_router::components::{A, ProtectedRoute, Route, Router, Routes};
use leptos_router::path;
use visma_connect::{Config, SessionBanner, SessionState, SignOutButton, SignedIn, provide_session};

use crate::pages::{Callback, Goodbye, Home, Orders};

/// The app.
#[component]
pub(crate) fn App(config: Config) -> impl IntoView {
    // Before the router: the library reads the provider's response and removes it from the address first.
    let session = provide_session(config);
    // A memo, because the session changes for many reasons, such as a name that arrives. The page is rebuilt only
    // when this value changes.
    let may_enter = Memo::new(move |_| match session.state() {
        // The browser is already leaving for the provider. The route waits and does not redirect to home.
        SessionState::SigningOut { .. } => None,
        // The page keeps the user's work. The banner offers to continue the session.
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
                        // The home page reads `then` and continues there after the sign-in.
                        redirect_path=|| "/?then=/orders"
                        view=Orders
                    />
                    // The two addresses that are registered with the provider.
                    <Route path=path!("/callback") view=Callback/>
                    <Route path=path!("/signed-out") view=Goodbye/>
                </Routes>
            </main>
        </Router>
    }
}
