//! The code for Leptos: the [`Session`](handle::Session) handle and the components.

pub mod config_file;
pub mod handle;
pub mod rest;
pub mod session_banner;
pub mod sign_in_button;
pub mod sign_out_button;
pub mod signed_in;
pub mod signed_out;
