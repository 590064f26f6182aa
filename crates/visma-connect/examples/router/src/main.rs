//! A small app with a router, in which one page is for signed-in people. Of `visma-connect` it uses nothing but
//! what the crate's root names.
#![allow(unreachable_pub, reason = "each component gets a public struct of its properties from Leptos")]

#[cfg(target_arch = "wasm32")]
mod app;
#[cfg(target_arch = "wasm32")]
mod config;
#[cfg(target_arch = "wasm32")]
mod pages;

#[cfg(target_arch = "wasm32")]
fn main() {
    use leptos::prelude::*;
    use visma_connect::{load_config, set_panic_hook};

    // A panic drops the token, and says so in fixed words.
    set_panic_hook();
    // Leptos runs no futures before something is mounted.
    wasm_bindgen_futures::spawn_local(async {
        let config = load_config("/").await;
        mount_to_body(move || match config {
            Ok(config) => view! { <app::App config/> }.into_any(),
            Err(error) => view! { <config::Problems error/> }.into_any(),
        });
    });
}

/// As the components of the library, the app exists in a browser alone.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
