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
    // `ProtectedRoute` redirects a signed-out user to this page. After the sign-in the user returns to the protected
    // page. The library checks that the path is a page of this app.
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

/// The name of the signed-in user. It can arrive after the session has begun, or not at all.
fn name(session: Session) -> String {
    match session.user().as_ref().map(|user| user.profile()) {
        Some(ProfileState::Loaded(profile)) => {
            profile.name.clone().unwrap_or_else(|| "a user without a name".to_owned())
        }
        _ => "…".to_owned(),
    }
}

/// The fields of the API's response that this page shows.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Organization {
    name: String,
    base_currency: String,
}

/// Calls the API. The library adds the access token, which the code of the app cannot read.
///
/// # Errors
/// See [`ApiError`].
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
    // After the provider has asked for the company, the user returns to this page, because the renewal starts here.
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

/// The callback page, to which the provider redirects after a sign-in. If the sign-in succeeds, the library replaces
/// the address with that of the page on which the sign-in began. So this page shows only the progress and errors.
#[component]
pub(crate) fn Callback() -> impl IntoView {
    let session = use_session()?;
    Some(move || match session.state() {
        SessionState::Unauthenticated(SignedOutReason::Failed(error)) => {
            let explanation = explain(&error, session.config());
            view! {
                <h1>{explanation.title}</h1>
                <p role="alert" data-testid="error" data-code=error.code()>
                    {explanation.happened} " " {explanation.advice}
                </p>
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

/// The page to which the provider redirects after a sign-out.
#[component]
pub(crate) fn Goodbye() -> impl IntoView {
    let session = use_session()?;
    let explanation = move || match session.state() {
        SessionState::SigningOut { .. } => "Signing you out…",
        SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::Ended)) => "You are signed out",
        SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::ConfirmationNeeded)) => {
            "You are signed out here. Sign out at the provider too: it asks you to confirm"
        }
        // The provider did not confirm the sign-out. A user of a shared computer must know this.
        _ => "You are signed out here, and perhaps not at the provider",
    };
    let asks = move || {
        session.state()
            == SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::ConfirmationNeeded))
    };
    Some(view! {
        <h1>{explanation}</h1>
        <Show when=asks><SignOutButton/></Show>
        <SignedOut><SignInButton label="Sign in again"/></SignedOut>
    })
}
