//! The parts that pages are made of. They show what the session says and decide nothing.

mod frame;
mod heading;
mod permissions;
mod person;
mod sign_in_button;
mod sign_out_button;
mod time_left;

pub use frame::Frame;
pub use heading::{FirstHeading, Heading};
pub use permissions::Permissions;
pub use person::Person;
pub use sign_in_button::SignInButton;
pub use sign_out_button::SignOutButton;
pub use time_left::TimeLeft;
