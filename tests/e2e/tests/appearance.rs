//! Preferences of the user: less motion, and text with enough contrast in light and dark.

use e2e::World;
use serde_json::{Value, json};

/// Emulates these media features, for example `prefers-reduced-motion: reduce`.
async fn ask_for(world: &World, features: &[(&str, &str)]) {
    let features: Vec<Value> = features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    world.app.browser.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
}

/// The number of running animations, those of `::before` and `::after` included.
async fn animations(world: &World) -> usize {
    world.app.browser.eval("return document.getAnimations().length").await
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: asks for reduced motion")]
async fn nothing_is_animated_for_those_who_ask_for_reduced_motion() {
    let world = World::new().await;
    world.provider.set_faults(json!({ "token": { "hold": true } })).await;
    world.sign_in_and_return().await;
    world.first_token_request().await;
    world.app.is_running().await;
    world.app.heading_is("Signing you in").await;
    assert!(animations(&world).await > 0, "this page has no animation to stop");
    ask_for(&world, &[("prefers-reduced-motion", "reduce")]).await;
    assert_eq!(animations(&world).await, 0);

    // The same for the static page before the app runs, with a pressed button.
    world.site.rename_wasm();
    world.site.hold(".wasm");
    world.app.visit("").await;
    world.app.press_sign_in().await;
    world.app.wait_for("the button to become busy", "[data-testid=sign-in][aria-busy=true]").await;
    assert_eq!(animations(&world).await, 0);
    ask_for(&world, &[]).await;
    assert!(animations(&world).await > 0, "this page has no animation to stop");
}

/// For each visible element that directly contains text: the text, and the contrast ratio (WCAG 2.2) between its
/// colour and its background. The background of an element is that of its nearest ancestor that is not transparent.
/// The page has two background colours, with and without the glow. For a text on the page itself, the lower contrast
/// counts.
const CONTRASTS: &str = "
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const rgba = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data].map((part) => part / 255);
    };
    const luminance = ([r, g, b]) => {
        const linear = (part) => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4;
        return .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
    };
    const contrast = (one, other) => {
        const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (high + .05) / (low + .05);
    };
    const glow = rgba(getComputedStyle(document.documentElement).getPropertyValue('--glow'));
    const behind = (node) => {
        for (; node; node = node.parentElement) {
            const [r, g, b, a] = rgba(getComputedStyle(node).backgroundColor);
            if (a > .99) return node == document.body ? [[r, g, b], glow] : [[r, g, b]];
            if (a > 0) throw new Error(`this background is partly transparent: ${node.outerHTML}`);
        }
        throw new Error('no background');
    };
    const texts = [...document.querySelectorAll('body *')].filter((node) => node.checkVisibility()
        && !node.closest('.spoken') && [...node.childNodes].some((child) => child.nodeType == 3 && child.data.trim()));
    return texts.map((node) => {
        const colour = rgba(getComputedStyle(node).color);
        return [node.textContent.trim().slice(0, 60), Math.min(...behind(node).map((back) => contrast(colour, back)))];
    });";

/// Fails if the contrast of a text on this page is too low, or if one of `texts` is missing.
async fn can_be_read(world: &World, page: &str, texts: &[&str]) {
    for scheme in ["light", "dark"] {
        ask_for(world, &[("prefers-color-scheme", scheme)]).await;
        let contrasts: Vec<(String, f64)> = world.app.browser.eval(CONTRASTS).await;
        for text in texts {
            assert!(contrasts.iter().any(|(known, _)| known.contains(text)), "{page}: {text}: {contrasts:#?}");
        }
        for (text, contrast) in &contrasts {
            assert!(*contrast >= 4.5, "{page}, {scheme}: {contrast:.2} for “{text}”");
        }
    }
    // Checks the test itself: the two colour schemes differ.
    let (light, dark): (String, String) = {
        let page = "return getComputedStyle(document.body).backgroundColor";
        ask_for(world, &[("prefers-color-scheme", "light")]).await;
        let light = world.app.browser.eval(page).await;
        ask_for(world, &[("prefers-color-scheme", "dark")]).await;
        (light, world.app.browser.eval(page).await)
    };
    assert_ne!(light, dark);
}

#[tokio::test]
#[cfg_attr(not(feature = "chromium"), ignore = "needs the DevTools: asks for light and dark")]
async fn every_text_can_be_read_in_light_and_in_dark() {
    let world = World::new().await;
    world.app.open().await;
    world.app.shows_text(&world.provider.url).await;
    can_be_read(&world, "home", &["Sign in", "Sign in with your Visma account", "Who you are"]).await;
    world.app.press_sign_in().await;
    world.consent_as_kari().await;
    world.app.session().await.name().await;
    world.app.browser.press("section.api + section.api [data-testid=call-api]").await;
    world.app.api_result_is("insufficient_scope").await;
    can_be_read(&world, "signed in", &["Sign out", "Kari Nordmann", "Stay signed in", "Ask for this permission"]).await;
    world.app.open_at("callback").await;
    world.app.error_is("callback_empty").await;
    can_be_read(&world, "error", &["Code: ", "callback_empty", "Sign in again"]).await;
}
