//! The invariants that must hold after each action, whatever the earlier actions were.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use url::Url;
use visma_connect::SessionChange;
use visma_connect::protocol::pending_sign_in::STORAGE_PREFIX;
use visma_connect::session::snapshot;
use visma_connect::session::state::ProfileState;
use visma_connect::session::tab_message::TabMessage;

use super::super::fake::{ISSUER, USERINFO};
use super::action::{Action, Message, TestUser};
use super::provider::Provider;
use super::tab::{Seen, Session, Tab};

/// A session ends this many milliseconds before its token.
const EARLY_MS: i64 = 250;

type Verdict = Result<(), TestCaseError>;

pub(super) fn check(tab: &mut Tab, action: Action, before: &Seen) -> Verdict {
    let after = tab.session();
    if let Some(session) = after {
        is_verified(tab, session, before)?;
        ends_with_its_token(tab, session, action)?;
        shows_one_user(tab, session)?;
    }
    let changed = before.session.filter(|_| before.session != after);
    if let Some(session) = changed {
        ended_for_a_reason(tab, session, action, after.is_some())?;
        tab.over.insert(session.number);
    }
    tokens_went_where_they_may(tab, after, before)?;
    each_code_was_sent_once(tab)?;
    only_the_provider_was_opened(tab, before)?;
    nothing_is_stored_or_sent(tab)?;
    what_is_kept_belongs_to_the_user(tab, after, action)?;
    a_message_starts_nothing(tab, action, before)?;
    if tab.is_stopped && before.page == tab.page && action != Action::Stop {
        let log = tab.world.log.borrow();
        // A GET request for metadata is harmless. A POST request, a navigation and a new window are forbidden.
        let acts = |line: &&String| ["POST", "navigate", "open"].iter().any(|word| line.starts_with(word));
        prop_assert_eq!(log[before.log..].iter().find(acts), None, "g10: a stopped app must not do this");
    }
    for window in &tab.windows {
        prop_assert!(window.state().signed_in().is_none(), "the window of a renewal must not have a session");
    }
    Ok(())
}

/// A user is signed in only with an ID token that the provider has signed for exactly this sign-in or renewal, and
/// only if nothing has ended that sign-in or renewal meanwhile.
fn is_verified(tab: &Tab, session: Session, before: &Seen) -> Verdict {
    let state = tab.driver.state();
    let user = state.signed_in().unwrap();
    let (issued, left) = tab.issued(session.number);
    prop_assert!(issued.is_good, "signed in with {issued:?}");
    prop_assert_eq!(user.subject(), session.user.subject());
    prop_assert_eq!(user.company().map(|company| company.tenant_id()), session.user.company());
    prop_assert!(issued.is_strong || !left.wants_second_step, "e18: the requested second factor is missing");
    prop_assert!(!tab.over.contains(&session.number), "the token of an ended session is used again");
    let sent = left.sent.unwrap();
    prop_assert_eq!(sent.page, tab.page, "another page has requested the token");
    let opened = left.opened.unwrap();
    prop_assert!(opened > tab.all_ended, "d16: signed in by an attempt that had ended");
    let is_new = before.session.is_none_or(|known| known.number != session.number);
    // Only new sessions are tested. A session that exists during the sign-out ends when the page next checks for one.
    let is_ended = is_new && left.continues_session && left.began <= tab.signed_out;
    prop_assert!(!is_ended, "g04: a session was continued after a sign-out");
    let is_window = left.record.is_none();
    if is_window {
        prop_assert!(left.began > tab.all_ended, "g04: signed in by a renewal of an ended session");
        prop_assert!(!is_new || left.began > tab.renewals_ended, "signed in by a cancelled renewal");
    }
    if is_new && user.session_change() == SessionChange::Renewed {
        let own = &tab.fingerprints[&session.user].owner;
        prop_assert!(left.owner.is_none_or(|owner| owner == *own), "g09: another user continues the session");
    }
    Ok(())
}

/// After the page has checked the clocks, the token is valid on both clocks, and the next check is due before the
/// token's end. If the token has expired since the last check, the page reports 0 seconds left and checks at once.
fn ends_with_its_token(tab: &Tab, session: Session, action: Action) -> Verdict {
    let (issued, left) = tab.issued(session.number);
    let sent = left.sent.unwrap();
    prop_assert!(issued.lifetime_ms <= 86_400_000, "d11: no token may be valid for longer than a day");
    let look = tab.driver.next_tick_ms();
    if tab.is_past(session.number, 0) {
        let has_looked = matches!(
            action,
            Action::Tick | Action::Timer(_) | Action::Restored | Action::Renew(..) | Action::RenewAgain(_)
        );
        prop_assert!(!has_looked, "f08: the session outlives its token");
        prop_assert_eq!((tab.driver.expires_in(), look), (Some(0), Some(0)));
        return Ok(());
    }
    // If the device did not sleep since the token request, or the wall clock was not set back, the token is also
    // valid in real time.
    if tab.slept_ms == sent.slept_ms || tab.wrong_ms() >= sent.wrong_ms {
        prop_assert!(
            tab.real_ms() - sent.real_ms < issued.lifetime_ms,
            "g08: the session outlives its token in real time"
        );
    }
    let look = i64::from(look.unwrap());
    prop_assert!(look <= 1_000);
    let end = sent.at.plus_ms(issued.lifetime_ms);
    prop_assert!(look <= end.ms_from(tab.now()), "f08: the next check is due after the end");
    Ok(())
}

/// The shown name is the name of the signed-in user, or no name is shown.
fn shows_one_user(tab: &Tab, session: Session) -> Verdict {
    let state = tab.driver.state();
    if let ProfileState::Loaded(profile) = state.signed_in().unwrap().profile() {
        prop_assert_eq!(profile.name.as_deref(), Some(session.user.subject()), "f01: the name of another user");
    }
    Ok(())
}

/// A session ends only if a sign-out or a renewal ends it, if the page is loaded again, restored or stopped, or if
/// its time is over. A failed renewal does not end the session.
fn ended_for_a_reason(tab: &Tab, session: Session, action: Action, is_followed: bool) -> Verdict {
    let is_ended = match action {
        Action::SignOut
        | Action::SignedOutPage
        | Action::Reload
        | Action::Restored
        | Action::Stop
        | Action::SignOutElsewhere(true)
        | Action::Callback(_, true)
        | Action::Initiate(_)
        | Action::Restore => true,
        Action::Receive(message) => matches!(message, Message::SignedOut(_) | Message::FrontChannel(true)),
        _ => false,
    };
    let has_a_reason = is_followed || is_ended || tab.is_unnoticed || tab.is_past(session.number, EARLY_MS);
    prop_assert!(has_a_reason, "{action:?} must not end the session");
    Ok(())
}

/// A token is sent only while it is valid and the user is signed in with it. It is sent only to UserInfo and to
/// addresses below the configured base URLs. A write is sent only once.
fn tokens_went_where_they_may(tab: &Tab, after: Option<Session>, before: &Seen) -> Verdict {
    let bearers = tab.world.bearers.borrow();
    for (url, value) in &bearers[before.bearers..] {
        let number = Provider::number(value.strip_prefix("Bearer access-canary-").unwrap());
        prop_assert!(tab.issued(number).0.is_good, "an unverified token was used");
        prop_assert!(!tab.is_past(number, 0), "f08: an expired token was used");
        let is_of_this_session = [before.session, after].into_iter().flatten().any(|session| session.number == number);
        prop_assert!(is_of_this_session && after.is_some(), "the token was used while no user was signed in with it");
        prop_assert!(!tab.over.contains(&number) || before.session.is_some_and(|session| session.number == number));
        if url != USERINFO {
            let url = Url::parse(url).unwrap();
            let is_below = match url.origin().ascii_serialization().as_str() {
                "https://api.example" => url.path() == "/v1" || url.path().starts_with("/v1/"),
                "https://other.example" => true,
                _ => false,
            };
            prop_assert!(is_below, "f04: the token was sent to {url}");
        }
    }
    // A write is sent only once, even if it was refused.
    let forms = tab.world.forms.borrow();
    let writes: Vec<_> = forms.iter().filter(|form| form.starts_with("{\"call\":")).collect();
    let distinct: BTreeSet<_> = writes.iter().collect();
    prop_assert_eq!(distinct.len(), writes.len(), "f06: a write was sent again");
    Ok(())
}

fn each_code_was_sent_once(tab: &Tab) -> Verdict {
    let forms = tab.world.forms.borrow();
    let verifiers: Vec<_> = forms.iter().filter_map(|form| form.split("code_verifier=").nth(1)).collect();
    let distinct: BTreeSet<_> = verifiers.iter().collect();
    prop_assert_eq!(distinct.len(), verifiers.len(), "d04, c05, c23: at most one token request for each state");
    prop_assert!(!forms.iter().any(|form| form.contains("access-canary")), "f03: the token is in a body");
    Ok(())
}

/// The browser navigates only to the provider's two endpoints. The address bar shows only pages of the app.
fn only_the_provider_was_opened(tab: &Tab, before: &Seen) -> Verdict {
    for line in &tab.world.log.borrow()[before.log..] {
        prop_assert!(!line.contains("access-canary"), "j01: {line}");
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let sign_out = format!("{ISSUER}/connect/endsession?id_token_hint=");
        match word {
            "navigate" if rest.starts_with(&sign_out) => {}
            "navigate" | "open" => {
                prop_assert!(rest.starts_with("https://connect.example/connect/authorize?"), "{line}")
            }
            "replace" => prop_assert!(["/", "/orders", "/orders?page=2", "/signed-out"].contains(&rest), "{line}"),
            _ => prop_assert!(!line.contains("eyJ") && !line.contains("code-canary"), "j01: {line}"),
        }
    }
    Ok(())
}

/// Storage and messages contain no token, no code and no name. The code verifier is removed from storage when its
/// callback is read.
fn nothing_is_stored_or_sent(tab: &Tab) -> Verdict {
    let storage = tab.world.storage.borrow();
    let remembered = tab.world.shared.borrow();
    let broadcasts = tab.world.broadcasts.borrow();
    let texts = storage.iter().chain(&*remembered).map(|(key, value)| format!("{key}: {value}"));
    for text in texts.chain(broadcasts.iter().cloned()) {
        for canary in ["access-canary", "code-canary", "eyJ", "\"kari", "@example.no"] {
            prop_assert!(!text.contains(canary), "j01: {text} contains {canary}");
        }
    }
    let is_time = |value: &str| value.parse::<i64>().is_ok();
    let is_last = |value: &str| {
        let (hash, rest) = value.split_once(' ').unwrap_or((value, "0 /"));
        let (at, page) = rest.split_once(' ').unwrap();
        hash.len() == 43 && is_time(at) && ["/", "/orders", "/orders?page=2"].contains(&page)
    };
    let identifies_no_user = remembered
        .iter()
        .all(|(key, value)| if key == "visma-connect-spa:last" { is_last(value) } else { is_time(value) });
    prop_assert!(identifies_no_user, "{remembered:?} identifies a user");
    let is_known = |text: &String| {
        matches!(TabMessage::parse(text), Some(TabMessage::SignedIn { .. } | TabMessage::SignedOut { .. }))
    };
    prop_assert!(broadcasts.iter().all(is_known), "{broadcasts:?}");
    for left in &tab.provider.borrow().left {
        let has_callback = left.opened.is_some();
        prop_assert!(
            !has_callback || !storage.contains_key(&[STORAGE_PREFIX, &left.state].concat()),
            "the code verifier is stored after its callback"
        );
    }
    let shown = format!("{:?}", tab.driver.state());
    prop_assert!(!shown.contains("canary") && !shown.contains("eyJ"), "j02: {shown}");
    Ok(())
}

/// Typed text is available only to the user who typed it. A text with the access token is never kept.
fn what_is_kept_belongs_to_the_user(tab: &Tab, after: Option<Session>, action: Action) -> Verdict {
    prop_assert!(!tab.has_kept_a_token, "a text with the access token was kept");
    let kept = tab.driver.memory().kept("note");
    if let (Some(session), Some(note)) = (after, &kept) {
        prop_assert_eq!(note, session.user.note(), "g09: text that another user has typed");
    }
    if action == Action::SignOut {
        prop_assert_eq!(kept, None, "typed text is available after the sign-out");
        let storage = tab.world.storage.borrow();
        let is_left = |key: &&String| key.starts_with(STORAGE_PREFIX) || key.starts_with(snapshot::STORAGE_PREFIX);
        prop_assert_eq!(storage.keys().find(is_left), None, "h01: a record is stored after the sign-out");
    }
    let owners: BTreeMap<&str, TestUser> =
        tab.fingerprints.iter().map(|(user, owner)| (owner.owner.as_str(), *user)).collect();
    for (key, record) in &*tab.world.storage.borrow() {
        let Some(owner) = key.strip_prefix(snapshot::STORAGE_PREFIX) else { continue };
        let note = owners.get(owner).map(|user| user.note());
        let others = owners.values().map(|user| user.note()).filter(|other| Some(*other) != note);
        prop_assert!(
            !others.into_iter().any(|other| record.contains(other)),
            "g09: {record} contains another user's text"
        );
    }
    Ok(())
}

/// A message can end a session but never start one. Unknown messages, and messages about other sessions, change
/// nothing.
fn a_message_starts_nothing(tab: &Tab, action: Action, before: &Seen) -> Verdict {
    let Action::Receive(message) = action else { return Ok(()) };
    let state = tab.driver.state();
    prop_assert!(before.session.is_some() || tab.session().is_none(), "g05: {message:?} started a session");
    match message {
        Message::SignedOut(_) => prop_assert!(tab.session().is_none(), "g04: the sign-out had no effect"),
        Message::FrontChannel(true) => prop_assert!(tab.session().is_none(), "h06: the sign-out had no effect"),
        Message::SignedInAsOther | Message::SignedInAsThis | Message::FrontChannel(false) | Message::Garbage(_) => {
            prop_assert_eq!(&state, &before.state, "g05: {:?} changed the state", message);
        }
    }
    Ok(())
}

/// How often each interesting state was reached. A property that reaches too few of them fails.
#[derive(Debug, Default)]
pub(super) struct Reached {
    pub(super) sessions: usize,
    pub(super) renewals_in_a_window: usize,
    pub(super) renewals_in_the_tab: usize,
    pub(super) other_users: usize,
    pub(super) calls: usize,
    pub(super) ends_in_time: usize,
    pub(super) silent_starts: usize,
}

impl Reached {
    pub(super) fn note(&mut self, tab: &Tab, before: &Seen) {
        let after = tab.session();
        if let Some(session) = after.filter(|_| after != before.session) {
            self.sessions += 1;
            let (_, left) = tab.issued(session.number);
            let session_change = tab.driver.state().signed_in().unwrap().session_change();
            match (session_change, left.record) {
                (SessionChange::Renewed, None) => self.renewals_in_a_window += 1,
                (SessionChange::Renewed, Some(_)) => self.renewals_in_the_tab += 1,
                (SessionChange::OtherUser | SessionChange::OtherCompany, _) => self.other_users += 1,
                (SessionChange::First, _) => {}
            }
        }
        let bearers = tab.world.bearers.borrow();
        self.calls += bearers[before.bearers..].iter().filter(|(url, _)| url != USERINFO).count();
        let ended = before.session.filter(|_| after.is_none());
        self.ends_in_time += usize::from(ended.is_some_and(|session| tab.is_past(session.number, EARLY_MS)));
        let is_silent = |line: &&String| line.starts_with("navigate ") && line.ends_with("prompt=none");
        self.silent_starts += tab.world.log.borrow()[before.log..].iter().filter(is_silent).count();
    }
}
