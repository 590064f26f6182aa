//! The app, served below a sub-path.

use e2e::{Setup, World};

#[tokio::test]
async fn the_app_works_under_a_sub_path() {
    let world = World::with(Setup { under_app: true, ..Setup::default() }).await;
    assert!(world.app.base.ends_with("/app/"));
    let session = world.sign_in_as_kari().await;
    assert_eq!(session.name().await, "Kari Nordmann");
    assert_eq!(world.app.address().await, "");
    let request = &world.provider.authorize_requests().await[0];
    assert_eq!(request.parameter("redirect_uri"), format!("{}callback", world.app.base));

    session.sign_out().await;
    world.app.heading_is("You are signed out").await;
    assert_eq!(world.app.address().await, "signed-out");
    world.app.open_at("orders/7").await;
    world.app.heading_is("Nothing is here").await;
    assert_eq!(world.site.hits_ending("/app/orders/7")[0].status, 404);
    assert_eq!(world.site.hits_ending("/app/callback")[0].status, 200);
    let home: String = world.app.browser.eval("return document.querySelector('main a[href]').href").await;
    assert_eq!(home, world.app.base);

    world.app.open_at("callback?code=abc&state=def").await;
    world.app.error_is("state_unknown").await;
    assert_eq!(world.app.address().await, "callback");
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    world.app.session().await.name().await;
    assert!(world.site.hits().iter().all(|hit| hit.path.starts_with("/app/")), "{:#?}", world.site.hits());
}
