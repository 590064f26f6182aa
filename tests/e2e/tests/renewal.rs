//! Renewal without a refresh token: in a window, in this tab, and as another user or company.

use std::time::Duration;

use e2e::wait::eventually;
use e2e::{Setup, World};
use serde_json::json;

const PATH: &str = "[data-testid=api-path]";

/// A script for the page. It prevents the page from opening windows.
const NO_WINDOWS: &str = "window.open = () => null;";

/// Waits until the session has more than this number of seconds left. Returns the remaining seconds.
async fn has_more_than(world: &World, seconds: u32) -> u32 {
    eventually("a renewed session", async || {
        let left = world.app.session().await.expires_in().await;
        if left > seconds { Ok(left) } else { Err(format!("{left} s left")) }
    })
    .await
}

/// The lifetime of a token in these tests, in seconds.
const LIFE: u32 = 9;

/// Renews the session each time the page warns that it ends soon. Continues for at least three lifetimes and four
/// renewals. Before each renewal, types another text into the form. The text must still be there afterwards.
async fn stays_for_several_lifetimes(world: &World, renew: impl AsyncFn()) {
    let begin = tokio::time::Instant::now();
    let mut renewals = 0;
    while renewals < 4 || begin.elapsed() < Duration::from_secs(3 * u64::from(LIFE)) {
        let text = format!("half a sentence, {renewals}");
        world.app.browser.type_into(PATH, &text).await;
        world.app.shows_text("Your session ends soon").await;
        assert!(
            world.app.session().await.expires_in().await <= LIFE.div_ceil(2),
            "the warning appears in the second half of the lifetime"
        );
        renew().await;
        renewals += 1;
        eventually("another token", async || match world.provider.token_requests().await.len() {
            count if count == renewals + 1 => Ok(()),
            count => Err(format!("{count} token requests; {}", world.app.browser.seen().await)),
        })
        .await;
        // Without a warning, the button has the class `quiet`.
        world.app.wait_for("the end of the warning", "[data-testid=session] [data-testid=renew].quiet").await;
        has_more_than(world, LIFE / 2).await;
        assert_eq!(world.app.value_of(PATH).await, text, "after {renewals} renewals");
        assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    }
    let asked = world.provider.authorize_requests().await;
    assert_eq!(asked.len(), renewals + 1);
    for asked in &asked[1..] {
        assert!(!asked.query.contains_key("prompt"), "a renewal with a click may ask the user: {asked:?}");
        assert_eq!(asked.parameter("login_hint"), "kari.nordmann@example.com");
    }
}

#[tokio::test]
async fn a_session_goes_on_in_a_window_for_several_lifetimes_with_a_half_filled_form() {
    let world = World::with(Setup { token_life: Some(LIFE), ..Setup::default() }).await;
    world.sign_in_as_kari().await.name().await;
    world.app.browser.mark_the_page().await;
    stays_for_several_lifetimes(&world, async || world.app.press("renew").await).await;
    world.app.browser.is_the_marked_page().await;
    assert_eq!(world.provider.userinfo_requests().await.len(), 1, "the name is fetched once");
}

#[tokio::test]
async fn a_session_goes_on_by_redirect_for_several_lifetimes_with_a_half_filled_form() {
    let world = World::with(Setup { token_life: Some(LIFE), ..Setup::default() }).await;
    world.app.browser.before_each_page(NO_WINDOWS).await;
    world.sign_in_as_kari().await.name().await;
    stays_for_several_lifetimes(&world, async || {
        world.app.browser.mark_the_page().await;
        world.app.press("renew").await;
        world.app.press("renew-here").await;
        world.app.browser.is_not_the_marked_page().await;
    })
    .await;
}

#[tokio::test]
async fn a_session_that_has_ended_comes_back_in_a_window_with_what_was_typed() {
    let world = World::with(Setup { token_life: Some(5), ..Setup::default() }).await;
    world.sign_in_as_kari().await.name().await;
    world.app.browser.type_into(PATH, "half a sentence").await;
    world.app.heading_is("Your session has ended").await;
    assert!(!world.app.shows_a_session().await);
    assert_eq!(world.app.value_of(PATH).await, "half a sentence", "the text stays on the page");
    world.app.focus_is_on(PATH).await;
    world.app.press("renew").await;
    world.app.session().await;
    assert_eq!(world.app.value_of(PATH).await, "half a sentence");
}

#[tokio::test]
async fn a_window_that_does_not_open_is_reported_and_this_tab_restores_everything() {
    let world = World::new().await;
    world.app.browser.before_each_page(NO_WINDOWS).await;
    world.sign_in_as_kari().await.name().await;
    world.app.browser.type_into(PATH, "half a sentence").await;
    world.app.press("renew").await;
    let shown = world.app.part("renewal-error").await;
    assert_eq!(shown.code, "window_blocked");
    assert!(world.app.shows_a_session().await);
    world.app.browser.mark_the_page().await;
    world.app.press("renew-here").await;
    world.app.browser.is_not_the_marked_page().await;
    world.app.session().await.name().await;
    assert_eq!(world.app.value_of(PATH).await, "half a sentence");
    assert!(
        world.app.stored().await.iter().all(|key| !key.contains("kept")),
        "the stored state of the page is removed after its use"
    );
    assert_eq!(world.app.count("[data-testid=arrival]").await.unwrap(), 0, "the user is the same as before");
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: sets the size of the page")]
async fn a_small_page_comes_back_where_it_was_with_what_was_typed() {
    let world = World::new().await;
    world.app.browser.before_each_page(NO_WINDOWS).await;
    world.sign_in_as_kari().await.name().await;
    world.app.resize(390, 500).await;
    world.app.browser.type_into(PATH, "half a sentence").await;
    world.app.press("renew").await;
    world.app.part("renewal-error").await;
    world.app.browser.mark_the_page().await;
    let height: f64 = world.app.browser.eval("return document.documentElement.scrollHeight").await;
    assert!(height > 1_000.0, "a page of {height} pixels is too short for this test");
    // Scrolls and clicks with a script, because the driver would scroll to the element that it clicks.
    world.app.browser.eval::<()>("scrollTo(0, 333); document.querySelector('[data-testid=renew-here]').click()").await;
    world.app.browser.is_not_the_marked_page().await;
    world.app.session().await.name().await;
    eventually("the previous scroll position", async || {
        match world.app.browser.try_eval::<f64>("return scrollY", Vec::new()).await? {
            333.0 => Ok(()),
            y => Err(format!("the position is {y}")),
        }
    })
    .await;
    assert_eq!(world.app.value_of(PATH).await, "half a sentence");
}

#[tokio::test]
async fn a_window_that_cannot_close_itself_says_that_the_user_can() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.provider.end_sessions().await;
    world.app.press("renew").await;
    let page = world.app.browser.switch_to_the_opened_window().await;
    world.sign_in_page().is_open().await;
    world.app.browser.before_each_page("window.close = () => {}").await;
    world.consent_as_kari().await;
    let shown = world.app.part("handed-over").await;
    assert!(shown.text.contains("You can close this window"), "{}", shown.text);
    assert!(!world.app.shows_a_session().await);
    assert_eq!(world.app.sign_in_buttons().await, 0);
    // A browser copies the sessionStorage of the opener into the new window.
    assert_eq!(world.app.stored().await, ["visma-connect-spa:owner"], "the fingerprint of the last user");

    world.app.browser.close_and_switch_to(page).await;
    world.app.part("renew").await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    assert_eq!(world.provider.token_requests().await.len(), 2);
}

#[tokio::test]
async fn when_the_provider_asks_again_the_page_waits_and_the_user_can_cancel() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.provider.end_sessions().await;
    world.app.press("renew").await;
    world.app.shows_text("Finish in the other window").await;
    let page = world.app.browser.switch_to_the_opened_window().await;
    world.sign_in_page().is_open().await;
    assert!(world.app.browser.eval::<bool>("return window.opener === null").await);

    // The test closes the window, as a user can do. The page cannot detect that, so it continues to wait.
    world.app.browser.close_and_switch_to(page.clone()).await;
    world.app.shows_text("Finish in the other window").await;
    assert!(world.app.shows_a_session().await);
    world.app.press("renew-cancel").await;
    world.app.part("renew").await;

    world.app.press("renew").await;
    world.app.browser.switch_to_the_opened_window().await;
    world.consent_as_kari().await;
    world.app.browser.is_alone_with(page).await;
    world.app.part("renew").await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    assert_eq!(world.provider.token_requests().await.len(), 2);
}

#[tokio::test]
async fn the_response_in_a_window_is_checked_and_a_refusal_ends_nothing() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    assert_eq!(world.decline_a_renewal().await.code, "access_denied");
    assert!(world.app.shows_a_session().await);

    world.provider.set_faults(json!({ "id_token": { "claims": { "nonce": "another" } } })).await;
    world.app.press("renew-again").await;
    let page = world.app.browser.switch_to_the_opened_window().await;
    world.consent_as_kari().await;
    world.app.browser.is_alone_with(page).await;
    assert_eq!(world.app.part("renewal-error").await.code, "id_token_nonce_mismatch");
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
}

#[tokio::test]
async fn g09_after_a_renewal_as_another_user_no_old_data_is_shown() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.app.browser.type_into(PATH, "Kari was here").await;
    world.provider.end_sessions().await;
    world.app.press("renew").await;
    let page = world.app.browser.switch_to_the_opened_window().await;
    let provider = world.sign_in_page();
    provider.choose_ola().await;
    provider.choose_first_company().await;
    provider.allow().await;
    world.app.browser.is_alone_with(page).await;
    assert!(world.app.part("arrival").await.text.contains("Another user"));
    assert_eq!(world.app.session().await.name().await, "Ola Hansen");
    assert_eq!(world.app.value_of(PATH).await, "organization");
    assert!(!world.app.text().await.unwrap().contains("Kari"));
}

#[tokio::test]
async fn g09_after_a_redirect_as_another_user_no_old_data_is_shown() {
    let world = World::new().await;
    world.app.browser.before_each_page(NO_WINDOWS).await;
    // The path of the page contains data about Kari.
    world.app.open_at("orders/of/kari").await;
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    world.app.session().await.name().await;
    assert_eq!(world.app.address().await, "orders/of/kari");
    world.app.browser.type_into(PATH, "Kari was here").await;
    world.provider.end_sessions().await;
    world.app.press("renew").await;
    world.app.press("renew-here").await;
    world.consent_as_ola().await;
    assert_eq!(world.app.session().await.name().await, "Ola Hansen");
    assert!(world.app.part("arrival").await.text.contains("Another user"));
    assert_eq!(world.app.value_of(PATH).await, "organization");
    assert_eq!(world.app.address().await, "");
    let everything: String = world
        .app
        .browser
        .eval(
            "return [document.documentElement.outerHTML, JSON.stringify({ ...sessionStorage, ...localStorage \
                })].join(' ')",
        )
        .await;
    assert!(!everything.to_lowercase().contains("kari"), "{everything}");
}

#[tokio::test]
async fn a_change_of_company_is_confirmed_only_by_the_token() {
    let world = World::new().await;
    let before = world.sign_in_as_ola().await.text().await;
    assert!(before.contains("5c2d9e1a-8b7c-4f3d-b1e6-2a9c4d7e5f22"), "{before}");
    world.app.press("call-api").await;
    assert!(world.app.api_result_is("200").await.text.contains("Nordlys Kaffe AS"));

    world.app.press("switch-company").await;
    world.choose_second_company_in_the_window().await;
    assert!(world.app.part("arrival").await.text.contains("another company"));
    let after = world.app.session().await.text().await;
    assert!(after.contains("a91e7c44-3d2b-4c8e-8f05-6b1d2e3f4a33"), "{after}");
    let asked = world.provider.authorize_requests().await;
    assert_eq!(asked[1].parameter("prompt"), "select_account");
    // The page has removed the result of the API call for the previous company. A new call returns the new company.
    let page: String = world.app.browser.eval("return document.documentElement.outerHTML").await;
    assert!(!page.contains("Nordlys"), "{page}");
    world.app.press("call-api").await;
    assert!(world.app.api_result_is("200").await.text.contains("Havn Eiendom AS"));
}

#[tokio::test]
async fn an_unstated_change_of_company_is_not_confirmed() {
    let scopes = json!({ "scopes": ["openid", "profile", "email"] });
    let world = World::with(Setup { config: scopes, ..Setup::default() }).await;
    world.app.open().await;
    world.app.press_sign_in().await;
    let provider = world.sign_in_page();
    provider.choose_ola().await;
    provider.allow().await;
    let session = world.app.session().await;
    assert_eq!(session.name().await, "Ola Hansen");
    assert!(session.text().await.contains("Company not stated"), "{}", session.text().await);
    assert_eq!(world.app.count("[data-testid=arrival]").await, Ok(0));
    world.app.browser.type_into(PATH, "of one company").await;

    world.app.press("switch-company").await;
    let page = world.app.browser.switch_to_the_opened_window().await;
    provider.choose_ola().await;
    world.app.browser.is_alone_with(page).await;
    let arrival = world.app.part("arrival").await.text;
    assert!(arrival.contains("not confirmed"), "{arrival}");
    assert!(world.app.session().await.text().await.contains("Company not stated"));
    assert_eq!(
        world.app.value_of(PATH).await,
        "organization",
        "the text is removed, because it may belong to another company"
    );
}

#[tokio::test]
async fn g09_a_tab_shows_that_another_user_has_signed_in_in_another_tab() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    let first = world.app.browser.open_tab().await;
    world.provider.end_sessions().await;
    world.app.open().await;
    world.app.press_sign_in().await;
    let provider = world.sign_in_page();
    provider.choose_ola().await;
    provider.choose_first_company().await;
    provider.allow().await;
    assert_eq!(world.app.session().await.name().await, "Ola Hansen");
    world.app.browser.switch_to(first).await;
    world.app.part("other-person").await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
}
