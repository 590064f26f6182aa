//! Makes typed Rust of the message file.

fn main() -> visma_connect_messages::Result {
    visma_connect_messages::build("src/messages")
}
