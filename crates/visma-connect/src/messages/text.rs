//! The messages of `messages/en.ftl` as typed items. The build script writes them.

// The texts of the components exist on wasm32 alone. There, an unused message is a warning.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "the components use the rest"))]

include!(concat!(env!("OUT_DIR"), "/messages.rs"));
