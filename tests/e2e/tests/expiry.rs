//! The session ends when its access token expires.

use e2e::secrets::Secrets;
use e2e::wait::eventually;
use e2e::{Setup, World};

/// Records each time at which the session appears on the page or disappears.
const WATCH: &str = "
    window.sightings = [];
    new MutationObserver(() => {
        const isThere = !!document.querySelector('[data-testid=session]');
        if (isThere != (sightings.at(-1)?.[0] ?? false)) sightings.push([isThere, performance.timeOrigin + performance.now()]);
    }).observe(document, { subtree: true, childList: true, attributes: true });";

#[tokio::test]
async fn f08_after_five_seconds_a_five_second_token_signs_no_user_in() {
    let world = World::with(Setup { token_life: Some(5), ..Setup::default() }).await;
    world.app.browser.before_each_page(WATCH).await;
    let session = world.sign_in_as_kari().await;
    session.name().await;
    let secrets = Secrets::of(&world.provider).await;
    world.app.heading_is("Your session has ended").await;
    assert!(!world.app.shows_a_session().await);
    assert_eq!(world.app.sign_in_buttons().await, 1);

    let issued = &world.provider.token_requests().await[0].at;
    let sightings: Vec<(bool, f64)> = world
        .app
        .browser
        .eval(&format!("return sightings.map(([isThere, at]) => [isThere, at - Date.parse('{issued}')])"))
        .await;
    let [(true, appeared), (false, vanished)] = sightings.as_slice() else { panic!("{sightings:?}") };
    assert!(*appeared > 0.0 && *appeared < 4_000.0, "appeared after {appeared} ms");
    assert!(*vanished <= 5_000.0, "the session disappeared {vanished} ms after the token request");
    assert!(*vanished > 3_000.0, "disappeared too early, after {vanished} ms");

    secrets.are_nowhere("expired", &world).await;
    world.app.press_sign_in().await;
    world.app.session().await;
}

#[tokio::test]
async fn g08_f08_a_page_that_wakes_up_too_late_ends_the_session_at_once() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    // A laptop that wakes after two hours: the time has changed, and then the page gets the focus.
    let shown: bool = world
        .app
        .browser
        .eval_async(
            "const { Date } = window, now = Date.now; Date.now = () => now() + 7_200_000;
            dispatchEvent(new Event('focus'));
            await Promise.resolve();
            await new Promise((resolve) => requestAnimationFrame(resolve));
            return !!document.querySelector('[data-testid=session]')",
        )
        .await;
    assert!(!shown);
    world.app.heading_is("Your session has ended").await;
}

/// Screen readers announce changes in a live region only if the region existed before.
#[tokio::test]
async fn screen_readers_announce_the_warning_and_the_end() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world
        .app
        .browser
        .eval::<()>(
            "window.region = document.querySelector('#app > [role=status]');
            window.announced = [];
            new MutationObserver(() => announced.push(region.textContent))
                .observe(region, { subtree: true, childList: true });
            const { Date } = window, now = Date.now;
            window.later = 0;
            Date.now = () => now() + window.later;",
        )
        .await;
    let mut expected = Vec::new();
    for (seconds_left, words) in [
        (250, "Less than five minutes of your session are left."),
        (100, "Your session ends soon. Choose Stay signed in to continue."),
        (40, "Less than a minute of your session is left. Choose Stay signed in to continue."),
        (0, "Your session has ended."),
    ] {
        let left = world.app.session().await.expires_in().await;
        let script = format!("window.later += ({left} - {seconds_left}) * 1_000; dispatchEvent(new Event('focus'))");
        world.app.browser.eval::<()>(&script).await;
        expected.push(words.to_owned());
        eventually(&format!("the announcement “{words}”"), async || {
            let script =
                "return [region.isConnected, region.role, region.textContent, announced.filter((text) => text)]";
            let seen: (bool, String, String, Vec<String>) = world.app.browser.try_eval(script, Vec::new()).await?;
            let (is_there, role, text, announced) = &seen;
            if *is_there && role == "status" && text == words && *announced == expected {
                Ok(())
            } else {
                Err(format!("{seen:?}"))
            }
        })
        .await;
        if words.contains("Choose Stay signed in") {
            assert_eq!(world.app.part("renew").await.text, "Stay signed in");
        }
    }
    world.app.heading_is("Your session has ended").await;
}
