//! Sign-ins that start without a click, and the limits that prevent endless redirects.

use super::{Driver, Parts};
use crate::protocol::config::Restore;
use crate::protocol::initiate::Initiate;
use crate::protocol::options::SignInOptions;
use crate::session::deferred::Deferred;
use crate::session::state::{Event, SessionState};

/// The key in localStorage of the time of the last sign-in or renewal, in milliseconds since 1970. The value does not
/// identify a user.
const SESSION_KEY: &str = "visma-connect-spa:session";

/// The key in localStorage of the time at which the browser left for a silent sign-in. While it is set, no page load
/// starts another silent sign-in. The next successful sign-in removes the key.
const SILENT_KEY: &str = "visma-connect-spa:silent";

/// The key in sessionStorage of the times at which this tab started sign-ins without a click: milliseconds since 1970,
/// separated by commas.
const STARTS_KEY: &str = "visma-connect-spa:starts";

/// Name of the lock that a tab holds while it starts a sign-in without a click.
const LOCK: &str = "visma-connect-spa:start";

/// Maximum age of a session that is restored, in milliseconds.
const SESSION_MAX_MS: i64 = 24 * 3_600_000;

/// Maximum number of sign-ins without a click in one tab in [`STARTS_MS`].
const MAX_STARTS: usize = 3;

/// The period for [`MAX_STARTS`], in milliseconds.
const STARTS_MS: u64 = 60_000;

impl<P: Parts> Driver<P> {
    /// Handles the load of home or of another page of the app: not the callback page, the signed-out page, `/initiate`
    /// or `/sign-out`. Starts a silent sign-in that returns to `return_to`, if three conditions hold: `restore` is
    /// `redirect` in the configuration, [`was_signed_in`](Self::was_signed_in) is true, and no silent sign-in was tried
    /// since the last successful sign-in. Otherwise fetches the provider's metadata.
    pub async fn restore(&self, return_to: &str) {
        let is_wanted = self.config.restore() == Restore::Redirect
            && self.was_signed_in()
            && self.platform.shared_get(SILENT_KEY).is_none();
        // If the code of a silent sign-in cannot be loaded, the page stays. A click starts a sign-in.
        if is_wanted && self.platform.is_complete().await {
            P::run_deferred(self, Deferred::StartSilently(return_to.to_owned())).await;
        }
        self.prepare_unless_leaving().await;
    }

    /// Starts a silent sign-in (`prompt=none`).
    pub(in crate::session) async fn start_silently(&self, return_to: &str) {
        self.start_automatically(return_to, SignInOptions::default(), true).await;
    }

    async fn prepare_unless_leaving(&self) {
        if !matches!(*self.memory.state.borrow(), SessionState::Redirecting { .. }) {
            self.prepare().await;
        }
    }

    /// Starts the sign-in that another site or a list of apps has requested (OpenID Connect Core 4).
    /// `query_and_fragment` is `location.search + location.hash` of the page `/initiate`.
    pub async fn initiate(&self, query_and_fragment: &str) {
        if query_and_fragment.is_empty() {
            // The user went back or reloaded the page. The request was already removed from the address.
            return self.prepare().await;
        }
        match Initiate::parse(query_and_fragment, self.config) {
            Ok(Initiate { return_to, login_hint }) => {
                let options = SignInOptions { login_hint, ..SignInOptions::default() };
                self.start_automatically(return_to.as_str(), options, false).await;
            }
            Err(error) => {
                self.apply(Event::SignInFailed(error.into()));
            }
        }
        self.prepare_unless_leaving().await;
    }

    /// Starts a sign-in without a click. One tab starts at most three per minute, and only one tab starts at a time.
    async fn start_automatically(&self, return_to: &str, options: SignInOptions, is_silent: bool) {
        if !self.may_start() {
            self.apply(Event::StartHeldBack);
            return;
        }
        if !self.platform.lock(LOCK).await {
            // If several tabs open at the same time, only one starts a sign-in. The others wait for a click.
            self.apply(Event::StartHeldBack);
            return;
        }
        self.start(return_to, options, is_silent).await;
    }

    /// Counts this start, and returns whether it is allowed. If sessionStorage is blocked, it is not allowed.
    fn may_start(&self) -> bool {
        let now = self.platform.now().wall_ms;
        let starts = self.platform.tab_take(STARTS_KEY).ok().flatten().unwrap_or_default();
        let is_recent = |at: &str| at.parse::<i64>().is_ok_and(|at| now.abs_diff(at) < STARTS_MS);
        let (mut count, mut recent) = (0, String::new());
        for at in starts.split(',').filter(|at| is_recent(at)) {
            count += 1;
            recent.extend([at, ","]);
        }
        let may_start = count < MAX_STARTS;
        if may_start {
            recent.push_str(&now.to_string());
        }
        self.platform.tab_set(STARTS_KEY, &recent).is_ok() && may_start
    }

    /// Whether a user has signed in or renewed the session in this browser in the last 24 hours, and has not signed out
    /// since. Always `false` if `restore` is `off` in the configuration.
    pub fn was_signed_in(&self) -> bool {
        if self.config.restore() == Restore::Off {
            return false;
        }
        let since = self.platform.shared_get(SESSION_KEY).and_then(|since| since.parse::<i64>().ok());
        let age = since.map(|since| self.platform.now().wall_ms.saturating_sub(since));
        age.is_some_and(|age| (-SESSION_MAX_MS..SESSION_MAX_MS).contains(&age))
    }

    /// Stores that this browser has a session. The value does not identify the user.
    pub(super) fn remember_session(&self) {
        self.platform.shared_set(SILENT_KEY, None);
        if self.config.restore() != Restore::Off {
            self.platform.shared_set(SESSION_KEY, Some(&self.platform.now().wall_ms.to_string()));
        }
    }

    pub(super) fn forget_session(&self) {
        self.platform.shared_set(SESSION_KEY, None);
    }

    pub(super) fn remember_silent(&self) {
        self.platform.shared_set(SILENT_KEY, Some(&self.platform.now().wall_ms.to_string()));
    }
}
