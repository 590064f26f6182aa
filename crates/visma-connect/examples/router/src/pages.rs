//! The pages of the app.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::Deserialize;
use visma_connect::{
    ApiError, ProfileState, Prompt, ProviderSession, RenewIn, Session, SessionState, SignInButton, SignInOptions,
    SignOutButton, SignedIn, SignedOut, SignedOutReason, explain, use_session,
};

/// The home page, for all users.
#[component]
pub(crate) fn Home() -> impl IntoView {
    let session = use_session()?;
    // A user who was redirected here from a protected page returns to it. The library checks that it is a page of
    // this app.
    let query = use_query_map();
    let options = move || SignInOptions { return_to: query.read().get("then"), ..SignInOptions::default() };
    Some(view! {
        <h1>"Home"</h1>
        <SignedOut>
            <p>"Sign in to see your orders."</p>
            <SignInButton options=options()/>
        </SignedOut>
        <SignedIn>
            <p>"You are signed in as " <b>{move || name(session)}</b></p>
        </SignedIn>
    })
}

/// The name of the signed-in user. It arrives shortly after the session begins, or not at all.
fn name(session: Session) -> String {
    match session.user().as_ref().map(|user| user.profile()) {
        Some(ProfileState::Loaded(profile)) => {
            profile.name.clone().unwrap_or_else(|| "a user without a name".to_owned())
        }
        _ => "…".to_owned(),
    }
}

/// The members of the API's response that this page shows.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Organization {
    name: String,
    base_currency: String,
}

/// The library adds the token and sends it to this API only. No other code can read it.
async fn organizations(session: Session) -> Result<Vec<Organization>, ApiError> {
    session.api("erp").get("organization").await?.json()
}

/// A page for signed-in users only.
#[component]
pub(crate) fn Orders() -> impl IntoView {
    let session = use_session()?;
    let response = LocalResource::new(move || organizations(session));
    let shown = move || match response.get()? {
        Ok(organizations) => {
            let lines = organizations.into_iter().map(|organization| {
                view! { <li>{organization.name} ", in " {organization.base_currency}</li> }
            });
            Some(view! { <ul data-testid="organizations">{lines.collect_view()}</ul> }.into_any())
        }
        Err(error) => Some(
            view! { <p role="alert" data-code=error.code()>{error.happened()} " " {error.advice()}</p> }.into_any(),
        ),
    };
    // The sign-in starts on this page, so the user returns to it.
    let switch = move |_| {
        let options = SignInOptions { prompt: Some(Prompt::SelectAccount), ..SignInOptions::default() };
        session.renew_with(RenewIn::Tab, options);
    };
    Some(view! {
        <h1>"Orders"</h1>
        {shown}
        <button type="button" data-testid="switch" on:click=switch>"Switch company"</button>
    })
}

/// The page that the provider redirects to after the sign-in. If it succeeds, the library goes back to the page on
/// which the sign-in began.
#[component]
pub(crate) fn Callback() -> impl IntoView {
    let session = use_session()?;
    Some(move || match session.state() {
        SessionState::Unauthenticated(SignedOutReason::Failed(error)) => {
            let words = explain(&error, session.config());
            view! {
                <h1>{words.title}</h1>
                <p role="alert" data-testid="error" data-code=error.code()>{words.happened} " " {words.advice}</p>
                <SignInButton label="Try again"/>
            }
            .into_any()
        }
        SessionState::Unauthenticated(SignedOutReason::HandedOver) => {
            view! { <h1>"You can close this window"</h1> }.into_any()
        }
        SessionState::Unauthenticated(_) => view! { <SignInButton/> }.into_any(),
        _ => view! { <h1>"Signing you in…"</h1> }.into_any(),
    })
}

/// The page that the provider redirects to after the sign-out.
#[component]
pub(crate) fn Goodbye() -> impl IntoView {
    let session = use_session()?;
    let words = move || match session.state() {
        SessionState::SigningOut { .. } => "Signing you out…",
        SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::Ended)) => "You are signed out",
        SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::Asks)) => {
            "You are signed out here. Sign out at the provider too: it asks you to confirm"
        }
        // The provider did not confirm the sign-out. On a shared computer the user must know this.
        _ => "You are signed out here, and perhaps not at the provider",
    };
    let asks =
        move || session.state() == SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::Asks));
    Some(view! {
        <h1>{words}</h1>
        <Show when=asks><SignOutButton/></Show>
        <SignedOut><SignInButton label="Sign in again"/></SignedOut>
    })
}
