//! A list of scopes, described in plain explanation.

use crate::dom::element::{Element, element};
use crate::messages::text::{self, Message};

/// One row for each scope: what the app may see or do with it.
pub fn permissions(scopes: &[String]) -> Element {
    element("ul").class("asks").children(scopes.iter().map(|scope| {
        let (title, detail) = description(scope);
        element("li")
            .child(element("strong").text(title.text()))
            .child(element("span").text(detail.map_or(scope.as_str(), |detail| detail.text())))
    }))
}

/// The description of a scope, and a detail. If there is no detail, the list shows the name of the scope.
fn description(scope: &str) -> (Message, Option<Message>) {
    match scope {
        "openid" => (text::PERMISSION_OPENID, Some(text::PERMISSION_OPENID_DETAIL)),
        "profile" => (text::PERMISSION_PROFILE, Some(text::PERMISSION_PROFILE_DETAIL)),
        "email" => (text::PERMISSION_EMAIL, Some(text::PERMISSION_EMAIL_DETAIL)),
        "tenants" => (text::PERMISSION_TENANTS, Some(text::PERMISSION_TENANTS_DETAIL)),
        "address" => (text::PERMISSION_ADDRESS, Some(text::PERMISSION_ADDRESS_DETAIL)),
        "phone" => (text::PERMISSION_PHONE, Some(text::PERMISSION_PHONE_DETAIL)),
        "roles" => (text::PERMISSION_ROLES, Some(text::PERMISSION_ROLES_DETAIL)),
        _ => match scope.bytes().rposition(|b| b == b':').and_then(|at| scope.get(at + 1..)) {
            Some("read") => (text::PERMISSION_READ, None),
            Some("create") => (text::PERMISSION_CREATE, None),
            Some("update") => (text::PERMISSION_UPDATE, None),
            Some("delete") => (text::PERMISSION_DELETE, None),
            _ => (text::PERMISSION_OTHER, None),
        },
    }
}
