//! A small app with a router, and with one page for signed-in users only. It uses only the items in the root of the
//! crate `visma-connect`.
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

    // A panic drops the token and shows a fixed message.
    set_panic_hook();
    // Leptos's own `spawn_local` runs no futures before something is mounted.
    wasm_bindgen_futures::spawn_local(async {
        let config = load_config("/").await;
        mount_to_body(move || match config {
            Ok(config) => view! { <app::App config/> }.into_any(),
            Err(error) => view! { <config::Problems error/> }.into_any(),
        });
    });
}

/// Like the components of the library, the app exists only in a browser.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
