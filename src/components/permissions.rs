//! Scopes in plain words.

use crate::dom::element::{Element, element};

/// One row for each scope: what it gives away, for the user who is asked.
pub fn permissions(scopes: &[String]) -> Element {
    element("ul").class("asks").children(scopes.iter().map(|scope| {
        let (what, more) = words(scope);
        element("li").child(element("strong").text(what)).child(element("span").text(more.unwrap_or(scope)))
    }))
}

/// What a scope gives away, and the small print; a scope without small print is shown by its name.
fn words(scope: &str) -> (&'static str, Option<&'static str>) {
    match scope {
        "openid" => ("Who you are", Some("Which account is yours")),
        "profile" => ("Your name", Some("And your language")),
        "email" => ("Your e-mail address", Some("And whether it is confirmed")),
        "tenants" => ("Your company", Some("The one you sign in for")),
        "address" => ("Your address", Some("Or your country alone")),
        "phone" => ("Your phone number", Some("And whether it is confirmed")),
        "roles" => ("Your roles", Some("What you may do at Visma")),
        _ => match scope.bytes().rposition(|b| b == b':').and_then(|at| scope.get(at + 1..)) {
            Some("read") => ("Read your data", None),
            Some("create") => ("Create data for you", None),
            Some("update") => ("Change your data", None),
            Some("delete") => ("Delete your data", None),
            _ => ("Further access", None),
        },
    }
}
