//! What the page shows when the app has a bug: fixed words, no data.

/// Replaces the page's content. The message of a panic can carry anything, so it goes nowhere.
pub fn show() {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let Some(app) = document.get_element_by_id("app") else { return };
    app.set_text_content(None);
    let add = |parent: &web_sys::Element, tag: &str, text: &str| {
        let element = document.create_element(tag).ok()?;
        element.set_text_content(Some(text));
        parent.append_child(&element).ok()?;
        Some(element)
    };
    let Some(main) = add(&app, "main", "") else { return };
    let Some(section) = add(&main, "section", "") else { return };
    for (name, value) in [("class", "notice bad"), ("role", "alert"), ("data-testid", "error"), ("data-code", "panic")]
    {
        let _ = section.set_attribute(name, value);
    }
    let _ = add(&section, "h1", "Something in this app broke");
    let text = "It stopped, so that nothing wrong can happen. What you had open here is gone; you may still be signed in \
                at the sign-in service. Load the page again to go on.";
    if let Some(lead) = add(&section, "p", text) {
        lead.set_class_name("lead");
    }
    if let Some(code) = add(&section, "p", "Code: panic") {
        code.set_class_name("code");
    }
}
