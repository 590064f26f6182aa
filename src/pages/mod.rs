//! One file per page. A page takes what it shows as values and asks the session for the rest.

mod expired;
mod failed;
mod home;
mod misconfigured;
mod not_found;
mod signed_in;
mod signed_out;
mod waiting;

pub use expired::Expired;
pub use failed::Failed;
pub use home::Home;
pub use misconfigured::Misconfigured;
pub use not_found::NotFound;
pub use signed_in::SignedIn;
pub use signed_out::SignedOut;
pub use waiting::{Leaving, SigningIn};
