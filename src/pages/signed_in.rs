//! Home while the user is signed in: the user, the company, the permissions, the time left, and the sign-out button.

use visma_connect::{Company, Session, SessionChange, User};

use crate::components::heading::heading;
use crate::components::permissions::permissions;
use crate::components::renewal::renewal;
use crate::components::sign_out_button::sign_out_button;
use crate::components::time_left::time_left;
use crate::components::try_api::switch_company;
use crate::components::user::user;
use crate::dom::element::{Element, element};
use crate::dom::live::live;
use crate::messages::text::{self, Message};

/// Draws the page. `signed_in` is the user at this moment; the name, the time left and the renewal are updated from the
/// session.
pub fn signed_in(session: Session, signed_in: &User) -> Element {
    let config = session.config();
    let warning = signed_in.refresh_token_dropped().then(|| {
        element("details")
            .class("details")
            .child(element("summary").text(text::DETAILS_TITLE.text()))
            .child(element("p").text(text::SIGNED_IN_REFRESH_TOKEN.text()))
    });
    let company = signed_in.company().map(Company::tenant_id);
    let facts = element("dl")
        .class("facts")
        .child(fact(text::SIGNED_IN_COMPANY, company.unwrap_or(text::SIGNED_IN_COMPANY_UNKNOWN.text())))
        .child(fact(text::SIGNED_IN_AUTHORITY, config.authority().as_str()));
    let session_change = match (signed_in.session_change(), company) {
        (SessionChange::First | SessionChange::Renewed, _) => None,
        (SessionChange::OtherUser, _) => Some(text::SIGNED_IN_OTHER_USER),
        (SessionChange::OtherCompany, None) => Some(text::SIGNED_IN_OTHER_COMPANY_UNKNOWN),
        (SessionChange::OtherCompany, Some(_)) if !signed_in.is_other_company_confirmed() => {
            Some(text::SIGNED_IN_OTHER_COMPANY_UNCONFIRMED)
        }
        (SessionChange::OtherCompany, Some(_)) => Some(text::SIGNED_IN_OTHER_COMPANY),
    };
    let session_change =
        session_change.map(|text| element("p").class("note").attribute("data-testid", "arrival").text(text.text()));
    let not_granted = signed_in.not_granted(config.scopes()).next().map(|_| {
        let note = element("p").class("note warn").attribute("data-testid", "withheld");
        note.text(text::SIGNED_IN_WITHHELD.text())
    });
    let switch = session.can_select_account().then(|| {
        let switch = element("button").class("button quiet").attribute("type", "button");
        let switch = switch.attribute("data-testid", "switch-company").text(text::SWITCH_COMPANY_BUTTON.text());
        switch.on_click(move || switch_company(session))
    });
    let hero = element("div")
        .class("hero")
        .child(heading(text::SIGNED_IN_TITLE.text()))
        .children(session_change)
        .child(user(session))
        .child(facts)
        .child(other_user_warning(session))
        .children(warning)
        .child(element("div").class("actions").child(sign_out_button(session)).children(switch));
    let card = element("div")
        .class("card")
        .child(element("h2").text(text::ACCESS_TITLE.text()))
        .child(time_left(session))
        .child(renewal(session))
        .child(element("h2").text(text::ACCESS_PERMISSIONS_TITLE.text()))
        .child(permissions(signed_in.granted()))
        .children(not_granted);
    element("section").class("home").attribute("data-testid", "session").child(hero).child(card)
}

/// A warning that is shown while another tab is signed in as another user. The user of this tab does not change.
fn other_user_warning(session: Session) -> Element {
    live(element("div").attribute("role", "status"), move |place| {
        let place = place.emptied();
        if session.other_user_in_another_tab() {
            let text = text::SIGNED_IN_OTHER_TAB.text();
            place.child(element("p").class("note warn").attribute("data-testid", "other-person").text(text));
        }
    })
}

fn fact(name: Message, value: &str) -> Element {
    element("div").child(element("dt").text(name.text())).child(element("dd").text(value))
}
