//! Who is signed in, and how that changes. Async, but still without a browser: everything outside is behind
//! [`Platform`](platform::Platform).
//!
//! ```text
//!                  sign_in                  the callback page
//! Unauthenticated ─────────> Redirecting ~~~> Exchanging ──> Authenticated ──> ExpiringSoon ──> Expired
//!   ▲   ▲   ▲                   │ Back            │ any error   ▲   │  near the end    │    time     │
//!   │   │   └───────────────────┘                 │             │   │                  │            │
//!   │   └─────────────────────────────────────────┘             └───┴── renew ─────────┴────────────┘
//!   └────────────── sign_out, here or in another tab ────────────── from each of the last three
//! ```

pub mod api;
pub mod deferred;
pub mod driver;
pub mod error;
pub mod explanation;
pub mod moment;
pub mod platform;
pub mod renewal;
pub mod route;
pub mod snapshot;
pub mod state;
pub mod tab_message;
