//! Who is signed in, and how that changes. Async, but still without a browser: everything outside is behind
//! [`Platform`](platform::Platform).
//!
//! ```text
//!                    sign_in                    the callback page
//! Unauthenticated ───────────> Redirecting ~~~> Exchanging ───> Authenticated
//!   ▲   ▲   ▲  ▲                  │ Back, no answer  │ any error     │   │
//!   │   │   │  └──────────────────┘                  │               │   │
//!   │   │   └────────────────────────────────────────┘               │   │
//!   │   └──────────────── the lifetime has passed ───────────────────┘   │
//!   └──────────────────── sign_out ──────────────────────────────────────┘
//! ```

pub mod driver;
pub mod error;
pub mod explanation;
pub mod moment;
pub mod platform;
pub mod state;
