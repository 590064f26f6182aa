//! One file per page. The arguments of a page do not change while the page is shown. Everything else is read from the
//! session.

pub mod ask_sign_out;
pub mod expired;
pub mod failed;
pub mod handed_over;
pub mod home;
pub mod misconfigured;
pub mod not_found;
pub mod paused;
pub mod signed_in;
pub mod signed_out;
pub mod waiting;
