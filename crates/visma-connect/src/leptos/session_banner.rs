//! A banner with a text and buttons, shown when the session ends soon, is being renewed, or has ended.
//!
//! Each text is set with `textContent`. The page translator of a browser replaces text nodes. If Leptos updated a
//! replaced node, the user would still see the old translation.

use leptos::html::Div;
use leptos::prelude::*;

use super::handle::{Session, use_session};
use crate::browser::focus;
use crate::messages::text::{self, Message};
use crate::session::renewal::{RenewIn, RenewalNotice};

/// Warns the user before the session ends, and offers buttons to continue it. It also shows the progress of a renewal
/// and the end of the session. At all other times it is empty. Use it once, above all other content of the page.
/// Without a session from [`provide_session`](super::handle::provide_session) it shows nothing.
///
/// Screen readers announce its text (`role="status"`). The classes are `session-banner` and `actions`. Each button has
/// the classes `button` and `small`. After a failed renewal, the attribute `data-code` is the error code.
///
/// # Example
///
/// ```no_run
/// # use leptos::prelude::*;
/// # use visma_connect::SessionBanner;
/// # #[component]
/// # fn App() -> impl IntoView {
/// view! {
///     <SessionBanner/>
///     <main>"The pages of the app"</main>
/// }
/// # }
/// ```
#[component]
pub fn SessionBanner() -> impl IntoView {
    let session = use_session()?;
    let notice = Memo::new(move |_| RenewalNotice::of(&session.renewal(), &session.state()));
    let place = NodeRef::<Div>::new();
    let buttons = move || {
        let notice = notice.get();
        // If a button of the banner has the focus, it is about to be removed. Then move the focus to the first of the
        // new buttons.
        if let Some(place) = place.get_untracked().filter(|place| focus::is_in(place)) {
            queue_microtask(move || focus::to_button(&place));
        }
        buttons(session, &notice)
    };
    Some(view! {
        <div class="session-banner" data-testid="session-banner" data-code=move || code(&notice.get()) node_ref=place>
            // Always present: screen readers do not announce a live region that is added together with its text.
            <div role="status">{move || texts(session, &notice.get())}</div>
            {buttons}
        </div>
    })
}

/// The error code of a failed renewal.
fn code(notice: &RenewalNotice) -> Option<&'static str> {
    match notice {
        RenewalNotice::Failed(error) => Some(error.code()),
        _ => None,
    }
}

/// Title and text of the notice.
fn texts(session: Session, notice: &RenewalNotice) -> Option<impl IntoView + use<>> {
    let (title, text) = notice.title_and_text(session.config());
    (*notice != RenewalNotice::Nothing)
        .then(|| view! { <strong prop:textContent=title></strong> " " <p prop:textContent=text></p> })
}

/// The buttons that the notice offers.
fn buttons(session: Session, notice: &RenewalNotice) -> Option<impl IntoView + use<>> {
    let stay = move || session.renew();
    let again = move || session.retry_renewal(RenewIn::Window);
    let here = move || session.retry_renewal(RenewIn::Tab);
    let cancel = move || session.cancel_renewal();
    let buttons = match notice {
        RenewalNotice::Nothing | RenewalNotice::Leaving | RenewalNotice::Checking => return None,
        RenewalNotice::EndsSoon => vec![button("renew", text::RENEWAL_STAY_BUTTON, stay)],
        RenewalNotice::InWindow | RenewalNotice::Failed(_) => vec![
            button("renew-again", text::RENEWAL_AGAIN_BUTTON, again),
            button("renew-here", text::RENEWAL_HERE_BUTTON, here),
            button("renew-cancel", text::RENEWAL_CANCEL_BUTTON, cancel),
        ],
        RenewalNotice::Ended => {
            vec![
                button("renew-again", text::RENEWAL_SIGN_IN_AGAIN_BUTTON, again),
                button("renew-here", text::RENEWAL_HERE_BUTTON, here),
            ]
        }
    };
    Some(view! { <div class="actions">{buttons}</div> })
}

fn button(testid: &'static str, text: Message, press: impl Fn() + 'static) -> AnyView {
    view! {
        <button
            class="button small"
            type="button"
            data-testid=testid
            on:click=move |_| press()
            prop:textContent=text.text()
        ></button>
    }
    .into_any()
}
