//! The components of the pages. They show the state of the session, and contain no rules of the protocol.

pub mod details;
pub mod frame;
pub mod heading;
pub mod next_steps;
pub mod notice;
pub mod permissions;
pub mod renewal;
pub mod sign_in_button;
pub mod sign_out_button;
pub mod time_left;
pub mod try_api;
pub mod user;

#[cfg(test)]
mod tests;
