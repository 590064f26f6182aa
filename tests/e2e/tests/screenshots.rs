//! Screenshots of every page in every state, in light and dark, small and large.
//!
//! `E2E_SCREENSHOTS=folder cargo xtask test --e2e -- screenshots` stores the screenshots in this folder. Without the
//! variable, the tests only check that no page is wider than a small phone (320 px).

use std::path::PathBuf;

use e2e::environment::Environment;
use e2e::provider::Provider;
use e2e::{Setup, World};
use serde_json::json;

struct Album {
    folder: Option<PathBuf>,
}

impl Album {
    fn new() -> Self {
        let folder = std::env::var_os("E2E_SCREENSHOTS").map(PathBuf::from);
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder).unwrap();
        }
        Self { folder }
    }

    /// Checks the current page, and takes its screenshots.
    async fn page(&self, world: &World, name: &str) {
        let app = &world.app;
        app.resize(320, 640).await;
        let (wide, what): (bool, String) = app
            .browser
            .eval(
                "const page = document.documentElement;
                const wide = [...document.querySelectorAll('body *')].filter((node) => node.getBoundingClientRect().right > innerWidth + 1);
                return [page.scrollWidth > innerWidth, wide.map((node) => node.outerHTML.slice(0, 120)).join(' ')]",
            )
            .await;
        assert!(!wide, "{name} scrolls sideways at 320 px: {what}");
        for (size, width, height) in [("phone", 390, 844), ("desktop", 1280, 800)] {
            for scheme in ["light", "dark"] {
                let Some(folder) = &self.folder else { continue };
                app.resize(width, height).await;
                let features = json!([
                    { "name": "prefers-color-scheme", "value": scheme },
                    { "name": "prefers-reduced-motion", "value": "reduce" },
                ]);
                app.browser.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
                app.browser.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true })).await;
                // Ends the transitions between colour schemes before the screenshot.
                app.browser.eval::<()>("document.getAnimations().forEach((animation) => animation.finish())").await;
                let picture = app.browser.screenshot().await;
                std::fs::write(folder.join(format!("{name}-{size}-{scheme}.png")), picture).unwrap();
            }
        }
    }

    /// Takes docs/signed-in.png: the complete page, with the provider's address of `cargo xtask serve`.
    async fn for_readme(&self, world: &World) {
        let Some(folder) = &self.folder else { return };
        let light = json!({ "features": [{ "name": "prefers-color-scheme", "value": "light" }] });
        world.app.browser.devtools("Emulation.setEmulatedMedia", light).await;
        world.app.resize(1280, 800).await;
        let url = &world.provider.url;
        let height: u32 = world
            .app
            .browser
            .eval(&format!(
                "const all = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                const shown = 'http://localhost:9400';
                while (all.nextNode()) all.currentNode.data = all.currentNode.data.replace('{url}', shown);
                return document.documentElement.scrollHeight"
            ))
            .await;
        world.app.resize(1280, height).await;
        std::fs::write(folder.join("signed-in.png"), world.app.browser.screenshot().await).unwrap();
    }
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: sets the size of the page")]
async fn screenshots_of_the_way_in_and_out() {
    let album = Album::new();
    let world = World::new().await;
    world.site.hold(".wasm");
    world.app.visit("").await;
    world.app.is_at_home().await;
    album.page(&world, "shell").await;
    world.site.release();
    world.app.is_running().await;
    album.page(&world, "home").await;

    world.app.press_sign_in().await;
    world.sign_in_page().is_open().await;
    album.page(&world, "provider-person").await;
    world.sign_in_page().choose_ola().await;
    world.app.wait_for("the choice of companies", "[data-testid=company-1]").await;
    album.page(&world, "provider-company").await;
    world.sign_in_page().choose_first_company().await;
    world.app.wait_for("the consent page", "[data-testid=consent-allow]").await;
    album.page(&world, "provider-consent").await;
    let refresh_token = json!({ "merge": { "refresh_token": "not wanted" } });
    world.provider.set_faults(json!({ "jwks": { "hold": true }, "token": refresh_token })).await;
    world.sign_in_page().allow().await;
    world.app.is_running().await;
    world.app.heading_is("Signing you in").await;
    album.page(&world, "signing-in").await;
    world.provider.set_faults(json!({ "token": refresh_token })).await;
    world.app.session().await.name().await;
    album.page(&world, "signed-in-with-a-warning").await;

    world.provider.clear_faults().await;
    world.sign_in_again().await.name().await;
    album.page(&world, "signed-in").await;
    album.for_readme(&world).await;
    world.app.session().await.sign_out().await;
    world.app.heading_is("You are signed out").await;
    album.page(&world, "signed-out").await;
    world.app.open_at("signed-out").await;
    album.page(&world, "signed-out-here").await;
    world.app.open_at("nothing").await;
    album.page(&world, "not-found").await;
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: sets the size of the page")]
async fn screenshots_of_what_goes_wrong() {
    let album = Album::new();
    let mut world = World::new().await;
    world.provider.set_faults(json!({ "metadata": { "hold": true } })).await;
    world.app.open().await;
    world.app.press_sign_in().await;
    world.app.heading_is("Taking you to sign in").await;
    album.page(&world, "leaving").await;
    world.provider.clear_faults().await;
    world.sign_in_page().choose_kari().await;
    world.sign_in_page().decline().await;
    world.app.error_is("access_denied").await;
    album.page(&world, "declined").await;
    world.app.open_at("callback?code=abc&state=def").await;
    world.app.error().await;
    album.page(&world, "error").await;
    world.app.browser.press("[data-testid=error-details] summary").await;
    world.app.shows_text("code: state_unknown").await;
    album.page(&world, "error-details").await;
    world.provider.set_faults(json!({ "userinfo": { "merge": { "sub": "another user" } } })).await;
    world.app.press_sign_in().await;
    world.sign_in_page().allow().await;
    world.app.shows_text("Your name is not available").await;
    album.page(&world, "signed-in-without-a-name").await;

    world.provider.kill();
    world.app.open().await;
    world.app.error_is("provider_unreachable").await;
    album.page(&world, "provider-down").await;
    let wrong = json!({ "authority": "http://connect.visma.com", "client_secret": "x", "scopes": ["offline_access"] });
    world.site.write("config.json", &wrong.to_string());
    world.app.visit("").await;
    world.app.config_error().await;
    album.page(&world, "config-error").await;
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: sets the size of the page")]
async fn screenshots_of_an_app_that_does_not_start() {
    let album = Album::new();
    let world = World::new().await;
    let script = world.site.script();
    let shell = world.site.take(&script);
    world.app.visit("").await;
    world.app.shows_text("This page does not start").await;
    album.page(&world, "shell-without-boot").await;
    world.site.put(&script, &shell);
    world.site.rename_wasm();
    world.site.deploy_with_old_page(2);
    world.app.visit("").await;
    world.app.error_is("app_outdated").await;
    album.page(&world, "app-outdated").await;
    let other = Provider::start(&Environment::read(), "http://localhost:1/", None).await;
    world.configure(&json!({ "authority": other.url }));
    world.app.open().await;
    world.app.error_is("blocked_by_cors").await;
    album.page(&world, "blocked-by-cors").await;
    world.app.press_sign_in().await;
    world.app.wait_for("the error page", "main > [data-testid=error]").await;
    album.page(&world, "blocked-by-cors-after-a-press").await;

    world.site.damage(&world.site.file_ending("_bg.wasm"));
    world.site.rename_wasm();
    world.app.visit("").await;
    world.app.error_is("app_damaged").await;
    album.page(&world, "app-damaged").await;
    world.site.remove(&world.site.file_ending("_bg.wasm"));
    world.app.visit("").await;
    world.app.error_is("app_incomplete").await;
    album.page(&world, "app-incomplete").await;
    let words = world.site.take("start-error.js");
    world.app.visit("").await;
    world.app.error_is("app_not_loaded").await;
    album.page(&world, "app-not-loaded").await;
    world.site.put("start-error.js", &words);
    world.app.browser.before_each_page("window.fetch = () => Promise.reject(new TypeError('no'))").await;
    world.app.visit("").await;
    world.app.error_is("app_unreachable").await;
    album.page(&world, "app-unreachable").await;
    let forbidden = "WebAssembly.Module = function () { throw new Error('forbidden') }";
    world.app.browser.before_each_page(forbidden).await;
    world.app.visit("").await;
    world.app.error_is("app_blocked").await;
    album.page(&world, "app-blocked").await;
    world.app.browser.before_each_page("delete Array.prototype.findLast").await;
    world.app.visit("").await;
    world.app.error_is("browser_too_old").await;
    album.page(&world, "browser-too-old").await;
    world.app.browser.before_each_page("delete window.WebAssembly").await;
    world.app.visit("").await;
    world.app.error_is("no_webassembly").await;
    album.page(&world, "no-webassembly").await;
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: sets the size of the page")]
async fn screenshots_of_the_end_of_a_session() {
    let album = Album::new();
    let world = World::with(Setup { token_life: Some(3), ..Setup::default() }).await;
    world.sign_in_as_kari().await;
    world.app.heading_is("Your session has ended").await;
    album.page(&world, "expired").await;
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: sets the size of the page")]
async fn screenshots_of_staying_and_of_calls() {
    let album = Album::new();
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    // The second API needs a permission that the sign-in did not request.
    world.app.browser.press("section.api + section.api [data-testid=call-api]").await;
    world.app.api_result_is("insufficient_scope").await;
    album.page(&world, "api-without-permission").await;
    world.provider.end_sessions().await;
    world.app.press("ask-permission").await;
    world.app.shows_text("Finish in the other window").await;
    album.page(&world, "renewing-in-a-window").await;
    let page = world.app.browser.switch_to_the_opened_window().await;
    world.consent_as_kari().await;
    world.app.browser.is_alone_with(page).await;
    world.app.part("renew").await;
    world.app.press("call-api").await;
    world.app.api_result_is("200").await;
    album.page(&world, "api-answer").await;
    world.provider.set_faults(json!({ "api": { "status": 401 } })).await;
    world.app.press("call-api").await;
    world.app.part("api-refused").await;
    album.page(&world, "api-refused").await;
    world.provider.set_faults(json!({ "id_token": { "claims": { "nonce": "another" } } })).await;
    world.app.press("api-renew").await;
    world.app.part("renewal-error").await;
    album.page(&world, "renewal-failed").await;
    world.app.open_at("sign-out").await;
    album.page(&world, "sign-out-asks").await;
    world.app.open_at("initiate?iss=https://evil.example").await;
    world.app.error_is("initiate_issuer_foreign").await;
    album.page(&world, "initiate-refused").await;
    world.app.open().await;
    world.app.shows_text("Continue").await;
    album.page(&world, "home-again").await;
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: sets the size of the page")]
async fn screenshots_of_a_session_that_ends_soon() {
    let album = Album::new();
    let world = World::with(Setup { token_life: Some(30), ..Setup::default() }).await;
    world.sign_in_as_kari().await.name().await;
    world.app.shows_text("Your session ends soon").await;
    album.page(&world, "ends-soon").await;
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: sets the size of the page")]
async fn screenshots_of_what_other_providers_do() {
    let album = Album::new();
    let world = World::new().await;
    let listed = json!({ "merge": { "id_token_signing_alg_values_supported": ["ES256", "PS256"] } });
    world.provider.set_faults(json!({ "metadata": listed })).await;
    world.app.open().await;
    world.app.error_is("metadata_algorithm_unsupported").await;
    world.app.browser.press("[data-testid=error-details] summary").await;
    world.app.shows_text("about: ES256").await;
    world.app.shows_text("id_token_signed_response_alg: RS256").await;
    album.page(&world, "algorithm-unsupported").await;

    let weak = json!({ "set": { "error": "unmet_authentication_requirements" }, "remove": ["code", "iss"] });
    world.provider.set_faults(json!({ "callback": weak })).await;
    world.sign_in_and_return().await;
    world.app.error_is("unmet_authentication_requirements").await;
    album.page(&world, "stronger-sign-in").await;
    world.app.visit("callback?code=abc&state=def").await;
    world.app.error_is("state_unknown").await;
    album.page(&world, "began-elsewhere").await;

    world.provider.set_faults(json!({ "id_token": { "claims": { "padding": "x".repeat(3_000) } } })).await;
    world.app.open().await;
    world.app.press_sign_in().await;
    let session = world.app.session().await;
    session.name().await;
    session.sign_out().await;
    world.app.shows_text("You are still signed in at the sign-in service").await;
    album.page(&world, "signed-out-asks").await;
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: sets the size of the page")]
async fn screenshots_of_companies() {
    let album = Album::new();
    let world = World::new().await;
    world.sign_in_as_ola().await.name().await;
    album.page(&world, "signed-in-for-a-company").await;
    world.app.press("switch-company").await;
    world.choose_second_company_in_the_window().await;
    world.app.part("arrival").await;
    album.page(&world, "another-company").await;
    world.provider.set_faults(json!({ "id_token": { "claims": { "tenant_id": ["a", "b"] } } })).await;
    world.app.press("renew").await;
    world.app.browser.is_alone_with(world.app.browser.switch_to_the_opened_window().await).await;
    world.app.shows_text("confirmed").await;
    album.page(&world, "company-not-confirmed").await;
}
