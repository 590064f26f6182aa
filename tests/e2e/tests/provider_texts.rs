//! Texts of the page that depend on what the provider sends: in any writing system, and on a small screen.

use e2e::{Setup, World};
use serde_json::json;

fn no(error: &str, description: &str) -> serde_json::Value {
    let set = json!({ "error": error, "error_description": description });
    json!({ "callback": { "remove": ["code", "iss"], "set": set } })
}

#[tokio::test]
async fn the_providers_words_keep_the_letters_of_every_script() {
    let world = World::new().await;
    let words = "Pålogging avbrutt - prøv igjen · Вход отменён · ログイン";
    world.provider.set_faults(no("access_denied", words)).await;
    world.sign_in_and_return().await;
    let error = world.app.error_is("access_denied").await;
    assert!(error.text.contains(words), "{}", error.text);
}

#[tokio::test]
async fn a_sign_in_that_is_too_weak_has_its_own_text() {
    let world = World::new().await;
    world.provider.set_faults(no("unmet_authentication_requirements", "acr")).await;
    world.sign_in_and_return().await;
    let error = world.app.error_is("unmet_authentication_requirements").await;
    assert!(error.text.contains("You need a stronger sign-in"), "{}", error.text);
    assert!(!error.text.contains("redirect URI"), "{}", error.text);
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: sets the size of the page")]
async fn a_long_description_without_spaces_does_not_make_a_phones_page_wider() {
    let world = World::new().await;
    world.app.resize(360, 740).await;
    world.provider.set_faults(no("access_denied", &"x".repeat(300))).await;
    world.sign_in_and_return().await;
    world.app.error_is("access_denied").await;
    let width: f64 = world.app.browser.eval("return document.documentElement.scrollWidth").await;
    assert!(width <= 360.0, "{width}");
}

#[tokio::test]
async fn a_declined_renewal_does_not_say_that_the_user_is_not_signed_in() {
    let world = World::new().await;
    world.sign_in_as_kari().await;
    let shown = world.decline_a_renewal().await;
    assert!(shown.text.contains("The renewal was declined"), "{}", shown.text);
    let text = world.app.text().await.unwrap();
    assert!(text.contains("You are signed in") && !text.contains("not signed in"), "{text}");
}

#[tokio::test]
async fn a_provider_without_a_choice_of_account_offers_no_other_company() {
    for (prompts, is_offered) in [(json!(["none", "login"]), 0), (json!(["select_account"]), 1), (json!(null), 1)] {
        let world = World::with(Setup::default()).await;
        world.provider.set_faults(json!({ "metadata": { "merge": { "prompt_values_supported": prompts } } })).await;
        world.sign_in_as_kari().await.name().await;
        assert_eq!(world.app.count("[data-testid=switch-company]").await.unwrap(), is_offered, "{prompts}");
    }
}
