//! Makes typed Rust of the message files.

fn main() -> visma_connect_messages::Result {
    visma_connect_messages::build("messages")
}
