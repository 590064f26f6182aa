//! The front-channel logout page. The authority opens it in a frame when one of its sessions has ended.
//!
//! In Chromium and Firefox, a frame shares storage and channels with the tabs of the app if the page around the frame
//! is on the same site. In WebKit, that page must have the same origin. So in WebKit, a frame on a page of the
//! authority reaches no tab.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use e2e::wait::eventually;
use e2e::{OtherSite, Setup, World};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

/// The heading of a tab whose session has ended.
const OVER: &str = "You are signed out here";

/// The provider's session: the `sid` of the last ID token.
async fn session_id(world: &World) -> String {
    let issued = world.provider.issued().await;
    let id_token = &issued.iter().rfind(|issued| issued.kind == "id_token").unwrap().value;
    let claims = URL_SAFE_NO_PAD.decode(id_token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    claims["sid"].as_str().unwrap().to_owned()
}

/// The path of the front-channel logout page with this query.
fn front_channel(parameters: &[(&str, &str)]) -> String {
    format!("frontchannel-logout?{}", Serializer::new(String::new()).extend_pairs(parameters).finish())
}

/// Opens a page of `host` at the URL `at`. The page has a frame with a page of the app.
async fn open_around(world: &World, host: &OtherSite, at: &str, path: &str) {
    let url = format!("{}{path}", world.app.base).replace('&', "&amp;");
    host.shows(&format!("<!doctype html><iframe src=\"{url}\"></iframe>"));
    world.app.browser.open(at).await;
}

/// Opens the front-channel logout page in a frame, and waits until its script has run.
async fn sign_out_by_frame(world: &World, host: &OtherSite, at: &str, parameters: &[(&str, &str)]) {
    open_around(world, host, at, &front_channel(parameters)).await;
    world.app.browser.enter_frame().await;
    eventually("the script of the page in the frame", async || {
        let script = "return [document.title, document.readyState, location.search]";
        let seen: [String; 3] = world.app.browser.try_eval(script, Vec::new()).await?;
        if seen == ["Signing out", "complete", ""] { Ok(()) } else { Err(format!("{seen:?}")) }
    })
    .await;
}

/// Records the messages that this tab receives from other tabs and frames. This listener is added after the app's
/// listener. So the app has already received every recorded message.
async fn listen(world: &World) {
    let script = "window.received = []; window.channel = new BroadcastChannel('visma-connect-spa'); \
        channel.onmessage = ({ data }) => received.push(data)";
    world.app.browser.eval::<()>(script).await;
}

/// Waits until this tab has received this number of messages, and returns them.
async fn received(world: &World, count: usize) -> Vec<Value> {
    eventually(&format!("{count} messages"), async || {
        let received: Vec<String> = world.app.browser.try_eval("return received", Vec::new()).await?;
        if received.len() < count { Err(format!("{received:?}")) } else { Ok(received) }
    })
    .await
    .iter()
    .map(|text| serde_json::from_str(text).unwrap())
    .collect()
}

fn message(iss: &str, sid: &str) -> Value {
    json!({ "v": 1, "type": "frontchannel_logout", "iss": iss, "sid": sid })
}

#[tokio::test]
#[cfg_attr(feature = "webkit", ignore = "in WebKit, a frame on a page of another origin cannot reach a tab")]
async fn h06_a_frame_of_the_authority_on_the_same_site_signs_every_tab_out() {
    let mut world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    let first = world.app.browser.open_tab().await;
    world.sign_in_again().await.name().await;
    let sid = session_id(&world).await;
    let iss = world.provider.url.clone();

    let authority = OtherSite::in_place_of(&mut world.provider).await;
    let second = world.app.browser.open_tab().await;
    sign_out_by_frame(&world, &authority, &authority.url, &[("iss", &iss), ("sid", &sid)]).await;
    let left: (String, usize, String) =
        world.app.browser.eval("return [location.href, sessionStorage.length, document.body?.innerText ?? '']").await;
    assert_eq!(left, (format!("{}frontchannel-logout", world.app.base), 0, String::new()));
    for tab in [first, second] {
        world.app.browser.switch_to(tab).await;
        world.app.heading_is(OVER).await;
        assert!(!world.app.shows_a_session().await);
    }
}

#[tokio::test]
#[cfg_attr(feature = "webkit", ignore = "in WebKit, a frame on a page of another origin cannot reach a tab")]
async fn h06_the_page_does_the_same_under_a_sub_path() {
    let mut world = World::with(Setup { under_app: true, ..Setup::default() }).await;
    world.sign_in_as_kari().await.name().await;
    let sid = session_id(&world).await;
    let iss = world.provider.url.clone();
    let authority = OtherSite::in_place_of(&mut world.provider).await;
    let first = world.app.browser.open_tab().await;
    sign_out_by_frame(&world, &authority, &authority.url, &[("sid", &sid), ("iss", &iss)]).await;
    world.app.browser.switch_to(first).await;
    world.app.heading_is(OVER).await;
}

/// A page in the back/forward cache does not receive messages. It reads the last message from localStorage when it is
/// restored.
#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "only Chromium keeps a page in memory while the provider is shown")]
async fn h06_g01_back_after_the_provider_has_signed_out_shows_signed_out() {
    for (is_this_session, heading) in [(false, "You are signed in"), (true, OVER)] {
        let mut world = World::new().await;
        world.sign_in_as_kari().await.name().await;
        world.app.browser.mark_the_page().await;
        let sid = if is_this_session { session_id(&world).await } else { "another".to_owned() };
        let iss = world.provider.url.clone();
        let authority = OtherSite::in_place_of(&mut world.provider).await;
        let tab = world.app.browser.window().await;
        sign_out_by_frame(&world, &authority, &authority.url, &[("iss", &iss), ("sid", &sid)]).await;
        world.app.browser.switch_to(tab).await;
        world.app.browser.back().await;
        world.app.browser.is_the_marked_page().await;
        world.app.heading_is(heading).await;
        assert_eq!(world.app.shows_a_session().await, !is_this_session);
    }
}

/// Browsers give a frame on a page of another site its own channels and storage.
#[tokio::test]
#[cfg_attr(feature = "webkit", ignore = "in WebKit, a frame on a page of another origin cannot reach a tab")]
async fn h06_a_frame_on_a_page_of_another_site_reaches_no_tab() {
    // The headers allow the frame. So only the browser's partitioning can keep the message from the tab.
    let world = World::with(Setup { framable: true, ..Setup::default() }).await;
    world.sign_in_as_kari().await.name().await;
    listen(&world).await;
    let sid = session_id(&world).await;
    let iss = world.provider.url.clone();
    let host = OtherSite::start().await;
    let other_site = host.url.replace("localhost", "127.0.0.1");

    let first = world.app.browser.open_tab().await;
    sign_out_by_frame(&world, &host, &other_site, &[("iss", &iss), ("sid", &sid)]).await;
    // A frame on a page of the same site reaches the tab. The frame on the page of the other site sent its message
    // earlier. So if the tab received that message, it is in the list.
    sign_out_by_frame(&world, &host, &host.url, &[("iss", &iss), ("sid", "marker")]).await;
    let frame = world.app.browser.switch_to(first).await;
    assert_eq!(received(&world, 1).await, [message(&iss, "marker")]);
    assert!(world.app.shows_a_session().await);

    let first = world.app.browser.switch_to(frame).await;
    sign_out_by_frame(&world, &host, &host.url, &[("iss", &iss), ("sid", &sid)]).await;
    world.app.browser.switch_to(first).await;
    world.app.heading_is(OVER).await;
}

/// WebKit separates frames by origin, not by site. The same logout page reaches the tabs when it is not in a frame.
#[tokio::test]
#[cfg_attr(not(feature = "webkit"), ignore = "Chromium and Firefox let a frame on the same site reach the tabs")]
async fn h06_a_frame_on_a_page_of_another_origin_reaches_no_tab_in_webkit() {
    let mut world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    listen(&world).await;
    let sid = session_id(&world).await;
    let iss = world.provider.url.clone();
    let authority = OtherSite::in_place_of(&mut world.provider).await;

    let first = world.app.browser.open_tab().await;
    sign_out_by_frame(&world, &authority, &authority.url, &[("iss", &iss), ("sid", &sid)]).await;
    world.app.visit(&front_channel(&[("iss", &iss), ("sid", "another")])).await;
    let tab = world.app.browser.switch_to(first).await;
    assert_eq!(received(&world, 1).await, [message(&iss, "another")]);
    assert!(world.app.shows_a_session().await);

    let first = world.app.browser.switch_to(tab).await;
    world.app.visit(&front_channel(&[("iss", &iss), ("sid", &sid)])).await;
    world.app.browser.switch_to(first).await;
    world.app.heading_is(OVER).await;
}

#[tokio::test]
#[cfg_attr(feature = "webkit", ignore = "in WebKit, a frame on a page of another origin cannot reach a tab")]
async fn h07_a_frame_with_other_values_or_missing_or_doubled_ones_signs_no_user_out() {
    let mut world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    listen(&world).await;
    let sid = session_id(&world).await;
    let iss = world.provider.url.clone();
    let authority = OtherSite::in_place_of(&mut world.provider).await;

    let first = world.app.browser.open_tab().await;
    let (iss, sid) = (iss.as_str(), sid.as_str());
    let with_slash = format!("{iss}/");
    for parameters in [
        // These messages reach the tabs, and the tabs compare the values.
        &[("iss", with_slash.as_str()), ("sid", sid)][..],
        &[("iss", "https://connect.example"), ("sid", sid)],
        &[("iss", iss), ("sid", "another")],
        &[("iss", sid), ("sid", iss)],
        // With these parameters, no message is sent.
        &[],
        &[("iss", iss)],
        &[("sid", sid)],
        &[("iss", iss), ("sid", "")],
        &[("iss", ""), ("sid", sid)],
        &[("iss", iss), ("iss", iss), ("sid", sid)],
        &[("iss", iss), ("sid", sid), ("sid", sid)],
        &[("iss", iss), ("sid", sid), ("sid", "another")],
        &[("ISS", iss), ("SID", sid)],
    ] {
        sign_out_by_frame(&world, &authority, &authority.url, parameters).await;
    }
    // The frame sends a last message, which changes what the tab shows. When the tab shows the change, it has received
    // all earlier messages.
    let marker = json!({ "v": 1, "type": "signed_in", "user": "another user" });
    let script = "new BroadcastChannel('visma-connect-spa').postMessage(arguments[0])";
    world.app.browser.try_eval::<()>(script, vec![marker.to_string().into()]).await.unwrap();
    let frame = world.app.browser.switch_to(first).await;
    world.app.shows_text("signed in as another user").await;
    assert!(world.app.shows_a_session().await);
    let expected = [
        message(&with_slash, sid),
        message("https://connect.example", sid),
        message(iss, "another"),
        message(sid, iss),
        marker,
    ];
    assert_eq!(received(&world, expected.len()).await, expected);

    let first = world.app.browser.switch_to(frame).await;
    sign_out_by_frame(&world, &authority, &authority.url, &[("iss", iss), ("sid", sid)]).await;
    world.app.browser.switch_to(first).await;
    world.app.heading_is(OVER).await;
}

#[tokio::test]
async fn h08_only_the_authority_shows_one_page_of_the_app_in_a_frame() {
    let mut world = World::new().await;
    let third = OtherSite::start().await;
    let authority = OtherSite::in_place_of(&mut world.provider).await;
    let pages = ["frontchannel-logout", "frontchannel-logout.html"];
    for page in pages {
        open_around(&world, &third, &third.url, page).await;
        world.app.browser.shows_its_own_error_page_in_frame().await;
        open_around(&world, &authority, &authority.url, page).await;
        world.app.browser.enter_frame().await;
        eventually("the page in the frame", async || {
            match world.app.browser.try_eval::<String>("return document.title", Vec::new()).await?.as_str() {
                "Signing out" => Ok(()),
                title => Err(title.to_owned()),
            }
        })
        .await;
    }
    for page in ["", "index.html", "callback", "signed-out", "initiate", "sign-out", "frontchannel-logout/"] {
        open_around(&world, &authority, &authority.url, page).await;
        world.app.browser.shows_its_own_error_page_in_frame().await;
    }

    world.app.open().await;
    let headers = async |page: &str| -> [Option<String>; 3] {
        let script = format!(
            "const {{ headers }} = await fetch('{page}'); return ['Cache-Control', 'X-Frame-Options', \
             'Content-Security-Policy'].map((name) => headers.get(name))"
        );
        world.app.browser.eval_async(&script).await
    };
    let policy = format!(
        "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'; \
            frame-ancestors {}",
        world.provider.url
    );
    for page in pages {
        assert_eq!(headers(page).await, [Some("no-store".to_owned()), None, Some(policy.clone())], "{page}");
    }
    let [caching, frames, policy] = headers("frontchannel-logout.js").await;
    assert_eq!((caching.as_deref(), frames.as_deref()), (Some("no-cache"), Some("DENY")));
    assert!(policy.is_some_and(|policy| policy.ends_with("; frame-ancestors 'none'")));
}
