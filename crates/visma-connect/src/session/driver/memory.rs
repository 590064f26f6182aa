//! What a session holds beside its state and its tokens, in groups. Each group borrows on its own.

use std::cell::{Cell, RefCell};

use super::generation::Generation;
use crate::protocol::fingerprints::Fingerprints;
use crate::protocol::metadata::Metadata;
use crate::protocol::options::SignInOptions;
use crate::protocol::return_to::ReturnTo;
use crate::session::error::SignInError;
use crate::session::renewal::Renewal;
use crate::session::snapshot::Snapshot;

/// What is known of the provider before a click.
#[derive(Clone, Debug, PartialEq)]
pub enum ProviderStatus {
    /// Its metadata is on its way.
    Unknown,
    /// Its metadata is here.
    Ready,
    /// Its metadata could not be had; pressing the button tries again.
    Failed(SignInError),
}

/// Whose session it is. It outlives the token, for the renewal of what has expired.
#[derive(Clone)]
pub(super) struct SessionOwner {
    pub(super) fingerprints: Fingerprints,
    pub(super) login_hint: Option<String>,
    /// The company, as far as tokens or UserInfo say so.
    pub(super) tenant_hint: Option<String>,
    /// The tokens name the company, so that the fingerprints tell it from another.
    pub(super) is_company_in_tokens: bool,
    /// The claim `sid`.
    pub(super) session_id: Option<String>,
    /// Whether its fingerprint is stored for the other pages of this tab.
    pub(super) is_stored: bool,
}

/// What is known of the provider.
pub(super) struct ProviderMemory {
    pub(super) status: RefCell<ProviderStatus>,
    pub(super) metadata: RefCell<Option<Metadata>>,
    /// A click waits for the fetch that already runs.
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
    /// What it asks for, for a retry.
    pub(super) options: RefCell<SignInOptions>,
    /// A response to an older renewal is dropped.
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

/// What the user was doing, and where.
#[derive(Default)]
pub(super) struct PageMemory {
    pub(super) kept: RefCell<Snapshot>,
    /// Where the user was when a sign-in started without a click.
    pub(super) silent_from: RefCell<Option<ReturnTo>>,
    /// Where the user wanted to go with a sign-in that began in another tab: a sign-in from the callback page returns
    /// there.
    pub(super) wanted: RefCell<Option<ReturnTo>>,
}

/// What this tab knows of the others.
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
