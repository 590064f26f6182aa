//! Home, while somebody is signed in: who, for which company, what they agreed to, for how long, and the way out.

use crate::browser::element::{Element, element};
use crate::components::heading::heading;
use crate::components::permissions::permissions;
use crate::components::person::person;
use crate::components::sign_out_button::sign_out_button;
use crate::components::time_left::time_left;
use crate::context::Session;
use crate::protocol::company::Company;
use crate::session::state::SignedIn;

/// Exists only while somebody is signed in.
pub fn signed_in(session: Session, signed_in: &SignedIn) -> Element {
    let config = session.config();
    let company = signed_in.company().map_or("Not stated", Company::tenant_id);
    let warning = signed_in.refresh_token_dropped().then(|| {
        element("p").class("note warn").text(
            "The sign-in service also sent a refresh token, which was thrown away: a browser app must not have one. Developers: register this client as a Single-Page-App.",
        )
    });
    let facts = element("dl")
        .class("facts")
        .child(fact("Company ID", company))
        .child(fact("Signed in at", config.authority().as_str()));
    let hero = element("div")
        .class("hero")
        .child(heading("You are signed in"))
        .child(person(session))
        .child(facts)
        .children(warning)
        .child(sign_out_button(session));
    let card = element("div")
        .class("card")
        .child(element("h2").text("Your access"))
        .child(time_left(session))
        .child(element("h2").text("What you agreed to"))
        .child(permissions(signed_in.granted()));
    element("section").class("home").attribute("data-testid", "session").child(hero).child(card)
}

fn fact(name: &str, value: &str) -> Element {
    element("div").child(element("dt").text(name)).child(element("dd").text(value))
}
