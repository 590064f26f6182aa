//! The part of the app that is loaded later. If this part does not load, the page shows an error and loses no data.
//! The button "Try again" loads the part and continues.

use e2e::World;
use e2e::wait::eventually;

/// The file name of the part.
fn part(world: &World) -> String {
    let mut files = world.site.files().into_iter().filter(|file| file.starts_with("part-"));
    let part = files.next().unwrap();
    assert_eq!(files.next(), None);
    part
}

/// Waits until the host has received at least this number of requests for the part.
async fn asked(world: &World, times: usize) {
    let hits = || world.site.hits().into_iter().filter(|hit| hit.path.contains("/part-")).count();
    eventually("requests for the part", async || if hits() >= times { Ok(()) } else { Err(hits().to_string()) }).await;
}

/// Presses "Try again" until this element appears. One press may not be enough: a request from before the file was
/// restored may still fail. The page also sends requests automatically.
async fn try_again_until(world: &World, css: &str) {
    let press = "document.querySelector('[data-testid=load-again]')?.click(); return document.title";
    eventually(css, async || {
        if world.app.count(css).await? > 0 {
            return Ok(());
        }
        Err(world.app.browser.eval::<String>(press).await)
    })
    .await;
}

/// Signs in until the callback page opens. The part that this page needs cannot be loaded, so the code must not be
/// redeemed.
async fn callback_without_part(world: &World) {
    world.app.open().await;
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    world.app.error_is("part_missing").await;
    assert_eq!(world.app.address().await, "callback");
    assert_eq!(world.app.waiting().await.len(), 1, "the record of the sign-in is kept");
    assert!(world.provider.token_requests().await.is_empty());
}

/// Presses "Try again". The user must be signed in, with exactly one token request.
async fn signs_in_after_all(world: &World) {
    world.app.press("load-again").await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    assert_eq!(world.provider.token_requests().await.len(), 1);
    assert_eq!(world.app.count("[data-testid=error]").await.unwrap(), 0);
}

#[tokio::test]
async fn a_callback_whose_part_is_missing_redeems_nothing_and_is_finished_after_try_again() {
    let world = World::new().await;
    let part = part(&world);
    let bytes = world.site.take(&part);
    callback_without_part(&world).await;
    // A press while the part is still missing changes nothing.
    let before = world.site.hits_ending(&part).len();
    world.app.press("load-again").await;
    asked(&world, before + 1).await;
    world.app.error_is("part_missing").await;
    assert!(world.provider.token_requests().await.is_empty());
    world.site.put(&part, &bytes);
    signs_in_after_all(&world).await;
}

#[tokio::test]
async fn a_damaged_part_is_not_used_and_try_again_asks_past_the_cache() {
    let world = World::new().await;
    let part = part(&world);
    world.site.damage(&part);
    callback_without_part(&world).await;
    // Flips the same bit back.
    world.site.damage(&part);
    signs_in_after_all(&world).await;
}

#[tokio::test]
async fn a_callback_without_a_connection_is_finished_when_there_is_one_again() {
    let world = World::new().await;
    world
        .app
        .browser
        .before_each_page(
            "const fetched = window.fetch;
            window.fetch = (what, ...more) =>
                !window.isOnline && String(what).includes('/part-')
                    ? Promise.reject(new TypeError('Failed to fetch')) : fetched(what, ...more);",
        )
        .await;
    callback_without_part(&world).await;
    let () = world.app.browser.eval("window.isOnline = true").await;
    signs_in_after_all(&world).await;
}

#[tokio::test]
async fn home_without_the_part_starts_a_sign_in() {
    let world = World::new().await;
    world.site.remove(&part(&world));
    world.app.open().await;
    asked(&world, 1).await;
    world.app.is_at_home().await;
    assert_eq!(world.app.count("[data-testid=error]").await.unwrap(), 0);
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    world.app.error_is("part_missing").await;
}

#[tokio::test]
async fn every_page_but_home_says_that_the_part_is_missing_and_goes_on_with_try_again() {
    for (path, afterwards) in [
        ("orders", "[data-testid=sign-in]"),
        ("sign-out", "[data-testid=sign-out]"),
        ("signed-out", "[data-testid=sign-in]"),
        ("callback?error=access_denied&state=x", "[data-testid=error-details]"),
    ] {
        let world = World::new().await;
        let part = part(&world);
        let bytes = world.site.take(&part);
        world.app.visit(path).await;
        world.app.error_is("part_missing").await;
        world.site.put(&part, &bytes);
        try_again_until(&world, afterwards).await;
        assert_eq!(world.app.count("[data-code=part_missing]").await.unwrap(), 0, "{path}");
    }
}

#[tokio::test]
async fn home_fetches_the_part_while_nothing_else_is_to_be_done() {
    let world = World::new().await;
    world.app.open().await;
    asked(&world, 1).await;
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
}
