//! Home, while the user is signed in: who, for which company, which permissions, for how long, and sign-out.

use visma_connect::{Company, Session, SessionChange, User};

use crate::components::heading::heading;
use crate::components::permissions::permissions;
use crate::components::person::person;
use crate::components::renewal::renewal;
use crate::components::sign_out_button::sign_out_button;
use crate::components::time_left::time_left;
use crate::components::try_api::switch_company;
use crate::dom::element::{Element, element};
use crate::dom::live::live;

/// Exists only while the user is signed in.
pub fn signed_in(session: Session, signed_in: &User) -> Element {
    let config = session.config();
    let warning = signed_in.refresh_token_dropped().then(|| {
        element("details").class("details").child(element("summary").text("Details for the developer")).child(
            element("p").text(
                "The sign-in service also sent a refresh token, which was dropped. Register this client as a \
                    Single-Page-App.",
            ),
        )
    });
    let company = signed_in.company().map(Company::tenant_id);
    let facts = element("dl")
        .class("facts")
        .child(fact("Company ID", company.unwrap_or("Company not stated")))
        .child(fact("Signed in at", config.authority().as_str()));
    let session_change = match (signed_in.session_change(), company) {
        (SessionChange::First | SessionChange::Renewed, _) => None,
        (SessionChange::OtherUser, _) => {
            Some("Another user is signed in now. What was here before is gone from this page.")
        }
        (SessionChange::OtherCompany, None) => {
            Some("The sign-in service did not say which company you are signed in for, so a change is not confirmed.")
        }
        (SessionChange::OtherCompany, Some(_)) if !signed_in.is_other_company_confirmed() => {
            Some("This may be another company than before. What was here before is gone from this page.")
        }
        (SessionChange::OtherCompany, Some(_)) => {
            Some("You are signed in for another company now. What was here before is gone from this page.")
        }
    };
    let session_change =
        session_change.map(|text| element("p").class("note").attribute("data-testid", "arrival").text(text));
    let withheld = signed_in.withheld(config.scopes()).next().map(|_| {
        let note = element("p").class("note warn").attribute("data-testid", "withheld");
        note.text("Not everything that this app asks for was given. What needs the rest will not work.")
    });
    let switch = session.can_select_account().then(|| {
        let switch = element("button").class("button quiet").attribute("type", "button");
        let switch = switch.attribute("data-testid", "switch-company").text("Switch company");
        switch.on_click(move || switch_company(session))
    });
    let hero = element("div")
        .class("hero")
        .child(heading("You are signed in"))
        .children(session_change)
        .child(person(session))
        .child(facts)
        .child(elsewhere(session))
        .children(warning)
        .child(element("div").class("actions").child(sign_out_button(session)).children(switch));
    let card = element("div")
        .class("card")
        .child(element("h2").text("Your access"))
        .child(time_left(session))
        .child(renewal(session))
        .child(element("h2").text("What this app may see and do"))
        .child(permissions(signed_in.granted()))
        .children(withheld);
    element("section").class("home").attribute("data-testid", "session").child(hero).child(card)
}

/// Another tab has become another user. This one stays whose it is, and says so.
fn elsewhere(session: Session) -> Element {
    live(element("div").attribute("role", "status"), move |place| {
        let place = place.emptied();
        if session.other_user_in_another_tab() {
            let text = "Another tab of this browser is signed in as another user. This tab is still yours.";
            place.child(element("p").class("note warn").attribute("data-testid", "other-person").text(text));
        }
    })
}

fn fact(name: &str, value: &str) -> Element {
    element("div").child(element("dt").text(name)).child(element("dd").text(value))
}
