//! Build script: writes each message of `en.ftl` as a typed Rust item.

fn main() -> visma_connect_messages::Result {
    visma_connect_messages::build("src/messages")
}
