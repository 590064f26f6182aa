//! ID tokens when the browser's clock is wrong. All other faults of ID tokens are in conformance.rs.

use e2e::World;

#[tokio::test]
async fn e21_a_clock_that_is_hours_off_and_an_attack_have_different_errors() {
    for (hours, code) in [(3, "id_token_expired"), (-3, "id_token_from_the_future")] {
        let world = World::new().await;
        world.app.browser.set_clock_of_next_pages(hours * 3_600).await;
        world.sign_in_and_return().await;
        let error = world.app.error_is(code).await;
        assert!(error.text.contains("clock"), "{}", error.text);
        assert!(world.provider.userinfo_requests().await.is_empty());
    }
}
