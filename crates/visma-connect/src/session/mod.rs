//! The session: its states, and the code that changes them. The code calls the browser only through the trait
//! [`Platform`](platform::Platform). So it also runs natively, in tests.
//!
//! ```text
//!                  sign_in                  the callback page
//! Unauthenticated ─────────> Redirecting ~~~> Exchanging ──> Authenticated ──> ExpiringSoon ──> Expired
//!   ▲   ▲  ▲  ▲                 │ Back, 15 s      │ any error   ▲   │  near the end    │    time     │
//!   │   │  │  └─────────────────┘                 │             │   │                  │            │
//!   │   │  └──────────────────────────────────────┘             └───┴── renew ─────────┴────────────┘
//!   │   └────── Back, 15 s ────── SigningOut <── sign_out, with a token and an end-session endpoint
//!   └── sign_out without a token or end-session endpoint, or in another tab ── from Exchanging and later states
//! ```
//! `~~~>` means that the browser leaves the page and returns. `Back, 15 s` means that the user navigates back, or that
//! the browser has not left after 15 seconds.

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
