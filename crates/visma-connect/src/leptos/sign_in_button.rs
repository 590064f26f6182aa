//! The button that starts a sign-in.

use leptos::prelude::*;

use super::handle::use_session;
use crate::messages::text;
use crate::protocol::options::SignInOptions;

/// A button that starts a sign-in: the browser leaves for the provider's sign-in page. After the sign-in the user
/// returns to the current page, or to `options.return_to`. Show at most one on a page. Without a session from
/// [`provide_session`](super::handle::provide_session) it shows nothing.
///
/// The button has the class `button`. A click calls [`Session::sign_in`](super::handle::Session::sign_in).
///
/// # Example
///
/// ```no_run
/// # use leptos::prelude::*;
/// # use visma_connect::{SignInButton, SignInOptions};
/// # #[component]
/// # fn Start() -> impl IntoView {
/// let options = SignInOptions { return_to: Some("/invoices".to_owned()), ..SignInOptions::default() };
/// view! { <SignInButton label="Sign in to see your invoices" options/> }
/// # }
/// ```
#[component]
pub fn SignInButton(
    /// The label of the button: a text or a signal.
    #[prop(into, default = text::SIGN_IN_BUTTON.text().into())]
    label: TextProp,
    /// What the sign-in requests beyond the configuration, and the page to return to.
    #[prop(optional)]
    options: SignInOptions,
) -> impl IntoView {
    let session = use_session()?;
    Some(view! {
        <button
            class="button"
            type="button"
            data-testid="sign-in"
            on:click=move |_| session.sign_in(options.clone())
            // Set `textContent`, because the page translator of a browser may have replaced the text node.
            prop:textContent=move || label.get().into_owned()
        ></button>
    })
}
