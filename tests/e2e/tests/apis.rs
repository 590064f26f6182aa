//! Calls of the demo API: which requests are sent, and what the user sees of the responses.

use e2e::app::Shown;
use e2e::provider::Request;
use e2e::wait::eventually;
use e2e::{OtherSite, World};
use serde_json::{Value, json};

const PATH: &str = "[data-testid=api-path]";
const ORGANIZATION: &str = "/v1/organization";
/// The button of the second API, which needs a permission that the sign-in did not request.
const CALL_SECOND: &str = "section.api + section.api [data-testid=call-api]";

/// Configures this host as an API. The content security policy of the page then allows connections to the host. So
/// only the app's own checks can keep the access token from the host.
fn allow(world: &World, other_site: &OtherSite) {
    let mut config: Value = serde_json::from_str(&world.site.read("config.json")).unwrap();
    let base_url = other_site.url.trim_end_matches('/');
    config["apis"].as_array_mut().unwrap().push(json!({ "name": "other_site", "base_url": base_url }));
    world.site.configure(&config);
}

/// The calls of the demo API so far.
async fn calls(world: &World) -> Vec<Request> {
    world.provider.requests("GET", ORGANIZATION).await
}

/// Presses the button and waits for the result.
async fn call(world: &World) -> Shown {
    world.app.press("call-api").await;
    eventually("a response of the API", async || {
        let script = "const shown = document.querySelector('[data-testid=api-result]'); \
            return [shown.ariaBusy, shown.dataset.code, shown.innerText.replace(/\\s+/g, ' ')]";
        let (busy, code, text): (String, String, String) = world.app.browser.try_eval(script, Vec::new()).await?;
        if busy == "false" { Ok(Shown { code, text }) } else { Err(text) }
    })
    .await
}

#[tokio::test]
async fn f03_a_call_shows_the_response_of_the_api_and_sends_the_token_only_in_a_header() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.app.press("call-api").await;
    let response = world.app.api_result_is("200").await;
    assert!(response.text.contains("Fjordvik Regnskap AS"), "{}", response.text);
    let requests = world.provider.requests("GET", ORGANIZATION).await;
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].headers.authorization.as_deref(), Some("Bearer"));
    assert!(!requests[0].headers.cookie && requests[0].query.is_empty() && requests[0].headers.referer.is_none());
}

#[tokio::test]
async fn f07_a_missing_permission_is_named_and_asked_for_when_the_user_wants_it() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.app.browser.press(CALL_SECOND).await;
    let refused = world.app.api_result_is("insufficient_scope").await;
    assert!(refused.text.contains("permission"), "{}", refused.text);
    assert_eq!(world.provider.authorize_requests().await.len(), 1, "nothing starts automatically");
    world.app.press("ask-permission").await;
    let page = world.app.browser.switch_to_the_opened_window().await;
    world.sign_in_page().allow().await;
    world.app.browser.is_alone_with(page).await;
    world.app.part("renew").await;
    assert!(
        world.provider.authorize_requests().await[1]
            .parameter("scope")
            .ends_with(" vismanet_erp_interactive_api:create")
    );
    world.app.browser.press(CALL_SECOND).await;
    assert!(world.app.api_result_is("200").await.text.contains("Invoice"));
}

#[tokio::test]
async fn f06_a_refused_call_waits_for_one_renewal_and_leaves_the_session_alone() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.provider.set_faults(json!({ "api": { "status": 401, "times": 1 } })).await;
    world.app.press("call-api").await;
    world.app.part("api-refused").await;
    assert!(world.app.shows_a_session().await);
    world.app.press("api-renew").await;
    world.app.api_result_is("200").await;
    assert_eq!(world.provider.requests("GET", ORGANIZATION).await.len(), 2);

    // If the API rejects the new token too, the call ends with the error `api_token_refused`.
    world.provider.set_faults(json!({ "api": { "status": 401 } })).await;
    world.app.press("call-api").await;
    world.app.part("api-refused").await;
    world.app.press("api-renew").await;
    world.app.api_result_is("api_token_refused").await;
    assert_eq!(world.provider.requests("GET", ORGANIZATION).await.len(), 4, "the call is repeated once");
    assert_eq!(world.provider.token_requests().await.len(), 3);
    assert!(world.app.shows_a_session().await);
}

#[tokio::test]
async fn e18_a_step_up_that_the_response_does_not_prove_changes_nothing() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.call_an_api_that_demands_a_second_step().await;
    world.provider.set_faults(json!({ "id_token": { "claims": { "acr": "2" } } })).await;
    world.app.press("step-up").await;
    let page = world.app.browser.switch_to_the_opened_window().await;
    world.sign_in_page().choose_kari().await;
    world.app.browser.is_alone_with(page.clone()).await;
    assert_eq!(world.app.part("renewal-error").await.code, "authentication_too_weak");
    assert!(world.app.shows_a_session().await);
    assert_eq!(world.provider.authorize_requests().await[1].parameter("acr_values"), "urn:idp:vismaconnect:mfa");

    world.provider.clear_faults().await;
    world.app.press("renew-again").await;
    world.app.part("renew").await;
    world.app.press("call-api").await;
    world.app.api_result_is("200").await;
}

#[tokio::test]
async fn f06_a_refusal_can_be_left_and_another_company_is_one_press_away() {
    let world = World::new().await;
    world.sign_in_as_ola().await.name().await;
    world.provider.set_faults(json!({ "api": { "status": 401 } })).await;
    world.app.press("call-api").await;
    world.app.part("api-refused").await;
    world.app.press("api-leave").await;
    world.app.api_result_is("api_token_refused").await;
    assert_eq!(world.app.count("[data-testid=api-refused]").await, Ok(0));
    assert_eq!((calls(&world).await.len(), world.provider.authorize_requests().await.len()), (1, 1));
    assert!(world.app.shows_a_session().await);

    world.app.press("call-api").await;
    world.app.part("api-refused").await;
    world.provider.clear_faults().await;
    world.app.press("api-switch").await;
    world.choose_second_company_in_the_window().await;
    world.app.part("arrival").await;
    assert_eq!(world.provider.authorize_requests().await[1].parameter("prompt"), "select_account");
    let response = call(&world).await;
    assert_eq!(response.code, "200");
    assert!(response.text.contains("Havn Eiendom AS"), "{}", response.text);
}

/// First the page may read the `Retry-After` header, then it may not. In the second case the app waits 30 seconds.
#[tokio::test]
async fn after_too_many_requests_nothing_is_sent_until_the_time_is_over() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    let stated = json!({ "Retry-After": "2", "Access-Control-Expose-Headers": "Retry-After" });
    world.provider.set_faults(json!({ "api": { "status": 429, "headers": stated, "times": 1 } })).await;
    let refused = call(&world).await;
    assert_eq!(refused.code, "too_many_requests");
    assert!(refused.text.contains("in 2 seconds") && !refused.text.contains("did not say"), "{}", refused.text);
    assert!(world.app.shows_a_session().await);
    eventually("a new call of the API", async || match call(&world).await {
        response if response.code == "200" => Ok(()),
        response if response.code == "too_many_requests" => Err(response.text),
        response => panic!("{response:?}"),
    })
    .await;
    let between: f64 = {
        let sent = calls(&world).await;
        assert_eq!(sent.len(), 2, "{sent:#?}");
        let script = format!("return Date.parse('{}') - Date.parse('{}')", sent[1].at, sent[0].at);
        world.app.browser.eval(&script).await
    };
    assert!(between >= 2_000.0, "called again after {between} ms");

    let hidden = json!({ "Retry-After": "7", "Access-Control-Expose-Headers": null });
    world.provider.set_faults(json!({ "api": { "status": 429, "headers": hidden } })).await;
    for _ in 0..3 {
        let refused = call(&world).await;
        assert_eq!(refused.code, "too_many_requests");
        assert!(refused.text.contains("did not say"), "{}", refused.text);
        assert!(!refused.text.contains("in 7 seconds"), "{}", refused.text);
    }
    assert_eq!(calls(&world).await.len(), 3, "only one of the three presses sends a request");
    assert!(world.app.shows_a_session().await);
}

/// The app gives an API 30 seconds to respond. While `isImpatient` is set, this script changes that time limit to 300
/// ms.
const IMPATIENCE: &str = "const wait = setTimeout; window.setTimeout = (run, ms, ...all) => \
    wait(run, ms == 30_000 && window.isImpatient ? 300 : ms, ...all);";

#[tokio::test]
async fn a_slow_api_is_waited_for_and_a_silent_one_is_given_up_and_let_go() {
    let world = World::new().await;
    world.app.browser.before_each_page(IMPATIENCE).await;
    world.sign_in_as_kari().await.name().await;
    world.provider.set_faults(json!({ "api": { "hold": true } })).await;
    world.app.press("call-api").await;
    is_at_the_api(&world, None).await;
    world.app.wait_for("the busy state of the page", "[data-testid=api-result][aria-busy=true]").await;
    world.provider.clear_faults().await;
    assert!(world.app.api_result_is("200").await.text.contains("Fjordvik Regnskap AS"));

    world.app.browser.eval::<()>("window.isImpatient = true").await;
    world.provider.set_faults(json!({ "api": { "hang": true } })).await;
    world.app.press("call-api").await;
    let given_up = world.app.api_result_is("provider_timed_out").await;
    assert!(given_up.text.contains("The API took too long"), "{}", given_up.text);
    // The provider never responds. So the status 0 means that the page has closed the connection.
    is_at_the_api(&world, Some(0)).await;
    assert_eq!(calls(&world).await.len(), 2, "not sent again");
    assert!(world.app.shows_a_session().await);
}

/// Waits until the last API call has this status: `None` while it is in progress, 0 if it ended without a response.
async fn is_at_the_api(world: &World, status: Option<u16>) {
    eventually(&format!("a call with the status {status:?}"), async || match calls(world).await.last() {
        Some(request) if request.status == status => Ok(()),
        other => Err(format!("{other:?}")),
    })
    .await;
}

#[tokio::test]
async fn f05_a_redirect_is_not_followed_and_the_token_arrives_nowhere_else() {
    let world = World::new().await;
    let other_site = OtherSite::start().await;
    allow(&world, &other_site);
    world.sign_in_as_kari().await.name().await;
    for status in [301, 302, 303, 307, 308] {
        let fault = json!({ "redirect": format!("{}stolen", other_site.url), "status": status });
        world.provider.set_faults(json!({ "api": fault })).await;
        assert_eq!(call(&world).await.code, "provider_unreachable", "{status}");
    }
    assert_eq!(calls(&world).await.len(), 5, "the API has received each call");
    assert_eq!(other_site.requests(), Vec::<String>::new());
    assert!(world.app.shows_a_session().await);
    // Checks the test itself: a request without a token follows the same redirect.
    let plain = format!("await fetch('{}{ORGANIZATION}'); return null", world.provider.url);
    world.app.browser.eval_async::<Value>(&plain).await;
    assert_eq!(other_site.requests(), ["GET /stolen"]);
}

#[tokio::test]
async fn an_unreachable_api_and_an_offline_device_have_different_errors() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    for fault in [json!({ "headers": { "Access-Control-Allow-Origin": null } }), json!({ "drop": true })] {
        world.provider.set_faults(json!({ "api": fault })).await;
        let shown = call(&world).await;
        assert_eq!(shown.code, "provider_unreachable", "{fault}");
        assert!(shown.text.contains("No response came that this page may read"), "{fault}: {}", shown.text);
        assert!(shown.text.contains("CORS") && !shown.text.contains("offline"), "{fault}: {}", shown.text);
    }
    assert!(world.app.shows_a_session().await);
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: takes the browser offline")]
async fn a_call_without_a_connection_is_reported_and_works_once_it_is_back() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    world.app.set_offline(true).await;
    let shown = call(&world).await;
    assert_eq!(shown.code, "offline");
    assert!(shown.text.contains("no connection") && !shown.text.contains("CORS"), "{}", shown.text);
    assert!(!shown.text.contains("nothing was sent"), "the request may have been sent: {}", shown.text);
    assert!(calls(&world).await.is_empty());
    assert!(world.app.shows_a_session().await);
    world.app.set_offline(false).await;
    assert_eq!(call(&world).await.code, "200");
}

#[tokio::test]
async fn f04_f10_a_path_that_leads_out_of_the_api_is_not_asked() {
    let world = World::new().await;
    let other_site = OtherSite::start().await;
    allow(&world, &other_site);
    world.sign_in_as_kari().await.name().await;
    let url = &other_site.url;
    let (host, authority) = (url.trim_start_matches("http:"), url.trim_start_matches("http://").trim_end_matches('/'));
    for path in [
        "../connect/userinfo",
        "%2e%2e/connect/userinfo",
        "\\\\evil",
        "/\\evil",
        host,
        url,
        &format!("\\\\{authority}"),
        &format!("/\\{authority}"),
        &format!("@{authority}"),
        &format!("{}@{authority}/", world.provider.url),
    ] {
        world.app.browser.type_into(PATH, path).await;
        assert_eq!(call(&world).await.code, "api_request_refused", "{path}");
    }
    world.app.browser.type_into(PATH, "currency").await;
    assert_eq!(call(&world).await.code, "200");
    assert_eq!(other_site.requests(), Vec::<String>::new());
    assert_eq!(world.provider.userinfo_requests().await.len(), 1, "the request after the sign-in");
    // Checks the test itself: the other host is reachable.
    world.app.browser.eval_async::<Value>(&format!("await fetch('{url}plain'); return null")).await;
    assert_eq!(other_site.requests(), ["GET /plain"]);
}
