//! The session state as one value, and its transitions as one function.
//!
//! The page is unloaded between the authorization request and its response, and the user can click in any order.
//! Therefore every event is allowed in every state. An event that does not apply in a state changes nothing.

use super::error::SignInError;
use super::moment::Moment;
use crate::protocol::company::Company;
use crate::protocol::id_token::Authenticated;
use crate::protocol::userinfo::Profile;

/// Maximum time for leaving the page, in milliseconds. After this time the page shows the sign-in button again, because
/// the user may have stopped the navigation.
pub const LEAVING_MAX_MS: i64 = 15_000;

/// How long before the expiry of the token the session ends, in milliseconds. Timers fire late, and the page must not
/// show a session whose token has expired.
pub(super) const TIMER_SLACK_MS: i64 = 250;

/// Upper limit of the margin before the end of the session, in milliseconds. The margin is a tenth of the token's
/// lifetime, but not more than this limit. No API call starts in the margin, because it might not finish in time.
const MAX_MARGIN_MS: i64 = 10_000;

/// The state of the session, for the page. It holds no token.
#[derive(Clone, Debug, PartialEq)]
pub enum SessionState {
    /// Signed out.
    Unauthenticated(SignedOutReason),
    /// The browser is leaving for the provider's sign-in page.
    Redirecting {
        /// When the browser began to leave.
        since: Moment,
    },
    /// The authorization code is being exchanged and the response is being verified.
    Exchanging,
    /// Signed in with verified tokens, until the deadline.
    Authenticated(User),
    /// Signed in, and the deadline is near.
    ExpiringSoon(User),
    /// The session has ended because the lifetime of the access token has passed. The token is removed. The kept form
    /// fields remain.
    Expired,
    /// Signed out here. The browser is leaving for the provider's sign-out page.
    SigningOut {
        /// When the browser began to leave.
        since: Moment,
    },
}

/// Why the user is signed out.
#[derive(Clone, Debug, PartialEq)]
pub enum SignedOutReason {
    /// No sign-in was tried in this page load, or a silent sign-in ended without a session.
    NotYet,
    /// The browser was leaving for the provider. Then the user navigated back, or leaving took longer than 15
    /// seconds.
    NavigatedBack,
    /// The authorization response arrived in this window. The window in which the sign-in began has accepted it and
    /// continues the sign-in. This window can be closed.
    HandedOver,
    /// A sign-in without a click was not started. This tab has started three in the last minute, another tab is
    /// starting one, or sessionStorage is blocked. The next sign-in needs a click.
    Paused,
    /// The session has ended: the user signed out in this or another tab, the provider ended the session, or the user
    /// or company of the session changed in this tab.
    SignedOut(ProviderSession),
    /// The last attempt failed.
    Failed(SignInError),
}

/// What is known about the provider's own session after the sign-out in this app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderSession {
    /// The provider has responded to the sign-out request, so its session has ended.
    Ended,
    /// Not known: the user may still be signed in at the provider.
    MayRemain,
    /// The user is still signed in at the provider. The ID token is too long for the URL of a sign-out request. The
    /// next call of `sign_out` leaves for the provider without the ID token. The provider then asks the user for
    /// confirmation, and may not redirect back.
    ConfirmationNeeded,
}

/// The signed-in user. It is created from verified tokens only.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    subject: String,
    profile: ProfileState,
    company: Option<Company>,
    granted: Vec<String>,
    deadline: Moment,
    warn_at: Moment,
    margin_ms: i64,
    session_change: SessionChange,
    is_other_company_confirmed: bool,
    refresh_token_dropped: bool,
}

/// How a session relates to the previous one in this tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionChange {
    /// There was no previous session.
    First,
    /// The session continues: the same user at the same company.
    Renewed,
    /// Another user.
    OtherUser,
    /// The same user at another company, or at a company that may be another one: see
    /// [`User::is_other_company_confirmed`].
    OtherCompany,
}

/// Name and e-mail address of the user. They may arrive after the session has begun.
#[derive(Clone, Debug, PartialEq)]
pub enum ProfileState {
    /// The UserInfo response has not arrived yet.
    Loading,
    /// Known, and verified to be about this user. The data is from the ID token until the UserInfo response has
    /// arrived.
    Loaded(Profile),
    /// The UserInfo request failed, or its response was refused. The session continues without a profile.
    Unavailable(SignInError),
    /// The ID token has no profile claims, and the provider has no UserInfo endpoint.
    None,
}

/// Something that has happened and may change the state. The names are in the past tense.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A sign-in started at this moment.
    SignInStarted(Moment),
    /// A callback was opened.
    CallbackOpened,
    /// Tokens arrived and passed every check.
    TokensVerified(User),
    /// New tokens arrived for the session's user and company, and passed every check.
    Renewed(User),
    /// New tokens arrived for another user or another company.
    OtherOwnersTokensArrived,
    /// The UserInfo request succeeded or failed.
    ProfileArrived(Result<Profile, SignInError>),
    /// Leaving for the provider failed, or the exchange of the code failed.
    SignInFailed(SignInError),
    /// A silent sign-in (`prompt=none`) ended without a session.
    SilentSignInEnded,
    /// The window that waits for this response has accepted it.
    ResponseHandedOver,
    /// A sign-in without a click was not started, see [`SignedOutReason::Paused`].
    StartHeldBack,
    /// Time passed, or the page became visible again.
    TimePassed(Moment),
    /// The browser restored this page from its back/forward cache.
    PageRestored,
    /// The session ended here, and the browser is about to leave for the provider's sign-out page.
    SignOutStarted(Moment),
    /// The session ended here.
    SessionEnded(ProviderSession),
}

impl SessionState {
    /// Returns the state after an event, and whether the event changed anything. It accepts every event in every state,
    /// and never panics.
    pub(super) fn step(self, event: Event) -> (Self, bool) {
        use SessionState::{
            Authenticated, Exchanging, Expired, ExpiringSoon, Redirecting, SigningOut, Unauthenticated,
        };
        let next = match (self, event) {
            (Unauthenticated(_) | Expired, Event::SignInStarted(since)) => Redirecting { since },
            (Unauthenticated(_) | Expired, Event::CallbackOpened) => Exchanging,
            (Exchanging, Event::TokensVerified(signed_in)) => Authenticated(signed_in),
            (Authenticated(_) | ExpiringSoon(_) | Expired, Event::Renewed(signed_in)) => Authenticated(signed_in),
            (Authenticated(_) | ExpiringSoon(_) | Expired, Event::OtherOwnersTokensArrived) => Exchanging,
            (Authenticated(signed_in), Event::ProfileArrived(result)) => Authenticated(signed_in.with_profile(result)),
            (ExpiringSoon(signed_in), Event::ProfileArrived(result)) => ExpiringSoon(signed_in.with_profile(result)),
            (Unauthenticated(_) | Expired | Redirecting { .. } | Exchanging, Event::SignInFailed(error)) => {
                Unauthenticated(SignedOutReason::Failed(error))
            }
            (Redirecting { .. } | Exchanging, Event::SilentSignInEnded) => Unauthenticated(SignedOutReason::NotYet),
            (Exchanging | Unauthenticated(SignedOutReason::Failed(_)), Event::ResponseHandedOver) => {
                Unauthenticated(SignedOutReason::HandedOver)
            }
            (Unauthenticated(_), Event::StartHeldBack) => Unauthenticated(SignedOutReason::Paused),
            (Authenticated(signed_in) | ExpiringSoon(signed_in), Event::TimePassed(now))
                if signed_in.deadline.is_reached(now) =>
            {
                Expired
            }
            (Authenticated(signed_in), Event::TimePassed(now)) if signed_in.warn_at.is_reached(now) => {
                ExpiringSoon(signed_in)
            }
            (Redirecting { since }, Event::TimePassed(now)) if since.plus_ms(LEAVING_MAX_MS).is_reached(now) => {
                Unauthenticated(SignedOutReason::NavigatedBack)
            }
            (Redirecting { .. }, Event::PageRestored) => Unauthenticated(SignedOutReason::NavigatedBack),
            (_, Event::SignOutStarted(since)) => SigningOut { since },
            (SigningOut { since }, Event::TimePassed(now)) if since.plus_ms(LEAVING_MAX_MS).is_reached(now) => {
                Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain))
            }
            (SigningOut { .. }, Event::PageRestored) => {
                Unauthenticated(SignedOutReason::SignedOut(ProviderSession::MayRemain))
            }
            (_, Event::SessionEnded(provider_session)) => Unauthenticated(SignedOutReason::SignedOut(provider_session)),
            (state, _) => return (state, false),
        };
        (next, true)
    }

    /// Whether the user is signed in. `None` while that is not known.
    pub fn is_authenticated(&self) -> Option<bool> {
        match self {
            Self::Authenticated(_) | Self::ExpiringSoon(_) => Some(true),
            Self::Exchanging => None,
            Self::Unauthenticated(_) | Self::Expired | Self::Redirecting { .. } | Self::SigningOut { .. } => {
                Some(false)
            }
        }
    }

    /// The signed-in user.
    pub fn signed_in(&self) -> Option<&User> {
        match self {
            Self::Authenticated(signed_in) | Self::ExpiringSoon(signed_in) => Some(signed_in),
            _ => None,
        }
    }
}

impl User {
    /// Copies from verified tokens the data that a page may read.
    ///
    /// `started_at` is the moment at which the token request was sent. The lifetime of the token is counted from there.
    /// The warning starts `warn_seconds` before the end, but not before half of the lifetime has passed.
    pub(crate) fn new(
        tokens: &Authenticated,
        started_at: Moment,
        warn_seconds: u32,
        session_change: SessionChange,
    ) -> Self {
        let lifetime_ms = i64::from(tokens.lifetime_seconds()) * 1_000;
        let before_end_ms = (i64::from(warn_seconds) * 1_000).min(lifetime_ms / 2);
        Self {
            warn_at: started_at.plus_ms(lifetime_ms - TIMER_SLACK_MS - before_end_ms),
            margin_ms: (lifetime_ms / 10).min(MAX_MARGIN_MS),
            session_change,
            is_other_company_confirmed: false,
            subject: tokens.subject().to_owned(),
            profile: match tokens.profile() {
                profile if profile.is_empty() => ProfileState::Loading,
                profile => ProfileState::Loaded(profile.clone()),
            },
            company: tokens.company().cloned(),
            granted: tokens.granted().to_vec(),
            deadline: started_at.plus_ms(lifetime_ms - TIMER_SLACK_MS),
            refresh_token_dropped: tokens.refresh_token_dropped(),
        }
    }

    /// A user who has signed in at `now` for one hour, for tests.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn for_tests(now: Moment) -> Self {
        Self {
            subject: "me".to_owned(),
            profile: ProfileState::Loading,
            company: None,
            granted: Vec::new(),
            deadline: now.plus_ms(3_600_000),
            warn_at: now.plus_ms(3_480_000),
            margin_ms: 10_000,
            session_change: SessionChange::First,
            is_other_company_confirmed: false,
            refresh_token_dropped: false,
        }
    }

    pub(super) fn without_userinfo(mut self) -> Self {
        if !self.has_profile() {
            self.profile = ProfileState::None;
        }
        self
    }

    fn with_profile(mut self, result: Result<Profile, SignInError>) -> Self {
        let known = match &self.profile {
            ProfileState::Loaded(known) => known,
            _ => &Profile::default(),
        };
        self.profile = match result {
            Ok(profile) => {
                // A company that an earlier UserInfo response stated may have changed. Use the company of this
                // response, even if it states none. Also prefer it to a company that was only read from the access
                // token.
                let is_from_userinfo = self.company.is_some() && self.company == known.company;
                let is_stated = self.company.as_ref().is_some_and(Company::is_verified);
                if is_from_userinfo || !is_stated && profile.company.is_some() {
                    let id = |company: &Option<Company>| company.as_ref().map(|known| known.tenant_id().to_owned());
                    self.is_other_company_confirmed &= id(&self.company) == id(&profile.company);
                    self.company.clone_from(&profile.company);
                }
                ProfileState::Loaded(profile.or(known))
            }
            Err(_) if self.has_profile() => return self,
            Err(error) => ProfileState::Unavailable(error),
        };
        self
    }

    pub(super) fn has_profile(&self) -> bool {
        matches!(self.profile, ProfileState::Loaded(_))
    }

    /// Copies profile and company from `before`, an earlier session of the same user at the same company. The page can
    /// then show them at once.
    pub(super) fn with_profile_of(mut self, before: &Self) -> Self {
        self.profile = before.profile.clone();
        self.company.clone_from(&before.company);
        self
    }

    /// Whether enough time is left for an API call.
    pub(super) fn may_call(&self, now: Moment) -> bool {
        self.ms_left(now) > self.margin_ms
    }

    /// Milliseconds until the page must warn that the session ends soon.
    pub(super) fn ms_until_warning(&self, now: Moment) -> i64 {
        self.warn_at.ms_from(now)
    }

    /// How this session relates to the previous one in this tab.
    pub fn session_change(&self) -> SessionChange {
        self.session_change
    }

    /// Whether the company has certainly changed. It is `true` only with [`SessionChange::OtherCompany`], when both the
    /// previous and the new company are known. If it is `false` with `OtherCompany`, the company may still be the same.
    pub fn is_other_company_confirmed(&self) -> bool {
        self.is_other_company_confirmed
    }

    pub(super) fn confirming_the_company(mut self, is_confirmed: bool) -> Self {
        self.is_other_company_confirmed = is_confirmed;
        self
    }

    /// The claim `sub`: unique and unchanging at this authority (OpenID Connect Core 2).
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Name and e-mail address, as far as they are known.
    pub fn profile(&self) -> &ProfileState {
        &self.profile
    }

    /// The company that the token is for, if it is stated.
    pub fn company(&self) -> Option<&Company> {
        self.company.as_ref()
    }

    /// The scopes that were granted.
    pub fn granted(&self) -> &[String] {
        &self.granted
    }

    /// The scopes of `asked` that were not granted. `openid` is never one of them: it was granted, because the provider
    /// has sent an ID token.
    pub fn not_granted<'a>(&'a self, asked: &'a [String]) -> impl Iterator<Item = &'a str> {
        asked.iter().filter(|scope| *scope != "openid" && !self.granted.contains(scope)).map(String::as_str)
    }

    /// Milliseconds until the session ends. Zero or less when it has ended.
    pub(super) fn ms_left(&self, now: Moment) -> i64 {
        self.deadline.ms_from(now)
    }

    /// Seconds until the session ends, rounded up. Zero when it has ended.
    pub(crate) fn expires_in(&self, now: Moment) -> u32 {
        u32::try_from(self.ms_left(now).max(0).unsigned_abs().div_ceil(1_000)).unwrap_or(u32::MAX)
    }

    /// Whether the provider sent a refresh token, although none was requested. The refresh token was dropped. This
    /// happens if the client is not registered as a single-page app.
    pub fn refresh_token_dropped(&self) -> bool {
        self.refresh_token_dropped
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    pub(crate) const NOW: Moment = Moment { wall_ms: 1_800_000_000_000, monotonic_ms: 5_000 };

    pub(crate) fn signed_in() -> User {
        User::for_tests(NOW)
    }
}

#[cfg(test)]
mod tests {
    use super::super::error::PlatformError;
    use super::testing::{NOW, signed_in};
    use super::*;

    fn failure() -> SignInError {
        PlatformError::Unreachable.into()
    }

    /// The letter of a state in the table below.
    fn letter(state: &SessionState) -> char {
        match state {
            SessionState::Unauthenticated(SignedOutReason::NotYet) => 'n',
            SessionState::Unauthenticated(SignedOutReason::NavigatedBack) => 'b',
            SessionState::Unauthenticated(SignedOutReason::HandedOver) => 'h',
            SessionState::Unauthenticated(SignedOutReason::Paused) => 'p',
            SessionState::Expired => 'x',
            SessionState::ExpiringSoon(_) => 'W',
            SessionState::Unauthenticated(SignedOutReason::SignedOut(_)) => 'o',
            SessionState::Unauthenticated(SignedOutReason::Failed(_)) => 'f',
            SessionState::Redirecting { .. } => 'R',
            SessionState::Exchanging => 'E',
            SessionState::Authenticated(_) => 'A',
            SessionState::SigningOut { .. } => 'S',
        }
    }

    #[test]
    fn every_event_in_every_state() {
        let states = [
            SessionState::Unauthenticated(SignedOutReason::NotYet),
            SessionState::Unauthenticated(SignedOutReason::NavigatedBack),
            SessionState::Unauthenticated(SignedOutReason::HandedOver),
            SessionState::Unauthenticated(SignedOutReason::Paused),
            SessionState::Unauthenticated(SignedOutReason::SignedOut(ProviderSession::Ended)),
            SessionState::Unauthenticated(SignedOutReason::Failed(failure())),
            SessionState::Expired,
            SessionState::Redirecting { since: NOW },
            SessionState::Exchanging,
            SessionState::Authenticated(signed_in()),
            SessionState::ExpiringSoon(signed_in()),
            SessionState::SigningOut { since: NOW },
        ];
        let names: String = states.iter().map(letter).collect();
        assert_eq!(names, "nbhpofxREAWS");
        for (event, expected) in [
            (Event::SignInStarted(NOW), "RRRRRRRREAWS"),
            (Event::CallbackOpened, "EEEEEEEREAWS"),
            (Event::TokensVerified(signed_in()), "nbhpofxRAAWS"),
            (Event::SilentSignInEnded, "nbhpofxnnAWS"),
            (Event::Renewed(signed_in()), "nbhpofAREAAS"),
            (Event::OtherOwnersTokensArrived, "nbhpofEREEES"),
            (Event::ProfileArrived(Ok(Profile::default())), "nbhpofxREAWS"),
            (Event::ProfileArrived(Err(failure())), "nbhpofxREAWS"),
            (Event::SignInFailed(failure()), "fffffffffAWS"),
            (Event::ResponseHandedOver, "nbhpohxRhAWS"),
            (Event::StartHeldBack, "ppppppxREAWS"),
            (Event::TimePassed(NOW), "nbhpofxREAWS"),
            (Event::TimePassed(NOW.plus_ms(LEAVING_MAX_MS)), "nbhpofxbEAWo"),
            (Event::TimePassed(NOW.plus_ms(3_480_000)), "nbhpofxbEWWo"),
            (Event::TimePassed(NOW.plus_ms(3_600_000)), "nbhpofxbExxo"),
            (Event::PageRestored, "nbhpofxbEAWo"),
            (Event::SignOutStarted(NOW), "SSSSSSSSSSSS"),
            (Event::SessionEnded(ProviderSession::MayRemain), "oooooooooooo"),
        ] {
            let after: String = states.iter().map(|state| letter(&state.clone().step(event.clone()).0)).collect();
            assert_eq!(after, expected, "{event:?}");
        }
    }

    #[test]
    fn a_double_click_keeps_the_first_start() {
        let state = SessionState::Unauthenticated(SignedOutReason::NotYet).step(Event::SignInStarted(NOW)).0;
        assert_eq!(state.clone().step(Event::SignInStarted(NOW.plus_ms(300))).0, state);
    }

    #[test]
    fn nothing_is_known_while_a_callback_is_read() {
        assert_eq!(SessionState::Exchanging.is_authenticated(), None);
        assert_eq!(SessionState::Authenticated(signed_in()).is_authenticated(), Some(true));
        assert_eq!(SessionState::Redirecting { since: NOW }.is_authenticated(), Some(false));
        assert_eq!(SessionState::SigningOut { since: NOW }.is_authenticated(), Some(false));
    }

    #[test]
    fn the_time_left_counts_down_to_nothing() {
        let signed_in = signed_in();
        assert_eq!(signed_in.expires_in(NOW), 3_600);
        assert_eq!(signed_in.expires_in(NOW.plus_ms(3_599_001)), 1);
        assert_eq!(signed_in.expires_in(NOW.plus_ms(3_600_000)), 0);
        assert_eq!(signed_in.expires_in(NOW.plus_ms(9_999_999_999)), 0);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::error::PlatformError;
    use super::*;

    fn moment() -> impl Strategy<Value = Moment> {
        let ms = || prop_oneof![0_i64..100_000, any::<i64>()];
        (ms(), ms()).prop_map(|(wall_ms, monotonic_ms)| Moment { wall_ms, monotonic_ms })
    }

    fn user() -> impl Strategy<Value = User> {
        (moment(), 0_i64..10_000).prop_map(|(deadline, warned_ms)| User {
            subject: "kari".to_owned(),
            profile: ProfileState::Loading,
            company: None,
            granted: Vec::new(),
            deadline,
            warn_at: deadline.plus_ms(-warned_ms),
            margin_ms: 0,
            session_change: SessionChange::First,
            is_other_company_confirmed: false,
            refresh_token_dropped: false,
        })
    }

    fn event() -> impl Strategy<Value = Event> {
        let failure = || SignInError::Platform(PlatformError::Unreachable);
        prop_oneof![
            2 => moment().prop_map(Event::SignInStarted),
            4 => Just(Event::CallbackOpened),
            4 => user().prop_map(Event::TokensVerified),
            1 => user().prop_map(Event::Renewed),
            1 => Just(Event::OtherOwnersTokensArrived),
            1 => Just(Event::ResponseHandedOver),
            1 => Just(Event::StartHeldBack),
            1 => Just(Event::ProfileArrived(Ok(Profile::default()))),
            1 => Just(Event::ProfileArrived(Err(failure()))),
            1 => Just(Event::SignInFailed(failure())),
            3 => moment().prop_map(Event::TimePassed),
            1 => Just(Event::PageRestored),
            1 => moment().prop_map(Event::SignOutStarted),
            1 => Just(Event::SessionEnded(ProviderSession::Ended)),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn only_verified_tokens_sign_in_and_only_time_or_sign_out_ends_a_session(
            events in vec(event(), 0..40),
        ) {
            let mut state = SessionState::Unauthenticated(SignedOutReason::NotYet);
            for event in events {
                let after = state.clone().step(event.clone()).0;
                prop_assert_eq!(after.signed_in().is_some(), after.is_authenticated() == Some(true));
                match (&event, state.signed_in()) {
                    (Event::TokensVerified(user), None) => {
                        let expected = (state == SessionState::Exchanging).then_some(user);
                        prop_assert_eq!(after.signed_in(), expected, "tokens sign a user in only in Exchanging");
                    }
                    (Event::Renewed(user), before) => {
                        let is_renewal = before.is_some() || state == SessionState::Expired;
                        prop_assert_eq!(after.signed_in(), is_renewal.then_some(user), "a renewal needs a session");
                    }
                    (Event::OtherOwnersTokensArrived, _) => prop_assert!(after.signed_in().is_none()),
                    (_, None) => prop_assert!(after.signed_in().is_none(), "{event:?} signed a user in"),
                    (Event::TimePassed(now), Some(user)) => {
                        let Moment { wall_ms, monotonic_ms } = user.deadline;
                        let is_over = wall_ms <= now.wall_ms || monotonic_ms <= now.monotonic_ms;
                        prop_assert_eq!(after.signed_in().is_none(), is_over);
                        prop_assert_eq!(user.expires_in(*now) == 0, is_over, "expires_in is 0 after the deadline");
                        let is_warned = matches!(after, SessionState::ExpiringSoon(_));
                        let is_near = user.warn_at.is_reached(*now) || matches!(state, SessionState::ExpiringSoon(_));
                        prop_assert_eq!(is_warned, is_near && !is_over, "a warning stays until the session ends");
                    }
                    (Event::SignOutStarted(_) | Event::SessionEnded(_), Some(_)) => {
                        prop_assert!(after.signed_in().is_none());
                    }
                    (_, Some(user)) => {
                        let still = after.signed_in().expect("only time and sign-out end a session");
                        prop_assert_eq!((&still.subject, still.deadline), (&user.subject, user.deadline));
                    }
                }
                if after == SessionState::Exchanging && state != SessionState::Exchanging {
                    match &event {
                        Event::OtherOwnersTokensArrived => {
                            prop_assert!(state.signed_in().is_some() || state == SessionState::Expired);
                        }
                        event => {
                            prop_assert_eq!(event, &Event::CallbackOpened);
                            prop_assert!(matches!(state, SessionState::Unauthenticated(_) | SessionState::Expired));
                        }
                    }
                }
                state = after;
            }
        }
    }
}
