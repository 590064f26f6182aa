//! What stands around every page, and which address is which page.

use leptos::prelude::*;
use leptos_router::components::{A, ProtectedRoute, Route, Router, Routes};
use leptos_router::path;
use visma_connect::{Config, SessionBanner, SessionState, SignOutButton, SignedIn, provide_session};

use crate::pages::{Callback, Goodbye, Home, Orders};

/// The app.
#[component]
pub(crate) fn App(config: Config) -> impl IntoView {
    // Before the router: it takes the provider's response out of the address before other code sees it.
    let session = provide_session(config);
    // A memo, since the session changes for many reasons, such as the name that arrives: the page is built anew only
    // when this response changes.
    let may_enter = Memo::new(move |_| match session.state() {
        // The browser is leaving already, so the route waits and does not go home.
        SessionState::SigningOut { .. } => None,
        // The page keeps what the user was doing; the banner offers to continue.
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
                        // Home says where to continue after the sign-in.
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
