//! The messages of `en.ftl` as typed items. The build script writes them.

// The pages exist on wasm32 only. There, an unused message is a warning.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "only the pages use some messages"))]

include!(concat!(env!("OUT_DIR"), "/messages.rs"));
