//! The pages.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::Deserialize;
use visma_connect::{
    ApiError, ProfileState, Prompt, ProviderSession, RenewIn, Session, SessionState, SignInButton, SignInOptions,
    SignOutButton, SignedIn, SignedOut, SignedOutReason, explain, use_session,
};

/// For everybody.
#[component]
pub(crate) fn Home() -> impl IntoView {
    let session = use_session()?;
    // A user who was sent here from a protected page returns to it. The library checks that it is one of ours.
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

/// The name of who is signed in. It comes a moment after the session, or not at all.
fn name(session: Session) -> String {
    match session.user().as_ref().map(|user| user.profile()) {
        Some(ProfileState::Loaded(profile)) => {
            profile.name.clone().unwrap_or_else(|| "a user without a name".to_owned())
        }
        _ => "…".to_owned(),
    }
}

/// What this page shows of the API's response.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Organization {
    name: String,
    base_currency: String,
}

/// The library knows the token and sends it to this API alone. No other code can read it.
async fn organizations(session: Session) -> Result<Vec<Organization>, ApiError> {
    session.api("erp").get("organization").await?.json()
}

/// For signed-in people.
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
    // Leaves from here, and so comes back to here.
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

/// Where the provider sends people back to. When all is well, the library goes on to where they came from.
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

/// Where the provider sends people after signing out.
#[component]
pub(crate) fn Goodbye() -> impl IntoView {
    let session = use_session()?;
    let words = move || match session.state() {
        SessionState::SigningOut { .. } => "Signing you out…",
        SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::Ended)) => "You are signed out",
        SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::Asks)) => {
            "You are signed out here. Sign out at the provider too: it asks you to confirm"
        }
        // The provider has not said so: at a shared computer that matters.
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
