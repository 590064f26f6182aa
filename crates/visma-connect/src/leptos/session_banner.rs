//! What there is to say and to press while a session nears its end, is renewed, or is over.
//!
//! Each text is set as the whole content of its element. The translator of a browser replaces text nodes: a text node
//! that is only updated would keep the old translation.

use leptos::html::Div;
use leptos::prelude::*;

use super::handle::{Session, use_session};
use crate::browser::focus;
use crate::messages::text::{self, Message};
use crate::session::renewal::{RenewIn, RenewalNotice};

/// Warns before the session ends and keeps it going: empty most of the time, to be put once above everything else.
///
/// Its words are read out politely. The classes are `session-banner`, `actions`, and `button` with `small`; `data-code`
/// has the code of a renewal that failed.
#[component]
pub fn SessionBanner() -> impl IntoView {
    let session = use_session()?;
    let topic = Memo::new(move |_| RenewalNotice::of(&session.renewal(), &session.state()));
    let place = NodeRef::<Div>::new();
    let buttons = move || {
        let topic = topic.get();
        // A keyboard that was on a button here finds itself on the first of the new ones.
        if let Some(place) = place.get_untracked().filter(|place| focus::is_in(place)) {
            queue_microtask(move || focus::to_button(&place));
        }
        buttons(session, &topic)
    };
    Some(view! {
        <div class="session-banner" data-testid="session-banner" data-code=move || code(&topic.get()) node_ref=place>
            // It is here from the start: what appears together with its text is not read out.
            <div role="status">{move || words(session, &topic.get())}</div>
            {buttons}
        </div>
    })
}

fn code(topic: &RenewalNotice) -> Option<&'static str> {
    match topic {
        RenewalNotice::Failed(error) => Some(error.code()),
        _ => None,
    }
}

fn words(session: Session, topic: &RenewalNotice) -> Option<impl IntoView + use<>> {
    let (title, text) = topic.words(session.config());
    (*topic != RenewalNotice::Nothing)
        .then(|| view! { <strong prop:textContent=title></strong> " " <p prop:textContent=text></p> })
}

fn buttons(session: Session, topic: &RenewalNotice) -> Option<impl IntoView + use<>> {
    let stay = move || session.renew();
    let again = move || session.retry_renewal(RenewIn::Window);
    let here = move || session.retry_renewal(RenewIn::Tab);
    let cancel = move || session.cancel_renewal();
    let buttons = match topic {
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
