//! All functions work with the keyboard, and the focus moves when the page changes.

use e2e::World;
use e2e::browser::Key;

#[tokio::test]
async fn tab_and_enter_sign_in_and_out() {
    let world = World::new().await;
    world.app.open().await;
    world.app.browser.press_key(Key::Tab).await;
    world.app.focus_is_on("[data-testid=sign-in]").await;
    world.app.browser.press_key(Key::Enter).await;
    world.consent_as_kari().await;
    world.app.session().await.name().await;
    // The page of the session has replaced the page “Signing you in”. The focus is on the heading of the new page.
    world.app.focus_is_on("h1").await;
    world.app.browser.press_key(Key::Tab).await;
    world.app.focus_is_on("[data-testid=sign-out]").await;
    world.app.browser.press_key(Key::Enter).await;
    world.app.heading_is("You are signed out").await;
    world.app.browser.press_key(Key::Tab).await;
    world.app.focus_is_on("[data-testid=sign-in]").await;
}

#[tokio::test]
async fn the_focus_goes_to_the_heading_of_an_error() {
    let mut world = World::new().await;
    world.provider.kill();
    world.app.open().await;
    world.app.browser.press_key(Key::Tab).await;
    world.app.focus_is_on("[data-testid=sign-in]").await;
    world.app.browser.press_key(Key::Space).await;
    world.app.heading_is("The local provider does not respond").await;
    world.app.focus_is_on("h1").await;
    world.app.browser.press_key(Key::Tab).await;
    world.app.focus_is_on("[data-testid=sign-in]").await;
}
