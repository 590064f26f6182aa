//! A small app with a router and a page for signed-in users only. It uses only the items at the root of the crate
//! `visma-connect`.
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

    // After a panic, the access token is dropped and the page shows a fixed text.
    set_panic_hook();
    // Do not use `spawn_local` of Leptos here: it runs no future before a component is mounted.
    wasm_bindgen_futures::spawn_local(async {
        let config = load_config("/").await;
        mount_to_body(move || match config {
            Ok(config) => view! { <app::App config/> }.into_any(),
            Err(error) => view! { <config::Problems error/> }.into_any(),
        });
    });
}

/// The app exists only on wasm32, like the components of the library.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
