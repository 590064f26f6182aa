//! The files of a release: the browser checks their integrity and loads each of them once, and the page has no inline
//! code. Also the messages that the user sees when the app does not start.

use e2e::World;
use e2e::wait::eventually;

#[tokio::test]
async fn a_wasm_with_one_changed_bit_does_not_start() {
    let world = World::new().await;
    world.site.damage(&world.site.file_ending("_bg.wasm"));
    does_not_start(&world, "app_damaged").await;
}

#[tokio::test]
async fn a_script_with_one_changed_bit_does_not_start() {
    let world = World::new().await;
    // The added comment does not change what the script does. So only the integrity check can reject the script.
    let script = world.site.script();
    world.site.write(&script, &format!("{}//", world.site.read(&script)));
    nothing_starts(&world).await;
}

#[tokio::test]
async fn k05_a_host_that_responds_with_the_page_for_a_missing_file_starts_nothing() {
    let world = World::new().await;
    world.site.serve_page_for_missing_files();
    let wasm = world.site.file_ending("_bg.wasm");
    world.site.remove(&wasm);
    does_not_start(&world, "app_incomplete").await;
    assert_eq!(world.site.hits_ending("_bg.wasm")[0].status, 200);

    let world = World::new().await;
    world.site.serve_page_for_missing_files();
    let script = world.site.script();
    world.site.remove(&script);
    nothing_starts(&world).await;
    assert_eq!(world.site.hits_ending(&script).last().unwrap().status, 200);
}

#[tokio::test]
async fn k05_a_missing_wasm_has_its_own_error() {
    let world = World::new().await;
    world.site.remove(&world.site.file_ending("_bg.wasm"));
    does_not_start(&world, "app_incomplete").await;
    assert_eq!(world.site.hits_ending("_bg.wasm")[0].status, 404);
}

#[tokio::test]
async fn a_wasm_with_a_type_that_browsers_refuse_has_the_error_of_the_host() {
    for kind in ["application/octet-stream", "application/wasm; charset=utf-8"] {
        let world = World::new().await;
        world.site.send_wasm_as(kind);
        does_not_start(&world, "app_incomplete").await;
    }
}

#[tokio::test]
async fn a_failed_start_is_reported_even_if_the_texts_cannot_be_loaded() {
    let world = World::new().await;
    world.site.remove(&world.site.file_ending("_bg.wasm"));
    world.site.remove("start-error.js");
    does_not_start(&world, "app_not_loaded").await;
}

#[tokio::test]
async fn a_policy_that_forbids_webassembly_has_its_own_error() {
    let world = World::new().await;
    for page in ["index.html", "404.html"] {
        world.site.write(page, &world.site.read(page).replace(" 'wasm-unsafe-eval'", ""));
    }
    does_not_start(&world, "app_blocked").await;
}

#[tokio::test]
async fn a_browser_that_is_too_old_gets_the_list_of_versions_that_work() {
    // The first browser cannot parse the wasm module. The second browser does not know the keyword of the content
    // security policy that allows WebAssembly.
    for is_old in [
        "for (const name of ['instantiate', 'instantiateStreaming'])
            WebAssembly[name] = () => Promise.reject(new WebAssembly.CompileError('an opcode that it does not know'))",
        "delete Array.prototype.findLast;
        WebAssembly.Module = function () { throw new WebAssembly.CompileError('forbidden') };
        WebAssembly.instantiateStreaming = WebAssembly.instantiate = () => Promise.reject(new EvalError('forbidden'))",
    ] {
        let world = World::new().await;
        world.app.browser.before_each_page(is_old).await;
        let error = does_not_start(&world, "browser_too_old").await;
        // README.md lists the same versions.
        let oldest = "Chrome 97, Edge 97, Firefox 79 or Safari 16";
        assert!(error.contains(oldest), "{error}");
        assert!(include_str!("../../../README.md").contains(oldest));
    }
}

#[tokio::test]
async fn a_host_that_does_not_respond_any_more_has_its_own_error_page() {
    let world = World::new().await;
    world.app.browser.before_each_page("window.fetch = () => Promise.reject(new TypeError('Failed to fetch'))").await;
    does_not_start(&world, "app_unreachable").await;
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: reads the console")]
async fn why_the_app_does_not_start_is_in_the_console_without_the_address() {
    let world = World::new().await;
    let wasm = world.site.file_ending("_bg.wasm");
    world.site.remove(&wasm);
    world.app.visit("callback?code=CoDe7&state=StAtE7").await;
    world.app.error_is("app_incomplete").await;
    let console: Vec<String> = world.app.browser.console().await.into_iter().map(|line| line.message).collect();
    let ours: Vec<_> = console.iter().filter(|line| line.contains("The app did not start")).collect();
    assert_eq!(ours.len(), 1, "{console:#?}");
    assert!(ours[0].contains("app_incomplete") && ours[0].contains(&format!("{wasm}: status 404")), "{}", ours[0]);
    assert!(console.iter().all(|line| !line.contains("CoDe7") && !line.contains("StAtE7")), "{console:#?}");
}

/// Opens the home page and the callback page. Both must show this error. Returns the error text of the callback page.
async fn does_not_start(world: &World, code: &str) -> String {
    let mut text = String::new();
    for path in ["", "callback?code=abc&state=def"] {
        world.app.visit(path).await;
        let error = world.app.error_is(code).await;
        assert!(!error.text.is_empty());
        assert_eq!(world.app.address().await, path.split('?').next().unwrap());
        let way_on: String =
            world.app.browser.eval("return document.querySelector('[data-testid=error] a').href").await;
        assert_eq!(way_on, world.app.base);
        assert_eq!(world.app.count("#app > [role=status]").await.unwrap(), 0, "the app runs");
        text = error.text;
    }
    assert!(world.provider.log().await.is_empty());
    text
}

#[tokio::test]
async fn a_page_that_is_open_during_a_deployment_signs_in() {
    let world = World::new().await;
    world.app.open().await;
    let old = world.site.file_ending("_bg.wasm");
    world.site.rename_wasm();
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
    assert_ne!(world.site.file_ending("_bg.wasm"), old);
}

#[tokio::test]
async fn a_page_of_the_release_before_gets_the_new_one_automatically() {
    let world = World::new().await;
    world.site.deploy_with_old_page(1);
    world.app.visit("").await;
    world.app.is_running().await;
    world.app.is_at_home().await;
    assert_eq!(world.site.old_pages_left(), 0);
    assert_eq!(world.app.count("[data-testid=error]").await.unwrap(), 0);
}

#[tokio::test]
async fn a_page_of_a_release_with_two_scripts_gets_the_new_one_automatically() {
    let world = World::new().await;
    // Before boot.js and the glue were one script, the page stated the name of the glue.
    let page = world.site.read("index.html");
    let (before, script) = page.split_once("<script ").unwrap();
    let (_, after) = script.split_once("</script>").unwrap();
    let script = "<script type=module src=/boot.js data-js=/old.js data-wasm=/old_bg.wasm></script>\
                  <link rel=modulepreload href=/old.js integrity=sha384-x>";
    world.site.show_old_page(&format!("{before}{script}{after}"), 1);
    world.app.visit("").await;
    world.app.is_running().await;
    assert_eq!(world.site.old_pages_left(), 0);
    assert!(!world.site.hits_ending("/old.js").is_empty(), "boot.js has run");
    assert_eq!(world.app.count("[data-testid=error]").await.unwrap(), 0);
}

#[tokio::test]
async fn an_old_page_that_loads_again_is_reported_once_and_a_press_gets_past_it() {
    let world = World::new().await;
    world.site.deploy_with_old_page(2);
    world.app.visit("").await;
    world.app.error_is("app_outdated").await;
    assert_eq!(world.site.old_pages_left(), 0, "the page was reloaded once");
    let opened = || world.site.hits().iter().filter(|hit| hit.path == "/" && is_navigation(hit)).count();
    let before = opened();
    world.app.browser.press("[data-testid=error] a").await;
    world.app.is_running().await;
    assert_eq!((before, opened()), (2, 3), "after the press, the page is loaded once");
}

fn is_navigation(hit: &e2e::site::Hit) -> bool {
    hit.headers.contains("sec-fetch-mode: \"navigate\"")
}

#[tokio::test]
async fn an_old_page_at_the_callback_does_not_lose_the_response_silently() {
    let world = World::new().await;
    world.app.open().await;
    world.app.press_sign_in().await;
    world.sign_in_page().choose_kari().await;
    // The old page names a file that is not in the browser's cache. Otherwise the app would start from the cache.
    world.site.rename_wasm();
    world.site.deploy_with_old_page(1);
    world.sign_in_page().allow().await;
    world.app.error_is("app_outdated").await;
    assert_eq!(world.app.address().await, "callback");
    world.app.browser.press("[data-testid=error] a").await;
    world.app.is_running().await;
    world.app.is_at_home().await;
    world.app.press_sign_in().await;
    assert_eq!(world.app.session().await.name().await, "Kari Nordmann");
}

#[tokio::test]
#[cfg_attr(feature = "webkit", ignore = "WebKitGTK under automation has no cache that outlives a page")]
async fn a_page_that_the_browser_has_kept_gets_the_new_release_automatically() {
    let world = World::new().await;
    world.site.let_pages_be_kept(true);
    // The wasm file of the old release is removed before the browser has loaded it.
    let wasm = world.site.file_ending("_bg.wasm");
    let bytes = world.site.take(&wasm);
    world.app.visit("").await;
    world.app.error_is("app_incomplete").await;
    world.site.put(&wasm, &bytes);
    world.site.rename_wasm();
    world.app.browser.open("about:blank").await;
    let before = world.site.hits().len();
    world.app.visit("").await;
    world.app.is_running().await;
    let asked: Vec<_> = world.site.hits().into_iter().skip(before).collect();
    assert!(
        asked.iter().any(|hit| hit.path.ends_with(&wasm) && hit.status == 404),
        "the page came from the cache: {asked:#?}"
    );
}

#[tokio::test]
async fn k05_without_its_script_the_page_says_that_it_does_not_start() {
    let world = World::new().await;
    world.site.remove(&world.site.script());
    nothing_starts(&world).await;
}

/// Opens the home page, whose script the browser cannot load or refuses. The page must say that it does not start.
async fn nothing_starts(world: &World) {
    world.app.visit("").await;
    let look = "const button = document.querySelector('[data-testid=sign-in]');
        return [button.disabled, Number(getComputedStyle(button).opacity)]";
    let (is_disabled, opacity): (bool, f64) = world.app.browser.eval(look).await;
    assert!(is_disabled, "the button is disabled, because it has no listener");
    assert!(opacity < 0.7, "the button looks disabled: {opacity}");
    eventually("the message of the static page", async || {
        let text = world.app.text().await?;
        if text.contains("This page does not start") { Ok(()) } else { Err(text) }
    })
    .await;
    assert!(world.site.hits_ending("config.json").is_empty(), "the script runs");
    assert!(world.provider.log().await.is_empty());
}

#[tokio::test]
async fn without_webassembly_the_page_says_so() {
    let world = World::new().await;
    world.app.browser.before_each_page("delete window.WebAssembly").await;
    world.app.visit("").await;
    let error = world.app.error_is("no_webassembly").await;
    assert!(error.text.contains("WebAssembly"), "{}", error.text);
}

#[tokio::test]
async fn every_file_is_transferred_once_for_a_page() {
    let world = World::new().await;
    world.app.open().await;
    // The second part of the page loads after everything else.
    let hits = || world.site.hits();
    eventually("the second part of the page", async || {
        if hits().iter().any(|hit| hit.path.contains("/part-")) { Ok(()) } else { Err(format!("{:?}", hits())) }
    })
    .await;
    transferred_once(&world);
}

#[tokio::test]
async fn the_configuration_is_requested_without_waiting_for_the_wasm() {
    let world = World::new().await;
    world.site.hold(".wasm");
    world.app.visit("").await;
    eventually("the request for config.json", async || {
        if world.site.hits_ending("/config.json").is_empty() { Err("none".to_owned()) } else { Ok(()) }
    })
    .await;
    assert!(world.site.hits_ending(".wasm").is_empty());
    world.site.release();
    world.app.is_running().await;
    assert_eq!(world.site.hits_ending("/config.json").len(), 1);
}

#[tokio::test]
#[cfg_attr(feature = "webkit", ignore = "WebKitGTK under automation has no cache that outlives a page")]
async fn every_file_is_transferred_once_for_a_whole_sign_in() {
    let world = World::new().await;
    world.sign_in_as_kari().await.name().await;
    transferred_once(&world);
}

fn transferred_once(world: &World) {
    let hits = world.site.hits();
    for file in world.site.files().into_iter().filter(|file| file.contains(".wasm") || file.ends_with(".css")) {
        let count = hits.iter().filter(|hit| hit.path.ends_with(&file)).count();
        assert_eq!(count, 1, "{file}: {hits:#?}");
    }
    assert_eq!(world.site.hits_ending(&world.site.script()).len(), 1, "{hits:#?}");
    assert!(world.site.hits_ending("/boot.js").is_empty(), "{hits:#?}");
}

#[tokio::test]
async fn k01_j06_the_page_has_no_inline_code_and_no_foreign_address() {
    let world = World::new().await;
    assert_eq!(world.site.read("index.html"), world.site.read("404.html"));
    // Parses the page as a browser does, in a document that runs no scripts.
    let page = world.site.read("index.html");
    // The page opens a connection to the provider early. It names no other address.
    let preconnect = format!("<link rel=\"preconnect\" href=\"{}\" crossorigin>", world.provider.url);
    assert_eq!(page.matches(&preconnect).count(), 1, "{page}");
    let page = serde_json::to_string(&page.replace(&preconnect, "")).unwrap();
    world.app.open().await;
    let found: Vec<String> = world
        .app
        .browser
        .eval(&format!(
            "const page = new DOMParser().parseFromString({page}, 'text/html');
            const all = [...page.querySelectorAll('*')];
            return [
                ...all.filter((node) => node.matches('script:not([src]), style, base, iframe')),
                ...all.filter((node) => node.matches('script') && node.textContent),
                ...all.filter((node) => [...node.attributes].some(({{ name }}) => name == 'style' || name.startsWith('on'))),
                ...all.filter((node) => ['src', 'href'].some((name) => /^\\w+:|^\\/\\//.test(node.getAttribute(name) ?? ''))),
            ].map((node) => node.outerHTML)"
        ))
        .await;
    assert_eq!(found, Vec::<String>::new());
    let files = world.site.files();
    assert!(files.iter().all(|file| !file.ends_with(".map") && !file.starts_with('.')), "{files:?}");
}

#[tokio::test]
async fn j05_the_page_adds_nothing_to_window() {
    let world = World::new().await;
    world.app.browser.before_each_page("window.before = new Set(Object.getOwnPropertyNames(window))").await;
    world.sign_in_as_kari().await.name().await;
    let mut added: Vec<String> = world
        .app
        .browser
        .eval("return Object.getOwnPropertyNames(window).filter((name) => !before.has(name) && isNaN(name))")
        .await;
    // This property belongs to the driver.
    added.retain(|name| name != "ret_nodes");
    assert_eq!(added, ["before"]);
}
