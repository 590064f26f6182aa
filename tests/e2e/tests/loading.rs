//! The shipped files: whole, once, and without inline code.

use e2e::World;
use e2e::wait::eventually;

#[tokio::test]
async fn a_wasm_with_one_changed_bit_does_not_start() {
    let world = World::new().await;
    world.site.damage(&world.site.file_ending(".wasm"));
    does_not_start(&world).await;
}

#[tokio::test]
#[cfg_attr(feature = "webkit", ignore = "WebKit does not check the integrity of a module that is imported")]
async fn a_script_with_one_changed_bit_does_not_start() {
    let world = World::new().await;
    // A comment is still a script: what refuses it is its integrity alone.
    let glue = world.site.glue();
    world.site.write(&glue, &format!("{}//", world.site.read(&glue)));
    does_not_start(&world).await;
}

#[tokio::test]
async fn k05_a_host_that_answers_with_the_page_for_a_missing_file_starts_nothing() {
    let world = World::new().await;
    world.site.answer_with_the_page_for_missing_files();
    let wasm = world.site.file_ending(".wasm");
    let bytes = world.site.take(&wasm);
    does_not_start(&world).await;
    assert_eq!(world.site.hits_ending(".wasm")[0].status, 200);

    world.site.put(&wasm, &bytes);
    let glue = world.site.glue();
    world.site.remove(&glue);
    does_not_start(&world).await;
    assert_eq!(world.site.hits_ending(&glue).last().unwrap().status, 200);
}

#[tokio::test]
async fn k05_a_missing_wasm_is_said() {
    let world = World::new().await;
    world.site.remove(&world.site.file_ending(".wasm"));
    does_not_start(&world).await;
    assert_eq!(world.site.hits_ending(".wasm")[0].status, 404);
}

#[tokio::test]
async fn k05_a_missing_script_is_said() {
    let world = World::new().await;
    world.site.remove(&world.site.glue());
    does_not_start(&world).await;
}

async fn does_not_start(world: &World) {
    for path in ["", "callback?code=abc&state=def"] {
        world.app.visit(path).await;
        let error = world.app.error_is("app_not_loaded").await;
        assert!(!error.text.is_empty());
        assert_eq!(world.app.address().await, path.split('?').next().unwrap());
        let way_on: String =
            world.app.browser.eval("return document.querySelector('[data-testid=error] a').href").await;
        assert_eq!(way_on, world.app.base);
        assert_eq!(world.app.count("#app > [role=status]").await.unwrap(), 0, "the app runs");
    }
    assert!(world.provider.log().await.is_empty());
}

#[tokio::test]
async fn k05_without_boot_js_the_page_says_that_it_does_not_start() {
    let world = World::new().await;
    world.site.remove("boot.js");
    world.app.visit("").await;
    let button: bool = world.app.browser.eval("return document.querySelector('[data-testid=sign-in]').disabled").await;
    assert!(button, "a button that nobody listens to cannot be pressed");
    eventually("the page's own words", async || {
        let text = world.app.text().await?;
        if text.contains("This page does not start") { Ok(()) } else { Err(text) }
    })
    .await;
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
    transferred_once(&world);
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
    assert_eq!(world.site.hits_ending(&world.site.glue()).len(), 1, "{hits:#?}");
}

#[tokio::test]
async fn k01_j06_the_page_has_no_inline_code_and_no_foreign_address() {
    let world = World::new().await;
    assert_eq!(world.site.read("index.html"), world.site.read("404.html"));
    // Looked at as a browser reads it, in a document that runs nothing.
    let page = serde_json::to_string(&world.site.read("index.html")).unwrap();
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
async fn j05_the_page_hands_out_nothing() {
    let world = World::new().await;
    world.app.browser.before_each_page("window.before = new Set(Object.getOwnPropertyNames(window))").await;
    world.sign_in_as_kari().await.name().await;
    let mut added: Vec<String> = world
        .app
        .browser
        .eval("return Object.getOwnPropertyNames(window).filter((name) => !before.has(name) && isNaN(name))")
        .await;
    // The driver's own.
    added.retain(|name| name != "ret_nodes");
    assert_eq!(added, ["before"]);
}
