//! What starts without a click, and what keeps it from going round in circles.

use super::{Driver, Parts};
use crate::protocol::config::Restore;
use crate::protocol::initiate::Initiate;
use crate::protocol::options::SignInOptions;
use crate::session::deferred::Deferred;
use crate::session::state::{Event, SessionState};

/// Where it is remembered, for all tabs, that there was a session, and since when. Nothing in it tells whose.
const SESSION_KEY: &str = "visma-connect-spa:session";

/// Where all tabs remember that a silent sign-in has left. The next successful sign-in removes it.
const SILENT_KEY: &str = "visma-connect-spa:silent";

/// Where a tab counts what started by itself.
const STARTS_KEY: &str = "visma-connect-spa:starts";

/// The lock that only one tab holds while something starts by itself.
const LOCK: &str = "visma-connect-spa:start";

/// A session that began longer ago is not offered to be continued.
const SESSION_MAX_MS: i64 = 24 * 3_600_000;

/// How many sign-ins may begin by themselves in [`STARTS_MS`] in one tab.
const MAX_STARTS: usize = 3;

const STARTS_MS: u64 = 60_000;

impl<P: Parts> Driver<P> {
    /// The page was loaded where the user may have been signed in: goes to the provider without a click when the
    /// configuration says so, and otherwise fetches its metadata.
    pub async fn restore(&self, return_to: &str) {
        let is_wanted = self.config.restore() == Restore::Redirect
            && self.was_signed_in()
            && self.platform.shared_get(SILENT_KEY).is_none();
        // Without the code for it the page stays, and a click continues.
        if is_wanted && self.platform.is_complete().await {
            P::run_deferred(self, Deferred::StartSilently(return_to.to_owned())).await;
        }
        self.prepare_unless_leaving().await;
    }

    /// Goes to the provider without a click.
    pub(in crate::session) async fn start_silently(&self, return_to: &str) {
        self.start_automatically(return_to, SignInOptions::default(), true).await;
    }

    async fn prepare_unless_leaving(&self) {
        if !matches!(*self.state.borrow(), SessionState::Redirecting { .. }) {
            self.prepare().await;
        }
    }

    /// Begins the sign-in that another site or a list of apps has asked for, with the query of the address.
    pub async fn initiate(&self, authorization_response: &str) {
        if authorization_response.is_empty() {
            // Back or a reload: what was asked for is gone from the address.
            return self.prepare().await;
        }
        match Initiate::parse(authorization_response, self.config) {
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

    /// Begins a sign-in without a click: at most three in a minute in one tab, and one tab at a time.
    async fn start_automatically(&self, return_to: &str, options: SignInOptions, is_silent: bool) {
        if !self.may_start() {
            self.apply(Event::StartHeldBack);
            return;
        }
        if !self.platform.lock(LOCK).await {
            // Of several tabs that open together one goes; the others say so, and wait to be pressed.
            self.apply(Event::StartHeldBack);
            return;
        }
        self.start(return_to, options, is_silent).await;
    }

    /// Counts this start, and says whether it is one too many. A tab that cannot count starts nothing by itself.
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

    /// Whether there was a session in this browser that was not signed out, and the configuration lets the page say so.
    pub fn was_signed_in(&self) -> bool {
        if self.config.restore() == Restore::Off {
            return false;
        }
        let since = self.platform.shared_get(SESSION_KEY).and_then(|since| since.parse::<i64>().ok());
        let age = since.map(|since| self.platform.now().wall_ms.saturating_sub(since));
        age.is_some_and(|age| (-SESSION_MAX_MS..SESSION_MAX_MS).contains(&age))
    }

    /// Remembers that there is a session, without anything that tells whose.
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
