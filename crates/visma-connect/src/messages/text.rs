//! The messages of `messages/en.ftl` as typed items. The build script writes them.

// Some messages are used only by the components, which exist only on wasm32. So only wasm32 warns about unused
// messages.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "only the components use some messages"))]

include!(concat!(env!("OUT_DIR"), "/messages.rs"));
