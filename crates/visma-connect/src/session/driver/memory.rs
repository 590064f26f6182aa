//! What a session holds besides its state and its tokens, in groups. Each group has cells of its own.

use std::cell::{Cell, RefCell};

use super::generation::Generation;
use crate::protocol::fingerprints::Fingerprints;
use crate::protocol::metadata::Metadata;
use crate::protocol::options::SignInOptions;
use crate::protocol::return_to::ReturnTo;
use crate::session::error::SignInError;
use crate::session::renewal::Renewal;
use crate::session::snapshot::Snapshot;

/// What is known about the provider before a click.
#[derive(Clone, Debug, PartialEq)]
pub enum ProviderStatus {
    /// Its metadata is not known yet.
    Unknown,
    /// Its metadata is known.
    Ready,
    /// Its metadata could not be fetched. A press of the button tries again.
    Failed(SignInError),
}

/// User and company of the session. They outlive the token, so that an expired session can be renewed.
#[derive(Clone)]
pub(super) struct SessionOwner {
    pub(super) fingerprints: Fingerprints,
    pub(super) login_hint: Option<String>,
    /// The ID of the company, if the tokens or UserInfo state it.
    pub(super) tenant_hint: Option<String>,
    /// Whether the tokens name the company. Then the fingerprints of two companies differ.
    pub(super) is_company_in_tokens: bool,
    /// The claim `sid`.
    pub(super) session_id: Option<String>,
    /// Whether the fingerprint is stored for the other pages of this tab.
    pub(super) is_stored: bool,
}

/// What is known about the provider.
pub(super) struct ProviderMemory {
    pub(super) status: RefCell<ProviderStatus>,
    pub(super) metadata: RefCell<Option<Metadata>>,
    /// Whether the metadata is being fetched. A click then waits for that fetch.
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

/// The renewal that is on its way, or the last one.
pub(super) struct RenewalAttempt {
    pub(super) state: RefCell<Renewal>,
    /// What the renewal requested, for a retry.
    pub(super) options: RefCell<SignInOptions>,
    /// Changes with each renewal. A response to an older one is dropped.
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

/// What the user was doing, and on which page.
#[derive(Default)]
pub(super) struct PageMemory {
    pub(super) kept: RefCell<Snapshot>,
    /// The page on which a silent sign-in started.
    pub(super) silent_from: RefCell<Option<ReturnTo>>,
    /// The page that a sign-in from another tab was to return to. A sign-in from the callback page returns there.
    pub(super) wanted: RefCell<Option<ReturnTo>>,
}

/// What this tab knows about the other tabs.
pub(super) struct OtherTabs {
    /// The mark of the last sign-out that this tab knows.
    pub(super) sign_out_seen: RefCell<Option<String>>,
    /// Whether another tab is signed in as another user.
    pub(super) has_another_user: Cell<bool>,
}

impl OtherTabs {
    pub(super) fn new(sign_out_seen: Option<String>) -> Self {
        Self { sign_out_seen: RefCell::new(sign_out_seen), has_another_user: Cell::new(false) }
    }
}
