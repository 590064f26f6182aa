//! The data of a session, in groups. Each group has its own `RefCell`s.

use std::cell::{Cell, RefCell};

use super::api_gate::ApiGate;
use super::generation::Generation;
use crate::protocol::config::Config;
use crate::protocol::fingerprints::Fingerprints;
use crate::protocol::metadata::Metadata;
use crate::protocol::options::SignInOptions;
use crate::protocol::return_to::ReturnTo;
use crate::session::error::SignInError;
use crate::session::renewal::Renewal;
use crate::session::snapshot::Snapshot;
use crate::session::state::{SessionState, SignedOutReason};

/// The data of a session that pages may read. It contains no token.
pub struct SessionMemory {
    pub(super) state: RefCell<SessionState>,
    pub(super) provider: ProviderMemory,
    pub(super) renewal: RenewalAttempt,
    pub(super) apis: ApiGate,
    pub(super) page: PageMemory,
    pub(super) other_tabs: OtherTabs,
}

impl SessionMemory {
    /// A signed-out session. `sign_out_seen` is the mark of the last sign-out in this browser.
    pub(super) fn new(sign_out_seen: Option<String>) -> Self {
        Self {
            state: RefCell::new(SessionState::Unauthenticated(SignedOutReason::NotYet)),
            provider: ProviderMemory::default(),
            renewal: RenewalAttempt::default(),
            apis: ApiGate::default(),
            page: PageMemory::default(),
            other_tabs: OtherTabs { sign_out_seen: RefCell::new(sign_out_seen), has_another_user: Cell::new(false) },
        }
    }

    /// The state of the session.
    pub fn state(&self) -> SessionState {
        self.state.borrow().clone()
    }

    /// What is known about the provider.
    pub fn provider(&self) -> ProviderStatus {
        self.provider.status.borrow().clone()
    }

    /// The current renewal, or the last one if it failed.
    pub fn renewal(&self) -> Renewal {
        self.renewal.state.borrow().clone()
    }

    /// Whether another tab of this browser has signed in another user. `false` while this tab is signed out.
    pub fn other_user_in_another_tab(&self) -> bool {
        self.other_tabs.has_another_user.get() && self.state.borrow().signed_in().is_some()
    }

    /// Whether the provider lets the user choose an account or company, according to its metadata. `true` until the
    /// metadata is known.
    pub fn can_select_account(&self, config: &Config) -> bool {
        let fetched = self.provider.metadata.borrow();
        config.metadata().or(fetched.as_ref()).is_none_or(|metadata| metadata.selects_account)
    }

    /// Whether this API has refused the current token.
    pub fn is_refused(&self, api: &str) -> bool {
        self.apis.is_refused(api)
    }

    /// The kept value of the form field with this name.
    pub fn kept(&self, name: &str) -> Option<String> {
        self.page.kept.borrow().kept(name).map(str::to_owned)
    }
}

/// What is known about the provider before a sign-in starts.
#[derive(Clone, Debug, PartialEq)]
pub enum ProviderStatus {
    /// Its metadata is not known yet.
    Unknown,
    /// Its metadata is known.
    Ready,
    /// Its metadata could not be fetched. The next sign-in tries again.
    Failed(SignInError),
}

/// User and company of the session. They are still stored when the token has expired, so that the session can be
/// renewed.
#[derive(Clone)]
pub(super) struct SessionOwner {
    pub(super) fingerprints: Fingerprints,
    pub(super) login_hint: Option<String>,
    /// The ID of the company, if the tokens or UserInfo state it.
    pub(super) tenant_hint: Option<String>,
    /// Whether the tokens state the company. If not, the fingerprint is the same for every company.
    pub(super) is_company_in_tokens: bool,
    /// The claim `sid` of the ID token: the ID of the session at the provider.
    pub(super) session_id: Option<String>,
    /// Whether the fingerprint is in sessionStorage, where the other pages of this tab can read it.
    pub(super) is_stored: bool,
}

/// What is known about the provider.
pub(super) struct ProviderMemory {
    pub(super) status: RefCell<ProviderStatus>,
    pub(super) metadata: RefCell<Option<Metadata>>,
    /// Whether the metadata is being fetched. A sign-in then waits for that request.
    pub(super) is_fetching: Cell<bool>,
}

impl Default for ProviderMemory {
    fn default() -> Self {
        Self {
            status: RefCell::new(ProviderStatus::Unknown),
            metadata: RefCell::new(None),
            is_fetching: Cell::new(false),
        }
    }
}

/// The current renewal, or the last one.
pub(super) struct RenewalAttempt {
    pub(super) state: RefCell<Renewal>,
    /// The options of the renewal, for a retry.
    pub(super) options: RefCell<SignInOptions>,
    /// Counts renewals. A response to an older renewal is dropped.
    pub(super) generation: Generation,
}

impl Default for RenewalAttempt {
    fn default() -> Self {
        Self {
            state: RefCell::new(Renewal::None),
            options: RefCell::new(SignInOptions::default()),
            generation: Generation::default(),
        }
    }
}

/// The kept form fields, and pages to return to.
#[derive(Default)]
pub(super) struct PageMemory {
    pub(super) kept: RefCell<Snapshot>,
    /// The page on which a silent sign-in started.
    pub(super) silent_from: RefCell<Option<ReturnTo>>,
    /// The return page of a sign-in that began in another tab and was not finished. A new sign-in that starts on the
    /// callback page returns to this page.
    pub(super) wanted: RefCell<Option<ReturnTo>>,
}

/// What this tab knows about the other tabs.
pub(super) struct OtherTabs {
    /// The mark of the last sign-out that this tab has handled: its time in milliseconds since 1970.
    pub(super) sign_out_seen: RefCell<Option<String>>,
    /// Whether another tab has signed in another user.
    pub(super) has_another_user: Cell<bool>,
}
