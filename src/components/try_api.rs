//! Forms that call the APIs of the configuration: a path, a button, and the result.

use std::rc::Rc;

use leptos::task::spawn_local;

use visma_connect::{ApiConfig, ApiError, ApiResponse, Prompt, RenewIn, Session, SignInOptions};

use super::renewal::small_button;
use crate::dom::element::{Element, element};
use crate::dom::live::live;
use crate::messages::text;

/// How many characters of a response are shown.
const MAX_SHOWN: usize = 4_000;

/// A form for each API that has the key `try` in config.json.
pub fn try_apis(session: Session) -> impl Iterator<Item = Element> {
    session.config().apis().iter().filter_map(move |api| try_api(session, api, api.try_path()?))
}

fn try_api(session: Session, api: &'static ApiConfig, path: &str) -> Option<Element> {
    let name = api.name();
    let key: Rc<str> = ["path of ", name].concat().into();
    let typed = session.kept(&key).unwrap_or_else(|| path.to_owned());
    let field = element("input")
        .attribute("type", "text")
        .attribute("data-testid", "api-path")
        .attribute("autocomplete", "off")
        .attribute("spellcheck", "false")
        .attribute("value", &typed)
        .on_input(move |value| {
            session.keep(&key, &value);
        });
    let result = element("div").class("result").attribute("role", "status").attribute("data-testid", "api-result");
    let call = element("button").class("button").attribute("type", "button").attribute("data-testid", "call-api");
    let call = call.text(text::API_CALL_BUTTON.text()).on_click({
        let (field, result) = (field.clone(), result.clone());
        move || {
            let (path, result) = (field.value(), result.clone());
            result
                .clone()
                .emptied()
                .attribute("data-code", "")
                .attribute("aria-busy", "true")
                .text(text::API_CALLING.text());
            spawn_local(async move {
                let response = session.api(name).get(&path).await;
                show(session, api, result.emptied().attribute("aria-busy", "false"), response);
            });
        }
    });
    let label = element("label").child(element("span").text(text::API_PATH_LABEL.text())).child(field);
    let base = element("p").class("soft small").text(api.base_url().as_str());
    Some(
        element("section")
            .class("card api")
            .child(element("h2").text(name))
            .child(base)
            .child(element("div").class("actions").child(label).child(call))
            .child(refusal_note(session, name))
            .child(result),
    )
}

/// A note that is shown while the API refuses the token. The user can renew the token, switch the company, or stop
/// waiting.
fn refusal_note(session: Session, name: &'static str) -> Element {
    live(element("div"), move |place| {
        let place = place.emptied();
        if session.api(name).is_refused() {
            let note = element("div")
                .class("note warn")
                .attribute("role", "alert")
                .attribute("data-testid", "api-refused")
                .child(element("strong").text(text::API_REFUSED_TITLE.text()))
                .child(element("p").text(&ApiError::TokenRefused.advice()));
            let renew = small_button("api-renew", text::API_RENEW_BUTTON.text()).on_click(move || session.renew());
            let switch = session.can_select_account().then(|| {
                small_button("api-switch", text::SWITCH_COMPANY_BUTTON.text()).on_click(move || switch_company(session))
            });
            let not_now = small_button("api-leave", text::API_NOT_NOW_BUTTON.text())
                .on_click(move || session.api(name).stop_waiting());
            place.child(note.child(element("div").class("actions").child(renew).children(switch).child(not_now)));
        }
    })
}

fn show(session: Session, api: &ApiConfig, place: Element, response: Result<ApiResponse, ApiError>) {
    let response = match response {
        Ok(response) => response,
        Err(error) => {
            let place = place.attribute("data-code", error.code()).child(element("strong").text(error.happened()));
            let place = place.child(element("p").text(&error.advice()));
            if let Some(options) = error.renewal_options(api) {
                let (testid, text) = match error {
                    ApiError::ScopeMissing { .. } => ("ask-permission", text::API_ASK_PERMISSION_BUTTON),
                    _ => ("step-up", text::API_STEP_UP_BUTTON),
                };
                let renew = move || session.renew_with(RenewIn::Window, options.clone());
                place.child(small_button(testid, text.text()).on_click(renew));
            }
            return;
        }
    };
    let status = i64::from(response.status()).to_string();
    let text = response.text().unwrap_or(text::API_NOT_TEXT.text());
    let shown: String = text.chars().take(MAX_SHOWN).collect();
    let ellipsis = if shown.len() < text.len() { "\n…" } else { "" };
    place
        .attribute("data-code", &status)
        .child(element("p").class("soft small").text(&text::api_status(&status)))
        .child(element("pre").attribute("tabindex", "0").text(&shown).text(ellipsis));
}

/// Starts a renewal in a small window. There the user chooses another account or company at the provider.
pub fn switch_company(session: Session) {
    let options = SignInOptions { prompt: Some(Prompt::SelectAccount), ..SignInOptions::default() };
    session.renew_with(RenewIn::Window, options);
}
