//! Generates one typed Rust item for each message of the files in `messages/`.

fn main() -> visma_connect_messages::Result {
    visma_connect_messages::build("messages")
}
