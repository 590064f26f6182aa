//! The session: who is signed in, and how that changes. The code is async, but needs no browser: everything outside
//! is behind [`Platform`](platform::Platform).
//!
//! ```text
//!                  sign_in                  the callback page
//! Unauthenticated ─────────> Redirecting ~~~> Exchanging ──> Authenticated ──> ExpiringSoon ──> Expired
//!   ▲   ▲  ▲  ▲                 │ Back, 15 s      │ any error   ▲   │  near the end    │    time     │
//!   │   │  │  └─────────────────┘                 │             │   │                  │            │
//!   │   │  └──────────────────────────────────────┘             └───┴── renew ─────────┴────────────┘
//!   │   └────── Back, 15 s ────── SigningOut <── sign_out, with a token and an end-session endpoint
//!   └────────────── sign_out without these, or in another tab ───── from Exchanging and each later state
//! ```

pub mod api;
pub mod deferred;
pub mod driver;
pub mod error;
pub mod moment;
pub mod platform;
pub mod renewal;
pub mod route;
pub mod snapshot;
pub mod state;
pub mod tab_message;
