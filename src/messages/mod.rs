//! Every text of the app that a user or a developer reads.

pub mod text;
